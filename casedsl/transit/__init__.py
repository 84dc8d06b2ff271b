"""The map of a case type: a network of stations and tracks, placed, routed, drawn and read back; with a key in words.

`chart` surveys a case type; what is drawn or written of it is made of that chart. `Press` prints it in every form, and
reads a picture back before anybody sees it; `draw_text` is an itinerary for whoever reads by ear, `draw_dot` and
`draw_mermaid` are text for other people's tools. All of them speak of the same tracks (`exits.py`), so none can hide a
line that the machine has.
"""

from __future__ import annotations

from casedsl.transit.chart import Chart, chart, draw_dot, draw_mermaid, draw_text
from casedsl.transit.export.forms import Press

__all__ = ["Chart", "Press", "chart", "draw_dot", "draw_mermaid", "draw_text"]
