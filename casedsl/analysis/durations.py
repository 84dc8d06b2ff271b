"""Which lengths of time can be compared without a calendar, and how long they are there.

Working hours and working days are two kinds: a day is never a number of hours. So are calendar days and months. Clear
days are as long as one day more: the last day, which doesn't count, has to be over.
"""

from __future__ import annotations

from casedsl_runtime.vocabulary import Duration

_SECONDS = {"minute": 60, "hour": 3600, "day": 86400}
_DAYS = {"day": 1, "week": 7}
_MONTHS = {"month": 1, "year": 12}


def measured(length: Duration) -> tuple[str, int]:
    """What a length can be compared with, and how long it is there."""
    if length.kind == "working":
        return (
            ("working days", length.count)
            if length.unit == "day"
            else ("working time", length.count * _SECONDS[length.unit])
        )
    if length.kind == "clear":
        return "calendar days", length.count + 1
    if length.kind == "clear working":
        return "working days", length.count + 1
    if length.kind == "clock":
        return "clock time", length.count * _SECONDS[length.unit]
    if length.unit in _DAYS:
        return "calendar days", length.count * _DAYS[length.unit]
    return "calendar months", length.count * _MONTHS[length.unit]


def surely_longer(one: Duration, other: Duration) -> bool:
    """Whether the first is longer than the second, in one kind of time."""
    (kind, size), (other_kind, other_size) = measured(one), measured(other)
    return kind == other_kind and size > other_size
