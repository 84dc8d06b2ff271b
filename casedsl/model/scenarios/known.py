"""What is known in a scenario: values of fields, and moments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from casedsl_runtime.vocabulary import Value as Constant
from msgspec import Struct

from casedsl.model.desk import Desk
from casedsl.model.expressions import Names, Typist
from casedsl.model.fields import constant_of, fits
from casedsl.model.records import Field
from casedsl.model.scenarios.records import Known, Moment
from casedsl.model.values import minute_of, real_date, words_of
from casedsl.syntax.tree import Phrase, Value, Word, text_of

NOTE = "note"
"""What stands among the values of an event without being a field; no field may be called so."""


class Reader(Struct, frozen=True):
    """Reads values and moments against the fields of a case type."""

    fields: Mapping[str, Field]
    desk: Desk

    def pairs(self, value: Value | None, besides: tuple[str, ...] = ()) -> tuple[Known, ...]:
        """Fields and their values; `besides` names what may stand there too and is read elsewhere."""
        found: dict[str, Known] = {}
        for pair in _pairs(value):
            name, new = next(words_of(pair)), pair.parts[-1]
            known = None if name.text in besides else self.known(name, new)
            if known is not None and known.field in found:
                first = found[known.field].span
                self.desk.twice(known.span, first, f"`{known.field}` is given twice", "give it once")
            elif known is not None:
                found[known.field] = known
        return tuple(found.values())

    def note(self, value: Value | None) -> str | None:
        """The note among the values of an event."""
        for pair in _pairs(value):
            name, new = next(words_of(pair)), pair.parts[-1]
            if name.text == NOTE and isinstance(new, Word) and new.kind == "STRING":
                return text_of(new)
            if name.text == NOTE:
                self.desk.wrong(new.span, f"`{new.text}` is no note", f'write it as a text: `{NOTE} is "…"`')
        return None

    def known(self, name: Word, new: Value) -> Known | None:
        """A value that its field can hold."""
        field = self.fields.get(name.text)
        if field is None:
            self.desk.unknown("field", name, self.fields)
            return None
        if new.kind == "nothing":
            return Known(field.name, None, name.span)
        value = self._moment_in(field, new) if field.type == "date and time" else self._constant(field, new)
        return None if value is None else Known(field.name, value, name.span)

    def _moment_in(self, field: Field, new: Value) -> Moment | None:
        if new.kind != "moment":
            headline = f"`{field.name}` takes a date and time, not `{new.text}`"
            self.desk.wrong(new.span, headline, "write it as 2026-11-06 15:00")
            return None
        return self.moment(new)

    def _constant(self, field: Field, new: Value) -> Constant:
        if new.kind == "moment":
            self.desk.wrong(new.span, f"`{new.text}` is a date and time, and `{field.name}` isn't", "write its value")
            return None
        formula = Typist(Names(self.fields), self.desk).setting(new, field)
        if formula is None:
            return None
        constant = constant_of(formula.expression)
        if constant is None:
            self.desk.wrong(new.span, f"`{new.text}` isn't one value", "write what the field holds then")
        return constant if constant is not None and fits(field, constant, new, self.desk) else None

    def moment(self, value: Value | None) -> Moment | None:
        """A date that exists and a time of day."""
        words = list(words_of(value))
        if value is None or len(words) != 2:
            return None
        day, minute = real_date(words[0], self.desk), minute_of(words[1].text)
        if minute is None:
            self.desk.wrong(
                words[1].span, f"`{words[1].text}` is no time of day", "write it as 15:00; 24:00 ends a day"
            )
        return None if day is None or minute is None else Moment(day, minute, value.span)


def _pairs(value: Value | None) -> Iterator[Phrase]:
    for part in value.parts if isinstance(value, Phrase) else ():
        if isinstance(part, Phrase):
            yield part
