"""What follows where ways are shut that the lines show: states that no case gets to, or from which none gets on.

A guard that never holds is a finding of its own, and what is lost with it a note there. Here it is said where no single
guard is to blame: where the line stands in several states, or it takes a whole way to see that its conditions never
come true. Such a finding takes the code of what is lost.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from casedsl.analysis.facts import Facts
from casedsl.analysis.feasible import Closed, Feasible
from casedsl.analysis.graph import islands, traps
from casedsl.model.records import Route, Transition
from casedsl.rules.cases import fact_told
from casedsl.rules.ways import steps_of, told
from casedsl.syntax.finding import Finding, Label, Subject
from casedsl.syntax.span import Span
from casedsl.syntax.spelling import listed

_MOST_LABELS = 3


def lost_with(facts: Facts, line: Transition | None, routes: Iterable[Route]) -> Iterator[tuple[str, str]]:
    """Notes on what is lost because some routes of a line are never taken."""
    feasible, taken = facts.feasible, tuple(routes)
    if feasible is not None and line is not None:
        closed = [each.move for each in feasible.closed if each.move.by is line and each.move.route in taken]
        yield from _lost(facts, (move.target for move in closed))
        yield from _stuck_before(facts, {move.source for move in closed}, ())


def lost_behind(facts: Facts, states: Collection[str]) -> Iterator[tuple[str, str]]:
    """Notes on what is lost because no case gets out of some states."""
    if facts.feasible is not None and facts.graph is not None:
        yield from _lost(facts, (move.target for state in states for move in facts.graph.moves[state]))
        yield from _stuck_before(facts, states, states)


def _lost(facts: Facts, targets: Iterable[str]) -> Iterator[tuple[str, str]]:
    feasible, graph = facts.feasible, facts.graph
    assert feasible is not None
    assert graph is not None
    gone = graph.reached_from(target for target in targets if target not in feasible.reached)
    lost = [state for state in graph.moves if state in gone and state not in feasible.reached]
    if lost:
        yield "so", f"no case can get to {listed(lost)} (not said again)"


def _stuck_before(facts: Facts, states: Collection[str], named: Collection[str]) -> Iterator[tuple[str, str]]:
    feasible = facts.feasible
    assert feasible is not None
    leading = feasible.graph.leading_to(set(states) - feasible.ending)
    stuck = [state for state in _stuck(facts) if state in leading and state not in named]
    if stuck:
        yield "so", f"no way on from {listed(stuck)} leads to an end (not said again)"


def _stuck(facts: Facts) -> list[str]:
    """The states from which the lines lead to an end and no way that is left does."""
    feasible, graph = facts.feasible, facts.graph
    assert feasible is not None
    assert graph is not None
    stuck = graph.leading_to(graph.finals) - feasible.ending
    return [state for state in feasible.reached if state in stuck]


def unreachable(facts: Facts) -> Iterator[Finding]:
    """CD101: the roots of what no case gets to, though lines lead there."""
    feasible, graph = facts.feasible, facts.graph
    if feasible is None or graph is None:
        return
    lost = [state for state in graph.moves if state in facts.reached and state not in feasible.reached]
    if not graph.finals & feasible.reached.keys() and graph.finals & facts.reached.keys():
        ending = graph.leading_to(graph.finals)
        lost = [state for state in lost if state not in ending]
    spoken = _spoken(facts)
    for island in islands(graph, lost):
        entries = [each for each in feasible.closed if each.move.target in island]
        if not any(each.cause == "guard" or each.move.source in spoken for each in entries):
            followers = [s for s in graph.reached_from(island) if s not in island and s not in feasible.reached]
            yield _never_entered(facts, island, entries, followers)


def _never_entered(facts: Facts, island: tuple[str, ...], entries: list[Closed], followers: list[str]) -> Finding:
    assert facts.case_type is not None
    first = facts.case_type.states[island[0]]
    way_out = f"let {_on(entries[0])} be open to a case that is in `{entries[0].move.source}`" if entries else ""
    so = [("so", f"{listed(followers)} {'is' if len(followers) == 1 else 'are'} out of reach too")] if followers else []
    return Finding(
        "CD101",
        "error",
        first.span,
        f"no case can get to `{first.name}`",
        about=(Subject("state", first.name),),
        labels=tuple(_labels(entries)),
        notes=(*_whys(entries, facts), *so),
        way_out=f"{way_out or f'lead a transition `-> {first.name}` from a state that cases get to'}, or delete "
        f"{'it' if len(island) == 1 else 'them'}",
    )


def left_alone(facts: Facts) -> Iterator[Finding]:
    """CD102: states of which every way out is shut, where no finding about guards or people says so."""
    feasible, graph = facts.feasible, facts.graph
    if feasible is None or graph is None or facts.case_type is None:
        return
    for state, closed in _left_alone(facts):
        way = feasible.way(state)
        yield Finding(
            "CD102",
            "error",
            facts.case_type.states[state].span,
            f"a case that gets to `{state}` never leaves it",
            about=(Subject("state", state),),
            labels=tuple(_labels(closed)),
            notes=(("a way there", told(way, state)), *_whys(closed, facts), *lost_behind(facts, (state,))),
            way_out=f"let {_on(closed[0])} be open to a case that comes there, or add another way out",
            steps=steps_of(way),
        )


def _left_alone(facts: Facts) -> Iterator[tuple[str, list[Closed]]]:
    feasible, spoken = facts.feasible, {found.state for found in facts.shut}
    assert feasible is not None
    for state in feasible.reached:
        closed = [each for each in feasible.closed if each.move.source == state and each.move.target != state]
        guilty = any(each.cause == "guard" for each in closed)
        if closed and not guilty and state not in spoken and _is_left_alone(feasible, state):
            yield state, closed


def circles(facts: Facts) -> Iterator[Finding]:
    """CD103: circles of which every way out is shut."""
    feasible = facts.feasible
    if feasible is None or facts.case_type is None or not feasible.graph.finals & feasible.reached.keys():
        return
    for trap, exits in _traps(facts):
        way, circle = feasible.way(trap[0]), feasible.graph.cycle(trap)
        yield Finding(
            "CD103",
            "error",
            facts.case_type.states[trap[0]].span,
            f"a case that gets to `{trap[0]}` goes in a circle for ever",
            about=(Subject("state", trap[0]),),
            labels=tuple(_labels(exits)),
            notes=(
                ("a way there", told(way, trap[0])),
                ("the circle", told(circle, trap[0])),
                *_whys(exits, facts),
                *lost_behind(facts, trap),
            ),
            way_out=_opened(exits),
            steps=steps_of((*way, *circle)),
        )


def _traps(facts: Facts) -> Iterator[tuple[tuple[str, ...], list[Closed]]]:
    """Circles of several states, and of which no way out is the business of another finding."""
    feasible = facts.feasible
    assert feasible is not None
    for trap in traps(feasible.graph, _stuck(facts)):
        exits = [each for each in feasible.closed if each.move.source in trap and each.move.target not in trap]
        if len(trap) > 1 and not any(each.cause == "guard" for each in exits):
            yield trap, exits


def endless(facts: Facts) -> Iterator[Finding]:
    """CD104: no case ever ends, because ways are shut."""
    feasible, graph, case_type = facts.feasible, facts.graph, facts.case_type
    if feasible is None or graph is None or case_type is None:
        return
    if graph.finals & feasible.reached.keys() or not graph.finals & facts.reached.keys():
        return
    found = next(iter(_traps(facts)), None)
    if found is None or any(_is_left_alone(feasible, state) for state in feasible.reached):
        return
    trap, exits = found
    way, circle = feasible.way(trap[0]), feasible.graph.cycle(trap)
    yield Finding(
        "CD104",
        "error",
        case_type.span,
        "no case can ever end",
        about=(Subject("case type", case_type.name),),
        labels=tuple(_labels(exits)),
        notes=(("for ever", told(circle, trap[0])), *_whys(exits, facts), *lost_behind(facts, trap)),
        way_out=_opened(exits),
        steps=steps_of((*way, *circle)),
    )


def _is_left_alone(feasible: Feasible, state: str) -> bool:
    return all(move.target == state for move in feasible.graph.moves[state])


def _spoken(facts: Facts) -> Collection[str]:
    """The states out of which no case gets, where a finding says so, and what is lost behind them."""
    feasible = facts.feasible
    assert feasible is not None
    found = {found.state for found in facts.shut}.union(state for state, _ in _left_alone(facts))
    return found.union(*(trap for trap, _ in _traps(facts)))


# Words.


def _opened(exits: list[Closed]) -> str:
    if not exits:
        return "lead a transition out of the circle"
    opened = f"let {_on(exits[0])} be open to a case that is in `{exits[0].move.source}`"
    return f"{opened}, or add another way out of the circle"


def _on(closed: Closed) -> str:
    return f"`on {closed.move.by.event}`" if isinstance(closed.move.by, Transition) else "time"


def _labels(closed: Iterable[Closed]) -> Iterator[Label]:
    """The conditions of ways that are shut, each place once."""
    said = dict.fromkeys(_guard(each) for each in closed)
    return (Label(span, "never so in a case that comes here") for span in list(said)[:_MOST_LABELS])


def _guard(closed: Closed) -> Span:
    line, route = closed.move.by, closed.move.route
    if route is not None and route.when is not None:
        return route.when.span
    if isinstance(line, Transition) and line.when is not None:
        return line.when.span
    return route.span if route is not None else line.span


def _whys(closed: Iterable[Closed], facts: Facts) -> Iterator[tuple[str, str]]:
    """Why ways are shut: what is known of the fields there, or that no way there lets the conditions come true."""
    assert facts.case_type is not None
    ways, said = list(closed), dict[str, None]()
    if not ways:
        said["only `-> back` leads there, and a case goes back to no state in which it has never been"] = None
    for each in ways:
        fields = facts.case_type.fields
        known = [fact_told(fact, fields) for fact in each.facts]
        where = f"in `{each.move.source}`"
        if known:
            said.update(dict.fromkeys(f"{where} {fact}" for fact in known))
        else:
            said[f"whatever happens before, {_on(each)} {where} can't lead to `{each.move.target}`"] = None
    yield from (("why", text) for text in list(said)[:_MOST_LABELS])
