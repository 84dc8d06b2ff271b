"""What never changes a score: additions that come too late, fields that cancel themselves out; and what never changes
the band."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from casedsl_runtime.vocabulary import Value

from casedsl.analysis.scoring.asking import OF_AN_OPINION, Asked, paired
from casedsl.analysis.scoring.claims import decides, holds_where_it_works, proving, same
from casedsl.analysis.scoring.records import Idle, Open
from casedsl.analysis.scoring.scored import Result, band_of
from casedsl.analysis.scoring.sheet import Plus, Slot
from casedsl.model.records import Priority
from casedsl.syntax.span import Span


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
            yield from _one_late(asked, plus, [result.added[number] > 0 for _, result in asked.results()])
    for plus in sheet.ages:
        limit = min(plus.row.up_to, sheet.priority.high)
        if tops is None or tops[-1] >= limit:
            yield from _one_late(asked, plus, [plus.holds(w.mask) and r.score < limit for w, r in asked.results()])


def _one_late(asked: Asked, plus: Plus, adds: list[bool]) -> Iterator[Idle | Open]:
    if asked.ends is None or (not any(adds) and (asked.sheet.sampled or asked.sheet.rough)):
        yield Open(plus.row.span, "ever gets these points")
    elif not any(adds) and any(plus.holds(world.mask) for world, _ in asked.results()):
        yield Idle(plus.row.span, None, plus.row)


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
            yield Idle(span, slot.name)
            return
        ends = asked.pairs(slot.name, claim.chosen, unknown=False)
        if ends is None:
            yield Open(span, f"hangs on `{slot.name}`")
            return
        result = asked.reckoner.result
        if all(claim.holds(result(one), result(two)) for one, two in ends.ends):
            yield Idle(span, slot.name) if proving(asked, ends, claim) else Open(span, f"hangs on `{slot.name}`")
            return
    if len(asked.sheet.priority.bands) > 1 and _never_another_band(asked, slot):
        yield Idle(span, slot.name, band=True)


def _seen_to_matter(asked: Asked, slot: Slot) -> bool:
    """Whether a field makes a difference in one of three cases: that is seen at once of nearly every field."""
    ladder = asked.ladder
    for answers, _ in (ladder[-1], ladder[len(ladder) // 2], ladder[0]) if ladder else ():
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
