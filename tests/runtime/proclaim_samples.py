"""Calendars that change, and short words for what tests of that do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time
from typing import Any

from casedsl_runtime import Outcome
from casedsl_runtime.artifact import Bundle, CompiledCalendar
from casedsl_runtime.loading import dump_bundle
from runtime_samples import BUNDLE, Desk, calendar, shown

OFFICE, DESK = BUNDLE.calendars
HALF = Bundle((calendar("office", time(13)), DESK), "2026.2", "2026a")
MONDAY, TUESDAY = "2026-03-09", "2026-03-10"


def closed(*dates: str, bundle: Bundle = BUNDLE) -> Bundle:
    """The bundle with these dates closed."""
    return replace(
        bundle, calendars=tuple(_closed(each, dates) for each in bundle.calendars), holidays_version="2026.2"
    )


def _closed(calendar: CompiledCalendar, dates: Sequence[str]) -> CompiledCalendar:
    shut = {date.fromisoformat(each).toordinal() for each in dates}
    keep = [i for i, day in enumerate(calendar.days) if day not in shut]
    cut = (tuple(each[i] for i in keep) for each in (calendar.opens, calendar.closes, calendar.days, calendar.ends))
    opens, closes, days, ends = cut
    return replace(calendar, opens=opens, closes=closes, days=days, ends=ends)


def proclaim(
    desk: Desk, when: str, calendars: Bundle, effective: int | str, key: str = "p", **more: Any
) -> Sequence[Outcome]:
    desk.clock.put(when)
    found = desk.host.proclaim(key, dump_bundle(calendars), effective, "a bank holiday", **more)
    assert all(each.accepted for each in found), found
    return found


def moved(outcome: Outcome) -> list[tuple[str, str | None, str | None]]:
    """What an entry says has moved: which clock, was, is."""
    entry = outcome.entries[-1]
    assert entry.kind == "recounted"
    return [
        (each.get("promise") or f"{each['clock']} {each['rung']}", shown(each["was"]), shown(each["due"]))
        for each in entry.values.get("moved", ())
    ]


def files(desk: Desk, bundle: Bundle) -> tuple[bytes, bytes]:
    with desk.store.reading() as unit:
        current = unit.current("complaint")
        artifact = current and unit.artifact(current[0])
    assert artifact is not None
    return artifact, dump_bundle(bundle)
