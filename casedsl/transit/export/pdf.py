"""Pictures as the pages of a PDF: lines as lines, and real text in the shipped fonts, which can be searched and copied.

It is made from the same scenes as the SVG. reportlab writes the file; told to be invariant, it writes no date and no
random number, so equal maps are equal bytes. For a letter that the fonts don't have stands the box that they
have for that: a PDF carries its own letters and borrows none. `drawing.strange` names them for a warning.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from msgspec import Struct

from casedsl.transit.drawing import Disc, Group, Node, Path, Rect, Scene, Words
from casedsl.transit.export.extra import ExtraMissingError
from casedsl.transit.fonts import FILES
from casedsl.transit.text import clean

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

FACES = {False: "CasedslInter", True: "CasedslInter-Bold"}
POINTS = 0.75
"""Points to a pixel: 72 of the one and 96 of the other are an inch."""


class Sheet(Struct, frozen=True):
    """A page: a picture, and how large the paper is in points; None for paper as large as the picture."""

    scene: Scene
    paper: tuple[float, float] | None = None


def draw_pdf(sheets: Sequence[Sheet], title: str) -> bytes:
    """A page for each sheet, and an outline of their titles. Raises ExtraMissingError without the extra `images`."""
    try:
        from reportlab.pdfbase import pdfmetrics, ttfonts
        from reportlab.pdfgen.canvas import Canvas
    except ImportError:
        raise ExtraMissingError("PDF", "reportlab") from None
    for bold, name in FACES.items():
        pdfmetrics.registerFont(ttfonts.TTFont(name, str(FILES[bold])))
    file = BytesIO()
    canvas = Canvas(file, invariant=1, pageCompression=1, lang="en")
    canvas.setTitle(clean(title))
    canvas.setCreator("casedsl map")
    for at, sheet in enumerate(sheets):
        _page(canvas, sheet, at)
    canvas.save()
    return file.getvalue()


def _page(canvas: Canvas, sheet: Sheet, at: int) -> None:
    """The picture in the middle of the paper, as large as it fits; y runs down, as in the picture."""
    scene = sheet.scene
    wide, high = sheet.paper or (scene.wide * POINTS, scene.high * POINTS)
    scale = min(wide / scene.wide, high / scene.high)
    canvas.setPageSize((wide, high))
    canvas.bookmarkPage(f"sheet{at}")
    canvas.addOutlineEntry(clean(scene.title), f"sheet{at}")
    canvas.translate((wide - scene.wide * scale) / 2, (high + scene.high * scale) / 2)
    canvas.scale(scale, -scale)
    for node in scene.parts:
        _paint(canvas, node)
    canvas.showPage()


def _paint(canvas: Canvas, node: Node) -> None:
    if isinstance(node, Group):
        canvas.saveState()
        canvas.translate(*node.shift)
        for part in node.parts:
            _paint(canvas, part)
        canvas.restoreState()
    elif isinstance(node, Words):
        _write(canvas, node)
    else:
        _shape(canvas, node)


def _write(canvas: Canvas, words: Words) -> None:
    canvas.saveState()
    canvas.translate(words.x, words.y)
    canvas.scale(1, -1)
    canvas.setFillColor(words.ink)
    canvas.setFont(FACES[words.bold], words.size)
    canvas.drawString(0, 0, clean(words.text))
    canvas.restoreState()


def _shape(canvas: Canvas, shape: Path | Rect | Disc) -> None:
    stroke, fill = _inked(canvas, shape)
    if isinstance(shape, Path):
        _trace(canvas, shape, stroke, fill)
    elif isinstance(shape, Disc):
        canvas.circle(shape.x, shape.y, shape.radius, stroke, fill)
    else:
        box = shape.box
        radius = min(shape.radius, box.wide / 2, box.high / 2)
        canvas.roundRect(box.x, box.y, box.wide, box.high, radius, stroke, fill)


def _inked(canvas: Canvas, shape: Path | Rect | Disc) -> tuple[int, int]:
    """The canvas's inks as the shape wants them; whether to stroke and whether to fill."""
    if shape.fill:
        canvas.setFillColor(shape.fill)
    if shape.stroke:
        canvas.setStrokeColor(shape.stroke)
        canvas.setLineWidth(shape.wide)
        canvas.setLineCap(1 if isinstance(shape, Path) and shape.round else 0)
        canvas.setDash([] if isinstance(shape, Disc) else list(shape.dash))
    return int(bool(shape.stroke)), int(bool(shape.fill))


def _trace(canvas: Canvas, path: Path, stroke: int, fill: int) -> None:
    traced = canvas.beginPath()
    draw: dict[str, Callable[..., object]] = {
        "M": traced.moveTo,
        "L": traced.lineTo,
        "C": traced.curveTo,
        "Z": traced.close,
    }
    for letter, numbers in path.steps:
        draw[letter](*numbers)
    canvas.drawPath(traced, stroke=stroke, fill=fill)
