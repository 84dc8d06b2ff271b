"""How much of a map moves when its definition is edited: with the layout lock, without it, and with ELK.

Some edits of each kind on a case of the study. A station has moved if the middle of its marker is further from where
it was than `STEP`, half a step of the grid: a capsule that grows for one more track stays where it is. A track has
changed if a bend of it has moved as far. Stations and tracks that the edit adds or takes away don't count.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from msgspec.structs import replace

from bench.maps import peers
from bench.maps.browser import chromium, measured
from bench.maps.seen import Seen
from casedsl.transit.laying import lay
from casedsl.transit.network import Network, Station, Track
from casedsl.transit.plan import Plan

Edit = Callable[[Network, int], Network]
TIMES, STEP = 6, 16.0


def renamed(network: Network, at: int) -> Network:
    station = network.stations[at * 7 % len(network.stations)]
    changed = replace(station, title=f"{station.title} once more")
    return replace(network, stations=tuple(changed if each is station else each for each in network.stations))


def without_track(network: Network, at: int) -> Network:
    """Takes away a track that no line runs on."""
    spare = [track.key for track in network.tracks if not network.lines_of[track.key]]
    gone = spare[at * 5 % len(spare)]
    return replace(network, tracks=tuple(track for track in network.tracks if track.key != gone))


def with_track(network: Network, at: int) -> Network:
    keys = [station.key for station in network.stations if station.kind != "final"]
    source, target = keys[at * 5 % len(keys)], keys[(at * 3 + 2) % len(keys)]
    return replace(network, tracks=(*network.tracks, Track("added", "ZZ1", source, target, "Added")))


def with_station(network: Network, at: int) -> Network:
    near = network.stations[at * 7 % len(network.stations)]
    new = Station("added", "ZZ", "New station", near.zone)
    tracks = (Track("in", "ZY1", near.key, "added", "Go there"), Track("out", "ZZ1", "added", near.key, "Come back"))
    return replace(network, stations=(*network.stations, new), tracks=(*network.tracks, *tracks))


EDITS: dict[str, Edit] = {
    "a station renamed": renamed,
    "a track less": without_track,
    "a track more": with_track,
    "a station more": with_station,
}


def main(networks: Iterator[tuple[str, Network]]) -> None:
    for what, network in networks:
        print(f"\n{what}: stations moved and tracks changed by one edit, the mean of {TIMES}")
        before = lay(network)
        for name, edit in EDITS.items():
            after = [edit(network, at) for at in range(TIMES)]
            kept = [lay(each, before.lock) for each in after]
            faults = sum(len(plan.faults) for plan in kept)
            print(
                f"{name:<20} lock {_share(before, kept)} ({faults} faults)   no lock {_share(before, map(lay, after))}"
            )
        _elk(network)


def _share(before: Plan, plans: Iterator[Plan] | list[Plan]) -> str:
    shares = [(_moved(before, after), _changed(before, after)) for after in plans]
    stations, tracks = (sum(share[at] for share in shares) / len(shares) for at in (0, 1))
    return f"{stations:6.1%} {tracks:6.1%}"


def _moved(before: Plan, after: Plan) -> float:
    both = [key for key in before.spot if key in after.spot]
    moved = (math.dist(_middle(before, key), _middle(after, key)) > STEP for key in both)
    return sum(moved) / len(both)


def _middle(plan: Plan, key: str) -> tuple[float, float]:
    box = plan.spot[key].marker
    return box.x + box.wide / 2, box.y + box.high / 2


def _changed(before: Plan, after: Plan) -> float:
    both = [key for key in before.run if key in after.run]
    return sum(_differ(before.run[key].points, after.run[key].points) for key in both) / len(both)


def _differ(one: tuple[tuple[float, float], ...], other: tuple[tuple[float, float], ...]) -> bool:
    return len(one) != len(other) or any(math.dist(a, b) > STEP for a, b in zip(one, other, strict=True))


def _elk(network: Network) -> None:
    """ELK's, after its drawing is moved so that the first station stands where it stood."""
    edits = [network, *(edit(network, at) for edit in EDITS.values() for at in range(TIMES))]
    drawn = peers.elk(edits)
    if isinstance(drawn, str) or not chromium():
        return
    seen = list(measured({str(at): each.svg for at, each in enumerate(drawn)}).values())
    for row, name in enumerate(EDITS):
        after = seen[1 + row * TIMES : 1 + (row + 1) * TIMES]
        share = sum(_elsewhere(seen[0], each) for each in after) / TIMES
        print(f"{name:<20} ELK  {share:6.1%}")


def _elsewhere(before: Seen, after: Seen) -> float:
    was, now = ({each.key: each.box for each in seen.stations} for seen in (before, after))
    first = next(iter(was))
    shift = was[first][0] - now[first][0], was[first][1] - now[first][1]
    both = [key for key in was if key in now]
    moved = (math.dist(was[key][:2], (now[key][0] + shift[0], now[key][1] + shift[1])) > STEP for key in both)
    return sum(moved) / len(both)
