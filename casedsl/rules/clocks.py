"""4xx: hours that a change of the clocks skips, and hours that are counted where there are none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise

from msgspec import Struct

from casedsl.analysis.facts import Facts
from casedsl.analysis.horizon import Horizon
from casedsl.analysis.hours import hours_of, periods_of
from casedsl.model.records import Calendar
from casedsl.rules.calendars import counted
from casedsl.syntax.finding import Finding, Label
from casedsl.syntax.span import Span

_DAY = 86_400
_EPOCH = date(1970, 1, 1)
_MOST_DATES = 3


def cd410_hours_in_a_gap(facts: Facts) -> Iterator[Finding]:
    """No opening begins or ends at a time that a change of the clocks skips.

    Such a time doesn't exist on that day. It moves forward by as much as is skipped: a shift from 01:30 then opens at
    02:30, and one from 01:00 to 02:00 doesn't take place. That may be meant, but seldom is. The rule is asked only
    where a day is given and a lock is there, for the locked years know when clocks change. Times that are repeated in
    autumn are no finding: of the two the first is meant.

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
        yield from (_in_a_gap(calendar, span, what, dates) for (span, what), dates in moved.items())


class _Moved(Struct, frozen=True):
    """What a calendar does at a skipped time: the verb, that time, and the time that it becomes (nothing: it falls
    out)."""

    does: str
    at: str
    becomes: str


class _Gap(Struct, frozen=True):
    """The wall-clock times `[start, end)` that a zone skips, in seconds since 1970-01-01T00:00 local."""

    start: int
    end: int

    def skips(self, wall: int) -> bool:
        """Whether a time lies within; its very beginning is the instant of the change, so nothing moves there."""
        return self.start < wall < self.end


def _moved_in(calendar: Calendar, horizon: Horizon) -> Iterator[tuple[date, Span, _Moved]]:
    """The dates on which clocks skip a time of the calendar, with the line that says it."""
    hours, period_of = hours_of(calendar, horizon.holidays), periods_of(calendar)
    for gap in _gaps(*horizon.zones.get(calendar.zone, ((), ()))):
        here = _EPOCH + timedelta(gap.start // _DAY)
        for day in (here - timedelta(1), here):
            midnight, spans = (day - _EPOCH).days * _DAY, hours(day)
            for span in spans:
                moved = _moved(gap, midnight + span[0] * 60, midnight + span[1] * 60)
                yield from ((here, _place(calendar, day, span), each) for each in moved)
            ends = period_of(day.isoformat()).ends
            if spans and ends != "closing" and gap.skips(midnight + ends * 60):
                yield here, calendar.span, _at(gap, "ends its working day at", midnight + ends * 60)


def _gaps(changes: tuple[int, ...], offsets: tuple[int, ...]) -> Iterator[_Gap]:
    """The times that are skipped; where a whole day is (Apia, 30 December 2011), that day simply doesn't exist."""
    for change, (before, after) in zip(changes[1:], pairwise(offsets), strict=True):
        if before < after < before + _DAY:
            yield _Gap(change + before, change + after)


def _moved(gap: _Gap, opens: int, closes: int) -> Iterator[_Moved]:
    if gap.start <= opens and closes <= gap.end:
        yield _Moved("is open from", f"{_clock(opens)} to {_clock(closes)}", "")
    elif gap.skips(opens):
        yield _at(gap, "opens at", opens)
    elif gap.skips(closes):
        yield _at(gap, "closes at", closes)


def _at(gap: _Gap, does: str, wall: int) -> _Moved:
    return _Moved(does, _clock(wall), _clock(wall + gap.end - gap.start))


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


def _in_a_gap(calendar: Calendar, span: Span, what: _Moved, dates: list[date]) -> Finding:
    from casedsl_runtime.messages import show_date  # few checks come here

    first, *others = dates
    so = f"{what.does} {what.becomes}" if what.becomes else "stays closed"
    notes = [("so", f"on such a day it {so}")]
    if others:
        more = f" and {len(others) - _MOST_DATES} more" if len(others) > _MOST_DATES else ""
        notes.insert(0, ("also on", ", ".join(show_date(day) for day in others[:_MOST_DATES]) + more))
    return Finding(
        "CD410",
        "warning",
        span,
        f"calendar `{calendar.name}` {what.does} {what.at}, which the clocks skip on {show_date(first)}",
        notes=tuple(notes),
        way_out="choose a time before or after those that are skipped",
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
        first state new "New"
            team desk
            on answer -> done
                by clerk
        final state done "Done"
    """
    case_type = facts.case_type
    if case_type is None or facts.graph is None:
        return
    told: Mapping[Span, tuple[str, Calendar]] = {
        length.span: (str(length.duration), calendar)
        for length, calendar in counted(case_type, facts)
        if length.duration.kind == "working" and length.duration.unit != "day" and _counts_days(calendar)
    }
    for span, (length, calendar) in told.items():
        where = () if calendar.built_in else (Label(calendar.span, "it has days without hours"),)
        yield Finding(
            "CD413",
            "error",
            span,
            f"{length} can't be counted in calendar `{calendar.name}`, which has days without hours",
            labels=where,
            way_out="count working days, or count in a calendar with hours",
        )


def _counts_days(calendar: Calendar) -> bool:
    return any(period.whole_days for period in calendar.periods)
