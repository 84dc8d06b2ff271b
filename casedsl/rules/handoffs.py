"""8xx: does what a team needs travel with the case?"""

from __future__ import annotations

from collections.abc import Iterator

from casedsl.analysis.facts import Facts
from casedsl.analysis.graph import Graph, Move
from casedsl.analysis.teams import teams_left
from casedsl.model.records import CaseType, HandOver, Transition
from casedsl.syntax.finding import Finding, Label, Subject


def cd810_hand_over_missing(facts: Facts) -> Iterator[Finding]:
    """Where the responsible team changes, something is handed over.

    Quality lives in the seams between teams: the receiving team must not have to read the whole history to understand
    what is asked of it. Time hands nothing over, so a `move to` does not cross from one team to another.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            answer_text long text "What do we answer?"
        first state new "New"
            team desk
            on answer -> checked                       # CD810
                by clerk
                needs answer_text
        state checked "Checked"
            team board
            on send -> done
                by chief
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            answer_text long text "What do we answer?"
        first state new "New"
            team desk
            on answer -> checked
                by clerk
                needs answer_text
                hand over
                    passes on answer_text
                    says      "Please check: {answer_text}"
        state checked "Checked"
            team board
            on send -> done
                by chief
        final state done "Done"
    """
    case_type, graph = facts.case_type, facts.graph
    if case_type is None or graph is None:
        return
    seen: set[tuple[object, str]] = set()
    for state in facts.reached:
        for move in graph.moves[state]:
            team = case_type.states[move.target].team
            left = [other for other in _leaving(case_type, graph, move, facts) if team and other != team.name]
            if team and left and _handed_over(move) is None and (move.by, move.target) not in seen:
                seen.add((move.by, move.target))
                yield _finding(case_type, move, left[0], team.name)


def _leaving(case_type: CaseType, graph: Graph, move: Move, facts: Facts) -> tuple[str, ...]:
    return teams_left(case_type, graph.sides, facts.teams, move.source, move.back)


def _finding(case_type: CaseType, move: Move, left: str, team: str) -> Finding:
    timed = move.route is None
    forked = isinstance(move.by, Transition) and len(move.by.routes) > 1
    span = move.route.span if move.route and forked else move.by.span
    return Finding(
        "CD810",
        "error",
        span,
        f"from `{move.source}` to `{move.target}` the case goes to another team and nothing is handed over",
        about=(Subject("state", move.source), Subject("state", move.target)),
        labels=(Label(case_type.states[move.target].span, f"team `{team}` takes over from `{left}`"),),
        notes=(("why", "the next team should not have to read the whole history to know what is asked of it"),),
        way_out="let a person move it, or keep the team" if timed else "add `hand over` with `passes on` and `says`",
    )


def cd812_handoff_without_return(facts: Facts) -> Iterator[Finding]:
    """Where a team hands a case over, some way leads back to it.

    An opinion, and shown only when it is asked for: many a case goes one way and rightly so. But whoever receives what
    is incomplete, or not theirs, and can't send it back, solves it by telephone, where no journal and no measure sees
    it.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            team desk
            on answer -> checked
                by clerk
                hand over                              # CD812
                    says "Please check."
        state checked "Checked"
            team board
            on send -> done
                by chief
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            team desk
            on answer -> checked
                by clerk
                hand over
                    says "Please check."
        state checked "Checked"
            team board
            on send -> done
                by chief
            on return -> new
                by chief
                hand over
                    says "This needs another answer."
        final state done "Done"
    """
    case_type, graph = facts.case_type, facts.graph
    if case_type is None or graph is None:
        return
    seen: set[tuple[str, str]] = set()
    ahead: dict[str, set[str]] = {}
    for state in facts.reached:
        for move in graph.moves[state]:
            team, given = case_type.states[move.target].team, _handed_over(move)
            if team is None or given is None:
                continue
            if move.target not in ahead:
                known = (case_type.states[name].team for name in graph.reached_from((move.target,)))
                ahead[move.target] = {team.name, *(ref.name for ref in known if ref)}
            for left in _leaving(case_type, graph, move, facts):
                if left not in ahead[move.target] and (left, team.name) not in seen:
                    seen.add((left, team.name))
                    yield _one_way(case_type, move, given, left, team.name)


def _handed_over(move: Move) -> HandOver | None:
    if move.route is None or not isinstance(move.by, Transition):
        return None
    return move.route.actions.hand_over or move.by.actions.hand_over


def _one_way(case_type: CaseType, move: Move, given: HandOver, left: str, team: str) -> Finding:
    return Finding(
        "CD812",
        "info",
        given.span,
        f"what team `{left}` hands over to `{team}` never comes back",
        about=(Subject("team", left), Subject("team", team)),
        labels=(Label(case_type.states[move.target].span, "received here"),),
        way_out=f"let `{team}` send back what it can't work with: add `on return -> {move.source}` to `{move.target}`",
    )
