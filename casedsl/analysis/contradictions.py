"""What fields must be, asked of itself: bounds that no values satisfy, defaults and set values that break one.

Bounds are asked from the inside out: each by itself, then beside the defaults, those of one field together, then all.
What a smaller group shows is left out of the larger ones, so one contradiction is told once, by as few bounds as there
are in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from casedsl_runtime.expr import Quietly, compile_expression
from casedsl_runtime.vocabulary import Expression, Value
from msgspec import Struct
from msgspec.structs import replace

from casedsl.analysis.bounds import bounds_in, names_apart
from casedsl.analysis.known import equals, with_deciders
from casedsl.analysis.names import transitions_of
from casedsl.analysis.solving.asking import Core, possible, together
from casedsl.analysis.solving.search import Steps
from casedsl.model.fields import constant_of
from casedsl.model.records import Actions, Bound, CaseType, Field, Setting, Transition

MOST_STEPS = 60_000


class Clash(Struct, frozen=True):
    """Bounds that no values satisfy together, and without any one of them some do."""

    bounds: tuple[Bound, ...]


class Breach(Struct, frozen=True):
    """A bound that the defaults break, or bounds that a line breaks whenever it sets a field."""

    bounds: tuple[Bound, ...]
    setting: Setting | None = None
    line: Transition | None = None


class Contradictions(Struct, frozen=True):
    clashes: tuple[Clash, ...] = ()
    breaches: tuple[Breach, ...] = ()

    def without(self, case_type: CaseType) -> CaseType:
        """The definition without the bounds that nothing satisfies: what would follow from these is not said again."""
        if not self.clashes:
            return case_type
        gone = {bound.formula.span for clash in self.clashes for bound in clash.bounds}
        fields = {
            name: replace(field, bounds=tuple(bound for bound in field.bounds if bound.formula.span not in gone))
            for name, field in case_type.fields.items()
        }
        return replace(case_type, fields=fields)


def contradictions_in(case_type: CaseType) -> Contradictions:
    fields, purse = case_type.fields, Steps(MOST_STEPS)
    every = tuple(bounds_in(fields))
    if not every:
        return Contradictions()
    empty = [Clash((bound,)) for bound in every if _excluded([bound.formula.expression], fields, purse)]
    left = [bound for bound in every if Clash((bound,)) not in empty]
    by_default = [Breach((bound,)) for bound in left if _breaks(_defaults(fields), bound)]
    kept = [bound for bound in left if Breach((bound,)) not in by_default]
    found = Contradictions((*empty, *_clashes(kept, fields, purse)))
    return Contradictions(found.clashes, (*by_default, *_of_lines(found.without(case_type), purse)))


def _excluded(parts: Sequence[Expression], fields: Mapping[str, Field], purse: Steps) -> bool:
    return possible(parts, fields, purse) is False


def _clashes(bounds: Sequence[Bound], fields: Mapping[str, Field], purse: Steps) -> Iterator[Clash]:
    """The contradictions among the bounds of one field, then those among all."""
    gone: set[Bound] = set()
    for own in (True, False):
        for bound in bounds:
            left = [each for each in bounds if each not in gone and (not own or each.field == bound.field)]
            found = _clash(bound, left, fields, purse) if bound in left else None
            if found is not None:
                gone.update(found.bounds)
                yield found


def _clash(bound: Bound, beside: Sequence[Bound], fields: Mapping[str, Field], purse: Steps) -> Clash | None:
    """The bounds that exclude a bound where all that they speak of is set, if they do. Fields of which some are never
    set together contradict nothing."""
    linked = [bound, *(each for each in _linked(bound.formula.reads, beside) if each is not bound)]
    reads = tuple(dict.fromkeys(name for each in linked for name in each.formula.reads))
    parts = [*(each.formula.expression for each in linked), *_standing(reads, fields)]
    answer = together(parts, fields, purse)
    if not isinstance(answer, Core) or 0 not in answer.parts:
        return None
    kept = [linked[place] for place in answer.parts if place < len(linked)]
    names = tuple(dict.fromkeys(name for each in kept for name in each.formula.reads))
    if _excluded([*_standing(names, fields), *(("is set", name) for name in names)], fields, purse):
        return None
    return Clash(tuple(sorted(kept, key=lambda each: each.formula.span)))


def _linked(names: Sequence[str], beside: Sequence[Bound]) -> list[Bound]:
    """Those that speak of some fields, or of fields of which one of these does."""
    found, before = frozenset(names), frozenset[str]()
    while found != before:
        before = found
        found = found.union(*(each.formula.reads for each in beside if not names_apart(each, found)))
    return [each for each in beside if not names_apart(each, found)]


def _standing(names: Sequence[str], fields: Mapping[str, Field]) -> Iterator[Expression]:
    """What is so of some fields in every case: one with a default is set, and one that isn't asked is unanswered."""
    wanted = with_deciders(frozenset(names), fields)
    for field in (each for name, each in fields.items() if name in wanted):
        if field.default is not None:
            yield ("is set", field.name)
        if field.asked_when is not None:
            unanswered: Expression = ("not set", field.name)
            if field.default is not None:
                unanswered = ("==", ("field", field.name), ("const", field.default))
            yield ("or", unanswered, field.asked_when.expression)


def _defaults(fields: Mapping[str, Field]) -> dict[str, Value]:
    """A case of which nobody has said anything."""
    return {name: field.default for name, field in fields.items() if field.default is not None}


def _breaks(values: Mapping[str, Value], bound: Bound) -> bool:
    known = all(values.get(name) is not None for name in bound.formula.reads)
    return known and compile_expression(bound.holds)(Quietly(values, {}, {})) is not True


def _of_lines(case_type: CaseType, purse: Steps) -> Iterator[Breach]:
    """The constants that lines set and that may never stand there, beside what the line sets or clears too."""
    said: set[object] = set()
    for line in transitions_of(case_type):
        for route in line.routes:
            for found in _of_route(line, (line.actions, route.actions), case_type.fields, purse):
                assert found.setting is not None
                if found.setting.value.span not in said:
                    said.add(found.setting.value.span)
                    yield found


def _of_route(line: Transition, both: Sequence[Actions], fields: Mapping[str, Field], purse: Steps) -> Iterator[Breach]:
    values: dict[str, Value] = {}
    settings: dict[str, Setting] = {}
    for actions in both:
        for ref in actions.clears:
            values[ref.name] = fields[ref.name].default
            settings.pop(ref.name, None)
        for setting in actions.sets:
            values[setting.field.name] = constant_of(setting.value.expression)
            settings[setting.field.name] = setting
    told: set[Bound] = set()
    for setting in settings.values():
        broken = _broken(setting, values, fields, purse)
        if broken and told.isdisjoint(broken):
            told.update(broken)
            yield Breach(broken, setting, line)


def _broken(
    setting: Setting, values: Mapping[str, Value], fields: Mapping[str, Field], purse: Steps
) -> tuple[Bound, ...]:
    """The bounds that no values of the other fields keep beside what is set, as far as these surely stand there. What
    is set where it isn't asked goes back to its default, and breaks nothing."""
    name = setting.field.name
    if values[name] is None or fields[name].asked_when is not None:
        return ()
    every = [bound for bound in bounds_in(fields) if not _unset(bound, values)]
    linked = [*_linked([name], every)]
    others = dict.fromkeys(each for bound in linked for each in bound.formula.reads if each != name)
    facts = [_stands(each, values, fields) for each in (name, *others)]
    parts = [*(bound.holds for bound in linked), *(fact for fact in facts if fact)]
    answer = together(parts, fields, purse) if linked else None
    if not isinstance(answer, Core) or len(linked) not in answer.parts:
        return ()
    return tuple(linked[place] for place in answer.parts if place < len(linked))


def _unset(bound: Bound, values: Mapping[str, Value]) -> bool:
    """Whether a line leaves unset what a bound reads, or works it out."""
    return any(name in values and values[name] is None for name in bound.formula.reads)


def _stands(name: str, values: Mapping[str, Value], fields: Mapping[str, Field]) -> Expression:
    """What is so of a field when a line is done; nothing, where it may be unset."""
    if name in values and fields[name].asked_when is None:
        return equals(name, values[name])
    return ("is set", name) if fields[name].default is not None else ()
