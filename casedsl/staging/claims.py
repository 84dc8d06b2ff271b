"""CD211: a case that breaks what its author claims, told again with a value for everything that is asked on its way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from casedsl_runtime.vocabulary import Expression, Value

from casedsl.analysis.claims.judge import Refuted
from casedsl.analysis.claims.tale import Amendment, Tale, opened
from casedsl.analysis.guards import MOST_STEPS
from casedsl.analysis.known import equals
from casedsl.analysis.passages import Passage
from casedsl.analysis.solving.asking import whole
from casedsl.analysis.solving.search import Steps
from casedsl.analysis.stories import Beat
from casedsl.model.records import Timer, Transition
from casedsl.rules.cases import as_written
from casedsl.staging.script import CannotBeStaged, Player, Script, again
from casedsl.syntax.finding import Finding


def refuted(script: Script, finding: Finding) -> None:
    """The case goes its way, and what the claim rules out is so then, or is let happen."""
    claims = (each for each in script.proofs.claims if isinstance(each, Refuted))
    found = again(each for each in claims if each.claim.span == finding.span)
    tale, values = _told_again(script, found)
    script.at = script.proofs.known.first.state
    script.given = _said(tale, 0, values)
    for number, step in enumerate(found.way, 1):
        said = _said(tale, number, values)
        if isinstance(step, Amendment):
            known = dict(said)
            script.amends(Beat(tuple((each.field, known.get(each.field)) for each in tale.told_at[number]), ()))
        else:
            script.takes(step, Beat((), said), _stranger(script, found, step, said))
    script.then(*_so(script, found, tale, values))


def _told_again(script: Script, found: Refuted) -> tuple[Tale, Mapping[str, Value]]:
    """The story with all fields: it says what was told of it before, and as little else at its opening as can be."""
    for blank in (True, False):
        tale = _tale(script, found, blank)
        example = whole(tale.said, tale.names, Steps(MOST_STEPS))
        if example is not None:
            return tale, dict(example.fields)
    raise CannotBeStaged("no case was found that goes there")


def _tale(script: Script, found: Refuted, blank: bool) -> Tale:
    tale = opened(script.proofs.known.fields)
    told = dict(found.told[0].values)
    if blank:
        tale.say(*(tale.unanswered(name) for name in tale.fields if name not in told))
    for number, step in enumerate(found.way, 1):
        if isinstance(step, Amendment):
            tale.change(step.names, any(value is None for _, value in found.told[number].values))
        else:
            tale.ask(step)
            if not (found.at_event and number == len(found.way)):
                tale.act(step)
    tale.say(*found.claims)
    for answers, each in zip(tale.told_at, found.told, strict=True):
        names = {answer.field: answer.held for answer in answers}
        tale.said.extend(_held(names[name], value) for name, value in each.values)
    return tale


def _held(name: str, value: Value) -> Expression:
    return ("not set", name) if value is None else equals(name, value)


def _said(tale: Tale, number: int, values: Mapping[str, Value]) -> tuple[tuple[str, Value], ...]:
    """What is given at the opening or with a step: not what isn't asked then, so that it is at its default."""
    given = ((each.field, values.get(each.held), tale.fields[each.field]) for each in tale.told_at[number])
    return tuple(
        (name, value)
        for name, value, field in given
        if value is not None and (value != field.default or (number > 0 and field.asked_when is None))
    )


def _stranger(script: Script, found: Refuted, step: Passage, given: Iterable[tuple[str, Value]]) -> Player | None:
    """Of `only`, the last event is done by somebody whom the claim doesn't name."""
    if not found.strangers or step is not found.way[-1] or not isinstance(step.by, Transition):
        return None
    stranger = found.strangers[0]
    roles = [actor.role.name for actor in step.by.by if stranger in (actor.role.name, str(actor.on_behalf_of))]
    return script.actor(step.by, roles, gives=[name for name, _ in given])


def _so(script: Script, found: Refuted, tale: Tale, values: Mapping[str, Value]) -> tuple[str, ...]:
    """Where the case is in the end; unless an event breaks the claim, also what the fields hold that it reads."""
    ending = _ending(found.way[-1]) if found.way else None
    state = f"state is {script.at}{f' as {ending}' if ending else ''}"
    if found.at_event:
        return (state,)
    read = dict.fromkeys(name for formula in found.claim.formulas for name in formula.reads)
    return (state, *(_holds(script, name, values.get(tale.now[name])) for name in read))


def _ending(step: Passage | Amendment) -> str | None:
    if isinstance(step, Amendment):
        return None
    return step.by.ending if isinstance(step.by, Timer) else step.route.ending if step.route else None


def _holds(script: Script, name: str, value: Value) -> str:
    return f"{name} is not set" if value is None else f"{name} is {as_written(script.case_type.fields[name], value)}"
