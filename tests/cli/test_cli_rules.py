"""Every code that the sources of casedsl can print has a page, in words and by its name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from cli_desk import ROOT, run

CODE = re.compile(r"\bcd\d{3}(?=_)|\bCD\d{3}\b")
CODES = sorted({code.upper() for path in (ROOT / "casedsl").rglob("*.py") for code in CODE.findall(path.read_text())})


def test_codes_are_found() -> None:
    assert {"CD001", "CD012", "CD103", "CD810"} <= set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_a_page(code: str, tmp_path: Path) -> None:
    page = run("rule", code, cwd=tmp_path)
    assert (page.code, page.err) == (0, "")
    head, empty, sentence, *_ = page.out.splitlines()
    name = head.removeprefix(f"{code} ")
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", name)
    assert empty == ""
    assert sentence
    assert run("rule", name, cwd=tmp_path) == page
    assert run("rule", code.lower(), cwd=tmp_path) == page


def test_the_list_has_every_rule_on_a_line(tmp_path: Path) -> None:
    listed = run("rule", cwd=tmp_path)
    assert (listed.code, listed.err) == (0, "")
    assert [line[:5] for line in listed.out.splitlines()] == CODES
    assert all(re.fullmatch(r"CD\d{3}  [a-z-]+: .+\.", line) for line in listed.out.splitlines())


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("CD1033", "did you mean CD103?"),
        ("unreachable-sate", "did you mean unreachable-state?"),
        ("nonsense", "`casedsl rule` lists them all"),
        ("", "`casedsl rule` lists them all"),
    ],
)
def test_a_code_that_is_none_has_a_hint(code: str, hint: str, tmp_path: Path) -> None:
    done = run("rule", code, cwd=tmp_path)
    assert done.code == 2
    assert done.sentence == f"casedsl: there is no rule `{code}`; {hint}"
