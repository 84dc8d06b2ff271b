"""Tables by numbered steps: forward only, whole or not at all, never guessed; and every past schema is still read."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from casedsl_runtime import Directory, Do, Host, Query, Store, StoreError
from casedsl_runtime.store.export import export_lines
from casedsl_runtime.store.migrations import STEPS, Step, missing
from casedsl_runtime.store.sqlite import SqliteStore
from runtime_samples import PEOPLE, Desk, at, seeded
from store_samples import FOLDER, load
from store_world import SQL_KINDS, Place, upkeep_of

HERE = Path(__file__).parent
BOTH = ("sqlite", "postgres")


def step(n: int, *statements: str) -> Step:
    return Step(n, f"step {n}", dict.fromkeys(BOTH, statements))


KNOWN = len(STEPS)
NEXT = step(KNOWN + 1, "create table extra (x integer)", "insert into extra values (1)")
LATER = step(KNOWN + 2, "alter table extra add column y integer", "update extra set y = 2")
BROKEN = step(KNOWN + 2, "alter table extra add column y integer", "update extra set y = nobody.knows")


@contextmanager
def knowing(place: Place, *steps: Step) -> Iterator[Store]:
    """The store as a runtime opens it that knows these steps too."""
    from casedsl_runtime.store.postgres import PostgresStore

    later: Any = type("Later", (SqliteStore if place.kind == "sqlite" else PostgresStore,), {"steps": (*STEPS, *steps)})
    with closing(later.create_or_open(place.at)) as store:
        yield store


def taken(place: Place) -> list[tuple[int, str]]:
    return [(n, digest) for n, digest in place.sql("select n, digest from migrations order by n")]


def test_missing_steps_are_taken_in_order(place: Place) -> None:
    with closing(place.create()) as store:
        case = Desk(store).open()
    assert taken(place) == [(step.n, step.digest(place.kind)) for step in STEPS]
    with knowing(place, NEXT, LATER) as store:
        assert Host(store, Directory.of(PEOPLE)).load(case) is not None
    assert place.sql("select x, y from extra") == [(1, 2)]
    assert [n for n, _ in taken(place)][-2:] == [KNOWN + 1, KNOWN + 2]
    with knowing(place, NEXT, LATER):
        assert place.sql("select x, y from extra") == [(1, 2)]  # taken once


def test_a_step_that_fails_half_way_leaves_nothing(place: Place) -> None:
    with closing(place.create()) as store:
        case = Desk(store).open()
    with pytest.raises(StoreError), knowing(place, NEXT, BROKEN):
        pass
    assert len(taken(place)) == KNOWN
    with pytest.raises(Exception, match="extra"):  # each database has its own words for it
        place.sql("select * from extra")
    with closing(place.open()) as store:  # and the runtime that there was goes on
        assert Host(store, Directory.of(PEOPLE), salts=seeded()).submit(case, "k", Do("message"), "pat").accepted
    with knowing(place, NEXT, LATER):
        assert place.sql("select x, y from extra") == [(1, 2)]


def test_a_new_store_that_fails_half_way_is_none(place: Place) -> None:
    with pytest.raises(StoreError), knowing(place, NEXT, BROKEN):
        pass
    with closing(place.create()) as store:
        assert Desk(store).open() == "CMP-2026-00001"
    assert len(taken(place)) == KNOWN


def test_a_newer_store_is_refused(place: Place) -> None:
    with knowing(place, NEXT):
        pass
    for opened in (place.open, place.create):
        with pytest.raises(
            StoreError, match=rf"taken {KNOWN + 1} steps .* this runtime knows {KNOWN}; install a newer casedsl-runtime"
        ):
            opened()
    assert len(taken(place)) == KNOWN + 1


def test_a_store_whose_steps_were_others_is_refused(place: Place) -> None:
    place.create().close()
    digest = taken(place)[0][1]
    for change in (f"digest = '{digest[::-1]}'", "n = 0"):
        place.sql(f"update migrations set {change} where n = 1")
        with pytest.raises(
            StoreError, match="is not the one that this runtime knows; restore it from a backup, or run the"
        ):
            place.open()
        place.sql(f"update migrations set n = 1, digest = '{digest}' where n in (0, 1)")
    place.open().close()


def test_a_database_of_another_program_is_left_alone(place: Place) -> None:
    for table in ("create table migrations (id integer, name text)", "create table cases (lawyer text)"):
        place.sql(table)
        with pytest.raises(
            StoreError, match=r"another program; name (a database, or a schema, for the store alone|another file)"
        ):
            place.create()
        place.sql(f"drop table {table.split()[2]}")
    place.create().close()


def test_each_step_is_named_by_its_statements() -> None:
    first = STEPS[0]
    assert [step.n for step in STEPS] == list(range(1, len(STEPS) + 1))
    assert first.digest("sqlite") != first.digest("postgres")
    assert Step(1, first.title, {**first.statements, "sqlite": [*first.statements["sqlite"], "select 1"]}).digest(
        "sqlite"
    ) != first.digest("sqlite")
    assert list(missing("sqlite", [(1, first.digest("sqlite"))], (first, NEXT))) == [NEXT]


OPENING = """
import sys
from store_world import Place
place = Place(sys.argv[1], sys.argv[2])
sys.stdin.readline()
place.create().close()
"""


def test_processes_that_make_a_store_at_once_make_one(place: Place) -> None:
    path = f"{HERE}:{HERE.parent / 'runtime'}:{HERE.parent.parent / 'runtime'}"
    command = [sys.executable, "-c", OPENING, place.kind, place.at]
    started = [
        subprocess.Popen(command, env={"PYTHONPATH": path}, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(5)
    ]
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    assert [process.communicate()[1] for process in started] == [""] * 5
    assert taken(place) == [(step.n, step.digest(place.kind)) for step in STEPS]
    with closing(place.open()) as store:
        assert Desk(store).open() == "CMP-2026-00001"


# --- past schemas


@pytest.fixture(params=[step.n for step in STEPS])
def sample(request: pytest.FixtureRequest, place: Place) -> Place:
    load(place, (FOLDER / f"schema_{request.param}.{place.kind}.sql").read_text(encoding="utf-8"))
    return place


def test_a_store_of_every_past_schema_is_read_and_runs_on(sample: Place) -> None:
    with closing(sample.open()) as store:
        assert list(upkeep_of(store).verify()) == []
        clock = at("2026-03-05 12:30")
        host = Host(store, Directory.of(PEOPLE), lambda: clock, seeded(3))
        assert [row.number[-1] for row in host.list()] == ["3", "5", "6", "4", "2", "1"]
        assert host.find(Query(text="GROSSE")).rows
        assert host.submit("CMP-2026-00004", "new", Do("message"), "pat").accepted
        assert host.open("complaint", "new", {"summary": "S"}, "pat").number == "CMP-2026-00007"
        assert not host.open("complaint", "refused", {"summary": "S"}, "pat").accepted
        clock = at("2026-05-05 12:00")
        assert len(host.tick()) > 10
        assert host.claim(60, 100)
        assert upkeep_of(store, None).erase_case("CMP-2026-00002", "sue", "kept for 6 years").reasons
        assert list(upkeep_of(store).verify()) == []
    assert [n for n, _ in taken(sample)] == list(range(1, len(STEPS) + 1))


def test_both_samples_of_a_schema_are_the_same_store(tmp_path: Path, postgres_urls: Callable[[], str]) -> None:
    """And the store that they were made from, as long as nothing about entries has changed since."""
    digests = set()
    for n in [step.n for step in STEPS]:
        for place in (Place("sqlite", str(tmp_path / f"{n}.db")), Place("postgres", postgres_urls())):
            load(place, (FOLDER / f"schema_{n}.{place.kind}.sql").read_text(encoding="utf-8"))
            with closing(place.open()) as store:
                digests.add((n, sha256("".join(export_lines(store)).encode()).hexdigest()))
    assert len(digests) == len(STEPS)


def test_there_is_a_sample_of_every_schema() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {
        f"schema_{step.n}.{kind}.sql" for step in STEPS for kind in SQL_KINDS
    }
