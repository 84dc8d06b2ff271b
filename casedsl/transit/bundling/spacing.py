"""How far each run is shifted sideways: as little as leaves room for all.

Every demand is a line of arithmetic on shifts, and all are satisfied together by going round them many times and giving
way a little each time (the lighter gives way more):

- *Separations*: two runs side by side on one grid line, or on neighbouring ones, keep a gap, ordered by `order.py`.
- *Fans*: what leaves a station in neighbouring directions keeps its order around the station, or tracks would cross
  inside the marker.
- *Lengths*: a run between two others keeps a little of its length and its direction, however these are shifted.
- *Walls*: a run beside a station that isn't its own keeps clear of the marker.
- *Wishes*, for the first two thirds of the rounds: a line goes on straight through a station, and a run stands where it
  was routed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, pairwise

from msgspec import Struct

from casedsl.transit.bundling.order import Relation, ranked, relations
from casedsl.transit.bundling.runs import Run
from casedsl.transit.network import Network
from casedsl.transit.placing import Ground
from casedsl.transit.routing import Path
from casedsl.transit.routing.paths import UNIT
from casedsl.transit.shapes import Box, Point

GAP = 8.2
"""Pixels between the edges of two tracks side by side: a badge on one of them has room."""
ROUNDS = 160
WISHES = 0.7
CALM = 0.02
SLACK = 6.0


class Apart(Struct, frozen=True):
    """The shift of `right` is larger than that of `left` by at least so much. -1 stands for what can't move."""

    left: int
    right: int
    least: float


class Fan(Struct, frozen=True):
    """Two ends at a station: `one` leaves, and `other` in the next direction clockwise or the second next. The signs
    turn shifts into shifts to the right of leaving; `cosine` is that of the angle between them."""

    one: int
    sign: int
    other: int
    other_sign: int
    cosine: float
    gap: float


class Length(Struct, frozen=True):
    """A run keeps its length if the sum of these shifts, each times its factor, is at least so much."""

    shifts: tuple[tuple[int, float], ...]
    least: float


class Demands(Struct, frozen=True):
    apart: tuple[Apart, ...]
    fans: tuple[Fan, ...]
    lengths: tuple[Length, ...]
    straight: Mapping[int, tuple[int, ...]]
    weights: tuple[float, ...]


def spaced(
    network: Network,
    ground: Ground,
    paths: Mapping[str, Path],
    runs: Mapping[str, Sequence[Run]],
    wider: Mapping[tuple[str, str], float],
    markers: Mapping[str, Box],
) -> list[float]:
    """The shift of each run by its number, in half pixels. `wider` is a larger gap for some pairs of tracks."""
    lines = _grid_lines(runs)
    known = relations(paths, runs)
    apart = [*_side_by_side(lines, known, wider), *_next_lines(lines, ground.pitch, wider)]
    apart += _walls(network, ground, lines, markers)
    weights = tuple(1.0 + 6 * len(network.lines_of[run.track]) for of in runs.values() for run in of)
    lengths = tuple(_lengths(runs, ground.pitch))
    demands = Demands(tuple(apart), tuple(_fans(network, runs)), lengths, _straight(network, runs), weights)
    return [round(shift * 2) / 2 for shift in _settle(demands)]


Lines = dict[tuple[int, int], list[Run]]


def _grid_lines(runs: Mapping[str, Sequence[Run]]) -> Lines:
    lines: Lines = {}
    for of in runs.values():
        for run in of:
            lines.setdefault((run.slope, run.at), []).append(run)
    return dict(sorted(lines.items()))


def _gap(one: Run, other: Run, wider: Mapping[tuple[str, str], float], share: float = 1.0) -> float:
    usual = (one.wide + other.wide) / 2 + GAP * share
    return max(usual, wider.get((one.track, other.track), 0.0), wider.get((other.track, one.track), 0.0))


def _side_by_side(
    lines: Lines, known: Mapping[tuple[int, int], Relation], wider: Mapping[tuple[str, str], float]
) -> Iterator[Apart]:
    for of in lines.values():
        if len(of) > 1:
            rank = {number: at for at, number in enumerate(ranked([run.number for run in of], known))}
            for one, other in combinations(sorted(of, key=lambda run: rank[run.number]), 2):
                common = min(one.high, other.high) - max(one.low, other.low)
                if common > 0 and one.track != other.track:
                    yield Apart(one.number, other.number, _gap(one, other, wider))
                elif common == 0 and (side := _passing(one, other)):
                    left, right = (one, other) if side < 0 else (other, one)
                    yield Apart(left.number, right.number, _gap(one, other, wider, 0.8))


def _passing(one: Run, other: Run) -> int:
    """Two runs on one grid line that touch in a node, where each turns off to another side: -1 if the first lies left.
    If they turn off to the same side, they cross there anyway."""
    one_before = (one.low < other.low) == (one.slope != 3)
    first, second = (one, other) if one_before else (other, one)
    goes = first.after if first.forth > 0 else first.behind
    comes = second.behind if second.forth > 0 else second.after
    if goes < 0 or comes < 0 or one.track == other.track:
        return 0
    goes_left, comes_left = (goes - one.slope) % 8 > 4, (comes - one.slope) % 8 > 4
    if goes_left == comes_left:
        return 0
    return -1 if goes_left == one_before else 1


def _next_lines(lines: Lines, pitch: float, wider: Mapping[tuple[str, str], float]) -> Iterator[Apart]:
    """Runs on neighbouring grid lines; those of diagonals lie closer, so two lines count. A larger `at` lies to the
    right of the slope for rows, to the left for the others."""
    for (slope, at), of in lines.items():
        for by in (1,) if slope % 2 == 0 else (1, 2):
            far = pitch * by if slope % 2 == 0 else pitch * by / math.sqrt(2)
            for other in lines.get((slope, at + by), ()):
                for one in of:
                    if one.track != other.track and min(one.high, other.high) >= max(one.low, other.low):
                        least = _gap(one, other, wider, 0.8) - far
                        pair = (one, other) if slope == 0 else (other, one)
                        yield Apart(pair[0].number, pair[1].number, least)


def _walls(network: Network, ground: Ground, lines: Lines, markers: Mapping[str, Box]) -> Iterator[Apart]:
    """Runs that pass a marker within two grid lines."""
    for key, box in markers.items():
        node = ground.nodes[key]
        for (slope, at), of in lines.items():
            away = at - (node[1], node[0] - node[1], node[0], node[0] + node[1])[slope]
            if not away or abs(away) > 2:
                continue
            right = (away > 0) == (slope == 0)
            far = abs(away) * (ground.pitch if slope % 2 == 0 else ground.pitch / math.sqrt(2))
            place = node[1] if slope == 2 else node[0]
            for run in of:
                track = network.track[run.track]
                if key not in (track.source, track.target) and run.low - 1 <= place <= run.high + 1:
                    least = _reach(box, ground.pixels(node), slope, right) + run.wide / 2 + GAP / 2 - far
                    yield Apart(-1, run.number, least) if right else Apart(run.number, -1, least)


def _reach(box: Box, node: Point, slope: int, right: bool) -> float:
    """How far a marker reaches from its node across a slope, to the right of it or to the left."""
    across = UNIT[(slope + 2) % 8] if right else UNIT[(slope + 6) % 8]
    radius = min(box.wide, box.high) / 2
    x = max(across[0] * (box.x + radius - node[0]), across[0] * (box.right - radius - node[0]))
    y = max(across[1] * (box.y + radius - node[1]), across[1] * (box.bottom - radius - node[1]))
    return x + y + radius


def _fans(network: Network, runs: Mapping[str, Sequence[Run]]) -> Iterator[Fan]:
    ends: dict[str, list[tuple[int, Run]]] = {}
    for key, of in runs.items():
        track = network.track[key]
        ends.setdefault(track.source, []).append((of[0].direction, of[0]))
        ends.setdefault(track.target, []).append(((of[-1].direction + 4) % 8, of[-1]))
    for at in ends.values():
        for d, one in at:
            for other_d, other in at:
                apart = (other_d - d) % 8
                if one.number != other.number and apart in (1, 2):
                    signs = 1 if d < 4 else -1, 1 if other_d < 4 else -1
                    gap = ((one.wide + other.wide) / 2 + GAP * 0.5) * 0.7 - SLACK
                    yield Fan(one.number, signs[0], other.number, signs[1], math.cos(apart * math.pi / 4), gap)


def _lengths(runs: Mapping[str, Sequence[Run]], pitch: float) -> Iterator[Length]:
    """Where two shifted lines meet, one at an angle to the other, moves along both with either shift."""
    for of in runs.values():
        for at, run in enumerate(of):
            long = (run.high - run.low) * pitch * (math.sqrt(2) if run.slope % 2 else 1)
            factors = {run.number: 0.0}
            for other, sign in ((of[at - 1] if at else None, 1), (of[at + 1] if at + 1 < len(of) else None, -1)):
                if other is not None:
                    angle = sign * (run.direction - other.direction) * math.pi / 4
                    factors[other.number] = -other.forth / math.sin(angle)
                    factors[run.number] += run.forth / math.tan(angle)
            if len(factors) > 1 and long < LONG:
                yield Length(tuple(factors.items()), (STUB if len(factors) == 2 else LEAST) - long)


LONG = 200.0
"""Runs of so many pixels never become too short."""
LEAST = 8.0
STUB = 20.0
"""How long the first and the last run are at least, measured from the middle of their station."""


def _straight(network: Network, runs: Mapping[str, Sequence[Run]]) -> dict[int, tuple[int, ...]]:
    """For each run those with which it would like to be in line: what goes on straight through a station."""
    found: dict[int, tuple[int, ...]] = {}
    for line in network.lines:
        for key, after in pairwise(line.tracks):
            one, other = runs[key][-1], runs[after][0]
            if one.slope == other.slope and one.at == other.at and one.stop == other.start:
                found[one.number] = (*found.get(one.number, ()), other.number)
                found[other.number] = (*found.get(other.number, ()), one.number)
    return found


def _settle(demands: Demands) -> list[float]:
    shifts = [0.0] * (len(demands.weights) + 1)
    """The last one stands for what can't move."""
    yields = [1 / weight for weight in demands.weights] + [0.0]
    apart = [(each.left, each.right, each.least) for each in demands.apart]
    fans = [(each.one, each.sign, each.other, each.other_sign, each.cosine, each.gap) for each in demands.fans]
    for number in range(ROUNDS):
        wishing = number < ROUNDS * WISHES
        if wishing:
            shifts = _wish(shifts, demands.straight)
        worst = _separate(shifts, apart, yields)
        _fan_out(shifts, fans, yields)
        _lengthen(shifts, demands.lengths, yields)
        if not wishing and worst < CALM:
            break
    return shifts[:-1]


def _wish(shifts: list[float], straight: Mapping[int, tuple[int, ...]]) -> list[float]:
    """A quarter of the way back to where it was routed; what goes on straight, to where the others are."""
    wished = [0.75 * shift for shift in shifts]
    for number, mates in straight.items():
        wished[number] += 0.75 * sum(shifts[mate] for mate in mates) / (1 + 3 * len(mates))
    return wished


def _separate(shifts: list[float], apart: Sequence[tuple[int, int, float]], yields: Sequence[float]) -> float:
    """Pushes apart what is too close; returns by how much the worst pair was."""
    worst = 0.0
    for left, right, least in apart:
        lack = least - shifts[right] + shifts[left]
        if lack > 1e-6:
            worst = max(worst, lack)
            share = lack / (yields[left] + yields[right])
            shifts[left] -= share * yields[left]
            shifts[right] += share * yields[right]
    return worst


Fanned = tuple[int, int, int, int, float, float]


def _fan_out(shifts: list[float], fans: Sequence[Fanned], yields: Sequence[float]) -> None:
    """Two ends cross in the marker if each comes out on the wrong side of the other; the nearer way out is taken."""
    for one, sign, other, other_sign, cosine, gap in fans:
        here, there = sign * shifts[one], other_sign * shifts[other]
        lack, lack_other = here * cosine + gap - there, here - there * cosine + gap
        if lack <= CALM or lack_other <= CALM:
            continue
        a, b = yields[one], yields[other]
        if lack <= lack_other:
            by = 0.9 * lack / (a * cosine * cosine + b)
            shifts[other] += other_sign * by * b
            shifts[one] -= sign * by * cosine * a
        else:
            by = 0.9 * lack_other / (a + b * cosine * cosine)
            shifts[one] -= sign * by * a
            shifts[other] += other_sign * by * cosine * b


def _lengthen(shifts: list[float], lengths: Sequence[Length], yields: Sequence[float]) -> None:
    for each in lengths:
        lack = each.least
        for number, factor in each.shifts:
            lack -= shifts[number] * factor
        if lack > CALM:
            weight = sum(factor * factor * yields[number] for number, factor in each.shifts)
            for number, factor in each.shifts:
                shifts[number] += lack * factor * yields[number] / weight
