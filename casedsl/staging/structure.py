"""1xx, and whoever is shut in: the case goes there, and what can be done there is told in full."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import islice

from casedsl_runtime.vocabulary import BACK, Expression

from casedsl.analysis.graph import traps
from casedsl.analysis.guards import MOST_STEPS
from casedsl.analysis.known import Known, Place, equals
from casedsl.analysis.loops import circles_of_time
from casedsl.analysis.passages import Passage
from casedsl.analysis.solving.search import Steps
from casedsl.analysis.solving.witness import Example
from casedsl.analysis.spoken import stuck, unsupplied
from casedsl.model.records import Timer, Transition
from casedsl.staging.script import LONG, CannotBeStaged, Script, again, the
from casedsl.staging.ways import MOST_WAYS, can_be_taken, go_to, lines_of, ways_to
from casedsl.syntax.finding import Finding

MOST_STEPS_OF_A_TOUR = 60
"""A longer story is none that anybody reads."""


def dead_end(script: Script, finding: Finding) -> None:
    """CD102, CD501: the case gets there, and nobody leads it on."""
    state = next(iter(finding.named("state")), script.case_type.first.name)
    standing = next((each for each in script.facts.standstills if each.state == state and each.example), None)
    if finding.code == "CD501" and standing is not None and standing.example is not None:
        script.goes(standing.way, tuple(told_as_claims(standing.example)))
        says_what_can_be_done(script, without=[line.event for line in standing.lines])
    else:
        go_to(script, (state,))
        says_what_can_be_done(script)
    closed = (line for line in script.case_type.handlers(state).values() if not line.by)
    script.then(*(f"nobody may {line.event}" for line in closed))
    script.waits(LONG)
    script.then(f"state is {state}")


def told_as_claims(example: Example) -> Iterator[Expression]:
    """What a case holds, to be asked of one."""
    for name, value in example.fields:
        yield ("not set", name) if value is None else equals(name, value)
    yield from (("happened", event, times) for event, times in example.events)


def circle(script: Script, finding: Finding) -> None:
    """CD103, CD104: whichever way the case takes, it stays among the same states."""
    facts, graph = script.facts, script.facts.graph
    assert graph is not None
    circles = traps(graph, facts.reached)
    if facts.feasible is not None:
        circles += traps(facts.feasible.graph, facts.feasible.reached)
    entered = {circle[0]: circle for circle in circles}
    states = again([entered[name] for name in finding.named("state") if name in entered] or circles)
    known = script.proofs.known
    for way in islice(ways_to(known, states), MOST_WAYS):
        if _walks(script, way, _tour(known, _place_behind(known, way), states)):
            return
    raise CannotBeStaged("no case was found that takes every way there")


def _walks(script: Script, way: tuple[Passage, ...], tour: tuple[Passage, ...]) -> bool:
    told: set[str] = set()

    def tell(steps: int) -> None:
        if steps >= len(way) and script.at not in told:
            told.add(script.at)
            says_what_can_be_done(script)
        elif steps > len(way):
            script.then(f"state is {script.at}")

    try:
        script.goes((*way, *tour), after=tell)
    except CannotBeStaged:
        script.begin_again()
        return False
    return True


def _place_behind(known: Known, way: tuple[Passage, ...]) -> Place:
    """Where a way ends, and what is behind it."""
    place = known.first
    for step in way:
        place = next(target for passage, target in known.onward(place) if passage is step)
    return place


def _tour(known: Known, start: Place, states: Collection[str]) -> tuple[Passage, ...]:
    """Every step among some states that somebody can take, one after the other; the nearest that is left comes
    first. A way out that no case opens is none of them."""
    steps = (each for state in states for each in known.passages[state] if can_be_taken(each))
    left = {_step(each) for each in steps if each.target in states}
    tour: list[Passage] = []
    place = start
    while left and len(tour) < MOST_STEPS_OF_A_TOUR:
        walk, place = _walk_to(known, place, left)
        if not walk:
            break
        tour += walk
        left -= {_step(each) for each in walk}
    return tuple(tour)


def _step(passage: Passage) -> tuple[str, str, Transition | Timer, int]:
    return passage.source, passage.target, passage.by, id(passage.route)


def _walk_to(known: Known, start: Place, left: Collection[object]) -> tuple[tuple[Passage, ...], Place]:
    """The shortest walk whose last step is left, and where it ends."""
    queue: list[tuple[Place, tuple[Passage, ...]]] = [(start, ())]
    seen = {start}
    for place, walk in queue:
        for each, target in known.onward(place):
            if can_be_taken(each) and target in known.at:
                if _step(each) in left:
                    return (*walk, each), target
                if target not in seen:
                    seen.add(target)
                    queue.append((target, (*walk, each)))
    return (), start


def unheard(script: Script, finding: Finding) -> None:
    """CD106: the outsider writes where nobody thought that they would."""
    line = again(line for line in lines_of(script) if line.span == finding.span)
    role = script.party = the("role", finding)
    go_to(script, finding.named("state")[:1])
    script.may_not(script.holder(role), line)


def nothing_behind(script: Script, finding: Finding) -> None:
    """CD116: an event that leads back, and nowhere to go back to."""
    line = next((line for line in lines_of(script) if line.span == finding.span), None)
    if line is None:
        raise CannotBeStaged("time stands still at such a line, and so does every scenario that waits for it")
    states = [name for name in script.facts.reached if script.case_type.handlers(name).get(line.event) == line]
    go_to(script, [name for name in states if any(route.to.name == BACK for route in line.routes)], (), line)
    script.refused("there is nothing to go back to")


def round_by_time(script: Script, finding: Finding) -> None:
    """CD105: nobody acts, and the case comes round."""
    case_type, graph = script.case_type, script.facts.graph
    assert graph is not None
    rounds = circles_of_time(case_type, graph, script.facts.reached)
    moves = again(each for each in rounds if each[0].by.span == finding.span)
    go_to(script, (moves[0].source,))
    for move in moves:
        assert isinstance(move.by, Timer)
        script.waits(move.by.after.duration)
        script.then(f"state is {move.target}")


def shut_in(script: Script, finding: Finding) -> None:
    """CD306: the case gets there without what every way on asks for, or what an event asks for."""
    (_stuck if finding.named("state") else _unsupplied)(script, finding)


def _stuck(script: Script, finding: Finding) -> None:
    known = script.proofs.known
    found = again(
        each
        for each in stuck(script.case_type, known, Steps(MOST_STEPS))
        if finding.named("state") == (each.state,) and finding.named("field") == (each.field.name,)
    )
    script.goes(found.way, [("not set", found.field.name)])
    script.then(f"{found.field.name} is not set")
    leading = {passage.by.event for passage in found.ways if not isinstance(passage.by, Timer)}
    says_what_can_be_done(script, without=leading)


def _unsupplied(script: Script, finding: Finding) -> None:
    """Whoever may do the event is told that somebody else must give the value."""
    every = unsupplied(script.case_type, script.proofs.known, Steps(MOST_STEPS))
    found = again(each for each in every if each.need.span == finding.span)
    asked = [found.field.asked_when.expression] if found.field.asked_when else []
    script.goes(found.way, [("not set", found.field.name), *asked])
    sources = ", ".join(ref.name for ref in found.field.sources)
    for role in dict.fromkeys(actor.role.name for actor in found.line.by):
        because = f"`{found.line.event}` needs `{found.field.name}`, which only {sources} may give"
        script.may_not(script.holder(role), found.line, because)
    says_what_can_be_done(script, without=[found.line.event])


def nothing_handed_over(script: Script, finding: Finding) -> None:
    """CD810: the case comes to another team, and nothing was handed over."""
    states = script.case_type.states
    here = (
        seam
        for seam in script.facts.seams
        if seam.way
        and states[seam.passage.target].span == finding.labels[0].span
        and finding.span in (seam.passage.by.span, seam.passage.route and seam.passage.route.span)
    )
    script.goes(again(here).way)
    script.then(f"state is {script.at}", "nothing was handed over")


def _never_open(script: Script, state: str) -> Iterator[str]:
    """The events of a state of which no case ever finds a route open."""
    closed = script.facts.feasible.closed if script.facts.feasible else ()
    routes = {id(each.move.route) for each in closed if each.move.source == state}
    for line in script.case_type.handlers(state).values():
        if all(id(route) in routes for route in line.routes):
            yield line.event


def says_what_can_be_done(script: Script, without: Iterable[str] = ()) -> None:
    """Where the case is, and all that can be done there by anybody."""
    state = script.at
    left = {*without, *_never_open(script, state)}
    open_lines = (line for line in script.case_type.handlers(state).values() if line.by and line.event not in left)
    known = script.proofs.known
    amendable = [name for name in known.fields if name in known.amendable[state]]
    names = [*(line.event for line in open_lines), *amendable]
    script.then(f"state is {state}", f"nothing can be done{' but ' if names else ''}{', '.join(names)}")
