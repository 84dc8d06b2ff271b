"""States, stages and transitions: where a case can be, and what moves it."""

from __future__ import annotations

from typing import Literal

from casedsl_runtime.vocabulary import ASSIGNEE, BACK, STAY
from msgspec import Struct
from msgspec.structs import replace

from casedsl.model.desk import Desk
from casedsl.model.expressions import Names, Typist
from casedsl.model.fields import constant_of, fits
from casedsl.model.lines import clause, name_of, title_of
from casedsl.model.records import (
    Actions,
    Actor,
    Formula,
    HandOver,
    Ref,
    Route,
    Sending,
    Setting,
    Stage,
    State,
    Timer,
    Transition,
)
from casedsl.model.scope import Scope
from casedsl.model.texts import text_with_gaps
from casedsl.model.values import duration, words_of
from casedsl.syntax.finding import Label
from casedsl.syntax.tree import Line, Phrase, Value, Word, text_of

_RUNGS: dict[str, Literal["prompt", "alert", "escalate", "move"]] = {
    "prompt": "prompt",
    "alert": "alert",
    "escalate to": "escalate",
    "move to": "move",
}


class Flow(Struct, frozen=True):
    """Reads states, stages and transitions; every name is bound through one scope."""

    scope: Scope
    names: Names
    finals: frozenset[str]
    desk: Desk

    def state(self, line: Line) -> State:
        kind: Literal["first", "between", "final"] = "between"
        if "first" in line.clauses:
            kind = "first"
        elif "final" in line.clauses:
            kind = "final"
        purpose = clause(line, "purpose")
        return State(
            name_of(line),
            title_of(line),
            kind,
            text_of(purpose if isinstance(purpose, Word) else None),
            self.scope.one("team", clause(line, "team"), self.desk),
            self.scope.bound("role", clause(line, "waiting on"), self.desk),
            self.timers(line),
            self.transitions(line),
            line.head,
        )

    def stage(self, line: Line) -> Stage:
        states = self.scope.bound("state", line.clauses.get("of"), self.desk)
        for ref in states:
            if ref.name in self.finals:
                self.desk.error(
                    "CD115",
                    ref.span,
                    f"stage `{name_of(line)}` holds `{ref.name}`, which is final",
                    "nothing happens any more in a final state; take it out of the stage",
                )
        kept = tuple(ref for ref in states if ref.name not in self.finals)
        return Stage(name_of(line), title_of(line), kept, self.timers(line), self.transitions(line), line.head)

    def timers(self, line: Line) -> tuple[Timer, ...]:
        return tuple(timer for below in line.all(*_RUNGS) if (timer := self._timer(below)))

    def _timer(self, line: Line) -> Timer | None:
        after = duration(line.clauses["after"], self.desk)
        target, ending = self._whom(line)
        purpose = clause(line, "purpose")
        template = self.scope.one("template", line.clauses.get("with"), self.desk)
        if after is None or target is None:
            return None
        text = text_of(purpose if isinstance(purpose, Word) else None)
        return Timer(_RUNGS[line.keyword], target, after, template, ending, text, line.span)

    def _whom(self, line: Line) -> tuple[Ref | None, str | None]:
        value = line.clauses[line.keyword]
        if line.keyword == "move to":
            return self.place(value, (BACK,))
        also = () if line.keyword == "escalate to" else (ASSIGNEE,)
        return self.scope.one("role", value, self.desk, also), None

    def transitions(self, line: Line) -> tuple[Transition, ...]:
        owner = line.name.text if line.name else None
        return tuple(self._transition(below, owner) for below in line.all("on"))

    def _transition(self, line: Line, owner: str | None) -> Transition:
        typist = Typist(self.names, self.desk)
        needed = list(words_of(clause(line, "needs")))
        fields = [word for word in needed if word.kind != "A_NOTE"]
        reverses = clause(line, "reverses")
        if reverses is not None and reverses.text != "escalation":
            headline = f"`{reverses.text}` can't be reversed"
            self.desk.error("CD004", reverses.span, headline, "write `reverses escalation`")
        purpose = clause(line, "purpose")
        return Transition(
            name_of(line),
            title_of(line),
            owner,
            self._routes(line),
            tuple(actor for value in _parts(clause(line, "by")) if (actor := self._actor(value))),
            self.scope.bound("event", _doer(clause(line, "but not")), self.desk),
            tuple(ref for word in fields for ref in self.scope.bound("field", word, self.desk)),
            len(fields) < len(needed),
            _on_its_line(typist.guard(clause(line, "when")), line),
            reverses is not None and reverses.text == "escalation",
            text_of(purpose if isinstance(purpose, Word) else None),
            self._actions(line),
            line.head,
        )

    def _actor(self, value: Value) -> Actor | None:
        words = list(words_of(value))
        role = self.scope.one("role", words[0], self.desk)
        other = self.scope.one("role", words[1], self.desk) if len(words) > 1 else None
        return Actor(role, other) if role and (other or len(words) == 1) else None

    # Where it leads.

    def _routes(self, line: Line) -> tuple[Route, ...]:
        header = _parts(line.clauses.get("to"))
        below = list(line.all("to"))
        if not below and len(header) > 1 and not line.torn:
            self.desk.error(
                "CD114",
                line.head,
                f"`{name_of(line)}` leads to {len(header)} places and doesn't say which when",
                "add a line `to STATE when …` for each, the last one `otherwise`",
            )
        if not below:
            return tuple(route for value in header[:1] if (route := self._route(value, None, Actions())))
        self._agree(line, header, below)
        routes = (self._route_line(row, last=row is below[-1]) for row in below)
        return tuple(route for route in routes if route)

    def _agree(self, line: Line, header: tuple[Value, ...], below: list[Line]) -> None:
        """The header names the places of the routes: it alone gives the transition table. A place in either that is
        unknown is said, and then nothing of what follows from it."""
        said, led = [value.text for value in header], [row.clauses["to"].text for row in below]
        known = [self.place(value, (BACK, STAY))[0] for value in header if value.text not in led]
        if None in known or not all(self._is_place(row.clauses["to"]) for row in below):
            return
        for row in below:
            place = row.clauses["to"]
            if place.text not in said:
                self.desk.error(
                    "CD114",
                    place.span,
                    f"`{name_of(line)}` can lead to `{place.text}`, which its header doesn't say",
                    f"write `on {name_of(line)} -> {' or '.join([*said, place.text])}`",
                    labels=(Label(line.head, "the header"),),
                )
        for number, value in enumerate(header):
            if value.text in said[:number]:
                headline = f"the header of `{name_of(line)}` names `{value.text}` twice"
                self.desk.error("CD114", value.span, headline, "name each place once")
            elif value.text not in led and not line.torn:
                self.desk.error(
                    "CD114",
                    value.span,
                    f"no `to` line of `{name_of(line)}` leads to `{value.text}`",
                    f"add `to {value.text} when …`, or take it out of the header",
                )

    def _is_place(self, value: Value) -> bool:
        word = next(words_of(value))
        return word.text in self.scope.names["state"] or word.text in (BACK, STAY)

    def _route_line(self, line: Line, last: bool) -> Route | None:
        guard = Typist(self.names, self.desk).guard(line.clauses.get("when"))
        if "otherwise" in line.clauses and not last:
            self.desk.error(
                "CD114",
                line.clauses["otherwise"].span,
                "`otherwise` stands before the last route, so that no later one is ever taken",
                "move it to the end",
            )
        return self._route(line.clauses["to"], guard, self._actions(line))

    def _route(self, value: Value, guard: Formula | None, actions: Actions) -> Route | None:
        place, ending = self.place(value, (BACK, STAY))
        return Route(place, ending, guard, actions, value.span) if place else None

    def place(self, value: Value, also: tuple[str, ...]) -> tuple[Ref | None, str | None]:
        """A state, `back` or `stay`, and how the case ended if it did: `closed as answered`."""
        words = list(words_of(value))
        ref = self.scope.one("state", words[0], self.desk, also)
        if ref and len(words) > 1 and ref.name not in self.finals:
            self.desk.wrong(
                words[1].span,
                f"`{ref.name}` is not final, so a case doesn't end there as `{words[1].text}`",
                "only `final` states have endings",
            )
        return ref, words[1].text if len(words) > 1 else None

    # What it does besides.

    def _actions(self, line: Line) -> Actions:
        return Actions(
            self.scope.bound("field", clause(line, "clears"), self.desk),
            self._settings(line),
            tuple(sending for below in line.all("send") if (sending := self._sending(below))),
            next((self._hand_over(below) for below in line.all("hand over")), None),
        )

    def _settings(self, line: Line) -> tuple[Setting, ...]:
        settings: dict[str, Setting] = {}
        for value in _parts(clause(line, "set")):
            setting = self._setting(value)
            if setting and setting.field.name in settings:
                first = settings[setting.field.name].field.span
                self.desk.twice(value.span, first, f"`{setting.field}` is set twice", "set it once")
            elif setting:
                settings[setting.field.name] = setting
        return tuple(settings.values())

    def _setting(self, value: Value) -> Setting | None:
        name, new = (value.parts[0], value.parts[-1]) if isinstance(value, Phrase) else (value, value)
        target = self.scope.one("field", name, self.desk)
        if target is None or target.name not in self.names.fields:
            return None
        field = self.names.fields[target.name]
        formula = Typist(self.names, self.desk).setting(new, field)
        if formula is None or not fits(field, constant_of(formula.expression), new, self.desk):
            return None
        return Setting(target, formula)

    def _sending(self, line: Line) -> Sending | None:
        template = self.scope.one("template", line.name, self.desk)
        to = self.scope.bound("role", line.clauses.get("to"), self.desk, (ASSIGNEE,))
        return Sending(template, to) if template else None

    def _hand_over(self, line: Line) -> HandOver:
        fields = self.scope.bound("field", clause(line, "passes on"), self.desk)
        return HandOver(fields, text_with_gaps(clause(line, "says"), self.scope, self.desk, note=True), line.head)


def _on_its_line(guard: Formula | None, line: Line) -> Formula | None:
    """The guard of an event, with the line that says it."""
    own = next(line.all("when"), None)
    return guard if guard is None or own is None else replace(guard, line=own.span)


def _parts(value: Value | None) -> tuple[Value, ...]:
    if value is None:
        return ()
    if isinstance(value, Phrase) and value.kind in ("places", "actors", "moves"):
        return value.parts
    return (value,)


def _doer(value: Value | None) -> Word | None:
    return next((word for word in words_of(value) if word.kind == "NAME"), None)
