"""One page of SVG: head with the promises, the map, its legend, the table.

The bytes depend on the case type only. The picture needs no script, no style sheet and no font of its own.
"""

from __future__ import annotations

from casedsl.model.records import CaseType
from casedsl.transit.arcs import Badge
from casedsl.transit.ink import FONTS, INK, LINE, MAIN, MUTED, PAPER, arrow, box, element, group, polyline, text
from casedsl.transit.layout import Map, lay_out
from casedsl.transit.paint import DASH, hook, paint, paint_badge
from casedsl.transit.shapes import Box
from casedsl.transit.table import Drawn, clocks, promises, stack, table
from casedsl.transit.text import escape, width, wrap
from casedsl.transit.tracks import leads_to, owner_title, state_title

EDGE = 24.0
LEAST = 1180.0
MOST = 1500.0


def draw_svg(case_type: CaseType) -> str:
    """The map and its table as an SVG document."""
    return page(case_type, lay_out(case_type))


def page(case_type: CaseType, drawn: Map) -> str:
    room = max(drawn.wide, LEAST)
    reading = min(room, MOST)
    parts = stack(
        [
            _head(case_type, reading),
            promises(case_type, reading),
            Drawn("", 12),
            Drawn("".join(paint(case_type, drawn)), drawn.high + 12),
            _legend(reading),
            table(case_type, drawn.tracks, reading),
            clocks(case_type, reading),
        ]
    )
    return _document(case_type, drawn, parts, room + 2 * EDGE, parts.high + 2 * EDGE)


def _document(case_type: CaseType, drawn: Map, parts: Drawn, wide: float, high: float) -> str:
    title = case_type.title or case_type.name
    about = f"{len(case_type.states)} states and {len(drawn.tracks)} lines that can move a case; the table lists each."
    mark = "map-" + "".join(char for char in case_type.name if char.isascii() and char.isalnum())
    words = element("title", escape(f"Map of {title}"), id=f"{mark}-title")
    words += element("desc", escape(f"{about} {_journey(case_type, drawn)}"), id=f"{mark}-desc")
    paper = box(Box(0, 0, wide, high), fill=PAPER)
    body = group([parts.marks], transform=f"translate({EDGE:.0f} {EDGE:.0f})")
    return (
        element(
            "svg",
            words + paper + body,
            xmlns="http://www.w3.org/2000/svg",
            width=wide,
            height=high,
            viewBox=f"0 0 {wide:.1f} {high:.1f}",
            role="img",
            aria_labelledby=f"{mark}-title {mark}-desc",
            font_family=FONTS,
        )
        + "\n"
    )


def _journey(case_type: CaseType, drawn: Map) -> str:
    """Every way of every line in a sentence, for those who don't see the map."""
    said = [f"It begins in {state_title(case_type, case_type.first.name)}."]
    for line in drawn.tracks:
        owner = owner_title(case_type, line)
        said += [f"{way.code}, {owner}: {line.label}, {leads_to(case_type, way)}." for way in line.ways]
    return " ".join(said)


def _head(case_type: CaseType, wide: float) -> Drawn:
    lines = wrap(case_type.title or case_type.name, wide, 22, bold=True)
    marks = [text(0, 20 + at * 26, line, 22, bold=True) for at, line in enumerate(lines)]
    y = 20 + 26 * (len(lines) - 1) + 20
    under = f"{case_type.name}, version {case_type.version}, edition {case_type.edition}"
    for at, line in enumerate(wrap(under, wide, 11)):
        marks.append(text(0, y + at * 14, line, 11, MUTED))
        y += 14 * bool(at)
    return Drawn("".join(marks), y + 12)


def _legend(room: float) -> Drawn:
    """What the marks mean, in as many rows as needed."""
    marks: list[str] = []
    x, y = 0.0, 8.0
    for mark, wide, words in _marks():
        step = wide + 6 + width(words, 10.5) + 16
        if x + step > room:
            x, y = 0.0, y + 22
        marks.append(group([mark], transform=f"translate({x:.1f} {y:.1f})"))
        marks.append(text(x + wide + 6, y + 4, words, 10.5, MUTED))
        x += step
    return Drawn(group(marks, class_="legend"), y + 32)


def _marks() -> tuple[tuple[str, float, str], ...]:
    """A mark around y = 0, how wide it is, what it means."""
    whole, line = ((0.0, 0.0), (26.0, 0.0)), ((0.0, 0.0), (28.0, 0.0))
    plate = box(Box(0, -7, 22, 14), 3, fill=PAPER, stroke=LINE, stroke_dasharray="2 2")
    return (
        (polyline(whole, stroke=MAIN, stroke_width=4), 26, "the main way"),
        (polyline(whole, stroke=LINE, stroke_width=1.7) + arrow(line, LINE), 28, "an event"),
        (polyline(line, stroke=LINE, stroke_width=1.7, stroke_dasharray=DASH), 28, "time alone"),
        (paint_badge(Badge("1", "", False, False), 0, -7.5), 20, "number in the table"),
        (paint_badge(Badge("2", "", False, True), 0, -7.5), 20, "only under a condition"),
        (paint_badge(Badge("3", "", True, False), 0, -7.5), 31, "by time"),
        (plate, 22, "many places, named on it"),
        (_station("first"), 18, "first"),
        (_station("final"), 18, "final"),
        (_station("side"), 36, "side step, goes back where it came from"),
    )


def _station(kind: str) -> str:
    frame = box(Box(0, -9, 36 if kind == "side" else 18, 18), 9, fill=PAPER, stroke=INK, stroke_width=2.4)
    if kind == "side":
        return frame + hook(18, 0)
    if kind == "first":
        return frame + element("path", d="M6.5 -4.5L13.5 0L6.5 4.5Z", fill=INK)
    return frame + box(Box(5, -4, 8, 8), 4, fill=INK)
