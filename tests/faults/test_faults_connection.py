"""A server that goes away: in the middle of a transaction, while it commits, after it has. Then the same key again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from casedsl_runtime import Outcome, StoreError
from faults_boundary import Boundary
from faults_place import Place
from faults_reader import Told
from faults_wire import Wire
from faults_world import HOUR, Office, open_store

MOST = 200
LOST = "try again with the same key"


@pytest.fixture
def place(postgres_url: str) -> Place:
    made = Place(postgres_url)
    office = made.office()
    office.install()
    office.store.close()
    return made


def asked(office: Office, n: int) -> Iterator[tuple[str, str, Outcome]]:
    """A case is opened, and two steps of time later something happens in it; scope, key and outcome of each."""
    opened = office.open(f"case-{n}")
    yield "open errand", f"case-{n}", opened
    case = opened.number or ""
    yield case, f"take-{n}", office.do(case, f"take-{n}", "take", "kim")


def in_spite_of_it(place: Place, office: Office, n: int) -> int:
    """Ask until it is answered, always with the same keys. Yields how often that failed."""
    for failures in range(5):
        try:
            for scope, key, outcome in asked(office, n):
                assert outcome.accepted, outcome.reasons
                hashes = tuple(entry.hash for entry in outcome.entries)
                place.told.append(Told(scope, key, outcome.accepted, outcome.number, hashes))
        except StoreError as error:
            said = str(error)
        else:
            return failures
        assert "there is no connection to the database" in said
    raise AssertionError("it is never answered")


def end_backends(url: str, *pids: int) -> None:
    """End connections to a server from its side, and wait until they are gone."""
    with psycopg.connect(url, autocommit=True) as connection:
        for pid in pids:
            connection.execute("select pg_terminate_backend(%s, 5000)", (pid,))


def test_a_connection_that_is_lost_before_any_statement(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def strike(connection: Any) -> None:
        boundary.armed = False
        end_backends(place.url, connection.info.backend_pid)

    boundary = Boundary(None)
    for n in range(1, MOST):
        office = place.office()
        with monkeypatch.context() as patch:
            boundary = Boundary(n, strike)
            boundary.watch_psycopg(patch.setattr)
            boundary.armed = True
            failures = in_spite_of_it(place, office, n)
        place.now += 2 * HOUR
        assert place.wrong() == [], f"after the connection was lost at statement {n}"
        office.store.close()
        if boundary.armed:
            assert n > 8
            assert failures == 0
            return
        assert failures <= 1
    raise AssertionError("it is never through")


def test_a_wire_that_breaks_after_any_message(place: Place) -> None:
    """A commit that arrived is kept, whether or not anybody hears of it."""
    for n in range(1, MOST):
        wire, office = Wire(place.url, n), place.office()
        office.store.close()  # its connection goes to the server itself
        office.store._url = wire.url  # type: ignore[attr-defined]
        failures = in_spite_of_it(place, office, n)
        place.now += 2 * HOUR
        assert place.wrong() == [], f"after the wire broke behind message {n}"
        office.store.close()
        wire.close()
        if not wire.broke:
            assert n > 20
            assert failures == 0
            return
        assert failures <= 1
    raise AssertionError("it is never through")


def test_a_connection_that_is_lost_in_a_commit(place: Place) -> None:
    """The server ends it when all is written and checked once more; nothing of it is kept."""
    office = place.office()
    office.open("first")
    with psycopg.connect(place.url, autocommit=True) as connection:
        connection.execute(
            "create function ends_it() returns trigger language plpgsql as $$ begin"
            " perform pg_terminate_backend(pg_backend_pid()); perform pg_sleep(9); return null; end $$"
        )
        connection.execute(
            "create constraint trigger ends_it after insert on outcomes deferrable initially deferred"
            " for each row execute function ends_it()"
        )
        with pytest.raises(StoreError, match=LOST):
            office.open("second")
        assert place.wrong() == []
        connection.execute("drop trigger ends_it on outcomes")
    assert office.open("second").number == "E-000002"
    assert place.wrong() == []
    office.store.close()


def test_a_server_that_was_started_again_costs_one_failure_and_not_one_for_each_connection(place: Place) -> None:
    office, pids = place.office(), []
    with ExitStack() as several:
        for _ in range(4):
            unit = several.enter_context(office.store.transaction())
            unit.sequences()
            pids.append(unit._base._connection.info.backend_pid)  # type: ignore[attr-defined]
    assert len(set(pids)) == 4
    end_backends(place.url, *pids)
    assert in_spite_of_it(place, office, 1) == 1
    office.store.close()


# --- a server that can't


def test_a_server_without_room_says_so_and_goes_on_when_there_is(place: Place) -> None:
    office = place.office()
    with psycopg.connect(place.url, autocommit=True) as connection:
        connection.execute(
            "create function is_full() returns trigger language plpgsql as $$ begin"
            " raise exception 'could not extend file' using errcode = '53100'; end $$"
        )
        connection.execute("create trigger is_full before insert on journal execute function is_full()")
        with pytest.raises(StoreError, match=r"^the database has no room left; make room and try again$"):
            office.open("first")
        connection.execute("drop trigger is_full on journal")
    assert office.open("first").number == "E-000001"
    assert place.wrong() == []
    office.store.close()


def test_a_server_that_may_only_be_read_says_so(place: Place) -> None:
    office = Office(open_store(f"{place.url}%20{quote('-cdefault_transaction_read_only=on')}", lambda: place.now))
    assert list(office.host.list()) == []
    with pytest.raises(StoreError, match=r"^the database may only be read; connect to the one that takes writes$"):
        office.open("first")
    office.store.close()


def test_no_server_at_all_is_said_in_one_sentence() -> None:
    with pytest.raises(StoreError, match=r"^there is no connection to the database"):
        open_store("postgresql://postgres@127.0.0.1:9/postgres?connect_timeout=2", None)
