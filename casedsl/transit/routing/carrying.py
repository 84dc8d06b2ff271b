"""A way carried over to another ground: the same bends in the same cells.

When a column becomes wider, or a lock is laid on a ground with a new row, everything behind moves on. A straight
stretch along it only becomes longer; a diagonal across it no longer fits, and its track must be routed again.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from casedsl.transit.network import Network
from casedsl.transit.placing import Ground, Node
from casedsl.transit.routing.paths import DX, DY, Path

Marks = tuple[Sequence[int], Sequence[int]]
"""Places on an axis, and where each of them is on the new one."""


def carried(network: Network, paths: Mapping[str, Path], old: Ground, new: Ground) -> dict[str, Path]:
    """The ways that still are ways on the new ground."""
    across = _marks((mark, new.across[key]) for key, mark in old.across.items() if key in new.across)
    down = _marks((mark, new.down[key]) for key, mark in old.down.items() if key in new.down)
    found: dict[str, Path] = {}
    for key, path in paths.items():
        bends = [(_moved(x, across), _moved(y, down)) for x, y in vertices(path)]
        same = through(bends)
        if same is not None and directions(same) == directions(path) and fits(network, key, same, new):
            found[key] = Path(same.nodes, same.steps, path.cost)
    return found


def vertices(path: Path) -> list[Node]:
    """The ends of a way and its bends."""
    bends = [at for at in range(1, len(path.steps)) if path.steps[at] != path.steps[at - 1]]
    return [path.nodes[0], *(path.nodes[at] for at in bends), path.nodes[-1]]


def directions(path: Path) -> list[int]:
    return [d for at, d in enumerate(path.steps) if not at or path.steps[at - 1] != d]


def through(bends: Sequence[Node]) -> Path | None:
    """The way through these bends, if all between them is octilinear and it nowhere turns on the spot."""
    nodes, steps = [bends[0]], list[int]()
    for (x, y), (to_x, to_y) in pairwise(bends):
        dx, dy = to_x - x, to_y - y
        far = max(abs(dx), abs(dy))
        if not far or (dx and dy and abs(dx) != abs(dy)):
            return None
        one = dx // far, dy // far
        d = next(d for d in range(8) if (DX[d], DY[d]) == one)
        nodes += [(x + one[0] * step, y + one[1] * step) for step in range(1, far + 1)]
        steps += [d] * far
    turns = (abs(one - other) % 8 for one, other in pairwise(steps))
    if not steps or any(2 < by < 6 for by in turns):
        return None
    return Path(tuple(nodes), tuple(steps))


def fits(network: Network, key: str, path: Path, ground: Ground) -> bool:
    """Does a way join the stations of its track, on the ground, and pass through no other?"""
    track = network.track[key]
    ends = ground.nodes[track.source], ground.nodes[track.target]
    inside = all(0 <= x <= ground.wide and 0 <= y <= ground.high for x, y in path.nodes)
    taken = set(ground.nodes.values())
    return (path.nodes[0], path.nodes[-1]) == ends and inside and not any(node in taken for node in path.nodes[1:-1])


def _marks(pairs: Iterable[tuple[tuple[int, int], tuple[int, int]]]) -> Marks:
    flat = sorted({(a, b) for old, new in pairs for a, b in zip(old, new, strict=True)})
    return [old for old, _ in flat], [new for _, new in flat]


def _moved(place: int, marks: Marks) -> int:
    at = max(0, bisect_right(marks[0], place) - 1)
    return place + marks[1][at] - marks[0][at] if marks[0] else place
