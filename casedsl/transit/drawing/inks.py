"""The colours of a map.

Journeys have those of Okabe and Ito (2008), which most people with a colour-blindness tell apart, the strong ones
first. A colour that stands out too little from white (less than 3:1, as WCAG 2.2 asks of graphics) has a darker edge.
No meaning rests on a colour alone: journeys have letters too, and every other mark has a shape of its own.
"""

from __future__ import annotations

from msgspec import Struct

INK = "#1b1f24"
LINE = "#5f6b76"
SOFT = "#3d4650"
TIME = "#7a4300"
STOP = "#b00020"
PAPER = "#ffffff"
RULE = "#c3ccd5"
HEADING = "#56606b"
NO_GROUND = "#f6f7f9"
GROUNDS = ("#eef3fa", "#f8f3e8", "#ecf6ef", "#f9eef3", "#f1effa", "#eaf5f6", "#f7f0ec")


class Ink(Struct, frozen=True):
    """`letter` is the colour of a letter on it, `edge` that of the edge of a light one."""

    colour: str
    letter: str
    edge: str = ""


JOURNEYS = (
    Ink("#0072b2", PAPER),
    Ink("#d55e00", "#000000"),
    Ink("#009e73", INK),
    Ink("#cc79a7", INK, "#8a3a66"),
    Ink("#56b4e9", INK, "#1f6b9c"),
    Ink("#e69f00", INK, "#8f5a00"),
    Ink("#7f5f00", PAPER),
    Ink("#332288", PAPER),
)


def journey(at: int) -> Ink:
    return JOURNEYS[at % len(JOURNEYS)]
