"""Whether, whatever a case holds, somebody can do one of some events to it: they choose what they give.

Asked is for a case in which none of them can be done. If there is one, an event that is open to it is looked for, with
the values that open it; then for a case to which that is closed too, and so on, until there is none left: each case
has its event then. What is given is fixed by then, so a choice that hangs on nothing is shown as well as one that hangs
on what the case holds. What an event works out must fit into its field, and all must be what fields must be, else it
is refused: so both are asked of an act, and never taken to be so after it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

import msgspec
from casedsl_runtime.vocabulary import Expression, Value
from msgspec.structs import replace

from casedsl.analysis.bounds import bounds_in, bounds_of, may_bar, touched_by
from casedsl.analysis.claims.tale import Tale, begun
from casedsl.analysis.known import Known, Place, equals, expressions_of, with_deciders
from casedsl.analysis.passages import Passage
from casedsl.analysis.reads import reads_dues
from casedsl.analysis.solving.answering import Pieces
from casedsl.analysis.solving.asking import possible, together, whole
from casedsl.analysis.solving.search import Steps
from casedsl.analysis.solving.witness import Example
from casedsl.model.fields import constant_of
from casedsl.model.records import Field, Setting, Transition

MOST_ROUNDS = 8
MOST_BOUNDED = 4_000
"""Steps for one question in which fields must be something: what isn't shown by then seldom is."""
_NUMBERS = ("scale", "integer", "money")


class Act(NamedTuple):
    """An event as one of its routes, and the fields that somebody amends just before."""

    passage: Passage
    amended: frozenset[str] = frozenset()


class _Attempt(Tale):
    """What somebody tries: that fields are what they must be is `wanted` of it."""

    wanted: list[Expression] = msgspec.field(default_factory=list)

    def bound(self, names: Collection[str]) -> None:
        so, self.said = self.said, self.wanted
        super().bound(names)
        self.said = so


class _Tried(NamedTuple):
    """An act in the words of a tale: what is so by itself, what must be so for it, and what people say."""

    so: tuple[Expression, ...]
    asks: Expression
    said: tuple[tuple[str, Expression], ...]


def surely_one(base: Tale, acts: Sequence[Act], purse: Steps) -> bool:
    """Whether every case of which a tale tells has an act that can be done to it."""
    free = (act for act in acts if _asks_nothing(act.passage) and not may_bar(act.passage, base.fields, act.amended))
    return any(free) or without_any(base, acts, purse) is None


def without_any(
    base: Tale, acts: Sequence[Act], purse: Steps, amendable: frozenset[str] = frozenset()
) -> Example | Literal["open"] | None:
    """A case to which none of some acts can be done, whatever is given, and however often people have amended before
    what is `amendable`; None if there is none to which all are closed as they are. Of one in which fields must be
    something so many steps are taken at most."""
    if not any(bounds_in(base.fields)):
        return _without_any(base, acts, purse, amendable)
    own = Steps(min(MOST_BOUNDED, purse.left))
    before = own.left
    found = _without_any(base, acts, own, amendable)
    purse.left -= before - max(own.left, 0)
    return found


def _without_any(
    base: Tale, acts: Sequence[Act], purse: Steps, amendable: frozenset[str]
) -> Example | Literal["open"] | None:
    most = {id(act.passage): act._replace(amended=amendable) for act in acts}
    acts = [each for act in acts for each in _apart(act, base.fields)]
    if _never_closed(base, acts, purse):
        return None
    closed: list[Expression] = []
    for _ in range(MOST_ROUNDS if acts else 0):
        if possible([*base.said, *closed], base.names, purse) is False:
            return None
        case = together([*base.said, *closed], base.names, purse)
        if not isinstance(case, Example):
            return "open"
        held = list(_held(base, case))
        found = next(_opening(base, acts, held, purse), None)
        if found is None:
            return case if all(_is_closed(base, act, held, purse) for act in most.values()) else "open"
        closed += found
    return "open"


def _never_closed(base: Tale, acts: Sequence[Act], purse: Steps) -> bool:
    """Whether there is no case to which all of some acts are closed, whatever people say."""
    tried = [each for each in (_tried(base, act) for act in acts) if each is not None]
    so = (expression for each in tried for expression in each.so)
    closed = (("not", each.asks) for each in tried)
    return bool(tried) and possible([*base.said, *so, *closed], base.names, purse) is False


def _is_closed(base: Tale, act: Act, held: Sequence[Expression], purse: Steps) -> bool:
    """Whether an act can't be done to a case, whatever is given and amended: what is amended may be gone then, too."""
    tried = _tried(base, act, away=True)
    return tried is not None and possible([*base.said, *held, *tried.so, tried.asks], base.names, purse) is False


def _apart(act: Act, fields: Mapping[str, Field]) -> Iterator[Act]:
    """An act; where a bound compares fields that are amended, one for each of them, since nobody need be there who may
    amend them at once."""
    if any(len(act.amended.intersection(bound.formula.reads)) > 1 for bound in bounds_in(fields)):
        yield from (act._replace(amended=frozenset((name,))) for name in fields if name in act.amended)
    else:
        yield act


def _asks_nothing(passage: Passage) -> bool:
    """Whether an event is open to whatever case, and what it sets fits."""
    fits = all(constant_of(setting.value.expression) is not None for setting in passage.sets.values())
    return fits and not (passage.conditions or passage.demands)


def at_place(known: Known, place: Place, names: frozenset[str]) -> Tale:
    """A case in a place, at any moment, of which is told what is known of some fields there."""
    told = with_deciders(names, known.fields)
    tale = begun({name: field for name, field in known.fields.items() if name in told}, frozenset(), {})
    tale.say(*expressions_of(known.at[place], told, known.fields))
    return tale


def open_to_all(passage: Passage, fields: Mapping[str, Field], pieces: Pieces, purse: Steps) -> bool:
    """Whether an event can be done to any case, because all that its conditions read is given with it, and there are
    values with which they hold; False where that takes more to see."""
    fixed = all(constant_of(setting.value.expression) is not None for setting in passage.sets.values())
    free = not passage.demands and not passage.counts and passage.reads <= passage.needs
    dues = any(map(reads_dues, passage.conditions))
    if not fixed or not free or dues or any(fields[name].asked_when for name in passage.reads):
        return False
    if may_bar(passage, fields):
        return False
    given: list[Expression] = [("is set", name) for name in fields if name in passage.reads]
    bounds = bounds_of(passage.needs, fields)
    return not given or pieces.can_be([*given, *bounds, *passage.conditions], fields, purse)


def names_of(acts: Iterable[Act]) -> frozenset[str]:
    """The fields on which acts hang, and those that they change: what is not asked any more, too, for its default may
    not be what it must be."""
    found: set[str] = set()
    for passage, amended in acts:
        found |= touched_by(passage) | passage.demands | passage.reads | amended
        found.update(name for each in passage.sets.values() for name in each.value.reads)
    return frozenset(found)


def _held(base: Tale, case: Example) -> Iterator[Expression]:
    """What a case holds, of the fields as they are in the tale."""
    now = set(base.now.values())
    for name, value in case.fields:
        if name in now:
            yield ("not set", name) if value is None else equals(name, value)
    for event, times in case.events:
        yield ("happened", event, times)


def _opening(base: Tale, acts: Sequence[Act], held: Sequence[Expression], purse: Steps) -> Iterator[list[Expression]]:
    """For each act that is open to a case: what is so of a case to which it is closed, with the same values given."""
    for act in acts:
        tried = _tried(base, act)
        if tried is not None:
            answer = whole([*base.said, *held, *tried.so, tried.asks], base.names, purse)
            if answer is not None:
                given = _given(tried, dict(answer.fields))
                yield [*tried.so, *given, ("not", tried.asks)]


def _given(tried: _Tried, values: Mapping[str, Value]) -> Iterator[Expression]:
    for name, asked in tried.said:
        value = values.get(name)
        if value is not None:
            yield ("or", equals(name, value), ("not", asked))


def _tried(base: Tale, act: Act, away: bool = False) -> _Tried | None:
    """An act, told; None where it can't be told whether what it works out fits."""
    passage = act.passage
    tale = _Attempt(
        base.fields, base.after, dict(base.now), base.names, [], dict(base.happened), counted=base.counted,
        moments=base.moments,
    )  # fmt: skip
    said: list[tuple[str, Expression]] = []
    if act.amended:
        tale.change(act.amended, away)
        said += _said(tale, act.amended)
    tale.moments += 1
    tale.given(passage.needs)
    said += _said(tale, passage.needs)
    asks = [tale.known(name) for name in tale.fields if name in passage.demands]
    wanted = [tale.told(each) for each in (*asks, *passage.conditions)]
    so = tuple(tale.said)
    fits = _fitting(tale, passage)
    if fits is None:
        return None
    return _Tried((*so, *fits[0]), ("and", ("const", True), *wanted, *fits[1], *tale.wanted), tuple(said))


def _said(tale: Tale, names: frozenset[str]) -> Iterator[tuple[str, Expression]]:
    """What people say of some fields: the names of these now, and whether they are asked."""
    return ((tale.now[name], tale.told(tale.asked(name))) for name in tale.fields if name in names)


def _fitting(tale: _Attempt, passage: Passage) -> tuple[tuple[Expression, ...], tuple[Expression, ...]] | None:
    """What is so when a line works something out, and what must be so that it fits into its field: each line clears,
    then sets from what is left, the line before its route."""
    line, told = passage.by, len(tale.said)
    wanted: list[Expression] = []
    for actions in (line.actions, passage.route.actions) if isinstance(line, Transition) and passage.route else ():
        for name in (ref.name for ref in actions.clears):
            tale.renew(name)
            tale.say(tale.unanswered(name))
        values = [(each, tale.told(each.value.expression)) for each in actions.sets]
        for setting, value in values:
            field = tale.fields[setting.field.name]
            if constant_of(setting.value.expression) is None:
                fit = _fit(field, setting, value, tale.fields)
                if fit is None:
                    return None
                wanted += fit
            tale.renew(field.name)
            tale.names[tale.now[field.name]] = replace(tale.names[tale.now[field.name]], low=None, high=None)
            tale.said.append(tale.put(field.name, value, setting))
    _settle(tale, [name for name in tale.fields if name in passage.clears | passage.sets.keys()])
    return tuple(tale.said[told:]), tuple(wanted)


def _settle(tale: _Attempt, changed: Sequence[str]) -> None:
    """What must be of the fields that an event leaves behind; whether they fit has been asked."""
    if changed and any(bounds_in(tale.fields)):
        before = dict(tale.now)
        tale.settle(changed)
        for name in (name for name, now in tale.now.items() if now != before[name]):
            tale.names[tale.now[name]] = replace(tale.names[tale.now[name]], low=None, high=None)


def _fit(
    field: Field, setting: Setting, value: Expression, fields: Mapping[str, Field]
) -> tuple[Expression, ...] | None:
    """What must be so that a value that is worked out fits into a field, or is unset; None where that isn't told."""
    if reads_dues(setting.value.expression):
        return None
    ends = [(sign, end) for sign, end in (("<", field.low), (">", field.high)) if end is not None]
    if field.type in _NUMBERS and len(ends) == 2:
        return tuple(("not", (sign, value, ("const", end))) for sign, end in ends)
    source = fields.get(str(setting.value.expression[1])) if value[0] == "field" else None
    alike = source is not None and (source.type, source.options) == (field.type, field.options)
    return () if alike and field.type not in _NUMBERS else None
