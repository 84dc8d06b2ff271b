"""`rises with` and `blind to`: proved, or refuted by two cases to which everybody answers alike but for one field.

A claim is first looked at where the field works: the terms and comparisons that read it, or read what is asked because
of it. If there more of it never makes less of anything (or nothing else of anything), the claim holds whatever the
other fields say, because an addition never makes less of more. Only where that is not so all cases are walked through.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from casedsl_runtime.vocabulary import Value
from msgspec import Struct

from casedsl.analysis.scoring.asking import OF_A_WALK, Asked, neighbours, paired
from casedsl.analysis.scoring.between import between
from casedsl.analysis.scoring.records import Open, Pair
from casedsl.analysis.scoring.scored import Result, scored
from casedsl.analysis.scoring.sheet import Plus, Sheet, Slot
from casedsl.analysis.scoring.walks import Two, Walked, World, settled, walk_of
from casedsl.model.records import Ref
from casedsl.syntax.finding import subjects
from casedsl.syntax.span import Span

MOST_TRIED = 8_000
"""So often conditions are tried with what the comparisons may be that a field has no part in."""


class Claim(Struct, frozen=True):
    """What is claimed about a field.

    Attributes:
      what: as it is said where it is not decided.
      chosen: the pairs of answers that are compared.
      unknown: whether a priority that is known in one case only is against it.
      fits: whether two known results are as claimed; `kept`: the same of what holds in them (less is before more).
    """

    what: str
    chosen: Sequence[tuple[Value, Value]]
    unknown: bool
    fits: Callable[[int, int], bool]
    kept: Callable[[bool, bool], bool]

    def holds(self, one: Result | None, two: Result | None) -> bool:
        if one is None or two is None:
            return (one is two) or not self.unknown
        return self.fits(one.score, two.score) and self.fits(one.later, two.later)


def rises(slot: Slot, decides: bool) -> Claim:
    return Claim("rises with", paired(slot.known, slot, decides), False, int.__le__, lambda one, two: two or not one)


def blind(slot: Slot) -> Claim:
    return Claim("is blind to", neighbours(slot.values, slot), True, int.__eq__, bool.__eq__)


def same(slot: Slot, decides: bool) -> Claim:
    """Whatever is said about a field, or nothing, leads to the same score, as far as that is known."""
    return Claim("hangs on", paired(slot.values, slot, decides), False, int.__eq__, bool.__eq__)


def decides(sheet: Sheet, name: str) -> frozenset[str]:
    """The fields that are asked or not because of a field, one after the other."""
    found = {name}
    for slot in sheet.slots:
        if slot.asked is not None and not found.isdisjoint(slot.asked.reads):
            found.add(slot.name)
    return frozenset(found - {name})


def holds_where_it_works(asked: Asked, name: str, claim: Claim) -> bool:
    """Whether a claim holds of all that hangs on a field, each by itself; so it holds of the score."""
    sheet = asked.sheet
    if sheet.rough:
        return False
    touched = decides(sheet, name) | {name}
    terms = [term for term in sheet.terms if not touched.isdisjoint(term.reads)]
    atoms = frozenset(number for number, atom in enumerate(sheet.atoms) if not touched.isdisjoint(atom.reads))
    if not terms and not atoms:
        return True
    walked = asked.pairs(name, claim.chosen, claim.unknown, OF_A_WALK // 4, walk_of(sheet, terms, atoms))
    if walked is None or not all(_fits(claim, one, two) for one, two in walked.ends):
        return False
    rows = [plus for plus in (*sheet.additions, *sheet.ages) if not atoms.isdisjoint(plus.atoms())]
    masks = {(one.mask, two.mask) for one, two in walked.ends}
    if len(masks) * sum(1 << len(row.atoms() - atoms) for row in rows) > MOST_TRIED // asked.weight:
        return False
    return all(_kept(claim, row, one, two, sorted(row.atoms() - atoms)) for one, two in masks for row in rows)


def _fits(claim: Claim, one: World, two: World) -> bool:
    return one.sum is not None and two.sum is not None and claim.fits(one.sum, two.sum)


def _kept(claim: Claim, row: Plus, one: int, two: int, others: Sequence[int]) -> bool:
    """Whether a condition stays as claimed, whatever the comparisons are that the field has no part in."""
    return all(claim.kept(row.holds(one | more), row.holds(two | more)) for more in _masks(others))


def _masks(bits: Sequence[int]) -> Iterator[int]:
    if not bits:
        yield 0
        return
    for rest in _masks(bits[1:]):
        yield rest
        yield rest | 1 << bits[0]


def judged(anything: Asked, nothing: Asked, ref: Ref, claim: Claim) -> Pair | Open | None:
    """Two cases against a claim; None where it is proved."""
    if holds_where_it_works(anything, ref.name, claim):
        return None
    every = anything.pairs(ref.name, claim.chosen, claim.unknown)
    if every is not None and not _against(anything, every, claim) and proved(anything, every, ref.name, claim):
        return None
    return _shown(nothing, every if nothing is anything else None, ref, claim) or Open(
        ref.span, f"the priority {claim.what} `{ref.name}`", subjects("field", ref.name)
    )


def _shown(asked: Asked, every: Walked[Two, Value] | None, ref: Ref, claim: Claim) -> Pair | None:
    """Two cases against a claim, as plain as can be."""
    if asked.sheet.dues:
        return None
    walked = every or asked.pairs(ref.name, claim.chosen, claim.unknown)
    against = _against(asked, walked, claim) if walked is not None else []
    if walked is not None and against:
        return _pair(asked, walked.answers(max(against, key=lambda each: _weight(asked, each)), asked.walk), ref, claim)
    found = between(asked, ref.name, claim).against if asked.sheet.sampled else None
    return _pair(asked, found, ref, claim) if found else None


def _against(asked: Asked, walked: Walked[Two, Value], claim: Claim) -> list[Two]:
    result = asked.reckoner.result
    return [(one, two) for one, two in walked.ends if not claim.holds(result(one), result(two))]


def proved(asked: Asked, walked: Walked[Two, Value], name: str, claim: Claim) -> bool:
    """Whether no pair against a claim is a proof of it: all values were looked at, or it holds between these too; and
    of several lines that age none holds in one case alone, so that nothing lies between the beginning and the end of
    waiting."""
    if asked.sheet.rough or (asked.sheet.sampled and not between(asked, name, claim).proved):
        return False
    ages = asked.sheet.ages
    masks = {(one.mask, two.mask) for one, two in walked.ends} if len(ages) > 1 else set()
    return all(claim.kept(plus.holds(one), plus.holds(two)) for one, two in masks for plus in ages)


def _weight(asked: Asked, two: Two) -> tuple[int, int]:
    """How plainly a pair speaks: both known, and far apart."""
    one, other = (asked.reckoner.result(each) for each in two)
    if one is None or other is None:
        return (0, 0)
    return (1, max(abs(one.score - other.score), abs(one.later - other.later)))


def _pair(asked: Asked, answers: tuple[Mapping[str, Value], Mapping[str, Value]], ref: Ref, claim: Claim) -> Pair:
    results = [asked.one(each) for each in answers]
    one, other = (scored(asked.sheet, each, result) for each, result in zip(answers, results, strict=True))
    held = [settled(asked.sheet, each) for each in answers]
    return Pair(ref, one, other, tuple(_differing(asked, claim, held, answers)))


def _differing(
    asked: Asked, claim: Claim, held: Sequence[Mapping[str, Value]], answers: Sequence[Mapping[str, Value]]
) -> Iterator[Span]:
    """The places of the parts that are against a claim."""
    sheet = asked.sheet
    for term in sheet.terms:
        points = [term.at(tuple(each[name] for name in term.reads)) for each in held]
        known = [each for each in points if isinstance(each, int)]
        if len(known) == 1 or (len(known) == 2 and not claim.fits(*known)):
            yield term.span
    first, second = (asked.one(each) for each in answers)
    for number, plus in enumerate(sheet.additions):
        if first and second and not claim.fits(first.added[number], second.added[number]):
            yield plus.row.span
    one, two = (asked.world(each) for each in answers)
    for plus in sheet.ages:
        if not claim.kept(plus.holds(one.mask), plus.holds(two.mask)):
            yield plus.row.span
