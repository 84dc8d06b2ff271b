"""4xx: is what was promised measured, and is the time that doesn't count the writer's and not ours?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from casedsl.analysis.facts import Facts
from casedsl.analysis.graph import Graph, Move
from casedsl.analysis.promises import under_way
from casedsl.model.records import CaseType, Promise, Ref, Transition
from casedsl.rules.time import is_forgotten
from casedsl.rules.ways import steps_of, told
from casedsl.syntax.finding import Finding, Label, Subject


def cd407_promise_unbounded(facts: Facts) -> Iterator[Finding]:
    """Wherever a promise stands still, time ends that sooner or later.

    A promise whose time stands still is never due. Where only people can end that, and they forget it, the promise is
    neither kept nor missed, however long it takes; the one to whom it was made waits, and no measure shows it. The same
    is so where a case can go round and round between states in which it stands still. A pause with `at most` ends.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        promise soon "You get an answer"
            within 10 working days
            calendar office
            met by answer
            alert chief when 2 working days left
            pauses in asked                            # CD407
        first state new "New"
            team desk
            on ask -> asked
                by clerk
            on answer -> done
                by clerk
        state asked "Asked"
            waiting on customer
            prompt customer after 7 calendar days
            on reply -> back
                by clerk for customer
        final state done "Done"

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        promise soon "You get an answer"
            within 10 working days
            calendar office
            met by answer
            alert chief when 2 working days left
            pauses in asked, parked                    # CD407
        first state new "New"
            team desk
            on ask -> asked
                by clerk
            on answer -> done
                by clerk
        state asked "Asked"
            waiting on customer
            move to new after 14 calendar days
            on park -> parked
                by clerk
        state parked "Parked"
            waiting on customer
            move to new after 14 calendar days
            on ask -> asked
                by clerk
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        promise soon "You get an answer"
            within 10 working days
            calendar office
            met by answer
            alert chief when 2 working days left
            pauses in asked
        first state new "New"
            team desk
            on ask -> asked
                by clerk
            on answer -> done
                by clerk
        state asked "Asked"
            waiting on customer
            prompt customer after 7 calendar days
            move to back after 14 calendar days
            on reply -> back
                by clerk for customer
        final state done "Done"
    """
    case_type, graph = facts.case_type, facts.graph
    if case_type is None or graph is None:
        return
    for promise in case_type.promises.values():
        ways = under_way(case_type, graph, promise)
        still = {ref.name: ref for ref in promise.stands_still_in if ref.name in ways}
        if ways.keys() - still.keys():  # else CD403 says that it never runs
            endless = list(_endless(graph, still))
            for state in endless:
                if not is_forgotten(case_type, state):  # else CD401 says that nobody hears of it
                    yield _endlessly(case_type, promise, still[state], ways[state])
            for circle in [] if endless else _rounds(graph, still):
                yield _round_and_round(promise, still[circle[0].source], ways[circle[0].source], circle)


def _endless(graph: Graph, still: Iterable[str]) -> Iterator[str]:
    """The states from which time leads to no state in which the promise runs, or the case is over. Of those to which
    time leads from each other, the first; those that only lead there are a consequence."""
    known = list(still)
    led = {state: _led_by_time(graph, state, known) for state in known}
    said = set[str]()
    for state in known:
        around = led[state]
        if around <= set(known) and not said & around and all(state in led[other] for other in around):
            said.add(state)
            yield state


def _led_by_time(graph: Graph, state: str, still: list[str]) -> set[str]:
    """Where time alone can lead a case from a state, itself among them, until it is out of some states."""
    found = [state]
    for place in found:
        if place in still:
            by_time = (move.target for move in graph.moves[place] if move.route is None)
            found.extend(target for target in dict.fromkeys(by_time) if target not in found)
    return set(found)


def _rounds(graph: Graph, still: Iterable[str]) -> Iterator[list[Move]]:
    """The circles among the states in which a promise stands still."""
    for part in graph.components(still):
        circle = graph.cycle(part)
        if circle:
            yield circle


def _round_and_round(promise: Promise, ref: Ref, way: list[Move], circle: list[Move]) -> Finding:
    return Finding(
        "CD407",
        "warning",
        ref.span,
        f"`{promise.name}` can stand still for ever: a case can go round without its time",
        about=(Subject("promise", promise.name),),
        labels=tuple(Label(move.by.span, "and on") for move in circle[:2]),
        notes=(("a way there", told(way, ref.name)), ("the circle", told(circle, ref.name))),
        way_out="let the time run somewhere on the way round, or add `at most …` to the pause",
        steps=steps_of((*way, *circle)),
    )


def _endlessly(case_type: CaseType, promise: Promise, ref: Ref, way: list[Move]) -> Finding:
    return Finding(
        "CD407",
        "warning",
        ref.span,
        f"`{promise.name}` can stand still in `{ref}` for ever",
        about=(Subject("promise", promise.name), Subject("state", ref.name)),
        labels=(Label(case_type.states[ref.name].span, "no time takes the case out of here"),),
        notes=(
            ("a way there", told(way, ref.name)),
            ("why", "as long as nobody acts, the promise is neither kept nor missed"),
        ),
        way_out=f"add `move to … after …` to `{ref}`",
        steps=steps_of(way),
    )


def cd408_pause_hides_time(facts: Facts) -> Iterator[Finding]:
    """Who owes the answer can't both stop the time of a promise and let it run again, with nobody else to wait on.

    Time stands still for whoever waits on somebody else. Where one role may put the case into a state that stops the
    clock and take it out again, and the state waits on nobody but that role, a busy day is enough to hide any delay.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        promise soon "You get an answer"
            within 10 working days
            calendar office
            met by answer
            alert chief when 2 working days left
            pauses in parked                           # CD408
        first state new "New"
            team desk
            on park -> parked
                by clerk
            on answer -> done
                by clerk
        state parked "Parked"
            move to back after 10 working days
            on take_up -> back
                by clerk
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        promise soon "You get an answer"
            within 10 working days
            calendar office
            met by answer
            alert chief when 2 working days left
            pauses in parked
        first state new "New"
            team desk
            on park -> parked
                by clerk
            on answer -> done
                by clerk
        state parked "Parked"
            waiting on customer
            move to back after 10 working days
            on take_up -> back
                by clerk
        final state done "Done"
    """
    case_type, graph = facts.case_type, facts.graph
    if case_type is None or graph is None:
        return
    for promise in case_type.promises.values():
        running = under_way(case_type, graph, promise).keys() - {ref.name for ref in promise.pauses_in}
        for ref in promise.pauses_in:
            circle = next(_own_pauses(case_type, graph, ref.name, running), None)
            if circle is not None:
                yield _hidden(case_type, promise, ref, *circle)


def _own_pauses(
    case_type: CaseType, graph: Graph, state: str, running: Iterable[str]
) -> Iterator[tuple[str, Move, Move]]:
    """The roles inside that may stop the clock by moving a case here, and let it run again, each with the two moves.
    None if the case waits on anybody else meanwhile."""
    known = [place for place in case_type.states if place in set(running)]
    into = [move for place in known for move in graph.moves[place] if move.target == state]
    out = [move for move in graph.moves[state] if move.target in known]
    stops, starts = _roles_of(case_type, into), _roles_of(case_type, out)
    both = [role for role in stops if role in starts]
    if all(ref.name in both for ref in case_type.states[state].waiting_on):
        yield from ((role, stops[role], starts[role]) for role in both)


def _roles_of(case_type: CaseType, moves: Iterable[Move]) -> dict[str, Move]:
    """Who may make one of some moves by their own decision, each with the first; not who only enters what somebody
    outside has sent."""
    found: dict[str, Move] = {}
    for move in moves:
        for actor in move.by.by if isinstance(move.by, Transition) else ():
            whose = actor.on_behalf_of or actor.role
            role = case_type.organisation.roles.get(whose.name)
            if role is not None and not role.outside:
                found.setdefault(actor.role.name, move)
    return found


def _hidden(case_type: CaseType, promise: Promise, ref: Ref, role: str, into: Move, out: Move) -> Finding:
    return Finding(
        "CD408",
        "warning",
        ref.span,
        f"`{role}` can stop the time of `{promise.name}` and let it run again, and waits on nobody meanwhile",
        about=(Subject("role", role), Subject("promise", promise.name)),
        labels=(Label(into.by.span, "time stops"), Label(out.by.span, "time goes on")),
        notes=(
            ("the circle", told([into, out], into.source)),
            ("why", "time that the promise doesn't count should be somebody else's"),
        ),
        way_out=f"let the time run in `{ref}`, or say whom the case waits on there",
        steps=steps_of((into, out)),
    )
