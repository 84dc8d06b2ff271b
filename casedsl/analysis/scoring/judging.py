"""The questions about a priority, one after the other, with one purse of steps for all of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from casedsl.analysis.scoring.asking import MOST_STEPS, Asked
from casedsl.analysis.scoring.claims import blind, decides, judged, rises
from casedsl.analysis.scoring.influence import idle
from casedsl.analysis.scoring.records import Idle, Open, Overtaken, Pair, Scored, Scores
from casedsl.analysis.scoring.scored import Result, scored
from casedsl.analysis.scoring.sheet import sheet_of
from casedsl.analysis.solving.search import Steps
from casedsl.model.records import Band, CaseType, Priority
from casedsl.syntax.span import Span


def scores_of(case_type: CaseType, settled: Collection[Span]) -> Scores:
    """What is found out about the priority of a definition. `settled` are the conditions of which something is said
    already: they always hold, or never."""
    priority = case_type.priority
    if priority is None:
        return Scores()
    purse = Steps(MOST_STEPS)
    anything = nothing = Asked(sheet_of(case_type, priority, "anything"), purse)
    if anything.sheet.lived:
        nothing = Asked(sheet_of(case_type, priority, "nothing"), purse)
    claims = [*_claims(anything, nothing)]
    beyond, beyond_open = _beyond(anything, nothing)
    idles = [*idle(anything, settled)]
    empty, empty_open = _empty(anything)
    below, below_open = _bandless(anything, nothing)
    ends = _ends(nothing) if empty else (None, None)
    rising = frozenset(ref.span for ref in priority.rises_with)
    return Scores(
        beyond,
        tuple(each for each in claims if isinstance(each, Pair) and each.field.span in rising),
        tuple(each for each in claims if isinstance(each, Pair) and each.field.span not in rising),
        tuple(each for each in idles if isinstance(each, Idle)),
        empty,
        *ends,
        below,
        _overtaken(nothing),
        tuple(each for each in (*claims, *idles, beyond_open, empty_open, below_open) if isinstance(each, Open)),
    )


def _claims(anything: Asked, nothing: Asked) -> Iterator[Pair | Open | None]:
    sheet = anything.sheet
    for ref in sheet.priority.rises_with:
        slot = sheet.slot(ref.name)
        if slot is not None:
            yield judged(anything, nothing, ref, rises(slot, bool(decides(sheet, ref.name))))
    for ref in sheet.priority.blind_to:
        slot = sheet.slot(ref.name)
        if slot is not None:
            yield judged(anything, nothing, ref, blind(slot))


def _beyond(anything: Asked, nothing: Asked) -> tuple[tuple[Scored, ...], Open | None]:
    """The cases whose sums lie farthest outside of the range. A table has no range but that of its bands."""
    priority = anything.sheet.priority
    if priority.table is not None:
        return (), None
    bounds, tops = anything.bounds, anything.tops
    if bounds is not None and tops is not None and priority.low <= bounds[0] and tops[-1] <= priority.high:
        return (), None
    found = tuple(_outside(nothing, priority))
    if found:
        return found, None
    decided = anything.ends is not None and not anything.sheet.rough and not any(_outside(anything, priority))
    return (), None if decided else Open(priority.within or priority.span, "stays within its range")


def _outside(asked: Asked, priority: Priority) -> Iterator[Scored]:
    """The cases with the least and the largest sum, where these lie outside; of too many to walk through some."""
    if asked.sheet.dues:
        return
    ladder = [(result.sum, place) for place, (_, result) in enumerate(asked.ladder)]
    reached = (min(ladder)[0], max(ladder)[0]) if ladder else None
    if (asked.bounds and asked.tops and reached == (asked.bounds[0], asked.tops[-1])) or asked.ends is None:
        shown = [asked.ladder[place] for _, place in (min(ladder), max(ladder))] if ladder else []
        yield from (scored(asked.sheet, answers, result) for answers, result in shown if _beside(result, priority))
        return
    known = [*asked.results()]
    for world, result in (min(known, key=_sum), max(known, key=_sum)) if known else ():
        if _beside(result, priority):
            yield asked.told(world, result)


def _beside(result: Result, priority: Priority) -> bool:
    return not priority.low <= result.sum <= priority.high


def _sum(each: tuple[object, Result]) -> int:
    return each[1].sum


def _empty(asked: Asked) -> tuple[tuple[Band, ...], Open | None]:
    """The bands that no case gets, however long it waits."""
    priority = asked.sheet.priority
    left = [band for band in priority.bands if not _reached(band, priority, [each for _, each in asked.ladder])]
    if not left:
        return (), None
    known = [result for _, result in asked.results()]
    left = [band for band in left if not _reached(band, priority, known)]
    if not left:
        return (), None
    if asked.ends is None or asked.sheet.rough:
        return (), Open(left[0].span, f"ever gets band `{left[0].name}`")
    if asked.sheet.sampled and known:
        lowest, highest = min(each.score for each in known), max(each.later for each in known)
        outside = [band for band in left if band.at_least > highest or _next(band, priority) <= lowest]
        unsure = next((band for band in left if band not in outside), None)
        return tuple(outside), Open(unsure.span, f"ever gets band `{unsure.name}`") if unsure else None
    return tuple(left), None


def _reached(band: Band, priority: Priority, results: list[Result]) -> bool:
    end = _next(band, priority)
    return any(result.score < end and band.at_least <= result.later for result in results)


def _next(band: Band, priority: Priority) -> int:
    """Where the next band begins; behind every score, if there is none."""
    return min((each.at_least for each in priority.bands if each.at_least > band.at_least), default=1 << 60)


def _bandless(anything: Asked, nothing: Asked) -> tuple[Scored | None, Open | None]:
    priority = anything.sheet.priority
    first = min((band.at_least for band in priority.bands), default=priority.low)
    if first <= priority.low or (anything.bounds is not None and first <= anything.bounds[0]):
        return None, None
    known = [*nothing.results()]
    lowest = min(known, key=lambda each: each[1].score) if known and not nothing.sheet.dues else None
    if lowest is not None and lowest[1].score < first:
        return nothing.told(*lowest), None
    decided = anything.ends is not None and not anything.sheet.rough
    if decided and all(first <= result.score for _, result in anything.results()):
        return None, None
    return None, Open(priority.span, "always has a band")


def _ends(asked: Asked) -> tuple[Scored | None, Scored | None]:
    """A case with the least and one with the largest score."""
    known = [*asked.results()]
    if not known or asked.sheet.dues:
        return None, None
    least, most = min(known, key=lambda each: each[1].score), max(known, key=lambda each: each[1].later)
    return asked.told(*least), asked.told(*most)


def _overtaken(asked: Asked) -> Overtaken | None:
    """A case that ages, but to less than a new one begins with; only where the author lets cases age."""
    if not asked.sheet.ages or asked.sheet.dues:
        return None
    sure = [min(plus.row.up_to, asked.sheet.priority.high) for plus in asked.sheet.ages if plus.when is None]
    if asked.tops is not None and max(sure, default=-1) >= asked.tops[-1]:
        return None
    known = [*asked.results()]
    if not known:
        return None
    waiting, fresh = min(known, key=lambda each: each[1].later), max(known, key=lambda each: each[1].score)
    if waiting[1].later >= fresh[1].score:
        return None
    lines = [plus.row for plus in asked.sheet.ages]
    holding = [plus.row for plus in asked.sheet.ages if plus.holds(waiting[0].mask)]
    return Overtaken(max(holding or lines, key=lambda row: row.up_to), asked.told(*waiting), asked.told(*fresh))
