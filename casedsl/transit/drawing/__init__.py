"""From a plan to a picture. `draw(plan, imprint)` makes the scene, `svg(scene)` writes it; `strange(scene)` names the
characters that the shipped fonts don't have. Nothing here decides where anything stands."""

from __future__ import annotations

from casedsl.transit.drawing.scene import Disc, Group, Node, Path, Rect, Scene, Step, Words, words_of
from casedsl.transit.drawing.sheet import Imprint, draw, strange
from casedsl.transit.drawing.svg import letters, svg

__all__ = [
    "Disc",
    "Group",
    "Imprint",
    "Node",
    "Path",
    "Rect",
    "Scene",
    "Step",
    "Words",
    "draw",
    "letters",
    "strange",
    "svg",
    "words_of",
]
