"""The whole sheet: head with title and legend, the map, the key, the foot."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from casedsl.transit.drawing.grounds import grounds
from casedsl.transit.drawing.inks import INK, PAPER, RULE, SOFT
from casedsl.transit.drawing.keyed import COLUMN, GUTTER, keyed
from casedsl.transit.drawing.legend import legend
from casedsl.transit.drawing.scene import Group, Node, Path, Rect, Scene, Words, words_of
from casedsl.transit.drawing.stations import stations
from casedsl.transit.drawing.strokes import straight
from casedsl.transit.drawing.tracks import labels, letters, lines
from casedsl.transit.key import Key, bare_key
from casedsl.transit.manifest import Seal, manifest
from casedsl.transit.measuring import clipped, missing, width
from casedsl.transit.measuring import lines as broken
from casedsl.transit.plan import Plan
from casedsl.transit.shapes import Box

MARGIN = 18.0
NARROWEST = 800.0
BESIDE = 900.0
"""The key of a map that is narrower than this and rather tall stands beside it."""
TITLE, SMALL = 19.0, 9.5


class Imprint(Struct, frozen=True):
    """What is said about a map beside the map: `subtitle` behind its title (a version), `key` the words of the key
    (without one, what the network knows itself), `foot` short lines at the bottom (the artifact's hash, or that there
    is none), `manifest` JSON of all that is shown. `below` lies under the stations and over the lines, `above` on top
    of all, both in the pixels of the plan: an overlay moves nothing; what it means stands in a `band` of this height
    between the map and the key."""

    title: str = ""
    subtitle: str = ""
    key: Key | None = None
    foot: tuple[str, ...] = ()
    manifest: str = ""
    below: tuple[Node, ...] = ()
    above: tuple[Node, ...] = ()
    band: tuple[Node, ...] = ()
    band_high: float = 0.0
    with_key: bool = True


def draw(plan: Plan, imprint: Imprint | None = None) -> Scene:
    said = imprint or Imprint()
    words = said.key or bare_key(plan.network)
    beside = said.with_key and plan.wide < BESIDE and plan.high > plan.wide * 0.7
    wide = plan.wide + 2 * (COLUMN + GUTTER) if beside else max(plan.wide, NARROWEST)
    head, top = _head(plan, said, wide)
    left = 0.0 if beside else (wide - plan.wide) / 2
    map_ = Group(_map(plan, said, words), kind="map", shift=(left, top))
    band = Group(said.band, kind="band", shift=(MARGIN, top + plan.high))
    down = top + plan.high + said.band_high
    rows: tuple[Node, ...] = ()
    if beside:
        rows, reached = keyed(plan.network, words, plan.wide + GUTTER, top, wide - plan.wide - GUTTER - MARGIN)
        down = max(down, reached)
    elif said.with_key:
        rows, down = keyed(plan.network, words, MARGIN, down + 6, wide - 2 * MARGIN)
    foot, down = _foot(said, wide, down + 14)
    paper = Rect(Box(0, 0, wide, down), fill=PAPER, kind="paper")
    parts = (paper, Group(head, kind="head"), map_, band, Group(rows, kind="key"), Group(foot, kind="foot"))
    title = said.title or plan.network.title
    return Scene(wide, down, title, _about(plan), said.manifest or manifest(plan.network, words, Seal()), parts)


def strange(scene: Scene) -> tuple[str, ...]:
    """The characters of a picture that the shipped fonts don't have; another font will draw them, or none."""
    return missing("".join(words.text for words in words_of(scene)))


def _map(plan: Plan, said: Imprint, words: Key) -> tuple[Node, ...]:
    return (
        *grounds(plan.network, plan.areas),
        *lines(plan.network, plan.runs, _told(words)),
        *said.below,
        *stations(plan.network, plan.spots),
        *labels(plan.network, plan.runs),
        *letters(plan.network, plan.bullets),
        *said.above,
    )


def _told(words: Key) -> Mapping[str, str]:
    return {row.track: "; ".join(f"{head} {text}" for head, text in row.cells()) for row in words.rows()}


def _head(plan: Plan, said: Imprint, wide: float) -> tuple[tuple[Node, ...], float]:
    room = wide - 2 * MARGIN
    parts: list[Node] = []
    y = 32.0
    titles = broken(said.title or plan.network.title, room, TITLE, bold=True, at_most=3)
    for at, line in enumerate(titles):
        parts.append(Words(MARGIN, y + 24 * at, line, TITLE, INK, bold=True, kind="title"))
    y += 24 * max(0, len(titles) - 1)
    if said.subtitle:
        after = MARGIN + width(titles[-1] if titles else "", TITLE, bold=True) + 12
        parts.append(Words(after, y, clipped(said.subtitle, wide - MARGIN - after, 11), 11, SOFT, kind="subtitle"))
    samples, down = legend(plan.network, MARGIN, y + 24, room)
    return (*parts, *samples), down + 6


def _foot(said: Imprint, wide: float, y: float) -> tuple[tuple[Node, ...], float]:
    if not said.foot:
        return (), y
    parts: list[Node] = [Path(straight(((MARGIN, y), (wide - MARGIN, y))), stroke=RULE, wide=1)]
    for text in said.foot:
        for line in broken(text, wide - 2 * MARGIN, SMALL, at_most=6):
            y += 14
            parts.append(Words(MARGIN, y, line, SMALL, SOFT, kind="foot"))
    return tuple(parts), y + 14


def _about(plan: Plan) -> str:
    net = plan.network
    counts = (len(net.stations), "station"), (len(net.tracks), "track"), (len(net.lines), "journey")
    return ", ".join(f"{count} {noun}{'' if count == 1 else 's'}" for count, noun in counts) + "."
