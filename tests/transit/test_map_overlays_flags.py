"""Findings on the map: each at what it is about, in both coats; what no map shows has a number and no flag."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from casedsl.compile import Checked, check
from casedsl.model.records import CaseType, Stage, State
from casedsl.report.selection import shown
from casedsl.syntax.finding import Finding
from casedsl.syntax.span import Span
from casedsl.transit.exits import ANYWHERE, stage_key, yard
from casedsl.transit.overlays.flags import Flag, flags
from casedsl.transit.surveying import survey

EXAMPLES = Path(__file__).resolve().parent.parent.parent / "examples"
WHOLE = sorted(
    path
    for path in EXAMPLES.glob("*/*.case*")
    if path.name.split(".")[0] == path.parent.name and path.parent.name != "broken"
)


def checked_of(path: Path) -> tuple[Checked, CaseType]:
    checked = check(str(path), lambda name: Path(name).read_bytes())
    assert checked.case_type is not None
    return checked, checked.case_type


def flagged(path: Path, findings: Iterable[Finding]) -> tuple[Flag, ...]:
    checked, case_type = checked_of(path)
    return flags(case_type, yard(case_type), checked.documents, findings)


def test_findings_of_a_broken_definition_stand_where_they_belong() -> None:
    path = EXAMPLES / "broken" / "permit.case"
    found = flagged(path, shown(checked_of(path)[0].findings))
    assert [(flag.code, flag.station or flag.track) for flag in found] == [
        ("CD508", ""),
        ("CD009", ""),
        ("CD507", "received"),
        ("CD401", "papers_missing"),
        ("CD106", found[4].track),
        ("CD402", "checked"),
        ("CD810", "checked/inspect/inspected"),
        ("CD008", found[7].track),
        ("CD103", "overdue"),
        ("CD501", "approved"),
        ("CD102", "refused"),
        ("CD101", "waitlisted"),
    ]
    assert found[4].track.startswith("papers_missing/papers_sent/")
    assert found[7].track.startswith("checked/withdraw/")
    assert [flag.number for flag in found] == list(range(1, 13))
    assert found[2].place.endswith("permit.case:49:19")
    assert {flag.severity for flag in found} == {"error", "warning"}


def at(span: Span) -> Finding:
    return Finding("CD000", "error", span, "something is so")


@pytest.mark.parametrize("path", WHOLE, ids=lambda path: path.name)
def test_a_finding_about_any_line_stands_at_its_station_or_track(path: Path) -> None:
    """In both coats: a finding at the word of a state, a transition or a step of time is flagged there."""
    _, case_type = checked_of(path)
    network = survey(case_type)
    owners: list[tuple[str, State | Stage]] = [(state.name, state) for state in case_type.states.values()]
    owners += [(stage_key(stage.name), stage) for stage in case_type.stages.values()]
    asked: list[tuple[Span, str, str]] = [(owner.span, key, "") for key, owner in owners]
    lines = [(key, line) for key, owner in owners for line in owner.transitions]
    lines += [(ANYWHERE, line) for line in case_type.anywhere]
    asked += [(line.span, key, f"{key}/{line.event}/") for key, line in lines]
    asked += [
        (timer.span, key, f"{key}/(time)/" if timer.rung == "move" else "")
        for key, owner in owners
        for timer in owner.timers
    ]
    found = flagged(path, [at(span) for span, _, _ in asked])
    assert len(found) == len(asked)
    for flag, (_, station, begin) in zip(found, asked, strict=True):
        if begin:
            assert (flag.station, network.track[flag.track].source) == ("", station)
            assert flag.track.startswith(begin)
        else:
            assert (flag.station, flag.track) == (station, "")


@pytest.mark.parametrize("path", WHOLE, ids=lambda path: path.name)
def test_a_finding_about_a_field_or_a_promise_has_no_flag(path: Path) -> None:
    _, case_type = checked_of(path)
    spans = [field.span for field in case_type.fields.values()] + [each.span for each in case_type.promises.values()]
    assert {flag.station + flag.track for flag in flagged(path, map(at, [*spans, case_type.span]))} == {""}
