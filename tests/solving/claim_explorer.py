"""A second opinion about claims: every history of a small definition, as far as a claim can tell two of them apart.

It shares nothing with `casedsl.analysis`. What one event, one amendment or time can do to a case is worked out once, as
the language page says; a claim is then judged over all that can follow each other, with how often events have happened.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from casedsl_runtime.expr import Quietly, compile_expression
from casedsl_runtime.vocabulary import Expression, Value
from explorer import STATES, At, Explorer, _choices, a_definition, a_guard, said
from solving_samples import Happened

from casedsl.model.records import CaseType, Claim, Occurrence, Route, Stage, State, Timer, Transition

MOST = 2
"""How far events are counted; no claim here counts further."""


class Case(NamedTuple):
    at: At
    ending: str | None


class Move(NamedTuple):
    """What can happen to a case: an event with the values given to it, an amendment, or time."""

    by: Transition | Timer | None
    route: Route | None
    given: tuple[Value, ...]
    to: Case


class Moment(NamedTuple):
    """A case with its past, as far as a claim asks for it."""

    case: Case
    counts: tuple[int, ...]
    open: bool


class Moves(Explorer):
    """The moves of a definition, from each case that there can be."""

    def __init__(self, case_type: CaseType) -> None:
        super().__init__(case_type)
        self.first = [Case(At(case_type.first.name, None, v), None) for v in dict.fromkeys(self._openings())]
        self.moves: dict[Case, tuple[Move, ...]] = {}
        queue = list(self.first)
        met = set(queue)
        for case in queue:
            self.moves[case] = tuple(dict.fromkeys(self._moves(case)))
            for move in self.moves[case]:
                if move.to not in met:
                    met.add(move.to)
                    queue.append(move.to)

    def _moves(self, case: Case) -> Iterator[Move]:
        at = case.at
        if self.type.states[at.state].kind == "final":
            return
        for line in self.type.handlers(at.state).values():
            for values in self._given(line, at):
                yield from self._routed(line, case, values)
        for timer in self._timers(at.state):
            for to in self._placed(timer.to.name, case, timer.ending):
                yield Move(timer, None, at.values, to)
        for each in self.fields:
            if each.changed_by and (not each.changed_in or at.state in {ref.name for ref in each.changed_in}):
                yield from self._changed(case, each.name)

    def _timers(self, state: str) -> Iterator[Timer]:
        stages = [stage for stage in self.type.stages.values() if state in {ref.name for ref in stage.states}]
        owners: tuple[State | Stage, ...] = (self.type.states[state], *stages)
        for owner in owners:
            yield from (timer for timer in owner.timers if timer.rung == "move")

    def _changed(self, case: Case, name: str) -> Iterator[Move]:
        """Somebody changes a value, or takes it away: then the default comes back."""
        held = dict(zip(self.names, case.at.values, strict=True))
        field = self.type.fields[name]
        for value in _choices(field):
            changed = {**held, name: field.default if value is None else value}
            if value is None or self.asked(field, changed):
                values = self._settled(changed)
                if not self.let(values):
                    continue
                yield Move(None, None, values, Case(case.at._replace(values=values), case.ending))

    def _routed(self, line: Transition, case: Case, values: dict[str, Value]) -> Iterator[Move]:
        if line.when is not None and line.when.expression[0] != "happened" and not said(line.when.expression, values):
            return
        route = next((each for each in line.routes if each.when is None or said(each.when.expression, values)), None)
        if route is not None:
            given = tuple(values[name] for name in self.names)
            for after in self._moved(line, route, case.at, values):
                ending = route.ending if route.to.name != "stay" else case.ending
                yield Move(line, route, given, Case(after, ending))

    def _placed(self, place: str, case: Case, ending: str | None) -> Iterator[Case]:
        at = case.at
        if place == "back":
            if at.behind is not None:
                yield Case(At(at.behind, None, at.values), None)
        elif place in self.sides:
            yield Case(At(place, at.behind if at.state in self.sides else at.state, at.values), ending)
        else:
            yield Case(At(place, None, at.values), ending)

    def _leads_back(self, state: str) -> bool:
        moved = any(timer.to.name == "back" for timer in self._timers(state))
        return super()._leads_back(state) or moved


@dataclass
class Judge:
    """A claim over all histories."""

    moves: Moves
    claim: Claim

    def __post_init__(self) -> None:
        formulas = [formula for formula in (self.claim.holds, self.claim.unless, self.claim.when) if formula]
        named = {event for formula in formulas for event in formula.events}
        lines = [line for state in self.moves.type.states for line in self.moves.type.handlers(state).values()]
        named |= {line.when.events[0] for line in lines if line.when and line.when.events}
        self.events = tuple(sorted(named))

    def holds(self) -> bool:
        """Whether no history breaks the claim."""
        found: dict[Moment, list[tuple[Move, Moment]]] = {}
        queue = [self.begin(case) for case in self.moves.first]
        met = set(queue)
        for moment in queue:
            found[moment] = list(self.onward(moment))
            for _, after in found[moment]:
                if after not in met:
                    met.add(after)
                    queue.append(after)
        if self.claim.kind == "leads to":
            return self._always_open(found)
        return not any(self.is_broken(m) or any(self.breaks(m, x) for x, _ in on) for m, on in found.items())

    def _always_open(self, found: dict[Moment, list[tuple[Move, Moment]]]) -> bool:
        """Whether from each moment that waits there is a way to one that doesn't."""
        before: dict[Moment, list[Moment]] = {}
        for moment, on in found.items():
            for _, after in on:
                before.setdefault(after, []).append(moment)
        queue = [moment for moment in found if not moment.open]
        good = set(queue)
        for moment in queue:
            for source in before.get(moment, ()):
                if source not in good:
                    good.add(source)
                    queue.append(source)
        return len(good) == len(found)

    def doomed(self, moment: Moment) -> bool:
        """Whether no way leads on from a moment to one that doesn't wait."""
        queue = [moment]
        met = {moment}
        for each in queue:
            if not each.open:
                return False
            for _, after in self.onward(each):
                if after not in met:
                    met.add(after)
                    queue.append(after)
        return True

    def begin(self, case: Case) -> Moment:
        moment = Moment(case, (0,) * len(self.events), False)
        if self.claim.kind == "before":
            return moment._replace(open=any(self._is(goal, case) for goal in self.claim.goals))
        return moment._replace(open=self._waits_here(moment))

    def onward(self, moment: Moment) -> Iterator[tuple[Move, Moment]]:
        for move in self.moves.moves[moment.case]:
            needed = isinstance(move.by, Transition) and move.by.when is not None and move.by.when.events
            if needed and not self._said(move.by.when.expression, move.given, moment.counts):  # type: ignore[union-attr]
                continue
            yield move, self._after(moment, move)

    def _after(self, moment: Moment, move: Move) -> Moment:
        event = move.by.event if isinstance(move.by, Transition) else None
        counts = tuple(min(n + (e == event), MOST) for e, n in zip(self.events, moment.counts, strict=True))
        after = Moment(move.to, counts, False)
        came = any(goal.event and goal.ref.name == event for goal in self.claim.goals)
        there = any(self._is(goal, move.to) for goal in self.claim.goals)
        if self.claim.kind == "before":
            own = self.claim.event is not None and event == self.claim.event.name
            return after._replace(open=came or there or (moment.open and not own))
        if self.claim.kind != "leads to":
            return after
        waits = moment.open and not came
        if self.claim.of and self.claim.of.event and self.claim.of.ref.name == event and self._speaks(moment, move):
            waits = True
        return after._replace(open=(waits and not there) or self._waits_here(after))

    def _waits_here(self, moment: Moment) -> bool:
        of, when = self.claim.of, self.claim.when
        if self.claim.kind != "leads to" or of is None or of.event or not self._is(of, moment.case):
            return False
        return when is None or self._said(when.expression, moment.case.at.values, moment.counts)

    def is_broken(self, moment: Moment) -> bool:
        claim, case = self.claim, moment.case
        if claim.kind == "always" and claim.holds:
            here = not claim.states or case.at.state in {ref.name for ref in claim.states}
            return here and not self._said(claim.holds.expression, case.at.values, moment.counts)
        if claim.kind == "never" and claim.of and not claim.of.event and self._is(claim.of, case):
            return self._allowed(case.at.values, moment.counts) is False
        return False

    def breaks(self, moment: Moment, move: Move) -> bool:
        """Whether an event breaks the claim, with the values given to it."""
        claim = self.claim
        if not isinstance(move.by, Transition):
            return False
        if claim.kind == "never" and claim.of and claim.of.event and claim.of.ref.name == move.by.event:
            return self._allowed(move.given, moment.counts) is False
        if claim.event is None or claim.event.name != move.by.event:
            return False
        if claim.kind == "only":
            return bool({a.role.name for a in move.by.by} - {ref.name for ref in claim.roles})
        return not moment.open and self._speaks(moment, move)

    def _speaks(self, moment: Moment, move: Move) -> bool:
        when = self.claim.when
        return when is None or self._said(when.expression, move.given, moment.counts)

    def _allowed(self, values: tuple[Value, ...], counts: tuple[int, ...]) -> bool:
        claim = self.claim
        if claim.when is not None and not self._said(claim.when.expression, values, counts):
            return True
        return claim.unless is not None and self._said(claim.unless.expression, values, counts)

    def _is(self, what: Occurrence, case: Case) -> bool:
        return not what.event and what.ref.name == case.at.state and what.ending in (None, case.ending)

    def _said(self, expression: Expression, values: tuple[Value, ...], counts: tuple[int, ...]) -> bool:
        held = {name: v for name, v in zip(self.moves.names, values, strict=True) if v is not None}
        happened = {event: Happened(n) for event, n in zip(self.events, counts, strict=True) if n}
        return compile_expression(expression)(Quietly(held, happened, {})) is True


# Random definitions with claims.


def with_claims(random: Random) -> str:
    """A definition with time, a stage, a line anywhere and endings, and some claims."""
    text = a_definition(random)
    for state in ("new", "open", "held"):
        if random.random() < 0.3:
            places = [place for place in STATES[1:] if place != state] + (["back"] if state == "held" else [])
            place = random.choice(places).replace("done", "done as late")
            head = f'state {state} "{state}"\n'
            text = text.replace(head, f"{head}    move to {place} after 1 month\n")
    if random.random() < 0.5:
        when = random.choice(("", "        when new_0 has happened\n"))
        text += (
            f"anywhere\n    on stop -> done as stopped\n        by {random.choice(('clerk', 'clerk, chief'))}\n{when}"
        )
    if random.random() < 0.3:
        text += "stage both of new, open\n    on turn -> held\n        by chief\n"
    return text


def claims_about(text: str, random: Random) -> str:
    """Some claims about the definition of a text."""
    events = sorted({line.split()[1] for line in text.split("\n") if line.startswith("    on ")})
    return "".join(f"{_claim(events, text, random)}\n" for _ in range(4))


def _claim(events: list[str], text: str, random: Random) -> str:
    event, other, state = random.choice(events), random.choice(events), random.choice(STATES)
    guard, happened = a_guard(random, 1), f"{other} has happened{random.choice(('', ' 2 times'))}"
    end = next((f" as {e}" for e in ("stopped", "late") if f"done as {e}" in text), "")
    when = random.choice(("", f" when {a_guard(random, 0)}"))
    return random.choice((
        f"always {guard} in state {state}",
        f"always {guard} or {happened} in state {state}, done",
        f"never event {event} unless {happened}{when}",
        f"never event {event} unless {guard}",
        f"never event {event} when {guard}",
        f"never state done{end} unless {happened}",
        f"never state {state} unless {happened}{when}",
        f"only clerk may {event}",
        f"before every event {event} comes event {other}{when}",
        f"before every event {event} comes state {state} or event {other}",
        f"every event {event} leads to event {other} or state done{end}{when}",
        f"every event {event} leads to state done",
        f"every state {state} leads to event {event} or state done{end}{when}",
    ))  # fmt: skip
