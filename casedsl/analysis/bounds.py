"""What fields must be, as facts: a case in which a bound is broken is never one, because whatever would break it is
refused. So each bound holds whenever somebody looks at a case: when it was opened, when values have been given with an
event, when that has been done, and after an amendment."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from casedsl_runtime.vocabulary import Expression

from casedsl.analysis.passages import Passage
from casedsl.model.records import Bound, Field


def bounds_in(fields: Mapping[str, Field]) -> Iterator[Bound]:
    """Every bound, in the order of the definition."""
    return (bound for field in fields.values() for bound in field.bounds)


def bounds_of(names: Collection[str], fields: Mapping[str, Field]) -> Iterator[Expression]:
    """What is so of some fields because of the bounds that speak of nothing else."""
    return (bound.holds for bound in bounds_in(fields) if all(name in names for name in bound.formula.reads))


def linked(names: Collection[str], fields: Mapping[str, Field]) -> frozenset[str]:
    """Some fields, with those that a bound compares with one of them."""
    joined = (bound.formula.reads for bound in bounds_in(fields) if not names_apart(bound, names))
    return frozenset(names).union(*joined)


def names_apart(bound: Bound, names: Collection[str]) -> bool:
    """Whether a bound speaks of none of some fields."""
    return not any(name in names for name in bound.formula.reads)


def touched_by(passage: Passage) -> frozenset[str]:
    """The fields that an event may change."""
    return passage.needs | passage.asked | passage.acted | passage.clears | passage.sets.keys()


def may_bar(passage: Passage, fields: Mapping[str, Field], amended: frozenset[str] = frozenset()) -> bool:
    """Whether an event, or what somebody amends just before, may be refused because of a bound, whatever they give:
    values can be chosen for a bound of one field alone, and not for what the event itself sets, or for what was known
    before."""
    touched = touched_by(passage) | amended
    for bound in bounds_in(fields):
        alone = len(bound.formula.reads) == 1 and names_apart(bound, passage.sets.keys())
        if not alone and not names_apart(bound, touched):
            return True
    return False
