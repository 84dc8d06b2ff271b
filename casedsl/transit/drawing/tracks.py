"""Tracks: their lines, arrow heads, gate bars, squares of handoffs, badges and names, a group for each track.

A group holds all that belongs to a track, so a page can show or dim it as one thing. White under each line makes a
crossing look like a bridge; what runs on journeys is drawn last and so lies on top. The groups hold the lines in one
layer and what is written in another, for no line may cover a badge; the second is `labels`, tied to the track by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from casedsl.transit.drawing.inks import INK, LINE, PAPER, SOFT, Ink, journey
from casedsl.transit.drawing.letters import badge, bullet
from casedsl.transit.drawing.names import track_id
from casedsl.transit.drawing.scene import Group, Node, Path, Rect, Words
from casedsl.transit.drawing.strokes import across, chevron, head, rounded
from casedsl.transit.labels.sizes import BAR_LONG, BAR_THICK, BULLET, NAME, NAME_LINE, SQUARE
from casedsl.transit.labels.travel import along, length
from casedsl.transit.measuring import width
from casedsl.transit.network import Network, Track
from casedsl.transit.plan import Bullets, Run
from casedsl.transit.shapes import Box, Point

BETWEEN = 0.8
"""Between the lines of journeys that run side by side on one track."""
DASH = (7.0, 3.5)


def inks_of(network: Network, track: str) -> tuple[Ink, ...]:
    return tuple(journey(ink_at(network, at)) for at in network.lines_of[track])


def ink_at(network: Network, at: int) -> int:
    ink = network.lines[at].ink
    return at if ink is None else ink


def lines(network: Network, runs: tuple[Run, ...], about: Mapping[str, str]) -> tuple[Group, ...]:
    """The layer of the lines, those of journeys last."""
    order = sorted(runs, key=lambda run: len(network.lines_of[run.track]))
    return tuple(_lines(network, network.track[run.track], run, about.get(run.track, "")) for run in order)


def _lines(network: Network, track: Track, run: Run, about: str) -> Group:
    inks = inks_of(network, track.key)
    data = (
        ("key", track.key),
        ("code", track.code),
        ("from", track.source),
        ("to", track.target),
        ("lines", " ".join(network.lines[at].letter for at in network.lines_of[track.key])),
    )
    title = f"{track.code} {track.name}: {_place(network, track.source)} → {_place(network, track.target)}"
    casing = Path(rounded(run.points), stroke=PAPER, wide=run.wide + 3.6, kind="casing")
    parts = (casing, *_strokes(track, run, inks), *_head(run, inks))
    return Group(parts, "track", track_id(track.key), title, about, data)


def _place(network: Network, key: str) -> str:
    return network.station[key].title


def _strokes(track: Track, run: Run, inks: tuple[Ink, ...]) -> Iterator[Node]:
    dash = DASH if track.timer else ()
    if not inks:
        yield Path(rounded(run.points), stroke=LINE, wide=run.wide, dash=dash, kind="line")
        return
    wide = (run.wide - (len(inks) - 1) * BETWEEN) / len(inks)
    for at, (ink, lane) in enumerate(zip(inks, run.lanes, strict=True)):
        steps = rounded(lane, aside=(at - (len(inks) - 1) / 2) * (wide + BETWEEN))
        if ink.edge:
            yield Path(steps, stroke=ink.edge, wide=wide, dash=dash, kind="edge")
        yield Path(steps, stroke=ink.colour, wide=wide - (1.8 if ink.edge else 0.0), dash=dash, kind="line")


def _head(run: Run, inks: tuple[Ink, ...]) -> Iterator[Node]:
    backwards = tuple(reversed(run.points))
    tip, (away_x, away_y) = along(backwards, run.arrives + 1.5)
    ahead = (-away_x, -away_y)
    if len(inks) < 2:
        fill, edge = (inks[0].colour, inks[0].edge or PAPER) if inks else (LINE, PAPER)
        yield head(tip, ahead, 10.0 if inks else 8.5, max(run.wide / 2 + 2.4, 3.9), fill, edge)
        return
    for back in (4.5, 10.5):
        yield chevron((tip[0] - ahead[0] * back, tip[1] - ahead[1] * back), ahead, run.wide / 2 - 1.4, PAPER)


def labels(network: Network, runs: tuple[Run, ...]) -> tuple[Group, ...]:
    """The layer of what is written on the tracks."""
    return tuple(_labels(network, network.track[run.track], run) for run in runs)


def _labels(network: Network, track: Track, run: Run) -> Group:
    inks = inks_of(network, track.key)
    edge = badge_edge(inks)
    parts: list[Node] = []
    if run.bar is not None:
        parts.extend(bar(run.bar, run.wide))
    if run.square is not None:
        parts.append(square(run.square, track.handoff == "whole"))
    parts.append(Group(badge(run.badge, track.code, track.by, track.timer, edge), kind="badge"))
    if run.name is not None:
        parts.extend(_name(run, run.name))
    return Group(tuple(parts), "tag", data=(("track", track.key), ("code", track.code)))


def badge_edge(inks: tuple[Ink, ...]) -> str:
    """The colour of the journey, if it is one."""
    if len(inks) == 1:
        return inks[0].edge or inks[0].colour
    return INK if inks else LINE


def letters(network: Network, groups: tuple[Bullets, ...]) -> tuple[Group, ...]:
    """The letters of journeys, in a group for each place."""
    made = []
    for group in groups:
        parts: list[Node] = []
        for at, line in enumerate(group.lines):
            x = group.box.x + BULLET / 2 + at * (BULLET + 1)
            y = group.box.y + group.box.high / 2
            parts.extend(bullet(x, y, network.lines[line].letter, journey(ink_at(network, line))))
        made.append(Group(tuple(parts), "bullets", data=(("track", group.track),)))
    return tuple(made)


def bar(place: tuple[Point, Point], wide: float) -> tuple[Node, ...]:
    """A gate across the line: it opens under a condition only."""
    steps = across(*place, (BAR_LONG + wide) / 2)
    return (
        Path(steps, stroke=PAPER, wide=BAR_THICK + 2.4),
        Path(steps, stroke=INK, wide=BAR_THICK, kind="bar"),
    )


def square(middle: Point, whole: bool) -> Rect:
    box = Box(middle[0] - SQUARE / 2, middle[1] - SQUARE / 2, SQUARE, SQUARE)
    return Rect(box, fill=INK if whole else PAPER, stroke=INK, wide=1.4, kind="handoff")


def _name(run: Run, box: Box) -> Iterator[Words]:
    """To the side of the line if it stands beside it, else in the middle."""
    for at, line in enumerate(run.words):
        wide = width(line, NAME)
        x = box.x if _left(run, box) else box.right - wide if _right(run, box) else box.x + (box.wide - wide) / 2
        yield Words(x, box.y + NAME_LINE * at + NAME * 0.92, line, NAME, SOFT, kind="name")


def _left(run: Run, box: Box) -> bool:
    """Is the line at the left of the box?"""
    return _beside(run, Box(box.x - 8, box.y, 8, box.high))


def _right(run: Run, box: Box) -> bool:
    return _beside(run, Box(box.right, box.y, 8, box.high))


def _beside(run: Run, strip: Box) -> bool:
    whole = length(run.points)
    return any(strip.grown(run.wide / 2).touches(_spot(along(run.points, far)[0])) for far in range(0, int(whole), 5))


def _spot(point: Point) -> Box:
    return Box(point[0] - 0.5, point[1] - 0.5, 1, 1)
