"""The machine that is timed: four states, three guards, and a ladder of three timers in each state that waits.

A ticket is opened, taken, checked and sent back, and taken again, so that every event finds its guard open and every
arrival arms a ladder and leaves another. Peers have the same machine in their own words (`events.py`).
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from itertools import count
from pathlib import Path

from casedsl_runtime import Directory, Do, Host, Store

from casedsl import Compiled, check, compile_case
from casedsl.artifact.lock import Lock, read_lock

START = int(datetime(2026, 3, 2, 9, 0, tzinfo=UTC).timestamp())
EVENTS = (*("take", "check", "reopen") * 3, "take")
COMMANDS = tuple(Do(event) for event in EVENTS)
LOCK = Path(__file__).resolve().parent.parent / "examples" / "complaint" / "calendars.lock"
PEOPLE = Directory.of({"kim": {"name": "Kim Okafor", "roles": ["clerk"]}, "lea": {"name": "Lea", "roles": ["lead"]}})

OFFICE = """\
organisation office "The office"
    edition 1

calendar office
    zone     Europe/London
    open     mon-fri hours 09:00-17:00
    holidays GB-ENG

role clerk "Clerk"
role lead  "Lead"

team desk "Desk"
    people   clerk, lead
    calendar office
"""

TICKET = """\
case type ticket "Ticket"
    edition 1
    version 1
    use     "office"
    number  "T-{sequence}"

fields
    size integer "How big is it?"
        default 3

first state new "New"
    team     desk
    purpose  "Nobody has taken it yet."
    prompt   assignee after 2 working hours
    alert    lead     after 8 working hours
    escalate to lead  after 16 working hours
    on take -> taken "Take"
        by      clerk
        purpose "Somebody looks after it."
        when    size > 2

state taken "Taken"
    team     desk
    purpose  "Somebody works on it."
    prompt   assignee after 2 working hours
    alert    lead     after 8 working hours
    escalate to lead  after 16 working hours
    on check -> checked "Check"
        by      clerk
        purpose "What was done is looked at."
        when    size < 9

state checked "Checked"
    team     desk
    purpose  "It is closed, or begins anew."
    prompt   assignee after 2 working hours
    alert    lead     after 8 working hours
    escalate to lead  after 16 working hours
    on reopen -> new "Reopen"
        by      clerk
        purpose "It was not done."
        when    size is set and size is not 7

final state closed "Closed"
    purpose "The file is only read."

anywhere
    on close -> closed as done "Close"
        by      clerk
        purpose "It is done."
"""


@cache
def compiled() -> Compiled:
    """The artifact and the calendars."""
    files = {"ticket.case": TICKET.encode(), "office.case": OFFICE.encode()}
    checked, lock = check("ticket.case", files.__getitem__), read_lock(LOCK.read_text("utf-8"))
    if checked.case_type is None or not isinstance(lock, Lock):
        sys.exit(f"the benchmark's definition can't be compiled: {checked.findings}")
    made = compile_case(checked.case_type, lock)
    if not isinstance(made, Compiled):
        sys.exit("; ".join(made))
    return made


def worker(store: Store) -> Callable[[], object]:
    """A function that does one durable event: a ticket is opened, then ten events take place in it."""
    ticks, keys = count(START, 60), (f"k{n}" for n in count())
    host = Host(store, PEOPLE, lambda: next(ticks))
    made = compiled()
    host.install(made.artifact, made.bundle)
    turns, number = count(), ""

    def event() -> None:
        nonlocal number
        turn = next(turns) % (len(EVENTS) + 1)
        if turn == 0:
            outcome = host.open("ticket", next(keys), {}, "kim")
            number = outcome.number or ""
        else:
            outcome = host.submit(number, next(keys), COMMANDS[turn - 1], "kim")
        assert outcome.accepted, outcome.reasons

    return event
