"""`casedsl check --fix`: mending what hides other faults is right, though they come to light; a wrong guess is not."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from cli_desk import run

from casedsl.cli.check.fixing import Fixed, fixed
from casedsl.compile import Checked
from casedsl.syntax.finding import Edit, Finding, Fix
from casedsl.syntax.span import Span
from casedsl.syntax.use import Read

ACME = (Path(__file__).parents[1] / "rules" / "acme.case").read_bytes()
CASE = """\
case type letter "A letter"
    edition 1
    use "acme"
first sate new
    team desk
    on answer -> elsewhere
        by clerk
        teem desk
final state done
"""
YAML = """\
case type: letter
edition: 1
use: acme
statse:
  new:
    first: yes
    team: desk
    on:
      answer: {to: elsewhere, by: clerk}
  done: {final: yes}
"""


def mended(text: str, file: str, unsafe: bool = False) -> Fixed:
    def read(name: str) -> bytes:
        if name not in (file, "acme.case"):
            raise FileNotFoundError(2, "No such file", name)
        return text.encode() if name == file else ACME

    return fixed([file], read, unsafe)


def test_a_torn_file_is_mended_although_that_uncovers_an_error(tmp_path: Path) -> None:
    (tmp_path / "acme.case").write_bytes(ACME)
    (tmp_path / "letter.case").write_text(CASE.replace("        teem desk\n", ""), "utf-8")
    done = run("check", "--fix", "--format", "concise", "letter.case", cwd=tmp_path)
    assert "first state new\n" in (tmp_path / "letter.case").read_text("utf-8")
    assert "1 fix carried out" in done.err
    assert "refused" not in done.err
    assert [line.split(": ")[1] for line in done.out.splitlines()] == ["CD004 error"]
    assert done.code == 1


def test_so_is_a_collection_in_yaml() -> None:
    done = mended(YAML, "letter.case.yaml", unsafe=True)
    assert done.new["letter.case.yaml"].decode() == YAML.replace("statse", "states")
    assert done.refused == ()
    assert "there is no state `elsewhere`" in [each.headline for each in done.checked[0].findings]


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("to: dome", "to: done"), ("by: clark", "by: clerk")],
)
def test_a_name_is_mended_although_rules_find_something_then(wrong: str, right: str) -> None:
    """Rules wait until every name is known; nobody gets to `spare`."""
    text = YAML.replace("statse", "states").replace("elsewhere", "done") + "  spare:\n    on:\n      go: {to: done}\n"
    done = mended(text.replace(right, wrong), "letter.case.yaml")
    assert done.new["letter.case.yaml"].decode() == text
    assert "CD101" in {each.code for each in done.checked[0].findings}


def test_a_fix_that_makes_a_second_line_is_refused() -> None:
    text = CASE.replace("sate", "state").replace("elsewhere", "done").replace("        teem desk\n", "    teem desk\n")
    done = mended(text, "letter.case")
    assert done.new == {}
    assert [reason for _, reason in done.refused] == ["there would be a new error: `team` stands twice"]


def test_so_is_one_that_writes_a_word_that_has_no_place_there() -> None:
    """`shown as` is read, and has no meaning yet: a rule that proposed it would be wrong."""
    text = (
        CASE.replace("sate", "state").replace("elsewhere", "done").replace("        teem desk\n", '    shwn as "x"\n')
    )
    done = mended(text, "letter.case")
    assert done.new == {}
    assert ["isn't part of edition 1 yet" in reason for _, reason in done.refused] == [True]


# What speaks against a fix, with findings made by hand.


def found_at(code: str, word: str, text: str, fix: str | None = None) -> Finding:
    """A finding at a word of a text."""
    start = text.index(word)
    line, column = text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)
    span = Span("letter.case", line, column, line, column + len(word))
    mend = None if fix is None else Fix("mend it", True, (Edit(span, fix),))
    return Finding(code, "error", span, f"{word} is wrong", fix=mend)


def judged(code: str, then: str, at: str) -> Fixed:
    """What becomes of two fixes if an error is found at a word where both were carried out."""
    old = CASE.replace("sate", "state").replace("        teem desk\n", "")

    def look(files: Sequence[str], read: Read) -> tuple[Checked, ...]:
        text = read("letter.case").decode()
        todo = [
            found_at(code, word, text, new)
            for word, new in (("answer", "replied_to_everybody"), ("clerk", "boss"))
            if word in text
        ]
        new = [found_at(then, at, text)] if not todo else []
        return (Checked("letter.case", None, None, {}, (*todo, *new)),)

    return fixed(["letter.case"], lambda file: old.encode(), False, look)


@pytest.mark.parametrize(
    ("code", "then", "at", "kept"),
    [
        ("CD003", "CD101", "elsewhere", True),
        ("CD003", "CD101", "boss", True),
        ("CD003", "CD004", "elsewhere", True),
        ("CD003", "CD004", "boss", False),
        ("CD004", "CD005", "boss", False),
        ("CD004", "CD004", "by", True),
        ("CD202", "CD101", "elsewhere", False),
        ("CD506", "CD004", "elsewhere", False),
    ],
)
def test_what_speaks_against_a_fix(code: str, then: str, at: str, kept: bool) -> None:
    """Where the mended word could hide others: what is wrong with the new words. Else: any new error."""
    done = judged(code, then, at)
    new = done.new["letter.case"].decode()
    assert ("replied_to_everybody" in new, "boss" in new) == (True, kept)
    assert len(done.refused) == (not kept)
