"""Weekdays and opening hours as they are written: `mon-thu`, `09:00-12:30, 22:00-06:00`."""

from __future__ import annotations

from casedsl.model.desk import Desk
from casedsl.model.values import minute_of, words_of
from casedsl.syntax.tree import Phrase, Value

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = 24 * 60


def weekdays_of(value: Value) -> tuple[int, ...]:
    """The weekdays of a list, 0 is Monday; `sat-mon` goes over the weekend."""
    found: dict[int, None] = {}
    for word in words_of(value):
        first, _, last = word.text.partition("-")
        start, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
        found.update(dict.fromkeys(day % 7 for day in range(start, end + 1 if start <= end else end + 8)))
    return tuple(found)


def opening_spans(value: Value | None, desk: Desk) -> tuple[tuple[int, int], ...]:
    """Opening hours in minutes after midnight, in order; those that close before they open last past midnight."""
    parts = value.parts if isinstance(value, Phrase) else ()
    return tuple(sorted(span for part in parts if (span := _span(part, desk))))


def _span(value: Value, desk: Desk) -> tuple[int, int] | None:
    first, last = words_of(value)
    opens, closes = minute_of(first.text), minute_of(last.text)
    if opens is None or closes is None or opens in (closes, DAY):
        headline = f"`{value.text}` are no opening hours"
        desk.wrong(value.span, headline, "write them as 09:00-17:30; 24:00 ends a day, 22:00-06:00 lasts past it")
        return None
    return opens, closes if opens < closes else closes + DAY
