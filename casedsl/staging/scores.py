"""7xx: cases that are opened as a finding tells them, each with the priority that it has then, or when it has waited so
long that it ages no more. What takes two cases to be seen is two scenarios."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from casedsl.analysis.graph import timers_in
from casedsl.analysis.scoring.records import Pair, Scored
from casedsl.analysis.scoring.runs import opened
from casedsl.analysis.scoring.sheet import sheet_of
from casedsl.analysis.sooner import Week
from casedsl.analysis.stories import Beat
from casedsl.model.records import Addition, CaseType
from casedsl.staging.script import LONG, CannotBeStaged, Script, again
from casedsl.syntax.finding import Finding, subjects

PRIORITY = "priority"
_MOST_WAITED = 380 * 24 * 60
"""Minutes after which no case may age any more, so that LONG is long enough, holidays and all."""


def falling(script: Script, finding: Finding) -> None:
    """CD702: the case with more has the lower priority."""
    pair = again(each for each in script.facts.scores.falling if each.field.span == finding.span)
    known = pair.one.score is not None and pair.two.score is not None and pair.one.score <= pair.two.score
    _differ(script, pair, known)


def seeing(script: Script, finding: Finding) -> None:
    """CD709: two cases that differ in nothing else have another priority."""
    pair = again(each for each in script.facts.scores.seeing if each.field.span == finding.span)
    _differ(script, pair, pair.one.score == pair.two.score)


def _differ(script: Script, pair: Pair, waits: bool) -> None:
    for case, told in _cast(script, (pair.one, pair.two)):
        _stands(told, case, waits)


def without_part(script: Script, finding: Finding) -> None:
    """CD703: an addition holds, and adds nothing; two cases differ in a field, and have one priority."""
    idle = again(
        each
        for each in script.facts.scores.idle
        if each.span == finding.span and finding.about == subjects("field", each.field)
    )
    if not idle.shown or any(case.score is None for case in idle.shown):
        raise CannotBeStaged("no case was met in which it would be seen")
    if idle.addition is not None and idle.addition.pace is not None:
        raise CannotBeStaged("points that come with age add nothing however long a case waits")
    for case, told in _cast(script, idle.shown):
        _stands(told, case, band=idle.band)


def empty(script: Script, finding: Finding) -> None:
    """CD704: the cases that come nearest to the band have another."""
    found = [each for each in script.facts.scores.empty if finding.named("band") == (each.band.name,)]
    if not found:
        raise CannotBeStaged("that a case has no band shows in no line of a scenario")
    if not found[0].beside:
        raise CannotBeStaged("no case was met that comes near the band")
    for case, told in _cast(script, found[0].beside):
        waits = case.later is not None and case.score != case.later and case.later < found[0].band.at_least
        _stands(told, case, waits)
        if case.band is not None and not waits:
            told.then(f"{PRIORITY} is {case.band}")


def overtaken(script: Script, finding: Finding) -> None:
    """CD710: however long the one case waits, a new one comes first."""
    found = again(each for each in (script.facts.scores.overtaken,) if each is not None)
    for (case, told), waits in zip(_cast(script, (found.waiting, found.fresh)), (True, False), strict=True):
        _stands(told, case, waits)


def _cast(script: Script, cases: Iterable[Scored]) -> list[tuple[Scored, Script]]:
    """A script for each case, the first of them the one that is there."""
    return [(case, script if place == 0 else script.beside()) for place, case in enumerate(cases)]


def _stands(script: Script, case: Scored, waits: bool = False, band: bool = False) -> None:
    """A case is opened, perhaps waits, and has the priority that is told of it."""
    case_type = script.case_type
    if PRIORITY in case_type.fields or PRIORITY in case_type.promises:
        raise CannotBeStaged("a field or a promise has the name of the priority")
    if not case.life:
        _is_so(case, case_type)
    _lives(script, case)
    if waits and case.life:
        raise CannotBeStaged("it shows only after it has waited, and time may act meanwhile")
    if waits:
        _waits(script)
    score = case.later if waits else case.score
    told = case.band if band and case.band else score
    script.then(f"{PRIORITY} is {'not set' if told is None else told}")


def _is_so(case: Scored, case_type: CaseType) -> None:
    """Whether the case is worth that when it runs, too."""
    assert case_type.priority is not None
    result = opened(sheet_of(case_type, case_type.priority, "nothing"), dict(case.given))
    if (case.sum, case.later) == ((result.sum, result.later) if result else (None, None)):
        return
    blind = ", ".join(f"`{ref}`" for ref in case_type.priority.blind_to)
    raise CannotBeStaged(
        f"when a case runs, its priority doesn't get to see {blind}" if blind else "it hangs on what has happened"
    )


def _lives(script: Script, case: Scored) -> None:
    """A case is opened, and what happens in it happens."""
    script.given = case.given if not case.life else case.life[0].said
    _opens(script)
    for step in case.life[1:]:
        assert step.by is not None
        script.does(step.by, Beat((), step.said))


def _opens(script: Script) -> None:
    """Somebody opens the case who may give all that is given then."""
    fields, roles = script.case_type.fields, script.case_type.organisation.roles
    wanted = [{ref.name for ref in fields[name].sources} for name, _ in script.given if fields[name].sources]
    if not wanted:
        return
    outside = [role.name for role in roles.values() if role.outside]
    inside = [role.name for role in roles.values() if not role.outside]
    able = [role for role in (*outside, *inside) if all(role in each for each in wanted)]
    if not able:
        raise CannotBeStaged("no one person may give all of it when a case is opened")
    script.party = able[0]


def _waits(script: Script) -> None:
    """So long that the case ages no more."""
    case_type = script.case_type
    assert case_type.priority is not None
    if any(timer.rung == "move" for timer in timers_in(case_type, case_type.first.name)):
        raise CannotBeStaged("time moves the case on while it waits")
    weeks = [week for week in map(Week, case_type.organisation.calendars.values()) if week.minutes]
    ages = [row for row in case_type.priority.additions if row.pace is not None]
    if any(_aged(row, week) > _MOST_WAITED for row in ages for week in weeks):
        raise CannotBeStaged("it shows only after more than a year")
    script.waits(LONG)


def _aged(row: Addition, week: Week) -> int:
    """The minutes after which an addition has given all its points, at most."""
    assert row.pace is not None
    each, after = row.pace.each.duration, row.pace.after
    beats = -(-row.up_to // max(row.points, 1))
    return week.most(replace(each, count=each.count * beats)) + (week.most(after.duration) if after else 0)
