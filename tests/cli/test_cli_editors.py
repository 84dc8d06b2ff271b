"""`casedsl schema` and `casedsl editor`: what they write is what the package ships."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_desk import run

from casedsl.editors.__main__ import SCHEMA, TEXTMATE


@pytest.mark.parametrize(("words", "shipped"), [(("schema",), SCHEMA), (("editor", "textmate"), TEXTMATE)])
def test_what_an_editor_reads_is_printed_or_written(words: tuple[str, ...], shipped: Path, tmp_path: Path) -> None:
    printed = run(*words, cwd=tmp_path)
    assert (printed.code, printed.err) == (0, "")
    assert printed.out == shipped.read_text("utf-8")
    done = run(*words, "-o", "made.json", cwd=tmp_path)
    assert (done.code, done.out, done.err) == (0, "", "wrote made.json\n")
    assert (tmp_path / "made.json").read_text("utf-8") == printed.out


def test_the_schema_with_what_is_not_built_knows_more(tmp_path: Path) -> None:
    built, later = run("schema", cwd=tmp_path), run("schema", "--later", cwd=tmp_path)
    known = json.loads(built.out)["definitions"].keys()
    assert json.loads(later.out)["definitions"].keys() > known
    assert "built in edition 1" not in built.out


def test_a_place_that_does_not_exist_is_one_sentence(tmp_path: Path) -> None:
    done = run("schema", "-o", "no/made.json", cwd=tmp_path)
    assert done.code == 2
    assert done.sentence == "casedsl: there is no folder no for made.json; create it, or name another place"


def test_an_unknown_grammar_is_told_which_there_are(tmp_path: Path) -> None:
    done = run("editor", "textmat", cwd=tmp_path)
    assert done.code == 2
    assert "did you mean textmate?" in done.err
