"""Whether a promise can be kept at all: the quickest way against the length, from every minute at which it can begin.

What is found holds in ordinary weeks, or is a date of the locked years. Not decided, and so no finding: a promise that
begins with a field or is due before one, one whose keeping may be told later, pauses on the way, zones that differ, and
what would take more than ten years.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, TypeAlias

from casedsl_runtime.vocabulary import PLAIN, Counting, Duration
from msgspec import Struct
from msgspec.structs import replace

from casedsl.analysis.graph import Graph, Move
from casedsl.analysis.horizon import Horizon
from casedsl.analysis.quickest import Over, Teams, Ways, arrivals, calendars_in, waits, ways_of
from casedsl.analysis.sooner import MOST_DAYS, Told, Week, is_open, locked_table, turns, unlike
from casedsl.model.records import Calendar, CaseType, Promise, Time, Timer

if TYPE_CHECKING:  # few promises must wait for time: others load none of this
    from casedsl_runtime.worktime import Timetable

Tables: TypeAlias = "Mapping[str, Timetable]"

_DAY = 86_400
_MINUTE = 60


class Late(Struct, frozen=True):
    """A promise that the quickest way can't keep: the minute at which it begins, when it is due, when it can first be
    met, and how; of those that are late the latest, or if `always` is so, the one that is least late."""

    length: Time
    entry: int
    due: int
    met: int
    way: tuple[Move, ...]
    table: Timetable
    always: bool
    usual: bool = True
    told: Told = "weekdays"


class Case(Struct, frozen=True):
    """A promise and the ways to keep it; `slow` are the states in which a case must wait for time."""

    case_type: CaseType
    teams: Teams
    promise: Promise
    ways: Ways
    slow: tuple[str, ...]

    @property
    def calendars(self) -> tuple[Calendar, ...]:
        names = [name for state in self.slow for name in calendars_in(self.case_type, self.teams, state) if name]
        known = self.case_type.organisation.calendars
        return tuple(known[name] for name in dict.fromkeys((self.promise.calendar.name, *names)))

    @property
    def timers(self) -> tuple[Timer, ...]:
        moves = (move.by for state in self.slow for move in self.ways.graph.moves[state])
        return tuple(dict.fromkeys(timer for timer in moves if isinstance(timer, Timer)))


def too_late(case_type: CaseType, graph: Graph, teams: Teams, promise: Promise, horizon: Horizon | None) -> Late | None:
    """The first length of a promise that can't be kept by a case that begins at some minute, or at any."""
    if promise.before or promise.met_at or promise.pauses.dates or promise.since.name in case_type.fields:
        return None
    ways = ways_of(case_type, graph, teams, promise)
    case = Case(case_type, teams, promise, ways, waits(ways))
    if not case.slow or {ref.name for ref in promise.pauses_in} & {*case.slow}:
        return None
    for length in (promise.within, *(length for _, length in promise.by_band)):
        found = _late(case, length, horizon)
        if found is not None:
            return found
    return None


def _late(case: Case, length: Time, horizon: Horizon | None) -> Late | None:
    usual = _in_ordinary_weeks(case, length)
    if horizon is None or (usual is not None and usual.always):
        return usual
    locked = _in_locked_years(case, length, horizon)
    if locked is None or (usual is not None and usual.met - usual.due >= locked.met - locked.due):
        return usual
    return replace(locked, always=False, usual=usual is not None, told="dates")


def _longest(case: Case, length: Time) -> int:
    """The days of an ordinary year that everything together can take at most; more than any where nobody can count."""
    lengths = [timer.after.duration for timer in case.timers]
    lengths += [each.duration for each in (length, *(each for _, each in case.promise.extensions))]
    weeks = [Week(calendar) for calendar in case.calendars]
    if not all(week.minutes for week in weeks):
        return MOST_DAYS + 1
    return sum(max(week.most(each) for week in weeks) for each in lengths) // (_DAY // _MINUTE) + 14


def _in_ordinary_weeks(case: Case, length: Time) -> Late | None:
    longest = _longest(case, length)
    if longest > MOST_DAYS or len({calendar.zone for calendar in case.calendars}) > 1:
        return None
    from casedsl.analysis.almanac import ordinary, ordinary_monday

    monday = max(ordinary_monday(calendar) for calendar in case.calendars)
    tables = {calendar.name: ordinary(calendar, longest // 7 + 4, monday) for calendar in case.calendars}
    known = {name: table for name, table in tables.items() if table is not None}
    low = (monday - date(1970, 1, 1)).days * _DAY
    week = [(low, low + 7 * _DAY)]
    return _judged(case, length, known, week, True) if known.keys() == tables.keys() else None


def _in_locked_years(case: Case, length: Time, horizon: Horizon) -> Late | None:
    longest = _longest(case, length)
    tables = {calendar.name: locked_table(calendar, horizon) for calendar in case.calendars}
    known = {name: table for name, table in tables.items() if table is not None}
    if longest > MOST_DAYS or known.keys() != tables.keys():
        return None
    from casedsl_runtime.worktime import midnight

    table = known[case.promise.calendar.name]
    days = sorted({day.toordinal() for calendar in case.calendars for day in unlike(calendar, horizon)})
    near = {day - before for day in days for before in range(-1, longest + 1)}
    first = max(horizon.today.toordinal(), date(horizon.first_year, 1, 1).toordinal())
    spans = [(midnight(table, day), midnight(table, day + 1)) for day in sorted(near) if day >= first]
    return _judged(case, length, known, spans, False)


def _judged(case: Case, length: Time, tables: Tables, spans: list[tuple[int, int]], deep: bool) -> Late | None:
    """What is late, from every minute at which something can change; `deep` also in the later of several waits."""
    from casedsl_runtime.worktime import CalendarRunsOut

    table = tables[case.promise.calendar.name]
    worst: Late | None = None
    least: Late | None = None
    in_time = False
    for entry in (entry for low, high in spans for entry in _entries(case, length, tables, low, high, deep)):
        try:
            due, (met, way) = _due(case.promise, length, table, entry), _met(case, tables, entry)
        except CalendarRunsOut:
            continue
        if met < due:
            in_time = True
            continue
        late = Late(length, entry, due, met, tuple(way), table, False)
        worst = late if worst is None or _place(late) > _place(worst) else worst
        least = late if least is None or _place(late, -1) > _place(least, -1) else least
    return worst if in_time or least is None else replace(least, always=True)


def _place(late: Late, sign: int = 1) -> tuple[int, bool]:
    """How late it is, or how little; rather where it is open, for then most cases come."""
    return sign * (late.met - late.due), is_open(late.table, late.entry)


def _due(promise: Promise, length: Time, table: Timetable, entry: int) -> int:
    """When a promise is due that begins at an instant; with the longest extension that it can have."""
    lengths = (length, *(each for _, each in promise.extensions))
    return max(_over(table, each.duration, entry, promise.counting) for each in lengths)


def _over(table: Timetable, length: Duration, entry: int, counting: Counting = PLAIN) -> int:
    from casedsl_runtime.worktime import Stretch, due

    name = table.calendar.name
    end = due({name: table}, [Stretch(entry, None, name)], length, entry, counting)
    assert end is not None, "the stretch is running"
    return end


def _met(case: Case, tables: Tables, entry: int) -> tuple[int, list[Move]]:
    found = (
        (at, way) for state, at, way in arrivals(case.ways, entry, _timers(case, tables)) if state in case.ways.meets
    )
    return next(found)


def _timers(case: Case, tables: Tables) -> Over:
    def over(timer: Timer, state: str, at: int) -> int:
        names = calendars_in(case.case_type, case.teams, state)
        return at if "" in names else min(_over(tables[name], timer.after.duration, at) for name in names)

    return over


def _entries(case: Case, length: Time, tables: Tables, low: int, high: int, deep: bool) -> list[int]:
    """The minutes from which on one of the lengths can be over otherwise; also one that begins with a later wait."""
    lengths = (length.duration, *(timer.after.duration for timer in case.timers))
    found = {entry for table in tables.values() for entry in turns(table, lengths, low, high)}
    if deep:
        found.update(_later_turns(case, tables, lengths, low, high))
    return sorted(found)


def _later_turns(case: Case, tables: Tables, lengths: tuple[Duration, ...], low: int, high: int) -> Iterator[int]:
    """The minutes from which a case comes to a later wait just when that can take another time."""
    minutes = range(low, high, _MINUTE)
    over = _timers(case, tables)
    for state in case.slow:

        def comes(entry: int, state: str = state) -> int:
            return next((at for where, at, _ in arrivals(case.ways, entry, over) if where == state), entry)

        first, last = comes(low), comes(high)
        if first == low and last == high:
            continue  # nobody waits before
        for turn in sorted({turn for table in tables.values() for turn in turns(table, lengths, first, last + _DAY)}):
            i = bisect_left(minutes, turn, key=comes)
            yield from (minutes[j] for j in (i - 1, i) if 0 <= j < len(minutes))
