"""From ways over nodes to lines on paper: tracks that share steps come to lie side by side.

`runs.py` cuts each way into straight runs, `order.py` says which of two tracks lies left of the other where they go
together, `spacing.py` shifts every run sideways until all have room, `vertices.py` puts the shifted runs together again
(a vertex is where two shifted lines meet, so all stays octilinear), `capsules.py` lets markers grow over what arrives.
"""

from __future__ import annotations

from casedsl.transit.bundling.capsules import emerges, ended, markers
from casedsl.transit.bundling.runs import Run, runs, width
from casedsl.transit.bundling.spacing import spaced
from casedsl.transit.bundling.vertices import ways

__all__ = ["Run", "emerges", "ended", "markers", "runs", "spaced", "ways", "width"]
