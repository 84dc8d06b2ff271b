"""What one opening can't give together.

A case is opened by somebody, perhaps for somebody else; whoever it is for has what roles outside they hold in the case,
and the two of them give the values. Two roles outside are two people where no `may be both` says otherwise, so what
only one of them supplies and what only the other does never stand in one opening. Where nothing fills either in later,
no case has both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

from casedsl_runtime.vocabulary import Expression

from casedsl.analysis.known import Known, equals
from casedsl.analysis.passages import Passage
from casedsl.analysis.people import may_be_both
from casedsl.analysis.solving.asking import possible
from casedsl.analysis.solving.search import Steps
from casedsl.model.records import CaseType, Field, Organisation


def never_opened_with(case_type: CaseType) -> tuple[tuple[str, str], ...]:
    """The fields of which no opening gives both."""
    fields = [field for field in case_type.fields.values() if field.sources]
    pairs = combinations(fields, 2)
    return tuple((one.name, two.name) for one, two in pairs if _are_two(one, two, case_type.organisation))


def _are_two(one: Field, two: Field, organisation: Organisation) -> bool:
    sources = [(a.name, b.name) for a in one.sources for b in two.sources]
    outside = all(organisation.roles[role].outside for pair in sources for role in pair)
    return outside and not any(may_be_both(organisation, *pair) for pair in sources)


def filled_later(case_type: CaseType, passages: Mapping[str, tuple[Passage, ...]]) -> frozenset[str]:
    """The fields that somebody may give, amend or set after the opening."""
    amended = {field.name for field in case_type.fields.values() if field.changed_by}
    return frozenset(amended).union(*(each.needs | each.sets.keys() for ways in passages.values() for each in ways))


def unanswered(field: Field) -> Expression:
    """A field is as it is when nobody has answered it."""
    return ("not set", field.name) if field.default is None else equals(field.name, field.default)


def one_unanswered(pairs: Iterable[tuple[str, str]], fields: Mapping[str, Field]) -> tuple[Expression, ...]:
    """Of each pair one is unanswered."""
    return tuple(("or", unanswered(fields[one]), unanswered(fields[two])) for one, two in pairs)


def lasting(case_type: CaseType, passages: Mapping[str, tuple[Passage, ...]]) -> tuple[tuple[str, str], ...]:
    """The fields of which no case ever has both."""
    later = filled_later(case_type, passages)
    return tuple(pair for pair in never_opened_with(case_type) if later.isdisjoint(pair))


def never_filled(case_type: CaseType, known: Known, purse: Steps) -> Iterator[tuple[Field, tuple[Field, ...]]]:
    """The fields that nobody can ever answer, though each answer of those that decide whether they are asked can be
    given; with what no one opening gives together with them."""
    later = filled_later(case_type, {state: known.passages[state] for state in known.inside})
    fields = case_type.fields
    apart = one_unanswered(known.apart, fields)
    for field in (each for each in fields.values() if each.asked_when is not None and each.name not in later):
        asked = tuple(_asking(fields))
        given: tuple[Expression, ...] = (("not", unanswered(field)), *asked)
        others = tuple(two if one == field.name else one for one, two in known.apart if field.name in (one, two))
        alone = possible(given, fields, purse) is True
        if others and alone and possible((*given, *apart), fields, purse) is False:
            yield field, tuple(fields[name] for name in others)


def _asking(fields: Mapping[str, Field]) -> Iterator[Expression]:
    for field in fields.values():
        if field.asked_when is not None:
            yield ("or", unanswered(field), field.asked_when.expression)
