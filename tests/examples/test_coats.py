"""The examples in both coats: one text is the other converted, and both are one definition to the last byte.

`CASEDSL_UPDATE=1 pytest tests/examples/test_coats.py` writes the YAML coats anew from the `.case` files.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from casedsl.artifact.lock import Lock, read_lock
from casedsl.compile import Compiled, check, compile_case
from casedsl.syntax.alike import same_tree
from casedsl.syntax.case import read_case
from casedsl.syntax.printing import print_case, print_yaml
from casedsl.syntax.source import Source
from casedsl.syntax.yaml.reader import read_yaml

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
PAIRS = sorted(
    path
    for folder in ("complaint", "draft_iesg", "foi_request", "it_incident", "subject_access")
    for path in (EXAMPLES / folder).glob("*.case")
)


def in_yaml(path: Path) -> Path:
    return path.with_suffix(".case.yaml")


def read(name: str) -> bytes:
    return Path(name).read_bytes()


@pytest.mark.parametrize("path", PAIRS, ids=lambda path: path.stem)
def test_the_yaml_coat_is_the_case_coat_converted(path: Path) -> None:
    case, found = read_case(Source(path.name, path.read_text("utf-8")))
    assert found == ()
    assert case is not None
    if os.environ.get("CASEDSL_UPDATE"):
        in_yaml(path).write_text(print_yaml(case), "utf-8")
    text = in_yaml(path).read_text("utf-8")
    assert text == print_yaml(case)
    yaml, found = read_yaml(Source(in_yaml(path).name, text))
    assert found == ()
    assert yaml is not None
    assert same_tree(case, yaml)


@pytest.mark.parametrize("path", PAIRS, ids=lambda path: path.stem)
def test_an_example_is_written_in_the_one_form(path: Path) -> None:
    """Run `casedsl fmt` on it if this fails."""
    text = path.read_text("utf-8")
    document, _ = read_case(Source(path.name, text))
    assert document is not None
    assert print_case(document) == text


@pytest.mark.parametrize("path", PAIRS, ids=lambda path: path.stem)
def test_both_coats_have_the_same_findings(path: Path) -> None:
    told = [[(each.code, each.headline) for each in check(str(file), read).findings] for file in (path, in_yaml(path))]
    assert told[0] == told[1]


@pytest.mark.parametrize("name", ["complaint/complaint", "draft_iesg/repaired", "it_incident/it_incident"])
def test_both_coats_compile_to_the_same_bytes(name: str) -> None:
    lock_file = (EXAMPLES / name).parent / "calendars.lock"
    lock = read_lock(lock_file.read_text("utf-8")) if lock_file.exists() else None
    assert not isinstance(lock, tuple)
    made = []
    for suffix in (".case", ".case.yaml"):
        checked = check(f"{EXAMPLES / name}{suffix}", read)
        assert checked.sound
        assert checked.case_type is not None
        made.append(compile_case(checked.case_type, lock if isinstance(lock, Lock) else None))
    assert isinstance(made[0], Compiled)
    assert made[0] == made[1]
