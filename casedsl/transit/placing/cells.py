"""Cells: where a station stands on the table of columns and rows, before there are pixels.

The decks of a map lie one below the other, each with rows of its own; the columns go through all of them. A box is the
ground of a zone: some columns of one deck.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from msgspec import Struct

TRUNK_ROW = 2
"""Where the main way runs on a deck before the empty rows are taken out: there is room for two rows above it."""


class Cell(Struct, frozen=True, order=True):
    deck: int
    row: int
    column: int


class Span(Struct, frozen=True):
    """The columns of a zone on its deck, the last one included."""

    deck: int
    first: int
    last: int


class Placing(Struct, frozen=True, dict=True):
    """`zones` are the zones of the stations by their keys; `main` the stations of the main way, in order."""

    cells: Mapping[str, Cell]
    zones: Mapping[str, str]
    main: tuple[str, ...]

    @cached_property
    def spans(self) -> Mapping[str, Span]:
        """For each zone that has stations, in the order in which its first station is declared."""
        spans: dict[str, Span] = {}
        for key, cell in self.cells.items():
            zone = self.zones[key]
            old = spans.get(zone, Span(cell.deck, cell.column, cell.column))
            spans[zone] = Span(cell.deck, min(old.first, cell.column), max(old.last, cell.column))
        return spans

    @cached_property
    def columns(self) -> int:
        return 1 + max((cell.column for cell in self.cells.values()), default=-1)

    @cached_property
    def rows(self) -> tuple[int, ...]:
        """How many rows each deck has."""
        decks = 1 + max((cell.deck for cell in self.cells.values()), default=-1)
        return tuple(
            1 + max((c.row for c in self.cells.values() if c.deck == deck), default=-1) for deck in range(decks)
        )

    def packed(self) -> Placing:
        """Without the columns and the rows of each deck that nobody uses."""
        decks = {cell.deck for cell in self.cells.values()}
        columns = {deck: _ranks(cell.column for cell in self.cells.values() if cell.deck == deck) for deck in decks}
        rows = {deck: _ranks(cell.row for cell in self.cells.values() if cell.deck == deck) for deck in decks}
        cells = {
            key: Cell(cell.deck, rows[cell.deck][cell.row], columns[cell.deck][cell.column])
            for key, cell in self.cells.items()
        }
        return Placing(cells, self.zones, self.main)


def _ranks(used: Iterable[int]) -> dict[int, int]:
    return {value: rank for rank, value in enumerate(sorted(set(used)))}
