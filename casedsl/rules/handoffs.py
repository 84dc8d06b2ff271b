"""8xx: does what a team needs travel with the case?"""

from __future__ import annotations

from collections.abc import Iterator

from casedsl.analysis.facts import Facts
from casedsl.analysis.passages import Passage
from casedsl.analysis.seams import Seam, handed_over, seams_in
from casedsl.model.records import CaseType, HandOver, Transition
from casedsl.rules.ways import steps_of, told
from casedsl.syntax.finding import Finding, Label, Subject
from casedsl.syntax.span import Span


def cd810_hand_over_missing(facts: Facts) -> Iterator[Finding]:
    """Where the responsible team changes, something is handed over.

    Quality lives in the seams between teams: the receiving team must not have to read the whole history to understand
    what is asked of it. Time hands nothing over, so a `move to` does not cross from one team to another. A state
    without a team keeps the one that the case came with, so it matters which way a case has gone: an error is a step
    that some case takes. Where neither such a case is found nor a proof that there is none, CD299 says so.

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
    if facts.case_type is not None:
        yield from (_finding(facts.case_type, seam) for seam in facts.seams if seam.way)


def _finding(case_type: CaseType, seam: Seam) -> Finding:
    source, target = seam.passage.source, seam.passage.target
    timed = seam.passage.route is None
    way = [passage.move for passage in seam.way]
    kept = case_type.states[source].team is None
    return Finding(
        "CD810",
        "error",
        _place_of(seam),
        f"from `{source}` to `{target}` the case goes to another team and nothing is handed over",
        about=(Subject("state", source), Subject("state", target)),
        labels=(Label(case_type.states[target].span, f"team `{seam.team}` takes over from `{seam.left}`"),),
        notes=(
            *((("a way there", told(way, source)),) if kept else ()),
            ("why", "the next team should not have to read the whole history to know what is asked of it"),
        ),
        way_out="let a person move it, or keep the team" if timed else "add `hand over` with `passes on` and `says`",
        steps=steps_of(way) if kept else (),
    )


def _place_of(seam: Seam) -> Span:
    line, route = seam.passage.by, seam.passage.route
    forked = isinstance(line, Transition) and len(line.routes) > 1
    return route.span if route and forked else line.span


def seams_not_decided(facts: Facts) -> Iterator[Finding]:
    """The steps to another team that no case is known to take, and none is known not to (CD299)."""
    for seam in (seam for seam in facts.seams if not seam.way):
        source, target = seam.passage.source, seam.passage.target
        yield Finding(
            "CD299",
            "info",
            _place_of(seam),
            f"whether a case goes to another team here, from `{source}` to `{target}`, is not decided",
            about=(Subject("state", source), Subject("state", target)),
            notes=(("why", f"then team `{seam.team}` takes over from `{seam.left}`, and nothing is handed over"),),
            way_out="add `hand over` with `passes on` and `says`"
            if seam.passage.route
            else "let a person move it, or keep the team",
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
    case_type, graph, proofs = facts.case_type, facts.graph, facts.proofs
    if case_type is None or graph is None or proofs is None:
        return
    seen: set[tuple[str, str]] = set()
    ahead: dict[str, set[str]] = {}
    for seam in seams_in(case_type, proofs.known):
        target, given = seam.passage.target, handed_over(seam.passage)
        if given is None:
            continue
        if target not in ahead:
            known = (case_type.states[name].team for name in graph.reached_from((target,)))
            ahead[target] = {seam.team, *(ref.name for ref in known if ref)}
        if seam.left not in ahead[target] and (seam.left, seam.team) not in seen:
            seen.add((seam.left, seam.team))
            yield _one_way(case_type, seam.passage, given, seam.left, seam.team)


def _one_way(case_type: CaseType, passage: Passage, given: HandOver, left: str, team: str) -> Finding:
    source, target = passage.source, passage.target
    return Finding(
        "CD812",
        "info",
        given.span,
        f"what team `{left}` hands over to `{team}` never comes back",
        about=(Subject("team", left), Subject("team", team)),
        labels=(Label(case_type.states[target].span, "received here"),),
        way_out=f"let `{team}` send back what it can't work with: add `on return -> {source}` to `{target}`",
    )
