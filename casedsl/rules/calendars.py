"""4xx: do the locked calendars reach as far as somebody has to count?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from casedsl_runtime.vocabulary import PLAIN, Counting

from casedsl.analysis.facts import Facts
from casedsl.analysis.graph import timers_in
from casedsl.analysis.horizon import Horizon, over_on
from casedsl.model.records import Calendar, CaseType, Time
from casedsl.syntax.finding import Finding, Label

_YEARS_BEFORE, _YEARS_AFTER = 1, 5


def cd405_calendar_runs_out(facts: Facts) -> Iterator[Finding]:
    """Every length of time that begins today is over before the locked calendars end.

    `calendars.lock` knows so many years. Whatever would have to be counted beyond them is refused when it should begin,
    so a lock that nobody renews stops cases one day. The rule is asked only where a day is given and a lock is there:
    the same input always has the same findings. Below it is asked on 2 November 2026, with a lock that ends with 2031.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            team desk
            move to done as forgotten after 6 years    # CD405
            on answer -> done
                by clerk
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            team desk
            move to done as forgotten after 5 years
            on answer -> done
                by clerk
        final state done "Done"
    """
    case_type, horizon = facts.case_type, facts.horizon
    if case_type is None or facts.graph is None or horizon is None:
        return
    ends: dict[Time, date] = {}
    for length, calendar, counting in dict.fromkeys(counted(case_type, facts)):
        end = over_on(length.duration, calendar, horizon, counting)
        if end.year > horizon.last_year:
            ends[length] = max(end, ends.get(length, end))
    if ends:
        yield _runs_out(horizon, ends)


def counted(case_type: CaseType, facts: Facts) -> Iterator[tuple[Time, Calendar, Counting]]:
    """Every length of time for which a case can have to ask a calendar, with each calendar, and how it is counted."""
    shared = case_type.organisation
    for state in facts.reached:
        timers = [timer for timer in timers_in(case_type, state) if timer.after.duration.kind != "clock"]
        calendars = (shared.teams[team].calendar for team in facts.teams[state] if team)
        known = [shared.calendars[ref.name] for ref in calendars if ref]
        yield from ((timer.after, calendar, PLAIN) for timer in timers for calendar in known)
    for promise in (promise for promise in case_type.promises.values() if promise.before is None):
        calendar, counting = shared.calendars[promise.calendar.name], promise.counting
        asked = counting.rolls != "not" or counting.begins != "at once" or counting.cut_off is not None
        lengths = (length for length in promise.lengths if asked or length.duration.kind != "clock")
        yield from ((length, calendar, counting) for length in lengths)
        most = promise.pauses.at_most
        if most is not None and most.duration.kind != "clock":
            yield most, calendar, PLAIN


def _runs_out(horizon: Horizon, ends: Mapping[Time, date]) -> Finding:
    """The finding about what is over last; the others are consequences of the same lock."""
    from casedsl_runtime.messages import show_date  # few checks come here

    lengths = sorted(ends, key=lambda length: length.span)
    longest = max(lengths, key=lambda length: ends[length])
    first = min(horizon.first_year, horizon.today.year - _YEARS_BEFORE)
    last = max(horizon.today.year + _YEARS_AFTER, ends[longest].year)
    return Finding(
        "CD405",
        "warning",
        longest.span,
        f"the locked calendars end with {horizon.last_year}, too early for {longest.duration} from "
        f"{show_date(horizon.today)}",
        labels=tuple(Label(other.span, "too early for this too") for other in lengths if other is not longest)[:2],
        notes=(("why", "what can't be counted to its end is refused when it should begin"),),
        way_out=f"run `casedsl calendars lock --years {first}-{last}` with the definition's file",
    )
