"""What a case says or copies while a field may be unset: gaps of messages, and settings; where it can't go on, and what
it can never come to."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from casedsl_runtime.vocabulary import Expression, Placeholder
from msgspec import Struct
from msgspec.structs import replace

from casedsl.analysis.graph import timers_in
from casedsl.analysis.known import MAYBE, Known, level_after
from casedsl.analysis.passages import Passage
from casedsl.analysis.solving.search import Steps
from casedsl.analysis.unset import YES, proved_way
from casedsl.model.records import CaseType, Field, Ref, Template, Timer, Transition
from casedsl.syntax.span import Span


class Blank(Struct, frozen=True):
    """A field that may be unset where something uses it.

    Attributes:
      span: the word that lets it be used: the message that is sent, or the field that is set.
      use: the template with the gap, or the field that is set from it.
      way: how a case gets to `state` without it; where an event uses it, that event comes last.
    """

    span: Span
    use: Template | Field
    field: Field
    state: str
    way: tuple[Passage, ...]


class Stuck(Struct, frozen=True):
    """A state in which a case without a field stays for ever: every way on asks for it, and nobody may set it."""

    state: str
    field: Field
    ways: tuple[Passage, ...]
    way: tuple[Passage, ...]


class Unsupplied(Struct, frozen=True):
    """An event that a case without a field never comes to: nobody who may do it may give the field, and nothing fills
    it in from there on."""

    state: str
    field: Field
    need: Ref
    line: Transition
    way: tuple[Passage, ...]


def blanks(case_type: CaseType, known: Known, purse: Steps) -> Iterator[Blank]:
    """Every use of a field that may be unset, once for each word and field."""
    said: set[tuple[Span, str]] = set()
    for blank in (*_sent(case_type, known, purse), *_told_by_time(case_type, known, purse), *_copied(known, purse)):
        if (blank.span, blank.field.name) not in said:
            said.add((blank.span, blank.field.name))
            yield blank


def _sent(case_type: CaseType, known: Known, purse: Steps) -> Iterator[Blank]:
    for state, passage in _events(known):
        for sending in _sendings(passage):
            template = case_type.templates[sending.name]
            for field in _gaps(template, known):
                found = _way(known, field, state, passage, purse)
                if found is not None:
                    yield Blank(sending.span, template, field, *found)


def _events(known: Known) -> Iterator[tuple[str, Passage]]:
    for state in known.inside:
        for passage in known.passages[state]:
            if passage.route is not None:
                yield state, passage


def _sendings(passage: Passage) -> Iterator[Ref]:
    if isinstance(passage.by, Timer) or passage.route is None:
        return
    for each in (passage.by.actions, passage.route.actions):
        yield from (sending.template for sending in each.sends)


def _way(
    known: Known, field: Field, state: str, passage: Passage, purse: Steps
) -> tuple[str, tuple[Passage, ...]] | None:
    """A way to an event after which a field is unset; the event comes last."""
    before = known.inside[state]
    if level_after(passage, field, before[field.name].level, before, known.fields) != MAYBE:
        return None

    def unset(level: int) -> bool:
        return level_after(passage, field, level, before, known.fields) == MAYBE

    asked = field.asked_when.expression if field.asked_when else YES
    claims: list[Expression] = [("not set", field.name), asked]
    return proved_way(known, field, (state,), unset, (), claims, purse, (passage,))


def _told_by_time(case_type: CaseType, known: Known, purse: Steps) -> Iterator[Blank]:
    for state, facts in known.inside.items():
        for timer in timers_in(case_type, state):
            template = case_type.templates[timer.template.name] if timer.template else None
            for field in _gaps(template, known) if template else ():
                if facts[field.name].level == MAYBE and timer.template and template:
                    found = _unset_in(known, field, state, purse)
                    if found is not None:
                        yield Blank(timer.template.span, template, field, *found)


def _unset_in(known: Known, field: Field, state: str, purse: Steps) -> tuple[str, tuple[Passage, ...]] | None:
    """A way to a state in which a field is unset though it is asked."""
    asked = field.asked_when.expression if field.asked_when else YES
    return proved_way(known, field, (state,), partial(int.__eq__, MAYBE), (), [("not set", field.name), asked], purse)


def _gaps(template: Template, known: Known) -> Iterator[Field]:
    """The fields that a message says whether they are set or not."""
    pieces = [piece for piece in (*template.subject, *template.body) if isinstance(piece, Placeholder)]
    names = dict.fromkeys(piece.name for piece in pieces if piece.of == "field" and not piece.if_set)
    return (known.fields[name] for name in names)


def _copied(known: Known, purse: Steps) -> Iterator[Blank]:
    for state, passage in _events(known):
        for setting in passage.sets.values():
            asking = replace(passage, sets={}, acted=frozenset())
            for name in setting.value.reads:
                found = _way(known, known.fields[name], state, asking, purse)
                if found is not None:
                    way = (*found[1][:-1], passage)
                    yield Blank(setting.field.span, known.fields[setting.field.name], known.fields[name], state, way)


def stuck(case_type: CaseType, known: Known, purse: Steps) -> Iterator[Stuck]:
    """The states in which a case without some field stays for ever."""
    for state, facts in known.inside.items():
        if case_type.states[state].kind == "final":
            continue
        ways = [passage for passage in known.passages[state] if passage.target != state]
        wanted = ((passage.sure | passage.demands) - passage.needs for passage in ways)
        asked = frozenset.intersection(*wanted) if ways else frozenset()
        stays = [passage for passage in known.passages[state] if passage.target == state]
        given = {name for passage in stays for name in (*passage.needs, *passage.sets)}
        for name in sorted(asked - given, key=list(known.fields).index):
            field = known.fields[name]
            if facts[name].level == MAYBE and name not in known.amendable[state]:
                found = _unset_in(known, field, state, purse)
                if found is not None:
                    yield Stuck(state, field, tuple(ways), found[1])


def unsupplied(case_type: CaseType, known: Known, purse: Steps) -> Iterator[Unsupplied]:
    """The events that need what nobody who may do them supplies, once for each line and field."""
    said: set[tuple[Span, str]] = set()
    for state, facts in known.inside.items():
        for passage in known.passages[state]:
            line = passage.by
            for need in line.needs if isinstance(line, Transition) and passage.demands else ():
                wanted = need.name in passage.demands and facts[need.name].level == MAYBE
                if wanted and (need.span, need.name) not in said and not _filled_from(state, need.name, known):
                    found = _unset_in(known, known.fields[need.name], state, purse)
                    if found is not None and isinstance(line, Transition):
                        said.add((need.span, need.name))
                        yield Unsupplied(state, known.fields[need.name], need, line, found[1])


def _filled_from(state: str, name: str, known: Known) -> bool:
    """Whether anything that a case may meet from a state on gives a field or sets it."""
    reached = [state]
    for here in reached:
        if name in known.amendable[here]:
            return True
        for passage in known.passages[here]:
            if name in passage.needs or name in passage.sets:
                return True
            if passage.target not in reached:
                reached.append(passage.target)
    return False
