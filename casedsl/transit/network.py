"""What a map shows, before anything has a place: zones, stations, tracks, and the lines that run over them.

A case type becomes a network (`surveying.py`), and so does any other graph that is to be drawn. Everything behind this
door knows nothing of case types: it places, routes and draws a network. The words are those of transport maps.

- A **station** is a state of the case; a **gate** stands for "any of these": the states of a stage, or all of them.
- A **track** is one way that a case can take from one station to another; each has a code of its own, an exit of the
  station that it leaves (`TR4`: the fourth exit of Triage). A declared transition is one track or several: a track for
  each of its routes, and for each station that `back` may lead to.
- A **line** is a journey: tracks in the order in which a case takes them, with a name, a letter and a colour.
- A **zone** is the ground of a team.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Literal

from msgspec import Struct

StationKind = Literal["first", "between", "final", "waiting", "blocked", "gate"]
"""`waiting`: on somebody outside; `blocked`: on somebody inside; `gate`: a station that stands for many."""

Shape = Literal["round", "square", "hexagon"]
"""Who moves the case, as the outline of a badge: a person of the house, the system (or time), somebody outside."""


class Zone(Struct, frozen=True):
    """The ground of a team. States without a team share a zone without a title. `tint` is its place among the zones of
    the whole map where a network is a part of one (a sheet), so that it looks the same there."""

    key: str
    title: str
    tint: int | None = None


class Station(Struct, frozen=True):
    """`code` is unique on the map and short (`TR`). `ladder` are the timers that tell somebody, one after the other
    (`4 h`, `6 h`). `notes` are further short lines under the name (`waits on the customer`). `covers` are the keys of
    the stations that a gate stands for. `away` is set where the station is only a neighbour of what a sheet shows, and
    says where it is at home (`sheet 5`; the words stand in `notes` too)."""

    key: str
    code: str
    title: str
    zone: str
    kind: StationKind = "between"
    ladder: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()
    away: str = ""


class Track(Struct, frozen=True):
    """`key` and `code` are unique on the map. `source` and `target` are keys of stations; they are the same where the
    case stays. `by` is the outline of the badge, `timer` says that time alone moves the case, `guarded` that it moves
    only under a condition. `handoff` is set where the case changes its team: `whole` with what goes with it and a
    brief, `bare` without. `move` is the number of the transition that declares it. `not_in` are the stations that its
    gate covers and in which it doesn't hold, because they say something else."""

    key: str
    code: str
    source: str
    target: str
    name: str
    by: Shape = "round"
    timer: bool = False
    guarded: bool = False
    handoff: Literal["", "whole", "bare"] = ""
    move: int = 0
    not_in: tuple[str, ...] = ()


class Line(Struct, frozen=True):
    """A journey. `tracks` are keys in the order of travel, each of which begins where the one before it ends, or at a
    gate that covers that station. The first line of a network is its main way. `ink` is its place among the lines of
    the whole map where a network is a part of one, so that it has the same colour there; what a sheet shows of a line
    may be several lines of one letter."""

    key: str
    title: str
    letter: str
    tracks: tuple[str, ...]
    ink: int | None = None


class Network(Struct, frozen=True, dict=True):
    """All of it, in declared order; every loop over a network runs in that order, so that equal networks are drawn in
    equal bytes."""

    title: str
    zones: tuple[Zone, ...]
    stations: tuple[Station, ...]
    tracks: tuple[Track, ...]
    lines: tuple[Line, ...] = ()

    @cached_property
    def station(self) -> Mapping[str, Station]:
        return {station.key: station for station in self.stations}

    @cached_property
    def track(self) -> Mapping[str, Track]:
        return {track.key: track for track in self.tracks}

    @cached_property
    def lines_of(self) -> Mapping[str, tuple[int, ...]]:
        """For each track the indices of the lines that run on it."""
        return {
            track.key: tuple(at for at, line in enumerate(self.lines) if track.key in line.tracks)
            for track in self.tracks
        }
