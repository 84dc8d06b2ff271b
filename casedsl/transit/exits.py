"""From moves to exits: each track that leaves a station, with its code, before anything is drawn.

A move is one exit or several: one for each of its ways, and for each station that `back` may lead to. What a stage or
`anywhere` says leaves from a gate, drawn once for all the stations that it covers; where a state says something else
about the same event, the exit names it as not held there. An exit and the track of a network are the same thing under
the same key; the exit knows the words, the track is what is drawn. A key is made of names (`new/decide/done`)
and not of numbers, so it holds while other lines come and go.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from casedsl.model.records import CaseType
from casedsl.transit.codes import exit_code, station_codes
from casedsl.transit.moves import Move, Way, moves

ANYWHERE = "all states"
"""The key of the gate of `anywhere`; like that of a stage it holds a blank, so no state can have it."""


class Exit(Struct, frozen=True):
    """`station` and `target` are keys of stations; `sources` are the states in which it holds, `not_in` those that its
    gate covers and in which it doesn't. `lost` says that the way leads `back` and nothing is behind."""

    key: str
    code: str
    station: str
    target: str
    move: Move
    way: Way
    sources: tuple[str, ...]
    not_in: tuple[str, ...] = ()
    lost: bool = False


class Yard(Struct, frozen=True):
    """All stations in order, those that are gates with what they cover, their codes, and every exit."""

    codes: Mapping[str, str]
    covers: Mapping[str, tuple[str, ...]]
    moves: tuple[Move, ...]
    exits: tuple[Exit, ...]


def yard(case_type: CaseType) -> Yard:
    declared = moves(case_type)
    covers = _covers(case_type, declared)
    titles = {name: state.title or name for name, state in case_type.states.items()}
    titles |= {stage_key(name): stage.title or name for name, stage in case_type.stages.items()}
    if ANYWHERE in covers:
        titles[ANYWHERE] = "Anywhere"
    codes = dict(zip(titles, station_codes(titles.values()), strict=True))
    return Yard(codes, covers, declared, tuple(_exits(declared, codes, covers)))


def stage_key(name: str) -> str:
    return f"stage {name}"


def station_of(move: Move) -> str:
    """The key of the station that a move leaves."""
    return {"state": move.owner, "stage": stage_key(move.owner), "anywhere": ANYWHERE}[move.scope]


def _covers(case_type: CaseType, declared: tuple[Move, ...]) -> Mapping[str, tuple[str, ...]]:
    """The states for which each gate stands, in the order of the file. `anywhere` without lines is no gate."""
    covers: dict[str, tuple[str, ...]] = {}
    for stage in case_type.stages.values():
        inside = {ref.name for ref in stage.states}
        covers[stage_key(stage.name)] = tuple(name for name in case_type.states if name in inside)
    everywhere = {state for move in declared if move.scope == "anywhere" for state in move.states}
    if case_type.anywhere:
        covers[ANYWHERE] = tuple(name for name in case_type.states if name in everywhere)
    return covers


def _exits(
    declared: tuple[Move, ...], codes: Mapping[str, str], covers: Mapping[str, tuple[str, ...]]
) -> Iterator[Exit]:
    numbers: dict[str, int] = {}
    keys: dict[str, int] = {}
    for move in declared:
        station = station_of(move)
        numbers[station] = numbers.get(station, 0) + 1
        found = [each for way in move.ways for each in _of_way(move, way)]
        for part, (way, place, sources, lost) in enumerate(found):
            target = place or station
            missed = tuple(state for state in covers.get(station, ()) if state not in sources)
            code = exit_code(codes[station], numbers[station], part if len(found) > 1 else None)
            yield Exit(_key(move, target, keys), code, station, target, move, way, sources, missed, lost)


def _of_way(move: Move, way: Way) -> Iterator[tuple[Way, str, tuple[str, ...], bool]]:
    """The way once for each place, with the states from which it leads there; a way that stays, or finds nothing
    behind, leads to no place."""
    for place, sources in way.places.items():
        yield way, place, sources, False
    if not way.places:
        yield way, "", move.states, way.to == "back"


def _key(move: Move, target: str, keys: dict[str, int]) -> str:
    """A name for the track that no other has: of equal ones the second ends in `/2`."""
    key = "/".join((station_of(move), move.event or "(time)", target))
    keys[key] = keys.get(key, 0) + 1
    return key if keys[key] == 1 else f"{key}/{keys[key]}"
