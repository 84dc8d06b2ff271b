"""The tracks of the gutters: which line runs left of which.

Lines that overlap get tracks of their own; then neighbouring tracks change places as long as that saves a crossing.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from casedsl.transit.arcs import Arc

PASSES = 12

End = tuple[int, bool]
"""How far down (`2n` is the channel of lane `n`, `2n + 1` the line of its stations), and whether it turns right."""


class Run(Struct, frozen=True):
    """A line in a gutter, from its upper to its lower end."""

    arc: Arc
    gutter: int
    upper: End
    lower: End


Tracks = list[list[Run]]


def tracks_of(runs: list[Run]) -> Mapping[Arc, int]:
    """The track of each run in its gutter, counted from the left."""
    gutters: dict[int, Tracks] = {}
    for run in sorted(runs, key=lambda run: (run.lower[0] - run.upper[0], run.upper)):
        _put(gutters.setdefault(run.gutter, []), run)
    for tracks in gutters.values():
        _untangle(tracks)
    return {run.arc: at for tracks in gutters.values() for at, track in enumerate(tracks) for run in track}


def _put(tracks: Tracks, run: Run) -> None:
    """On the first track where it overlaps nothing."""
    for track in tracks:
        if all(run.lower[0] < other.upper[0] or other.lower[0] < run.upper[0] for other in track):
            track.append(run)
            return
    tracks.append([run])


def _untangle(tracks: Tracks) -> None:
    for _ in range(PASSES):
        swapped = False
        for at in range(len(tracks) - 1):
            left, right = tracks[at], tracks[at + 1]
            if _crossings(right, left) < _crossings(left, right):
                tracks[at], tracks[at + 1] = right, left
                swapped = True
        if not swapped:
            return


def _crossings(left: list[Run], right: list[Run]) -> int:
    """How often the lines of two tracks cross: where one turns towards the other track while the other runs by."""
    return sum(
        sum(turns and _passes(other, depth) for depth, turns in (run.upper, run.lower))
        + sum(not turns and _passes(run, depth) for depth, turns in (other.upper, other.lower))
        for run in left
        for other in right
    )


def _passes(run: Run, depth: int) -> bool:
    return run.upper[0] < depth < run.lower[0]
