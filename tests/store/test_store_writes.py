"""A store of SQL writes what has changed and no more: every column that is named has its indices written anew."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from casedsl_runtime import Store
from casedsl_runtime.journal import canonical, encoder
from casedsl_runtime.store import Anchor
from casedsl_runtime.store.search import Index, Row
from casedsl_runtime.store.sql import _LISTED, _columns, _otherwise
from casedsl_runtime.store.sqlite import SqliteStore
from hypothesis import given, settings
from hypothesis import strategies as st
from runtime_samples import Desk

ROW = Row("CMP-1", "sha256:a", "complaint", "new", None, True, "desk", "kim", 40, "amber", 5, 900)


@pytest.fixture
def said(tmp_path: Path) -> Iterator[tuple[Desk, list[str]]]:
    """A desk on SQLite, and what is said to its database."""
    store, said = SqliteStore.create_or_open(tmp_path / "cases.db"), list[str]()
    yield Desk(store), said
    store.close()


def _updates(said: list[str]) -> list[set[str]]:
    """The columns that each update of a case names."""
    texts = [text.partition(" set ")[2].partition(" where number ")[0] for text in said if "update cases" in text]
    return [{name for name in (*_LISTED, "changed") if f" {name} = " in f" {text}"} for text in texts]


def test_an_event_that_moves_nothing_names_no_column_of_lists(said: tuple[Desk, list[str]]) -> None:
    desk, told = said
    case = desk.open()
    desk.store._connection.set_trace_callback(told.append)  # type: ignore[attr-defined]
    desk.do(case, "pat", "message")
    desk.do(case, "kim", "acknowledge", impact=3)
    assert _updates(told) == [set(), {"state", "rank", "band", "next_due"}]


def test_a_case_that_a_process_finds_anew_is_written_whole(said: tuple[Desk, list[str]], tmp_path: Path) -> None:
    desk, told = said
    case = desk.open()
    again = SqliteStore.open(tmp_path / "cases.db")
    again._connection.set_trace_callback(told.append)
    other = Desk(again, "2026-03-02 09:05")
    other.keys = 100
    other.do(case, "pat", "message")
    other.do(case, "pat", "message")
    again.close()
    assert _updates(told) == [set(_LISTED), set()]


def test_a_case_is_marked_as_changed_once_after_each_anchor(said: tuple[Desk, list[str]]) -> None:
    desk, told = said
    case = desk.open()
    for _ in range(2):
        desk.do(case, "pat", "message")
    with desk.store.transaction() as unit:
        heads = unit.unanchored(9)
        unit.anchor(_line(), heads)
    desk.store._connection.set_trace_callback(told.append)  # type: ignore[attr-defined]
    for _ in range(2):
        desk.do(case, "pat", "message")
    assert _updates(told) == [{"changed"}, set()]
    assert [version for _, version, _ in heads] == [3]


def _index_writes(said: list[str]) -> list[str]:
    """What is done to the tables by which cases are found."""
    first = [" ".join(text.split()[:3]) for text in said if text.split()[0] in ("insert", "delete")]
    return [text for text in first if text.split()[-1] in ("people", "field_values", "texts")]


def test_of_what_a_case_is_found_by_only_that_part_is_written_that_has_changed(said: tuple[Desk, list[str]]) -> None:
    desk, told = said
    desk.store._connection.set_trace_callback(told.append)  # type: ignore[attr-defined]
    case = desk.open(category="billing")
    assert _index_writes(told) == [
        "insert into people",
        "insert into field_values",
        "delete from texts",
        "insert into texts",
    ]
    del told[:]
    desk.do(case, "kim", "acknowledge", impact=3)
    assert _index_writes(told) == ["delete from field_values", "insert into field_values"]
    del told[:]
    desk.do(case, "pat", "message")
    assert _index_writes(told) == []


def test_who_does_not_know_what_a_case_was_found_by_writes_all_of_it(store: Store) -> None:
    desk = Desk(store)
    case = desk.open(category="billing")
    values = {f"field{n}": n for n in range(120)}
    with store.transaction() as unit:
        unit.index(case, Index(("lee",), values, ("other",)))
    with store.reading() as unit:
        listed = unit.listed(case)
        assert listed is not None
        assert listed.found_by == Index(("lee",), values, ("other",))


def test_what_has_changed_since_an_anchor_is_known_in_every_store(store: Store) -> None:
    desk = Desk(store)
    first, second = desk.open(), desk.open()
    with store.transaction() as unit:
        unit.anchor(_line(), unit.unanchored(9))
    desk.do(second, "pat", "message")
    with store.transaction() as unit:
        assert [number for number, _, _ in unit.unanchored(9)] == [second]
    desk.do(first, "pat", "message")
    with store.transaction() as unit:
        assert [number for number, _, _ in unit.unanchored(9)] == [first, second]


def _line() -> Anchor:
    return Anchor(1, 0, "[]", "", "hash")


def test_where_a_score_ages_what_age_has_a_part_in_is_written_each_time() -> None:
    """A host may have put the score forward since this one wrote the row."""
    columns = _columns(ROW._replace(state="open"))
    assert [_LISTED[n] for n in _otherwise(columns, ROW)] == ["state"]
    ages = _otherwise(columns, ROW._replace(ages_at=70))
    assert [_LISTED[n] for n in ages] == ["state", "rank", "band", "ages_at"]
    assert len(_otherwise(columns, None)) == len(_LISTED)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)


@settings(derandomize=True, deadline=None)
@given(_JSON)
def test_canonical_json_is_what_the_standard_library_writes(value: object) -> None:
    assert canonical(value) == json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


@settings(derandomize=True, deadline=None)
@given(_JSON)
def test_an_encoder_that_is_made_once_writes_what_it_wrote(value: object) -> None:
    """What a key was used for is compared by its digest for years."""
    plain = json.JSONEncoder(sort_keys=True, default=repr)
    for each in (value, [value, {1, 2}], {"zoë": value, "a": (1, True, 2.5)}):
        assert encoder(plain)(each) == json.dumps(each, sort_keys=True, default=repr)


@pytest.mark.parametrize("value", [1.5j, float("nan"), {1, 2}, b"x"])
def test_what_is_no_json_is_refused(value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        canonical(value)
