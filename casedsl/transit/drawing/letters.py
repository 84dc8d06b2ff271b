"""Small pieces with letters in them, used on the map, in its legend and in its key: badges, codes, bullets."""

from __future__ import annotations

from casedsl.transit.drawing.inks import INK, LINE, PAPER, Ink
from casedsl.transit.drawing.scene import Disc, Node, Path, Rect, Words
from casedsl.transit.drawing.strokes import clock, straight
from casedsl.transit.labels.sizes import BADGE, BULLET, CODE, CODE_HIGH, CODE_PAD
from casedsl.transit.labels.wording import code_wide
from casedsl.transit.measuring import width
from casedsl.transit.network import Shape
from casedsl.transit.shapes import Box


def outline(box: Box, shape: Shape, edge: str, wide: float = 1.4) -> Path | Rect:
    """Round for a person of the house, square for the system or time, a hexagon for somebody outside."""
    if shape == "hexagon":
        y, point = box.y + box.high / 2, 4.5
        corners = (
            (box.x, y), (box.x + point, box.y), (box.right - point, box.y),
            (box.right, y), (box.right - point, box.bottom), (box.x + point, box.bottom),
        )  # fmt: skip
        return Path(straight(corners, closed=True), fill=PAPER, stroke=edge, wide=wide)
    return Rect(box, radius=box.high / 2 if shape == "round" else 1.5, fill=PAPER, stroke=edge, wide=wide)


def badge(box: Box, code: str, shape: Shape, timer: bool, edge: str) -> tuple[Node, ...]:
    """A code in its outline, with a clock before it where time alone moves the case."""
    wide = width(code, BADGE, bold=True)
    room = 11.0 if timer else 0.0
    x, y = box.x + (box.wide - wide - room) / 2, box.y + box.high / 2
    face = clock(x + 4.2, y, 4.1, INK, PAPER) if timer else ()
    words = Words(x + room, y + BADGE * 0.36, code, BADGE, INK, bold=True, kind="code")
    return (outline(box, shape, edge), *face, words)


def code_box(x: float, y: float, code: str) -> tuple[Node, ...]:
    """The code of a station in a thin frame; y is the base line of what stands before it."""
    box = Box(x, y - CODE_HIGH + 2.2, code_wide(code), CODE_HIGH)
    text = Words(x + CODE_PAD, y - 0.6, code, CODE, LINE, bold=True, kind="code")
    return Rect(box, radius=2.5, fill=PAPER, stroke=LINE, wide=0.9), text


def bullet(x: float, y: float, letter: str, ink: Ink) -> tuple[Node, ...]:
    """The letter of a journey on its colour."""
    size = 8.5
    disc = Disc(x, y, BULLET / 2, fill=ink.colour, stroke=ink.edge or PAPER, wide=1.0)
    wide = width(letter, size, bold=True)
    return disc, Words(x - wide / 2, y + size * 0.36, letter, size, ink.letter, bold=True, kind="code")
