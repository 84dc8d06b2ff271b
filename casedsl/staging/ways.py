"""Ways through a definition for a story to go: the shortest first, and only such as facts allow."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import islice

from casedsl_runtime.vocabulary import Expression

from casedsl.analysis.known import Known, Place
from casedsl.analysis.passages import Passage
from casedsl.model.records import Transition
from casedsl.staging.script import CannotBeStaged, Script

MOST_WAYS = 12
"""How many ways are tried before it is said that none was found."""
MOST_TIMES = 3


def go_to(
    script: Script, states: Collection[str], claims: Sequence[Expression] = (), last: Transition | None = None
) -> str:
    """Let the case go to one of some states, in which claims hold and an event happens; the state."""
    for way in islice(ways_to(script.proofs.known, states), MOST_WAYS):
        if all(can_be_taken(passage) for passage in way) and gone(script, way, claims, last):
            return script.at
    raise CannotBeStaged("no case was found that goes there")


def gone(
    script: Script, way: Sequence[Passage], claims: Sequence[Expression] = (), last: Transition | None = None
) -> bool:
    """Whether some case goes a way; then it is told, else nothing is."""
    try:
        script.goes(way, claims, last)
    except CannotBeStaged:
        script.begin_again()
        return False
    return True


def can_be_taken(passage: Passage) -> bool:
    """Whether somebody may take a step, or time does; in a case in which everybody acts at once nothing is
    escalated."""
    return not isinstance(passage.by, Transition) or bool(passage.by.by and not passage.by.reverses_escalation)


def ways_to(known: Known, states: Collection[str]) -> Iterator[tuple[Passage, ...]]:
    """Ways to one of some states, breadth first, each place a few times."""
    queue: list[tuple[Place, tuple[Passage, ...]]] = [(known.first, ())]
    met: dict[Place, int] = {known.first: 1}
    for place, way in queue:
        if place.state in states:
            yield way
        for passage, target in known.onward(place):
            if target in known.at and met.get(target, 0) < MOST_TIMES:
                met[target] = met.get(target, 0) + 1
                queue.append((target, (*way, passage)))


def lines_of(script: Script) -> list[Transition]:
    """The lines that hold in the states that cases get to."""
    case_type = script.case_type
    return [line for state in script.facts.reached for line in case_type.handlers(state).values()]
