"""Where every case has been that gets somewhere: the dominators of the textbooks (Prosser 1959), of states.

Asked are the ways that guards and facts leave (`known.py`), over places, so that a side step leads back only to what it
interrupted. What has surely been passed is what all ways into a place have in common, and the place itself: the
greatest such sets are found by going over the places until nothing changes (Allen and Cocke 1976). A set of states is a
whole number with a bit for each; so the largest definition takes a fraction of a second.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from msgspec import Struct

from casedsl.analysis.known import Known, Place


class Goal(NamedTuple):
    """Where a case gets to: a state, or an end as it is called."""

    state: str
    ending: str | None = None

    def __str__(self) -> str:
        return f"{self.state} as {self.ending}" if self.ending else self.state


class Passed(Struct, frozen=True):
    """Goals that no case gets to before it has been in all of some states: the nearest, which no other stands before;
    what is passed on every way to these isn't told again."""

    states: tuple[str, ...]
    goals: tuple[Goal, ...]


def passed_before(known: Known) -> tuple[Passed, ...]:
    """What every case has passed, for goals that cases get to, in the order of the states passed; that it has been in
    the first state says nothing."""
    before = dominators(known)
    nearest: dict[tuple[str, ...], list[Goal]] = {}
    for goal, passed in before.items():
        if goal.ending is None or _nearest(passed, before) != _nearest(before[Goal(goal.state)], before):
            names = tuple(state for state in _nearest(passed, before) if state != known.first.state)
            if names:
                nearest.setdefault(names, []).append(goal)
    order = {state: number for number, state in enumerate(known.inside)}
    told = sorted(nearest, key=lambda states: [order[state] for state in states])
    return tuple(Passed(states, tuple(nearest[states])) for states in told)


def _nearest(passed: tuple[str, ...], before: Mapping[Goal, tuple[str, ...]]) -> tuple[str, ...]:
    """Of states that are passed those that no other of them is passed after."""
    farther = {state for other in passed for state in before[Goal(other)]}
    return tuple(state for state in passed if state not in farther)


def dominators(known: Known) -> dict[Goal, tuple[str, ...]]:
    """Goal -> the other states in which every case has been that gets there, in the order of the definition."""
    bits = {state: 1 << number for number, state in enumerate(known.inside)}
    passed = _passed(known, bits)
    found: dict[Goal, int] = {}
    for place, sets in passed.items():
        found[Goal(place.state)] = found.get(Goal(place.state), sets) & sets
    for place, sets in passed.items():
        for passage, target in known.onward(place):
            if passage.ending is not None and target in passed:
                goal = Goal(target.state, passage.ending)
                found[goal] = found.get(goal, sets) & sets
    order = sorted(found, key=lambda goal: (bits[goal.state], goal.ending or ""))
    return {goal: tuple(state for state in bits if found[goal] & bits[state] and state != goal.state) for goal in order}


def _passed(known: Known, bits: Mapping[str, int]) -> dict[Place, int]:
    """Place -> the states that every case there has been in, as a set of bits."""
    passed = {known.first: bits[known.first.state]}
    queue = [known.first]
    for place in queue:
        for _, target in known.onward(place):
            if target in known.at:
                brought = passed[place] | bits[target.state]
                kept = passed.get(target, brought) & brought
                if passed.get(target) != kept:
                    passed[target] = kept
                    queue.append(target)
    return passed
