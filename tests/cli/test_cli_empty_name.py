"""An empty name, as `$FILE` is where nobody set it, is said to be one."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_desk import run

SENTENCE = "casedsl: an empty name is no file; name a file or a folder\n"


@pytest.mark.parametrize(
    "words",
    [
        ("check", ""),
        ("check", "--fix", ""),
        ("check", "a.case", ""),
        ("fmt", ""),
        ("compile", ""),
        ("convert", ""),
        ("test", ""),
        ("map", ""),
        ("check", "--config", "", "a.case"),
        ("check", "-o", "", "a.case"),
    ],
)
def test_an_empty_name_is_no_file(words: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "a.case").write_text("case type a\n", "utf-8")
    done = run(*words, cwd=tmp_path)
    assert (done.code, done.out, done.err) == (2, "", SENTENCE)
    assert (tmp_path / "a.case").read_text("utf-8") == "case type a\n"


def test_a_name_of_blanks_is_shown_in_quotes(tmp_path: Path) -> None:
    assert run("check", "  ", cwd=tmp_path).err == "casedsl: there is no file '  '; look at the name and the folder\n"
