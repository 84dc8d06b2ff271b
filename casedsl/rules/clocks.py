"""4xx: times that a change of the clocks skips or repeats, and hours that are counted where there are none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise

from msgspec import Struct

from casedsl.analysis.facts import Facts
from casedsl.analysis.horizon import Horizon
from casedsl.analysis.hours import hours_of, periods_of
from casedsl.analysis.ladders import calendars_of, ladders
from casedsl.model.records import Calendar, CaseType, Time
from casedsl.rules.calendars import counted
from casedsl.syntax.finding import Finding, Label, Subject
from casedsl.syntax.span import Span

_DAY = 86_400
_EPOCH = date(1970, 1, 1)
_MOST_DATES = 3


def cd410_hours_in_a_gap(facts: Facts) -> Iterator[Finding]:
    """No opening begins or ends, and no promise is due, at a time that a change of the clocks skips.

    Such a time doesn't exist on that day. It moves forward by as much as is skipped: a shift from 01:30 then opens at
    02:30, and one from 01:00 to 02:00 doesn't take place. That may be meant, but seldom is. The rule is asked only
    where a day is given and a lock is there, for the locked years know when clocks change. A time that is repeated in
    autumn is an opinion: of the two the first is meant. So are clock days where clocks change: they are 24 hours each,
    and end at another time of day then.

    Wrong:

        organisation mill "Mill"
            edition 1
        calendar night
            zone Europe/London
            open sat-sun hours 01:30-06:00             # CD410

    Right:

        organisation mill "Mill"
            edition 1
        calendar night
            zone Europe/London
            open sat-sun hours 02:00-06:00
    """
    horizon = facts.horizon
    if horizon is None or facts.organisation is None:
        return
    for calendar in facts.organisation.calendars.values():
        moved: dict[tuple[Span, _Moved], list[date]] = {}
        for day, span, what in () if calendar.built_in else _moved_in(calendar, horizon):
            moved.setdefault((span, what), []).append(day)
        skipped = {span for span, what in moved if not what.twice}
        for (span, what), days in moved.items():
            if not (what.twice and span in skipped):
                yield _at_a_change(Subject("calendar", calendar.name), span, what, days)
    if facts.case_type is not None and facts.graph is not None:
        yield from _promised(facts.case_type, horizon)
        yield from _clock_days(facts.case_type, facts, horizon)


class _Moved(Struct, frozen=True):
    """What is done at a time that is skipped or comes twice: the verb, that time, and the time that it becomes
    (nothing: it falls out)."""

    does: str
    at: str
    becomes: str
    twice: bool = False


class _Change(Struct, frozen=True):
    """The wall-clock times `[start, end)` that a zone skips or, going back, has twice, in seconds since
    1970-01-01T00:00 local."""

    start: int
    end: int
    twice: bool

    def touches(self, wall: int) -> bool:
        """Whether a time lies within; the very beginning is the instant of the change, so nothing moves there."""
        return self.start < wall < self.end


def _moved_in(calendar: Calendar, horizon: Horizon) -> Iterator[tuple[date, Span, _Moved]]:
    """The dates on which clocks skip or repeat a time of the calendar, with the line that says it."""
    hours, period_of = hours_of(calendar, horizon.holidays), periods_of(calendar)
    for change in _changes(calendar, horizon):
        here = _date(change)
        for day in (here - timedelta(1), here):
            midnight, spans = (day - _EPOCH).days * _DAY, hours(day)
            for span in spans:
                moved = _moved(change, midnight + span[0] * 60, midnight + span[1] * 60)
                yield from ((here, _place(calendar, day, span), each) for each in moved)
            ends = period_of(day.isoformat()).ends
            if spans and ends != "closing" and change.touches(midnight + ends * 60):
                yield here, calendar.span, _at(change, "ends its working day at", midnight + ends * 60)


def _changes(calendar: Calendar, horizon: Horizon) -> Iterator[_Change]:
    """The times that are skipped or come twice; where a whole day is skipped (Apia, 30 December 2011), that day simply
    doesn't exist."""
    changes, offsets = horizon.zones.get(calendar.zone, ((), ()))
    for change, (before, after) in zip(changes[1:], pairwise(offsets), strict=True):
        if abs(after - before) < _DAY:
            yield _Change(change + min(before, after), change + max(before, after), after < before)


def _date(change: _Change) -> date:
    return _EPOCH + timedelta(change.start // _DAY)


def _moved(change: _Change, opens: int, closes: int) -> Iterator[_Moved]:
    if not change.twice and change.start <= opens and closes <= change.end:
        yield _Moved("is open from", f"{_clock(opens)} to {_clock(closes)}", "")
    elif change.touches(opens):
        yield _at(change, "opens at", opens)
    elif change.touches(closes):
        yield _at(change, "closes at", closes)


def _at(change: _Change, does: str, wall: int) -> _Moved:
    becomes = "" if change.twice else _clock(wall + change.end - change.start)
    return _Moved(does, _clock(wall), becomes, change.twice)


def _clock(wall: int) -> str:
    minute = wall // 60 % 1440
    return f"{minute // 60:02}:{minute % 60:02}"


def _place(calendar: Calendar, day: date, span: tuple[int, int]) -> Span:
    """The line that says these hours, or closes them early."""
    special = next((each for each in calendar.days if each.date == day.isoformat()), None)
    if special is not None:
        return special.span
    openings = periods_of(calendar)(day.isoformat()).openings
    lines = (each.span for each in openings if day.weekday() in each.weekdays and span in each.spans)
    return next(lines, calendar.span)


def _promised(case_type: CaseType, horizon: Horizon) -> Iterator[Finding]:
    """The promises that are due, or are cut off, at a time that clocks skip or repeat."""
    for promise in case_type.promises.values():
        calendar, counting = case_type.organisation.calendars[promise.calendar.name], promise.counting
        times = (("is due at", counting.due_at), ("begins by the next day from", counting.cut_off))
        for does, minute in times:
            changes = list(_changes(calendar, horizon)) if isinstance(minute, int) else []
            touched = [each for each in changes if each.touches(_on(each, minute))]
            known = [each for each in touched if not each.twice] or touched
            if known:
                what, days = _at(known[0], does, _on(known[0], minute)), [_date(each) for each in known]
                yield _at_a_change(Subject("promise", promise.name), promise.span, what, days)


def _on(change: _Change, minute: int | str | None) -> int:
    """The wall clock at a minute of the date of a change."""
    return change.start // _DAY * _DAY + (minute * 60 if isinstance(minute, int) else 0)


def _clock_days(case_type: CaseType, facts: Facts, horizon: Horizon) -> Iterator[Finding]:
    """Lengths of clock days, where clocks change in the zone of the teams or of the promise."""
    lengths: dict[Time, Calendar] = {}
    for ladder in ladders(case_type, facts.reached):
        for calendar in calendars_of(case_type, facts.teams, ladder):
            lengths.update((timer.after, calendar) for timer in ladder.timers)
    for promise in case_type.promises.values():
        calendar = case_type.organisation.calendars[promise.calendar.name]
        lengths.update((length, calendar) for length in promise.lengths)
    for length, calendar in lengths.items():
        if (length.duration.kind, length.duration.unit) == ("clock", "day") and any(_changes(calendar, horizon)):
            yield Finding(
                "CD410",
                "info",
                length.span,
                f"{length.duration} are {length.duration.count * 24} hours, also where clocks change",
                notes=(("so", "on such a day they end at another time of day than they began"),),
                way_out=f"write `{length.duration.count} calendar days` if the time of day is meant",
            )


def _at_a_change(what: Subject, span: Span, moved: _Moved, dates: list[date]) -> Finding:
    from casedsl_runtime.messages import show_date  # few checks come here

    first, *others = dates
    so = f"{moved.does} {moved.becomes}" if moved.becomes else "stays closed"
    notes = [("so", "of the two times the first is meant" if moved.twice else f"on such a day it {so}")]
    if others:
        more = f" and {len(others) - _MOST_DATES} more" if len(others) > _MOST_DATES else ""
        notes.insert(0, ("also on", ", ".join(show_date(day) for day in others[:_MOST_DATES]) + more))
    how = "comes twice" if moved.twice else "the clocks skip"
    return Finding(
        "CD410",
        "info" if moved.twice else "warning",
        span,
        f"{what.kind} `{what.name}` {moved.does} {moved.at}, which {how} on {show_date(first)}",
        about=(what,),
        notes=tuple(notes),
        way_out="choose a time before or after " + ("the repeated hour" if moved.twice else "those that are skipped"),
    )


def cd413_hours_among_days(facts: Facts) -> Iterator[Finding]:
    """Working minutes and hours are counted in a calendar with hours.

    A calendar of `days` knows which dates are working days and nothing of their hours, so a working hour in it would be
    an hour of the night as well.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        promise answered_soon "Answered soon"
            within 8 working hours                     # CD413
            calendar every day
            met by answer
            alert chief when 50% used
        first state new "New"
            team desk
            on answer -> done
                by clerk
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        promise answered_soon "Answered soon"
            within 8 working hours
            calendar office
            met by answer
            alert chief when 50% used
        first state new "New"
            team desk
            on answer -> done
                by clerk
        final state done "Done"
    """
    case_type = facts.case_type
    if case_type is None or facts.graph is None:
        return
    lengths = ((length, calendar) for length, calendar, _ in counted(case_type, facts))
    asked = (*lengths, *_left(case_type), *_waited(case_type, facts))
    told: Mapping[Span, tuple[str, Calendar]] = {
        length.span: (str(length.duration), calendar)
        for length, calendar in asked
        if length.duration.kind == "working" and length.duration.unit != "day" and _counts_days(calendar)
    }
    for span, (length, calendar) in told.items():
        where = () if calendar.built_in else (Label(calendar.span, "it has days without hours"),)
        yield Finding(
            "CD413",
            "error",
            span,
            f"{length} can't be counted in calendar `{calendar.name}`, which has days without hours",
            about=(Subject("calendar", calendar.name),),
            labels=where,
            way_out="count working days, or count in a calendar with hours",
        )


def _left(case_type: CaseType) -> Iterator[tuple[Time, Calendar]]:
    """The lengths that are counted back: what is left when a step of a promise comes, and before a date."""
    for promise in case_type.promises.values():
        calendar = case_type.organisation.calendars[promise.calendar.name]
        if promise.before is not None:
            yield promise.within, calendar
        yield from ((step.left, calendar) for step in promise.steps if step.left is not None)


def _waited(case_type: CaseType, facts: Facts) -> Iterator[tuple[Time, Calendar]]:
    """The lengths by which a priority ages, in the calendar of each team that can have an open case."""
    shared, rows = case_type.organisation, case_type.priority.additions if case_type.priority else ()
    paces = [row.pace for row in rows if row.pace is not None]
    open_ = [state for state in facts.reached if case_type.states[state].kind != "final"]
    named = {team or next(iter(shared.teams), "") for state in open_ for team in facts.teams[state]}
    calendars = (shared.teams[team].calendar for team in sorted(named) if team)
    known = [shared.calendars[ref.name] for ref in calendars if ref]
    yield from ((pace.each, calendar) for pace in paces for calendar in known)


def _counts_days(calendar: Calendar) -> bool:
    return any(period.whole_days for period in calendar.periods)
