"""The examples that follow a law or a standard: nothing is found in them, and their scenarios come true in both coats;
those of a law hold published dates."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from casedsl.cli import casedsl

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
NAMES = ("foi_request", "it_incident", "subject_access")


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_found(name: str) -> None:
    done = CliRunner().invoke(
        casedsl, ["check", "--no-cache", "--today", "2026-11-02", str(EXAMPLES / name)], standalone_mode=False
    )
    assert done.return_value == 0, done.output


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("coat", [".case", ".case.yaml"])
def test_every_scenario_comes_true_and_most_is_played(name: str, coat: str) -> None:
    words = ["test", str(EXAMPLES / name / f"{name}{coat}"), "--coverage-below", "75"]
    done = CliRunner().invoke(casedsl, words, standalone_mode=False)
    assert done.return_value == 0, done.output
