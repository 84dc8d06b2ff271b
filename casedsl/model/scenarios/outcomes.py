"""What must be so: each form of `then`, bound to what it speaks of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import cast

from casedsl_runtime.vocabulary import ASSIGNEE
from msgspec import Struct

from casedsl.model.desk import Desk
from casedsl.model.records import CaseType
from casedsl.model.scenarios.cast import NOBODY, Cast
from casedsl.model.scenarios.known import Reader
from casedsl.model.scenarios.records import (
    HandedOver,
    Heard,
    Holds,
    InState,
    IsAssigned,
    IsResponsible,
    MayDo,
    OnlyDone,
    Outcome,
    PriorityIs,
    PromiseStands,
    Sees,
    Standing,
    WasHeard,
)
from casedsl.model.values import whole, words_of
from casedsl.syntax.finding import Kind
from casedsl.syntax.tree import Phrase, Value, Word, text_of

_RESPONSIBLE = "responsible"
_PRIORITY = "priority"


class Outcomes(Struct, frozen=True):
    """Reads outcomes of the scenarios of a case type; `events` are all that its lines name."""

    case_type: CaseType
    events: frozenset[str]
    cast: Cast
    reader: Reader
    desk: Desk

    def outcome(self, value: Value) -> Outcome | None:
        """An outcome; None, with a finding, where something in it names nothing or doesn't fit."""
        forms: Mapping[str, Callable[[Phrase], Outcome | None]] = {
            "in_state": self._in_state,
            "may": self._may,
            "sees": self._sees,
            "only_done": self._only_done,
            "was_heard": self._was_heard,
            "was_sent": self._was_sent,
            "handed_over": self._handed_over,
            "stands": self._stands,
            "has_value": self._has_value,
            "holds": self._holds,
        }
        return forms[value.kind](value) if isinstance(value, Phrase) else None

    def event(self, word: Word) -> str | None:
        return self._named("event", word, sorted(self.events))

    def _named(self, kind: Kind, word: Word, known: Iterable[str]) -> str | None:
        if word.text in known:
            return word.text
        self.desk.unknown(kind, word, known)
        return None

    def _in_state(self, node: Phrase) -> Outcome | None:
        state, *ending = words_of(node)
        name = self._named("state", state, self.case_type.states)
        if name and ending and self.case_type.states[name].kind != "final":
            headline = f"`{name}` is not final, so a case doesn't end there as `{ending[0].text}`"
            self.desk.wrong(ending[0].span, headline, "only `final` states have endings")
            return None
        return InState(name, ending[0].text if ending else None) if name else None

    def _may(self, node: Phrase) -> Outcome | None:
        words = list(words_of(node))
        event = self.event(words[-1])
        if words[0].text == NOBODY:
            return MayDo(None, event, False) if event and self._once_denied(node) else None
        who = self.cast.person(words[0])
        return MayDo(who, event, not _denied(node)) if who and event else None

    def _sees(self, node: Phrase) -> Outcome | None:
        words = list(words_of(node))
        who, field = self.cast.person(words[0]), self._named("field", words[-1], self.case_type.fields)
        return Sees(who, field, not _denied(node)) if who and field else None

    def _only_done(self, node: Phrase) -> Outcome | None:
        known = [*sorted(self.events), *self.case_type.fields]
        names = [self._named("event or field", word, known) for word in words_of(node) if word.kind == "NAME"]
        return None if None in names else OnlyDone(tuple(name for name in names if name))

    def _once_denied(self, node: Phrase) -> bool:
        """Whether what is said of nobody is not denied a second time."""
        if _denied(node):
            headline = f"`{node.text}` says no twice"
            self.desk.wrong(node.span, headline, "take `not` out")
        return not _denied(node)

    def _whom(self, word: Word) -> str | None:
        roles = self.case_type.organisation.roles
        return self._named("person or role", word, [ASSIGNEE, *self.cast.people, *roles])

    def _was_heard(self, node: Phrase) -> Outcome | None:
        words = list(words_of(node))
        how = cast(Heard, words[-1].text)
        if words[0].text == NOBODY:
            return WasHeard(None, how, None, False) if self._once_denied(node) else None
        whom = self._whom(words[0])
        return WasHeard(whom, how, None, not _denied(node)) if whom else None

    def _was_sent(self, node: Phrase) -> Outcome | None:
        whom, *_, name = (word for word in words_of(node) if word.kind == "NAME")
        saying = "".join(text_of(word) for word in words_of(node) if word.kind == "STRING")
        template = self._named("template", name, self.case_type.templates)
        if whom.text == NOBODY:
            return WasHeard(None, None, template, False, saying) if template and self._once_denied(node) else None
        who = self._whom(whom)
        return WasHeard(who, None, template, not _denied(node), saying) if who and template else None

    def _handed_over(self, node: Phrase) -> Outcome | None:
        said = next(words_of(node))
        return HandedOver(text_of(said) if said.kind == "STRING" else None)

    def _stands(self, node: Phrase) -> Outcome | None:
        subject, how = words_of(node)
        if subject.text in self.case_type.fields:
            # An option may be called as a promise can stand.
            option = Phrase("path", (Word("NAME", how.text, how.span),), how.text, how.span)
            return self._field_holds(subject, option)
        if self._is_priority(subject):
            return self._priority_is(how)
        if how.text == _RESPONSIBLE and subject.text == NOBODY:
            return IsResponsible(None)
        if how.text == _RESPONSIBLE:
            role = self._named("role", subject, self.case_type.organisation.roles)
            return IsResponsible(role) if role else None
        name = self._named("promise", subject, self.case_type.promises)
        return PromiseStands(name, cast(Standing, how.text)) if name else None

    def _has_value(self, node: Phrase) -> Outcome | None:
        subject = next(words_of(node))
        if subject.text == ASSIGNEE and _denied(node):
            return IsAssigned(None)
        if self._is_priority(subject):
            return PriorityIs(known=not _denied(node))
        name = self._named("field", subject, self.case_type.fields)
        return Holds(name, None, any_value=not _denied(node)) if name else None

    def _holds(self, node: Phrase) -> Outcome | None:
        subject, value = next(words_of(node)), node.parts[-1]
        if subject.text == ASSIGNEE:
            person = self.cast.person(value)
            return IsAssigned(person) if person else None
        if self._is_priority(subject):
            return self._priority_is(value)
        if subject.text in self.case_type.promises:
            headline = f"a promise isn't `{value.text}`"
            way_out = "it is due, met, missed, running, paused or cancelled"
            self.desk.wrong(value.span, headline, way_out)
            return None
        return self._field_holds(subject, value)

    def _is_priority(self, subject: Word) -> bool:
        """A field or a promise of this name is meant before the priority."""
        named = subject.text in self.case_type.fields or subject.text in self.case_type.promises
        return subject.text == _PRIORITY and self.case_type.priority is not None and not named

    def _priority_is(self, value: Value) -> Outcome | None:
        bands = [band.name for band in self.case_type.priority.bands] if self.case_type.priority else []
        said = list(words_of(value))
        if len(said) == 1 and said[0].kind == "NUMBER":
            score = whole(said[0], self.desk)
            return None if score is None else PriorityIs(score)
        if len(said) == 1 and said[0].kind in ("NAME", "STANDS"):
            band = self._named("band", said[0], bands)
            return PriorityIs(band=band) if band else None
        self.desk.wrong(value.span, f"a priority isn't `{value.text}`", "write its score, its band, or `not set`")
        return None

    def _field_holds(self, subject: Word, value: Value) -> Outcome | None:
        known = self.reader.known(subject, value)
        return Holds(known.field, known) if known else None


def _denied(node: Phrase) -> bool:
    return any(part.kind == "NOT" for part in node.parts)
