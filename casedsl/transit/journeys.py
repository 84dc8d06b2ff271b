"""The lines of a map: the journeys that an author names in `map`, else at most four that are found by a stated rule.

A journey of the author's goes `through` states, and between two of them it takes the first exit that leads from the one
to the other and that somebody may take: a state's own before its stages', these before those of `anywhere`, always in
the order of the file. It ends where no exit leads on, so that a definition with errors is drawn too.

Without a `map` section there are, in this order and four in all:

1. the main way (`mainway.py`); without it no lines at all, because the first line of a network is its main way;
2. for each state that waits on somebody the way there and back: from the first station of the main way, else the first
   of the file, that a case comes from and returns to;
3. where time alone takes a case to a state that is no end and off the main way: there, and the shortest way from there
   to the main way or to an end, if there is one.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, pairwise

from casedsl_runtime.vocabulary import BACK

from casedsl.model.records import CaseType
from casedsl.transit.codes import letters
from casedsl.transit.exits import Exit
from casedsl.transit.mainway import main_way
from casedsl.transit.network import Line

MOST = 4
"""As many lines are found where none is named; each has a colour that can be told from the others."""

Journey = tuple[str, str, tuple[Exit, ...]]
"""A key, a title, and the exits in the order of travel."""


def journeys(case_type: CaseType, exits: tuple[Exit, ...]) -> tuple[Line, ...]:
    """The lines of a case type, with the letters A, B, C, …"""
    named = bool(case_type.journeys)
    found = _named(case_type, exits) if named else _found(case_type, exits)
    travelled = (journey for journey in found if journey[-1])
    return tuple(
        Line(key, title, letters(at).upper(), tuple(each.key for each in way))
        for at, (key, title, way) in enumerate(islice(travelled, None if named else MOST))
    )


def _named(case_type: CaseType, exits: tuple[Exit, ...]) -> Iterator[Journey]:
    for journey in case_type.journeys.values():
        way: list[Exit] = []
        for source, target in pairwise(ref.name for ref in journey.through):
            step = first_exit(exits, source, target)
            if step is None:
                break
            way.append(step)
        yield journey.name, journey.title, tuple(way)


def first_exit(exits: tuple[Exit, ...], source: str, target: str) -> Exit | None:
    """The first exit that takes a case from the one state to the other, rather one that somebody may take."""
    joined = [each for each in exits if source in each.sources and target in each.way.places and each.target == target]
    return min(joined, key=lambda each: not each.move.by, default=None)


def _found(case_type: CaseType, exits: tuple[Exit, ...]) -> Iterator[Journey]:
    main = main_way(case_type, exits)
    if main:
        trunk = tuple(dict.fromkeys((main[0].station, *(each.target for each in main))))
        yield "main", "The main way", main
        yield from _waiting(case_type, exits, trunk)
        yield from _late(case_type, exits, trunk)


def _waiting(case_type: CaseType, exits: tuple[Exit, ...], trunk: tuple[str, ...]) -> Iterator[Journey]:
    for state in case_type.states.values():
        if state.waiting_on and state.name not in trunk:
            origins = dict.fromkeys((*trunk, *case_type.states))
            ways = ((first_exit(exits, name, state.name), first_exit(exits, state.name, name)) for name in origins)
            way = next(((there, again) for there, again in ways if there and again), ())
            yield f"waiting {state.name}", state.title or state.name, way


def _late(case_type: CaseType, exits: tuple[Exit, ...], trunk: tuple[str, ...]) -> Iterator[Journey]:
    goals = {*trunk, *(name for name, state in case_type.states.items() if state.kind == "final")}
    for each in exits:
        if each.move.kind == "time" and each.way.to != BACK and each.target not in goals:
            onward = _shortest(exits, each.target, goals)
            title = f"Nobody acts in {_source_title(case_type, each)}"
            yield f"late {each.key}", title, (each, *onward) if onward else ()


def _source_title(case_type: CaseType, each: Exit) -> str:
    if each.move.scope == "stage":
        return case_type.stages[each.move.owner].title or each.move.owner
    return case_type.states[each.station].title or each.station


def _shortest(exits: tuple[Exit, ...], start: str, goals: set[str]) -> tuple[Exit, ...]:
    """The fewest exits from a state to one of the goals, of equals the first found; none if there is no way."""
    ways: dict[str, tuple[Exit, ...]] = {start: ()}
    queue = [start]
    for state in queue:
        for each in exits:
            if state in each.sources and each.way.places and each.target not in ways:
                ways[each.target] = (*ways[state], each)
                if each.target in goals:
                    return ways[each.target]
                queue.append(each.target)
    return ()
