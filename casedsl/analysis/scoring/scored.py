"""From the sum of the terms to the score: additions, the range, what age leads to, the band. As the runtime does it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from casedsl_runtime.vocabulary import Value

from casedsl.analysis.scoring.records import Scored
from casedsl.analysis.scoring.sheet import Plus, Sheet
from casedsl.analysis.scoring.walks import World, settled
from casedsl.model.records import Priority


class Result(NamedTuple):
    """What a world is worth: the sum with its additions, the score within the range, the score when it ages no more,
    and the points of each addition."""

    sum: int
    score: int
    later: int
    added: tuple[int, ...]


class Reckoner:
    """Works out each world once."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.known: dict[tuple[int, int], Result] = {}

    def result(self, world: World) -> Result | None:
        if world.sum is None or world.barred:
            return None
        key = world.sum, world.mask
        if key not in self.known:
            self.known[key] = self._result(*key)
        return self.known[key]

    def _result(self, points: int, mask: int) -> Result:
        priority, added = self.sheet.priority, []
        for plus in self.sheet.additions:
            before = points
            points = lifted(plus, before) if plus.holds(mask) else before
            added.append(points - before)
        score = later = min(max(points, priority.low), priority.high)
        for plus in self.sheet.ages:
            later = max(later, min(plus.row.up_to, priority.high)) if plus.holds(mask) else later
        return Result(points, score, later, tuple(added))


def lifted(plus: Plus, points: int) -> int:
    """The score behind an addition that holds: never beyond its limit, and never less because of that."""
    return points + min(plus.row.points, max(0, plus.row.up_to - points))


def band_of(priority: Priority, score: int | None) -> str | None:
    falling = sorted(priority.bands, key=lambda band: -band.at_least)
    return next((band.name for band in falling if score is not None and score >= band.at_least), None)


def scored(sheet: Sheet, answers: Mapping[str, Value], result: Result | None) -> Scored:
    """A case that is opened with some answers, as it is told."""
    held = settled(sheet, answers)
    fields = [slot for slot in sheet.slots if slot.field is not None]
    given = tuple((slot.name, held[slot.name]) for slot in fields if held[slot.name] not in (None, slot.default))
    told = tuple((slot.name, held[slot.name]) for slot in fields)
    if result is None:
        return Scored(given, told, None, None, None, None)
    return Scored(given, told, result.sum, result.score, band_of(sheet.priority, result.score), result.later)
