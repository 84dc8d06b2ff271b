"""A picture as PNG, drawn by resvg: the same bytes on every machine, for it is given the shipped fonts and no others.

A character that these fonts don't have would be left out without a word. So a picture with such a character is drawn
with the fonts of the machine as well, and `drawing.strange` names it for a warning.
"""

from __future__ import annotations

from casedsl.transit.drawing import Scene, strange, svg
from casedsl.transit.drawing.inks import PAPER
from casedsl.transit.export.extra import ExtraMissingError
from casedsl.transit.fonts import FAMILY, FILES

SHARP = 2.0
"""Pixels to a pixel of the map, so that it is sharp on paper and on fine screens."""
MOST = 16_000
"""As wide or high as most programs open a picture; a larger map gets fewer pixels."""


def draw_png(scene: Scene, zoom: float = SHARP) -> bytes:
    """Raises ExtraMissingError without the extra `images`."""
    try:
        import resvg_py
    except ImportError:
        raise ExtraMissingError("PNG", "resvg-py") from None
    return resvg_py.svg_to_bytes(
        svg_string=svg(scene, fonts=False),
        background=PAPER,
        width=round(scene.wide * min(zoom, MOST / max(scene.wide, scene.high))),
        skip_system_fonts=not strange(scene),
        font_family=FAMILY,
        sans_serif_family=FAMILY,
        font_files=[str(file) for file in FILES.values()],
    )
