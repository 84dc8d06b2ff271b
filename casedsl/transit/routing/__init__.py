"""Which way each track takes: a shortest path over the nodes of the ground, in steps of eight directions.

`field.py` knows what a step costs because of what stands still (stations, captions, zones), `traffic.py` because of the
tracks that are there already, `search.py` finds the cheapest way (A*), `rounds.py` says in which order tracks are
routed, and routes them again when the others are known; `carrying.py` carries ways over to a ground that has changed.
"""

from __future__ import annotations

from casedsl.transit.routing.carrying import carried, fits, through, vertices
from casedsl.transit.routing.field import Field, field
from casedsl.transit.routing.paths import Path
from casedsl.transit.routing.rounds import Router

__all__ = ["Field", "Path", "Router", "carried", "field", "fits", "through", "vertices"]
