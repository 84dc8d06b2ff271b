"""The author's own claims: what must always be so, never happen, be done by some roles only, come before, come in the
end. They change nothing about a case; the compiler proves them or tells a case that breaks them."""

from __future__ import annotations

from collections.abc import Iterator

from casedsl.model.desk import Desk
from casedsl.model.expressions import Names, Typist
from casedsl.model.records import CaseType, Claim, Formula, Occurrence, Ref, Stage, State, Timer
from casedsl.model.scope import Scope
from casedsl.model.values import words_of
from casedsl.syntax.finding import Kind
from casedsl.syntax.tree import Document, Line, Phrase, Value

KINDS = ("always", "never", "only", "before every event", "every")


def claims_of(document: Document, scope: Scope, names: Names, model: CaseType, desk: Desk) -> tuple[Claim, ...]:
    """The claims in the order of the file."""
    reader = _Reader(scope, names, model, desk)
    return tuple(claim for line in document.all(*KINDS) if (claim := reader.claim(line)) is not None)


class _Reader:
    def __init__(self, scope: Scope, names: Names, model: CaseType, desk: Desk) -> None:
        self.scope, self.desk, self.model = scope, desk, model
        self.typist = Typist(names, desk)

    def claim(self, line: Line) -> Claim | None:
        """A claim; None, with a finding, where something in it could not be bound."""
        before = len(self.desk.found)
        kind = line.keyword
        own = line.clauses[kind]
        claim = Claim(
            {"before every event": "before", "every": "leads to"}.get(kind, kind),  # type: ignore[arg-type]
            self._told(line),
            own.span,
            self.typist.guard(own) if kind == "always" else None,
            self._all("state", line.clauses.get("in state")),
            self._occurrence(own) if kind in ("never", "every") else None,
            self._formula(line, "unless"),
            self._formula(line, "when"),
            self._all("role", own if kind == "only" else None),
            self.scope.one("event", own if kind == "before every event" else line.clauses.get("may"), self.desk),
            tuple(found for part in self._goals(line) if (found := self._occurrence(part))),
        )
        return claim if len(self.desk.found) == before else None

    def _formula(self, line: Line, clause: str) -> Formula | None:
        return self.typist.guard(line.clauses.get(clause))

    def _all(self, kind: Kind, value: Value | None) -> tuple[Ref, ...]:
        return self.scope.bound(kind, value, self.desk)

    def _goals(self, line: Line) -> tuple[Value, ...]:
        value = line.clauses.get("leads to") or line.clauses.get("comes")
        return value.parts if isinstance(value, Phrase) else ()

    def _occurrence(self, value: Value) -> Occurrence | None:
        inner = value.parts[0] if isinstance(value, Phrase) else value
        first, *more = words_of(inner)
        event = not (isinstance(inner, Phrase) and inner.kind == "place")
        ref = self.scope.one("event" if event else "state", first, self.desk)
        if ref is None:
            return None
        if more and self._ends(ref.name):
            known = dict.fromkeys(_endings(self.model, ref.name))
            if more[0].text not in known:
                self.desk.unknown("ending", more[0], known, f"of `{ref.name}`")
        elif more:
            headline = f"`{ref.name}` is not final, so a case doesn't end there as `{more[0].text}`"
            self.desk.wrong(more[0].span, headline, "only `final` states have endings")
        return Occurrence(ref, event, more[0].text if more else None)

    def _ends(self, state: str) -> bool:
        return state in self.model.states and self.model.states[state].kind == "final"

    def _told(self, line: Line) -> str:
        """The claim as a line of a `.case` file, whatever coat it has."""
        order = (line.keyword, "in state", "may", "comes", "leads to", "unless", "when")
        return " ".join(f"{word} {_plain(line.clauses[word])}" for word in order if word in line.clauses)


def _plain(value: Value) -> str:
    if isinstance(value, Phrase) and value.kind == "names":
        return ", ".join(word.text for word in words_of(value))
    return " ".join(value.text.split())


def _endings(model: CaseType, state: str) -> Iterator[str]:
    """How a case can end in a state."""
    owners: tuple[State | Stage, ...] = (*model.states.values(), *model.stages.values())
    for owner in owners:
        yield from (timer.ending for timer in owner.timers if _ends_in(timer, state) and timer.ending)
    for line in (*(line for owner in owners for line in owner.transitions), *model.anywhere):
        yield from (route.ending for route in line.routes if route.to.name == state and route.ending)


def _ends_in(timer: Timer, state: str) -> bool:
    return timer.rung == "move" and timer.to.name == state
