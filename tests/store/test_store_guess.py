"""A host trusts what it remembers of a case until it is told otherwise, and never to anybody's harm."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from time import monotonic
from typing import Any

import pytest
from casedsl_runtime import Directory, Do, Host, Outcome, Upkeep, verify_chain
from casedsl_runtime.loading import dump_workflow, load_workflow
from runtime_samples import ARTIFACT, CALENDARS, PEOPLE, WORKFLOW
from store_world import Place


class Here:
    """A host with a store of its own, as it stands in one process. Nothing tells it the time but the store."""

    def __init__(self, place: Place, keys: Iterator[int]) -> None:
        self.store: Any = place.create()
        self.host = Host(self.store, Directory.of(PEOPLE))
        self.host.install(ARTIFACT, CALENDARS)
        self._keys = keys

    def open(self, topic: str = "It never came") -> Outcome:
        return self.host.open("complaint", f"o{next(self._keys)}", {"summary": topic}, "pat")

    def do(self, case: str, event: str, actor: str = "kim", **fields: Any) -> Outcome:
        return self.host.submit(case, f"k{next(self._keys)}", Do(event, fields), actor)


@pytest.fixture
def hosts(place: Place) -> Iterator[tuple[Here, Here]]:
    keys = count()
    one, other = Here(place, keys), Here(place, keys)
    yield one, other
    one.store.close()
    other.store.close()


on_postgres = pytest.mark.parametrize("place", ["postgres"], indirect=True)
on_sqlite = pytest.mark.parametrize("place", ["sqlite"], indirect=True)


@pytest.fixture
def case(hosts: tuple[Here, Here]) -> str:
    """A case that the first host has at hand."""
    opened = hosts[0].host.open("complaint", "o", {"summary": "It never came"}, "pat")
    assert opened.number is not None, opened
    return opened.number


@pytest.fixture
def sent(place: Place, hosts: tuple[Here, Here], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The first words of each statement that goes to the database."""
    said: list[str] = []
    if place.kind == "sqlite":
        for here in hosts:
            here.store._connection.set_trace_callback(lambda text: said.append(" ".join(text.split()[:2])))
        return said
    import psycopg

    execute = psycopg.Connection.execute

    def told(self: Any, query: Any, *more: Any, **named: Any) -> Any:
        said.append(" ".join(str(query).split()[:2]))
        return execute(self, query, *more, **named)

    monkeypatch.setattr(psycopg.Connection, "execute", told)
    return said


def _is_sound(here: Here, case: str) -> bool:
    whole = not list(Upkeep(here.store, Directory.of(PEOPLE)).verify())
    return whole and verify_chain(here.host.history(case)) == []


@on_postgres
def test_a_command_on_a_case_that_is_at_hand_is_one_statement(
    hosts: tuple[Here, Here], case: str, sent: list[str]
) -> None:
    del sent[:]
    assert hosts[0].do(case, "message", actor="pat").accepted
    assert sent == ["with w0"]
    assert _is_sound(hosts[0], case)


@on_postgres
def test_another_host_asks_first_and_both_have_what_became_of_it(
    hosts: tuple[Here, Here], case: str, sent: list[str]
) -> None:
    del sent[:]
    assert hosts[1].do(case, "message", actor="pat").accepted
    assert (sent[0], sent[-2:]) == ("begin", ["with w0", "commit"])
    del sent[:]
    assert hosts[0].do(case, "message", actor="pat").accepted
    assert sent[:2] == ["with w0", "begin"], "what it remembered was no longer so, and it asked"
    assert [entry.kind for entry in hosts[1].host.history(case)] == ["opened", "done", "done"]
    assert _is_sound(hosts[0], case)


@on_sqlite
def test_a_command_on_a_case_that_is_at_hand_asks_nothing(hosts: tuple[Here, Here], case: str, sent: list[str]) -> None:
    assert hosts[0].do(case, "message", actor="pat").accepted
    assert sent == ["begin immediate", "update cases", "insert into", "commit"]
    assert _is_sound(hosts[0], case)


def test_what_another_host_did_is_seen_by_whoever_remembers_otherwise(hosts: tuple[Here, Here], case: str) -> None:
    one, other = hosts
    for here in (other, one, one, other, other, one):
        assert here.do(case, "message", actor="pat").accepted
    assert len(one.host.history(case)) == 7
    assert _is_sound(one, case)


def test_an_anchor_of_another_host_is_not_overlooked(hosts: tuple[Here, Here], case: str) -> None:
    one, other = hosts
    for here in (one, other):
        assert one.do(case, "message", actor="pat").accepted
        assert Upkeep(here.store, Directory.of(PEOPLE)).anchor() is not None
        assert one.do(case, "message", actor="pat").accepted
        with other.store.transaction() as unit:
            assert [number for number, _, _ in unit.unanchored(9)] == [case]
    assert _is_sound(one, case)


def test_what_was_refused_on_an_old_memory_is_decided_anew(hosts: tuple[Here, Here], case: str) -> None:
    one, other = hosts
    assert other.do(case, "acknowledge", impact=3).accepted
    assert one.do(case, "decide", outcome="rejected").accepted, "in the state that it remembered there is no `decide`"
    assert _is_sound(one, case)


def test_a_key_that_another_host_has_used_yields_its_outcome(hosts: tuple[Here, Here], case: str) -> None:
    one, other = hosts
    did = other.host.submit(case, "same", Do("acknowledge", {"impact": 3}), "kim")
    assert did.accepted
    assert one.host.submit(case, "same", Do("acknowledge", {"impact": 3}), "kim") == did
    assert one.host.submit(case, "same", Do("message"), "pat").reasons == (
        "this key was used for another request; give every request a key of its own",
    )
    assert len(one.host.history(case)) == 2


def test_a_key_that_was_refused_is_not_free_where_it_would_be_accepted_now(hosts: tuple[Here, Here], case: str) -> None:
    one, other = hosts
    asked = (case, "same", Do("decide", {"outcome": "rejected"}), "kim")
    for here in hosts:
        assert not here.host.submit(*asked).accepted
    assert one.do(case, "acknowledge", impact=3).accepted
    for here in (one, other):
        assert not here.host.submit(*asked).accepted
    assert one.do(case, "decide", outcome="rejected").accepted
    assert _is_sound(one, case)


def test_a_key_that_was_accepted_is_not_free_where_it_would_be_refused_now(hosts: tuple[Here, Here], case: str) -> None:
    one, other = hosts
    asked = (case, "same", Do("acknowledge", {"impact": 3}), "kim")
    did = one.host.submit(*asked)
    assert did.accepted
    assert [here.host.submit(*asked) for here in (one, other, one)] == [did] * 3
    with other.store.reading() as unit:
        assert [key for _, key, _ in unit.keys(case)] == ["same", "o"]


def test_a_key_that_was_used_here_yields_its_outcome_too(hosts: tuple[Here, Here], case: str) -> None:
    one, _ = hosts
    did = one.host.submit(case, "same", Do("acknowledge", {"impact": 3}), "kim")
    assert one.host.submit(case, "same", Do("acknowledge", {"impact": 3}), "kim") == did
    assert one.host.submit(case, "o2", Do("acknowledge", {"impact": 3}), "kim").accepted is False


def test_a_command_that_asks_more_asks_first_whether_the_case_is_still_so(
    hosts: tuple[Here, Here], case: str, sent: list[str]
) -> None:
    """Where an arrival is assigned to whoever has least, their open cases are counted."""
    one, other = hosts
    one.host.install(dump_workflow(WORKFLOW), CALENDARS)
    del sent[:]
    assert one.do(case, "acknowledge", impact=3).accepted
    assert one.do(case, "decide", outcome="upheld", remedy="Money", refund=5).accepted
    assert other.do(case, "send_answer").accepted
    assert _is_sound(one, case)


# --- openings


UNASSIGNED = dump_workflow(replace(WORKFLOW, teams=tuple(replace(team, assign=None) for team in WORKFLOW.teams)))
"""Where nobody's open cases are counted."""


def _numbers(outcomes: list[Outcome]) -> list[str]:
    return [(outcome.number or str(outcome.reasons))[-1] for outcome in outcomes]


@on_postgres
def test_an_opening_is_one_statement_where_nobody_else_opens(hosts: tuple[Here, Here], sent: list[str]) -> None:
    one, _ = hosts
    one.host.install(UNASSIGNED, CALENDARS)
    assert _numbers([one.open(), one.open()]) == ["1", "2"]
    del sent[:]
    assert _numbers([one.open(), one.open()]) == ["3", "4"]
    assert sent == ["with w0", "with w0"]
    assert list(Upkeep(one.store, Directory.of(PEOPLE)).verify()) == []


@on_postgres
def test_a_number_that_another_host_has_given_is_not_given_twice(hosts: tuple[Here, Here], sent: list[str]) -> None:
    one, other = hosts
    turns = [one, one, one, other, one, one, one, other, other, other, one, other]
    assert _numbers([here.open() for here in turns]) == [*"123456789", "0", "1", "2"]
    del sent[:]
    one.open()
    assert sent[0] == "begin", "where others count too, it asks"
    assert list(Upkeep(one.store, Directory.of(PEOPLE)).verify()) == []


@on_postgres
def test_a_sequence_that_went_on_elsewhere_is_not_turned_back(hosts: tuple[Here, Here], place: Place) -> None:
    one, _ = hosts
    one.host.install(UNASSIGNED, CALENDARS)
    assert _numbers([one.open(), one.open(), one.open()]) == ["1", "2", "3"]
    place.sql("update sequences set last = 7")
    assert _numbers([one.open(), one.open(), one.open()]) == ["8", "9", "0"]


@on_postgres
def test_a_key_of_an_opening_that_was_used_yields_its_outcome(hosts: tuple[Here, Here]) -> None:
    one, other = hosts
    one.open(), one.open()
    asked = ("complaint", "same", {"summary": "It never came"}, "pat")
    did = other.host.open(*asked)
    assert [one.host.open(*asked), one.host.open(*asked)] == [did, did]
    assert one.host.open("complaint", "same", {"summary": "It came"}, "pat").reasons
    assert len(one.host.list()) == 3


@on_postgres
def test_a_case_type_that_another_host_installed_anew_is_used(hosts: tuple[Here, Here]) -> None:
    one, other = hosts
    one.open(), one.open(), one.open()
    other.host.install(UNASSIGNED, CALENDARS)
    opened = [one.open().number for _ in range(3)]
    cases = [one.host.load(number or "") for number in opened]
    assert {case.workflow for case in cases if case} == {load_workflow(UNASSIGNED).hash}
    assert list(Upkeep(one.store, Directory.of(PEOPLE)).verify()) == []


@on_postgres
def test_an_opening_that_is_refused_is_bound(hosts: tuple[Here, Here], sent: list[str]) -> None:
    one, other = hosts
    one.open(), one.open()
    del sent[:]
    refused = one.host.open("complaint", "bad", {}, "nobody")
    assert refused.reasons
    assert sent == ["with w0"]
    assert other.host.open("complaint", "bad", {}, "nobody") == refused
    assert not one.host.open("nothing", "bad", {}, "pat").accepted
    assert _numbers([one.open(), other.open()]) == ["3", "4"]


@on_postgres
def test_a_clock_that_was_guessed_too_far_is_not_believed(hosts: tuple[Here, Here], case: str) -> None:
    one, _ = hosts
    now = one.host.now()
    one.store._ticking._last = (now + 500, monotonic())
    did = one.do(case, "acknowledge", impact=3)
    assert did.accepted
    assert now <= did.entries[-1].at < now + 100
    assert _is_sound(one, case)


def test_a_clock_is_guessed_for_a_moment_only(monkeypatch: pytest.MonkeyPatch) -> None:
    postgres = pytest.importorskip("casedsl_runtime.store.postgres", reason="no psycopg here (extra `postgres`)")
    at = [50.0]
    monkeypatch.setattr(postgres, "monotonic", lambda: at[0])
    ticking = postgres.Ticking()
    assert ticking.guessed() is None
    assert ticking.told(1_000.6) == 1_000
    told = []
    for at[0] in (50.0, 50.3, 50.42, 50.9, 51.0):
        told.append(ticking.guessed())
    assert told == [1_000, 1_000, 1_001, 1_001, None]
