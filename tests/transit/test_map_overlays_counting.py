"""An overlay counted from a store that ran real cases: who is where, how long they stay, what was missed."""

from __future__ import annotations

import pytest
from casedsl_runtime import MemoryStore
from casedsl_runtime.journal import Draft, Entry, seal
from msgspec.structs import replace
from runtime_samples import WORKFLOW, Desk, at, seeded

from casedsl.transit.network import Network, Station, Track, Zone
from casedsl.transit.overlays.counting import Stay, counted, told_by
from casedsl.transit.overlays.data import Numbers, Overlay, OverlayError, Passage
from casedsl.transit.overlays.heat import heat, lasted

STATES = tuple(state.name for state in WORKFLOW.states)
FINALS = tuple(state.name for state in WORKFLOW.states if state.kind == "final")
HOUR = 3600


@pytest.fixture
def desk() -> Desk:
    return Desk(MemoryStore())


def journals(desk: Desk) -> list[list[Entry]]:
    with desk.store.reading() as unit:
        return [unit.history(number) for number in unit.numbers()]


def overlay(desk: Desk, now: str, artifact: str = "") -> Overlay:
    with desk.store.reading() as unit:
        current = unit.current("complaint")
    assert current is not None
    return counted(journals(desk), artifact or current[0], STATES, FINALS, at(now))


def of(counts: Overlay, state: str) -> Numbers:
    return next(each for each in counts.stations if each.state == state)


def test_cases_are_counted_where_they_are(desk: Desk) -> None:
    desk.open()
    second = desk.open()
    desk.clock.put("2026-03-02 10:00")
    desk.do(second, "kim", "acknowledge", impact=2)
    counts = overlay(desk, "2026-03-02 11:00")
    assert (counts.cases, counts.others, counts.as_of) == (2, 0, "2026-03-02T11:00:00Z")
    assert [(each.state, each.now) for each in counts.stations if each.now] == [("new", 1), ("in_review", 1)]
    assert of(counts, "new") == Numbers("new", now=1, stays=1, median=HOUR, ninety=HOUR)
    assert of(counts, "in_review").median is None
    assert counts.passages == (Passage("new", "in_review", 1, "acknowledge"),)


def test_half_and_nine_of_ten_are_lengths_that_cases_had(desk: Desk) -> None:
    """The nearest rank: of ten stays of 1 to 10 minutes the fifth, and the ninth."""
    for minutes in range(1, 11):
        desk.clock.put("2026-03-02 09:00")
        number = desk.open()
        desk.clock.put(f"2026-03-02 09:{minutes:02}")
        desk.do(number, "kim", "acknowledge", impact=2)
    new = of(overlay(desk, "2026-03-02 12:00"), "new")
    assert (new.stays, new.median, new.ninety) == (10, 5 * 60, 9 * 60)


def test_an_instant_in_the_past_sees_what_was_known_then(desk: Desk) -> None:
    number = desk.open()
    desk.clock.put("2026-03-02 10:00")
    desk.do(number, "kim", "acknowledge", impact=2)
    assert of(overlay(desk, "2026-03-02 09:30"), "new") == Numbers("new", now=1)
    assert overlay(desk, "2026-03-02 08:00").cases == 0


def test_a_side_step_ends_a_stay_and_back_begins_another(desk: Desk) -> None:
    number = desk.open()
    desk.do(number, "kim", "acknowledge", impact=2)
    desk.clock.put("2026-03-02 11:00")
    desk.do(number, "kim", "ask_customer", question="When?")
    desk.clock.put("2026-03-02 12:00")
    desk.do(number, "pat", "customer_replied")
    counts = overlay(desk, "2026-03-02 12:00")
    assert (of(counts, "in_review").stays, of(counts, "in_review").now) == (1, 1)
    assert of(counts, "waiting_on_customer").median == HOUR
    assert Passage("waiting_on_customer", "in_review", 1, "customer_replied") in counts.passages


def test_what_lets_the_case_stay_ends_no_stay_and_is_a_passage(desk: Desk) -> None:
    number = desk.open()
    desk.clock.put("2026-03-02 10:00")
    desk.do(number, "pat", "message")
    counts = overlay(desk, "2026-03-02 12:00")
    assert of(counts, "new") == Numbers("new", now=1)
    assert counts.passages == (Passage("new", "new", 1, "message"),)


def test_a_message_after_the_end_is_no_passage(desk: Desk) -> None:
    number = desk.open()
    desk.do(number, "pat", "withdraw", note="I found it")
    desk.do(number, "pat", "message")
    counts = overlay(desk, "2026-03-02 12:00")
    assert counts.passages == (Passage("new", "closed", 1, "withdraw"),)
    assert of(counts, "closed") == Numbers("closed", now=1)


def test_time_moves_without_an_event_and_misses_are_counted_where_the_case_was(desk: Desk) -> None:
    number = desk.open()
    desk.do(number, "kim", "acknowledge", impact=2)
    desk.do(number, "kim", "ask_customer", question="When?")
    desk.tick("2026-06-01 09:00")
    counts = overlay(desk, "2026-06-01 09:00")
    assert Passage("waiting_on_customer", "in_review", 1) in counts.passages
    kinds = [entry.kind for entry in journals(desk)[0]]
    expected = kinds.count("missed") + kinds.count("escalated")
    assert expected >= 2
    assert of(counts, "in_review").breaches == expected
    assert of(counts, "waiting_on_customer").breaches == 0


def test_cases_of_another_version_are_left_out_and_told(desk: Desk) -> None:
    desk.open()
    counts = overlay(desk, "2026-03-02 12:00", "sha256:" + "0" * 64)
    assert (counts.cases, counts.others) == (0, 1)
    assert all(each == Numbers(each.state) for each in counts.stations)


def test_a_journal_whose_beginning_is_lost_is_passed_over(desk: Desk) -> None:
    desk.open()
    entries = journals(desk)[0]
    assert told_by([entries[0].without(["workflow"]), *entries[1:]], at("2026-03-02 12:00")) is None
    assert told_by([], 0) is None


def test_a_transition_from_a_state_to_the_same_state_begins_another_stay() -> None:
    opened = seal(Draft("C-1", 1, 100, "opened", {"workflow": "w", "state": "new", "since": 100}), "", seeded())
    again = {"event": "again", "from": "new", "state": "new", "since": 160}
    done = seal(Draft("C-1", 2, 160, "done", again), opened.hash, seeded())
    told = told_by([opened, done], 200)
    assert told is not None
    assert told.stays == (Stay("new", 100, 160), Stay("new", 160, None))


# --- joined to a network

SHOP = Network(
    "Shop",
    (Zone("z", "Desk"),),
    (
        Station("new", "NE", "New", "z", "first"),
        Station("done", "DO", "Done", "z", "final"),
        Station("all states", "AN", "Anywhere", "z", "gate", covers=("new", "done")),
    ),
    (
        Track("a", "NE1a", "new", "done", "Finish"),
        Track("b", "NE1b", "new", "done", "Finish"),
        Track("c", "AN1", "all states", "done", "Withdraw"),
        Track("d", "AN2", "all states", "all states", "Message", not_in=("done",)),
        Track("e", "NE2", "new", "done", "after 3 days", timer=True),
    ),
)
EVENTS = {"a": "finish", "b": "finish", "c": "withdraw", "d": "message", "e": ""}


def numbers(*passages: Passage) -> Overlay:
    return Overlay("sha256:" + "0" * 64, "2026-03-02T11:00:00Z", 1, (Numbers("new", 1),), passages)


def test_passages_find_their_tracks() -> None:
    passages = (
        Passage("new", "done", 4, "finish"),
        Passage("new", "done", 2, "withdraw"),
        Passage("new", "new", 5, "message"),
        Passage("new", "done", 3),
    )
    found = heat(SHOP, EVENTS, numbers(*passages))
    assert found.tracks == {"a": 4, "b": 0, "c": 2, "d": 5, "e": 3}
    assert found.together == {"a": ("b",)}, "which of two routes was taken the journal doesn't say"
    assert found.stations["new"].now == 1


def test_a_state_that_is_not_on_the_map_is_refused() -> None:
    with pytest.raises(OverlayError, match="a state `gone` that this definition doesn't have"):
        heat(SHOP, EVENTS, numbers(Passage("gone", "done", 1, "x")))


def test_a_gate_is_no_state() -> None:
    gate = replace(numbers(), stations=(Numbers("all states", 1),))
    with pytest.raises(OverlayError, match="a state `all states` that this definition doesn't have"):
        heat(SHOP, EVENTS, gate)


@pytest.mark.parametrize(
    ("passage", "named"),
    [
        (Passage("done", "done", 7, "message"), "from `done` to `done` by `message`"),
        (Passage("done", "new", 1), "from `done` to `new` by time"),
    ],
)
def test_a_passage_that_no_track_has_is_refused(passage: Passage, named: str) -> None:
    with pytest.raises(OverlayError, match=f"a passage {named} that this definition doesn't have; count anew"):
        heat(SHOP, EVENTS, numbers(passage))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "–"), (0, "0 s"), (59, "59 s"), (60, "1 min"), (5400, "1.5 h"), (86_399, "24 h"), (86_400, "1 d"),
        (354_240, "4.1 d"), (9_999_999, "116 d"),
    ],
)  # fmt: skip
def test_lengths_are_said_in_few_signs(seconds: int | None, words: str) -> None:
    assert lasted(seconds) == words
