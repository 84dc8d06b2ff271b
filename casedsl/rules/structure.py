"""1xx: can a case get everywhere, go on from everywhere, and end?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from casedsl_runtime.vocabulary import BACK

from casedsl.analysis.facts import Facts
from casedsl.analysis.graph import Graph, islands, states_behind, timers_in, traps
from casedsl.model.records import CaseType
from casedsl.rules import closed
from casedsl.rules.ways import steps_of, told
from casedsl.syntax.finding import Finding, Label, Subject
from casedsl.syntax.span import Span
from casedsl.syntax.spelling import listed


def cd101_unreachable_state(facts: Facts) -> Iterator[Finding]:
    """Every state can be reached from the first one.

    States that only feed each other are an island: each has a way in, and none can be entered. The search starts at the
    first state, so islands are found; one island is one finding. A way that no case opens is no way: because of what is
    known of the fields there, or because no way there lets its conditions come true. Where a single guard never holds,
    CD201 says so, and what is lost with it.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            on answer -> done
                by clerk
        state checked "Checked"                        # CD101
            on correct -> corrected
                by clerk
        state corrected "Corrected"
            on check -> checked
                by clerk
            on send -> done
                by clerk
        final state done "Done"

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            fee  money GBP "What does it cost?"
            paid money GBP "What was paid?"
        first state new "New"
            on pay -> settled
                by clerk
                needs fee, paid
                when paid >= fee
        state settled "Settled"
            on chase -> dunned
                by clerk
                when paid < fee
            on file -> done
                by clerk
        state dunned "Dunned"                          # CD101
            on file -> done
                by clerk
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            on check -> checked
                by clerk
        state checked "Checked"
            on correct -> new
                by clerk
            on send -> done
                by clerk
        final state done "Done"
    """
    case_type, graph = facts.case_type, facts.graph
    if case_type is None or graph is None:
        return
    lost = [state for state in case_type.states if state not in facts.reached]
    if not graph.finals & facts.reached.keys():  # then CD104 speaks of the states from which a case could end
        ending = graph.leading_to(graph.finals)
        lost = [state for state in lost if state not in ending]
    for island in islands(graph, lost):
        followers = [state for state in graph.reached_from(island) if state not in (*facts.reached, *island)]
        yield _island(case_type, graph, island, followers)
    yield from closed.unreachable(facts)


def _island(case_type: CaseType, graph: Graph, island: tuple[str, ...], followers: list[str]) -> Finding:
    first = case_type.states[island[0]]
    notes = [("why", _why_lost(graph, island))]
    if followers:
        notes.append(("so", f"{listed(followers)} {'is' if len(followers) == 1 else 'are'} out of reach too"))
    return Finding(
        "CD101",
        "error",
        first.span,
        f"no case can get to `{first.name}`",
        about=(Subject("state", first.name),),
        notes=tuple(notes),
        way_out=f"lead a transition `-> {first.name}` from a state that cases get to, or delete "
        f"{'it' if len(island) == 1 else 'them'}",
    )


def _why_lost(graph: Graph, island: tuple[str, ...]) -> str:
    if len(island) > 1:
        return f"{listed(island)} are entered from each other only; nothing leads there from `{graph.first}`"
    return f"no transition and no timer leads there from `{graph.first}` or what follows it"


def cd102_dead_end(facts: Facts) -> Iterator[Finding]:
    """Every state that is not final has a way out.

    And some case goes it: a way of which no way there lets the conditions come true is none. Where a guard never holds,
    CD201 says it of the guard, and where a state shuts all its ways out by what is known there, CD501.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            on answer -> done
                by clerk
            on park -> parked
                by clerk
        state parked "Parked"                          # CD102
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            on answer -> done
                by clerk
            on park -> parked
                by clerk
        state parked "Parked"
            on take_up -> new
                by clerk
        final state done "Done"
    """
    case_type, graph = facts.case_type, facts.graph
    if case_type is None or graph is None:
        return
    hopeless = _hopeless(graph, facts.reached)
    for name in _dead_ends(graph, facts.reached):
        yield Finding(
            "CD102",
            "error",
            case_type.states[name].span,
            f"a case that gets to `{name}` never leaves it",
            about=(Subject("state", name),),
            notes=(("a way there", told(facts.way(name), name)), *_doomed(graph, (name,), hopeless)),
            way_out=f"add a transition out of `{name}`, or make it `final`",
            steps=steps_of(facts.way(name)),
        )
    yield from closed.left_alone(facts)


def cd103_trap(facts: Facts) -> Iterator[Finding]:
    """From every state that can be reached, some way leads out of the circle that it lies on, unless it is final.

    A trap is a set of states that lead only to each other (a strongly connected component without a way out), none of
    them final: each looks alive, and no case ever comes out. A way out that no case ever opens is none.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            on answer -> done
                by clerk
            on ask -> asked
                by clerk
        state asked "Asked"                            # CD103
            on remind -> reminded
                by clerk
        state reminded "Reminded"
            on ask_again -> asked
                by clerk
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            on answer -> done
                by clerk
            on ask -> asked
                by clerk
        state asked "Asked"
            on remind -> reminded
                by clerk
        state reminded "Reminded"
            on ask_again -> asked
                by clerk
            on give_up -> new
                by clerk
        final state done "Done"
    """
    case_type, graph = facts.case_type, facts.graph
    if case_type is None or graph is None or not graph.finals & facts.reached.keys():
        return
    hopeless = _hopeless(graph, facts.reached)
    for trap in traps(graph, facts.reached):
        yield Finding(
            "CD103",
            "error",
            case_type.states[trap[0]].span,
            f"a case that gets to `{trap[0]}` goes in a circle for ever",
            about=(Subject("state", trap[0]),),
            labels=tuple(Label(case_type.states[other].span, "in the same circle") for other in trap[1:3]),
            notes=(
                ("a way there", told(facts.way(trap[0]), trap[0])),
                ("the circle", told(graph.cycle(trap), trap[0])),
                *_doomed(graph, trap, hopeless),
            ),
            way_out=f"add a transition from {'one of ' * (len(trap) > 1)}{listed(trap)} to a state outside",
            steps=steps_of((*facts.way(trap[0]), *graph.cycle(trap))),
        )
    yield from closed.circles(facts)


def cd104_no_way_to_finish(facts: Facts) -> Iterator[Finding]:
    """Some way leads from the first state to a final one.

    A case is a promise to deliver something; a definition in which no case can ever end promises nothing. Ways that no
    case ever opens are none.

    Wrong:

        case type letter "Letter"                      # CD104
            edition 1
            use "acme"
        first state new "New"
            on answer -> answered
                by clerk
        state answered "Answered"
            on reopen -> new
                by clerk

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            on answer -> answered
                by clerk
        state answered "Answered"
            on reopen -> new
                by clerk
            on file -> done
                by clerk
        final state done "Done"
    """
    case_type, graph = facts.case_type, facts.graph
    yield from closed.endless(facts)
    if case_type is None or graph is None or graph.finals & facts.reached.keys():
        return
    if any(not graph.moves[state] for state in facts.reached):  # said by CD102 or CD116
        return
    ending = graph.leading_to(graph.finals)
    finals = [name for name in case_type.states if name in graph.finals]
    doors = [name for name in case_type.states if name in ending]
    circle = next(iter(traps(graph, facts.reached)), ())
    headline = "no case can ever end" + ("" if finals else ": no state is final")
    way_out = (
        f"lead a transition to {'one of ' * (len(doors) > 1)}{listed(doors)}"
        if finals
        else "mark the states in which a case is over: `final state …`"
    )
    yield Finding(
        "CD104",
        "error",
        case_type.span,
        headline,
        about=(Subject("case type", case_type.name),),
        labels=tuple(Label(case_type.states[name].span, "final, and out of reach") for name in finals[:1]),
        notes=(("for ever", told(graph.cycle(circle), circle[0])),) if circle else (),
        way_out=way_out,
        steps=steps_of((*facts.way(circle[0]), *graph.cycle(circle))) if circle else (),
    )


def cd116_nothing_behind(facts: Facts) -> Iterator[Finding]:
    """Wherever a line leads `-> back`, a case can have come from a state that it can go back to.

    Back is the latest state that was no side step (a state that can itself be left by `-> back`). Where every way in
    comes from side steps only, there is no such state: people are refused, and time would stand before a closed door.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        first state asked "Asked"
            team desk
            move to back after 3 working days          # CD116
            on answer -> done
                by clerk
            on read -> new
                by clerk
        state new "New"
            on ask -> asked
                by clerk
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            team desk
            on ask -> asked
                by clerk
            on answer -> done
                by clerk
        state asked "Asked"
            move to back after 3 working days
        final state done "Done"
    """
    case_type, graph = facts.case_type, facts.graph
    if case_type is None or graph is None:
        return
    behind = states_behind(case_type)
    early = _side_steps_at_once(graph, behind)
    for name in (state for state in facts.reached if state in behind):
        timed = next((timer for timer in timers_in(case_type, name) if timer.to.name == BACK), None)
        if not behind[name]:
            line = timed or next(line for line in case_type.handlers(name).values() if line.routes[0].to.name == BACK)
            yield _nothing_behind(name, line.span, "no case ever comes there from a state that it could go back to")
        elif timed is not None and name in early:
            yield _nothing_behind(name, timed.span, "a case can be there before it was in any other state")


def _side_steps_at_once(graph: Graph, behind: Mapping[str, tuple[str, ...]]) -> set[str]:
    """The side steps in which a case can be without ever having been in another kind of state."""
    found = [graph.first] if graph.first in behind else []
    for state in found:
        found.extend(target for target in graph.after(state) if target in behind and target not in found)
    return set(found)


def _nothing_behind(name: str, span: Span, why: str) -> Finding:
    headline = f"from `{name}` there can be nothing to go back to"
    way_out = "name the state: `-> STATE`"
    about = (Subject("state", name),)
    return Finding("CD116", "error", span, headline, notes=(("why", why),), way_out=way_out, about=about)


def _dead_ends(graph: Graph, reached: Iterable[str]) -> list[str]:
    """Reached states without a way out; one that is left by `-> back` only is the business of CD116."""
    return [
        state for state in reached if state not in graph.finals and state not in graph.sides and not graph.moves[state]
    ]


def _hopeless(graph: Graph, reached: Iterable[str]) -> list[str]:
    """The reached states with ways on, none of which leads to an end."""
    ending = graph.leading_to(graph.finals)
    return [state for state in reached if state not in ending and graph.moves[state]]


def _doomed(graph: Graph, end: tuple[str, ...], hopeless: list[str]) -> tuple[tuple[str, str], ...]:
    """A note on the states from which every way leads here: they are consequences, not findings of their own."""
    leading = graph.leading_to(end) if set(hopeless) - set(end) else set[str]()
    doomed = [state for state in hopeless if state in leading and state not in end]
    return (("so", f"no way on from {listed(doomed)} leads to an end either"),) if doomed else ()
