"""The marks of an SVG: numbers, elements, text, rounded lines, arrow heads. Everything that is text is escaped here."""

from __future__ import annotations

from collections.abc import Iterable

from casedsl.transit.shapes import Box, Point
from casedsl.transit.text import escape

INK = "#17202b"
LINE = "#55606e"
MAIN = "#0060a0"
MUTED = "#4b5563"
FAINT = "#8a94a3"
RULE = "#d5dae1"
PAPER = "#ffffff"
GROUNDS = ("#f2f6fb", "#faf6ee")
FONTS = "Inter, 'Helvetica Neue', Helvetica, Arial, 'DejaVu Sans', sans-serif"


def number(value: float) -> str:
    """At most one decimal, and never `-0` or `3.0`."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def element(name: str, content: str = "", /, **attributes: str | float | None) -> str:
    """An element; `_` in an attribute's name stands for `-`, None leaves it out, content must be XML already."""
    said = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_attribute(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{said}>{content}</{name}>" if content else f"<{name}{said}/>"


def _attribute(value: str | float) -> str:
    return escape(value) if isinstance(value, str) else number(value)


def text(
    x: float, y: float, words: str, size: float, fill: str = INK, bold: bool = False, anchor: str | None = None
) -> str:
    """A line of text on its base line; `anchor` is `middle` or `end`."""
    weight = "bold" if bold else None
    return element("text", escape(words), x=x, y=y, font_size=size, fill=fill, font_weight=weight, text_anchor=anchor)


def group(parts: Iterable[str], title: str = "", **attributes: str | float | None) -> str:
    head = element("title", escape(title)) if title else ""
    return element("g", head + "".join(parts), **attributes)


def box(place: Box, radius: float = 0, **attributes: str | float | None) -> str:
    size = {"x": place.x, "y": place.y, "width": place.wide, "height": place.high}
    return element("rect", **size, rx=radius or None, **attributes)


def polyline(points: tuple[Point, ...], **attributes: str | float | None) -> str:
    return element("path", d=rounded(points), fill="none", **attributes)


def rounded(points: tuple[Point, ...], radius: float = 9) -> str:
    """A path along the points with round corners."""
    parts = [f"M{_point(points[0])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        reach = min(radius, _distance(before, corner) / 2, _distance(corner, after) / 2)
        parts.append(f"L{_point(_towards(corner, before, reach))}")
        parts.append(f"Q{_point(corner)} {_point(_towards(corner, after, reach))}")
    return "".join([*parts, f"L{_point(points[-1])}"])


def arrow(points: tuple[Point, ...], fill: str, size: float = 5) -> str:
    """A head at the end of a line, which must run level or upright there."""
    (from_x, from_y), (x, y) = points[-2], points[-1]
    ahead_x, ahead_y = _sign(x - from_x), _sign(y - from_y)
    back_x, back_y = x - ahead_x * size * 1.9, y - ahead_y * size * 1.9
    wings = [(back_x + ahead_y * size, back_y + ahead_x * size), (back_x - ahead_y * size, back_y - ahead_x * size)]
    return element("path", d=f"M{_point((x, y))}L{_point(wings[0])}L{_point(wings[1])}Z", fill=fill)


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)


def _distance(one: Point, other: Point) -> float:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])


def _towards(start: Point, goal: Point, reach: float) -> Point:
    """The point on the way from start to goal (level or upright) at a distance."""
    return start[0] + _sign(goal[0] - start[0]) * reach, start[1] + _sign(goal[1] - start[1]) * reach


def _point(point: Point) -> str:
    return f"{number(point[0])} {number(point[1])}"
