"""The key below the map: every exit of every station, in columns, with all that the map has no room for.

A row is the badge as it stands on the map, the name of the exit and where it leads, and then whatever is to be said of
it, on the same line if it fits there. Every station has its head, one without exits too, for the map may cut a long
title and the key never does. A head stays with its first exit.
"""

from __future__ import annotations

from msgspec import Struct

from casedsl.transit.drawing.inks import INK, SOFT
from casedsl.transit.drawing.letters import badge, code_box
from casedsl.transit.drawing.scene import Group, Node, Words
from casedsl.transit.drawing.tracks import badge_edge, inks_of
from casedsl.transit.key import Key, Row, Stop
from casedsl.transit.labels.badges import badge_wide
from casedsl.transit.labels.sizes import BADGE_HIGH
from casedsl.transit.measuring import GLUE, paragraph, width
from casedsl.transit.network import Network
from casedsl.transit.shapes import Box

COLUMN, GUTTER = 370.0, 26.0
HEAD, SIZE = 11.0, 9.5
LINE_HIGH, BETWEEN = 12.5, 4.0
DOT = GLUE + "· "


class _Block(Struct, frozen=True):
    """Something that stays together, with its height; its parts begin at nought."""

    parts: tuple[Node, ...]
    high: float


def keyed(network: Network, words: Key, x: float, y: float, room: float) -> tuple[tuple[Node, ...], float]:
    """The rows in columns, and how far down they reach."""
    count = max(1, int((room + GUTTER) // (COLUMN + GUTTER)))
    wide = (room - GUTTER * (count - 1)) / count
    left = max([46.0, *(badge_wide(track) + 6 for track in network.tracks)])
    blocks = [block for stop in words.stops for block in _blocks(network, stop, left, wide)]
    columns = _columns(blocks, count)
    parts: list[Node] = []
    for at, column in enumerate(columns):
        down = y
        for block in column:
            parts.append(Group(block.parts, shift=(x + at * (wide + GUTTER), down)))
            down += block.high
    return tuple(parts), y + max((sum(block.high for block in column) for column in columns), default=0.0)


def _columns(blocks: list[_Block], count: int) -> list[list[_Block]]:
    """In order, each column about as high as the others: the lowest height at which they all fit."""
    low, high = max((block.high for block in blocks), default=0.0), sum(block.high for block in blocks)
    while high - low > 1:
        middle = (low + high) / 2
        if len(_filled(blocks, middle)) <= count:
            high = middle
        else:
            low = middle
    return _filled(blocks, high)


def _filled(blocks: list[_Block], high: float) -> list[list[_Block]]:
    columns: list[list[_Block]] = [[]]
    down = 0.0
    for block in blocks:
        if columns[-1] and down + block.high > high + 0.01:
            columns.append([])
            down = 0.0
        columns[-1].append(block)
        down += block.high
    return columns


def _blocks(network: Network, stop: Stop, left: float, wide: float) -> list[_Block]:
    """The head of a station with its first exit, then each of the others."""
    head = _head(stop, left, wide)
    rows = [_row(network, row, left, wide) for row in stop.rows]
    if not rows:
        return [head]
    first = Group(rows[0].parts, shift=(0.0, head.high))
    return [_Block((*head.parts, first), head.high + rows[0].high), *rows[1:]]


def _head(stop: Stop, left: float, wide: float) -> _Block:
    parts: list[Node] = [*code_box(0, 18, stop.code)]
    down = 18.0
    for line in paragraph(stop.title, wide - left, HEAD, bold=True):
        parts.append(Words(left, down, line, HEAD, INK, bold=True, kind="head"))
        down += 14
    for line in paragraph(_about(stop), wide - left, SIZE):
        parts.append(Words(left, down - 1, line, SIZE, SOFT, kind="said"))
        down += LINE_HIGH
    return _Block((Group(tuple(parts), "stop", data=(("station", stop.station), ("code", stop.code))),), down - 6.0)


def _about(stop: Stop) -> str:
    waits = f"waits on {stop.waits}" if stop.waits and not stop.waits.startswith("waits") else stop.waits
    said = [waits, *stop.ladder]
    if stop.covers:
        said.append(f"any of {stop.covers}")
    if stop.purpose:
        said.append(stop.purpose)
    return DOT.join(part for part in (*said, stop.figures) if part)


def _row(network: Network, row: Row, left: float, wide: float) -> _Block:
    track = network.track[row.track]
    room = badge_wide(track)
    edge = badge_edge(inks_of(network, track.key))
    parts: list[Node] = list(badge(Box(0, 2.5, room, BADGE_HIGH), track.code, track.by, track.timer, edge))
    said = DOT.join(_said(row))
    title = f"{row.name} → {row.target}"
    bold = paragraph(title, wide - left, SIZE, bold=True)
    down = 12.5
    for line in bold:
        parts.append(Words(left, down, line, SIZE, INK, bold=True, kind="exit"))
        down += LINE_HIGH
    after = width(bold[-1], SIZE, bold=True) + 8 if bold else 0.0
    if bold and after + width(said, SIZE) <= wide - left:
        parts.append(Words(left + after, down - LINE_HIGH, said, SIZE, SOFT, kind="said"))
    else:
        for line in paragraph(said, wide - left, SIZE):
            parts.append(Words(left, down, line, SIZE, SOFT, kind="said"))
            down += LINE_HIGH
    group = Group(tuple(parts), "row", data=(("track", track.key), ("code", track.code)))
    return _Block((group,), down - 12.5 + BETWEEN)


def _said(row: Row) -> list[str]:
    return [f"{'by' if head == 'who' else head} {text}" for head, text in row.cells()]
