"""A story with amendments: what a case goes through step by step, as `stories.py` tells it, or one step of it from what
is known before.

A story asks as a whole whether some case goes a way. A claim asks more of it: somebody may amend between two events and
may take a value away, a line's own changes come before those of its route, and what is said of an event is said when
its values have been given and nothing has been done with them yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from casedsl_runtime.vocabulary import Expression
from msgspec import Struct
from msgspec.structs import replace

from casedsl.analysis.implied import dependents
from casedsl.analysis.passages import Passage
from casedsl.analysis.reads import reads_of
from casedsl.analysis.stories import Story
from casedsl.model.records import Actions, Field, Timer


class Amendment(Struct, frozen=True):
    """Somebody amends fields while a case is in a state."""

    state: str
    names: tuple[str, ...]


Step: TypeAlias = "Passage | Amendment"


class Tale(Story):
    """A story. Of the events that are `counted` it knows how often they have happened; with None, of all."""

    counted: frozenset[str] | None = None
    moments: int = 0

    def told(self, expression: Expression) -> Expression:
        head, *rest = expression
        if head == "happened" and self.counted is not None and rest[0] not in self.counted:
            return expression
        if head == "due":
            return ("due", f"{rest[0]} {self.moments}")
        return super().told(expression)

    def ask(self, passage: Passage) -> None:
        """What an event needs is given, and its conditions hold."""
        self.moments += 1
        self.given(passage.needs)
        self.say(*(self.known(name) for name in self.fields if name in passage.demands))
        self.say(*(each for each in passage.conditions if reads_of(each) <= self.fields.keys()))

    def act(self, passage: Passage) -> None:
        """What an event does: its own changes, then those of its route; what isn't asked any more goes."""
        if isinstance(passage.by, Timer) or passage.route is None:
            return
        later = passage.route.actions
        self.do(passage.by.actions, {ref.name for ref in (*later.clears, *(each.field for each in later.sets))})
        self.do(later, frozenset())
        self.settle(name for name in (*passage.clears, *passage.sets) if name in self.fields)
        self.happened[passage.by.event] = self.happened.get(passage.by.event, 0) + 1

    def do(self, actions: Actions, passing: Iterable[str]) -> None:
        """Clear, then set from what is left. What is `passing` is changed again before anybody looks at it, so nobody
        minds its range."""
        for name in (ref.name for ref in actions.clears if ref.name in self.fields):
            self.renew(name)
            self.say(self.unanswered(name))
        kept = [each for each in actions.sets if each.field.name in self.fields]
        worked_out = [(each.field.name, self.told(each.value.expression), each) for each in kept]
        for name, value, setting in worked_out:
            self.renew(name)
            if name in passing:
                self.names[self.now[name]] = replace(self.names[self.now[name]], low=None, high=None)
            self.said.append(self.put(name, value, setting))

    def change(self, names: Iterable[str], away: bool) -> None:
        """Somebody amends some fields at once; with `away`, perhaps so that a value is gone: a default comes back."""
        self.moments += 1
        known = [name for name in self.fields if name in set(names)]
        before = dict(self.now)
        for name in known:
            self.renew(name)
            if not away or self.fields[name].default is not None:
                self.said.append(("or", ("is set", self.now[name]), ("not set", before[name])))
        self.answered(known, before)


def begun(fields: Mapping[str, Field], firm: frozenset[str], counted: Mapping[str, int] | None = None) -> Tale:
    """A case at any moment, of which only is known what always is: what isn't asked is as nobody answered it, and what
    is `firm` is set, and each is what it must be. With `counted`, how often some events have happened."""
    known = None if counted is None else frozenset(counted)
    tale = Tale(fields, dependents(fields), {}, {}, [], dict(counted or {}), counted=known)
    for name, field in fields.items():
        tale.renew(name)
        if name in firm:
            tale.say(("is set", name))
        if field.asked_when is not None:
            tale.say(("or", tale.unanswered(name), field.asked_when.expression))
    tale.bound(fields.keys())
    return tale


def opened(
    fields: Mapping[str, Field], counted: Mapping[str, int] | None = None, apart: Iterable[tuple[str, str]] = ()
) -> Tale:
    """A case as it is opened, with anything that is asked; of fields that are `apart` not with both."""
    tale = begun(fields, frozenset(name for name, field in fields.items() if field.default is not None), counted)
    tale.say(*(("or", tale.unanswered(one), tale.unanswered(two)) for one, two in apart if {one, two} <= fields.keys()))
    tale.open()
    return tale
