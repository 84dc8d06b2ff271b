"""From a case type to the network that stands for it: every state a station, every transition a track or several.

Nothing is left out and nothing is decided here about where things stand. What the map says, and by which rule:

- A state is in the zone of its team. A state without a team stands with the team that it came from, if that is always
  the same one; else in a zone without a title.
- A state that is `waiting on` somebody outside waits, one that waits on people inside only is blocked.
- A stage is a gate, and so is `anywhere`: drawn once, with a list of the stations that it covers. A gate stands in the
  zone that all of its stations share, else in the zone without a title.
- A badge is a hexagon where somebody outside may act, be it through a person who enters it; a square where time does.
- A handoff is whole if it passes something on and says something.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from msgspec import Struct

from casedsl.analysis.graph import Graph, graph_of
from casedsl.analysis.teams import teams_in, teams_left
from casedsl.model.records import CaseType, Stage, State
from casedsl.transit.exits import ANYWHERE, Exit, Yard, stage_key, yard
from casedsl.transit.journeys import journeys
from casedsl.transit.moves import rungs, waits_on
from casedsl.transit.network import Network, Station, StationKind, Track, Zone


class _Ground(Struct, frozen=True):
    """What is known of a case type while its network is made. `homes` is the zone of each state."""

    case_type: CaseType
    yard: Yard
    graph: Graph
    teams: Mapping[str, tuple[str | None, ...]]
    homes: Mapping[str, str]


def survey(case_type: CaseType) -> Network:
    """The network of a case type, whole; also of one with errors, as far as it is known."""
    ground = _ground(case_type)
    stations = tuple(_stations(ground))
    titles = {name: team.title or name for name, team in case_type.organisation.teams.items()}
    zones = dict.fromkeys(station.zone for station in stations)
    tracks = tuple(_track(ground, each) for each in ground.yard.exits)
    return Network(
        case_type.title or case_type.name,
        tuple(Zone(key, titles.get(key, "")) for key in sorted(zones, key=lambda key: key == "")),
        stations,
        tracks,
        journeys(case_type, ground.yard.exits),
    )


def expansion(case_type: CaseType) -> Mapping[int, int]:
    """For each declared transition, by its number, how many tracks it is on the map."""
    ground = yard(case_type)
    counted = {move.number: 0 for move in ground.moves}
    for each in ground.exits:
        counted[each.move.number] += 1
    return counted


def _ground(case_type: CaseType) -> _Ground:
    graph = graph_of(case_type)
    reached = teams_in(case_type, graph)
    owned = {name: ((state.team.name,) if state.team else (None,)) for name, state in case_type.states.items()}
    teams = {name: reached[name] or owned[name] for name in case_type.states}
    homes = {name: (found[0] or "") if len(found) == 1 else "" for name, found in teams.items()}
    return _Ground(case_type, yard(case_type), graph, teams, homes)


def _stations(ground: _Ground) -> Iterable[Station]:
    for state in ground.case_type.states.values():
        yield _of_state(ground, state)
    for stage in ground.case_type.stages.values():
        yield _gate(ground, stage_key(stage.name), stage.title or stage.name, stage)
    if ANYWHERE in ground.yard.covers:
        yield _gate(ground, ANYWHERE, "Anywhere", None)


def _of_state(ground: _Ground, state: State) -> Station:
    waits = (f"waits on {waits_on(ground.case_type, state.waiting_on)}",) if state.waiting_on else ()
    return Station(
        state.name,
        ground.yard.codes[state.name],
        state.title or state.name,
        ground.homes[state.name],
        _kind(ground.case_type, state),
        () if state.kind == "final" else rungs(state.timers),
        waits,
    )


def _kind(case_type: CaseType, state: State) -> StationKind:
    if state.kind != "between" or not state.waiting_on:
        return state.kind
    roles = case_type.organisation.roles
    outside = any(ref.name in roles and roles[ref.name].outside for ref in state.waiting_on)
    return "waiting" if outside else "blocked"


def _gate(ground: _Ground, key: str, title: str, stage: Stage | None) -> Station:
    covers = ground.yard.covers[key]
    zones = dict.fromkeys(ground.homes[name] for name in covers)
    return Station(
        key,
        ground.yard.codes[key],
        title,
        next(iter(zones)) if len(zones) == 1 else "",
        "gate",
        rungs(stage.timers) if stage else (),
        (),
        covers,
    )


def _track(ground: _Ground, each: Exit) -> Track:
    timer = each.move.kind == "time"
    return Track(
        each.key,
        each.code,
        each.station,
        each.target,
        each.move.label,
        "square" if timer else "hexagon" if each.move.outside else "round",
        timer,
        each.move.guarded(each.way),
        _handoff(ground, each),
        each.move.number,
        each.not_in,
    )


def _handoff(ground: _Ground, each: Exit) -> Literal["", "whole", "bare"]:
    target = ground.case_type.states.get(each.target)
    if target is None or target.team is None or each.lost or not each.way.places:
        return ""
    back = each.way.to == "back"
    left = {
        team
        for source in each.sources
        for team in teams_left(ground.case_type, ground.graph.sides, ground.teams, source, back)
    }
    return each.way.handed if left - {target.team.name} else ""
