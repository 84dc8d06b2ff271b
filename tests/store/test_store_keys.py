"""A key is bound to its first outcome, whoever asks, however often, and at the same time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from threading import Barrier, Thread
from typing import TypeAlias

import pytest
from casedsl_runtime import Amend, Directory, Do, Host, Outcome, Store, StoreError
from casedsl_runtime.commands import Command
from casedsl_runtime.requests import Steady, request_of
from casedsl_runtime.store import Conflict
from casedsl_runtime.store.sqlite import SqliteStore
from hypothesis import given, settings
from hypothesis import strategies as st
from runtime_samples import PEOPLE, Clock, Desk, seeded
from store_world import Place, upkeep_of

USED = ("this key was used for another request; give every request a key of its own",)


def shown(outcome: Outcome) -> object:
    return outcome.accepted, outcome.number, outcome.reasons, [(entry.n, entry.hash) for entry in outcome.entries]


COMMANDS: tuple[tuple[Do | Amend, str], ...] = (
    (Do("acknowledge", {"impact": 3}), "kim"),
    (Do("acknowledge", {"impact": 3}), "pat"),  # refused: not theirs
    (Do("decide"), "kim"),  # refused: not yet
    (Do("acknowledge", {"impact": 30}), "kim"),  # refused: no such value
    (Amend({"category": "privacy"}, "Misread"), "kim"),
    (Amend({}, ""), "kim"),  # refused: no reason
    (Do("nonsense"), "kim"),
    (Do("message"), "nobody"),
    (Do("withdraw", {}, "Never mind"), "pat"),
)


@pytest.mark.parametrize("n", range(len(COMMANDS)))
def test_a_key_gives_its_first_outcome_for_good(store: Store, n: int) -> None:
    """Accepted or refused; also when it would be another by now, to another host, and after the case has ended."""
    desk = Desk(store)
    case = desk.open()
    command, actor = COMMANDS[n]
    first = desk.host.submit(case, "k", command, actor)
    assert first.accepted == (n in (0, 4, 8))
    before = len(desk.host.history(case))
    desk.clock.put("2026-03-05 12:00")
    for later, person in COMMANDS:
        desk.host.submit(case, desk.key(), later, person)
        assert shown(desk.host.submit(case, "k", command, actor)) == shown(first)
    another = Host(store, Directory.of(PEOPLE), desk.clock, seeded(8))
    assert shown(another.submit(case, "k", command, actor)) == shown(first)
    assert len(desk.host.history(case)) > before
    assert desk.problems() == []


@pytest.mark.parametrize("n", range(len(COMMANDS)))
def test_another_request_under_the_key_is_told_so_and_does_nothing(store: Store, n: int) -> None:
    desk = Desk(store)
    case = desk.open()
    desk.host.submit(case, "k", *COMMANDS[n])
    before = list(desk.host.history(case))
    for other in COMMANDS:
        if other != COMMANDS[n]:
            assert desk.host.submit(case, "k", *other).reasons == USED
    assert list(desk.host.history(case)) == before


def test_keys_live_with_the_case_and_openings_with_their_type(store: Store) -> None:
    desk = Desk(store)
    first = desk.host.open("complaint", "k", {"summary": "One"}, "pat")
    assert desk.host.open("complaint", "k", {"summary": "Two"}, "pat").reasons == USED
    assert desk.host.open("complaint", "k", {"summary": "One"}, "sam").reasons == USED
    assert desk.host.open("complaint", "k", {"summary": "One"}, "pat", "sam").reasons == USED
    assert shown(desk.host.open("complaint", "k", {"summary": "One"}, "pat")) == shown(first)
    other = desk.open()
    assert first.number is not None
    assert desk.host.submit(first.number, "k", Do("message"), "pat").accepted
    assert desk.host.submit(other, "k", Do("message"), "pat").accepted
    refused = desk.host.open("nothing", "k", {}, "pat")
    assert "no case type `nothing`" in refused.reasons[0]
    assert desk.host.open("nothing", "k", {}, "pat") == refused


def test_a_refused_opening_gives_no_number(store: Store) -> None:
    desk = Desk(store)
    refused = desk.host.open("complaint", "k", {"impact": 99}, "pat")
    assert not refused.accepted
    assert desk.open() == "CMP-2026-00001"
    assert desk.host.open("complaint", "k", {"impact": 99}, "pat") == refused
    assert desk.open() == "CMP-2026-00002"


def test_what_was_asked_can_not_be_found_by_trying(kept: Desk, place: Place) -> None:
    """What is kept of a request is a digest under a salt of its own: the same request twice shows nothing, and whoever
    knows every request that could have been made finds none of them without the salt."""
    one, two = kept.open(), kept.open()
    command = Amend({"category": "privacy"}, "Misread")
    for case in (one, two):
        assert kept.host.submit(case, "k", command, "kim").accepted
    rows = [text for (text,) in place.sql("select request from requests where key = 'k' order by scope")]
    assert len(set(rows)) == 2
    assert all(len(text.partition(":")[0]) == 32 for text in rows)
    plain = request_of(command, "kim")
    assert all(sha256(plain.encode()).hexdigest() not in text for text in rows)
    assert "Misread" not in str(place.sql("select * from requests"))
    upkeep = upkeep_of(kept.store, kept.clock)
    kept.do(one, "pat", "withdraw", note="Never mind")
    assert upkeep.erase_case(one, "sue", "art. 17").accepted
    assert [text for (text,) in place.sql("select request from requests where key = 'k' order by scope")] == [
        "",
        rows[1],
    ]


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.dictionaries(st.text(max_size=3), st.none() | st.booleans() | st.integers() | st.text(max_size=3), max_size=3)
)
def test_requests_are_told_apart(fields: dict[str, bool | int | str | None]) -> None:
    """By everything that is asked, yes and 1 too; not by the order in which it was written down."""
    told = request_of(Do("e", fields), "kim")
    assert request_of(Do("e", dict(reversed(fields.items()))), "kim") == told
    others: list[tuple[Command, str | None]] = [
        (Do("e", fields), "lee"), (Do("e", fields), None), (Do("f", fields), "kim"), (Do("e", fields, ""), "kim"),
        (Do("e", {**fields, "more": 1}), "kim"), (Amend(fields, "e"), "kim"),
    ]  # fmt: skip
    assert all(request_of(command, actor) != told for command, actor in others)
    swapped = {name: int(value) if type(value) is bool else value for name, value in fields.items()}
    assert (request_of(Do("e", swapped), "kim") == told) == (not any(type(value) is bool for value in fields.values()))
    assert json.loads(told)[0] == "kim"


# --- at the same time

Act: TypeAlias = Callable[[], Outcome]


def at_once(acts: list[Act]) -> list[Outcome]:
    """What becomes of requests that begin at the same moment, each in a thread of its own."""
    barrier = Barrier(len(acts))
    outcomes: dict[int, Outcome | BaseException] = {}

    def run(n: int) -> None:
        barrier.wait()
        try:
            outcomes[n] = acts[n]()
        except BaseException as error:
            outcomes[n] = error

    threads = [Thread(target=run, args=(n,)) for n in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done = [outcomes[n] for n in range(len(acts))]
    assert [outcome for outcome in done if not isinstance(outcome, Outcome)] == []
    return [outcome for outcome in done if isinstance(outcome, Outcome)]


@pytest.fixture
def hosts(place: Place) -> Iterator[Callable[[int], list[Host]]]:
    """Hosts of one store, each with a connection of its own, as on machines of their own."""
    stores: list[Store] = []

    def made(count: int) -> list[Host]:
        stores.extend(place.create() for _ in range(count))
        return [Host(store, Directory.of(PEOPLE), Clock(), seeded(n)) for n, store in enumerate(stores)]

    yield made
    for store in stores:
        store.close()


def saying(host: Host, case: str, key: str, text: str) -> Act:
    return lambda: host.submit(case, key, Do("message", {}, text), "pat")


def opening(host: Host, key: str) -> Act:
    return lambda: host.open("complaint", key, {"summary": "S"}, "pat")


def test_the_same_key_at_once_is_done_once(kept: Desk, place: Place, hosts: Callable[[int], list[Host]]) -> None:
    many = hosts(6)
    for round_ in range(6):
        case = kept.open()
        done = at_once([saying(host, case, "k", "Hello") for host in many])
        assert len({repr(shown(outcome)) for outcome in done}) == 1
        assert done[0].accepted
        assert [entry.kind for entry in kept.host.history(case)] == ["opened", "done"]
        opened = at_once([opening(host, f"o{round_}") for host in many])
        assert len({repr(shown(outcome)) for outcome in opened}) == 1
        assert opened[0].accepted
    assert len(kept.host.list()) == 12
    assert place.problems() == []


def test_one_key_for_different_requests_at_once_is_bound_to_one(
    kept: Desk, place: Place, hosts: Callable[[int], list[Host]]
) -> None:
    many = hosts(5)
    for _ in range(6):
        case = kept.open()
        done = at_once([saying(host, case, "k", f"Hello {n}") for n, host in enumerate(many)])
        assert sorted(outcome.reasons for outcome in done) == [(), *[USED] * 4]
        assert len(kept.host.history(case)) == 2
    assert place.problems() == []


def test_different_keys_at_once_are_all_done_one_after_the_other(
    kept: Desk, place: Place, hosts: Callable[[int], list[Host]]
) -> None:
    many, case = hosts(5), kept.open()
    for round_ in range(8):
        done = at_once([saying(host, case, f"{round_}/{n}", "Hello") for n, host in enumerate(many)])
        assert all(outcome.accepted for outcome in done)
    numbers = at_once([opening(host, f"n{n}") for n, host in enumerate(many)])
    assert {outcome.number for outcome in numbers} == {f"CMP-2026-0000{n}" for n in range(2, 7)}
    assert len(kept.host.history(case)) == 41
    assert place.problems() == []


def test_the_first_numbers_of_a_year_at_once(place: Place, hosts: Callable[[int], list[Host]]) -> None:
    """Before there is a sequence at all."""
    with closing(place.create()) as store:
        Desk(store)
    done = at_once([opening(host, f"n{n}") for n, host in enumerate(hosts(5))])
    assert sorted(outcome.number or "" for outcome in done) == [f"CMP-2026-0000{n}" for n in range(1, 6)]
    assert place.problems() == []


def test_threads_may_share_a_store(kept: Desk, place: Place) -> None:
    """One store object: PostgreSQL gives each thread a connection, a file lets one write at a time."""
    case = kept.open()
    done = at_once([saying(kept.host, case, f"t{n}", "Hello") for n in range(6)])
    assert all(outcome.accepted for outcome in done)
    assert len(kept.host.history(case)) == 7
    assert place.problems() == []


def test_a_file_that_is_busy_for_too_long_says_so_and_keeps_nothing(tmp_path: Path) -> None:
    path = tmp_path / "cases.db"
    with closing(SqliteStore.create_or_open(path)) as one, closing(SqliteStore.open(path, patience_ms=20)) as two:
        desk = Desk(one)
        case = desk.open()
        host = Host(two, Directory.of(PEOPLE), desk.clock, seeded(2))
        with one.transaction(), pytest.raises(StoreError, match="in use by another program; try again"):
            host.submit(case, "k", Do("message"), "pat")
        assert host.submit(case, "k", Do("message"), "pat").accepted
        assert len(desk.host.history(case)) == 2


@settings(derandomize=True, deadline=None)
@given(st.lists(st.tuples(st.lists(st.integers(1, 40), max_size=5), st.booleans()), max_size=12))
def test_what_a_try_drew_that_came_to_nothing_is_drawn_again(tries: list[tuple[list[int], bool]]) -> None:
    """So what is kept has the bytes of the source one after another, however many tries somebody was faster in."""
    source = bytes(n % 251 for n in range(3_000))
    salts, kept = Steady(BytesIO(source).read), b""
    for counts, fails in tries:
        drawn = b""
        with suppress(Conflict), salts.trying():
            for count in counts:
                drawn += salts(count)
            if fails:
                raise Conflict
        assert len(drawn) == sum(counts)
        kept += b"" if fails else drawn
    assert kept == source[: len(kept)]
