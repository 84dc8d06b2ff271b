"""What is erased is nowhere any more, and the store still proves that it is whole and says what went."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import replace
from functools import reduce
from pathlib import Path

from casedsl_runtime import Amend, Directory, Do, Entry, Host, MemoryStore, Outcome, Query, Store, Upkeep
from casedsl_runtime.artifact import Promise
from casedsl_runtime.case import Case, fold
from casedsl_runtime.loading import dump_workflow
from casedsl_runtime.store.sqlite import SqliteStore
from hypothesis import given, settings
from hypothesis import strategies as st
from runtime_samples import CALENDARS, PEOPLE, WORKFLOW, Desk, days, seeded
from store_world import Place, upkeep_of
from test_store_heads import story

RULE = "GDPR art. 17(1)(a)"
CANARY = "Zwölfmüller"
LONG = f"It began in May. {CANARY} said:\n“Never again.” " + "And so on. " * 400


def journal(desk: Desk, case: str) -> list[Entry]:
    return list(desk.host.history(case))


def salts(entries: Iterable[Entry]) -> set[str]:
    """The salts of whatever says something."""
    return {salt for entry in entries for salt, value in entry.payload.values() if value is not None}


def bytes_of(place: Place) -> bytes:
    """The file and its log as they lie on the disk; of a server, everything that can be read there."""
    if place.kind == "sqlite":
        files = [Path(place.at), Path(f"{place.at}-wal")]
        return b"".join(file.read_bytes() for file in files if file.exists())
    samples = place.sql("select * from pg_stats where schemaname = current_schema()")
    return place.everything().encode() + repr(samples).encode()


def nowhere(place: Place, *texts: str) -> None:
    data = bytes_of(place)
    found = [text for text in texts if text.encode() in data or repr(text)[1:-1].encode() in data]
    assert found == [], data[max(0, data.find(found[0].encode()) - 200) :][:400]


def crowd(desk: Desk, count: int = 30) -> None:
    """Other cases, so that pages of the file are shared, split and filled."""
    for n in range(count):
        case = desk.open(summary=f"Other {n} " + "filler " * (n * 7 % 90))
        if n % 3 == 0:
            desk.do(case, "kim", "acknowledge", impact=1 + n % 5)


# --- by case


def test_a_case_is_erased_to_the_last_byte(kept: Desk, place: Place) -> None:
    crowd(kept)
    case = kept.open(summary=LONG)
    kept.do(case, "kim", "acknowledge", impact=3)
    kept.do(case, "kim", "ask_customer", question=f"Is it {CANARY}?")
    crowd(kept)
    kept.do(case, "pat", "withdraw", note=f"Ask {CANARY}")
    gone = salts(
        entry.without({"state", "since", "ending", "opened_at", "workflow", "calendars"})
        for entry in journal(kept, case)
    )
    place.sql("analyze")
    assert CANARY.encode() in bytes_of(place) or repr(CANARY)[1:-1].encode() in bytes_of(place)
    upkeep = upkeep_of(kept.store, kept.clock)
    upkeep.anchor()
    assert kept.host.find(Query(text=CANARY)).rows
    outcome = upkeep.erase_case(case, "sue", RULE)
    assert outcome.accepted
    nowhere(place, CANARY, CANARY.lower(), "zwolfmuller", *gone)
    assert kept.problems() == []
    assert kept.host.find(Query(text=CANARY)).rows == ()
    assert kept.host.find(Query(number=case)).rows[0].state == "closed"
    assert [letter for letter in kept.host.outbox() if letter.case == case] == []
    [told] = upkeep.erasures(case)
    assert (told.n, told.by, told.rule, told.what) == (outcome.entries[0].n, "Sue", RULE, "the case")
    assert told.at == kept.clock.now
    assert told.values["1"] == sorted(
        set(journal(kept, case)[0].digests) - {"calendars", "opened_at", "since", "state", "workflow"}
    )
    assert [entry.values.get("state") for entry in journal(kept, case)][:3] == [
        "new",
        "in_review",
        "waiting_on_customer",
    ]


# --- by field


def test_a_field_is_erased_with_every_text_that_shows_it(kept: Desk, place: Place) -> None:
    crowd(kept)
    case = kept.open(summary=LONG)
    kept.do(case, "kim", "acknowledge", impact=3)
    kept.do(case, "kim", "ask_customer", question=f"Is it {CANARY}?")
    kept.host.submit(case, "amend", Amend({"question": f"Or {CANARY} the elder?"}, "Misread"), "kim")
    kept.do(case, "pat", "customer_replied")
    place.sql("analyze")
    upkeep = upkeep_of(kept.store, kept.clock)
    assert upkeep.erase_fields(case, ["summary", "question"], "sue", RULE).accepted
    nowhere(place, CANARY, "zwolfmuller", "Never again")
    assert kept.problems() == []
    assert kept.case(case).fields == {"refund": 0, "reviews": 0, "impact": 3}
    [told] = upkeep.erasures(case)
    assert told.what == "the field summary, question"
    assert {name for names in told.values.values() for name in names} == {"field/summary", "field/question", "messages"}
    kept.do(case, "kim", "decide", outcome="rejected")  # an open case goes on
    assert kept.problems() == []


def test_what_was_passed_on_and_a_promises_copy_go_too(store: Store) -> None:
    """A hand-over that speaks of a field; the date that a promise was made for; the line that says why it moved."""
    due = Promise("visit", "We come in time", days(2), "office", "happened_on", ("decide",), before="happened_on")
    flow = replace(WORKFLOW, promises=(*WORKFLOW.promises, due))
    desk = Desk(store, workflow=flow)
    case = desk.open(happened_on="2026-03-31")
    desk.do(case, "kim", "acknowledge", impact=3)
    desk.host.submit(case, "k", Amend({"happened_on": "2026-04-30"}, "Misread"), "kim")
    desk.do(case, "kim", "decide", outcome="upheld", remedy="Money", refund=2_000_000)
    assert "20,000.00 GBP" in str(journal(desk, case)[-1].values["brief"])
    desk.do(case, "pat", "withdraw", note="Never mind")
    upkeep = upkeep_of(store, desk.clock)
    assert upkeep.erase_fields(case, ["refund"], "sue", RULE).accepted
    assert "20,000" not in str([entry.body for entry in journal(desk, case)])
    assert upkeep.erase_fields(case, ["happened_on"], "sue", RULE).accepted
    left = "".join(entry.body for entry in journal(desk, case))
    assert "2026-04-30" not in left
    assert "30 April" not in left
    assert desk.case(case).promises["visit"].target is None
    assert desk.problems() == []
    again = upkeep.erase_fields(case, ["happened_on"], "sue", RULE)
    assert again.reasons == (f"no value of `happened_on` is left to erase in case {case}",)


# --- by person


def people_of(place: Place | None, desk: Desk) -> str:
    return "".join(entry.body for row in desk.host.list() for entry in desk.host.history(row.number))


def test_a_person_is_erased_from_every_case(kept: Desk, place: Place) -> None:
    """Pat complained twice; Kim's name stands in a text. Only the open case of theirs is left, and says so."""
    crowd(kept, 5)
    ended = kept.open("sam", summary="Pat Doe told me")
    kept.do(ended, "sam", "withdraw", note="Never mind")
    theirs = kept.open("pat", summary="Mine")
    kept.do(theirs, "kim", "acknowledge", impact=3)
    kept.do(theirs, "pat", "withdraw", note="My heart is broken")
    still = kept.open("pat", summary="Mine too")
    for row in kept.host.list(state="new"):
        if row.number != still:
            kept.do(row.number, "pat", "withdraw", note="Never mind")
    for row in kept.host.list(state="in_review"):
        kept.do(row.number, "pat", "withdraw", note="Never mind")
    place.sql("analyze")
    upkeep = upkeep_of(kept.store, kept.clock)
    done = upkeep.erase_person("pat", "sue", RULE)
    refused = {case: outcome.reasons for case, outcome in done.items() if not outcome.accepted}
    assert refused == {
        still: (f"case {still} is open and needs them; end it, or hand it over, before they are erased",)
    }
    assert {ended, theirs} <= done.keys()
    kept.do(still, "pat", "withdraw", note="Never mind")
    assert list(upkeep.erase_person("pat", "sue", RULE)) == [still]
    nowhere(place, "Pat Doe", "My heart is broken", '"pat"', "'pat'", "/pat")
    assert kept.problems() == []
    assert kept.host.find(Query(person="pat")).rows == ()
    assert upkeep.erase_person("pat", "sue", RULE) == {}
    assert "what" in str(upkeep.erasures(theirs)[0]._asdict())


def test_a_name_goes_as_a_word_and_not_as_letters(store: Store) -> None:
    desk = Desk(store)
    named = desk.open("sam", summary="Ask the maximum of Max-Planck")  # `Max` stands there as a word
    other = desk.open("sam", summary="Maximal, climax, max", category="billing")
    upkeep = upkeep_of(store, desk.clock)
    assert list(upkeep.erase_person("max", "sue", RULE)) == [named]
    assert desk.case(other).fields["summary"] == "Maximal, climax, max"
    assert "summary" not in desk.case(named).fields
    assert desk.problems() == []


def test_somebody_who_is_called_like_a_state_takes_no_state_along(store: Store) -> None:
    """Ids are the app's: one may be the name of a state, a team, a calendar or an option."""
    people = {**PEOPLE, "new": {"name": "complaints", "roles": ["handler"]}, "office": {"name": "closed", "roles": []}}
    desk = Desk(store)
    case = desk.open(category="billing")
    desk.do(case, "kim", "acknowledge", impact=1)
    desk.do(case, "pat", "withdraw", note="Never mind complaints")
    desk.do(case, "pat", "message", note="It is closed")
    upkeep = upkeep_of(store, desk.clock, people)
    for person in ("new", "office"):
        [outcome] = upkeep.erase_person(person, "sue", RULE).values()
        assert outcome.accepted
        assert desk.problems() == []
    assert [entry.values.get("state") for entry in journal(desk, case)][:2] == ["new", "in_review"]
    assert ["note" in entry.values for entry in journal(desk, case)[2:4]] == [False, False]


def test_somebody_who_is_called_like_a_part_of_the_journal_breaks_nothing(store: Store) -> None:
    desk = Desk(store)
    case = desk.open()
    desk.do(case, "kim", "acknowledge", impact=1)
    desk.do(case, "pat", "withdraw", note="Never mind")
    before = desk.case(case)
    for person in ("times", "last_by", "person", "handler", "office"):
        upkeep_of(store, desk.clock).erase_person(person, "sue", RULE)
        assert desk.problems() == []
    assert desk.case(case).happened == before.happened
    assert desk.case(case).clocks == before.clocks


def test_an_open_case_keeps_whoever_may_not_do_the_next_thing(store: Store) -> None:
    """Who decided may not approve: while that is to come, it must be known who decided."""
    desk = Desk(store)
    case = desk.open()
    desk.do(case, "kim", "acknowledge", impact=1)
    desk.do(case, "sue", "decide", outcome="upheld", remedy="Money", refund=2_000_000)
    upkeep = upkeep_of(store, desk.clock)
    [outcome] = upkeep.erase_person("sue", "kim", RULE).values()
    assert "is open and needs them" in outcome.reasons[0]
    desk.do(case, "max", "approve")
    assert "is open and needs them" in upkeep.erase_person("sue", "kim", RULE)[case].reasons[0]
    desk.do(case, "pat", "withdraw", note="Never mind")
    assert upkeep.erase_person("sue", "kim", RULE)[case].accepted


# --- what follows


def test_erasing_twice_and_what_cant_be_erased(store: Store) -> None:
    desk = Desk(store)
    case = desk.open()
    upkeep = upkeep_of(store, desk.clock)
    refused: list[tuple[Callable[[], Outcome], str]] = [
        (lambda: upkeep.erase_case(case, "sue", RULE), f"case {case} is open; end it before it is erased"),
        (
            lambda: upkeep.erase_fields(case, ["impact"], "sue", RULE),
            f"`impact` may decide how case {case} goes on; amend",
        ),
        (
            lambda: upkeep.erase_fields(case, ["color"], "sue", RULE),
            "there is no field `color`; the fields are summary",
        ),
        (
            lambda: upkeep.erase_fields(case, ["question"], "sue", RULE),
            "no value of `question` is left to erase in case",
        ),
        (
            lambda: upkeep.erase_case("CMP-1", "sue", RULE),
            "there is no case 'CMP-1' here; look its number up in the list",
        ),
        (lambda: upkeep.erase_case("\ud800", "sue", RULE), "there is no case '\\ud800' here"),
        (lambda: upkeep.erase_case(case, "nobody", RULE), "there is no person 'nobody' in the directory; add them"),
        (lambda: upkeep.erase_case(case, "sue", " "), "an erasure names the rule under which it is done; give one"),
        (lambda: upkeep.erase_case(case, "sue", "a\0"), "an erasure names the rule under which it is done; give one"),
    ]
    for act, said in refused:
        outcome = act()
        assert not outcome.accepted
        assert outcome.reasons[0].startswith(said)
    assert len(journal(desk, case)) == 1
    desk.do(case, "pat", "withdraw", note="Never mind")
    assert upkeep.erase_fields(case, ["summary"], "sue", RULE).accepted
    assert upkeep.erase_case(case, "kim", "kept for 6 years").accepted
    before = journal(desk, case)
    assert upkeep.erase_case(case, "sue", RULE).reasons[0].startswith(f"nothing is left to erase in case {case}; ")
    assert journal(desk, case) == before
    assert [(told.by, told.rule) for told in upkeep.erasures(case)] == [("Sue", RULE), ("Kim", "kept for 6 years")]
    assert desk.problems() == []


def test_who_erased_stays_known(store: Store) -> None:
    """An erasure says by whom it was done for good; whatever else a case knows of them goes."""
    desk = Desk(store)
    case = desk.open()
    desk.do(case, "sue", "acknowledge", impact=1)
    desk.do(case, "pat", "withdraw", note="Sue was kind")
    upkeep = upkeep_of(store, desk.clock)
    assert upkeep.erase_fields(case, ["summary"], "sue", RULE).accepted
    [outcome] = upkeep.erase_person("sue", "kim", RULE).values()
    assert outcome.accepted
    assert [told.by for told in upkeep.erasures(case)] == ["Sue", "Kim"]
    left = [entry.body for entry in journal(desk, case) if entry.kind != "erased"]
    assert "sue" not in "".join(left).lower()
    assert desk.problems() == []


def test_a_key_that_was_used_before_says_that_it_was_erased(store: Store) -> None:
    desk = Desk(store)
    case = desk.host.open("complaint", "open", {"summary": CANARY}, "pat").number
    assert case is not None
    withdraw = Do("withdraw", {}, f"Because of {CANARY}")
    assert desk.host.submit(case, "k", withdraw, "pat").accepted
    assert not desk.host.submit(case, "late", Do("decide", {}, CANARY), "pat").accepted
    assert upkeep_of(store, desk.clock).erase_case(case, "sue", RULE).accepted
    said = "what this key was used for has been erased; give the request a key of its own"
    assert desk.host.submit(case, "k", withdraw, "pat").reasons == (said,)
    assert desk.host.submit(case, "late", Do("decide", {}, CANARY), "pat").reasons == (said,)
    assert desk.host.open("complaint", "open", {"summary": CANARY}, "pat").reasons == (said,)
    assert desk.problems() == []


def test_what_is_due_comes_before_the_erasure(store: Store) -> None:
    """As with every other command, so that no step of time is recorded before what came later."""
    desk = Desk(store)
    case = desk.open()
    desk.clock.put("2026-03-02 14:00")
    assert upkeep_of(store, desk.clock).erase_fields(case, ["summary"], "sue", RULE).accepted
    assert [entry.kind for entry in journal(desk, case)] == ["opened", "prompted", "alerted", "erased"]
    assert desk.problems() == []


def test_a_message_that_is_under_way_when_it_is_erased_comes_back_to_nobody(store: Store) -> None:
    desk = Desk(store)
    case = desk.open()
    desk.do(case, "kim", "acknowledge", impact=1)
    desk.do(case, "pat", "withdraw", note="Never mind")
    [letter] = desk.host.claim(60, 5)
    assert upkeep_of(store, desk.clock).erase_case(case, "sue", RULE).accepted
    desk.host.put_aside(letter.id, "the receiver said 410")
    desk.host.retry(letter.id, 5, "the receiver is busy")
    desk.host.delivered(letter.id)
    assert desk.host.aside() == []
    assert not desk.host.again(letter.id)
    assert list(desk.host.outbox()) == []
    assert desk.problems() == []


def test_a_reader_keeps_nothing_of_it_for_good(tmp_path: Path) -> None:
    """While somebody reads, the log can't be emptied; it is as soon as they are done."""
    place = Place("sqlite", str(tmp_path / "cases.db"))
    with closing(SqliteStore.create_or_open(place.at, patience_ms=50)) as store, closing(place.open()) as reader:
        desk = Desk(store)
        case = desk.open(summary=CANARY)
        upkeep = upkeep_of(store, desk.clock)
        with reader.reading() as unit:
            assert unit.find(Query(text=CANARY)).rows
            assert upkeep.erase_fields(case, ["summary"], "sue", RULE).accepted
            assert CANARY.encode() in bytes_of(place)
            desk.open()
        desk.open()
        nowhere(place, CANARY)
        upkeep.purge()
        assert (tmp_path / "cases.db-wal").stat().st_size == 0


# --- the law


def erased(upkeep: Upkeep, case: str, names: list[str] | None) -> Outcome:
    return upkeep.erase_case(case, "sue", RULE) if names is None else upkeep.erase_fields(case, names, "sue", RULE)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.data(), st.integers(0, 10**6))
def test_the_case_after_an_erasure_is_the_fold_before_and_after(data: st.DataObject, seed: int) -> None:
    """fold(live, erased entry) == fold(rewritten journal), whatever was done and whatever is erased, over and over."""
    desk = Desk(MemoryStore())
    desk.open()
    list(story(seed, 25, desk))
    upkeep = upkeep_of(desk.store, desk.clock)
    numbers = [row.number for row in desk.host.list()]
    for _ in range(4):
        live = {number: desk.case(number) for number in numbers}
        way = data.draw(st.sampled_from(("case", "field", "person")))
        if way == "person":
            person = data.draw(st.sampled_from((*sorted(PEOPLE), "new")))
            done = upkeep.erase_person(person, "sue", RULE, ("it", "Money") if data.draw(st.booleans()) else ())
        else:
            number = data.draw(st.sampled_from(numbers))
            names = data.draw(
                st.lists(st.sampled_from([field.name for field in WORKFLOW.fields]), min_size=1, unique=True)
            )
            done = {number: erased(upkeep, number, names if way == "field" else None)}
        for number, outcome in done.items():
            if outcome.accepted:
                entries = list(desk.host.history(number))
                later = [entry for entry in entries if entry.n > live[number].version]
                assert desk.case(number) == reduce(fold, entries, Case()) == reduce(fold, later, live[number])
        assert desk.problems() == []


def test_cases_that_live_on_go_on_as_if_nothing_was_erased() -> None:
    """But for what was erased: the same commands afterwards do the same."""

    def ends(erase: bool) -> list[object]:
        desk = Desk(MemoryStore())
        case = desk.open(summary="Mine")
        desk.do(case, "kim", "acknowledge", impact=3)
        if erase:
            assert upkeep_of(desk.store, desk.clock).erase_fields(case, ["summary"], "sue", RULE).accepted
        desk.do(case, "kim", "ask_customer", question="Which?")
        desk.tick("2026-03-30 12:00")
        desk.do(case, "kim", "decide", outcome="rejected")
        now = desk.case(case)
        return [now.state, now.since, now.clocks, now.promises, now.priority, now.assignee, desk.host.next_due()]

    assert ends(True) == ends(False)


def test_a_store_of_another_case_type_is_erased_from_too(store: Store) -> None:
    """The definition is the one that the case is pinned to, not the newest."""
    desk = Desk(store)
    case = desk.open(summary=CANARY)
    newer = replace(WORKFLOW, version=2, fields=tuple(field for field in WORKFLOW.fields if field.name != "reviews"))
    newer = replace(
        newer, transitions=tuple(replace(t, actions=replace(t.actions, sets=())) for t in newer.transitions)
    )
    desk.host.install(dump_workflow(newer), CALENDARS)
    host = Host(store, Directory.of(PEOPLE), desk.clock, seeded(5))
    assert upkeep_of(store, desk.clock).erase_fields(case, ["summary"], "sue", RULE).accepted
    assert host.submit(case, "k", Do("acknowledge", {"impact": 1}), "kim").accepted
    assert desk.problems() == []
