"""The questions about a priority, one after the other, with one purse of steps for all of them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator
from itertools import accumulate

from casedsl.analysis.known import Known
from casedsl.analysis.scoring.asking import MOST_STEPS, Asked
from casedsl.analysis.scoring.between import meets, misses
from casedsl.analysis.scoring.claims import blind, decides, judged, rises
from casedsl.analysis.scoring.flow import flows_of
from casedsl.analysis.scoring.influence import idle
from casedsl.analysis.scoring.lives import MOST_STEPS as MOST_TRIED
from casedsl.analysis.scoring.lives import Trial
from casedsl.analysis.scoring.records import Empty, Idle, Open, Overtaken, Pair, Scored, Scores
from casedsl.analysis.scoring.scored import Result, scored
from casedsl.analysis.scoring.sheet import sheet_of
from casedsl.analysis.solving.search import Steps
from casedsl.model.records import Band, CaseType, Priority
from casedsl.syntax.finding import subjects
from casedsl.syntax.span import Span


def scores_of(case_type: CaseType, known: Known, settled: Collection[Span]) -> Scores:
    """What is found out about the priority of a definition. `settled` are the conditions of which something is said
    already: they always hold, or never."""
    priority = case_type.priority
    if priority is None:
        return Scores()
    purse = Steps(MOST_STEPS)
    anything = nothing = Asked(sheet_of(case_type, priority, "anything"), purse)
    if anything.sheet.lived:
        nothing = Asked(sheet_of(case_type, priority, "nothing"), purse)
    trial = Trial(case_type, known, nothing.sheet, flows_of(case_type), Steps(MOST_TRIED))
    claims = [*_rising(anything, nothing), *_blind(anything, nothing, trial)]
    beyond, beyond_open = _beyond(anything, nothing)
    idles = [*idle(anything, settled)]
    empty, empty_open = _empty(anything)
    hollow = tuple(Empty(band, tuple(_beside_band(nothing, band))) for band in empty)
    below, below_open = _bandless(anything, nothing)
    ends = _ends(nothing) if empty else (None, None)
    rising = frozenset(ref.span for ref in priority.rises_with)
    return Scores(
        beyond,
        tuple(each for each in claims if isinstance(each, Pair) and each.field.span in rising),
        tuple(each for each in claims if isinstance(each, Pair) and each.field.span not in rising),
        tuple(each for each in idles if isinstance(each, Idle)),
        hollow,
        *ends,
        below,
        _overtaken(nothing),
        tuple(each for each in (*claims, *idles, beyond_open, empty_open, below_open) if isinstance(each, Open)),
    )


def _rising(anything: Asked, nothing: Asked) -> Iterator[Pair | Open | None]:
    sheet = anything.sheet
    for ref in sheet.priority.rises_with:
        slot = sheet.slot(ref.name)
        if slot is not None:
            yield judged(anything, nothing, ref, rises(slot, bool(decides(sheet, ref.name))))


def _blind(anything: Asked, nothing: Asked, trial: Trial) -> Iterator[Pair | Open | None]:
    """What is found as the fields stand; else what lines carry from one to the other."""
    for ref in anything.sheet.priority.blind_to:
        slot = anything.sheet.slot(ref.name)
        if slot is not None:
            found = judged(anything, nothing, ref, blind(slot))
            yield trial.judged(ref) if found is None else found


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
    return (), None if decided else Open(priority.within or priority.span, "the sum stays within its range")


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
    known = asked.known
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
    reached = _reached(priority, [each for _, each in asked.ladder])
    left = [band for band in priority.bands if band.at_least not in reached]
    if not left:
        return (), None
    known = [result for _, result in asked.known]
    reached = _reached(priority, known)
    left = [band for band in left if band.at_least not in reached]
    if not left:
        return (), None
    if asked.ends is None or asked.sheet.rough:
        return (), _unsure(left[0])
    if not asked.sheet.sampled:
        return tuple(left), None
    outside = [band for band in left if misses(asked, band.at_least, _next(band, priority))]
    within = (band for band in left if band not in outside)
    unsure = next((band for band in within if not meets(asked, band.at_least, _next(band, priority))), None)
    return tuple(outside), _unsure(unsure) if unsure else None


def _unsure(band: Band) -> Open:
    return Open(band.span, f"a case ever gets band `{band.name}`", subjects("band", band.name))


def _reached(priority: Priority, results: list[Result]) -> frozenset[int]:
    """Where the bands begin that some of these scores get, or come to as they age."""
    begins = sorted({band.at_least for band in priority.bands})
    edges = [0] * (len(begins) + 1)
    for result in results:
        edges[max(bisect_right(begins, result.score) - 1, 0)] += 1
        edges[bisect_right(begins, result.later)] -= 1
    return frozenset(begin for begin, over in zip(begins, accumulate(edges), strict=False) if over > 0)


def _beside_band(asked: Asked, band: Band) -> Iterator[Scored]:
    """The case that comes nearest to a band from below, and the one from above."""
    end = _next(band, asked.sheet.priority)
    known = [] if asked.sheet.dues else asked.known
    below = [each for each in known if each[1].later < band.at_least]
    above = [each for each in known if each[1].score >= end]
    if below:
        yield asked.told(*max(below, key=lambda each: each[1].later))
    if above:
        yield asked.told(*min(above, key=lambda each: each[1].score))


def _next(band: Band, priority: Priority) -> int:
    """Where the next band begins; behind every score, if there is none."""
    return min((each.at_least for each in priority.bands if each.at_least > band.at_least), default=1 << 60)


def _bandless(anything: Asked, nothing: Asked) -> tuple[Scored | None, Open | None]:
    priority = anything.sheet.priority
    first = min((band.at_least for band in priority.bands), default=priority.low)
    if first <= priority.low or (anything.bounds is not None and first <= anything.bounds[0]):
        return None, None
    known = nothing.known
    lowest = min(known, key=lambda each: each[1].score) if known and not nothing.sheet.dues else None
    if lowest is not None and lowest[1].score < first:
        return nothing.told(*lowest), None
    decided = anything.ends is not None and not anything.sheet.rough
    if decided and all(first <= result.score for _, result in anything.known):
        return None, None
    return None, Open(priority.span, "every case has a band")


def _ends(asked: Asked) -> tuple[Scored | None, Scored | None]:
    """A case with the least and one with the largest score."""
    known = asked.known
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
    known = asked.known
    if not known:
        return None
    waiting, fresh = min(known, key=lambda each: each[1].later), max(known, key=lambda each: each[1].score)
    if waiting[1].later >= fresh[1].score:
        return None
    lines = [plus.row for plus in asked.sheet.ages]
    holding = [plus.row for plus in asked.sheet.ages if plus.holds(waiting[0].mask)]
    return Overtaken(max(holding or lines, key=lambda row: row.up_to), asked.told(*waiting), asked.told(*fresh))
