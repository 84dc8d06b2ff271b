"""What `check` has found, at the station or the track that it is about.

A finding has a place in the text. The innermost line around that place which says a state, a stage, a transition or a
step of time is what it is about; of a transition that is several tracks, the flag stands at the first. What is about
something that no map shows (a field, a role, a calendar) has a number in the list and no flag.

A flag says how bad it is by its shape: an error is an octagon, a warning a triangle, an opinion a circle; its number
leads to the list below the map.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from casedsl.model.records import CaseType, Timer, Transition
from casedsl.syntax.finding import Finding, Severity
from casedsl.syntax.span import Span
from casedsl.syntax.tree import Document, Line
from casedsl.transit.exits import ANYWHERE, Exit, Yard, stage_key

Place = tuple[str, int, int]
"""Where a line begins: file, line, column."""


class Flag(Struct, frozen=True):
    """`station` or `track` is the key of what the finding is about; neither, if no map shows it."""

    number: int
    severity: Severity
    code: str
    headline: str
    place: str
    station: str = ""
    track: str = ""


def flags(
    case_type: CaseType, yard: Yard, documents: Iterable[Document], findings: Iterable[Finding]
) -> tuple[Flag, ...]:
    """A flag for each finding, numbered in their order."""
    known = dict(_known(case_type, yard))
    tops = [line for document in documents for line in document.lines]
    made: list[Flag] = []
    for number, finding in enumerate(findings, 1):
        about = [known[place] for line in _around(tops, finding.span) if (place := _begin(line.span)) in known]
        station, track = about[-1] if about else ("", "")
        said = finding.code, finding.headline, str(finding.span)
        made.append(Flag(number, finding.severity, *said, station, track))
    return tuple(made)


def _begin(span: Span) -> Place:
    return span.file, span.line, span.column


def _around(lines: Iterable[Line], span: Span) -> Iterator[Line]:
    """The lines that have a place within them, from the outermost on."""
    for line in lines:
        if line.span.file == span.file and line.span.line <= span.line <= _last(line):
            yield line
            yield from _around(line.lines, span)


def _last(line: Line) -> int:
    """The last row of a line with all that is below it."""
    return max([line.span.end_line, *(_last(each) for each in line.lines)])


def _known(case_type: CaseType, yard: Yard) -> Iterator[tuple[Place, tuple[str, str]]]:
    """For the place of each line that a map shows the station, or the track, that stands for it."""
    leaving: dict[str, list[Exit]] = {}
    for each in yard.exits:
        leaving.setdefault(each.station, []).append(each)
    for state in case_type.states.values():
        yield _begin(state.span), (state.name, "")
        yield from _lines(state.name, state.transitions, state.timers, leaving.get(state.name, []))
    for stage in case_type.stages.values():
        key = stage_key(stage.name)
        yield _begin(stage.span), (key, "")
        yield from _lines(key, stage.transitions, stage.timers, leaving.get(key, []))
    yield from _lines(ANYWHERE, case_type.anywhere, (), leaving.get(ANYWHERE, []))


def _lines(
    station: str, transitions: Iterable[Transition], timers: Iterable[Timer], leaving: list[Exit]
) -> Iterator[tuple[Place, tuple[str, str]]]:
    """The lines of one station. Moves by time stand in their order; a step that only tells is the station's."""
    by_event = _first_of_each(leaving)
    for line in transitions:
        if line.event in by_event:
            yield _begin(line.span), ("", by_event[line.event])
    by_time = iter(_moves_by_time(leaving).values())
    for timer in timers:
        track = next(by_time, "") if timer.rung == "move" else ""
        yield _begin(timer.span), ("", track) if track else (station, "")


def _first_of_each(leaving: Iterable[Exit]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for each in leaving:
        if each.move.event:
            found.setdefault(each.move.event, each.key)
    return found


def _moves_by_time(leaving: Iterable[Exit]) -> Mapping[int, str]:
    found: dict[int, str] = {}
    for each in leaving:
        if not each.move.event:
            found.setdefault(each.move.number, each.key)
    return found
