"""A journey as a list of visits, and what there is to say at each of them.

A station that a journey visits again stands there again under a key of its own; its exits hang at the first visit. An
exit ends in a stub: the station to which it leads, with its name and code, drawn as a neighbour.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from casedsl.transit.labels.badges import badge_wide
from casedsl.transit.labels.sizes import CLOCK, LADDER, NAME, NAME_LINE, NOTE, SMALL_LINE, TITLE, TITLE_LINE
from casedsl.transit.labels.wording import code_wide
from casedsl.transit.measuring import lines, width
from casedsl.transit.network import Line, Network, Station, Track
from casedsl.transit.sheets.cutting import told_gate

ROOM = 138.0
"""How wide a name may be before it goes on in the next line."""
LANE, HALF = 9.0, 9.0
"""Pixels from exit to exit in a marker, and half of its height."""
STUB = 5.0
TOOTH_GAP = 7.0


class Halt(Struct, frozen=True):
    """A visit: the station, the track by which the journey goes on, and the exits that hang there."""

    station: Station
    after: Track | None
    exits: tuple[Track, ...]


class Tooth(Struct, frozen=True):
    """An exit in words: its name, or nothing where it is too long, and the station to which it leads."""

    track: Track
    stub: Station
    name: tuple[str, ...]
    title: tuple[str, ...]

    @property
    def high(self) -> float:
        return NAME_LINE * len(self.name) + TITLE_LINE * len(self.title) + TOOTH_GAP

    @property
    def before(self) -> float:
        """How far the stub is from where the tooth begins: badge, gate bar, square of a handoff."""
        marks = (9 if self.track.guarded else 0) + (12 if self.track.handoff else 0)
        return 3 + badge_wide(self.track) + marks + 14 + STUB

    @property
    def wide(self) -> float:
        words = [width(line, NAME) for line in self.name]
        titles = [width(line, TITLE, bold=True) for line in self.title]
        titles[-1:] = [titles[-1] + 4 + code_wide(self.stub.code)]
        return self.before + STUB + 4 + max([*words, *titles])


class Column(Struct, frozen=True):
    """What stands at a halt, in lines of text, and how much room it takes: `up` above the trunk, `down` below the name
    of the track that goes on."""

    halt: Halt
    title: tuple[str, ...]
    ladder: tuple[str, ...]
    notes: tuple[str, ...]
    name: tuple[str, ...]
    teeth: tuple[Tooth, ...]

    @property
    def caption(self) -> tuple[float, float]:
        wide = [width(line, TITLE, bold=True) for line in self.title]
        wide[-1] += 4 + code_wide(self.halt.station.code)
        wide += [CLOCK + width(line, LADDER) for line in self.ladder]
        wide += [width(line, NOTE) for line in self.notes]
        high = TITLE_LINE * len(self.title) + SMALL_LINE * (len(self.ladder) + len(self.notes))
        return max(wide), high

    @property
    def marker(self) -> float:
        return 2 * HALF + LANE * max(0, len(self.teeth) - 1)

    @property
    def down(self) -> float:
        return sum(tooth.high for tooth in self.teeth)

    @property
    def lead(self) -> float:
        """How much room the track that goes on needs beside the marker: its badge, its marks, its name."""
        after = self.halt.after
        if after is None:
            return 0.0
        marks = (9 if after.guarded else 0) + (11 if after.handoff else 0)
        return max([badge_wide(after) + marks + 44, *(width(line, NAME) + 16 for line in self.name)])

    @property
    def wide(self) -> float:
        teeth = max([tooth.wide for tooth in self.teeth], default=0.0)
        return max(self.caption[0] + 22, self.marker + max(teeth, self.lead) + 22, 84.0)


def halts(network: Network, line: Line) -> tuple[Halt, ...]:
    """The visits of a journey. A track that leaves a gate leaves the station where the journey is."""
    tracks = [network.track[key] for key in line.tracks]
    visited = [tracks[0].source, *(track.target for track in tracks)] if tracks else []
    stations, keys = _visits(network, visited), _once(line.tracks)
    found: list[Halt] = []
    for at, station in enumerate(stations):
        after = None
        if at < len(tracks):
            after = replace(tracks[at], key=keys[at], source=station.key, target=stations[at + 1].key)
        again = visited[at] in visited[:at]
        found.append(Halt(station, after, () if again else tuple(_leaving(network, line, visited[at]))))
    return tuple(found)


def _visits(network: Network, visited: Sequence[str]) -> list[Station]:
    made = []
    for key, name in zip(_once(visited), visited, strict=True):
        station = told_gate(network, network.station[name])
        made.append(station if key == name else replace(station, key=key, ladder=(), notes=("again",), away="above"))
    return made


def _once(names: Sequence[str]) -> list[str]:
    """Each name once: what comes again gets a number behind it."""
    seen: dict[str, int] = {}
    made = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        made.append(name if seen[name] == 1 else f"{name} again {seen[name]}")
    return made


def _leaving(network: Network, line: Line, name: str) -> Iterator[Track]:
    return (track for track in network.tracks if track.source == name and track.key not in line.tracks)


def column(network: Network, halt: Halt) -> Column:
    station = halt.station
    told = [line for note in station.notes for line in lines(note, ROOM, NOTE, at_most=6)]
    also = [
        track.code
        for gate in network.stations
        for track in network.tracks
        if track.source == gate.key and station.key in gate.covers and station.key not in track.not_in
    ]
    if also and not station.away:
        told.extend(lines(f"also {', '.join(also)}", ROOM, NOTE, at_most=2))
    return Column(
        halt,
        lines(station.title, ROOM, TITLE, bold=True, at_most=3) or (station.code,),
        lines(" › ".join(station.ladder), ROOM, LADDER, at_most=2) if station.ladder else (),
        tuple(told),
        _name(halt.after.name, ROOM) if halt.after else (),
        tuple(_tooth(network, track) for track in halt.exits),
    )


def _tooth(network: Network, track: Track) -> Tooth:
    target = network.station[track.target]
    stays = track.source == track.target
    stub = Station(
        f"{track.key} >", target.code, f"stays: {target.title}" if stays else target.title, target.zone, away="stub"
    )
    title = lines(stub.title, ROOM - 20, TITLE, bold=True, at_most=2) or (stub.code,)
    return Tooth(replace(track, target=stub.key), stub, _name(track.name, ROOM), title)


def _name(text: str, room: float) -> tuple[str, ...]:
    """The name in two lines at most; where that is not enough, it stands in the timetable only."""
    made = lines(text, room, NAME, at_most=2)
    return () if any(line.endswith("…") for line in made) else made
