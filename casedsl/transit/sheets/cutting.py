"""A sheet and its part of the network.

What stands inside of a sheet is shown with all its tracks; whatever they come from or lead to outside stands at the
edge as a neighbour: with its name, its code, its team, and the sheet where it is at home. What is left of a line may
have gaps: it is cut into lines that have none, of one letter and one colour.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from casedsl.transit.labels.names import said
from casedsl.transit.network import Line, Network, Station, Track, Zone

FEW = 5
"""So many codes go into a line of a caption."""

Kind = Literal["whole", "overview", "line", "zone"]


class Sheet(Struct, frozen=True):
    """A page of an atlas. `number` is what other sheets call it (`7`, of parts `7a`); `network` is drawn, its codes are
    those of the whole; `whole` are the keys of the tracks that stand here with all that belongs to them; `note` says
    what a reader must know about the page."""

    number: str
    title: str
    kind: Kind
    network: Network
    whole: tuple[str, ...] = ()
    note: str = ""


def part(network: Network, title: str, inside: Collection[str], home: Mapping[str, str]) -> Network:
    """What a sheet shows that has these stations inside; `home` says for each station on which sheet it is at home."""
    tracks = tuple(track for track in network.tracks if track.source in inside or track.target in inside)
    ends = {end for track in tracks for end in (track.source, track.target)}
    over = {gate.key for gate in network.stations if any(key in inside for key in gate.covers)}
    keys = {station.key for station in network.stations if station.key in inside} | ends | over
    shown = tuple(
        (station if keys.issuperset(station.covers) else told_gate(network, station))
        if station.key in inside
        else _neighbour(network, station, tracks, inside, home)
        for station in network.stations
        if station.key in keys
    )
    return assembled(network, title, shown, tracks)


def told_gate(network: Network, station: Station) -> Station:
    """A gate some of whose stations are on other sheets: it names all of them by their codes, or the few that it
    doesn't stand for. Any other station is as it was."""
    if not station.covers:
        return station
    left = [each.code for each in network.stations if each.kind != "gate" and each.key not in station.covers]
    if len(station.covers) > FEW and 3 * len(left) <= len(station.covers):
        told = tuple(_in_lines("from all but", left)) or ("from all",)
    else:
        told = tuple(_in_lines("from", [network.station[key].code for key in station.covers]))
    return replace(station, covers=(), notes=(*station.notes, *told))


def _in_lines(head: str, codes: Sequence[str]) -> Iterator[str]:
    """Codes in short lines, so that no caption has to leave one out."""
    for at in range(0, len(codes), FEW):
        words = " ".join(codes[at : at + FEW])
        yield f"{head} {words}" if at == 0 else words


def assembled(network: Network, title: str, stations: tuple[Station, ...], tracks: tuple[Track, ...]) -> Network:
    """A network of some stations and tracks of another, with what is left of its zones and lines."""
    grounds = {station.zone for station in stations}
    zones = tuple(replace(zone, tint=at) for at, zone in enumerate(network.zones) if zone.key in grounds)
    here = {station.key for station in stations}
    told = tuple(track if here.issuperset(track.not_in) else _told_where(network, track) for track in tracks)
    return Network(title, zones, stations, told, lines_on(network, {track.key for track in tracks}))


def _told_where(network: Network, track: Track) -> Track:
    """A track of a gate that doesn't hold in a station of another sheet: its name says in which."""
    return replace(track, name=said(network, track), not_in=())


def _neighbour(
    network: Network, station: Station, tracks: Iterable[Track], inside: Collection[str], home: Mapping[str, str]
) -> Station:
    """A station at the edge: its name and where it is at home. A gate that covers something inside names the exits that
    hold there too."""
    where = home.get(station.key, "")
    notes = [where] if where else []
    drawn = {track.key for track in tracks}
    also = [
        track.code
        for track in network.tracks
        if track.source == station.key and track.key not in drawn and _holds(station, track, inside)
    ]
    if also:
        notes.extend(_in_lines("here too:", also))
    return replace(station, ladder=(), notes=tuple(notes), covers=(), away=where or "elsewhere")


def _holds(gate: Station, track: Track, inside: Collection[str]) -> bool:
    return any(key in inside and key not in track.not_in for key in gate.covers)


def lines_on(network: Network, keys: Collection[str]) -> tuple[Line, ...]:
    """What is left of the lines on some of the tracks: unbroken pieces, each with the letter and colour of its line."""
    return tuple(
        replace(line, key=line.key if at == 0 else f"{line.key}~{at + 1}", tracks=piece, ink=ink)
        for ink, line in enumerate(network.lines)
        for at, piece in enumerate(_pieces(line.tracks, keys))
    )


def _pieces(tracks: Iterable[str], keys: Collection[str]) -> Iterator[tuple[str, ...]]:
    piece: list[str] = []
    for key in tracks:
        if key in keys:
            piece.append(key)
        elif piece:
            yield tuple(piece)
            piece = []
    if piece:
        yield tuple(piece)


def grounds(network: Network) -> tuple[tuple[Zone, tuple[str, ...]], ...]:
    """The zones that have stations, each with the keys of its stations, in declared order."""
    return tuple(
        (zone, inside)
        for zone in network.zones
        if (inside := tuple(station.key for station in network.stations if station.zone == zone.key))
    )


def leaving(network: Network, inside: Collection[str]) -> tuple[str, ...]:
    """The keys of the tracks that leave some stations: those that stand whole on their sheet."""
    return tuple(track.key for track in network.tracks if track.source in inside)


def halves(network: Network, inside: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Some stations in two groups of about the same size, so that few tracks join one with the other: cut in their
    declared order, or in the order of a walk from one to the next, whichever cuts fewer."""
    low = max(1, len(inside) * 3 // 8)
    cuts = [
        (_crossing(network, order[:cut], order[cut:]), abs(len(order) - 2 * cut), number, order[:cut])
        for number, order in enumerate((inside, _walk(network, inside)))
        for cut in range(low, max(low, len(inside) - low) + 1)
    ]
    some = min(cuts)[3]
    return tuple(key for key in inside if key in some), tuple(key for key in inside if key not in some)


def _walk(network: Network, inside: tuple[str, ...]) -> tuple[str, ...]:
    """The stations as a walk meets them that goes to the nearest ones first, whichever way the tracks run."""
    beside: dict[str, dict[str, None]] = {key: {} for key in inside}
    for track in network.tracks:
        if track.source in beside and track.target in beside:
            beside[track.source][track.target] = beside[track.target][track.source] = None
    met: dict[str, None] = {}
    for first in inside:
        queue = [first]
        while queue:
            here = queue.pop(0)
            if here not in met:
                met[here] = None
                queue.extend(beside[here])
    return tuple(met)


def _crossing(network: Network, some: Collection[str], others: Collection[str]) -> int:
    """How many tracks join a station of one group with one of the other."""
    return sum(
        (track.source in some and track.target in others) or (track.source in others and track.target in some)
        for track in network.tracks
    )
