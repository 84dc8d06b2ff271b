"""The map of a case type: pictures and table, drawn from one table of tracks.

`draw_svg` is a finished page; `draw_dot` and `draw_mermaid` are text for other people's tools. All three speak of the
same tracks (`tracks.py`), so none can hide a line that the machine has.
"""

from __future__ import annotations

from casedsl.model.records import CaseType
from casedsl.transit.mermaid import draw_mermaid
from casedsl.transit.svg import draw_svg
from casedsl.transit.tracks import Track, Way, tracks


def draw_dot(case_type: CaseType) -> str:
    """The graph in the DOT language; only this imports the package `graphviz`, and nothing runs its program."""
    from casedsl.transit.dot import draw_dot as draw

    return draw(case_type)


__all__ = ["Track", "Way", "draw_dot", "draw_mermaid", "draw_svg", "tracks"]
