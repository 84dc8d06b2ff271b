"""Which of two tracks lies left of the other where they share steps: they lie as they come and as they go.

Two tracks that run together for a while are compared where they part, at the near end and at the far one: whichever
turns off to the left lies left. If the ends disagree, they cross once, and the near end decides. Two that are together
from station to station say nothing about each other: then both keep right, as on a road, and among tracks of the same
direction the one declared first lies left.

(This is the local comparison of metro-line crossing minimisation; the whole problem is hard, our bundles are small.)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from casedsl.transit.bundling.runs import Run
from casedsl.transit.routing import Path
from casedsl.transit.routing.paths import edge

Relation = tuple[int, bool]
"""-1 if the one lies left (seen along the slope), 1 if right; and whether that is only a matter of habit."""


def relations(paths: Mapping[str, Path], runs: Mapping[str, Sequence[Run]]) -> dict[tuple[int, int], Relation]:
    """For each two runs that share a step."""
    run_at = {key: [run for run in of for _ in range(run.first, run.last + 1)] for key, of in runs.items()}
    found: dict[tuple[int, int], Relation] = {}
    for (one, other), shared in _shared(paths).items():
        for chain in _chains(paths[one], paths[other], shared):
            side, habit = _side(paths[one], paths[other], chain)
            for here, there in chain:
                a, b = run_at[one][here], run_at[other][there]
                sign = side * a.forth
                found[a.number, b.number] = (sign, habit)
                found[b.number, a.number] = (-sign, habit)
    return found


def _shared(paths: Mapping[str, Path]) -> dict[tuple[str, str], list[tuple[int, int]]]:
    """For each two tracks, in declared order, the steps that they share, as numbers of steps in both ways."""
    users: dict[tuple[int, int, int], list[tuple[str, int]]] = {}
    for key, path in paths.items():
        for at, step in enumerate(path.steps):
            users.setdefault(edge(*path.nodes[at], step), []).append((key, at))
    pairs: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for steps in users.values():
        for index, (one, here) in enumerate(steps):
            for other, there in steps[index + 1 :]:
                if one != other:
                    pairs.setdefault((one, other), []).append((here, there))
    return pairs


Chain = list[tuple[int, int]]


def _chains(one: Path, other: Path, shared: Sequence[tuple[int, int]]) -> Iterator[Chain]:
    """The shared steps cut where the two part in between."""
    chain: Chain = []
    for here, there in sorted(shared):
        along = 1 if one.steps[here] == other.steps[there] else -1
        if chain and (here, there) != (chain[-1][0] + 1, chain[-1][1] + along):
            yield chain
            chain = []
        chain.append((here, there))
    if chain:
        yield chain


def _side(one: Path, other: Path, chain: Chain) -> tuple[int, bool]:
    """-1 if the first track lies left of the second, seen in the first one's direction of travel."""
    same = one.steps[chain[0][0]] == other.steps[chain[0][1]]
    near = _near(one, other, chain, same) or _far(one, other, chain, same)
    if near:
        return near, False
    return (-1 if same else 1), True


def _near(one: Path, other: Path, chain: Chain, same: bool) -> int:
    """Compares from where the two come, clockwise from the direction of travel."""
    here, there = chain[0]
    a = _back(one, here - 1)
    b = _back(other, there - 1) if same else _step(other, there + 1)
    if a is None or b is None:
        return 0
    ahead = one.steps[here]
    return _sign((b - ahead) % 8 - (a - ahead) % 8)


def _far(one: Path, other: Path, chain: Chain, same: bool) -> int:
    """Compares where the two go on to, from left to right."""
    here, there = chain[-1]
    a = _step(one, here + 1)
    b = _step(other, there + 1) if same else _back(other, there - 1)
    if a is None or b is None:
        return 0
    ahead = one.steps[here]
    return _sign(_bend(a, ahead) - _bend(b, ahead))


def _step(path: Path, at: int) -> int | None:
    return path.steps[at] if at < len(path.steps) else None


def _back(path: Path, at: int) -> int | None:
    return (path.steps[at] + 4) % 8 if at >= 0 else None


def _bend(to: int, ahead: int) -> int:
    by = (to - ahead) % 8
    return by if by <= 4 else by - 8


def _sign(value: int) -> int:
    return (value > 0) - (value < 0)


def ranked(numbers: Sequence[int], known: Mapping[tuple[int, int], Relation]) -> list[int]:
    """The runs of one grid line from left to right, so that as many relations hold as can: first all, then those that
    are more than habit, then the run with the fewest before it."""
    left = sorted(numbers)
    before = {b: [(a, known[a, b][1]) for a in left if (a, b) in known and known[a, b][0] < 0] for b in left}
    ranks: list[int] = []
    waiting = set(left)
    while left:
        firm = next((n for n in left if not any(a in waiting for a, _ in before[n])), None)
        firm = firm if firm is not None else _least(left, before, waiting)
        ranks.append(firm)
        left.remove(firm)
        waiting.discard(firm)
    return ranks


def _least(left: Sequence[int], before: Mapping[int, Sequence[tuple[int, bool]]], waiting: set[int]) -> int:
    for number in left:
        if not any(a in waiting for a, habit in before[number] if not habit):
            return number
    return min(left, key=lambda number: (sum(a in waiting for a, _ in before[number]), number))
