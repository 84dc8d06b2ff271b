"""The table of constructs and the tables of the grammar: one description each, from which everything else is made."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from language_programs import ROOT

from casedsl.syntax.grammar import GRAMMAR, TABLES, tables_data, tables_text
from casedsl.syntax.language import LANGUAGE, Row
from casedsl.syntax.shapes import Clause, shape_of

ROWS = [(block, row) for block, rows in LANGUAGE.blocks.items() for row in rows]


def test_the_tables_are_those_of_the_grammar() -> None:
    """If this fails, run `python -m casedsl.syntax.grammar`."""
    assert TABLES.read_text("utf-8") == tables_text(GRAMMAR.read_text("utf-8"))


@pytest.mark.parametrize("seed", ["1", "2"])
def test_the_tables_depend_on_the_grammar_alone(seed: str) -> None:
    code = "import sys; from casedsl.syntax.grammar import *; print(tables_text(GRAMMAR.read_text('utf-8')), end='')"
    run = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    assert run.stdout == TABLES.read_text("utf-8")


def test_a_changed_grammar_is_read_without_its_tables(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    changed = tmp_path / "expr.lark"
    changed.write_text(GRAMMAR.read_text("utf-8").replace("?name: NAME", "?name: NAME\n?other: NAME"), "utf-8")
    monkeypatch.setattr("casedsl.syntax.grammar.GRAMMAR", changed)
    assert "other" in tables_data()["starts"]


@pytest.mark.parametrize(("block", "row"), ROWS, ids=lambda value: value.keyword if isinstance(value, Row) else value)
def test_every_value_is_a_kind_of_the_grammar_and_no_key_serves_twice(block: str, row: Row) -> None:
    kinds = {clause.kind for clause in row.shape.clauses if clause.kind} | ({row.shape.name} - {""})
    assert kinds <= tables_data()["starts"].keys()
    keys = [clause.key for clause in row.shape.clauses]
    assert len(keys) == len(set(keys)), "a line's words are keys in YAML"
    beside = [other for other in LANGUAGE.rows(block) if other is not row and other.makes == row.makes == "one"]
    for other in beside:
        assert not {clause.key for clause in other.shape.clauses} & set(keys), f"`{other.keyword}` in `{block}`"


def test_a_shape_is_taken_apart() -> None:
    shape = shape_of('[first | final] state NAME ["title"] of <names> [up to <size>] (when <expression> | otherwise)')
    assert (shape.flags, shape.keyword, shape.name, shape.title) == (("first", "final"), "state", "name", True)
    assert shape.clauses == (
        Clause("of", "names", False),
        Clause("up to", "size", True),
        Clause("when", "expression", True),
        Clause("otherwise", "", True),
    )
