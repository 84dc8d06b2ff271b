"""What a scenario says, every name bound and every value fitting its field.

A moment is meant by the clock on the wall, in the case type's zone; which instant that is, only the compiled calendars
say.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from casedsl_runtime.vocabulary import Duration
from casedsl_runtime.vocabulary import Value as Constant
from msgspec import Struct

from casedsl.syntax.span import Span

Heard: TypeAlias = Literal["prompted", "alerted", "told"]
Standing: TypeAlias = Literal["due", "met", "missed", "running", "paused", "cancelled"]


class Moment(Struct, frozen=True):
    """A date and a minute after its local midnight; 24:00 is the end of the date."""

    date: str
    minute: int
    span: Span

    @property
    def order(self) -> tuple[str, int]:
        return (self.date, self.minute)

    def __str__(self) -> str:
        return f"{self.date} {self.minute // 60:02}:{self.minute % 60:02}"


class Person(Struct, frozen=True):
    """Somebody of a scenario. Where a scenario says a role instead, `id` is that role's name."""

    id: str
    name: str
    roles: tuple[str, ...]
    span: Span


class Known(Struct, frozen=True):
    """A field and its value; a date and time is a moment until the zone is known. None: a change takes it away."""

    field: str
    value: Constant | Moment
    span: Span


class Opened(Struct, frozen=True):
    """How the case is opened: when, by whom, perhaps for somebody else, and what is known then."""

    at: Moment
    by: str
    on_behalf_of: str | None
    given: tuple[Known, ...]
    span: Span


class Act(Struct, frozen=True):
    """What a person does: an event, or (None) a change of fields. `refused` says that it must not be let happen."""

    who: str
    event: str | None
    known: tuple[Known, ...]
    note: str | None
    refused: bool
    because: str
    span: Span


class Wait(Struct, frozen=True):
    """Time that passes; without a calendar it is that of the team that has the case then."""

    length: Duration
    calendar: str | None
    span: Span


class Until(Struct, frozen=True):
    at: Moment
    span: Span


class InState(Struct, frozen=True):
    state: str
    ending: str | None


class MayDo(Struct, frozen=True):
    """Whether somebody may let an event happen; `who` None is whoever there may be."""

    who: str | None
    event: str
    allowed: bool


class Sees(Struct, frozen=True):
    """Whether a person sees a field of the case."""

    who: str
    field: str
    seen: bool


class OnlyDone(Struct, frozen=True):
    """That the case is open and nobody can do anything in it but these events, or amend anything but these fields."""

    names: tuple[str, ...]


class WasHeard(Struct, frozen=True):
    """Whether time spoke to somebody: a person, a role or the assignee (None: anybody); with a template, whether it
    was sent, and `saying` this among other words."""

    whom: str | None
    how: Heard | None
    template: str | None
    said: bool
    saying: str = ""


class HandedOver(Struct, frozen=True):
    """What the last event, or the last move by time, handed over: a text that says this among other words; with None,
    nothing."""

    saying: str | None


class PromiseStands(Struct, frozen=True):
    promise: str
    how: Standing


class IsResponsible(Struct, frozen=True):
    """Whether the case is escalated to a role; with None, whether it is to none."""

    role: str | None


class IsAssigned(Struct, frozen=True):
    person: str | None


class Holds(Struct, frozen=True):
    """A field's value; `known` None is one that is not set. `any_value` asks only whether it has one."""

    field: str
    known: Known | None
    any_value: bool = False


class PriorityIs(Struct, frozen=True):
    """The priority as people see it now, with age: a score, a band, or (neither) whether it is known at all."""

    score: int | None = None
    band: str | None = None
    known: bool = True


Outcome: TypeAlias = (
    InState
    | MayDo
    | OnlyDone
    | Sees
    | WasHeard
    | HandedOver
    | PromiseStands
    | IsResponsible
    | IsAssigned
    | Holds
    | PriorityIs
)


class Then(Struct, frozen=True):
    """What must be so; `text` is the author's, `span` the place of the outcome."""

    outcome: Outcome
    at: Moment | None
    because: str
    text: str
    span: Span


Step: TypeAlias = Act | Wait | Until | Then


class Scenario(Struct, frozen=True):
    title: str
    people: tuple[Person, ...]
    opened: Opened
    steps: tuple[Step, ...]
    span: Span
