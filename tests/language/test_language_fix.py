"""Fixes carried out: what changes is what was meant, in both coats, and everything else stays to the letter."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import dedent

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from language_programs import ACME
from language_trees import documents
from msgspec.structs import replace

from casedsl.cli.check.fixing import Fixed, Look, each_alone, fixed
from casedsl.compile import Checked
from casedsl.syntax.coats import COATS, Coat, coat_of
from casedsl.syntax.finding import Edit, Finding, Fix
from casedsl.syntax.mending.edits import applied
from casedsl.syntax.mending.meant import as_meant
from casedsl.syntax.mending.taking import all_lines, line_at, text_edits
from casedsl.syntax.source import Source
from casedsl.syntax.span import Span
from casedsl.syntax.tree import Document
from casedsl.syntax.use import Read

SEEDED = settings(
    derandomize=True,
    deadline=None,
    max_examples=80,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
CASE = """\
case type letter "Letter"
    edition 1
    use "acme"

first state new "New"
    on answer -> done
        by clerk

final state done
"""
YAML = """\
case type: letter
title: Letter
edition: 1
use: acme
states:
  new:
    first: yes
    on:
      answer: {to: done, by: clerk}
  done: {final: yes}
"""


def reading(files: dict[str, str]) -> Read:
    known = {"acme.case": ACME} | {name: text.encode() for name, text in files.items()}

    def read(name: str) -> bytes:
        if name not in known:
            raise FileNotFoundError(2, "No such file", name)
        return known[name]

    return read


def fix(text: str, file: str = "a.case", unsafe: bool = False) -> Fixed:
    return fixed([file], reading({file: text}), unsafe)


def after(done: Fixed, file: str = "a.case") -> str:
    return done.new[file].decode()


def without(text: str, word: str, file: str) -> str | None:
    """A text without the line whose head holds a word, None if the rest says something else."""
    source = Source(file, text)
    document, found = coat_of(file).read(source)
    assert document is not None
    assert found == ()
    row = next(row for row, each in enumerate(text.split("\n"), 1) if word in each)
    column = text.split("\n")[row - 1].index(word) + 1
    edits = (Edit(Span(file, row, column, row, column + len(word)), None),)
    cuts = text_edits(source, document, edits)
    if cuts is None:
        return None
    new = applied(text, cuts)
    again, _ = coat_of(file).read(Source(file, new))
    return new if as_meant(source, document, again, edits) else None


# A line is taken out.


@SEEDED
@given(documents(), st.sampled_from([*COATS.values()]), st.randoms(use_true_random=False))
def test_any_line_can_be_taken_out(document: Document, coat: Coat, random: st.DataObject) -> None:
    """Of any definition, in any coat: the rest is what it was, unless a block would be empty."""
    source = Source(f"made{coat.suffix}", coat.printed(document))
    old, _ = coat.read(source)
    assert old is not None
    lines = list(all_lines(old))
    for line in lines[:: max(1, len(lines) // 3)]:
        edits = (Edit(line.span, None),)
        assert line_at(old, line.span) is line
        cuts = text_edits(source, old, edits)
        assert cuts is not None
        new, found = coat.read(Source(source.file, applied(source.text, cuts)))
        assert as_meant(source, old, new, edits) or any("nothing stands" in each.headline for each in found)


def test_a_line_goes_with_what_is_below_it_and_the_comments_above_it_stay() -> None:
    text = dedent("""\
        case type a
            edition 1

        # about b
        state b  # beside
            # first
            team c

            purpose "Why"
            # at its end

        # about d
        state d
    """)
    left = "case type a\n    edition 1\n\n# about b\n\n# about d\nstate d\n"
    assert without(text, "state b", "a.case") == left
    assert without(text, "purpose", "a.case") == text.replace('    purpose "Why"\n', "")
    assert without(text, "team c", "a.case") == text.replace("    team c\n", "")


def test_two_blank_lines_never_meet_and_other_comments_stay() -> None:
    text = "case type a\n    edition 1\n\nstate b\n    # inside\n  # between\n\nstate c\n\nstate d\n"
    assert without(text, "state c", "a.case") == text.replace("state c\n\n", "")
    assert without(text, "state b", "a.case") == text.replace("state b\n    # inside\n", "")


BLOCKS = """\
case type: a
edition: 1
states:
  b:
    team: c
    # about timers
    timers:
      # about the first
      - {prompt: d, after: 1 working day}
      - move to: e  # beside
        after: 2 working days
        purpose: >-
          why
          and how
        # at its end
    on:
      f:
        to: g
        by: h

  i:
    first: yes
priority:
  score: 1
  blind to: j
  in: 0..2
"""


@pytest.mark.parametrize(
    ("word", "gone"),
    [
        ("team", ["    team: c\n"]),
        ("prompt", ["      - {prompt: d, after: 1 working day}\n"]),
        (
            "move to",
            [
                "      - move to: e  # beside\n        after: 2 working days\n",
                "        purpose: >-\n          why\n          and how\n        # at its end\n",
            ],
        ),
        ("purpose", ["        purpose: >-\n          why\n          and how\n"]),
        ("f:", ["    on:\n      f:\n        to: g\n        by: h\n"]),
        ("by", ["        by: h\n"]),
        ("i:", ["  i:\n    first: yes\n"]),
        ("score", ["  score: 1\n", "  in: 0..2\n"]),
        ("blind to", ["  blind to: j\n"]),
    ],
)
def test_keys_go_with_their_values_in_yaml(word: str, gone: list[str]) -> None:
    left = BLOCKS
    for rows in gone:
        assert rows in left
        left = left.replace(rows, "")
    assert without(BLOCKS, word, "a.case.yaml") == left


@pytest.mark.parametrize(
    ("flow", "word", "left"),
    [
        ("states: {b: {team: c, purpose: d}, e: {team: f}}", "team: c", "states: {b: {purpose: d}, e: {team: f}}"),
        ("states: {b: {team: c, purpose: d}, e: {team: f}}", "purpose", "states: {b: {team: c}, e: {team: f}}"),
        ("states: {b: {team: c, purpose: d}, e: {team: f}}", "e: {", "states: {b: {team: c, purpose: d}}"),
        ("states: {b: {team: c}}", "team", "states: {b: {}}"),
        ("states: {b: {on: {c: {to: d}}, team: e}}", "c: {", "states: {b: {team: e}}"),
        (
            "states: {b: {timers: [{prompt: c, after: 1 working day}, {alert: c, after: 2 working days}]}}",
            "prompt",
            "states: {b: {timers: [{alert: c, after: 2 working days}]}}",
        ),
        (
            "states: {b: {timers: [{prompt: c, after: 1 working day}, {alert: c, after: 2 working days}]}}",
            "alert",
            "states: {b: {timers: [{prompt: c, after: 1 working day}]}}",
        ),
        (
            "priority: {score: 1, blind to: b, in: 0..2, rises with: c}",
            "score",
            "priority: {blind to: b, rises with: c}",
        ),
        ("priority: {rises with: c, score: 1, in: 0..2}", "score", "priority: {rises with: c}"),
    ],
)
def test_entries_go_with_their_commas_in_yaml(flow: str, word: str, left: str) -> None:
    head = "case type: a\nedition: 1\n"
    assert without(f"{head}{flow}\n", word, "a.case.yaml") == f"{head}{left}\n"


def test_nothing_is_taken_out_of_what_is_repeated() -> None:
    text = "case type: a\nedition: 1\nstates:\n  b: &x {team: c}\n  d: *x\n"
    document, _ = coat_of("a.yaml").read(Source("a.yaml", text))
    assert document is not None
    line = document.lines[0]
    assert text_edits(Source("a.yaml", text), document, (Edit(line.span, None),)) is None


# What a change may be.


def meant(text: str, new: str, *edits: Edit) -> bool:
    (old, _), (again, _) = (coat_of("a.case").read(Source("a.case", each)) for each in (text, new))
    return as_meant(Source("a.case", text), old, again, edits)


def _edit(text: str, word: str, by: str | None) -> Edit:
    row = next(row for row, each in enumerate(text.split("\n"), 1) if word in each)
    column = text.split("\n")[row - 1].index(word) + 1
    return Edit(Span("a.case", row, column, row, column + len(word)), by)


def test_a_word_may_change_where_it_was_meant_to_and_nowhere_else() -> None:
    edit = _edit(CASE, "clerk", "clark")
    new = CASE.replace("clerk", "clark")
    assert meant(CASE, new, edit)
    for wrong in (
        CASE,
        CASE.replace("clerk", "clork"),
        CASE.replace("clerk", "clark, boss"),
        new.replace("answer", "reply"),
        new.replace('"Letter"', '"Later"'),
        new.replace("final state done\n", ""),
        new + "state more\n",
        new.replace("clark", "clark # why"),
    ):
        assert not meant(CASE, wrong, edit), wrong


def test_a_line_that_could_not_be_read_may_appear_alone() -> None:
    text = CASE.replace("by clerk", "bye clerk")
    edit = _edit(text, "bye", "by")
    assert meant(text, CASE, edit)
    assert not meant(text, CASE.replace("done", "gone"), edit)
    assert not meant(text, CASE + "state more\n", edit)


# Findings are mended.


def test_typos_are_mended_in_case() -> None:
    text = CASE.replace("by clerk", "bye clerk").replace("-> done", "-> dome") + "# at the end\n"
    done = fix(text)
    assert after(done) == CASE + "# at the end\n"
    assert {finding.code for finding in done.applied} == {"CD003", "CD004"}
    assert done.old == {"a.case": text.encode()}
    assert done.refused == ()
    assert not any(finding.severity == "error" for each in done.checked for finding in each.findings)
    assert done.summary() == "2 fixes carried out"


def test_typos_are_mended_in_yaml_too() -> None:
    text = YAML.replace("by: clerk", "by: clark").replace("to: done", "to: dome")
    done = fix(text, "a.case.yaml")
    assert after(done, "a.case.yaml") == YAML
    assert done.diff().startswith("--- a.case.yaml\n+++ a.case.yaml\n@@ ")


def test_a_key_is_mended_beside_others_on_its_row() -> None:
    text = "organisation: acme\nedition: 1\nroles:\n  clerk: {title: Clerk, outsid: yes}\n"
    done = fix(text, "a.case.yaml")
    assert after(done, "a.case.yaml") == text.replace("outsid", "outside")
    assert done.refused == ()


def test_a_key_that_could_be_two_is_not_mended_unasked() -> None:
    """`statse` is nearer to `states` than to `stages`, but both are near."""
    done = fix(YAML.replace("states:", "statse:"), "a.case.yaml")
    assert done.new == {}
    assert [finding.headline for finding in done.unsafe] == ["there is no key `statse` at the left margin"]
    assert after(fix(YAML.replace("states:", "statse:"), "a.case.yaml", unsafe=True), "a.case.yaml") == YAML


def test_line_ends_and_marks_stay() -> None:
    text = "\ufeff" + CASE.replace("clerk", "clark").replace("\n", "\r\n")
    assert after(fix(text)) == text.replace("clark", "clerk")


def test_unsafe_fixes_wait_until_they_are_asked_for() -> None:
    text = CASE + '    purpose "A"\n    purpose "B"\n'
    done = fix(text)
    assert (done.new, done.applied) == ({}, ())
    assert [finding.code for finding in done.unsafe] == ["CD002"]
    assert done.summary() == "1 fix with --unsafe-fixes"
    done = fix(text, unsafe=True)
    assert after(done) == CASE + '    purpose "A"\n'
    assert done.unsafe == ()


def test_a_fix_in_a_file_that_is_used_is_carried_out_there() -> None:
    files = {
        "a.case": CASE.replace('"acme"', '"b"'),
        "b.case": ACME.decode().replace("people   clerk, chief", "people   clark, chief"),
    }
    assert "clark" in files["b.case"]
    done = fixed(["a.case"], reading(files), False)
    assert {name: data.decode() for name, data in done.new.items()} == {"b.case": ACME.decode()}


def _looking(edits: dict[str, Fix]) -> tuple[list[int], Look]:
    """A check that gives fixes of our own to findings with a headline."""
    seen: list[int] = []

    def look(files: Sequence[str], read: Read) -> tuple[Checked, ...]:
        seen.append(1)
        return tuple(
            replace(result, findings=tuple(_given(finding, edits) for finding in result.findings))
            for result in each_alone(files, read)
        )

    return seen, look


def _given(finding: Finding, edits: dict[str, Fix]) -> Finding:
    given = next((each for word, each in edits.items() if word in finding.headline), None)
    return replace(finding, fix=given) if given else finding


@pytest.mark.parametrize(
    ("by", "reason"),
    [
        ("nobody", "there would be a new error: there is no role `nobody`"),
        ("clerk, boss", "the file would say something else"),
        ('clerk"', "the file would say something else"),
        ("clork", "the finding would stay"),
    ],
)
def test_a_fix_that_does_anything_else_is_refused_with_the_reason(by: str, reason: str) -> None:
    text = CASE.replace("by clerk", "by clork")
    wrong = Fix("wrong", True, (_edit(text, "clork", by),))
    if by == "clerk, boss":
        wrong = Fix("wrong", True, (_edit(text, "by clork", "but not who did clork"),))
    seen, look = _looking({"`clork`": wrong})
    done = fixed(["a.case"], reading({"a.case": text}), False, look)
    assert done.new == {}
    assert [why for _, why in done.refused] == [reason]
    assert done.summary() == "1 fix refused"
    assert len(seen) < 5


def test_one_wrong_fix_doesn_t_hold_up_the_others() -> None:
    text = CASE.replace("by clerk", "by clork").replace("-> done", "-> dome")
    _, look = _looking({"`clork`": Fix("wrong", True, (_edit(text, "clork", "nobody"),))})
    done = fixed(["a.case"], reading({"a.case": text}), False, look)
    assert after(done) == text.replace("dome", "done")
    assert [finding.headline for finding, _ in done.refused] == ["there is no role `clork`"]


def test_fixes_of_the_same_text_are_carried_out_one_after_the_other() -> None:
    """Two findings about one word: with the first fix the second finding is gone too."""
    text = CASE.replace("by clerk", "by clork")

    def look(files: Sequence[str], read: Read) -> tuple[Checked, ...]:
        results = each_alone(files, read)
        return tuple(replace(each, findings=(*each.findings, *map(_doubled, each.findings))) for each in results)

    done = fixed(["a.case"], reading({"a.case": text}), False, look)
    assert after(done) == CASE
    assert len(done.applied) == 1


def _doubled(finding: Finding) -> Finding:
    return replace(finding, code="CD998")


def test_where_there_is_nothing_to_mend_nothing_is_said() -> None:
    done = fix(CASE)
    assert (done.new, done.diff(), done.summary()) == ({}, "", "")
