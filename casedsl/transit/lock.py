"""The layout lock: where everything stood the last time, so that an edit moves only what it must.

A lock is written beside the definition (`*.layout.json`) and read before the next layout. What it knows stays: a
station keeps its cell, a track its way as long as that still is a way. A new station takes the nearest free cell of its
box, a station that only changed its name keeps the old one's place, and what is gone is forgotten. So adding a
transition moves no station, and the difference of two pictures is the difference of two definitions. `stale` says what
no longer agrees.

Everything here is a pure function; reading and writing files is the caller's.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from casedsl.transit.network import Network
from casedsl.transit.placing import Cell, Ground, Node, Placing, Widening, ground, main_way, row_height
from casedsl.transit.routing import Path, carried, through, vertices

FORMAT = 1
MOST = 200
"""Rows and columns beyond this number aren't believed, however many stations a lock has: a map that keeps its layout
has 40 at the most."""
CELLS = 20
"""Cells for each station, and for 20 more, at the most; a map laid anew has one to three for each station."""
NODES = 8
"""Nodes of a row or a column, at the most; usually they are three to five."""
FURTHEST = 2_000.0
"""Pixels that the ground is moved, at the most."""
WIDEST = 200.0
"""Pixels between two tracks that are laid further apart, at the most."""


class BadLock(ValueError):
    """A file that is no layout lock, in one sentence."""


class Place(Struct, frozen=True, forbid_unknown_fields=True):
    zone: str
    deck: int
    row: int
    column: int


class Course(Struct, frozen=True, forbid_unknown_fields=True):
    """A track: its stations, and the nodes where it begins, bends and ends (`12,5 16,5 18,7`)."""

    source: str
    target: str
    way: str


class Lock(Struct, frozen=True, forbid_unknown_fields=True):
    """`of` is the digest of the network that was laid. `columns` and `rows` (`deck/row`) are nodes beyond the usual;
    `gaps` are pairs of tracks that are laid further apart than others; `origin` says how far the ground was moved to
    lie in the corner of the paper; `high` is how many nodes a row has, 0 in a lock that doesn't say."""

    format: int
    of: str
    pitch: float
    origin: tuple[float, float]
    columns: dict[str, int]
    rows: dict[str, int]
    gaps: tuple[tuple[str, str, float], ...]
    stations: dict[str, Place]
    tracks: dict[str, Course]
    high: int = 0

    @property
    def widening(self) -> Widening:
        rows = ((deck_and_row.split("/"), by) for deck_and_row, by in self.rows.items())
        return Widening(
            self.pitch,
            tuple(sorted((int(column), by) for column, by in self.columns.items())),
            tuple(sorted(((int(deck), int(row)), by) for (deck, row), by in rows)),
            self.high,
        )


def digest(network: Network) -> str:
    """What a layout depends on: stations, zones, tracks and lines, not their titles."""
    told = (
        [(station.key, station.zone, station.kind == "gate") for station in network.stations],
        [(track.key, track.source, track.target) for track in network.tracks],
        [line.tracks for line in network.lines],
    )
    return hashlib.sha256(repr(told).encode("ascii", "backslashreplace")).hexdigest()


def locked(
    network: Network,
    placing: Placing,
    more: Widening,
    paths: Mapping[str, Path],
    gaps: Mapping[tuple[str, str], float],
    origin: tuple[float, float],
) -> Lock:
    return Lock(
        FORMAT,
        digest(network),
        more.pitch,
        origin,
        {str(column): by for column, by in more.columns},
        {f"{deck}/{row}": by for (deck, row), by in more.rows},
        tuple((one, other, gap) for (one, other), gap in gaps.items()),
        {key: Place(placing.zones[key], cell.deck, cell.row, cell.column) for key, cell in placing.cells.items()},
        {
            track.key: Course(track.source, track.target, " ".join(f"{x},{y}" for x, y in vertices(paths[track.key])))
            for track in network.tracks
        },
        more.high or row_height(placing),
    )


def write_lock(lock: Lock) -> str:
    """One station and one track a line, so that the difference of two locks can be read."""
    names = ("format", "of", "pitch", "origin", "columns", "rows", "high", "gaps")
    parts = [f'  "{name}": {_json(getattr(lock, name))}' for name in names]
    for name, of in (("stations", lock.stations), ("tracks", lock.tracks)):
        lines = (f"    {_json(key)}: {_json(each)}" for key, each in of.items())
        parts.append(f'  "{name}": {{\n' + ",\n".join(lines) + "\n  }")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def read_lock(text: str) -> Lock:
    try:
        lock = msgspec.json.decode(text.encode(), type=Lock)
        lock.widening  # noqa: B018
        nodes = [number for course in lock.tracks.values() for node in _nodes(course.way) for number in node]
    except (msgspec.DecodeError, ValueError):
        raise BadLock("this is no layout lock: it doesn't say what a lock says") from None
    if lock.format != FORMAT:
        raise BadLock(f"the layout lock has format {lock.format}, this version reads {FORMAT}; lay the map anew")
    if any(not course.way for course in lock.tracks.values()):
        raise BadLock("the layout lock has a track without a way; lay the map anew")
    if not _is_believed(lock, nodes):
        raise BadLock("the layout lock has numbers that no map has; lay the map anew")
    return lock


def _is_believed(lock: Lock, nodes: Iterable[int]) -> bool:
    """Has the ground a size that a map can need? Rows and columns cost time also where nothing stands; a deck has a
    station."""
    most, more = min(4 * len(lock.stations) + 40, MOST), lock.widening
    places = lock.stations.values()
    rows: dict[int, int] = {}
    for place in places:
        rows[place.deck] = max(rows.get(place.deck, 0), place.row + 1)
    least = [number for place in places for number in (place.deck, place.row, place.column)]
    least += [*lock.columns.values(), *lock.rows.values(), lock.high, *nodes]
    least += [*(column for column, _ in more.columns), *(number for at, _ in more.rows for number in at)]
    sums = sum(rows.values()), sum(lock.columns.values()), sum(lock.rows.values())
    return (
        all(number >= 0 for number in least)
        and all(deck < len(rows) for deck in rows)
        and sum(rows.values()) * max((place.column + 1 for place in places), default=0) <= CELLS * (len(places) + 20)
        and all(number <= most for number in (*sums, *(place.column for place in places)))
        and all(node <= NODES * most for node in nodes)
        and lock.high <= NODES
        and 8 <= lock.pitch <= 200
        and all(abs(by) <= FURTHEST for by in lock.origin)
        and all(0 <= gap <= WIDEST for *_, gap in lock.gaps)
    )


def _nodes(way: str) -> list[Node]:
    nodes = []
    for pair in way.split():
        x, y = pair.split(",")
        nodes.append((int(x), int(y)))
    return nodes


def stale(network: Network, lock: Lock) -> tuple[str, ...]:
    """What of a lock no longer agrees with the network, in words; nothing if it was made of this very network."""
    if lock.of == digest(network):
        return ()
    here, tracks = network.station, network.track
    lines = [f"station `{key}` is in the lock only" for key in lock.stations if key not in here]
    lines += [f"station `{key}` is new" for key in here if key not in lock.stations]
    lines += [
        f"station `{key}` has changed its zone"
        for key, place in lock.stations.items()
        if key in here and here[key].zone != place.zone
    ]
    lines += [f"track `{key}` is in the lock only" for key in lock.tracks if key not in tracks]
    lines += [f"track `{key}` is new" for key in tracks if key not in lock.tracks]
    return tuple(lines) or ("the lines have changed",)


def renamed(network: Network, lock: Lock) -> dict[str, str]:
    """For each new station the vanished one whose place it takes: same zone, and most of the neighbours the same."""
    gone = [key for key in lock.stations if key not in network.station]
    found: dict[str, str] = {}
    for station in network.stations:
        if station.key not in lock.stations:
            mine = _neighbours(station.key, ((track.source, track.target) for track in network.tracks))
            for key in gone:
                old = _neighbours(key, ((course.source, course.target) for course in lock.tracks.values()))
                if lock.stations[key].zone == station.zone and 2 * len(mine & old) > max(len(mine), len(old)):
                    found[station.key] = key
                    gone.remove(key)
                    break
    return found


def _neighbours(key: str, pairs: Iterable[tuple[str, str]]) -> set[tuple[bool, str]]:
    return {(one == key, other if one == key else one) for one, other in pairs if key in (one, other) and one != other}


def still(plan: Lock, lock: Lock) -> bool:
    """Does what was there stand where it stood on the paper, because nothing became wider and nothing was shifted?"""
    return (plan.widening, plan.origin) == (replace(lock.widening, high=plan.high), lock.origin)


def placed(network: Network, lock: Lock, instead: int = 0) -> Placing:
    """Known stations where they were, new ones in the nearest free cell of their box; `instead` is how many nearer ones
    they leave free, because it wasn't good there."""
    names = renamed(network, lock)
    zones = {station.key: station.zone for station in network.stations}
    cells: dict[str, Cell] = {}
    for station in network.stations:
        place = lock.stations.get(names.get(station.key, station.key))
        if place is not None and place.zone == station.zone:
            cell = Cell(place.deck, place.row, place.column)
            if cell not in cells.values():
                cells[station.key] = cell
    busy = _busy(lock)
    for station in network.stations:
        if station.key not in cells:
            known = Placing(cells, {key: zones[key] for key in cells}, ())
            cells[station.key] = _free(network, station.key, known, busy, instead)
    return Placing({station.key: cells[station.key] for station in network.stations}, zones, main_way(network))


def _free(network: Network, key: str, known: Placing, busy: Mapping[Cell, int], instead: int) -> Cell:
    """The free cell that is nearest to the neighbours of a station and that the fewest tracks run through."""
    beside = [
        known.cells[other]
        for track in network.tracks
        for one, other in ((track.source, track.target), (track.target, track.source))
        if one == key and other in known.cells
    ]

    def harm(cell: Cell) -> tuple[int, Cell]:
        ways = (abs(cell.column - at.column) + abs(cell.row - at.row) + 9 * (cell.deck != at.deck) for at in beside)
        return sum(ways) + 3 * busy.get(cell, 0), cell

    taken = set(known.cells.values())
    for offers in _offers(network.station[key].zone, known):
        free = [cell for cell in offers if cell not in taken]
        if free:
            return sorted(free, key=harm)[min(instead, len(free) - 1)]
    return Cell(max(0, len(known.rows) - 1), max(known.rows, default=0), 0)


def _busy(lock: Lock) -> dict[Cell, int]:
    """How many nodes of tracks lie on the place of a station in each cell, or beside it."""
    land = _old_ground(lock)
    nodes = Counter(node for course in lock.tracks.values() for node in _way(course).nodes[1:-1])
    found: dict[Cell, int] = {}
    for (deck, row), (_, y) in land.down.items():
        for column, (_, x) in land.across.items():
            near = ((x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1))
            found[Cell(deck, row, column)] = sum(nodes[node] for node in near)
    return found


def _old_ground(lock: Lock) -> Ground:
    zones = {key: place.zone for key, place in lock.stations.items()}
    cells = {key: Cell(place.deck, place.row, place.column) for key, place in lock.stations.items()}
    return ground(Placing(cells, zones, ()), lock.widening)


def _way(course: Course) -> Path:
    nodes = _nodes(course.way)
    return through(nodes) or Path(tuple(nodes), ())


def _offers(zone: str, known: Placing) -> Iterator[list[Cell]]:
    """Where a new station may stand, best first: in its box, in a column at the end of its box, in a row below; a new
    zone begins behind the last deck's last column."""
    span = known.spans.get(zone)
    if span is not None:
        rows = range(known.rows[span.deck])
        yield [Cell(span.deck, row, column) for column in range(span.first, span.last + 1) for row in rows]
        others = [other for key, other in known.spans.items() if key != zone and other.deck == span.deck]
        if not any(other.first <= span.last + 1 <= other.last for other in others):
            yield [Cell(span.deck, row, span.last + 1) for row in rows]
        yield [Cell(span.deck, known.rows[span.deck], column) for column in range(span.first, span.last + 1)]
    else:
        deck = max(0, len(known.rows) - 1)
        last = max((other.last for other in known.spans.values() if other.deck == deck), default=-1)
        yield [Cell(deck, row, last + 1) for row in range(known.rows[deck] if known.rows else 1)]


def kept(network: Network, lock: Lock, land: Ground) -> dict[str, Path]:
    """The ways of a lock that still are ways on this ground."""
    paths = {key: _way(lock.tracks[old]) for key, old in _same_tracks(network, lock)}
    return carried(network, {key: path for key, path in paths.items() if path.steps}, _old_ground(lock), land)


def _same_tracks(network: Network, lock: Lock) -> Iterator[tuple[str, str]]:
    """Which track of a lock each track is: the one of the same key, else a vanished one between the same stations."""
    names = {old: new for new, old in renamed(network, lock).items()}
    gone: dict[tuple[str, str], list[str]] = {}
    for key, course in lock.tracks.items():
        if key not in network.track:
            pair = names.get(course.source, course.source), names.get(course.target, course.target)
            gone.setdefault(pair, []).append(key)
    for track in network.tracks:
        if track.key in lock.tracks:
            yield track.key, track.key
        elif gone.get((track.source, track.target)):
            yield track.key, gone[track.source, track.target].pop(0)
