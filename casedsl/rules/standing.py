"""CD501: states that nobody can leave though lines lead out of them, and those that some case never leaves."""

from __future__ import annotations

from collections.abc import Iterator

from casedsl.analysis.facts import Facts
from casedsl.analysis.guards import MOST_STEPS
from casedsl.analysis.shut import Shut
from casedsl.analysis.solving.search import Steps
from casedsl.analysis.spoken import stuck, unsupplied
from casedsl.analysis.standstill import Standstill
from casedsl.model.records import CaseType, Formula, Timer, Transition
from casedsl.rules.cases import example_told
from casedsl.rules.closed import lost_behind
from casedsl.rules.ways import steps_of, told
from casedsl.syntax.finding import Finding, Label, Subject
from casedsl.syntax.span import Span


def standing_told(facts: Facts) -> Iterator[Finding]:
    """The states that some case never leaves, with such a case."""
    if facts.case_type is not None:
        new = (found for found in facts.standstills if found.example is not None and _is_new(found, facts))
        yield from (_standing(found, facts.case_type) for found in new)


def _is_new(found: Standstill, facts: Facts) -> bool:
    """Whether it is not for want of a field, which CD306 says."""
    if facts.proofs is None or facts.case_type is None:
        return False
    known, events = facts.proofs.known, {id(line) for line in found.lines}
    missing = unsupplied(facts.case_type, known, Steps(MOST_STEPS))
    return all(each.state != found.state for each in stuck(facts.case_type, known, Steps(MOST_STEPS))) and not any(
        id(each.line) in events for each in missing
    )


def _standing(found: Standstill, case_type: CaseType) -> Finding:
    way = [passage.move for passage in found.way]
    assert found.example is not None
    return Finding(
        "CD501",
        "error",
        case_type.states[found.state].span,
        f"a case can stop in `{found.state}`: nobody may do anything then that leads on",
        about=(Subject("state", found.state),),
        labels=tuple(Label(span, "not so then") for span in _guards(found)[:3]),
        notes=(
            ("a way there", told(way, found.state)),
            ("example", example_told(found.example, case_type.fields)),
        ),
        way_out=f"let `on {found.lines[0].event}` be open to such a case, or add another way out",
        steps=steps_of(way),
    )


def powerless_told(facts: Facts, timer: Timer) -> Iterator[Finding]:
    """CD507: a case in which whoever becomes responsible finds all closed; not where everybody does."""
    standing = {found.state for found in facts.standstills}
    for each in facts.powerless:
        state, case_type = each.found.state, facts.case_type
        if each.timer is timer and each.found.example is not None and case_type and state not in standing:
            way = [passage.move for passage in each.found.way]
            yield Finding(
                "CD507",
                "error",
                timer.to.span,
                f"a case in `{state}` can be escalated to `{timer.to}`, who may do nothing then",
                about=(Subject("state", state), Subject("role", str(timer.to))),
                labels=tuple(Label(span, "not so then") for span in _guards(each.found)[:3]),
                notes=(
                    ("a way there", told(way, state)),
                    ("example", example_told(each.found.example, case_type.fields)),
                ),
                way_out=f"let `on {each.found.lines[0].event}` be open to such a case, or escalate to another role",
                steps=steps_of(way),
            )


def powerless_not_decided(facts: Facts) -> Iterator[Finding]:
    """The escalations of which neither is known: that the role may always do something, nor a case in which it may not
    (CD299)."""
    standing = {found.state for found in facts.standstills}
    for each in (each for each in facts.powerless if each.found.example is None and each.found.state not in standing):
        yield Finding(
            "CD299",
            "info",
            each.timer.to.span,
            f"whether `{each.timer.to}` may always do something in `{each.found.state}` then is not decided",
            about=(Subject("role", str(each.timer.to)), Subject("state", each.found.state)),
            labels=tuple(Label(line.span, "this hangs on what the case holds") for line in each.found.lines[:3]),
            notes=(("why", "it hangs on more than is looked at"),),
            way_out="let the role do something there that is always open",
        )


def _guards(found: Standstill) -> list[Span]:
    formulas = (formula for line in found.lines for formula in (line.when, *(each.when for each in line.routes)))
    return [formula.span for formula in formulas if formula is not None]


def standing_not_decided(facts: Facts) -> Iterator[Finding]:
    """The states of which neither is known: that each case there can be led on, nor one that can't (CD299)."""
    for found in (each for each in facts.standstills if each.example is None):
        assert facts.case_type is not None
        yield Finding(
            "CD299",
            "info",
            facts.case_type.states[found.state].span,
            f"whether somebody may always lead a case on from `{found.state}` is not decided",
            about=(Subject("state", found.state),),
            labels=tuple(Label(line.span, "this hangs on what the case holds") for line in found.lines[:3]),
            notes=(("why", "it hangs on more than is looked at"),),
            way_out="let one way out stand there that is always open",
        )


def shut_told(found: Shut, facts: Facts) -> Finding:
    assert facts.case_type is not None
    way = facts.way(found.state)
    event = next(line.event for line, _ in found.closed if line.by)
    return Finding(
        "CD501",
        "error",
        facts.case_type.states[found.state].span,
        f"nobody can ever leave `{found.state}`: no way out is open there",
        about=(Subject("state", found.state),),
        labels=tuple(_closed(line, guards) for line, guards in found.closed[:3]),
        notes=(("a way there", told(way, found.state)), *lost_behind(facts, (found.state,))),
        way_out=f"let `on {event}` be open to a case that comes there, or add another way out",
        steps=steps_of(way),
    )


def _closed(line: Transition, guards: tuple[Formula, ...]) -> Label:
    if not line.by:
        return Label(line.span, "nobody may do this")
    if guards:
        return Label(guards[0].span, "never so in a case that is there")
    return Label(line.span, "nothing is escalated there that could be given back")
