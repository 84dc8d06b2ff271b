"""The author's own claims: each holds in every case, or a case is told that breaks it."""

from __future__ import annotations

from collections.abc import Iterator

from casedsl.analysis.claims.judge import Refuted, Undecided
from casedsl.analysis.claims.tale import Amendment, Step
from casedsl.analysis.facts import Facts
from casedsl.analysis.graph import Graph
from casedsl.analysis.passages import Passage
from casedsl.model.records import CaseType, Claim, Field, Formula, Transition
from casedsl.rules.cases import value_told
from casedsl.rules.ways import steps_of
from casedsl.syntax.finding import Finding, Label, Subject, subjects


def cd211_claim_refuted(facts: Facts) -> Iterator[Finding]:
    """Every claim of the author holds in every case.

    A claim is proved for all that people and time can do: any event that a line allows, in any order, with any values,
    any amendment that `changed by` allows, taking a value away too, and time at any moment. Else a case is told, step
    by step, that breaks it; the runtime plays it. What is assumed: for each step there is a person who may do it. A
    claim of which neither is found is CD299.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            kind choice "What is it about?"
                changed by clerk
                option privacy "My data"
                option bill "A bill"
        first state new "New"
            on decide -> checked or decided
                by clerk
                needs kind
                to checked when kind is privacy
                to decided otherwise
        state checked "Checked"
            on agree -> decided
                by chief
        state decided "Decided"
            on answer -> done
                by clerk
        final state done "Done"
        never event answer unless agree has happened when kind is privacy    # CD211

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            kind choice "What is it about?"
                changed by clerk in new
                option privacy "My data"
                option bill "A bill"
        first state new "New"
            on decide -> checked or decided
                by clerk
                needs kind
                to checked when kind is privacy
                to decided otherwise
        state checked "Checked"
            on agree -> decided
                by chief
        state decided "Decided"
            on answer -> done
                by clerk
        final state done "Done"
        always kind is set in state checked, decided, done
        never event answer unless agree has happened when kind is privacy
        only clerk may answer
        before every event answer comes event decide
        every event decide leads to state done
    """
    for judged in facts.proofs.claims if facts.proofs else ():
        if isinstance(judged, Refuted):
            assert facts.case_type is not None
            assert facts.graph is not None
            yield _Told(judged, facts.case_type, facts.graph).finding()


def not_decided(facts: Facts) -> Iterator[Finding]:
    """The claims of which nothing is known: said by CD299."""
    for judged in facts.proofs.claims if facts.proofs else ():
        if isinstance(judged, Undecided):
            yield Finding(
                "CD299",
                "info",
                judged.claim.span,
                "whether this claim holds in every case is not decided",
                notes=(("why", "no case was found that breaks it, and no proof that there is none"),),
                way_out="claim less in one line: of fewer states, or comparing fewer fields",
            )


class _Told:
    """A refuted claim, in words."""

    def __init__(self, found: Refuted, case_type: CaseType, graph: Graph) -> None:
        self.found, self.claim, self.type, self.graph = found, found.claim, case_type, graph
        self.last: Step | None = found.way[-1] if found.way else None

    def finding(self) -> Finding:
        steps = [self._opened(), *map(self._step, range(len(self.found.way)))]
        return Finding(
            "CD211",
            "error",
            self.claim.span,
            self._headline(),
            about=tuple(dict.fromkeys(self._about())),
            labels=tuple(self._labels()),
            notes=tuple((f"step {number}", text) for number, text in enumerate(steps, 1)),
            way_out=self._way_out(),
            steps=tuple(label for step in self.found.way for label in self._places(step)),
        )

    # What is so.

    def _headline(self) -> str:
        claim, state = self.claim, self.found.state
        if claim.kind == "only":
            return f"`{claim.event}` can be done {self._by(self.found.strangers[0])} `{self.found.strangers[0]}`"
        if claim.kind == "before":
            again = " again" if self._done_before() else ""
            return f"`{claim.event}` can happen{again} with no {self._goals()} before it"
        if claim.kind == "leads to":
            if self.type.states[state].kind == "final":
                return f"after `{claim.of}` a case can end without {self._goals()}"
            if str(claim.of) == state:
                return f"a case can be in `{state}` and have no way to {self._goals()}"
            return f"after `{claim.of}` a case can come to `{state}`, from where it has no way to {self._goals()}"
        if claim.holds is not None:
            name = _unset(claim.holds)
            what = f"`{name}` is unset" if name else f"`{claim.holds.text}` doesn't hold"
            return f"a case can be in `{state}` while {what}"
        assert claim.of is not None
        subject = f"`{claim.of}` can happen" if claim.of.event else f"a case can be in `{claim.of}`"
        return f"{subject}{self._without()}"

    def _about(self) -> Iterator[Subject]:
        """What the claim speaks of, who may do it besides, and where the case is that breaks it."""
        claim = self.claim
        yield from subjects("event", claim.event)
        for each in filter(None, (claim.of, *claim.goals)):
            yield Subject("event" if each.event else "state", each.ref.name)
        yield from subjects("role", *self.found.strangers[:1])
        yield Subject("state", self.found.state)
        yield from subjects("field", *(name for formula in claim.formulas for name in formula.reads))
        yield from subjects("event", *(name for formula in claim.formulas for name in formula.events))

    def _without(self) -> str:
        claim = self.claim
        if claim.unless is None:
            return f" when `{claim.when.text}`" if claim.when else ""
        head, event, *times = claim.unless.expression
        return f" without `{event}`" if head == "happened" and times == [1] else f" while not `{claim.unless.text}`"

    def _goals(self) -> str:
        return " or ".join(f"`{goal}`" for goal in self.claim.goals)

    def _by(self, role: str) -> str:
        line = self._line()
        return "by" if line and any(actor.role.name == role for actor in line.by) else "for"

    def _done_before(self) -> bool:
        events = [step.by.event for step in self.found.way if _is_event(step)]  # type: ignore[union-attr]
        return self.claim.event is not None and events.count(self.claim.event.name) > 1

    def _line(self) -> Transition | None:
        return self.last.by if isinstance(self.last, Passage) and isinstance(self.last.by, Transition) else None

    # The case.

    def _opened(self) -> str:
        return f"a case is opened{self._with(0)}"

    def _step(self, number: int) -> str:
        step = self.found.way[number]
        if isinstance(step, Amendment):
            return self._amended(step, dict(self.found.told[number + 1].values))
        if isinstance(step.by, Transition):
            where = f"it stays in `{step.target}`" if step.source == step.target else f"{step.source} -> {step.target}"
            return f"`{step.by.event}`{self._with(number + 1)}: {where}"
        return f"nobody acts for {step.by.after.duration}: {step.source} -> {step.target}"

    def _with(self, number: int) -> str:
        """The values that matter, but for those that a field has by itself."""
        fields = self.type.fields
        told = self.found.told[number].values
        known = [f"{n} = {value_told(fields[n], v)}" for n, v in told if v is not None and v != fields[n].default]
        read = {name for formula in self.claim.formulas for name in formula.reads}
        unset = [f"without {name}" for name, value in told if value is None and name in read and number == 0]
        said = [*([f"with {', '.join(known)}"] if known else []), *unset]
        return f" {', '.join(said)}" if said else ""

    def _amended(self, step: Amendment, values: dict[str, object]) -> str:
        said = []
        for name in step.names:
            if name not in values:
                said.append(f"`{name}` is changed")
            elif values[name] is None:
                said.append(f"`{name}` is taken away")
            else:
                said.append(f"`{name}` is changed to {value_told(self.type.fields[name], values[name])}")  # type: ignore[arg-type]
        return f"{', '.join(said)} in `{step.state}`"

    # Where.

    def _labels(self) -> Iterator[Label]:
        if self.claim.kind == "only":
            line = self._line()
            refs = (ref for actor in line.by for ref in (actor.role, actor.on_behalf_of) if ref) if line else ()
            yield from (Label(ref.span, "not in the claim") for ref in refs if ref.name in self.found.strangers)
            return
        for step in self.found.way:
            if isinstance(step, Amendment):
                for field in (self.type.fields[name] for name in step.names):
                    yield Label(field.changed_by[0].span, f"`{field.name}` can be changed in `{step.state}`")
        if isinstance(self.last, Passage):
            yield Label(self.last.by.span, "the last step")

    def _places(self, step: Step) -> Iterator[Label]:
        if isinstance(step, Amendment):
            for field in (self.type.fields[name] for name in step.names):
                yield Label(field.changed_by[0].span, f"`{field.name}` is changed in `{step.state}`")
        else:
            yield from steps_of([step.move])

    # One way out.

    def _way_out(self) -> str:
        amended = [step for step in self.found.way if isinstance(step, Amendment)]
        if amended:
            return self._not_there(self.type.fields[amended[-1].names[0]], amended[-1].state)
        if self.claim.kind == "only":
            return f"take `{self.found.strangers[0]}` out of `by` of `on {self.claim.event}`, or name it in the claim"
        if self.claim.kind == "before":
            return f"let every way to `{self.claim.event}` pass {self._goals()}"
        if self.claim.kind == "leads to":
            return self._another_end()
        return self._asked_before()

    def _not_there(self, field: Field, state: str) -> str:
        if field.changed_in:
            return f"take `{state}` out of the states in which `{field.name}` can be changed"
        roles = ", ".join(ref.name for ref in field.changed_by)
        return f"say where `{field.name}` can be changed, without `{state}`: `changed by {roles} in …`"

    def _another_end(self) -> str:
        state = self.found.state
        if self.type.states[state].kind != "final":
            shut = self._shut(state)
            if shut:
                return f"let `on {shut}` be open to such a case, or give `{state}` another way to {self._goals()}"
            return f"give `{state}` a way to {self._goals()}"
        head, when, rest = self.claim.text.partition(" when ")
        return f"name this end too, if it is meant: `{head} or state {state}{when}{rest}`"

    def _shut(self, state: str) -> str:
        """The event that would lead from a state to what is claimed, if its line were open."""
        goals = {(each.event, each.ref.name) for each in self.claim.goals}
        lines = ((move, move.by) for move in self.graph.moves[state])
        ways = (
            line.event
            for move, line in lines
            if isinstance(line, Transition)
            and line.by
            and not goals.isdisjoint({(True, line.event), (False, move.target)})
        )
        return next(ways, "")

    def _where_asked(self, name: str) -> str:
        guard = self.type.fields[name].asked_when
        head, where, rest = self.claim.text.partition(" in state ")
        asked = f" or not ({guard.text})" if guard else ""
        return f"claim it where `{name}` is asked: `{head}{asked}{where}{rest}`"

    def _asked_before(self) -> str:
        claim, line = self.claim, self._line()
        name = _unset(claim.holds) if claim.holds is not None else ""
        if self.last is None:
            return "say in which states it must hold: `always … in state …`" if claim.holds else "leave the claim out"
        if line is None:
            return "let time move the case to another state"
        if name:
            clears = {ref.name for route in line.routes for ref in (*line.actions.clears, *route.actions.clears)}
            if name in {ref.name for ref in line.needs}:
                return self._where_asked(name)
            if name in clears:
                return f"take `{name}` out of `clears` of `on {line.event}`"
            return f"add `{name}` to `needs` of `on {line.event}`"
        asked = _asked(claim)
        if not asked:
            return f"take the line `on {line.event}` out, or the claim"
        if line.when is not None:
            return f"let `on {line.event}` ask that `{asked}` too"
        return f"add `when {asked}` to `on {line.event}`"


def _is_event(step: Step) -> bool:
    return isinstance(step, Passage) and isinstance(step.by, Transition)


def _unset(holds: Formula) -> str:
    """The field of which a claim says that it is set, and nothing else."""
    return str(holds.expression[1]) if holds.expression[0] == "is set" else ""


def _asked(claim: Claim) -> str:
    """What an event would have to ask so that the claim holds."""
    if claim.holds is not None:
        return claim.holds.text
    when = f"not ({claim.when.text})" if claim.when else ""
    unless = claim.unless.text if claim.unless else ""
    return f"{unless} or {when}" if unless and when else unless or when
