"""The map as SVG: grounds of the zones, brackets, lines, then badges and stations on top.

What a mark means never rests on colour: time is dashed and has a clock in a square badge, a badge is filled if there is
a condition, the first station has a triangle, a final one a core, a side step a hook, the main way is thick.
"""

from __future__ import annotations

from collections.abc import Iterator

from casedsl.model.records import CaseType
from casedsl.transit.arcs import CODE_SIZE, Badge
from casedsl.transit.ink import (
    FAINT,
    GROUNDS,
    INK,
    LINE,
    MAIN,
    MUTED,
    PAPER,
    RULE,
    arrow,
    box,
    element,
    group,
    polyline,
    text,
)
from casedsl.transit.layout import ZONE_SIZE, Area, Line, Map, Post, Station
from casedsl.transit.rows import NOTE_LEADING, Bracket
from casedsl.transit.shapes import Box, Point
from casedsl.transit.tracks import state_title
from casedsl.transit.words import BADGE_HIGH, NAME_SIZE, NOTE_SIZE, Chip, sign_words

DASH = "5 3.5"
MAIN_DASH = "10 5"
LOOKS = {"title": (INK, True), "waits": (MUTED, False), "timers": (MUTED, False)}


def paint(case_type: CaseType, drawn: Map) -> Iterator[str]:
    for at, area in enumerate(drawn.areas):
        yield _area(area, GROUNDS[at % len(GROUNDS)])
    yield from (_bracket(bracket) for bracket in drawn.brackets)
    for line in sorted(drawn.lines, key=lambda line: line.arc.main):
        yield _line(case_type, line)
    yield from (_post_line(post) for post in drawn.posts)
    for post in drawn.posts:
        yield _plate(case_type, post)
    for line in drawn.lines:
        yield chip(line.chip.chip, line.chip.x, line.chip.y)
    for station in drawn.stations:
        yield _station(case_type, drawn, station)


def _area(area: Area, fill: str) -> str:
    lines = [
        text(area.box.x + 10, area.box.y + 22 + at * 15, line, ZONE_SIZE, MUTED, bold=True)
        for at, line in enumerate(area.title)
    ]
    return group([box(area.box, 6, fill=fill, stroke=RULE), *lines], class_="zone")


def _bracket(bracket: Bracket) -> str:
    y, left, right = bracket.y + 4, bracket.x, bracket.right
    corners: tuple[Point, ...] = ((left, y - 5), (left, y), (right, y), (right, y - 5))
    lines = [
        text(left + 4, y + 12 + at * NOTE_LEADING, line, NOTE_SIZE, MUTED) for at, line in enumerate(bracket.words)
    ]
    return group([polyline(corners, stroke=FAINT), *lines], class_="stage")


def _line(case_type: CaseType, line: Line) -> str:
    colour = MAIN if line.arc.main else LINE
    dash = MAIN_DASH if line.arc.main else DASH
    way = polyline(
        _short(line.points),
        stroke=colour,
        stroke_width=4.0 if line.arc.main else 1.7,
        stroke_dasharray=dash if line.arc.dashed else None,
    )
    source, target = state_title(case_type, line.arc.source), state_title(case_type, line.arc.target)
    said = ", ".join(f"{badge.code} {badge.name}" for badge in line.arc.badges)
    head = arrow(line.points, colour, 7 if line.arc.main else 5)
    return group([way, head], f"{source} → {target}: {said}", class_="line")


def _short(points: tuple[Point, ...]) -> tuple[Point, ...]:
    """The line without the length of its arrow head, so that a thick one doesn't stick out."""
    (from_x, from_y), (x, y) = points[-2], points[-1]
    ahead_x, ahead_y = (x > from_x) - (x < from_x), (y > from_y) - (y < from_y)
    return (*points[:-1], (x - 7 * ahead_x, y - 7 * ahead_y))


def _post_line(post: Post) -> str:
    dash = DASH if post.sign.dashed else None
    way = polyline(post.points, stroke=LINE, stroke_width=1.7, stroke_dasharray=dash)
    return way + (arrow(post.points, LINE) if post.sign.arrives else "")


def _plate(case_type: CaseType, post: Post) -> str:
    """A signpost's plate: an arrow-shaped edge shows whether it comes or goes."""
    plate, sign = post.plate, post.sign
    words = sign_words(sign)
    end = plate.right - 4
    badges: list[str] = []
    for badge in reversed(sign.badges):
        end -= badge.wide
        badges.insert(0, paint_badge(badge, end, plate.y + 1))
        end -= 3
    frame = box(plate, 3, fill=PAPER, stroke=LINE, stroke_dasharray="2 2")
    title = state_title(case_type, sign.station)
    said = f"from {sign.words} → {title}" if sign.arrives else f"{title} → {sign.words}"
    parts = [frame, text(plate.x + 5, plate.y + 12, words, NOTE_SIZE, INK), *badges]
    return group(parts, said, class_="sign")


def chip(shape: Chip, x: float, y: float) -> str:
    parts = [box(Box(x, y, shape.wide, shape.high), 4, fill=PAPER)]
    parts += [paint_badge(badge, x + dx, y + dy) for dx, dy, badge in shape.badges]
    parts += [text(x + dx, y + dy, words, NAME_SIZE, INK) for dx, dy, words in shape.names]
    return group(parts, class_="chip")


def paint_badge(badge: Badge, x: float, y: float) -> str:
    """A number on a plate: round for an event, square with a clock for time, filled if there is a condition."""
    paper, ink = (INK, PAPER) if badge.guarded else (PAPER, INK)
    frame = box(Box(x, y, badge.wide, BADGE_HIGH), 2 if badge.time else 7.5, fill=paper, stroke=INK, stroke_width=1.2)
    clock = [_clock(x + 9, y + BADGE_HIGH / 2, ink)] if badge.time else []
    middle = x + badge.wide / 2 + (5.5 if badge.time else 0)
    code = text(middle, y + 11.1, badge.code, CODE_SIZE, ink, bold=True, anchor="middle")
    return group([frame, *clock, code], badge.name, class_="badge", data_code=badge.code)


def _clock(x: float, y: float, ink: str) -> str:
    face = element("circle", cx=x, cy=y, r=4.2, fill="none", stroke=ink)
    return face + polyline(((x, y - 2.6), (x, y), (x + 2, y)), stroke=ink)


def _station(case_type: CaseType, drawn: Map, station: Station) -> str:
    state = case_type.states[station.name]
    parts = [_marker(station, state.kind, station.name in drawn.plan.sides)]
    x = station.middle[0]
    for line in station.words:
        fill, bold = LOOKS[line.look]
        parts.append(text(x, station.words_box.y + line.base, line.text, line.size, fill, bold=bold, anchor="middle"))
    said = f"{state.title or state.name}: {state.purpose}" if state.purpose else state.title or state.name
    return group(parts, said, class_="station")


def _marker(station: Station, kind: str, side: bool) -> str:
    marker = station.marker
    x, y = station.middle
    width = 3.4 if kind != "between" else 2.4
    frame = box(marker, marker.high / 2, fill=PAPER, stroke=INK, stroke_width=width)
    if kind == "first":
        return frame + element(
            "path", d=f"M{x - 3:.1f} {y - 5:.1f}L{x + 5:.1f} {y:.1f}L{x - 3:.1f} {y + 5:.1f}Z", fill=INK
        )
    if kind == "final":
        core = Box(marker.x + 6, marker.y + 6, marker.wide - 12, marker.high - 12)
        return frame + box(core, core.high / 2, fill=INK)
    return frame + (hook(x, y) if side else "")


def hook(x: float, y: float) -> str:
    """A line that turns round: the sign of a side step."""
    bend = f"M{x + 7:.1f} {y + 4:.1f}h-9a4 4 0 0 1 0 -8h5"
    return element("path", d=bend, fill="none", stroke=INK, stroke_width=1.7) + element(
        "path", d=f"M{x + 3:.1f} {y - 8:.1f}l5.5 4l-5.5 4Z", fill=INK
    )
