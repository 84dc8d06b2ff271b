"""A store as lines and back: between any two stores not a byte is lost, and no damaged line gets in."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from threading import Event, Thread

import pytest
from casedsl_runtime import Directory, Do, Host, MemoryStore, Query, Store, StoreError
from casedsl_runtime.commands import Send
from casedsl_runtime.journal import canonical
from casedsl_runtime.store.export import _mark, export_lines, import_lines
from casedsl_runtime.store.migrations import STEPS
from casedsl_runtime.store.records import KINDS
from casedsl_runtime.store.sqlite import SqliteStore
from hypothesis import given, settings
from hypothesis import strategies as st
from runtime_samples import PEOPLE, Desk, seeded
from store_samples import busy
from store_world import Place, upkeep_of

QUERIES = (Query(text="GROSSE naive"), Query(fields={"impact": 2}), Query(person="kim"))


def lines_of(store: Store) -> list[str]:
    return list(export_lines(store))


SAMPLE = lines_of(busy(MemoryStore()).store)


def damaged(lines: list[str]) -> str:
    with pytest.raises(StoreError) as caught:
        import_lines(MemoryStore(), lines)
    return str(caught.value)


def test_the_sample_holds_every_kind() -> None:
    assert {json.loads(line)["kind"] for line in SAMPLE} == {"casedsl store", "end", *(kind.name for kind in KINDS)}
    assert json.loads(SAMPLE[0])["schema"] == STEPS[-1].n


def test_between_any_two_stores_not_a_byte_differs(makers: dict[str, Callable[[], Store]]) -> None:
    for of in makers.values():
        store = of()
        busy(store)
        assert lines_of(store) == SAMPLE
        store.close()
    for to in makers.values():
        store = to()
        assert import_lines(store, SAMPLE) == 6
        assert lines_of(store) == SAMPLE
        store.close()


def test_what_was_imported_runs_on_as_before(makers: dict[str, Callable[[], Store]]) -> None:
    def goes_on(store: Store) -> object:
        host = Host(store, Directory.of(PEOPLE), lambda: desk.clock.now, seeded(7))
        done = [
            [(step.case, step.timer) for step in host.tick(desk.clock.now + 30 * 86_400)],
            host.submit("CMP-2026-00004", "again", Do("message"), "pat"),
            host.submit("CMP-2026-00004", "again", Do("message", {}, "other"), "pat"),
            host.open("complaint", "refused", {}, "nobody"),
            host.open("complaint", "fresh", {"summary": "S"}, "pat"),
            *(host.find(query) for query in QUERIES),
            host.counts(), host.aside(), host.claim(60, 5), host.backlog(), dict(host.workflows()[0].table),
        ]  # fmt: skip
        return [*done, list(upkeep_of(store).verify()), lines_of(store)]

    desk = busy(MemoryStore())
    expected = goes_on(desk.store)
    for to in makers.values():
        store = to()
        import_lines(store, SAMPLE)
        assert goes_on(store) == expected
        store.close()


def test_nothing_is_imported_into_a_store_that_holds_something(store: Store) -> None:
    desk = Desk(store)
    with pytest.raises(StoreError, match="something in this store already; import into an empty one"):
        import_lines(store, SAMPLE)
    assert desk.host.list() == []


def test_a_damaged_export_leaves_nothing(store: Store) -> None:
    with pytest.raises(StoreError, match=f"ends early, after line {len(SAMPLE) - 1}"):
        import_lines(store, SAMPLE[:-1])
    with store.reading() as unit:
        assert [record for kind in KINDS for record in unit.records(kind.name)] == []
    assert import_lines(store, SAMPLE) == 6


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.integers(0, len(SAMPLE) - 1), st.randoms(use_true_random=False), st.integers(1, 255))
def test_any_changed_byte_is_refused_by_the_number_of_its_line(n: int, source: random.Random, by: int) -> None:
    data = bytearray(SAMPLE[n].removesuffix("\n").encode())
    data[source.randrange(len(data))] ^= by
    line = data.decode("utf-8", "surrogateescape")
    said = damaged([*SAMPLE[:n], line + "\n", *SAMPLE[n + 1 :]])
    assert f"line {n + 1} " in said or (n == 0 and "no export of a store" in said)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.integers(1, len(SAMPLE) - 2))
def test_a_line_lost_doubled_or_moved_is_refused(n: int) -> None:
    assert f"line {n + 1} " in damaged([*SAMPLE[:n], *SAMPLE[n + 1 :]])
    assert f"line {n + 2} " in damaged([*SAMPLE[: n + 1], *SAMPLE[n:]])
    assert f"line {n + 1} " in damaged([*SAMPLE[:n], SAMPLE[n + 1], SAMPLE[n], *SAMPLE[n + 2 :]])
    assert f"after line {n}" in damaged(SAMPLE[:n])


def marked(records: Iterable[Mapping[str, object]]) -> list[str]:
    """Lines with right marks over whatever they say."""
    mark, lines = "", []
    for record in records:
        mark = _mark(mark, record)
        lines.append(canonical({**record, "mark": mark}) + "\n")
    return lines


HEAD: dict[str, object] = {"kind": "casedsl store", "format": 1, "schema": STEPS[-1].n}


def test_rightly_marked_nonsense_is_refused_too() -> None:
    case = {name: value for name, value in json.loads(SAMPLE[5]).items() if name != "mark"}
    assert case["kind"] == "case"
    wrong: list[tuple[list[dict[str, object]], str]] = [
        ([{**HEAD, "format": 2}], "this export has format 2, this runtime knows format 1; install a newer"),
        ([{**HEAD, "schema": 99}], "this export has schema 99"),
        ([{**HEAD, "schema": "1"}], "this export has schema '1'"),
        ([HEAD, {**case, "version": "1"}], "line 2 is no case: look at its `version`"),
        ([HEAD, {**case, "version": 1 << 70}], "line 2 is no case: look at its `version`"),
        ([HEAD, {**case, "state": "a\0b"}], "line 2 is no case: look at its `state`"),
        ([HEAD, {**case, "more": 1}], "line 2 is no case: look at its `more`"),
        ([HEAD, {"kind": "sequence", "name": "s", "last": None}], "line 2 is no sequence: look at its `last`"),
        ([HEAD, {"kind": "secret"}], "line 2 doesn't belong where it stands"),
        ([HEAD, case, {"kind": "sequence", "name": "s", "last": 1}], "line 3 doesn't belong where it stands"),
        ([HEAD, {"kind": "end", "lines": 7}], "line 2 doesn't belong where it stands"),
        ([HEAD, {"kind": "end", "lines": 2}, HEAD], "line 3 doesn't belong where it stands"),
        (
            [HEAD, {**case, "snapshot": "{}"}, {"kind": "end", "lines": 3}],
            "the snapshot of case CMP-2026-00001 was damaged",
        ),
    ]
    for records, said in wrong:
        assert said in damaged(marked(records))
    for text in ("", "{}", "[]", "null", "1", '{"kind":1}', "[" * 100_000, SAMPLE[3]):
        assert "no export of a store" in damaged([text]), text[:20]
    assert "ends early, after line 0" in damaged([])


def test_an_export_is_one_view_while_others_write(place_of_two: tuple[Desk, Store]) -> None:
    desk, other = place_of_two
    lines = export_lines(other)
    taken = [next(lines) for _ in range(4)]
    before = len(desk.host.list())
    desk.open()
    taken += lines
    assert sum(json.loads(line)["kind"] == "case" for line in taken) == before
    copy = MemoryStore()
    import_lines(copy, taken)
    assert list(upkeep_of(copy).verify()) == []


@pytest.fixture
def place_of_two(place: Place) -> Iterator[tuple[Desk, Store]]:
    one, two = place.create(), place.create()
    yield busy(one), two
    one.close()
    two.close()


# --- copies of a file


def test_a_backup_is_a_whole_store_while_others_write(tmp_path: Path) -> None:
    store = SqliteStore.create_or_open(tmp_path / "cases.db")
    desk, stop, opened = busy(store), Event(), Event()

    def write() -> None:
        busy_one = SqliteStore.open(tmp_path / "cases.db")
        host = Host(busy_one, Directory.of(PEOPLE), lambda: desk.clock.now, seeded(3))
        n = 0
        while not stop.is_set():
            host.open("complaint", f"w{n}", {"summary": "S"}, "pat")
            n += 1
            opened.set()
        busy_one.close()

    writer = Thread(target=write)
    writer.start()
    try:
        assert opened.wait(30)
        copies = [tmp_path / f"copy{n}.db" for n in range(3)]
        for copy in copies:
            store.backup(copy)
    finally:
        stop.set()
        writer.join()
    sizes = []
    for copy in copies:
        restored = SqliteStore.open(copy)
        assert list(upkeep_of(restored).verify()) == []
        host = Host(restored, Directory.of(PEOPLE), lambda: desk.clock.now, seeded(4))
        sizes.append(len(host.list()))
        assert host.submit("CMP-2026-00004", "restored", Do("message"), "pat").accepted
        restored.close()
    assert all(one <= other for one, other in pairwise([6, *sizes]))
    store.close()


def test_a_backup_overwrites_nothing(tmp_path: Path) -> None:
    store = SqliteStore.create_or_open(tmp_path / "cases.db")
    (tmp_path / "copy.db").write_text("mine")
    with pytest.raises(StoreError, match="is there already; name a file that isn't"):
        store.backup(tmp_path / "copy.db")
    with pytest.raises(StoreError, match="can't be opened"):
        store.backup(tmp_path / "no folder" / "copy.db")
    assert (tmp_path / "copy.db").read_text() == "mine"
    store.close()


def test_half_a_backup_is_none(tmp_path: Path) -> None:
    store = SqliteStore.create_or_open(tmp_path / "cases.db")
    busy(store)

    class Full:
        """A disk that is full as soon as the copy has begun."""

        def backup(self, copy: sqlite3.Connection) -> None:
            copy.execute("create table half (x)")
            raise sqlite3.OperationalError("disk I/O error")

    whole, store._connection = store._connection, Full()  # type: ignore[assignment]
    with pytest.raises(StoreError):
        store.backup(tmp_path / "copy.db")
    store._connection = whole
    assert not (tmp_path / "copy.db").exists()
    store.backup(tmp_path / "copy.db")
    store.close()


def test_a_copy_is_a_database_of_ours(tmp_path: Path) -> None:
    store = SqliteStore.create_or_open(tmp_path / "cases.db")
    busy(store)
    store.backup(tmp_path / "copy.db")
    assert sqlite3.connect(tmp_path / "copy.db").execute("pragma integrity_check").fetchone() == ("ok",)
    restored = SqliteStore.open(tmp_path / "copy.db")
    assert lines_of(restored) == SAMPLE
    assert restored._connection.execute("pragma journal_mode").fetchone()[0] == "wal"
    store.close()
    restored.close()


def test_messages_keep_their_order(makers: dict[str, Callable[[], Store]]) -> None:
    """Also where their names would order them otherwise, and after some were erased."""
    expected = ["c", "a", "d"]
    for make in makers.values():
        store, copy = make(), make()
        with store.transaction() as unit:
            unit.post("CMP-1", [Send(id, "pat", {"entry": 1}) for id in ("c", "b", "a")], 5)
            unit.forget_letters(["b"])
            unit.post("CMP-1", [Send(id, "pat", {"entry": 1}) for id in ("d", "a")], 6)
        import_lines(copy, export_lines(store))
        for one in (store, copy):
            with one.transaction() as unit:
                assert [letter.id for letter in unit.outbox()] == expected
                assert [letter.id for letter in unit.claim(9, 60, 9)] == expected
            one.close()
