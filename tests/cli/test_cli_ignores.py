"""Comments that let a finding stand: what they silence, what they never silence, and what is said about wrong ones."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import pytest
from cli_desk import EXAMPLE, ROOT, Done, run
from hypothesis import given, settings
from hypothesis import strategies as st
from letters import ACME, LETTER, SLIP, SOUND, above, beside, write

from casedsl.artifact.lock import Lock, read_lock
from casedsl.compile import Checked, check, compile_case
from casedsl.rules import RULES, code_of, page_of
from casedsl.rules.verdict import ignorable
from casedsl.syntax.comments import comments_of
from casedsl.syntax.ignores import MOST_WRONG
from casedsl.syntax.source import Source

WHY = "letters are sent in from July on"
TAKEN_OUT = "take the ignore out"


def looked_at(text: str, **more: str) -> Checked:
    files = {"letter.case": text.encode(), "acme.case": ACME.read_bytes()}
    files |= {f"{name}.case": each.encode() for name, each in more.items()}
    return check("letter.case", lambda name: _only(files, name))


def found(checked: Checked) -> list[tuple[int, str]]:
    return [(each.span.line, each.code) for each in checked.findings if each.severity != "info"]


def headlines(checked: Checked, code: str) -> list[str]:
    return [each.headline for each in checked.findings if each.code == code]


BOTH = [(7, "CD101"), (10, "CD101")]


# --- where an ignore holds


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (LETTER, BOTH),
        (beside(7, f"casedsl: ignore[CD101] -- {WHY}"), BOTH[1:]),
        (beside(7, f"casedsl:ignore[ CD101 ]--{WHY}"), BOTH[1:]),
        (beside(7, f"since 2019  # casedsl: ignore[CD101] -- {WHY}  # and so on"), BOTH[1:]),
        (above(7, f"casedsl: ignore[CD101] -- {WHY}"), [(11, "CD101")]),
        (above(7, f"casedsl: ignore[CD101] -- {WHY}\n\n   # a remark\n"), [(14, "CD101")]),
        (beside(6, f"casedsl: ignore[CD101] -- {WHY}"), [(6, "CD014"), *BOTH]),
        (above(8, f"casedsl: ignore[CD101] -- {WHY}"), [(7, "CD101"), (8, "CD014"), (11, "CD101")]),
        (beside(7, f"casedsl: ignore[CD102] -- {WHY}"), [(7, "CD014"), *BOTH]),
        (beside(7, f"casedsl: ignore[CD102, CD101] -- {WHY}"), [(7, "CD014"), BOTH[1]]),
        (beside(7, f"casedsl: ignore[CD101, CD101] -- {WHY}"), [(7, "CD014"), BOTH[1]]),
        (LETTER + f"# casedsl: ignore[CD101] -- {WHY}\n", [*BOTH, (17, "CD014")]),
        (beside(7, "casedsl: ignore[CD101]"), [(7, "CD013"), *BOTH]),
        (LETTER.replace('"Lost"', f'"Lost # casedsl: ignore[CD101] -- {WHY}"'), BOTH),
        (LETTER.replace('"Lost"', f'"Lo\\"st"  # casedsl: ignore[CD101] -- {WHY}'), BOTH[1:]),
    ],
)
def test_an_ignore_holds_for_one_line(text: str, left: list[tuple[int, str]]) -> None:
    assert sorted(found(looked_at(text))) == sorted(left)


COAT = """\
case type: letter
title: Letter
edition: 1
use: acme
states:
  new:
    first: yes
    on:
      answer: {to: done, by: clerk}  # to # is no comment
  lost:%s
    title: "Lost # casedsl: ignore[CD101] -- no comment"
    on:
      answer: {to: done, by: clerk}
  done: {final: yes, title: Done}
"""


@pytest.mark.parametrize(
    ("comment", "left"),
    [
        ("", [(10, "CD101")]),
        (f"  # casedsl: ignore[CD101] -- {WHY}", []),
        (f"\n    # casedsl: ignore[CD101] -- {WHY}", [(10, "CD101"), (11, "CD014")]),
        ("  # casedsl: ignore[CD101]", [(10, "CD013"), (10, "CD101")]),
    ],
)
def test_an_ignore_holds_in_the_other_coat(comment: str, left: list[tuple[int, str]]) -> None:
    for text in (COAT % comment, (COAT % comment).replace("  lost:  #", "  # casedsl-less\n  lost:  #")):
        files = {"letter.case.yaml": text.encode(), "acme.case": ACME.read_bytes()}
        moved = text.count("\n") - (COAT % comment).count("\n")
        checked = check("letter.case.yaml", partial(_only, files))
        assert sorted(found(checked)) == sorted((line + moved, code) for line, code in left)


def _only(files: dict[str, bytes], name: str) -> bytes:
    if name not in files:
        raise FileNotFoundError(2, "No such file", name)
    return files[name]


def test_of_two_ignores_for_one_finding_the_second_is_unused() -> None:
    text = above(7, "casedsl: ignore[CD101] -- the first", beside(7, "casedsl: ignore[CD101] -- the second"))
    checked = looked_at(text)
    assert found(checked) == [(8, "CD014"), (11, "CD101")]
    assert [reason for _, reason in checked.ignored] == ["the first"]


def test_what_is_ignored_is_kept_with_its_reason() -> None:
    checked = looked_at(beside(7, "casedsl: ignore[CD101] -- see issue #12, decided 2026-11-02  # not this"))
    [(finding, reason)] = checked.ignored
    assert (finding.code, finding.span.line) == ("CD101", 7)
    assert reason == "see issue #12, decided 2026-11-02"
    assert finding not in checked.findings
    assert finding in looked_at(LETTER).findings


def test_opinions_may_be_ignored_too() -> None:
    checked = looked_at(beside(5, "casedsl: ignore[CD109] -- everybody knows", SOUND.replace('purpose "', 'note "')))
    assert "CD109" not in {each.code for each in checked.findings}


# --- what is no ignore


@pytest.mark.parametrize(
    ("comment", "headline", "way_out"),
    [
        ("casedsl: ignore[CD101]", "an ignore gives no reason", "`# casedsl: ignore[CD101] -- reason`"),
        ("casedsl: ignore[CD101] --", "an ignore gives no reason", "`# casedsl: ignore[CD101] -- reason`"),
        ("casedsl: ignore[CD101] --  # why", "an ignore gives no reason", "`# casedsl: ignore[CD101] -- reason`"),
        ("casedsl: ignore[CD101] - x", "this comment for casedsl can't be read", "`# casedsl: ignore[CODE] -- reason`"),
        ("casedsl: ignore -- x", "this comment for casedsl can't be read", "or begin the comment with another word"),
        ("casedsl: ignore[CD101 -- x", "this comment for casedsl can't be read", "`# casedsl: ignore[CODE]"),
        ("casedsl: ignores[CD101] -- x", "this comment for casedsl can't be read", "`# casedsl: ignore[CODE]"),
        ("casedsl:", "this comment for casedsl can't be read", "`# casedsl: ignore[CODE] -- reason`"),
        ("Casedsl : ignore[CD101] -- x", "this comment for casedsl can't be read", "`# casedsl: ignore[CODE]"),
        ("casedsl: ignore[] -- x", "an ignore doesn't name what it ignores", "`# casedsl: ignore[CODE] -- reason`"),
        ("casedsl: ignore[CD000] -- x", "there is no rule `CD000`", "`casedsl rule` lists them all"),
        ("casedsl: ignore[cd101] -- x", "there is no rule `cd101`", "did you mean `CD101`?"),
        ("casedsl: ignore[CD] -- x", "there is no rule `CD`", "`casedsl rule` lists them all"),
        ("casedsl: ignore[CD004] -- x", "`CD004` can't be ignored", TAKEN_OUT),
        ("casedsl: ignore[CD013] -- x", "`CD013` can't be ignored", TAKEN_OUT),
        ("casedsl: ignore[CD014] -- x", "`CD014` can't be ignored", TAKEN_OUT),
    ],
)
def test_a_wrong_ignore_is_a_finding_and_silences_nothing(comment: str, headline: str, way_out: str) -> None:
    checked = looked_at(beside(7, comment))
    [finding] = [each for each in checked.findings if each.code == "CD013"]
    assert (finding.severity, finding.headline, finding.span.line) == ("warning", headline, 7)
    assert way_out in finding.way_out
    assert found(checked) == [BOTH[0], (7, "CD013"), BOTH[1]]
    marked = LETTER.splitlines()[6] + f"  # {comment}"
    assert marked[finding.span.column - 1 : finding.span.end_column - 1] == f"# {comment}".partition("  # ")[0]


def test_a_wrong_code_takes_nothing_from_the_others() -> None:
    checked = looked_at(beside(7, "casedsl: ignore[CD999, CD101] -- why"))
    assert found(checked) == [(7, "CD013"), BOTH[1]]


@pytest.mark.parametrize("comment", ["casedsl is nice", "see casedsl.toml", "ignore[CD101] -- x", "no casedsl: x"])
def test_other_comments_are_left_alone(comment: str) -> None:
    assert found(looked_at(beside(7, comment))) == BOTH


def test_what_is_not_understood_can_not_be_ignored() -> None:
    for code in (code for code, may in ignorable().items() if not may):
        checked = looked_at(beside(5, f"casedsl: ignore[{code}] -- why", SLIP))
        assert not checked.sound
        assert {"CD004", "CD013"} == {each.code for each in checked.findings}


def test_nobody_is_told_of_unused_ignores_while_something_is_not_understood() -> None:
    assert found(looked_at(beside(6, "casedsl: ignore[CD101] -- why", SLIP))) == [(5, "CD004")]


def test_so_many_wrong_ignores_are_no_reason_to_take_long() -> None:
    rows = "# casedsl: ignore[" + ",".join(f"X{n}" for n in range(900)) + "] -- x\n"
    checked = looked_at(LETTER + rows * 300)
    assert len(headlines(checked, "CD013")) <= 2 * MOST_WRONG + 2
    assert headlines(checked, "CD013").count("so many comments for casedsl can't be read") == 1
    looked_at(LETTER + ("# casedsl: ignore[" + " " * 4000 + "\n") * 300)


# --- shared files


def organisation(comment: str, name: str = "desk") -> str:
    return ACME.read_text("utf-8").replace(f"team {name}", f"# {comment}\nteam {name}", 1)


def shared(tmp_path: Path, comment: str, *words: str, **texts: str) -> Done:
    write(tmp_path, **texts)
    (tmp_path / "acme.case").write_text(organisation(comment), "utf-8")
    return run("check", "--format", "concise", *words, cwd=tmp_path)


IGNORED = "casedsl: ignore[CD009] -- the desk opens in May"


def test_an_ignore_in_a_shared_file_holds_for_what_all_files_show(tmp_path: Path) -> None:
    done = shared(tmp_path, IGNORED, ".", letter=SOUND)
    assert (done.code, done.err.partition(", ")[2].partition(";")[0]) == (1, "1 ignored")
    assert "team `board` is used nowhere" in done.out
    assert "team `desk`" not in done.out


def test_an_ignore_in_a_shared_file_is_unused_if_nobody_needs_it(tmp_path: Path) -> None:
    used = SOUND.replace("first state new", "first state new").replace(
        "    on answer", "    team desk\n    on answer", 1
    )
    done = shared(tmp_path, IGNORED, ".", letter=used)
    assert "acme.case:17:1: CD014 warning: `CD009` has nothing to ignore on line 18" in done.out
    assert shared(tmp_path, IGNORED, "letter.case").out == "", "nobody asked about the shared file"
    assert shared(tmp_path, IGNORED, "letter.case", "acme.case").out == "", "other files may use it too"
    assert shared(tmp_path, IGNORED, "acme.case").out == "", "nobody who could need it was asked"
    assert "CD014" not in shared(tmp_path, IGNORED, ".", other=SLIP).out, "nobody knows what it would need"


# --- commands


def test_ignored_errors_do_not_fail_and_are_counted(tmp_path: Path) -> None:
    text = beside(7, "casedsl: ignore[CD101] -- x", beside(10, "casedsl: ignore[CD101] -- y"))
    write(tmp_path, letter=text)
    assert run("check", "letter.case", cwd=tmp_path) == Done(0, "", "nothing found in 1 file, 2 ignored\n")
    assert run("map", "letter.case", cwd=tmp_path).code == 0
    assert looked_at(text).sound


def _wrong_programs() -> list[tuple[str, str]]:
    """The first wrong program of each rule about the model whose finding is an error."""
    programs = []
    for rule in RULES:
        code = code_of(rule)
        body = (page_of(code) or "").partition("Wrong:\n")[2].partition("Right:\n")[0]
        if ignorable()[code] and body:
            programs.append((code, "\n".join(row[4:] for row in body.strip("\n").split("\n")) + "\n"))
    return programs


@pytest.mark.parametrize(("code", "program"), _wrong_programs())
def test_what_is_ignored_can_be_compiled(code: str, program: str) -> None:
    """An author may let stand whatever a rule says about the model: the compiler must be able to go on."""
    text = re.sub(r"# (CD\d{3}).*", r"# casedsl: ignore[\1] -- a test", program)
    checked = looked_at(text)
    assert code not in {each.code for each in checked.findings if each.severity == "error"}
    lock = read_lock((EXAMPLE / "calendars.lock").read_text("utf-8"))
    assert isinstance(lock, Lock)
    if checked.sound and checked.case_type is not None:
        compile_case(checked.case_type, lock)


# --- comments


@pytest.mark.parametrize(
    ("row", "text", "beside_something"),
    [
        ("# x", " x", False),
        ("    # x # y", " x # y", False),
        ('a "#" # x', " x", True),
        ('a "\\"#" #x', "x", True),
        ("a#", "", True),
        ('a "# open', None, True),
        ("a", None, True),
    ],
)
def test_comments_begin_outside_of_quotes(row: str, text: str | None, beside_something: bool) -> None:
    comments = comments_of(Source("x.case", f"first\n{row}\n"))
    if text is None:
        assert comments == ()
        return
    [comment] = comments
    assert (comment.text, comment.beside, comment.span.line) == (text, beside_something, 2)
    assert row[comment.span.column - 1 : comment.span.end_column - 1] == f"#{text}"


@settings(derandomize=True, deadline=None)
@given(st.lists(st.text('#"\\ ab[]:-', max_size=30), max_size=8))
def test_comments_cut_every_line_in_two(rows: list[str]) -> None:
    for comment in comments_of(Source("x.case", "".join(f"{row}\n" for row in rows))):
        row = rows[comment.span.line - 1]
        before = row[: comment.span.column - 1]
        assert row == f"{before}#{comment.text}"
        assert comment.beside == bool(before.strip())
        assert "#" not in re.sub(r'"(?:\\.|[^"\\])*"', "", before)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.text("casedl: ignore[CD104],-#", max_size=40))
def test_whatever_a_comment_says_the_definition_is_checked(comment: str) -> None:
    plain = found(looked_at(LETTER))
    checked = looked_at(beside(7, f"casedsl: {comment}"))
    assert {code for _, code in found(checked)} <= {"CD101", "CD013", "CD014"}
    assert set(found(checked)) >= set(plain) - {(each.span.line, each.code) for each, _ in checked.ignored}


def test_no_example_needs_an_ignore() -> None:
    assert not [path for path in (ROOT / "examples").rglob("*.case") if "casedsl: ignore" in path.read_text("utf-8")]
