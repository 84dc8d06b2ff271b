"""What never changes a score: additions that come too late, fields that cancel themselves out; and what never changes
the band."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from casedsl_runtime.vocabulary import Value

from casedsl.analysis.scoring.asking import OF_AN_OPINION, Asked, paired
from casedsl.analysis.scoring.between import between
from casedsl.analysis.scoring.claims import decides, holds_where_it_works, proved, same
from casedsl.analysis.scoring.records import Idle, Open, Scored
from casedsl.analysis.scoring.scored import Result, band_of, scored
from casedsl.analysis.scoring.sheet import Plus, Slot
from casedsl.model.records import Priority
from casedsl.syntax.finding import subjects
from casedsl.syntax.span import Span

_RESULTS_OF_A_STEP = 200


def idle(asked: Asked, settled: Collection[Span]) -> Iterator[Idle | Open]:
    """The additions and the fields that change nothing. `settled` are the conditions of which something is said
    already: they always hold, or never."""
    late = [*_late(asked)]
    yield from late
    silent = {each.addition.span for each in late if isinstance(each, Idle) and each.addition}
    for name, span in _read(asked.sheet.priority, silent, settled).items():
        slot = asked.sheet.slot(name)
        if slot is not None:
            yield from _field(asked, slot, span)


def _late(asked: Asked) -> Iterator[Idle | Open]:
    sheet, tops = asked.sheet, asked.tops
    for number, plus in enumerate(sheet.additions):
        if tops is None or not plus.row.points or tops[number] >= plus.row.up_to:
            yield from _one_late(asked, plus, (result.added[number] > 0 for _, result in asked.known))
    for plus in sheet.ages:
        limit = min(plus.row.up_to, sheet.priority.high)
        if tops is None or tops[-1] >= limit:
            yield from _one_late(asked, plus, (plus.holds(w.mask) and r.score < limit for w, r in asked.known))


def _one_late(asked: Asked, plus: Plus, adds: Iterable[bool]) -> Iterator[Idle | Open]:
    known = asked.known
    weight = len(known) // _RESULTS_OF_A_STEP
    if asked.ends is None or (weight and not asked.purse.take(weight)):
        yield Open(plus.row.span, "a case ever gets these points")
    elif not any(adds):
        held = [(world, result) for world, result in known if plus.holds(world.mask)]
        if asked.sheet.rough:
            yield Open(plus.row.span, "a case ever gets these points")
        elif held:
            least = min(held, key=lambda each: each[1].sum)
            yield Idle(plus.row.span, None, plus.row, shown=(asked.told(*least),))


def _read(priority: Priority, silent: Collection[Span], settled: Collection[Span]) -> dict[str, Span]:
    """The fields that the priority reads, or is said to rise with, each with the first place that says so."""
    found: dict[str, Span] = {}
    spoken: set[str] = set()
    for part in priority.parts:
        for name in part.reads:
            found.setdefault(name, part.span)
    for ref in (priority.table.row, priority.table.column) if priority.table else ():
        found.setdefault(ref.name, ref.span)
    for row in priority.additions:
        if row.when is not None and (row.span in silent or row.when.span in settled):
            spoken.update(row.when.reads)
        elif row.when is not None:
            for name in row.when.reads:
                found.setdefault(name, row.when.span)
    for ref in priority.rises_with:
        if ref.name not in spoken:
            found.setdefault(ref.name, ref.span)
    return found


def _field(asked: Asked, slot: Slot, span: Span) -> Iterator[Idle | Open]:
    claim = same(slot, bool(decides(asked.sheet, slot.name)))
    if not _seen_to_matter(asked, slot):
        if holds_where_it_works(asked, slot.name, claim):
            yield Idle(span, slot.name, shown=_two(asked, slot))
            return
        ends = asked.pairs(slot.name, claim.chosen, unknown=False)
        if ends is None:
            yield Open(span, f"the score hangs on `{slot.name}`", subjects("field", slot.name))
            return
        result = asked.reckoner.result
        if all(claim.holds(result(one), result(two)) for one, two in ends.ends):
            if proved(asked, ends, slot.name, claim):
                yield Idle(span, slot.name, shown=_two(asked, slot))
            elif between(asked, slot.name, claim).against is None:
                yield Open(span, f"the score hangs on `{slot.name}`", subjects("field", slot.name))
            return
    if len(asked.sheet.priority.bands) > 1 and _never_another_band(asked, slot):
        yield Idle(span, slot.name, band=True, shown=_two(asked, slot, next(_near_the_bands(asked), None)))


def _two(asked: Asked, slot: Slot, answers: Mapping[str, Value] | None = None) -> tuple[Scored, ...]:
    """Two cases that differ in all that can be said about a field: those of the least score, if nothing else is said
    about them."""
    if answers is None and asked.ladder:
        answers = asked.ladder[0][0]
    if answers is None or len(slot.known) < 2:
        return ()
    two = ({**answers, slot.name: value} for value in (slot.known[0], slot.known[-1]))
    return tuple(scored(asked.sheet, each, asked.one(each)) for each in two)


def _seen_to_matter(asked: Asked, slot: Slot) -> bool:
    """Whether a field makes a difference in one of a few cases: that is seen at once of nearly every field."""
    cases = [answers for answers, _ in asked.ladder]
    small = {each.name: each.stretches[0].low + 1 for each in asked.sheet.slots if each.stretches}
    for answers in (cases[-1], cases[len(cases) // 2], cases[0], {**cases[0], **small}) if cases else ():
        if asked.purse.left <= 0:
            break
        found = {_order(asked.one({**answers, slot.name: value})) for value in slot.known} - {None}
        if len(found) > 1:
            return True
    return False


def _order(result: Result | None) -> tuple[int, int] | None:
    return None if result is None else (result.score, result.later)


def _near_the_bands(asked: Asked) -> Iterator[dict[str, Value]]:
    """Cases just above and just below where bands begin."""
    for band in asked.sheet.priority.bands:
        below = [
            (result.score, place) for place, (_, result) in enumerate(asked.ladder) if result.score < band.at_least
        ]
        above = [
            (result.score, place) for place, (_, result) in enumerate(asked.ladder) if result.score >= band.at_least
        ]
        if below and above:
            yield asked.ladder[max(below)[1]][0]
            yield asked.ladder[min(above)[1]][0]


def _never_another_band(asked: Asked, slot: Slot) -> bool:
    """Whether a field is proved never to make the difference of a band. An opinion: what takes many steps to find out
    is not said."""
    priority = asked.sheet.priority

    def bands(result: Result | None) -> tuple[str | None, str | None] | None:
        return None if result is None else (band_of(priority, result.score), band_of(priority, result.later))

    for answers in _near_the_bands(asked):
        if asked.purse.left <= 0:
            return False
        if len({bands(asked.one({**answers, slot.name: value})) for value in slot.known} - {None}) > 1:
            return False
    if asked.sheet.sampled or asked.sheet.rough:
        return False
    chosen = paired(slot.values, slot, bool(decides(asked.sheet, slot.name)))
    walked = asked.pairs(slot.name, chosen, unknown=False, most=OF_AN_OPINION)
    if walked is None:
        return False
    result = asked.reckoner.result
    return all(bands(result(one)) == bands(result(two)) for one, two in walked.ends)
