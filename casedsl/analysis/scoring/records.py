"""What is found out about a priority: cases with their scores, alone and in pairs."""

from __future__ import annotations

from casedsl_runtime.vocabulary import Value
from msgspec import Struct

from casedsl.analysis.passages import Passage
from casedsl.model.records import Addition, Band, Ref, Transition
from casedsl.syntax.finding import Subject
from casedsl.syntax.span import Span


class Step(Struct, frozen=True):
    """What is said when a case is opened (`by` is None), or when an event happens."""

    by: Transition | None
    said: tuple[tuple[str, Value], ...]


class Scored(Struct, frozen=True):
    """A case as far as its priority hangs on it.

    Attributes:
      given: the fields that somebody gives when they open it, in order; all others are as nobody has said anything.
      fields: what it then holds, field by field; None is unset.
      sum: what its parts come to; None while the priority is unknown.
      score, band: what is left of that within the range.
      later: what it is when it has waited so long that it ages no more.
      life: what has happened in it, where that matters: then `given` was given at any time, and of the field in
        question `fields` has what was said.
    """

    given: tuple[tuple[str, Value], ...]
    fields: tuple[tuple[str, Value], ...]
    sum: int | None
    score: int | None
    band: str | None
    later: int | None
    life: tuple[Step, ...] = ()


class Pair(Struct, frozen=True):
    """Two cases that differ in what is said about one field: in the second it is more, or another. `parts` are the
    places of what adds other points to them; or, where lines carry what it says to the score, the `way` on which they
    do so and the places where they do."""

    field: Ref
    one: Scored
    two: Scored
    parts: tuple[Span, ...]
    way: tuple[Passage, ...] = ()


class Idle(Struct, frozen=True):
    """A field, or an addition, that never changes the score; `span` is where it is read. `band`: the score it does
    change, but never the band. `shown` are cases for which that is seen: one in which the addition holds, or two that
    differ in the field; none where none was met."""

    span: Span
    field: str | None
    addition: Addition | None = None
    band: bool = False
    shown: tuple[Scored, ...] = ()


class Empty(Struct, frozen=True):
    """A band that no case gets; `beside` are the case that comes nearest from below, and from above."""

    band: Band
    beside: tuple[Scored, ...]


class Overtaken(Struct, frozen=True):
    """A case that ages to less than a new one begins with."""

    line: Addition
    waiting: Scored
    fresh: Scored


class Open(Struct, frozen=True):
    """What is not decided, as it stands behind *whether*, where, and what it is about; `carried`: because lines may
    carry what a field says."""

    span: Span
    what: str
    about: tuple[Subject, ...] = ()
    carried: bool = False


class Scores(Struct, frozen=True):
    """All that is found out about a priority, in the order of the definition.

    Attributes:
      beyond: the cases with the least and the largest sum outside of the range.
      falling, seeing: pairs against `rises with` and `blind to`.
      empty: the bands that no case gets; `least` and `most` are the ends of all scores, as far as they are known.
      bandless: a case that lies below every band.
    """

    beyond: tuple[Scored, ...] = ()
    falling: tuple[Pair, ...] = ()
    seeing: tuple[Pair, ...] = ()
    idle: tuple[Idle, ...] = ()
    empty: tuple[Empty, ...] = ()
    least: Scored | None = None
    most: Scored | None = None
    bandless: Scored | None = None
    overtaken: Overtaken | None = None
    open: tuple[Open, ...] = ()
