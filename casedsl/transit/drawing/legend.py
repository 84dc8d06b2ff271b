"""The legend: a sample of each mark that occurs on the map, with its meaning, in rows; never one that doesn't occur."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import Struct

from casedsl.transit.drawing.inks import INK, LINE, NO_GROUND, PAPER, RULE, SOFT, STOP, TIME, journey
from casedsl.transit.drawing.letters import bullet, outline
from casedsl.transit.drawing.scene import Node, Path, Rect, Words
from casedsl.transit.drawing.strokes import across, barred, clock, dots, pause, play, straight
from casedsl.transit.drawing.tracks import DASH, ink_at, square
from casedsl.transit.labels.sizes import BAR_THICK
from casedsl.transit.measuring import clipped, width
from casedsl.transit.network import Network
from casedsl.transit.shapes import Box

SIZE, ROW, GAP = 10.5, 19.0, 17.0
Draws = Callable[[float, float], tuple[Node, ...]]


class Sample(Struct, frozen=True):
    """`draws` makes the mark with its left end at x and its middle at y; `wide` is its room."""

    words: str
    wide: float
    draws: Draws
    bold: bool = False


def legend(network: Network, x: float, y: float, room: float) -> tuple[tuple[Node, ...], float]:
    """The samples in rows of this width, and how far down they reach."""
    parts: list[Node] = []
    here, row = x, y
    for sample in samples(network):
        words = clipped(sample.words, room - sample.wide - 8, SIZE, sample.bold)
        wide = sample.wide + 6 + width(words, SIZE, sample.bold)
        if here > x and here + wide > x + room:
            here, row = x, row + ROW
        parts.extend(sample.draws(here, row))
        ink = INK if sample.bold else SOFT
        parts.append(Words(here + sample.wide + 6, row + SIZE * 0.36, words, SIZE, ink, bold=sample.bold))
        here += wide + GAP
    return tuple(parts), row + ROW / 2


def samples(network: Network) -> Iterator[Sample]:
    yield from _journeys(network)
    if any(zone.title for zone in network.zones) and any(not zone.title for zone in network.zones):
        yield Sample("no team of their own", 18, _no_ground)
    yield from _stations(network)
    yield from _tracks(network)


def _journeys(network: Network) -> Iterator[Sample]:
    shown: set[str] = set()
    for at, line in enumerate(network.lines):
        if line.letter not in shown:
            shown.add(line.letter)
            yield Sample(line.title, 40, _journey(ink_at(network, at), line.letter), bold=True)


def _journey(at: int, letter: str) -> Draws:
    ink = journey(at)

    def draws(x: float, y: float) -> tuple[Node, ...]:
        way = straight(((x, y), (x + 40, y)))
        edge = (Path(way, stroke=ink.edge, wide=5.0),) if ink.edge else ()
        return (*edge, Path(way, stroke=ink.colour, wide=3.2 if ink.edge else 5.0), *bullet(x + 20, y, letter, ink))

    return draws


def _ring(sign: Callable[[float, float], tuple[Node, ...]], edge: str = INK, radius: float = 8.0) -> Draws:
    return lambda x, y: (
        Rect(Box(x + 1, y - 8, 16, 16), radius=radius, fill=PAPER, stroke=edge, wide=2.2),
        *sign(x + 9, y),
    )


def _core(x: float, y: float) -> tuple[Node, ...]:
    return (Rect(Box(x - 4.5, y - 4.5, 9, 9), radius=4.5, fill=INK),)


def _stations(network: Network) -> Iterator[Sample]:
    kinds = {station.kind for station in network.stations}
    marks: tuple[tuple[str, str, Draws], ...] = (
        ("first", "begins here", _ring(lambda x, y: (play(x, y, INK),))),
        ("final", "ends here", _ring(_core)),
        ("waiting", "waits on somebody outside", _ring(lambda x, y: (pause(x, y, INK),))),
        ("blocked", "waits on somebody inside", _ring(lambda x, y: (barred(x, y, STOP),), STOP)),
        ("gate", "gate: from any of the stations listed", _ring(lambda x, y: dots(x, y, INK), radius=3)),
    )
    for kind, words, draws in marks:
        if kind in kinds:
            yield Sample(words, 18, draws)
    if any(station.ladder for station in network.stations):
        yield Sample("tells somebody after", 11, lambda x, y: clock(x + 5.5, y, 4.8, TIME, PAPER))
    if any(station.away for station in network.stations):
        yield Sample("on another sheet", 18, _away)


def _no_ground(x: float, y: float) -> tuple[Node, ...]:
    return (Rect(Box(x, y - 7, 18, 14), radius=4, fill=NO_GROUND, stroke=RULE, wide=1, dash=(4.0, 4.0)),)


def _away(x: float, y: float) -> tuple[Node, ...]:
    return (Rect(Box(x + 1, y - 8, 16, 16), radius=8, fill=PAPER, stroke=LINE, wide=2.2, dash=(3, 2)),)


def _tracks(network: Network) -> Iterator[Sample]:
    tracks = network.tracks
    if any(not network.lines_of[track.key] for track in tracks):
        yield Sample("other transition", 30, lambda x, y: (_line(x, y),))
    if any(track.timer for track in tracks):
        yield Sample("time moves the case", 30, _timed)
    if any(track.guarded for track in tracks):
        yield Sample("only under a condition", 22, _barred)
    if any(track.handoff == "whole" for track in tracks):
        yield Sample("handed over, with what goes with it", 9, lambda x, y: (square((x + 4.5, y), whole=True),))
    if any(track.handoff == "bare" for track in tracks):
        yield Sample("handed over bare", 9, lambda x, y: (square((x + 4.5, y), whole=False),))
    for shape, words in (
        ("round", "exit by a person"),
        ("square", "by the system or time"),
        ("hexagon", "by somebody outside"),
    ):
        if any(track.by == shape for track in tracks):
            yield Sample(words, 24, _outlined(shape))


def _outlined(shape: str) -> Draws:
    return lambda x, y: (outline(Box(x, y - 6, 24, 12), shape, LINE),)  # type: ignore[arg-type]


def _line(x: float, y: float, wide: float = 30.0, dash: tuple[float, ...] = ()) -> Path:
    return Path(straight(((x, y), (x + wide, y))), stroke=LINE, wide=2.6, dash=dash)


def _timed(x: float, y: float) -> tuple[Node, ...]:
    return (_line(x, y, dash=DASH), *clock(x + 15, y, 5.2, INK, PAPER))


def _barred(x: float, y: float) -> tuple[Node, ...]:
    return _line(x, y, 22), Path(across((x + 11, y), (1.0, 0.0), 6.5), stroke=INK, wide=BAR_THICK)
