"""A host of PostgreSQL trusts what it remembers of a case for one round trip, and never to anybody's harm."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from time import monotonic
from typing import Any

import pytest
from casedsl_runtime import Directory, Do, Host, Outcome, Upkeep, verify_chain
from casedsl_runtime.loading import dump_workflow
from runtime_samples import ARTIFACT, CALENDARS, PEOPLE, WORKFLOW

psycopg = pytest.importorskip("psycopg", reason="no psycopg here (extra `postgres`)")


class Here:
    """A host with a store of its own, as it stands in one process. Nothing tells it the time but the server."""

    def __init__(self, url: str, keys: Iterator[int]) -> None:
        from casedsl_runtime.store.postgres import PostgresStore

        self.store = PostgresStore.create_or_open(url)
        self.host = Host(self.store, Directory.of(PEOPLE))
        self.host.install(ARTIFACT, CALENDARS)
        self._keys = keys

    def do(self, case: str, event: str, actor: str = "kim", **fields: Any) -> Outcome:
        return self.host.submit(case, f"k{next(self._keys)}", Do(event, fields), actor)


@pytest.fixture
def hosts(postgres_url: str) -> Iterator[tuple[Here, Here]]:
    keys = count()
    one, other = Here(postgres_url, keys), Here(postgres_url, keys)
    yield one, other
    one.store.close()
    other.store.close()


@pytest.fixture
def case(hosts: tuple[Here, Here]) -> str:
    """A case that the first host has at hand."""
    opened = hosts[0].host.open("complaint", "o", {"summary": "It never came"}, "pat")
    assert opened.number is not None, opened
    return opened.number


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The first words of each statement that goes to the server."""
    said: list[str] = []
    execute = psycopg.Connection.execute

    def told(self: Any, query: Any, *more: Any, **named: Any) -> Any:
        said.append(" ".join(str(query).split()[:2]))
        return execute(self, query, *more, **named)

    monkeypatch.setattr(psycopg.Connection, "execute", told)
    return said


def _is_sound(here: Here, case: str) -> bool:
    whole = not list(Upkeep(here.store, Directory.of(PEOPLE)).verify())
    return whole and verify_chain(here.host.history(case)) == []


def test_a_command_on_a_case_that_is_at_hand_is_one_statement(
    hosts: tuple[Here, Here], case: str, sent: list[str]
) -> None:
    del sent[:]
    assert hosts[0].do(case, "message", actor="pat").accepted
    assert sent == ["with w0"]
    assert _is_sound(hosts[0], case)


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


def test_a_key_that_was_used_here_yields_its_outcome_too(hosts: tuple[Here, Here], case: str) -> None:
    one, _ = hosts
    did = one.host.submit(case, "same", Do("acknowledge", {"impact": 3}), "kim")
    assert one.host.submit(case, "same", Do("acknowledge", {"impact": 3}), "kim") == did
    assert one.host.submit(case, "o2", Do("acknowledge", {"impact": 3}), "kim").accepted is False


def test_a_command_that_asks_more_asks_first_whether_the_case_is_still_so(
    postgres_url: str, hosts: tuple[Here, Here], case: str, sent: list[str]
) -> None:
    """Where an arrival is assigned to whoever has least, their open cases are counted."""
    one, other = hosts
    one.host.install(dump_workflow(WORKFLOW), CALENDARS)
    del sent[:]
    assert one.do(case, "acknowledge", impact=3).accepted
    assert one.do(case, "decide", outcome="upheld", remedy="Money", refund=5).accepted
    assert other.do(case, "send_answer").accepted
    assert _is_sound(one, case)


def test_a_clock_that_was_guessed_too_far_is_not_believed(hosts: tuple[Here, Here], case: str) -> None:
    one, _ = hosts
    now = one.host.now()
    one.store._ticking._last = (now + 500, monotonic())
    did = one.do(case, "acknowledge", impact=3)
    assert did.accepted
    assert now <= did.entries[-1].at < now + 100
    assert _is_sound(one, case)


def test_a_clock_is_guessed_for_a_moment_only(monkeypatch: pytest.MonkeyPatch) -> None:
    from casedsl_runtime.store import postgres

    at = [50.0]
    monkeypatch.setattr(postgres, "monotonic", lambda: at[0])
    ticking = postgres.Ticking()
    assert ticking.guessed() is None
    assert ticking.told(1_000.6) == 1_000
    told = []
    for at[0] in (50.0, 50.3, 50.42, 50.9, 51.0):
        told.append(ticking.guessed())
    assert told == [1_000, 1_000, 1_001, 1_001, None]
