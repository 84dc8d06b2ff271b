"""2xx and 3xx: a case with values of which nobody thought, or without those on which something counts."""

from __future__ import annotations

from casedsl_runtime.messages import NOT_SET
from casedsl_runtime.vocabulary import STAY, Expression, Placeholder

from casedsl.analysis.branches import Crossing, Gap
from casedsl.analysis.guards import MOST_STEPS
from casedsl.analysis.passages import Passage
from casedsl.analysis.sight import sees
from casedsl.analysis.solving.search import Steps
from casedsl.analysis.spoken import Blank, blanks
from casedsl.analysis.unseen import unseen
from casedsl.analysis.unset import Unset
from casedsl.model.records import Route, Stage, State, Template, Timer, Transition
from casedsl.staging.script import CannotBeStaged, Script, again
from casedsl.staging.ways import go_to, gone
from casedsl.syntax.finding import Finding
from casedsl.syntax.printing.words import quoted
from casedsl.syntax.span import Span

MOST_WORDS = 4
"""So many words beside a gap are enough to know it by."""
NO_ROUTE = "no way out of `{}` is open"
CLOSED = "`{}` asks that"


def two_open(script: Script, finding: Finding) -> None:
    """CD203: both routes are open, and the first is taken."""
    found = again(each for each in script.proofs.crossings if each.second.span == finding.span)
    _both(script, found)


def none_open(script: Script, finding: Finding) -> None:
    """CD204: the event is refused."""
    _gap(script, again(each for each in script.proofs.gaps if each.looked.line.span == finding.span))


def at_the_boundary(script: Script, finding: Finding) -> None:
    """CD210: one or the other, at exactly one value."""
    for crossing in script.proofs.crossings:
        guards = (crossing.first, crossing.second)
        if crossing.slip and any(_within(guard.span, finding) for guard in guards):
            return _both(script, crossing)
    for gap in script.proofs.gaps:
        if gap.slip and any(guard and _within(guard.span, finding) for guard in gap.looked.routes):
            return _gap(script, gap)
    raise CannotBeStaged("the routes were not found again")


def sets_what_must_not_be(script: Script, finding: Finding) -> None:
    """CD305: the event is refused. That no values fit, or that a case can't be opened, no scenario shows."""
    breaches = (each for each in script.proofs.contradictions.breaches if each.setting and each.line)
    found = next((each for each in breaches if each.setting and each.setting.value.span == finding.span), None)
    if found is None or found.line is None:
        raise CannotBeStaged("it says that there is no such case, and none can show that")
    line, sets = found.line, (found.setting, *found.line.actions.sets)
    route = next(each for each in line.routes if not {*each.actions.sets, *line.actions.sets}.isdisjoint(sets))
    open_ = [route.when.expression] if route.when else []
    states = [state for state in script.proofs.known.inside if line in script.proofs.lines.handlers[state].values()]
    go_to(script, states, [*_before(line, route), *open_], line)
    script.refused(f"`{found.bounds[-1].field}` must be")


def _within(span: Span, finding: Finding) -> bool:
    """Whether a finding stands in a guard."""
    inner = finding.span
    begun = (span.line, span.column) <= (inner.line, inner.column)
    return span.file == inner.file and begun and (inner.end_line, inner.end_column) <= (span.end_line, span.end_column)


def _both(script: Script, found: Crossing) -> None:
    line, route = found.first.line, found.first.route
    assert line is not None
    assert route is not None
    claims: list[Expression] = [*_before(line, route), found.first.expression, found.second.expression]
    state = go_to(script, found.first.states, claims, line)
    script.then(*_arrives(route, state))


def _gap(script: Script, found: Gap) -> None:
    line = found.looked.line
    closed: list[Expression] = [("not", route.when.expression) for route in line.routes if route.when]
    go_to(script, found.looked.states, [*_held(line), *closed], line)
    script.refused(NO_ROUTE.format(line.event))


def _held(line: Transition) -> list[Expression]:
    return [line.when.expression] if line.when else []


def _some_route(line: Transition) -> list[Expression]:
    """What holds when some route is open."""
    guards = [route.when.expression for route in line.routes if route.when]
    return [("or", *guards, ("const", False))] if len(guards) == len(line.routes) else []


def _before(line: Transition, route: Route) -> list[Expression]:
    """What holds when a route is looked at: no route before it is open."""
    found = _held(line)
    for earlier in line.routes:
        if earlier is route:
            break
        if earlier.when is not None:
            found.append(("not", earlier.when.expression))
    return found


def _arrives(route: Route, state: str) -> tuple[str, ...]:
    place = state if route.to.name == STAY else route.to.name
    sets = (each for each in route.actions.sets if each.value.expression[0] == "const")
    told = tuple(f"{each.field.name} is {_constant(each.value.expression[1])}" for each in sets)
    return (f"state is {place}{f' as {route.ending}' if route.ending else ''}", *told)


def _constant(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def reads_unset(script: Script, finding: Finding) -> None:
    """CD208: the case goes where a comparison leads it that nobody could answer."""
    found = again(
        each
        for each in script.proofs.unset
        if each.parts[0].span == finding.span and finding.named("field") == (each.field.name,)
    )
    line = found.guard.line
    assert line is not None
    asked = [found.field.asked_when.expression] if found.field.asked_when else []
    unset: list[Expression] = [("not set", found.field.name), *asked]
    if _refuses(script, found, line, unset):
        return
    for route in line.routes:
        own = [route.when.expression] if route.when else []
        if gone(script, found.way, [*unset, *_before(line, route), *own], line):
            script.then(*_arrives(route, found.state), f"{found.field.name} is not set")
            return
    raise CannotBeStaged("no case was found that gets there without the field")


def _refuses(script: Script, found: Unset, line: Transition, unset: list[Expression]) -> bool:
    """Whether a case is refused that would not be if the field were known."""
    if found.guard.of == "event":
        if not gone(script, found.way, [*unset, ("not", found.guard.expression)], line):
            return False
        script.refused(CLOSED.format(line.event))
        return True
    closed: list[Expression] = [("not", route.when.expression) for route in line.routes if route.when]
    if len(closed) < len(line.routes) or not gone(script, found.way, [*unset, *_held(line), *closed], line):
        return False
    script.refused(NO_ROUTE.format(line.event))
    return True


def says_unset(script: Script, finding: Finding) -> None:
    """CD301: a message is sent, or a field is set, while what it says is unset."""
    known = script.proofs.known
    found = again(
        each
        for each in blanks(script.case_type, known, Steps(MOST_STEPS))
        if each.span == finding.span and finding.named("field")[-1] == each.field.name
    )
    asked = [found.field.asked_when.expression] if found.field.asked_when else []
    script.goes(found.way, [("not set", found.field.name), *asked])
    if isinstance(found.use, Template):
        script.then(*_sent(script, found))
    elif found.use.default is None:
        script.then(f"{found.use.name} is not set")
    script.then(f"{found.field.name} is not set")


def _sent(script: Script, found: Blank) -> tuple[str, ...]:
    """That the message went out: with the last step, or when time sends it."""
    assert isinstance(found.use, Template)
    timer = _timer_of(script, found)
    if timer is not None:
        script.waits(timer.after.duration)
        return (f"{timer.to} {_said(script, found, found.use, timer.to.name)}",)
    last: Passage = found.way[-1]
    assert isinstance(last.by, Transition)
    assert last.route is not None
    sendings = (sending for each in (last.by.actions, last.route.actions) for sending in each.sends)
    whom = [ref.name for sending in sendings if sending.template.span == found.span for ref in sending.to]
    return tuple(f"{role} {_said(script, found, found.use, role)}" for role in whom)


def _said(script: Script, found: Blank, template: Template, whom: str) -> str:
    """What went out; to who doesn't see the field the gap says just that."""
    organisation, name = script.case_type.organisation, found.field.name
    hidden = whom in organisation.roles and sees(whom, found.field, organisation) != "always"
    return f"was sent {template.name}" + ("" if hidden else f" saying {quoted(_gap_said(template, name))}")


def _gap_said(template: Template, name: str) -> str:
    """What a message says for a field that is unset, with words beside it, so that no other gap is meant."""
    for text in (template.subject, template.body):
        pieces = ("", *text, "")
        for before, piece, after in zip(pieces, pieces[1:], pieces[2:], strict=False):
            if isinstance(piece, Placeholder) and (piece.of, piece.name, piece.if_set) == ("field", name, False):
                left = _end_of(before) if isinstance(before, str) else ""
                right = _end_of(after[::-1])[::-1] if isinstance(after, str) and not left else ""
                return f"{left}{NOT_SET}{right}"
    raise CannotBeStaged("the gap was not found again")


def _end_of(text: str) -> str:
    """The last words of a text, up to its very end."""
    words = " ".join(text.split()[-MOST_WORDS:])
    return f"{words} " if words and text[-1].isspace() else words


def _timer_of(script: Script, found: Blank) -> Timer | None:
    owners: list[State | Stage] = [*script.case_type.states.values(), *script.case_type.stages.values()]
    timers = (timer for owner in owners for timer in owner.timers)
    return next((timer for timer in timers if timer.template and timer.template.span == found.span), None)


def decides_unseen(script: Script, finding: Finding) -> None:
    """CD502: where the event can be done, who may do it doesn't see the field."""
    each = unseen(script.case_type, script.proofs, Steps(MOST_STEPS))
    found = again(one for one in each if one.role.span == finding.span and finding.named("field") == (one.field.name,))
    open_ = [*_held(found.line), *_some_route(found.line)]
    if found.way:
        script.goes(found.way, open_, found.line)
    else:
        go_to(script, (found.state,), open_, found.line)
    script.steps.pop()  # it can be done, which is enough
    who = script.holder(found.role.name)
    script.may(who, found.line)
    script.does_not_see(who, found.field.name)
