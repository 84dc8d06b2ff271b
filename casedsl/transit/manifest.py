"""What a map claims to show, as JSON inside of it: which definition, every station, every track, every line.

A drawing carries it (`<metadata>`), so whoever holds the file can count: nothing in the picture that isn't here, and
nothing here that isn't in the picture. It is bound to the definition by the hash of its artifact; a definition with
errors has none, and then the map says so.
"""

from __future__ import annotations

import json

from msgspec import Struct

from casedsl.transit.key import Key, Row, Stop
from casedsl.transit.network import Line, Network

FORMAT = 1


class Seal(Struct, frozen=True):
    """What a map is bound to: the hash of the artifact, or how many errors stand in the way of one. `compared` are the
    old and the new version of a comparison, which is bound to both and has no artifact of its own."""

    artifact: str = ""
    errors: int = 0
    version: int = 1
    compared: tuple[Seal, Seal] | None = None

    def title(self) -> str:
        """For the head of a page."""
        return " compared with ".join(f"version {each.version}" for each in self.compared or (self,))

    def words(self) -> str:
        """For the foot of a page."""
        if self.compared is not None:
            return " compared with ".join(each.words() for each in self.compared)
        if self.artifact:
            return f"version {self.version}, {self.artifact}"
        count = f": {self.errors} error{'' if self.errors == 1 else 's'}" if self.errors else ""
        return f"version {self.version}, not compiled{count}"


def manifest(network: Network, key: Key, seal: Seal) -> str:
    """The manifest as one line of ASCII; equal maps have equal bytes."""
    counts = {
        "stations": len(network.stations),
        "gates": sum(station.kind == "gate" for station in network.stations),
        "transitions": key.declared,
        "tracks": len(network.tracks),
        "lines": len(network.lines),
    }
    whole = {
        "format": FORMAT,
        "title": network.title,
        "version": seal.version,
        "artifact": seal.artifact or None,
        "errors": seal.errors,
        **_some(compared=[_sealed(each) for each in seal.compared or ()]),
        "counts": counts,
        "zones": [{"key": zone.key, "title": zone.title} for zone in network.zones],
        "stations": [_station(network, stop) for stop in key.stops],
        "tracks": [_track(network, row) for row in key.rows()],
        "lines": [_line(line) for line in network.lines],
    }
    return json.dumps(whole, separators=(",", ":"))


def _sealed(seal: Seal) -> dict[str, object]:
    return {"version": seal.version, "artifact": seal.artifact or None, "errors": seal.errors}


def _station(network: Network, stop: Stop) -> dict[str, object]:
    station = network.station[stop.station]
    known = {"key": stop.station, "code": stop.code, "title": stop.title, "zone": station.zone, "kind": stop.kind}
    return {**known, **_some(covers=list(station.covers), waits=stop.waits, tells=list(stop.ladder))}


def _track(network: Network, row: Row) -> dict[str, object]:
    track = network.track[row.track]
    known = {"key": row.track, "code": row.code, "transition": track.move, "from": track.source, "to": track.target}
    words = _some(event=row.event, name=row.name, by=track.by, who=row.who, when=list(row.guards), needs=row.needs)
    more = _some(after=row.timer, handoff=track.handoff, does=list(row.effects), not_in=list(track.not_in))
    return {**known, **words, **more}


def _line(line: Line) -> dict[str, object]:
    return {"key": line.key, "title": line.title, "letter": line.letter, "tracks": list(line.tracks)}


def _some(**fields: object) -> dict[str, object]:
    """Those that are not empty."""
    return {name: value for name, value in fields.items() if value}
