"""`docs/language.md` specifies every construct that is built: it has a row, an example that is run, and true dates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import cache

import pytest
from casedsl_runtime.vocabulary import Counting, Duration
from casedsl_runtime.worktime import Calendars, Stretch, at_least_before, due, instant_of, ledger, load, local
from docs_blocks import ROOT, Block, blocks_of, checked, expected, files_before, programs

from casedsl.artifact.bundle import compile_bundle
from casedsl.artifact.lock import Lock, read_lock
from casedsl.model.scope import _TAKEN
from casedsl.rules import RULES, code_of
from casedsl.syntax.complaints import RESERVED
from casedsl.syntax.language import LANGUAGE, Row
from casedsl.syntax.tree import Line
from casedsl.syntax.use import read_definition

PAGE = ROOT / "docs" / "language.md"
TEXT = PAGE.read_text("utf-8")
SECTIONS = re.split(r"^(?=#+ )", TEXT, flags=re.M)


BUILT = [
    (block.replace("case type file", "file").replace("organisation file", "file"), row)
    for block, rows in LANGUAGE.blocks.items()
    if block != "file"
    for row in rows
    if row.construct.built
]
"""Every construct that is built, with the block in whose section the page specifies it."""


def _name(value: object) -> str:
    return value.keyword if isinstance(value, Row) else str(value)


def _clauses(row: Row) -> list[str]:
    """The clause words of a line that are built, its own keyword and its title left out."""
    keys = [*row.shape.flags, *(clause.key for clause in row.shape.clauses)]
    return [key for key in keys if key != row.keyword and row.built(key)]


def _rows(block: str) -> list[str]:
    """The first cells of the tables in the sections about a block: those whose heading names it."""
    sections = [section for section in SECTIONS if f"`{block}`" in section.partition("\n")[0]]
    rows = (line for section in sections for line in section.split("\n") if line.startswith("| `"))
    return [row.split("|")[1].strip() for row in rows]


@pytest.mark.parametrize(("block", "row"), BUILT, ids=_name)
def test_a_construct_has_a_row_in_the_section_of_its_block(block: str, row: Row) -> None:
    written = "NAME TYPE" if row.keyword == "field" else row.keyword
    cells = [cell for cell in _rows(block) if re.search(rf"`{re.escape(written)}[ `]", cell)]
    assert cells, f"docs/language.md has no row `{written} …` in a section whose heading names `{block}`"
    for clause in _clauses(row):
        word = {"to": "(->|to)", "type": "TYPE"}.get(clause, re.escape(clause))
        shown = any(re.search(rf"(?<!\w){word}(?!\w)", cell) for cell in cells)
        assert shown, f"no row of `{written}` shows `{clause}`"


@cache
def _shown() -> frozenset[tuple[str, str, str]]:
    """(block, keyword, clause) of every line in the examples without a finding; the clause of a bare line is empty."""
    blocks = (block for block in blocks_of(PAGE) if block.kind in ("case", "case fragment"))
    clean = (block for block in blocks if not any(expected(program) for _, program in programs(block)))
    return frozenset(line for block in clean for line in _lines_in(block))


def _lines_in(block: Block) -> Iterator[tuple[str, str, str]]:
    files = files_before(block) | dict(programs(block))
    for file, _ in programs(block):
        document = read_definition(file, lambda name: files[name].encode()).document
        assert document is not None
        yield from _lines(document.header.lines, document.kind)
        yield from _lines(document.lines, "file")


def _lines(lines: tuple[Line, ...], block: str) -> Iterator[tuple[str, str, str]]:
    for line in lines:
        yield block, line.keyword, ""
        for clause in line.clauses:
            yield block, line.keyword, clause
        yield from _lines(line.lines, line.keyword)


@pytest.mark.parametrize(("block", "row"), BUILT, ids=_name)
def test_a_construct_stands_in_an_example_that_is_run(block: str, row: Row) -> None:
    for clause in ("", *_clauses(row)):
        assert (block, row.keyword, clause) in _shown(), f"no clean example of `{row.keyword}` with `{clause}`"


def test_every_finding_has_a_row() -> None:
    codes = re.findall(r"^\| (CD\d{3}) \|", TEXT, re.M)
    assert codes == [code_of(rule) for rule in RULES]
    assert set(re.findall(r"CD\d{3}", TEXT)) <= set(codes)


def test_every_reserved_name_stands_on_the_page() -> None:
    section = next(section for section in SECTIONS if section.startswith("## Text"))
    for name in (*RESERVED, *(name for names in _TAKEN.values() for name in names)):
        assert f"`{name}`" in section


def test_every_link_leads_to_a_heading() -> None:
    headings = re.findall(r"^#+ (.*)$", TEXT, re.M)
    anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert [link for link in re.findall(r"\]\(#([^)]*)\)", TEXT) if link not in anchors] == []


# Dates.


@cache
def _calendars() -> Calendars:
    """The calendars of the page's organisation, with the holidays that the example has locked."""
    block = next(block for block in blocks_of(PAGE) if block.info == "case")
    ((file, program),) = programs(block)
    organisation = checked(block, file, program).organisation
    lock = read_lock((ROOT / "examples" / "complaint" / "calendars.lock").read_text("utf-8"))
    assert organisation is not None
    assert isinstance(lock, Lock)
    bundle, problems = compile_bundle(organisation.calendars.values(), lock)
    assert problems == ()
    return load(bundle)


def _instant(text: str) -> int:
    moment = datetime.strptime(text, "%a %d %b %Y %H:%M")
    assert _told(moment) == text, f"{text} is no such weekday"
    return instant_of(_calendars()["office"], moment)


def _told(moment: datetime) -> str:
    return f"{moment:%a} {moment.day} {moment:%b %Y %H:%M}"


def _shown_at(instant: int) -> str:
    """An instant that ends something: midnight is 24:00 of the day that is over."""
    moment, before = (local(_calendars()["office"], at) for at in (instant, instant - 1))
    return _told(moment) if moment.date() == before.date() else f"{_told(before)[:-5]}24:00"


def _table(header: str) -> list[list[str]]:
    table = TEXT.partition(f"| {header} |\n")[2].partition("\n\n")[0]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in table.split("\n")[1:]]


def _duration(text: str) -> Duration:
    count, *kind, unit = text.split()
    return Duration(int(count), " ".join(kind) or "calendar", unit.removesuffix("s"))  # type: ignore[arg-type]


def test_the_table_of_due_instants_is_true() -> None:
    rows = _table("starts | length | stands still | due")
    assert len(rows) > 9
    for starts, length, still, said in rows:
        start = _instant(starts)
        ends = [_instant(end) for end in still.split(" to ")] if still else []
        runs = [start, *ends, None]
        stretches = [Stretch(runs[i] or 0, runs[i + 1], "office") for i in range(0, len(runs), 2)]
        reached = due(_calendars(), stretches, _duration(length), start)
        assert reached is not None
        assert _shown_at(reached) == said, starts


def test_the_example_with_dates_is_true() -> None:
    section = next(section for section in SECTIONS if section.startswith("### An example with dates"))
    said = " ".join(section.split())
    for moment in ("Tuesday 24 March 2026 at 14:00", "Thursday 26 March at 10:00", "Monday 30 March at 11:00"):
        assert moment in said
    start = _instant("Tue 24 Mar 2026 14:00")
    asked, replied = _instant("Thu 26 Mar 2026 10:00"), _instant("Mon 30 Mar 2026 11:00")
    stretches = [Stretch(start, asked, "office"), Stretch(replied, None, "office")]
    rows = ledger(_calendars(), stretches, Duration(10, "working", "day"), start)
    counted = [_shown_at(row.end) for row in rows if row.what == "counted"]
    told = _table("a working day ends | counts as | why")
    assert [end for end, number, _ in told if number.isdigit()] == counted
    assert [int(number) for _, number, _ in told if number.isdigit()] == list(range(1, 11))
    first, last = _instant("Tue 24 Mar 2026 00:00"), _instant(told[-1][0])
    ends = _calendars()["office"].calendar.ends
    assert [end for end, _, _ in told] == [_shown_at(end) for end in ends if first < end <= last]


def test_a_date_that_closes_early_is_a_working_day_until_then() -> None:
    start = _instant("Wed 23 Dec 2026 10:00")
    reached = due(_calendars(), [Stretch(start, None, "office")], Duration(1, "working", "day"), start)
    assert reached == _instant("Thu 24 Dec 2026 12:00")


def _counting(text: str) -> Counting:
    """The words of a promise: `begins on a working day before 16:00, due at closing, rolls forward`."""
    counting = Counting()
    for words in filter(None, text.split(", ")):
        kind, *rest = words.split()
        if kind == "begins":
            counting = replace(
                counting, begins="on a working day", cut_off=_minute(rest[-1]) if "before" in rest else None
            )
        elif kind == "rolls":
            counting = replace(counting, rolls=rest[0])  # type: ignore[arg-type]
        else:
            at = " ".join(rest[1:])
            counting = replace(counting, due_at=_minute(at) if at[0].isdigit() else at)  # type: ignore[arg-type]
    return counting


def _minute(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def test_the_table_of_ways_to_count_is_true() -> None:
    rows = _table("starts | length | counted | due")
    assert len(rows) > 12
    for starts, length, counted, said in rows:
        start = _instant(starts)
        reached = due(
            _calendars(),
            [Stretch(start, None, "office")],
            _duration(length),
            start,
            _counting(counted.replace("`", "")),
        )
        assert reached is not None
        assert _shown_at(reached) == said, (starts, length, counted)


def test_the_table_of_deadlines_before_an_event_is_true() -> None:
    rows = _table("at least | before | counted | last moment")
    assert len(rows) > 5
    for length, event, counted, said in rows:
        day = datetime.strptime(event, "%a %d %b %Y")
        assert f"{day:%a} {day.day} {day:%b %Y}" == event
        reached = at_least_before(
            _calendars()["office"], day.date(), _duration(length), _counting(counted.replace("`", ""))
        )
        assert _shown_at(reached) == said, (length, event, counted)
