"""When a calendar is open: hours of a week, dates that differ from it, and the days for which a week holds."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from casedsl.syntax.span import Span


class Opening(Struct, frozen=True):
    """A weekly opening: weekdays (0 is Monday) and spans in minutes after local midnight, `[open, close)`; a span that
    lasts past midnight belongs to the day on which it begins, and ends after more than 1440 minutes."""

    weekdays: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]
    span: Span


class SpecialDay(Struct, frozen=True):
    """A date that differs from its week. `spans` are hours of its own, which hold whatever week and holidays say (None:
    those that it would have); from minute `closes` after local midnight on it is closed (None: as its hours say)."""

    date: str
    title: str
    spans: tuple[tuple[int, int], ...] | None
    closes: int | None
    span: Span


class Period(Struct, frozen=True):
    """The days from the date `since` (empty: from the beginning) until the next period begins, and what holds then.

    Attributes:
      openings: the week.
      regions: public holidays of any of these are closed (`GB-ENG`, `DE-BY`, `FR`).
      ends: the minute after local midnight at which a working day is over, or at its last closing.
      whole_days: the week is one of days without hours; each is open from midnight to midnight.
    """

    since: str
    openings: tuple[Opening, ...]
    regions: tuple[str, ...] = ()
    ends: int | Literal["closing"] = "closing"
    whole_days: bool = False
