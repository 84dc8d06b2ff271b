"""A place is named by the words around it, and a finding is known again by its rule and its place."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from report_programs import CIRCLE, FORK, at, made, shown

from casedsl.report.fingerprint import marks
from casedsl.syntax.case import read_case
from casedsl.syntax.finding import Finding
from casedsl.syntax.places import place_name
from casedsl.syntax.source import Source
from casedsl.syntax.span import Span


def named(text: str, mark: str) -> str:
    """The name of the place where a text stands first."""
    document, _ = read_case(Source("letter.case", text))
    assert document is not None
    before = text[: text.index(mark)].split("\n")
    return place_name(document, at(len(before), len(before[-1]) + 1, len(mark)))


@pytest.mark.parametrize(
    ("mark", "name"),
    [
        ("letter", "case type letter"),
        ("edition", "case type letter / edition"),
        ('"acme"', "case type letter / use"),
        ("urgent yes", "fields / field urgent"),
        ("yes/no", "fields / field urgent / type"),
        ("first state", "state new"),
        ("2 working", "state new / prompt clrk / after"),
        ('"New"', "state new"),
        ("clrk after", "state new / prompt clrk"),
        ("on answer", "state new / on answer"),
        ("checked or", "state new / on answer / to"),
        ("clerk\n", "state new / on answer / by"),
        ("checked when", "state new / on answer / to checked"),
        ("urgent is maybe", "state new / on answer / to checked / when"),
        ("greeting", "state new / on answer / to checked / send greeting"),
        ("clerk\n        to done", "state new / on answer / to checked / send greeting / to"),
        ("otherwise", "state new / on answer / to done"),
        ("by clrk\nfinal", "state checked / on send / by"),
        ("on note_down", "anywhere / on note_down"),
    ],
)
def test_a_place_has_the_names_of_the_lines_around_it(mark: str, name: str) -> None:
    assert named(FORK, mark) == name


def test_a_line_that_could_not_be_read_has_the_place_before_it() -> None:
    text = CIRCLE.replace("    on remind -> reminded", "    on remind > reminded")
    assert named(text, "> reminded") == "state asked"


def test_what_stands_before_everything_has_the_documents_name() -> None:
    assert named("# a comment\n" + CIRCLE, "a comment") == "case type letter"


def prints(text: str, file: str = "letter.case") -> list[tuple[str, str, str]]:
    about = shown(text, file)
    pairs = zip(about.findings, marks(about), strict=True)
    return sorted((finding.code, mark.place, mark.fingerprint) for finding, mark in pairs)


@given(st.lists(st.tuples(st.integers(0, FORK.count("\n")), st.sampled_from(["", "# seen", "    # seen again"]))))
@settings(derandomize=True, deadline=None, max_examples=40)
def test_lines_around_it_do_not_change_a_fingerprint(added: list[tuple[int, str]]) -> None:
    rows = FORK.split("\n")
    for place, row in sorted(added, reverse=True):
        rows.insert(place, row)
    assert prints("\n".join(rows)) == prints(FORK)


def test_a_new_title_and_a_new_line_above_do_not_change_a_fingerprint() -> None:
    edited = FORK.replace('"New"', '"Brand new"').replace("edition 1\n", "edition 1\n    version 3\n", 1)
    assert prints(edited) == prints(FORK)
    assert len({mark for *_, mark in prints(FORK)}) == len(prints(FORK)) >= 4


def test_a_file_that_was_moved_keeps_its_fingerprints() -> None:
    assert prints(FORK, "letters/new/letter.case") == prints(FORK)


def test_other_files_of_a_run_do_not_change_a_fingerprint() -> None:
    here, there = shown(FORK), shown(FORK, "copies/letter.case")
    both = replace(here, findings=here.findings + there.findings, documents=here.documents + there.documents)
    assert marks(both) == marks(here) + marks(there)


def test_another_rule_another_place_and_another_document_have_other_fingerprints() -> None:
    here = {mark for *_, mark in prints(FORK)}
    there = {mark for *_, mark in prints(FORK.replace("case type letter", "case type note"))}
    assert here.isdisjoint(there)
    one, two = (made(Finding(code, "error", at(1), "it is so")) for code in ("CD101", "CD102"))
    assert marks(one)[0].fingerprint != marks(two)[0].fingerprint


def test_findings_of_one_rule_at_places_of_one_name_are_told_apart() -> None:
    about = shown(CIRCLE.replace("by clerk", "by clrk, clrc", 1))
    assert [finding.code for finding in about.findings] == ["CD004", "CD004"]
    one, two = marks(about)
    assert one.place == two.place == "state new / on answer / by"
    assert one.fingerprint != two.fingerprint


def test_where_no_definition_could_be_read_the_text_of_the_line_counts() -> None:
    source = Source("letter.case", "nothing\n  of the   kind\n")
    finding = Finding("CD001", "error", at(2), "it is so")
    about = made(finding, sources={"letter.case": source})
    moved = made(
        Finding("CD001", "error", at(3), "it is so"), sources={"letter.case": Source("letter.case", "\n" + source.text)}
    )
    assert marks(about) == marks(moved)
    assert marks(about)[0].place == "of the kind"
    assert marks(made(finding))[0].place == ""


def test_the_smallest_stretch_around_a_place_names_it() -> None:
    """In another coat a line may be a block that spans those below it."""
    document, _ = read_case(Source("letter.case", CIRCLE))
    assert document is not None
    last = CIRCLE.count("\n") + 1
    blocks = tuple(replace(line, span=replace(line.span, end_line=last)) for line in document.lines)
    wide = replace(document, lines=blocks)
    row = next(number for number, line in enumerate(CIRCLE.split("\n"), 1) if "on remind" in line)
    assert place_name(wide, at(row, 8)) == "state asked / on remind"
    assert place_name(wide, Span("letter.case", row - 1, 1, row + 1, 9)) == "state asked"
    assert place_name(wide, at(last - 2, 2)) == "state reminded"
