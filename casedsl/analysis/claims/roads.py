"""The steps out of each place, worked out once for all claims of a definition."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from casedsl.analysis.bounds import touched_by
from casedsl.analysis.known import Known, Place
from casedsl.analysis.passages import Passage
from casedsl.analysis.solving.answering import Pieces
from casedsl.model.records import Transition


class Road(NamedTuple):
    """A step out of a place: where a case is then and how it ended, the event, if it is one, and the fields that it
    may change or that its conditions read."""

    passage: Passage
    place: Place
    ending: str | None
    event: str | None
    touched: frozenset[str]


class Roads:
    """What the walks of a definition have in common: the roads, and the answers to pieces of questions."""

    def __init__(self, known: Known) -> None:
        self.known, self.pieces = known, Pieces()
        self._from: dict[tuple[Place, str | None], tuple[Road, ...]] = {}
        self._touched: dict[tuple[int, int], frozenset[str]] = {}

    def out_of(self, place: Place, ending: str | None) -> tuple[Road, ...]:
        """The roads for a case that is in a place and, if it ended, has ended there in some way."""
        key = place, ending
        if key not in self._from:
            self._from[key] = tuple(self._roads(place, ending))
        return self._from[key]

    def _roads(self, place: Place, ending: str | None) -> Iterator[Road]:
        for passage, to in self.known.onward(place):
            kept = ending if to == place and not passage.ending else passage.ending
            event = passage.by.event if isinstance(passage.by, Transition) else None
            yield Road(passage, to, kept, event, self._touched_by(passage))

    def _touched_by(self, passage: Passage) -> frozenset[str]:
        key = id(passage.by), id(passage.route)
        if key not in self._touched:
            self._touched[key] = touched_by(passage) | passage.reads
        return self._touched[key]
