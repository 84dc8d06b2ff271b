"""How findings about time speak of moments: `Friday 16:00` of an ordinary week, a whole date of a locked year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casedsl_runtime.vocabulary import Duration

from casedsl.model.records import Timer

if TYPE_CHECKING:  # a check that compares nothing loads neither the comparing nor the records of the artifact
    from casedsl_runtime.artifact import CompiledCalendar

    from casedsl.analysis.sooner import Moment, Told

WORDS = {
    "prompt": "the prompt",
    "alert": "the alert",
    "escalate": "the escalation",
    "move": "the move",
}
_DAY = 86_400
_WEEK = 7


def told_of(timer: Timer) -> str:
    """`the alert after 1 clock day`."""
    return f"{WORDS[timer.rung]} after {timer.after.duration}"


def example(moment: Moment, late: Timer, soon: Timer, calendar: str) -> str:
    """The minute at which two timers begin to count, and those at which they come, the sooner one first."""
    zone = moment.table.calendar
    entry, one, other = (
        told_at(zone, at, moment.entry, moment.told) for at in (moment.entry, moment.one, moment.other)
    )
    return f"from {entry}: {WORDS[soon.rung]} {other}, {WORDS[late.rung]} {one} (calendar `{calendar}`)"


def told_at(zone: CompiledCalendar, at: int, entry: int, told: Told) -> str:
    """An instant as people read it, `Friday 16:00` of an ordinary week: it stands for any Friday. What is over at
    midnight is over at the 24:00 of the day before."""
    from casedsl_runtime.messages import show_due, show_instant  # only a finding needs them

    text = show_instant(at, zone) if at == entry else show_due(at, zone)
    weekday, day, month, _, time = text.split(" ", 4)
    if told == "dates":
        return text
    if told == "days of the year":
        return f"{day} {month}, {time}"
    days = 0 if at == entry else (at - 1) // _DAY - entry // _DAY
    return f"{weekday} {time}" if days < _WEEK else f"{weekday} {time} {days} days later"


def why_of(one: Duration, other: Duration) -> str:
    """Why the longer of two lengths is not always the same."""
    kinds, units = {one.kind, other.kind}, {one.unit, other.unit}
    if kinds & {"working", "clear working"} and kinds - {"working", "clear working"}:
        return "nights, weekends and holidays count in one of the two and not in the other"
    if kinds <= {"working", "clear working"}:
        return "a working day is over at its closing, however many hours it has"
    if units & {"month", "year"}:
        return "months and years differ in length"
    return "where clocks change, a day has 23 or 25 hours"
