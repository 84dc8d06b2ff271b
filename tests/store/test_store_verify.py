"""Whatever is changed behind the store's back is named; what only an anchor shows is shown by the anchor."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from casedsl_runtime import Directory, Host, MemoryStore, StoreError
from casedsl_runtime.case import Case, fold, to_json
from casedsl_runtime.journal import canonical, read_entry
from casedsl_runtime.store.export import export_lines, import_lines
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from runtime_samples import ARTIFACT, PEOPLE, Desk, seeded
from store_world import Place, sqlite_place, upkeep_of

FIRST, SECOND, THIRD = (f"CMP-2026-0000{n}" for n in (1, 2, 3))


def at_work(desk: Desk) -> None:
    """Three cases: one goes on and is erased from, one has ended and is erased, one waits. All but the last entry of
    the first are anchored."""
    for case in (FIRST, SECOND, THIRD):
        assert desk.open() == case
    upkeep = upkeep_of(desk.store, desk.clock)
    desk.do(FIRST, "kim", "acknowledge", impact=3)
    desk.do(FIRST, "kim", "ask_customer", question="Which one?")
    desk.do(SECOND, "pat", "withdraw", note="Found it")
    upkeep.anchor()
    desk.tick("2026-03-04 12:00")
    assert upkeep.erase_fields(FIRST, ["question"], "sue", "art. 17").accepted
    assert upkeep.erase_case(SECOND, "sue", "kept for 6 years").accepted
    upkeep.anchor()
    desk.do(FIRST, "pat", "customer_replied")


def made() -> list[str]:
    desk = Desk(MemoryStore())
    at_work(desk)
    return list(export_lines(desk.store))


LINES = made()


def fill(place: Place) -> None:
    with closing(place.create()) as store:
        import_lines(store, LINES)


@pytest.fixture
def full(place: Place) -> Place:
    """A store that holds, in its file or on its server, and nobody has it open."""
    fill(place)
    assert place.problems() == []
    return place


def case_of(line: str) -> str:
    return json.loads(line).get("case") or json.loads(line).get("number") or ""


# --- flipped bytes


Spot = tuple[str, str, tuple[Any, ...], str]
"""A table, a column, the key of a row, and the text that stands there."""

KEYS = {"journal": ('"case"', "n"), "cases": ("number",), "anchors": ("n",)}
COLUMNS = {"journal": ("header", "payload"), "cases": ("snapshot", "head"), "anchors": ("heads", "previous", "hash")}


def spots(place: Place) -> list[Spot]:
    found: list[Spot] = []
    with place.raw() as run:
        for table, columns in COLUMNS.items():
            for column in columns:
                keys = ", ".join(KEYS[table])
                for *key, text in run(f"select {keys}, {column} from {table} order by {keys}"):
                    found.append((table, column, tuple(key), text))
    return found


def write(place: Place, spot: Spot, text: str | bytes) -> None:
    table, column, key, _ = spot
    value = "cast(? as text)" if isinstance(text, bytes) else "?"
    where = " and ".join(f"{name} = ?" for name in KEYS[table])
    place.sql(f"update {table} set {column} = {value} where {where}", text, *key)


@settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.randoms(use_true_random=False), st.integers(1, 255))
def test_any_flipped_byte_is_named_sqlite(flipped: Place, source: random.Random, by: int) -> None:
    spot = source.choice([spot for spot in spots(flipped) if spot[3]])
    data = bytearray(spot[3].encode())
    data[source.randrange(len(data))] ^= by
    try:
        write(flipped, spot, bytes(data))
        found = flipped.problems()
    finally:
        write(flipped, spot, spot[3])
    assert found, spot[:3]
    assert about(spot) in {case for case, _ in found}, (spot[:3], found)


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.randoms(use_true_random=False), st.characters(min_codepoint=1, codec="utf-8"))
def test_any_changed_character_is_named_postgres(served: Place, source: random.Random, sign: str) -> None:
    spot = source.choice([spot for spot in spots(served) if spot[3]])
    place = source.randrange(len(spot[3]))
    if spot[3][place] != sign:
        try:
            write(served, spot, spot[3][:place] + sign + spot[3][place + 1 :])
            found = served.problems()
        finally:
            write(served, spot, spot[3])
        assert about(spot) in {case for case, _ in found}, (spot[:3], found)


def about(spot: Spot) -> str:
    """The case of which something must be said; anchors are the store's."""
    return "" if spot[0] == "anchors" else str(spot[2][0])


@pytest.fixture(scope="module")
def flipped(tmp_path_factory: pytest.TempPathFactory) -> Place:
    place = sqlite_place(tmp_path_factory.mktemp("flipped"))
    fill(place)
    return place


@pytest.fixture
def served(postgres_url: str) -> Place:
    place = Place("postgres", postgres_url)
    fill(place)
    return place


def test_a_flip_is_named_with_its_place(full: Place) -> None:
    for column, old, new, said in (
        ("payload", '"field/impact"', '"field/impacT"', "entry 2 has a value `field/impacT` that was never recorded"),
        ("payload", '":["', '": ["', "entry 2 is not as it was written"),
        ("payload", '",3]', '",4]', "the value `field/impact` of entry 2 was changed"),
        ("payload", '"fired"', '"faded"', "of entry 2 was changed"),
        ("header", '"done"', '"dons"', "entry 2 is of no known kind"),
    ):
        [(text,)] = full.sql(f'select {column} from journal where "case" = ? and n = 2', FIRST)
        spot = ("journal", column, (FIRST, 2), text)
        assert old in text
        write(full, spot, text.replace(old, new))
        found = full.problems()
        assert [case for case, _ in found] == [FIRST] * len(found)
        assert any(said in sentence for _, sentence in found), found
        write(full, spot, text)
    assert full.problems() == []


def test_the_erased_entry_can_not_be_filled_again(full: Place) -> None:
    """Not with what stood there, for nobody knows its salt; nor can what it says of itself be changed."""
    [(payload,)] = full.sql('select payload from journal where "case" = ? and n = 3', FIRST)
    forged = {**json.loads(payload), "field/question": ["00" * 16, "Which one?"]}
    write(full, ("journal", "payload", (FIRST, 3), payload), canonical(forged))
    assert (FIRST, "the value `field/question` of entry 3 was changed") in full.problems()
    write(full, ("journal", "payload", (FIRST, 3), payload), payload)
    rows = full.sql('select n, payload from journal where "case" = ? order by n', FIRST)
    [(n, told)] = [(n, text) for n, text in rows if '"art. 17"' in text]
    write(full, ("journal", "payload", (FIRST, n), told), told.replace('"art. 17"', '"art. 18"'))
    assert (FIRST, f"the value `rule` of entry {n} was changed") in full.problems()


def test_a_value_taken_away_without_an_erasure_is_named(full: Place) -> None:
    [(payload,)] = full.sql('select payload from journal where "case" = ? and n = 1', THIRD)
    left = {name: pair for name, pair in json.loads(payload).items() if name != "field/summary"}
    write(full, ("journal", "payload", (THIRD, 1), payload), canonical(left))
    said = full.problems(THIRD)
    assert (THIRD, "the value `field/summary` of entry 1 is gone, and no erasure says why") in said


# --- whole rows


def test_a_cut_tail_is_named(full: Place) -> None:
    [(last,)] = full.sql("select version from cases where number = ?", FIRST)
    full.sql('delete from journal where "case" = ? and n = ?', FIRST, last)
    assert full.problems() == [(FIRST, f"the journal ends with entry {last - 1}, and the case stands at entry {last}")]


def rolled_back(place: Place, case: str, to: int) -> None:
    """Make a case what it was after entry `to`, as somebody would who knows the tables well."""
    rows = place.sql('select header, payload from journal where "case" = ? and n <= ? order by n', case, to)
    entries = [read_entry(header, payload) for header, payload in rows]
    was = Case()
    for entry in entries:
        was = fold(was, entry)
    place.sql('delete from journal where "case" = ? and n > ?', case, to)
    place.sql(
        "update cases set version = ?, head = ?, snapshot = ?, state = ?, changed = 1 where number = ?",
        to, entries[-1].hash, to_json(was), was.state, case,
    )  # fmt: skip


def test_what_only_the_anchor_shows_is_shown_by_the_anchor(full: Place) -> None:
    [(version,)] = full.sql("select version from cases where number = ?", THIRD)
    assert version > 1
    rolled_back(full, THIRD, 1)
    full.sql('delete from outbox where "case" = ?', THIRD)
    full.sql("update cases set next_due = (select min(next_due) from cases) where number = ?", THIRD)
    assert (THIRD, f"entry {version} is gone: an anchor fixed it") in full.problems()
    full.sql("delete from anchors")
    assert all("anchor" not in said or "is gone" in said for _, said in full.problems())


def test_an_older_copy_of_a_case_in_its_place_is_named(place: Place) -> None:
    with closing(place.create()) as store:
        desk = Desk(store)
        case = desk.open()
        row = dict(
            zip(_columns(place, "cases"), place.sql("select * from cases where number = ?", case)[0], strict=True)
        )
        desk.do(case, "kim", "acknowledge", impact=1)
        upkeep_of(store, desk.clock).anchor()
    columns = ("version", "head", "snapshot", "state", "assignee", "rank", "band", "next_due")
    place.sql(
        f"update cases set {', '.join(f'{name} = ?' for name in columns)} where number = ?",
        *(row[name] for name in columns), case,
    )  # fmt: skip
    place.sql("delete from journal where n > 1")
    place.sql("delete from outcomes where scope = ?", case)
    place.sql("delete from outbox")
    place.sql("delete from field_values where field = 'impact'")
    assert place.problems() == [(case, "entry 2 is gone: an anchor fixed it")]


def _columns(place: Place, table: str) -> list[str]:
    if place.kind == "sqlite":
        return [row[1] for row in place.sql(f"pragma table_info({table})")]
    return [
        row[0]
        for row in place.sql(
            "select attname from pg_attribute where attrelid = to_regclass(?) and attnum > 0 order by attnum", table
        )
    ]


def swapped(place: Place, table: str, column: str, one: tuple[Any, ...], other: tuple[Any, ...]) -> None:
    where = " and ".join(f"{name} = ?" for name in KEYS[table])
    values = [place.sql(f"select {column} from {table} where {where}", *key)[0][0] for key in (one, other)]
    for key, value in zip((one, other), reversed(values), strict=True):
        place.sql(f"update {table} set {column} = ? where {where}", value, *key)


@pytest.mark.parametrize(
    ("table", "column", "one", "other"),
    [
        ("journal", "payload", (FIRST, 1), (FIRST, 2)),
        ("journal", "payload", (FIRST, 1), (THIRD, 1)),
        ("journal", "header", (FIRST, 1), (THIRD, 1)),
        ("cases", "snapshot", (FIRST,), (THIRD,)),
        ("cases", "head", (FIRST,), (THIRD,)),
        ("anchors", "heads", (1,), (2,)),
        ("anchors", "hash", (1,), (2,)),
    ],
)
def test_swapped_rows_are_named(
    full: Place, table: str, column: str, one: tuple[Any, ...], other: tuple[Any, ...]
) -> None:
    swapped(full, table, column, one, other)
    named = {case for case, _ in full.problems()}
    assert named >= ({""} if table == "anchors" else {str(one[0]), str(other[0])})


def test_whole_entries_that_changed_places_are_named(full: Place) -> None:
    for column in ("header", "payload"):
        swapped(full, "journal", column, (FIRST, 1), (FIRST, 2))
    assert (FIRST, "entry 2 stands where entry 1 belongs") in full.problems()


def everything_of(place: Place, case: str) -> None:
    for statement in (
        "delete from cases where number = ?",
        'delete from journal where "case" = ?',
        'delete from outbox where "case" = ?',
        'delete from people where "case" = ?',
        'delete from field_values where "case" = ?',
        "delete from outcomes where number = ?",
    ):
        place.sql(statement, case)
    if place.kind == "postgres":
        place.sql('delete from texts where "case" = ?', case)


def test_a_case_that_is_gone_is_named_by_the_anchor_and_by_its_number(full: Place) -> None:
    everything_of(full, SECOND)
    assert full.problems() == [
        (SECOND, f"case {SECOND} is gone: an anchor fixed it"),
        ("", "`complaint 2026` gave number 2, and no case bears it"),
    ]
    full.sql("delete from anchors")
    full.sql("update cases set changed = 1")
    assert full.problems() == [("", "`complaint 2026` gave number 2, and no case bears it")]


def test_a_case_without_its_row_and_one_beyond_its_sequence_are_named(full: Place) -> None:
    full.sql("delete from cases where number = ?", SECOND)
    assert ("", f"there are entries of case {SECOND}, and no such case") in full.problems()
    full.sql("update sequences set last = 2")
    assert ("", "a case bears number 3 of `complaint 2026`, which gave only 2") in full.problems()
    full.sql("update sequences set last = 1000000000000")
    said = [sentence for _, sentence in full.problems() if "`complaint 2026`" in sentence]
    assert said[:2] == [f"`complaint 2026` gave number {n}, and no case bears it" for n in (2, 4)]
    assert said[-1] == "`complaint 2026` gave 999999999988 more numbers that no case bears"


def test_a_key_that_is_gone_or_leads_elsewhere_is_named(full: Place) -> None:
    rows = full.sql("select * from requests where scope = ? and first = 2", FIRST)
    key = rows[0][1]
    full.sql("delete from outcomes where scope = ? and key = ?", FIRST, key)
    full.sql('update journal set key = null, request = null where "case" = ? and key = ?', FIRST, key)
    assert full.problems() == [(FIRST, "entry 2 has no key: it was asked for once")]
    marks = ", ".join("?" * len(rows[0]))
    full.sql(f"insert into outcomes values ({marks})", *rows[0])
    assert full.problems() == []
    for change, said in (
        ("first = 3, last = 3", "entry 2 has no key"),
        ("last = 9223372036854775807", "a key is bound to entry 9223372036854775807, and the journal ends with"),
        ("number = 'CMP-1'", "a key of this case names case CMP-1"),
        ("number = null", "a key of this case names no case"),
    ):
        full.sql(f"update outcomes set {change} where scope = ? and key = ?", FIRST, key)
        assert any(case == FIRST and said in sentence for case, sentence in full.problems()), said
        full.sql("delete from outcomes where scope = ? and key = ?", FIRST, key)
        full.sql(f"insert into outcomes values ({marks})", *rows[0])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("next_due = next_due + 60", "its next due instant in lists is not that of the case"),
        ("next_due = null", "its next due instant in lists is not that of the case"),
        ("assignee = 'lee'", "its assignee in lists is not that of the case"),
        ("rank = rank - 1", "its score in lists is not that of the case"),
        ("open = 0", "its being open in lists is not that of the case"),
        ("version = 1", "its row stands at entry 1, and the case at entry"),
    ],
)
def test_a_list_that_says_something_else_is_named(full: Place, change: str, said: str) -> None:
    full.sql(f"update cases set {change} where number = ?", FIRST)
    [(case, sentence)] = full.problems()
    assert case == FIRST
    assert sentence.startswith(said)


def test_what_a_case_is_found_by_is_compared(full: Place) -> None:
    full.sql('delete from people where "case" = ? and person = ?', FIRST, "kim")
    assert full.problems() == [(FIRST, "the people that it is found by are not those of the case")]
    full.sql("insert into people values (?, ?)", "kim", FIRST)
    full.sql("update field_values set number = 4 where field = 'impact'")
    assert full.problems() == [(FIRST, "the fields that it is found by are not those of the case")]
    full.sql("update field_values set number = 3 where field = 'impact'")
    full.sql("update texts set words = 'other'")
    assert (THIRD, "the words that it is found by are not those of the case") in full.problems()


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("update anchors set heads = '[]' where n = 1", "anchor 1 was changed"),
        ("update anchors set previous = 'other' where n = 2", "anchor 2 does not follow on the one before it"),
        ("delete from anchors where n = 1", "anchor 2 stands where anchor 1 belongs"),
    ],
)
def test_the_proof_of_one_case_covers_the_anchors_that_fix_it(full: Place, statement: str, said: str) -> None:
    """Else whoever took a case's end away could write the line anew that fixed it."""
    assert full.problems(THIRD) == []
    full.sql(statement)
    assert ("", said) in full.problems(THIRD)
    assert {("", said)} <= {*full.problems()}


def test_anchors_that_are_gone_are_named(full: Place) -> None:
    """The last ones by the cases that they fixed; all of them only by a copy that somebody kept elsewhere."""
    full.sql("delete from anchors where n = 2")
    named = full.problems()
    assert named
    assert all(sentence.startswith("the anchor that fixed entry ") for _, sentence in named)
    full.sql("update cases set changed = 1")
    assert full.problems() == []
    with closing(full.open()) as store:
        assert upkeep_of(store).compare(2, "hash") == ["anchor 2 is gone: a copy of it was kept"]


def test_a_pinned_file_that_is_lost_changed_or_another_is_named(full: Place) -> None:
    content = {hash: bytes(data) for hash, data in full.sql("select hash, content from artifacts")}
    artifact = next(hash for hash, data in content.items() if data == ARTIFACT)
    bundle = next(hash for hash in content if hash != artifact)
    for hash, data, said in (
        (artifact, ARTIFACT.replace(b'"Complaint"', b'"Komplaint"'), "is damaged; restore the store from a backup"),
        (artifact, content[bundle], "is damaged; restore the store from a backup"),
        (bundle, b"", "is damaged; restore the store from a backup"),
    ):
        full.sql("update artifacts set content = ? where hash = ?", data, hash)
        assert {case for case, _ in full.problems()} == {FIRST, SECOND, THIRD}
        assert all(said in sentence for _, sentence in full.problems())
        full.sql("update artifacts set content = ? where hash = ?", content[hash], hash)
    full.sql("delete from artifacts where hash = ?", artifact)
    assert all("the store lacks" in sentence for _, sentence in full.problems())


def test_another_artifact_under_the_same_hash_runs_no_case(full: Place) -> None:
    other = ARTIFACT.replace(b'"Complaint"', b'"Grievance"')
    body = json.loads(other)["workflow"]
    from casedsl_runtime.loading import body_hash

    forged = canonical({"format": json.loads(other)["format"], "hash": body_hash(body), "workflow": body}).encode()
    [(hash,)] = [(h,) for h, data in full.sql("select hash, content from artifacts") if bytes(data) == ARTIFACT]
    full.sql("update artifacts set content = ? where hash = ?", forged, hash)
    with closing(full.open()) as store, pytest.raises(StoreError, match="is damaged"):
        Host(store, Directory.of(PEOPLE), salts=seeded()).why(FIRST)


def test_a_process_that_remembers_a_case_verifies_what_is_kept(kept: Desk, place: Place) -> None:
    """What is at hand in memory is no proof of what is on the disk."""
    case = kept.open()
    kept.do(case, "kim", "acknowledge", impact=1)
    assert kept.problems() == []
    place.sql("update cases set snapshot = replace(snapshot, '\"impact\":1', '\"impact\":5')")
    assert kept.problems() == [f"the snapshot of case {case} is not what its journal says; rebuild it from the journal"]
    place.sql("update cases set snapshot = replace(snapshot, '\"impact\":5', '\"impact\": 1')")
    assert kept.problems() == [f"the snapshot of case {case} was damaged; restore the store from a backup"]


@pytest.fixture
def numbered(makers: dict[str, Callable[[], Any]]) -> Iterator[Any]:
    store = makers["sqlite"]()
    yield store
    store.close()


def test_numbers_of_a_new_year_and_without_one_are_whole(numbered: Any) -> None:
    from dataclasses import replace

    from casedsl_runtime.loading import dump_workflow
    from runtime_samples import CALENDARS, WORKFLOW

    desk = Desk(numbered, "2026-12-31 12:00")
    desk.open()
    desk.clock.put("2027-01-01 12:00")
    desk.open()
    desk.host.install(dump_workflow(replace(WORKFLOW, name="other", number="X{sequence}/{sequence:3}")), CALENDARS)
    assert desk.host.open("other", "k", {"summary": "S"}, "pat").number == "X1/001"
    desk.host.install(dump_workflow(replace(WORKFLOW, name="plain", number="({sequence:2})")), CALENDARS)
    assert desk.host.open("plain", "k", {"summary": "S"}, "pat").number == "(01)"
    assert desk.problems() == []
