"""The overview: teams as stations, and the ways between them.

Between two teams there is one track for each direction, however many ways a case can take; its name says how many. A
team's code is the number of its sheet, so the overview is the table of contents too. A gate that covers stations of
several teams stands for itself. Lines run from team to team as the journeys do.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from msgspec.structs import replace

from casedsl.transit.network import Line, Network, Station, StationKind, Track, Zone
from casedsl.transit.sheets.cutting import grounds

GROUND = "overview"
"""The ground of the gates of several teams; a team stands on its own ground, in its own tint."""


def overview(network: Network, title: str, numbers: Mapping[str, str]) -> Network:
    """The overview; `numbers` are those of the zones' sheets. Its keys are `zone/…` and `ways/…`."""
    place = _places(network)
    reached = {end for tracks in ways(network).values() for end in (tracks[0].source, tracks[0].target)}
    stations = tuple(_stations(network, place, numbers, {place[key] for key in reached}))
    zones = (*(replace(zone, title="", tint=at) for at, zone in enumerate(network.zones)), Zone(GROUND, ""))
    used = {station.zone for station in stations}
    tracks = tuple(_tracks(network, place, {station.key: station.code for station in stations}))
    lines = tuple(_lines(network, place))
    return Network(title, tuple(zone for zone in zones if zone.key in used), stations, tracks, lines)


def ways(network: Network) -> Mapping[str, tuple[Track, ...]]:
    """For each track of the overview the tracks of the network that it stands for, in declared order."""
    place = _places(network)
    found: dict[str, tuple[Track, ...]] = {}
    for track in network.tracks:
        source, target = place[track.source], place[track.target]
        if source != target:
            key = _key(source, target)
            found[key] = (*found.get(key, ()), track)
    return found


def _places(network: Network) -> Mapping[str, str]:
    """Where each station is on the overview: its team, or itself if it is a gate over several teams."""
    zone = {station.key: station.zone for station in network.stations}
    return {
        station.key: station.key
        if len({zone[key] for key in station.covers if key in zone}) > 1
        else f"zone/{station.zone}"
        for station in network.stations
    }


def _key(source: str, target: str) -> str:
    return f"ways/{source}>{target}"


def _stations(
    network: Network, place: Mapping[str, str], numbers: Mapping[str, str], reached: Collection[str]
) -> Iterable[Station]:
    """The teams, and the gates of several teams that lead to one of them."""
    for zone, inside in grounds(network):
        here = [network.station[key] for key in inside if place[key] != key]
        if here:
            yield _team(zone, here, numbers[zone.key])
    yield from (
        replace(gate, zone=GROUND, ladder=(), notes=(), covers=())
        for gate in network.stations
        if place[gate.key] == gate.key and gate.key in reached
    )


def _team(zone: Zone, here: list[Station], number: str) -> Station:
    """A team as a station: what begins and ends there, and how many stations it has."""
    first = any(station.kind == "first" for station in here)
    ends = [station.title for station in here if station.kind == "final"]
    notes = [f"{len(here)} station{'' if len(here) == 1 else 's'} · sheet {number}"]
    if ends:
        notes.append(f"{len(ends)} final" if len(ends) > 2 else f"ends: {', '.join(ends)}")
    kind: StationKind = "first" if first else "between"
    title = zone.title or "Without a team"
    return Station(f"zone/{zone.key}", number, title, zone.key, kind, (), tuple(notes))


def _tracks(network: Network, place: Mapping[str, str], codes: Mapping[str, str]) -> Iterable[Track]:
    exits = dict.fromkeys(codes, 0)
    for key, stood_for in ways(network).items():
        source, target = place[stood_for[0].source], place[stood_for[0].target]
        exits[source] += 1
        yield Track(
            key=key,
            code=f"{codes[source]}.{exits[source]}",
            source=source,
            target=target,
            name=stood_for[0].name if len(stood_for) == 1 else f"{len(stood_for)} ways",
            by=stood_for[0].by if len({track.by for track in stood_for}) == 1 else "round",
            timer=all(track.timer for track in stood_for),
            guarded=all(track.guarded for track in stood_for),
            handoff="bare" if any(track.handoff == "bare" for track in stood_for) else stood_for[0].handoff,
        )


def _lines(network: Network, place: Mapping[str, str]) -> Iterable[Line]:
    """Each line from team to team, each way once: where it would take one again, a new piece of it begins."""
    for ink, line in enumerate(network.lines):
        ends = ((place[network.track[key].source], place[network.track[key].target]) for key in line.tracks)
        for at, piece in enumerate(_pieces(dict.fromkeys(pair for pair in ends if pair[0] != pair[1]))):
            yield replace(line, key=line.key if at == 0 else f"{line.key}~{at + 1}", tracks=piece, ink=ink)


def _pieces(pairs: Iterable[tuple[str, str]]) -> Iterable[tuple[str, ...]]:
    """Pairs of teams as keys of tracks, cut where one doesn't begin where the one before it ended."""
    piece: list[str] = []
    before = ""
    for source, target in pairs:
        if piece and source != before:
            yield tuple(piece)
            piece = []
        piece.append(_key(source, target))
        before = target
    if piece:
        yield tuple(piece)
