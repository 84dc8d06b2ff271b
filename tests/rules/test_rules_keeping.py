"""Promises: they can be kept, and who could help hears of them in time."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from casedsl_runtime.vocabulary import Duration
from casedsl_runtime.worktime import Stretch, Timetable, due
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rule_programs import look, program

from casedsl.analysis.almanac import ordinary
from casedsl.artifact.lock import Lock, read_lock
from casedsl.syntax.finding import Finding

ROOT = Path(__file__).resolve().parents[2]

WAITING = """
promise soon
    within {within}
    calendar office
    from {since}
    met by answer
    alert chief when 50% used
    {more}
first state new
    team desk
    {new}
state ready
    team desk
    {ready}
    on answer -> done
        by clerk, chief
final state done
"""
MOVE = "move to ready after {}"
BY_HAND = "on take -> ready\n        by clerk, chief"


def late(
    within: str,
    new: str,
    *,
    since: str = "opened",
    more: str = "",
    ready: str = "",
    today: date | None = None,
) -> Finding | None:
    text = WAITING.format(within=within, new=new, since=since, more=more, ready=ready)
    rows = [row for row in text.split("\n") if row.strip()]
    lock = read_lock((ROOT / "examples" / "complaint" / "calendars.lock").read_text("utf-8"))
    assert isinstance(lock, Lock)
    found = look("\n".join(rows) + "\n", lock=lock if today else None, today=today).findings
    assert not [finding for finding in found if finding.severity == "error" and finding.code[:3] != "CD4"], found
    return next((finding for finding in found if finding.code == "CD406"), None)


# The quickest way (CD406)


def test_what_is_always_too_late_is_an_error_with_the_best_minute() -> None:
    finding = late("2 working days", MOVE.format("3 working days"))
    assert finding is not None
    assert finding.severity == "error"
    assert finding.headline == "the quickest way can't keep `soon` within 2 working days"
    assert finding.notes == (
        ("the quickest way", "new -(after 3 working days)-> ready"),
        ("at best", "from Monday 09:00: due Wednesday 17:00, `answer` from Thursday 17:00"),
    )
    assert [step.text for step in finding.steps] == ["`new` -> `ready` after 3 working days"]


def test_what_is_sometimes_too_late_is_a_warning_with_the_worst_minute() -> None:
    """Three calendar days from Thursday night end on Sunday, and two working days on Monday; from Sunday, Tuesday."""
    finding = late("2 working days", MOVE.format("3 calendar days"))
    assert finding is not None
    assert finding.severity == "warning"
    assert finding.headline == "the quickest way doesn't always keep `soon` within 2 working days"
    assert finding.notes[1] == ("at worst", "from Monday 23:59: due Wednesday 17:00, `answer` from Thursday 23:59")


def test_an_answer_at_the_very_instant_is_too_late() -> None:
    assert late("3 calendar days", MOVE.format("3 calendar days")) is not None
    assert late("73 clock hours", MOVE.format("3 calendar days")) is None


def test_where_somebody_can_act_nobody_has_to_wait() -> None:
    assert late("1 working hour", f"{MOVE.format('3 working days')}\n    {BY_HAND}") is None
    assert late("1 working hour", BY_HAND) is None


def test_near_a_holiday_only() -> None:
    """Two working days from 23 December 2026 are over on Tuesday 29: Friday 25 and Monday 28 are holidays."""
    new = MOVE.format("2 working days")
    finding = late("5 calendar days", new, today=date(2026, 11, 2))
    assert finding is not None
    assert finding.severity == "warning"
    assert finding.notes[1] == (
        "at worst",
        "from Wednesday 23 December 2026, 00:00: due Sunday 27 December 2026, 24:00, "
        "`answer` from Tuesday 29 December 2026, 17:00",
    )
    assert late("7 calendar days", new, today=date(2026, 11, 2)) is None
    assert late("5 calendar days", new) is None
    assert late("5 calendar days", new, today=date(2031, 12, 28)) is None


def test_what_is_not_decided_is_not_found() -> None:
    new = MOVE.format("3 working days")
    assert late("2 working days", new, more="pauses in new") is None
    assert late("2 working days", new, more="extends on answer_later to 9 working days", ready=LATER) is None
    assert late("2 working days", new, more="extends on answer_later to 3 working days", ready=LATER) is not None


LATER = "on answer_later -> stay\n        by clerk, chief"


def test_a_promise_that_begins_later_has_less_to_wait_for() -> None:
    """From `take` on nobody waits; a visit that may have begun long before is over at once."""
    assert late("2 working days", f"{MOVE.format('3 working days')}\n    {BY_HAND}", since="take") is None
    stays = f"on look -> stay\n        by clerk, chief\n    {MOVE.format('3 working days')}"
    assert late("2 working days", stays, since="look") is None
    assert late("2 working days", stays) is not None


@program("CD406")
def test_the_length_of_a_band_and_a_stage_that_moves_on() -> None:
    """
    fields
        impact scale 1..5
    priority
        score 10 * impact in 0..50
        band red from 40
        band green from 0
    promise soon
        within 4 working days
        in band red within 1 working day        # CD406[1 working day] the quickest way can't keep `soon` within 1 work
        calendar office
        met by answer
        alert chief when 50% used
    stage early of new, seen
        move to ready after 2 working days
    first state new
        team desk
        on see -> seen
            by clerk
            needs impact
    state seen
        move to ready after 1 working day
    state ready
        team desk
        on answer -> done
            by clerk
    final state done
    """


LENGTHS = st.one_of(
    st.builds(Duration, st.integers(1, 20), st.just("working"), st.just("hour")),
    st.builds(Duration, st.integers(1, 4), st.just("working"), st.just("day")),
    st.builds(Duration, st.integers(1, 6), st.just("calendar"), st.just("day")),
    st.builds(Duration, st.integers(1, 90), st.just("clock"), st.just("hour")),
)


def over(table: Timetable, length: Duration, entry: int) -> int:
    end = due({"office": table}, [Stretch(entry, None, "office")], length, entry)
    assert end is not None
    return end


@settings(derandomize=True, deadline=None, max_examples=10)
@given(LENGTHS, LENGTHS, LENGTHS)
@example(Duration(84, "clock", "hour"), Duration(20, "clock", "hour"), Duration(2, "working", "hour"))
@example(Duration(21, "clock", "hour"), Duration(10, "clock", "hour"), Duration(8, "working", "hour"))
def test_every_minute_of_a_week_agrees(within: Duration, first: Duration, second: Duration) -> None:
    """Two waits one after the other, walked from each minute. In the examples only those minutes are too late, or in
    time, from which a case comes to the second wait just when the calendar closes."""
    more = f"    move to late after {second}\nstate late\n    team desk\n"
    text = WAITING.format(within=within, since="opened", more="", new=MOVE.format(first), ready="")
    text = text.replace("state ready\n    team desk\n", f"state ready\n    team desk\n{more}")
    checked = look("\n".join(row for row in text.split("\n") if row.strip()) + "\n")
    assert checked.organisation is not None
    table = ordinary(checked.organisation.calendars["office"], 12)
    assert table is not None
    low = table.calendar.first + 7 * 86_400
    gaps = [
        over(table, second, over(table, first, entry)) - over(table, within, entry)
        for entry in range(low, low + 7 * 86_400, 60)
    ]
    found = [finding.severity for finding in checked.findings if finding.code == "CD406"]
    assert found == (["error"] if min(gaps) >= 0 else ["warning"] if max(gaps) >= 0 else [])


# Who hears of it (CD414)


SILENT = """
promise soon
    within 10 working days
    calendar office
    met by answer
    {step}
first state new
    team desk
    alert chief after 2 working days
    on take -> taken
        by clerk
state taken
    team desk
    {timer}
    on answer -> done
        by clerk
final state done
"""


def unheard(step: str = "tell customer when missed", timer: str = 'purpose "It is written."') -> list[str]:
    found = look(SILENT.format(step=step, timer=timer)).findings
    return [finding.headline for finding in found if finding.code == "CD414"]


def test_a_promise_of_which_nobody_hears() -> None:
    said = ["`soon` can be missed in `taken` before anybody hears of it"]
    assert unheard() == said
    assert unheard("alert chief when 150% used") == said
    assert unheard("prompt assignee when 2 working days left") == []
    assert unheard("alert chief when 80% used") == []
    assert unheard("pauses in taken") == []
    assert unheard(timer="prompt clerk after 2 working days") == []
    assert unheard(timer="waiting on customer") == [], "CD401 says so"


# Too late (CD415)


LADDERS = """
promise soon
    within {within}
    calendar office
    met by answer
    {step}
first state new
    team desk
    alert chief after {first}
    on take -> taken
        by clerk
state taken
    team desk
    prompt clerk after 1 working hour
    escalate to chief after {second}
    on answer -> done
        by clerk, chief
    on give_back -> new
        by clerk, chief
        reverses escalation
final state done
"""


def used_up(within: str, first: str, second: str, step: str = "prompt assignee when 1 working day left") -> list[str]:
    found = look(LADDERS.format(within=within, first=first, second=second, step=step)).findings
    return [finding.headline for finding in found if finding.code == "CD415"]


def test_ladders_that_use_up_a_promise_together() -> None:
    said = ["nobody is alerted in `taken` before `soon` is due after 10 working days"]
    assert used_up("10 working days", "4 working days", "6 working days") == said
    assert used_up("10 working days", "4 working days", "5 working days") == []
    assert used_up("10 working days", "4 working days", "6 working days", "alert chief when 1 working day left") == []
    assert used_up("10 working days", "4 working days", "6 working days", "alert chief when 120% used") == said
    assert used_up("10 working days", "4 working days", "6 working days", "due at 24:00") == []
    assert used_up("10 working days", "4 working days", "7 working days", "due at 24:00") == said
    assert used_up("10 working days", "4 working days", "7 working days", "begins on a working day") == []


def test_ladders_of_other_kinds_than_the_promise() -> None:
    said = ["nobody is alerted in `new` before `soon` is due after 2 working days"]
    assert used_up("2 working days", "7 calendar days", "1 working day") == said
    assert used_up("2 working days", "3 calendar days", "1 working day") == []
    assert used_up("10 calendar days", "1 working day", "20 working days") == [], "added up, they can't be compared"


@program("CD415")
def test_the_clock_of_a_stage_goes_on_from_state_to_state() -> None:
    """
    promise soon
        within 10 working days
        calendar office
        met by answer
        prompt assignee when 50% used
    promise sooner
        within 6 working days
        calendar office
        met by answer
        prompt assignee when 50% used
    stage open of new, taken
        alert chief after 6 working days        # CD415 nobody is alerted in `taken` before `sooner` is due after 6
    first state new
        team desk
        alert chief after 5 working days
        on take -> taken
            by clerk
    state taken
        team desk
        on answer -> done
            by clerk
    final state done
    """


def test_the_alerts_on_the_way_are_shown() -> None:
    step = "prompt assignee when 1 working day left"
    text = LADDERS.format(within="10 working days", first="4 working days", second="6 working days", step=step)
    (finding,) = (finding for finding in look(text).findings if finding.code == "CD415")
    assert finding.severity == "warning"
    assert [label.text for label in finding.labels] == ["the alert before it", "due"]
    assert finding.notes == (
        ("a way there", "new -(take)-> taken"),
        ("why", "each ladder may be in time for itself; one after the other they use up the promise"),
    )
