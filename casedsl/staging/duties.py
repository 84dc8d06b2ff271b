"""CD503, CD504: one person does what two should, or nobody is left who may do what would lead a case on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from casedsl.analysis.duties import Deed
from casedsl.analysis.ground import Ground
from casedsl.analysis.guards import MOST_STEPS
from casedsl.analysis.people import Person
from casedsl.analysis.separation import Loophole, loopholes
from casedsl.analysis.solving.search import Steps
from casedsl.analysis.stops import Stop
from casedsl.model.records import Transition
from casedsl.staging.script import LONG, CannotBeStaged, Player, Script, again
from casedsl.staging.structure import says_what_can_be_done
from casedsl.syntax.finding import Finding


def one_for_both(script: Script, finding: Finding) -> None:
    """CD503: one person takes both steps; where they go round a duty, they are barred by it first."""
    if not finding.named("state"):
        raise CannotBeStaged("that a line never bars anybody shows in no case")
    ground = _ground(script)
    every = loopholes(ground, Steps(MOST_STEPS))
    found = again(each for each in every if (each.line.span, each.ref.span) == (finding.span, finding.labels[0].span))
    roles = found.who.inside | found.who.party
    lead = script.leads(role for role in script.case_type.organisation.roles if role in roles)
    told = False

    def tell(_: int) -> None:
        nonlocal told
        if not told and found.around and _is_barred(script, ground, found, lead):
            script.may_not(lead, found.duty, f"but not who did {found.ref.name}")
            told = True

    _goes(script, found.way, found.who, tell)
    script.then(f"state is {script.at}")


def _is_barred(script: Script, ground: Ground, found: Loophole, lead: Player) -> bool:
    holding = ground.handlers.handlers[script.at].get(found.duty.event)
    return holding is found.duty and script.last_by.get(found.ref.name) == lead


def nobody_left(script: Script, finding: Finding) -> None:
    """CD504: whoever could lead the case on may not, after what they did."""
    if finding.named("people"):
        raise CannotBeStaged("it is about the people of a list, and a scenario names its own")
    if finding.severity == "info":
        raise CannotBeStaged("it says that nothing was proved")
    stops = script.facts.duties[0].stops
    found = again(each for each in stops if each.bars and _is_about(finding, each))
    _goes(script, found.way)
    for bar in found.bars:
        for who in bar.who:
            roles = who.inside | who.party
            role = again(actor.role.name for actor in bar.line.by if actor.role.name in roles)
            script.may_not(script.holder(role), bar.line, f"but not who did {bar.after}")
    lines = list(dict.fromkeys(bar.line.event for bar in found.bars))
    script.then(*(f"nobody may {event}" for event in lines))
    if found.stays:
        says_what_can_be_done(script, without=lines)
        script.waits(LONG)
        script.then(f"state is {found.state}")


def _is_about(finding: Finding, stop: Stop) -> bool:
    return finding.named("state") == (stop.state,) and stop.bars[0].line.span == finding.span


def _goes(
    script: Script,
    way: Sequence[Deed],
    one: Person | None = None,
    after: Callable[[int], None] = lambda steps: None,
) -> None:
    """The case goes a way, each step of which is taken by whom the finding names; `one` is the lead of the story."""

    def by(step: int) -> Player | None:
        deed = way[step]
        if deed.by is None or deed.role is None or not isinstance(deed.passage.by, Transition):
            return None
        if deed.by == one:
            return script.lead
        return script.actor(deed.passage.by, (deed.role,), _besides(script, deed))

    script.goes([deed.passage for deed in way], after=after, by=by)


def _besides(script: Script, deed: Deed) -> tuple[Player, ...]:
    """Who may not take a step of others: the lead, where it matters later who did."""
    ground = _ground(script)
    return (script.lead,) if script.lead is not None and deed.event in ground.noted else ()


def _ground(script: Script) -> Ground:
    if script.facts.ground is None:
        raise CannotBeStaged("what it is about was not found again")
    return script.facts.ground
