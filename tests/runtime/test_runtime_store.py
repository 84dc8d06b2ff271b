"""Stores: keys, transactions, pinning, and every way in which a file can be no store."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from casedsl_runtime import (
    Conflict,
    Directory,
    Do,
    Host,
    MemoryStore,
    Query,
    Store,
    StoreError,
    Upkeep,
    from_json,
    to_json,
    verify_chain,
)
from casedsl_runtime.commands import Send
from casedsl_runtime.journal import canonical
from casedsl_runtime.loading import dump_workflow
from casedsl_runtime.store import Anchor, Bound, Held, Kept
from casedsl_runtime.store.search import Index
from casedsl_runtime.store.sqlite import APPLICATION_ID, SqliteStore
from runtime_samples import ARTIFACT, CALENDARS, PEOPLE, WORKFLOW, Desk, seeded

# --- keys


def test_the_same_key_yields_the_first_outcome(desk: Desk) -> None:
    first = desk.host.open("complaint", "k", {"summary": "S"}, "pat")
    assert desk.host.open("complaint", "k", {"summary": "S"}, "pat") == first
    assert first.number is not None
    did = desk.host.submit(first.number, "a", Do("acknowledge", {"impact": 1}), "kim")
    desk.do(first.number, "pat", "message")
    again = desk.host.submit(first.number, "a", Do("acknowledge", {"impact": 1}), "kim")
    assert again == did
    assert [entry.hash for entry in again.entries] == [entry.hash for entry in did.entries]
    assert desk.case(first.number).version == 3


def test_a_refusal_is_bound_too_even_when_it_would_be_accepted_later(desk: Desk) -> None:
    case = desk.open()
    early = desk.host.submit(case, "a", Do("decide", {"outcome": "rejected"}), "kim")
    assert not early.accepted
    desk.do(case, "kim", "acknowledge", impact=1)
    assert desk.host.submit(case, "a", Do("decide", {"outcome": "rejected"}), "kim") == early


def test_a_key_used_for_something_else_is_refused(desk: Desk) -> None:
    case = desk.open()
    desk.host.submit(case, "a", Do("message"), "pat")
    for command, actor in ((Do("message", {}, "x"), "pat"), (Do("message"), "kim"), (Do("withdraw"), "pat")):
        outcome = desk.host.submit(case, "a", command, actor)
        assert outcome.reasons == ("this key was used for another request; give every request a key of its own",)
    other = desk.open()
    assert desk.host.submit(other, "a", Do("message", {}, "x"), "pat").accepted  # keys belong to a case


@pytest.mark.parametrize("key", ["", "\ud800", "a\nb", "x" * 201])
def test_a_key_that_can_not_be_kept_is_refused(desk: Desk, key: str) -> None:
    assert not desk.host.submit(desk.open(), key, Do("message"), "pat").accepted
    assert not desk.host.open("complaint", key, {"summary": "S"}, "pat").accepted


# --- transactions


def test_an_exception_keeps_nothing(desk: Desk) -> None:
    case = desk.open()
    before = (desk.case(case), list(desk.host.history(case)), desk.host.next_due(), desk.host.outbox())
    enough = iter([b"\0" * 2_000])  # for the entry, and not for the key's outcome
    host = Host(desk.store, Directory.of(PEOPLE), desk.clock, lambda count: next(enough)[:count])
    with pytest.raises(StopIteration):
        host.submit(case, "k", Do("acknowledge", {"impact": 1}), "kim")
    assert (desk.case(case), list(desk.host.history(case)), desk.host.next_due(), desk.host.outbox()) == before
    assert desk.host.submit(case, "k", Do("acknowledge", {"impact": 1}), "kim").accepted


def test_whatever_was_written_before_an_exception_is_gone(desk: Desk) -> None:
    case = desk.case(desk.open())

    def everything() -> object:
        with desk.store.transaction() as unit:
            return (
                unit.enter(case.id, case.id, "k")[:2], unit.history(case.id), unit.due(2**40), unit.outbox(),
                unit.peek("s"), unit.loads().get("kim"), unit.find(Query()), unit.find(Query(text="never")),
                unit.current("complaint"), unit.artifact("h"), unit.anchors(), unit.unanchored(9),
            )  # fmt: skip

    def write_and_fail() -> None:
        with desk.store.transaction() as unit:
            held = Held(case._replace(version=2, assignee="lee"), "head")
            unit.save(held, 1, desk_row._replace(assignee="lee", next_due=None), desk_row)
            unit.index(case.id, Index(("lee",), {"impact": 3}, ("other",)))
            unit.append([entry._replace(n=2) for entry in unit.history(case.id)])
            unit.post(case.id, [Send("x", "pat", {})], 0)
            unit.anchor(Anchor(1, 0, "[]", "", "hash"), [(case.id, 2, "head")])
            unit.bind(case.id, "k", Bound("r", True, case.id, ()))
            unit.take("s", 1)
            unit.keep("complaint", "h", "b", Kept(b"1", b"2"))
            raise RuntimeError("the power fails")

    desk_row, before = desk.host.list()[0], everything()
    with pytest.raises(RuntimeError):
        write_and_fail()
    assert everything() == before
    assert desk.case(case.id).version == 1


def test_a_snapshot_of_an_older_version_conflicts(desk: Desk) -> None:
    case = desk.case(desk.open())
    row = desk.host.list()[0]
    with pytest.raises(Conflict, match="try again"), desk.store.transaction() as unit:
        unit.save(Held(case._replace(version=9), "head"), 8, row, None)
    with pytest.raises(Conflict), desk.store.transaction() as unit:
        unit.save(Held(case, "head"), 0, row, None)


def test_a_snapshot_reads_back(desk: Desk) -> None:
    case = desk.open()
    desk.do(case, "kim", "acknowledge", impact=1)
    desk.tick("2026-03-09 17:00")
    snapshot = desk.case(case)
    assert from_json(to_json(snapshot)) == snapshot


def test_cases_stay_pinned_to_their_artifact(desk: Desk) -> None:
    old = desk.open()
    newer = replace(WORKFLOW, version=2, table={**WORKFLOW.table, "new": {}})
    desk.host.install(dump_workflow(newer), CALENDARS)
    new = desk.open()
    assert desk.case(old).workflow != desk.case(new).workflow
    desk.do(old, "kim", "acknowledge", impact=1)
    assert "can't be done" in desk.refuses(new, "kim", "acknowledge")[0]
    fresh = Host(desk.store, Directory.of(PEOPLE), desk.clock, seeded())  # reads both again from the store
    assert fresh.submit(old, "z", Do("decide", {"outcome": "rejected"}), "kim").accepted


def test_letters_wait_until_they_are_delivered(desk: Desk) -> None:
    case = desk.open()
    desk.do(case, "kim", "acknowledge", impact=1)
    [letter] = desk.host.outbox()
    assert (letter.to, letter.message["subject"]) == ("pat", "Your complaint CMP-2026-00001")
    desk.host.delivered(letter.id)
    assert list(desk.host.outbox()) == []


def test_a_bundle_without_a_calendar_is_refused(desk: Desk) -> None:
    workflow = replace(WORKFLOW, teams=(replace(WORKFLOW.teams[0], calendar="nights"), WORKFLOW.teams[1]))
    with pytest.raises(StoreError, match="no calendar `nights`"):
        desk.host.install(dump_workflow(workflow), CALENDARS)


# --- the file


def test_a_store_outlives_its_program(tmp_path: Path) -> None:
    path = tmp_path / "cases.db"
    first = SqliteStore.create_or_open(path)
    desk = Desk(first)
    case = desk.open()
    first.close()
    second = SqliteStore.open(path)
    host = Host(second, Directory.of(PEOPLE), desk.clock, seeded())
    desk.clock.put("2026-03-02 14:00")
    assert [entry.kind for fired in host.tick() for entry in fired.outcome.entries] == ["prompted", "alerted"]
    assert host.submit(case, "k", Do("acknowledge", {"impact": 1}), "kim").accepted
    second.close()


def test_two_programs_on_one_file_see_each_others_cases(tmp_path: Path) -> None:
    path = tmp_path / "cases.db"
    one = Desk(SqliteStore.create_or_open(path))
    other = Host(SqliteStore.open(path), Directory.of(PEOPLE), one.clock, seeded(2))
    case = one.open()
    assert other.submit(case, "theirs", Do("acknowledge", {"impact": 1}), "kim").accepted
    assert one.case(case).state == "in_review"
    one.do(case, "kim", "decide", outcome="rejected")
    assert other.submit(case, "theirs-2", Do("send_answer"), "kim").accepted
    assert one.problems(case) == []
    assert one.case(case).version == 4


def test_the_file_says_whose_it_is_and_syncs_fully(tmp_path: Path) -> None:
    store = SqliteStore.create_or_open(tmp_path / "cases.db")
    connection = store._connection
    assert connection.execute("pragma application_id").fetchone()[0] == APPLICATION_ID
    assert connection.execute("pragma synchronous").fetchone()[0] == 2
    assert connection.execute("pragma journal_mode").fetchone()[0] == "wal"
    store.close()


def no_store(path: Path) -> str:
    with pytest.raises(StoreError) as caught:
        SqliteStore.create_or_open(path, patience_ms=50)
    return str(caught.value)


def test_a_file_that_is_no_store_is_refused_with_a_way_out(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no store at"):
        SqliteStore.open(tmp_path / "none.db")
    assert not (tmp_path / "none.db").exists()
    assert "there is no folder" in no_store(tmp_path / "none" / "cases.db")
    assert "can't be opened" in no_store(tmp_path)
    text = tmp_path / "text.db"
    text.write_text("this is a long enough text that is no database at all\n" * 50)
    assert "is not a database" in no_store(text)


def test_another_programs_database_and_a_newer_one_are_left_alone(tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.db"
    connection = sqlite3.connect(foreign)
    connection.execute("create table theirs (x)")
    connection.close()
    before = foreign.read_bytes()
    assert "another program" in no_store(foreign)
    assert foreign.read_bytes() == before
    newer = tmp_path / "newer.db"
    SqliteStore.create_or_open(newer).close()
    connection = sqlite3.connect(newer)
    connection.execute("insert into migrations values (99, 'later', 'x')")
    connection.commit()
    connection.close()
    assert "install a newer casedsl-runtime" in no_store(newer)


def test_a_truncated_file_is_found(tmp_path: Path) -> None:
    path = tmp_path / "cases.db"
    store = SqliteStore.create_or_open(path)
    Desk(store).open()
    store.close()
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(StoreError, match="damaged"):
        Host(SqliteStore.open(path), Directory.of(PEOPLE)).list()


def test_a_store_that_somebody_else_holds_is_busy(tmp_path: Path) -> None:
    path = tmp_path / "cases.db"
    SqliteStore.create_or_open(path).close()
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("begin immediate")
    store = SqliteStore.open(path, patience_ms=50)
    with pytest.raises(StoreError, match="in use by another program"):
        Host(store, Directory.of(PEOPLE)).install(ARTIFACT, CALENDARS)
    holder.execute("rollback")
    Host(store, Directory.of(PEOPLE)).install(ARTIFACT, CALENDARS)
    holder.close()
    store.close()


def test_a_read_only_store_is_said_to_be_one(tmp_path: Path) -> None:
    path = tmp_path / "cases.db"
    store = SqliteStore.create_or_open(path)
    store._connection.execute("pragma query_only = on")  # as root, file permissions don't bind
    with pytest.raises(StoreError, match="may only be read"):
        Host(store, Directory.of(PEOPLE)).install(ARTIFACT, CALENDARS)
    store.close()


def test_a_changed_entry_is_reported_as_such(tmp_path: Path) -> None:
    store = SqliteStore.create_or_open(tmp_path / "cases.db")
    desk = Desk(store)
    case = desk.open()
    store._connection.execute("update journal set header = replace(header, '\"opened\"', '\"done\"')")
    assert verify_chain(desk.host.history(case)) == []  # one entry alone: only the next one, or an anchor, shows it
    store._connection.execute("update journal set payload = replace(payload, ':', ' :')")
    with pytest.raises(StoreError, match="not as it was written"):
        desk.host.history(case)
    store.close()


def test_verify_proves_that_the_snapshot_is_the_fold(tmp_path: Path) -> None:
    path = tmp_path / "cases.db"
    store = SqliteStore.create_or_open(path)
    desk = Desk(store)
    case = desk.open()
    desk.do(case, "kim", "acknowledge", impact=1)
    assert desk.problems(case) == []
    store._connection.execute("update cases set snapshot = replace(snapshot, '\"impact\":1', '\"impact\":5')")
    fresh = SqliteStore.open(path)
    upkeep = Upkeep(fresh, Directory.of(PEOPLE))
    problem = f"the snapshot of case {case} is not what its journal says; rebuild it from the journal"
    assert list(upkeep.verify(case)) == list(upkeep.verify()) == [(case, problem)]
    assert list(upkeep.verify("CMP-1")) == [("CMP-1", "there is no case CMP-1 here")]
    fresh.close()
    store.close()


# --- the two stores say the same


def test_both_stores_keep_the_same_bytes(tmp_path: Path) -> None:
    def story(store: Store) -> list[str]:
        desk = Desk(store)
        case = desk.open()
        desk.do(case, "kim", "acknowledge", impact=3)
        desk.tick("2026-03-06 12:00")
        desk.do(case, "kim", "ask_customer", question="Which?")
        desk.tick("2026-03-30 12:00")
        desk.do(case, "kim", "decide", outcome="rejected")
        texts = [entry.header + entry.body for entry in desk.host.history(case)]
        letters = [canonical([letter.id, letter.to, letter.message]) for letter in desk.host.outbox()]
        return [*texts, *letters, to_json(desk.case(case)), repr(desk.host.list()), repr(desk.host.why(case))]

    store = SqliteStore.create_or_open(tmp_path / "cases.db")
    assert story(MemoryStore()) == story(store)
    store.close()


STORY = """
from runtime_samples import Desk
from casedsl_runtime import MemoryStore
desk = Desk(MemoryStore())
case = desk.open()
desk.do(case, "kim", "acknowledge", impact=3)
desk.do(case, "kim", "ask_customer", question="Which?")
desk.do(case, "kim", "phone")
desk.tick("2026-03-30 12:00")
print("".join(entry.header + entry.body for entry in desk.host.history(case)))
"""


def test_hash_seeds_change_no_byte() -> None:
    here = Path(__file__).parent
    path = f"{here}:{here.parent.parent / 'runtime'}"
    printed = {
        subprocess.run(
            [sys.executable, "-c", STORY],
            check=True,
            capture_output=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": path},
        ).stdout
        for seed in ("1", "2", "77")
    }
    assert len(printed) == 1
    assert len(printed.pop()) > 3000


def test_importing_the_package_loads_no_database_and_no_net() -> None:
    unwanted = ("sqlite3", "socket", "http", "ssl", "zoneinfo")
    code = f"import sys, casedsl_runtime; print([name for name in {unwanted} if name in sys.modules])"
    runtime = Path(__file__).parent.parent.parent / "runtime"
    found = subprocess.run(
        [sys.executable, "-S", "-c", code], check=True, capture_output=True, text=True, env={"PYTHONPATH": str(runtime)}
    )
    assert found.stdout.strip() == "[]"


def test_reading_neither_waits_for_a_writer_nor_keeps_one_waiting(tmp_path: Path) -> None:
    writer = SqliteStore.create_or_open(tmp_path / "cases.db", patience_ms=0)
    reader = SqliteStore.open(tmp_path / "cases.db", patience_ms=0)
    with writer.transaction(), reader.reading() as unit:
        assert unit.find(Query()).rows == ()
    with reader.reading() as unit:
        assert unit.next_due() is None
        with writer.transaction() as other:
            other.take("LET", 1)
    writer.close()
    reader.close()


@pytest.mark.parametrize("damage", ["{", "{}", "[]", '{"clocks": 1}'])
def test_a_damaged_snapshot_is_said_to_be_one(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "cases.db"
    store = SqliteStore.create_or_open(path)
    case = Desk(store).open()
    store.close()
    with sqlite3.connect(path) as raw:
        raw.execute("update cases set snapshot = ?", (damage,))
    raw.close()
    reopened = SqliteStore.open(path)
    with pytest.raises(StoreError, match=f"the snapshot of case {case} was damaged"):
        Host(reopened, Directory.of(PEOPLE)).why(case)
    reopened.close()


def test_a_damaged_artifact_in_the_store_is_said_to_be_one(tmp_path: Path) -> None:
    path = tmp_path / "cases.db"
    store = SqliteStore.create_or_open(path)
    case = Desk(store).open()
    store.close()
    with sqlite3.connect(path) as raw:
        raw.execute("update artifacts set content = x'00'")
    raw.close()
    reopened = SqliteStore.open(path)
    with pytest.raises(StoreError, match=r"the store's copy of sha256:.* is damaged"):
        Host(reopened, Directory.of(PEOPLE)).why(case)
    reopened.close()


def test_half_a_character_names_nobody_and_nothing(desk: Desk) -> None:
    outcome = desk.host.open("complaint", "k", {}, "pat", on_behalf_of="\udcff")
    assert not outcome.accepted
    assert desk.host.list(state="\udcff") == []
    assert desk.host.list(assignee="\udcff") == []
