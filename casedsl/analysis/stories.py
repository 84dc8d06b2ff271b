"""Whether a case can really go a way: all its events one after the other, as one question.

Facts join what different cases bring, so a way on which they leave a field unset may be one that no case takes. Here
every field gets a new name whenever it changes, and what the events of the way ask for and do is said about these
names; an example is then a case that goes that way.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from casedsl_runtime.vocabulary import Expression, Value
from msgspec import Struct
from msgspec.structs import replace

from casedsl.analysis.bounds import bounds_in, names_apart
from casedsl.analysis.implied import dependents, values_of
from casedsl.analysis.known import Known, equals
from casedsl.analysis.passages import Passage
from casedsl.analysis.solving.asking import possible, whole
from casedsl.analysis.solving.search import Steps
from casedsl.model.records import Field, Setting, Transition


class Answer(NamedTuple):
    """A field that somebody answers: the names under which it was known before (none: the case is only opened), what
    they say, and what holds then."""

    field: str
    before: str
    said: str
    held: str


class Story(Struct):
    """A way as it is told: the name of each field now, every name with its field, what has been said, and what people
    have answered at each moment: at the opening, with each event, with each amendment."""

    fields: Mapping[str, Field]
    after: Mapping[str, frozenset[str]]
    now: dict[str, str]
    names: dict[str, Field]
    said: list[Expression]
    happened: dict[str, int]
    told_at: list[tuple[Answer, ...]] = []

    def renew(self, name: str) -> None:
        """A field has changed: from now on it has another name."""
        self.now[name] = f"{name} {len(self.names)}"
        self.names[self.now[name]] = replace(self.fields[name], name=self.now[name], asked_when=None)

    def told(self, expression: Expression) -> Expression:
        """An expression about the fields as they are now."""
        head, *rest = expression
        if head in ("field", "is set", "not set"):
            return (head, self.now[str(rest[0])])
        if head == "happened":
            return ("const", self.happened.get(str(rest[0]), 0) >= int(rest[1]))  # type: ignore[arg-type]
        return (head, *(self.told(part) if isinstance(part, tuple) else part for part in rest))

    def say(self, *expressions: Expression) -> None:
        self.said.extend(self.told(each) for each in expressions)

    def given(self, needs: Iterable[str]) -> None:
        """Somebody gives what an event needs, as far as it is asked."""
        known = [name for name in self.fields if name in set(needs)]
        before = dict(self.now)
        for name in known:
            self.renew(name)
        self.answered(known, before)
        for name in known:
            self.say(self.known(name))

    def answered(self, names: Collection[str], before: Mapping[str, str]) -> None:
        """Somebody has said at once what some fields hold."""
        said = dict(self.now)
        self.settle(names)
        self.told_at.append(tuple(Answer(name, before[name], said[name], self.now[name]) for name in names))

    def known(self, name: str) -> Expression:
        """A field is set, if it is asked."""
        return ("or", ("is set", name), ("not", self.asked(name)))

    def asked(self, name: str) -> Expression:
        guard = self.fields[name].asked_when
        return guard.expression if guard else ("const", True)

    def settle(self, changed: Iterable[str]) -> None:
        """What isn't asked any more goes back to its default; all else stays as it was, and is as it must be."""
        fresh = set(changed)
        touched = fresh.union(*(self.after[name] for name in fresh)) if fresh else fresh
        for name in self.fields:
            if name in touched and self.fields[name].asked_when is not None:
                before = self.now[name]
                self.renew(name)
                kept = ("and", self.told(self.asked(name)), self.same(before, self.now[name], self.fields[name]))
                self.said.append(("or", kept, self.told(("and", ("not", self.asked(name)), self.unanswered(name)))))
        self.bound(touched)

    def bound(self, names: Collection[str]) -> None:
        """What has changed is as it must be: else it would have been refused."""
        known = (bound for bound in bounds_in(self.fields) if all(each in self.fields for each in bound.formula.reads))
        self.say(*(bound.holds for bound in known if not names_apart(bound, names)))

    def unanswered(self, name: str) -> Expression:
        default = self.fields[name].default
        return ("not set", name) if default is None else ("==", ("field", name), ("const", default))

    def same(self, one: str, two: str, field: Field) -> Expression:
        """Two names hold the same, or are both unset."""
        unset: Expression = ("and", ("not set", one), ("not set", two))
        if field.type in ("choice", "yes/no"):
            pairs = (("and", equals(one, value), equals(two, value)) for value in values_of(field) or ())
            return ("or", unset, *pairs)
        return ("or", unset, ("==", ("field", one), ("field", two)))

    def take(self, passage: Passage) -> None:
        """An event happens, or time moves the case."""
        self.given(passage.needs)
        self.say(*(self.known(name) for name in self.fields if name in passage.demands), *passage.conditions)
        for name in (each for each in self.fields if each in passage.clears):
            self.renew(name)
            self.say(self.unanswered(name))
        worked_out = [(name, self.told(each.value.expression), each) for name, each in passage.sets.items()]
        for name, value, setting in worked_out:
            self.renew(name)
            self.said.append(self.put(name, value, setting))
        self.settle((*passage.clears, *passage.sets))
        if isinstance(passage.by, Transition):
            self.happened[passage.by.event] = self.happened.get(passage.by.event, 0) + 1

    def put(self, name: str, value: Expression, setting: Setting) -> Expression:
        """A field gets a value; it is unset if the value is."""
        new, field = self.now[name], self.fields[name]
        if value[0] == "field" and field.type in ("choice", "yes/no"):
            return self.same(str(value[1]), new, field)
        held: Expression = ("==", ("field", new), value)
        if value[0] == "const" or not setting.value.reads:
            return held
        return ("or", held, ("and", ("not set", new), ("not", ("==", value, value))))

    def amend(self, names: frozenset[str]) -> None:
        """Somebody changes values, as far as they are asked, and perhaps changes them again."""
        changes: list[Answer] = []
        for _ in range(2):
            for name in (each for each in self.fields if each in names):
                before = self.now[name]
                self.renew(name)
                said = self.now[name]
                self.said.append(("or", ("is set", said), ("not set", before)))
                self.settle((name,))
                changes.append(Answer(name, before, said, self.now[name]))
        self.told_at.append(tuple(changes))

    def open(self) -> None:
        """All that is known of the case so far was said as it was opened."""
        self.told_at.append(tuple(Answer(name, "", self.now[name], self.now[name]) for name in self.fields))


def opened(fields: Mapping[str, Field], apart: Iterable[tuple[str, str]] = ()) -> Story:
    """A case is opened with anything that is asked; of fields that are `apart` not with both."""
    story = Story(fields, dependents(fields), {}, {}, [], {})
    for name, field in fields.items():
        story.renew(name)
        if field.default is not None:
            story.say(("is set", name))
        if field.asked_when is not None:
            story.say(("or", story.unanswered(name), field.asked_when.expression))
    story.say(*(("or", story.unanswered(one), story.unanswered(two)) for one, two in apart))
    story.bound(fields.keys())
    story.open()
    return story


def can_happen(
    known: Known,
    field: Field,
    way: Sequence[Passage],
    end: str,
    needs: Iterable[str],
    claims: Sequence[Expression],
    purse: Steps,
) -> bool | None:
    """Whether some case goes a way to a state, is given what an event there needs, and then fulfils some claims about a
    field. Whoever may amend what decides whether it is asked does so in every state."""
    story = opened(known.fields, known.apart)
    deciders = frozenset(name for name, after in story.after.items() if field.name in after)
    for passage in way:
        story.amend(known.amendable[passage.source] & deciders)
        story.take(passage)
    story.amend(known.amendable[end] & deciders)
    story.given(needs)
    story.say(*claims)
    return possible(story.said, story.names, purse)


class Beat(Struct, frozen=True):
    """What people say at one step of a way: what they amend before it, in order, and what the event is given."""

    amended: tuple[tuple[str, Value], ...]
    given: tuple[tuple[str, Value], ...]


class Lived(Struct, frozen=True):
    """A case that goes a way: what is given at its opening, then a beat for each step and one for the end."""

    opening: tuple[tuple[str, Value], ...]
    beats: tuple[Beat, ...]


def lived(
    known: Known, way: Sequence[Passage], needs: Iterable[str], claims: Sequence[Expression], purse: Steps
) -> Lived | None:
    """A case that goes a way, gives what an event at its end needs, and fulfils some claims then. The plainest comes
    first: one that is opened with nothing, then one in which nobody amends anything. None if there is none, or that is
    not decided."""
    needed = tuple(needs)
    for blank, amends in ((True, False), (False, False), (False, True)):
        story = opened(known.fields, known.apart)
        if blank:
            story.say(*(story.unanswered(name) for name in known.fields))
        for passage in way:
            story.amend(known.amendable[passage.source] if amends else frozenset())
            story.take(passage)
        end = way[-1].target if way else known.first.state
        story.amend(known.amendable[end] if amends else frozenset())
        story.given(needed)
        story.say(*claims)
        example = whole(story.said, story.names, purse)
        if example is not None and not any(due is not None for _, due in example.dues):
            return _lived(story, dict(example.fields))
    return None


def _lived(story: Story, values: Mapping[str, Value]) -> Lived:
    first, *later = story.told_at
    given = ((each.field, values.get(each.held), story.fields[each.field].default) for each in first)
    opening = tuple((name, value) for name, value, default in given if value not in (None, default))
    beats = (
        Beat(_changes(amended, values), _answers(story, said, values))
        for amended, said in zip(later[::2], later[1::2], strict=True)
    )
    return Lived(opening, tuple(beats))


def _changes(answers: Iterable[Answer], values: Mapping[str, Value]) -> tuple[tuple[str, Value], ...]:
    """The amendments that change something."""
    found = ((each, values.get(each.said)) for each in answers)
    kept = ((each, value) for each, value in found if value is not None and value == values.get(each.held))
    return tuple((each.field, value) for each, value in kept if value != values.get(each.before))


def _answers(story: Story, answers: Iterable[Answer], values: Mapping[str, Value]) -> tuple[tuple[str, Value], ...]:
    """What an event is given: not what isn't asked then, so that it is at its default."""
    found = [(each, values.get(each.said)) for each in answers]
    kept = [(each, value) for each, value in found if value is not None and value == values.get(each.held)]
    fields = story.fields
    return tuple(
        (each.field, value)
        for each, value in kept
        if fields[each.field].asked_when is None or value != fields[each.field].default
    )
