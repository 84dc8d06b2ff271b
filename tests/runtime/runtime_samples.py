"""A small complaint by hand: what the compiler would write, cut down to what the runtime's laws need.

Calendar `office`: Monday to Friday, 09:00-17:00, Europe/London, 2026 and 2027, no holidays. Calendar `desk`: the same
days, 09:00-13:00. 2026-03-02 is a Monday.
"""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from casedsl_runtime import Case, Directory, Do, Entry, Host, Store, Upkeep
from casedsl_runtime.artifact import (
    Actions,
    Actor,
    Addition,
    Band,
    Bundle,
    CompiledCalendar,
    Field,
    HandOver,
    Option,
    Priority,
    Promise,
    Role,
    Route,
    Sending,
    Setting,
    Stage,
    State,
    Step,
    Team,
    Template,
    Timer,
    Transition,
    Workflow,
)
from casedsl_runtime.journal import Salts
from casedsl_runtime.loading import dump_bundle, dump_workflow
from casedsl_runtime.vocabulary import Duration, Placeholder, Value

LONDON = ZoneInfo("Europe/London")


def at(text: str) -> int:
    """`2026-03-02 09:00` in London as an instant."""
    return int(datetime.fromisoformat(text).replace(tzinfo=LONDON).timestamp())


def shown(instant: int | None) -> str | None:
    """An instant as `at` takes it."""
    return None if instant is None else datetime.fromtimestamp(instant, LONDON).strftime("%Y-%m-%d %H:%M")


def calendar(name: str, closes: time) -> CompiledCalendar:
    first, last = date(2026, 1, 1), date(2028, 1, 1)
    days = [first + timedelta(days=n) for n in range((last - first).days)]
    work = [day for day in days if day.weekday() < 5]
    start, end = _instant(first, time(0)), _instant(last, time(0))
    changes = [start, *_zone_changes(start, end)]
    ends = tuple(_instant(day, closes) for day in work)
    return CompiledCalendar(
        name=name,
        zone="Europe/London",
        first=start,
        last=end,
        opens=tuple(_instant(day, time(9)) for day in work),
        closes=ends,
        days=tuple(day.toordinal() for day in work),
        ends=ends,
        changes=tuple(changes),
        offsets=tuple(_offset(change) for change in changes),
    )


def _instant(day: date, hour: time) -> int:
    return int(datetime.combine(day, hour, LONDON).timestamp())


def _offset(instant: int) -> int:
    offset = datetime.fromtimestamp(instant, UTC).astimezone(LONDON).utcoffset()
    assert offset is not None
    return int(offset.total_seconds())


def _zone_changes(start: int, end: int) -> list[int]:
    return [hour for hour in range(start + 3600, end, 3600) if _offset(hour) != _offset(hour - 3600)]


BUNDLE = Bundle((calendar("office", time(17)), calendar("desk", time(13))), "2026.1", "2026a")


def hours(count: int) -> Duration:
    return Duration(count, "working", "hour")


def days(count: int) -> Duration:
    return Duration(count, "working", "day")


def _by(*roles: str) -> tuple[Actor, ...]:
    return tuple(Actor(role) for role in roles)


_FOR_REQUESTER = (Actor("requester"), Actor("handler", "requester"))
_UPHELD = ("one of", ("field", "outcome"), "upheld", "partly")

FIELDS = (
    Field("summary", "What happened?", "long text"),
    Field(
        "category", "What is it about?", "choice", (Option("billing", "A bill"), Option("privacy", "My data")),
        changed_by=("handler",), changed_in=("new", "in_review"),
    ),
    Field("impact", "How many people?", "scale", low=1, high=5),
    Field("vulnerable", "Is the customer vulnerable?", "yes/no", changed_by=("handler",)),
    Field("question", "What do we still need?", "long text"),
    Field("outcome", "What do we decide?", "choice", (Option("upheld", "Upheld"), Option("rejected", "Not upheld"))),
    Field("remedy", "What do we do about it?", "text", asked_when=_UPHELD),
    Field("refund", "How much?", "money", currency="GBP", digits=2, default=0, low=0, asked_when=_UPHELD),
    Field("reviews", "How often reviewed", "integer", default=0),
    Field("happened_on", "When was it?", "date"),
)  # fmt: skip

TRANSITIONS = (
    Transition(
        "acknowledge", "Acknowledge", (Route("in_review"),), _by("handler", "supervisor"), needs=("impact",),
        actions=Actions(sends=(Sending("acknowledged", ("requester",)),)),
    ),
    Transition("mark_spam", "It is spam", (Route("closed", "spam"),), _by("handler"), needs_note=True),
    Transition(
        "decide", "Decide",
        (
            Route(
                "legal_review", when=(">", ("field", "refund"), ("const", 1_000_000)), text="refund > 10000 GBP",
                actions=Actions(hand_over=HandOver(
                    ("outcome", "refund"), ("We propose ", Placeholder("field", "refund"), ".")
                )),
            ),
            Route("answering"),
        ),
        _by("handler", "supervisor"), needs=("outcome", "remedy", "refund"),
        actions=Actions(sets=(Setting("reviews", ("+", ("field", "reviews"), ("const", 1))),)),
    ),
    Transition("approve", "Approve", (Route("answering"),), _by("legal"), but_not=("decide",)),
    Transition(
        "return", "Return", (Route("in_review"),), _by("legal", "supervisor"), needs_note=True,
        actions=Actions(
            clears=("outcome", "remedy", "refund"),
            hand_over=HandOver((), ("Legal sends it back: ", Placeholder("note"))),
        ),
    ),
    Transition(
        "send_answer", "Send the answer", (Route("resolved"),), _by("handler", "supervisor"),
        when=("is set", "outcome"), text="outcome is set",
        actions=Actions(sends=(Sending("answered", ("requester",)),)),
    ),
    Transition("customer_replied", "The customer replied", (Route("back"),), _FOR_REQUESTER),
    Transition("object", "Object", (Route("in_review"),), _FOR_REQUESTER, needs_note=True),
    Transition("hand_back", "Hand back", (Route("stay"),), _by("supervisor"), reverses_escalation=True),
    Transition(
        "ask_customer", "Ask the customer", (Route("waiting_on_customer"),), _by("handler", "legal"),
        needs=("question",), when=("not", ("happened", "ask_customer", 3)), text="it was not asked 3 times",
        actions=Actions(sends=(Sending("question_asked", ("requester",)),)),
    ),
    Transition("withdraw", "Withdraw", (Route("closed", "withdrawn"),), _FOR_REQUESTER, needs_note=True),
    Transition("message", "A message", (Route("stay"),), _FOR_REQUESTER),
    Transition("phone", "Wait for a call", (Route("waiting_for_call"),), _by("handler")),
    Transition("take_back", "Back", (Route("back"),), _by("handler")),
)  # fmt: skip
_INDEX = {transition.event: index for index, transition in enumerate(TRANSITIONS)}


def _row(*events: str) -> dict[str, int]:
    return {event: _INDEX[event] for event in (*events, "withdraw", "message")}


TABLE = {
    "new": _row("acknowledge", "mark_spam", "ask_customer", "hand_back", "phone"),
    "in_review": _row("decide", "ask_customer", "hand_back", "phone"),
    "legal_review": _row("approve", "return", "ask_customer", "hand_back"),
    "answering": _row("send_answer", "ask_customer"),
    "waiting_on_customer": _row("customer_replied", "take_back", "phone"),
    "waiting_for_call": _row("take_back", "ask_customer", "acknowledge"),
    "resolved": _row("object"),
}

STATES = (
    State("new", "New", "first", team="complaints", timers=(
        Timer("prompt", "assignee", hours(2)), Timer("alert", "supervisor", hours(4)),
    )),
    State("in_review", "In review", team="complaints"),
    State("legal_review", "Legal review", team="legal_desk"),
    State("answering", "Answering", team="complaints", timers=(Timer("alert", "supervisor", days(3)),)),
    State("waiting_on_customer", "Waiting on customer", waiting_on=("requester",), side_step=True, timers=(
        Timer("prompt", "requester", Duration(3, "calendar", "day"), "still_waiting"),
        Timer("move", "back", Duration(14, "calendar", "day"), purpose="We decide with what we know."),
    )),
    State("waiting_for_call", "Waiting for a call", side_step=True),
    State("resolved", "Resolved", team="complaints", timers=(Timer("move", "closed", days(10), ending="answered"),)),
    State("closed", "Closed", "final"),
)  # fmt: skip

WORKFLOW = Workflow(
    name="complaint",
    title="Complaint",
    edition=1,
    version=1,
    number="CMP-{year}-{sequence:5}",
    zone="Europe/London",
    roles=(
        Role("requester", "The person who complains", outside=True),
        Role("handler", "Complaint handler"),
        Role("legal", "Legal adviser"),
        Role("supervisor", "Supervisor"),
    ),
    may_be_both=(("handler", "supervisor"), ("handler", "legal")),
    teams=(
        Team("complaints", "Complaints desk", ("handler", "supervisor"), "office", "handler"),
        Team("legal_desk", "Legal desk", ("legal",), "desk", "legal"),
    ),
    fields=FIELDS,
    priority=Priority(
        parts=(("12 * impact", ("*", ("const", 12), ("field", "impact"))),),
        low=0,
        high=50,
        additions=(
            Addition(10, 100, ("==", ("field", "vulnerable"), ("const", True)), "A delay harms them more.",
                     "vulnerable is yes"),
            Addition(30, 40, ("==", ("field", "category"), ("const", "privacy")), text="category is privacy"),
        ),
        bands=(Band("green", 0), Band("red", 40), Band("amber", 20)),
    ),
    promises=(
        Promise(
            "answer", "We answer your complaint", days(10), "office", "opened", ("send_answer",),
            ("waiting_on_customer",),
            (
                Step("prompt", "assignee", days(3)),
                Step("alert", "supervisor", days(1)),
                Step("tell", "requester", None, "late"),
            ),
        ),
        Promise("review", "We review quickly", days(2), "office", "acknowledge", ("decide",), ("waiting_on_customer",)),
    ),
    stages=(
        Stage("at_work", "Being worked on", ("new", "in_review", "legal_review"), (
            Timer("prompt", "assignee", days(1)),
            Timer("alert", "supervisor", days(3)),
            Timer("escalate", "supervisor", days(5)),
        )),
    ),
    states=STATES,
    transitions=TRANSITIONS,
    table=TABLE,
    templates=(
        Template("acknowledged", ("Your complaint ", Placeholder("number")),
                 (Placeholder("first name"), " looks after it. Answer by ", Placeholder("due", "answer"), ".")),
        Template("question_asked", ("A question",), (Placeholder("field", "question"),)),
        Template("still_waiting", ("We wait",), (Placeholder("field", "question"),)),
        Template("answered", ("Our answer: ", Placeholder("field", "summary")),
                 (Placeholder("field", "outcome"), " ", Placeholder("field", "remedy", if_set=True))),
        Template("late", ("We are late",), ("Promised by ", Placeholder("due", "answer"), ".")),
    ),
)  # fmt: skip

ARTIFACT = dump_workflow(WORKFLOW)
CALENDARS = dump_bundle(BUNDLE)
PEOPLE: dict[str, dict[str, object]] = {
    "pat": {"name": "Pat Doe", "roles": ["requester"]},
    "sam": {"name": "Sam", "roles": ["requester"]},
    "kim": {"name": "Kim", "roles": ["handler"]},
    "lee": {"name": "Lee", "roles": ["handler", "legal"]},
    "max": {"name": "Max", "roles": ["legal"]},
    "sue": {"name": "Sue", "roles": ["supervisor"]},
}


def seeded(seed: int = 1) -> Salts:
    """Salts that are the same in every run."""
    return random.Random(seed).randbytes


class Clock:
    """A clock that stands where it is put."""

    def __init__(self, text: str = "2026-03-02 09:00") -> None:
        self.now = at(text)

    def __call__(self) -> int:
        return self.now

    def put(self, text: str) -> None:
        self.now = at(text)


class Desk:
    """A host with the sample installed, and short words for what tests do."""

    def __init__(self, store: Store, start: str = "2026-03-02 09:00", workflow: Workflow | None = None) -> None:
        self.clock = Clock(start)
        self.store = store
        self.host = Host(store, Directory.of(PEOPLE), self.clock, seeded())
        self.host.install(ARTIFACT if workflow is None else dump_workflow(workflow), CALENDARS)
        self.keys = 0

    def problems(self, case: str | None = None) -> list[str]:
        """What is wrong with a case, or with the store."""
        return [problem for _, problem in Upkeep(self.store, Directory.of(PEOPLE)).verify(case)]

    def key(self) -> str:
        self.keys += 1
        return f"key-{self.keys}"

    def open(self, actor: str = "pat", **fields: Value) -> str:
        """Open a case and give its number."""
        outcome = self.host.open("complaint", self.key(), {"summary": "It never came", **fields}, actor)
        assert outcome.accepted, outcome.reasons
        assert outcome.number is not None
        return outcome.number

    def do(self, case: str, actor: str, event: str, note: str | None = None, **fields: Value) -> Entry:
        """Let something happen that must be possible."""
        outcome = self.host.submit(case, self.key(), Do(event, fields, note), actor)
        assert outcome.accepted, outcome.reasons
        return outcome.entries[-1]

    def refuses(self, case: str, actor: str, event: str, note: str | None = None, **fields: Value) -> tuple[str, ...]:
        """The reasons why it is refused."""
        outcome = self.host.submit(case, self.key(), Do(event, fields, note), actor)
        assert not outcome.accepted
        return outcome.reasons

    def case(self, number: str) -> Case:
        found = self.host.load(number)
        assert found is not None
        return found

    def due(self, number: str, clock: str, rung: str) -> str | None:
        """When a rung is due, as `at` takes it."""
        return shown(self.case(number).clocks[clock].dues[rung])

    def tick(self, text: str) -> list[tuple[str, str | None]]:
        """Let time pass; the kinds and instants of what it did."""
        self.clock.put(text)
        return [(entry.kind, shown(entry.at)) for fired in self.host.tick() for entry in fired.outcome.entries]
