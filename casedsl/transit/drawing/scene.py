"""What a picture is made of, whoever writes it: groups, paths, boxes, discs and words.

The drawing makes a scene once; `svg.py` writes it as SVG, and the PDF is written from the same records. There is no
more to a scene than both can say alike: paths are moves, straight lines and cubic curves; words begin at their x and
stand on their y; a group may be shifted, and that is the only transformation. Colours are `#rrggbb`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

from msgspec import Struct

from casedsl.transit.shapes import Box

Step: TypeAlias = tuple[Literal["M", "L", "C", "Z"], tuple[float, ...]]
"""Go to a point, draw a line to a point, a curve by two handles to a point, or back to where the path began."""


class Path(Struct, frozen=True, tag=True):
    """`dash` is drawn, left out, drawn … in pixels; `round` are the ends of the line."""

    steps: tuple[Step, ...]
    fill: str = ""
    stroke: str = ""
    wide: float = 0.0
    dash: tuple[float, ...] = ()
    round: bool = False
    kind: str = ""


class Rect(Struct, frozen=True, tag=True):
    box: Box
    radius: float = 0.0
    fill: str = ""
    stroke: str = ""
    wide: float = 0.0
    dash: tuple[float, ...] = ()
    kind: str = ""


class Disc(Struct, frozen=True, tag=True):
    x: float
    y: float
    radius: float
    fill: str = ""
    stroke: str = ""
    wide: float = 0.0
    kind: str = ""


class Words(Struct, frozen=True, tag=True):
    x: float
    y: float
    text: str
    size: float
    ink: str
    bold: bool = False
    kind: str = ""


class Group(Struct, frozen=True, tag=True):
    """`title` and `about` are for those who hear a picture, and for the pointer that rests on it; `data` are names and
    values of attributes `data-…`."""

    parts: tuple[Node, ...]
    kind: str = ""
    id: str = ""
    title: str = ""
    about: str = ""
    data: tuple[tuple[str, str], ...] = ()
    shift: tuple[float, float] = (0.0, 0.0)


Node: TypeAlias = Path | Rect | Disc | Words | Group


class Scene(Struct, frozen=True):
    """`manifest` is JSON of all that the picture must show; whoever reads the picture back holds it to that."""

    wide: float
    high: float
    title: str
    about: str
    manifest: str
    parts: tuple[Node, ...]


def words_of(scene: Scene) -> Iterator[Words]:
    stack: list[Node] = list(reversed(scene.parts))
    while stack:
        node = stack.pop()
        if isinstance(node, Words):
            yield node
        elif isinstance(node, Group):
            stack.extend(reversed(node.parts))
