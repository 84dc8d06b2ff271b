"""Promises: what is promised about a case, and every rule of its clock.

A promise is due either so long after its start or so long before a date; what only the first can have (pauses, lengths
of bands, extensions, percentages) is a finding in the second. Where its length ends decides what else can be said of
it: only days end at a time of day, only a length by dates can end on no working day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, cast

from casedsl_runtime.vocabulary import ASSIGNEE, OPENED, Counting, Duration, Recount
from msgspec import Struct

from casedsl.model.desk import Desk
from casedsl.model.lines import clause, name_of, title_of
from casedsl.model.records import Field, Pauses, Promise, Ref, Step, Time
from casedsl.model.scope import Scope
from casedsl.model.values import duration, minute_of, words_of
from casedsl.syntax.finding import Label
from casedsl.syntax.span import Span
from casedsl.syntax.tree import Line, Phrase, Value, Word

_DATES = ("date", "date and time")
_NEEDED = (("calendar", "calendar NAME"), ("met by", "met by EVENT"))
_ONLY_AFTER = (
    ("in band", "a length for a band"),
    ("begins", "`begins`"),
    ("pauses in", "a pause"),
    ("pauses from", "a pause"),
    ("extends on", "an extension"),
    ("when priority changes", "a change of priority"),
)
_MOST_PERCENT = 1000
_END_OF_DAY = 24 * 60


class Promising(Struct, frozen=True):
    """What the lines of a promise may name, and where findings go."""

    scope: Scope
    fields: Mapping[str, Field]
    bands: Mapping[str, Span]
    desk: Desk

    def dated(self, value: Value | None, types: tuple[str, ...] = _DATES) -> Ref | None:
        """A field with a date; None (with a finding) for anything else."""
        ref = self.scope.one("field", value, self.desk)
        if ref is not None and ref.name in self.fields and self.fields[ref.name].type not in types:
            self._no_date(ref, types)
            return None
        return ref

    def start(self, value: Value) -> Ref | None:
        """`opened`, an event, or a field with a date."""
        fields = [name for name, field in self.fields.items() if field.type in _DATES]
        word = next(words_of(value))
        if word.text in self.fields and word.text not in fields:
            self._no_date(Ref(word.text, word.span), _DATES)
            return None
        return self.scope.one("event", value, self.desk, (OPENED, *fields))

    def _no_date(self, ref: Ref, types: tuple[str, ...]) -> None:
        headline = f"`{ref}` is {self.fields[ref.name].type}, and a date belongs here"
        self.desk.wrong(ref.span, headline, f"name a field of type `{'` or `'.join(types)}`")


def promise_of(line: Line, known: Promising) -> Promise | None:
    """A promise; without a `from` line its clock starts when the case is opened."""
    scope, desk = known.scope, known.desk
    _complete(line, desk)
    within, before = _length(line, known)
    calendar = scope.one("calendar", clause(line, "calendar"), desk)
    start = known.start(clause(line, "from") or Word("NAME", OPENED, line.head))
    met_by = scope.bound("event", clause(line, "met by"), desk)
    met_at = known.dated(_beside(line, "met by", "at"))
    by_band = tuple(_bands(line, known)) if before is None else ()
    extensions = tuple(_extensions(line, met_by, within, known)) if before is None else ()
    pauses = _pauses(line, within, known) if before is None else Pauses()
    restarts_on = scope.one("event", clause(line, "restarts on"), desk)
    steps = tuple(step for below in line.all("prompt", "alert", "tell") if (step := _step(below, line, known)))
    if within is not None:
        _fits(line, (within, *(length for _, length in (*by_band, *extensions))), desk)
    if within is None or calendar is None or start is None or not met_by:
        return None
    return Promise(
        name_of(line),
        title_of(line),
        within,
        calendar,
        start,
        met_by,
        pauses,
        steps,
        line.head,
        before,
        _counting(line, desk),
        by_band,
        _recount(line),
        met_at,
        restarts_on,
        any("anew" in below.clauses for below in line.all("restarts on")),
        extensions,
    )


def _complete(line: Line, desk: Desk) -> None:
    """What must stand in a promise, and what can't stand beside it."""
    after, before = clause(line, "within"), clause(line, "due at least")
    if after is None and before is None:
        headline = f"promise `{name_of(line)}` has no line `within`"
        desk.missing(line, headline, "add `within 10 working days`, or `due at least 3 clear days before FIELD`")
    for keyword, example in _NEEDED:
        if clause(line, keyword) is None:
            desk.missing(line, f"promise `{name_of(line)}` has no line `{keyword}`", f"add `{example}`")
    if before is None:
        return
    if after is not None:
        labels = (Label(after.span, "it says this too"),)
        headline = f"`{name_of(line)}` is due so long before a date, and after so long a time"
        desk.wrong(before.span, headline, "keep one of the two lines", labels=labels)
    for keyword, what in _ONLY_AFTER:
        for below in line.all(keyword):
            desk.wrong(below.span, f"{what} changes nothing: `{name_of(line)}` is due before a date", "take it out")


def _length(line: Line, known: Promising) -> tuple[Time | None, Ref | None]:
    """How long a promise may take; or how long before which field's date it is due."""
    margin = clause(line, "due at least")
    if not isinstance(margin, Phrase):
        return duration(clause(line, "within"), known.desk), None
    length, field = duration(margin.parts[0], known.desk), known.dated(margin.parts[1])
    return (length, field) if field is not None else (None, None)


def _beside(line: Line, keyword: str, word: str) -> Value | None:
    """Another clause of a line below that stands at most once."""
    found = next(line.all(keyword), None)
    return found.clauses.get(word) if found else None


# --- lengths


def _bands(line: Line, known: Promising) -> Iterator[tuple[Ref, Time]]:
    said: dict[str, Span] = {}
    for below in line.all("in band"):
        length, word = duration(below.clauses["within"], known.desk), next(words_of(below.clauses["in band"]))
        if word.text not in known.bands:
            known.desk.unknown("band", word, known.bands)
        elif word.text in said:
            headline = f"band `{word.text}` has two lengths"
            known.desk.twice(below.span, said[word.text], headline, "keep one of the two lines")
        elif length is not None:
            yield Ref(word.text, word.span), length
        said.setdefault(word.text, below.span)


def _extensions(
    line: Line, met_by: tuple[Ref, ...], within: Time | None, known: Promising
) -> Iterator[tuple[Ref, Time]]:
    said: dict[str, Span] = {}
    for below in line.all("extends on"):
        event = known.scope.one("event", below.clauses["extends on"], known.desk)
        length = duration(below.clauses["to"], known.desk)
        if event is None or length is None:
            continue
        if event.name in said:
            known.desk.twice(below.span, said[event.name], f"`{event}` extends it twice", "keep one of the two lines")
        elif event.name in [ref.name for ref in met_by]:
            known.desk.wrong(event.span, f"`{event}` meets the promise, so it can't extend it", "name another event")
        elif within is not None and not _longer(length.duration, within.duration):
            headline = f"`{length.duration}` is no longer than {within.duration}"
            labels = (Label(within.span, "this long without it"),)
            known.desk.wrong(
                length.span, headline, "an extension counts from the start: write the whole length", labels=labels
            )
        else:
            yield event, length
        said.setdefault(event.name, below.span)


def _longer(one: Duration, other: Duration) -> bool:
    """Whether a length is longer, as far as the two can be compared."""
    if (one.kind, one.unit) != (other.kind, other.unit):
        return True
    return one.count > other.count


def _recount(line: Line) -> Recount:
    value = clause(line, "when priority changes")
    return "from the start" if value is None else cast(Recount, " ".join(value.text.split()))


# --- how it is counted


def _counting(line: Line, desk: Desk) -> Counting:
    begins, rolls = clause(line, "begins"), clause(line, "rolls")
    return Counting(
        "at once" if begins is None else "on a working day",
        _minute(next((word for word in words_of(begins) if word.kind == "TIME"), None), desk),
        _due_at(clause(line, "due at"), desk),
        "not" if rolls is None else cast(Literal["not", "forward", "back"], rolls.text),
    )


def _due_at(value: Value | None, desk: Desk) -> int | Literal["same time", "closing"] | None:
    if value is None:
        return None
    text = " ".join(value.text.split())
    if text in ("closing", "same time"):
        return cast(Literal["same time", "closing"], text)
    return _minute(next(words_of(value)), desk)


def _minute(word: Word | None, desk: Desk) -> int | None:
    if word is None:
        return None
    minute = minute_of(word.text)
    if minute is None:
        desk.wrong(word.span, f"there is no time {word.text}", "a day lasts from 00:00 to 24:00")
    return minute


def _fits(line: Line, lengths: tuple[Time, ...], desk: Desk) -> None:
    """Whether what is said about the last day, and about a changed length, can mean anything."""
    rolls, due_at = next(line.all("rolls"), None), next(line.all("due at"), None)
    if rolls is not None and all(_in_working_time(length.duration) for length in lengths):
        headline = f"the last of {lengths[0].duration} never lies outside working time, so nothing rolls"
        desk.wrong(rolls.span, headline, "take the line out")
    if due_at is not None and all(_by_the_clock(length.duration) for length in lengths):
        headline = f"`{lengths[0].duration}` are over when they are over, not at a time of day"
        desk.wrong(due_at.span, headline, "take the line out")
    changes = next(line.all("when priority changes"), None)
    if changes is None or clause(line, "due at least") is not None:
        return
    if not any(line.all("in band")):
        desk.wrong(changes.span, "no length depends on the priority", "add `in band NAME within …`")
    months = [length for length in lengths if length.duration.unit in ("month", "year")]
    if _recount(line) == "in proportion" and months:
        headline = f"`{months[0].duration}` can't be shared out: months differ in length"
        desk.wrong(changes.span, headline, "count in days", labels=(Label(months[0].span, "this length"),))


def _in_working_time(length: Duration) -> bool:
    return length.kind in ("working", "clear working") or _by_the_clock(length)


def _by_the_clock(length: Duration) -> bool:
    return length.kind == "clock" or length.unit in ("minute", "hour")


# --- pauses


def _pauses(line: Line, within: Time | None, known: Promising) -> Pauses:
    most = duration(_beside(line, "pauses in", "at most"), known.desk)
    if most is not None and within is not None and _measure(most.duration) != _measure(within.duration):
        headline = f"`{most.duration}` of a pause can't be compared with {within.duration}"
        labels = (Label(within.span, "the promise counts so"),)
        known.desk.wrong(most.span, headline, "count the pause as the promise counts", labels=labels)
        most = None
    return Pauses(
        known.scope.bound("state", clause(line, "pauses in"), known.desk),
        most,
        any("by whole days" in below.clauses for below in line.all("pauses in")),
        tuple(_dates(line, known)),
    )


def _measure(length: Duration) -> str:
    """What a length is counted in: lengths of one measure can be compared."""
    if length.kind == "working":
        return "working days" if length.unit == "day" else "working time"
    return length.kind


def _dates(line: Line, known: Promising) -> Iterator[tuple[Ref, Ref]]:
    for below in line.all("pauses from"):
        first = known.dated(below.clauses["pauses from"], ("date",))
        last = known.dated(below.clauses["to"], ("date",))
        if first is not None and last is not None and first.name == last.name:
            known.desk.wrong(below.span, f"the pause begins and ends with `{first}`", "name the field that ends it")
        elif first is not None and last is not None:
            yield first, last


# --- steps


def _step(line: Line, promise: Line, known: Promising) -> Step | None:
    to = known.scope.one("role", line.clauses[line.keyword], known.desk, (ASSIGNEE,))
    when = line.clauses["when"]
    template = known.scope.one("template", line.clauses.get("with"), known.desk)
    if (when.text == "missed") != (line.keyword == "tell"):
        _wrong_rung(line, when, known.desk)
        return None
    percent = next((word for word in words_of(when) if word.kind == "PERCENT"), None)
    left = None if percent or when.text == "missed" else _left(when, known.desk)
    used = None if percent is None else _used(percent, line, promise, known.desk)
    if to is None or (left is None and used is None and when.text != "missed"):
        return None
    return Step(cast(Literal["prompt", "alert", "tell"], line.keyword), to, left, template, line.span, used)


def _wrong_rung(line: Line, when: Value, desk: Desk) -> None:
    whom = line.clauses[line.keyword].text
    if when.text == "missed":
        headline, other = f"a `{line.keyword}` comes before a promise is due, not when it is missed", "tell"
    else:
        headline, other = "a `tell` comes when a promise is missed, not before it is due", "prompt"
    desk.wrong(line.span, headline, f"write `{other} {whom} when {when.text}`")


def _left(value: Value, desk: Desk) -> Time | None:
    found = duration(_duration_in(value), desk)
    if found is not None and found.duration.kind in ("clear", "clear working"):
        plain = "working" if found.duration.kind == "clear working" else "calendar"
        headline = f"`{found.duration} left` doesn't say when: clear days lie between two dates"
        desk.wrong(found.span, headline, f"write `{found.duration.count} {plain} days left`")
        return None
    return found


def _duration_in(value: Value) -> Value | None:
    if isinstance(value, Word) or value.kind == "duration":
        return value
    return next((part for part in value.parts if not isinstance(part, Word)), None)


def _used(word: Word, line: Line, promise: Line, desk: Desk) -> int | None:
    """A percentage of a promise's time: a gentle word comes before it is over, an alert may come later."""
    number = word.text.removesuffix("%")
    whom = line.clauses[line.keyword].text
    if clause(promise, "due at least") is not None:
        desk.wrong(
            word.span, "nothing is used up: the promise is due before a date", "write `when 3 working days left`"
        )
    elif not number.isdigit() or not 0 < int(number[:9]) <= _MOST_PERCENT:
        desk.wrong(
            word.span, f"`{word.text}` is no share of the time", f"write whole per cents, 1% to {_MOST_PERCENT}%"
        )
    elif int(number) == 100:
        desk.wrong(word.span, "when all of its time is used, the promise is missed", f"write `tell {whom} when missed`")
    elif line.keyword == "prompt" and int(number) > 100:
        headline = f"a `prompt` comes before a promise is due, and at {word.text} it was missed"
        desk.wrong(word.span, headline, f"write `alert {whom} when {word.text} used`")
    else:
        return int(number)
    return None
