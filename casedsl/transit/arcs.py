"""What is drawn between stations: arcs and signposts.

An arc stands for everything that leads from one state to another. A signpost stands for what would be many arcs that
say the same: at the station where a line of a stage or of `anywhere` arrives ("from anywhere"), and at a side step from
which `-> back` leads to more than one state. What stays is not drawn; the table has it.
"""

from __future__ import annotations

from collections.abc import Iterable

from casedsl_runtime.vocabulary import BACK
from msgspec import Struct

from casedsl.model.records import CaseType
from casedsl.transit.journey import Plan
from casedsl.transit.text import width
from casedsl.transit.tracks import Track, Way, owner_title

CODE_SIZE = 10.0


class Badge(Struct, frozen=True):
    """One way of one track, as it stands on the map."""

    code: str
    name: str
    time: bool
    guarded: bool

    @property
    def wide(self) -> float:
        return max(20.0, width(self.code, CODE_SIZE, bold=True) + 9) + (11 if self.time else 0)


class Arc(Struct, frozen=True):
    """Everything that leads from `source` to `target`; dashed if only time does."""

    source: str
    target: str
    badges: tuple[Badge, ...]
    main: bool

    @property
    def dashed(self) -> bool:
        return all(badge.time for badge in self.badges)


class Sign(Struct, frozen=True):
    """A signpost at a station: where a line comes from (`arrives`) or leads to."""

    station: str
    arrives: bool
    words: str
    badges: tuple[Badge, ...]

    @property
    def dashed(self) -> bool:
        return all(badge.time for badge in self.badges)


End = tuple[str, str, str]
"""(from, to, words): two stations of an arc, or one station and the words of its signpost."""


def arcs_and_signs(case_type: CaseType, lines: Iterable[Track], plan: Plan) -> tuple[tuple[Arc, ...], tuple[Sign, ...]]:
    drawn: dict[End, tuple[Badge, ...]] = {}
    for line in lines:
        for way in line.ways:
            for end in _ends(case_type, line, way):
                drawn[end] = (*drawn.get(end, ()), Badge(way.code, line.label, line.kind == "time", line.guarded(way)))
    arcs = tuple(
        Arc(source, target, badges, (source, target) in plan.main)
        for (source, target, _), badges in drawn.items()
        if source and target
    )
    signs = tuple(
        Sign(target or source, bool(target), words, badges)
        for (source, target, words), badges in drawn.items()
        if not (source and target)
    )
    return arcs, signs


def _ends(case_type: CaseType, line: Track, way: Way) -> tuple[End, ...]:
    """Where a way is drawn: nowhere if it stays, holds nowhere, or would be a signpost at both ends."""
    if not line.states or not way.places:
        return ()
    source = line.states[0] if len(line.states) == 1 else ""
    target = way.places[0] if len(way.places) == 1 else ""
    if source and source == target:
        return ((source, "", "to itself"),)
    if source and target:
        return ((source, target, ""),)
    if source:
        return ((source, "", "back" if way.to == BACK else "on"),)
    return (("", target, owner_title(case_type, line)),) if target else ()
