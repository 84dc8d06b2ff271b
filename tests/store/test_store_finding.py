"""Every store finds the same: the one in memory is the model, and random cases and questions are put to all three."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
from casedsl_runtime import Case, MemoryStore, Query, Store
from casedsl_runtime.store import Held
from casedsl_runtime.store.search import (
    LONGEST_WORD,
    MOST_BYTES,
    Index,
    Range,
    Row,
    rank_of,
    stored,
    vocabulary,
    words,
)
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from runtime_samples import Desk
from store_world import Place, sqlite_place

QUICK = settings(
    max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

# --- random cases and questions

PIECES = (
    "café", "CAFE\u0301", "Straße", "STRASSE", "naïve", "Ωμέγα", "ωμεγα", "Москва", "東京", "タワー", "हिन्दी", "ไทย",
    "שלום", "عربي", "🙂", "\U0001f468\u200d\U0001f469", '"', "'", "AND", "OR", "NOT", "NEAR(a b)", "*", "a*", "words:",
    "-x", "^a", "!", "&", "<->", ":*", "\\", "%", "_", "--", ";", "don't", "e-mail", "½", "²", "ﬁne", "İstanbul", "ı",
    "a" * 60, "0", "007", "?", "%s", "{}", "\u00ad", "\ufe0f", "\u200d",
)  # fmt: skip
TEXT = st.lists(
    st.one_of(st.sampled_from(PIECES), st.text(max_size=8).filter(lambda t: "\0" not in t)), max_size=4
).map(" ".join)
NAMES = ("a", "b", "ab", "Z", "ä", "zz", "a b", "a'b", 'a"b', "ß", "🙂", "%", "_")
NAME = st.sampled_from(NAMES)
MAYBE = st.none() | NAME
SCORE = st.none() | st.integers(-3, 3) | st.sampled_from((10**6, -(10**6)))
INSTANT = st.none() | st.integers(0, 5) | st.just(2**40)
FIELDS = ("note", "count", "yes")
VALUE = st.one_of(st.booleans(), st.integers(-3, 3), st.integers(-(10**15), 10**15), NAME, st.just("x" * 300))


@st.composite
def cases(draw: st.DrawFn, number: str) -> tuple[Row, Index]:
    row = Row(
        number, "artifact", draw(NAME), draw(NAME), draw(MAYBE), draw(st.booleans()), draw(MAYBE), draw(MAYBE),
        draw(SCORE), draw(MAYBE), draw(st.integers(0, 3)), draw(INSTANT), draw(INSTANT),
    )  # fmt: skip
    values = draw(st.dictionaries(st.sampled_from(FIELDS), VALUE))
    people = tuple(sorted(draw(st.sets(NAME, max_size=3))))
    texts = draw(st.lists(TEXT, max_size=2))
    return row, Index(people, {name: stored(value) for name, value in values.items()}, vocabulary(texts))


NUMBERS = tuple(f"{name}{n}" for name in NAMES for n in (1, 2))


@st.composite
def stocks(draw: st.DrawFn) -> list[tuple[Row, Index]]:
    return [draw(cases(number)) for number in draw(st.lists(st.sampled_from(NUMBERS), unique=True, max_size=12))]


WANTED = st.one_of(
    VALUE, st.none(), st.builds(Range, st.none() | st.integers(-3, 3), st.none() | st.integers(-3, 3)),
    st.builds(Range, MAYBE, MAYBE), st.builds(Range, st.integers(-1, 1), NAME),
)  # fmt: skip
QUERY = st.builds(
    Query,
    number=st.none() | st.none() | st.sampled_from(NUMBERS), workflow=st.none() | MAYBE, person=st.none() | MAYBE,
    team=st.none() | MAYBE, assignee=st.none() | MAYBE, state=st.none() | MAYBE, ending=st.none() | MAYBE,
    band=st.none() | MAYBE, open=st.none() | st.booleans(), due_by=st.none() | INSTANT,
    fields=st.just({}) | st.dictionaries(st.sampled_from(FIELDS), WANTED, max_size=2), text=st.just("") | TEXT,
    order=st.sampled_from(("priority", "due", "number")), limit=st.integers(1, 4),
)  # fmt: skip


# --- three stores


def put(store: Store, row: Row, index: Index, before: int = 0) -> None:
    with store.transaction() as unit:
        unit.save(Held(Case(id=row.number, version=before + 1), f"head {before + 1}"), before, row, None)
        unit.index(row.number, index)


@pytest.fixture(scope="module")
def pair(
    tmp_path_factory: pytest.TempPathFactory, postgres_server: str, request: pytest.FixtureRequest
) -> Iterator[Any]:
    """A store in a file and one on a server, and how to empty them."""
    import psycopg

    name = "casedsl_finding"
    url = f"{postgres_server}{'&' if '?' in postgres_server else '?'}options=-csearch_path%3D{name}"
    with psycopg.connect(postgres_server, autocommit=True) as server:
        server.execute(f"drop schema if exists {name} cascade")
        server.execute(f"create schema {name}")
        places = [sqlite_place(tmp_path_factory.mktemp("finding")), Place("postgres", url)]
        stores = [place.create() for place in places]

        def emptied() -> list[Store]:
            for place in places:
                with place.raw() as run:
                    for table in ("cases", "people", "field_values", "texts"):
                        run(f"delete from {table}")
            return stores

        yield emptied
        for store in stores:
            store.close()
        server.execute(f"drop schema {name} cascade")


def pages(store: Store, query: Query) -> list[list[Row]]:
    found, after = [], query.after
    while True:
        with store.reading() as unit:
            page = unit.find(replace(query, after=after))
        found.append(list(page.rows))
        if page.next is None:
            return found
        after = page.next


@QUICK
@given(stocks(), st.lists(QUERY, min_size=8, max_size=16))
@example([], [Query(text="🙂"), Query(text='"'), Query(fields={"note": None})])
def test_all_stores_give_the_same_pages(
    pair: Callable[[], list[Store]], stock: list[tuple[Row, Index]], asked: list[Query]
) -> None:
    model, others = MemoryStore(), pair()
    for store in (model, *others):
        for row, index in stock:
            put(store, row, index)
    for query in asked:
        expected = pages(model, query)
        for store in others:
            assert pages(store, query) == expected, query
        found = [row.number for page in expected for row in page]
        whole = pages(model, replace(query, limit=100))
        assert [row.number for row in whole[0]] == found
        assert len(set(found)) == len(found)
        assert all(len(page) == query.limit for page in expected[:-1])
    with model.reading() as unit:
        counted, due = unit.counts(), [unit.due(instant) for instant in (0, 3, 2**50)]
    for store in others:
        with store.transaction() as unit:
            assert (unit.counts(), [unit.due(instant) for instant in (0, 3, 2**50)]) == (counted, due)


@QUICK
@given(stocks(), QUERY, st.data())
def test_pages_hold_together_while_cases_change(
    pair: Callable[[], list[Store]], stock: list[tuple[Row, Index]], query: Query, data: st.DataObject
) -> None:
    """Whatever is not touched meanwhile stands in the pages once; and all stores give the same."""
    stores = [MemoryStore(), *pair()]
    versions: dict[str, int] = {}

    def change(row: Row, index: Index) -> None:
        for store in stores:
            put(store, row, index, versions.get(row.number, 0))
        versions[row.number] = versions.get(row.number, 0) + 1

    for row, index in stock:
        change(row, index)
    asked = pages(stores[0], replace(query, limit=100))[0]
    seen: list[str] = []
    touched: set[str] = set()
    after = None
    while True:
        found = []
        for store in stores:
            with store.reading() as unit:
                found.append(unit.find(replace(query, after=after)))
        assert found[1:] == found[:1] * 2
        seen += [row.number for row in found[0].rows]
        after = found[0].next
        if after is None:
            break
        number = data.draw(st.sampled_from(NUMBERS))
        change(*data.draw(cases(number)))
        touched.add(number)
    untouched = [row.number for row in asked if row.number not in touched]
    assert [number for number in seen if number not in touched] == untouched


# --- what is found, by hand


FOUND = (
    ("Das Café in der Großen Straße", "cafe", True),
    ("Das Café in der Großen Straße", "CAFÉ grossen", True),
    ("Das Café in der Großen Straße", "strasse STRASSE Straße", True),
    ("Das Café in der Großen Straße", "ras", False),
    ("Das Café in der Großen Straße", "gros caf", True),
    ("Das Café in der Großen Straße", "cafe bar", False),
    ("Ωμέγα and ΟΔΌΣ", "ωμεγα οδοσ", True),
    ("Москва", "моск", True),
    ("東京タワー", "東京", True),
    ("東京タワー", "タワー", False),  # no word begins there
    ("हिन्दी भाषा", "हिन्दी", True),
    ("हिन्दी", "हन", False),
    ("ภาษาไทย", "ภาษา", True),
    ("שָׁלוֹם", "שלום", True),
    ("Be\u00adschwer\u00adde", "beschwerde", True),
    ("O’Neil's e-mail", "oneil", False),
    ("O’Neil's e-mail", "o'neil \"mail\"", True),
    ("I 🙂 it", "🙂", False),
    ("I 🙂 it", "🙂 it", True),
    ("a AND b", "AND", True),
    ("a b", "a AND b", False),
    ("50 % off", "50%", True),
    ("fine", "ﬁne", True),
    ("x" * 100, "x" * 100, True),
    ("x" * 100, "x" * 99 + "y", True),  # as much of a word as is kept
    ("anything", "   ", True),
    ("anything", "?!", False),
)  # fmt: skip


@pytest.mark.parametrize(("text", "asked", "is_found"), FOUND)
def test_what_is_found(store: Store, text: str, asked: str, is_found: bool) -> None:
    desk = Desk(store)
    case = desk.open(summary=text)
    assert [row.number for row in desk.host.find(Query(text=asked)).rows] == [case] * is_found


def test_the_longest_and_strangest_texts_are_kept_and_found(store: Store) -> None:
    desk = Desk(store)
    signs = [chr(0x12000 + n) for n in range(900)]  # cuneiform: four bytes each
    long = " ".join("".join(signs[(n + k) % 900] for k in range(39)) for n in range(2_500))[:100_000]
    case = desk.open(summary=long, question=" ".join(f"w{n}" for n in range(9_000)))
    assert desk.host.find(Query(text="w1")).rows[0].number == case
    assert desk.host.find(Query(text=" ".join(f"w{n}" for n in range(150)))).rows[0].number == case
    assert desk.host.find(Query(text="w " * 5_000)).rows == ()  # nobody asks so much
    assert desk.problems() == []


@settings(max_examples=300, deadline=None, derandomize=True)
@given(TEXT | st.text())
def test_words_are_what_the_databases_take_them_for(text: str) -> None:
    found = words(text)
    assert words(" ".join(found)) == found
    assert all(0 < len(word) <= LONGEST_WORD and any(map(str.isalnum, word)) for word in found)
    assert not any(sign.isspace() or sign in "\"'\\:&|!()<>*^-" or sign.isupper() for word in found for sign in word)
    assert words(unicodedata.normalize("NFD", text)) == words(unicodedata.normalize("NFC", text))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.text(st.characters(max_codepoint=127)))
def test_plain_texts_take_the_short_way_to_the_same_words(text: str) -> None:
    long_way = "é " + text
    assert words(long_way)[1:] == words(text)


def test_a_vocabulary_has_room_in_every_database() -> None:
    signs = [chr(0x12000 + n) for n in range(900)]
    many = [" ".join("".join(signs[(n * 7 + k * k) % 900] for k in range(39)) for n in range(5_000))]
    kept = vocabulary(many)
    assert sum(len(word.encode()) for word in kept) <= MOST_BYTES
    assert list(kept) == sorted(set(kept))
    assert vocabulary(["b a", "a c"]) == ("a", "b", "c")


def test_what_no_store_can_hold_finds_nothing(store: Store) -> None:
    desk = Desk(store)
    desk.open(category="billing")
    for query in (
        Query(fields={"impact": 10**30}), Query(fields={"impact": Range(-(10**30), None)}), Query(due_by=10**30),
        Query(limit=10**30), Query(limit=0), Query(after=(10**30, "x")), Query(after=(0, "\ud800")),
        Query(fields={"category": "\ud800"}), Query(fields={"category": "a\0"}), Query(text="\ud800"),
        Query(fields={"\0": 1}), Query(fields={"category": Range("\ud800", None)}), Query(number="x\0"),
    ):  # fmt: skip
        assert desk.host.find(query).rows == (), query


def test_a_long_value_is_found_by_its_beginning_and_by_itself(makers: dict[str, Callable[[], Store]]) -> None:
    row = Row("1", "artifact", "w", "s", None, True, None, None, None, None, 0, None)
    for make in makers.values():
        store = make()
        put(store, row, Index((), {"note": stored("x" * 300)}, ()))
        with store.reading() as unit:
            for wanted, is_found in (
                ("x" * 300, True), ("x" * 200, True), ("x" * 199, False), ("x" * 999, True), ("x" * 199 + "y", False),
                (Range("x" * 300, "x" * 300), True), (Range("x" * 201, None), True), (Range(None, "x" * 199), False),
            ):  # fmt: skip
                assert bool(unit.find(Query(fields={"note": wanted})).rows) == is_found
        store.close()


def test_queues_are_counted_and_ranked_alike(store: Store) -> None:
    desk = Desk(store)
    numbers = [desk.open() for _ in range(5)]
    for n, case in enumerate(numbers[:4]):
        desk.do(case, "kim", "acknowledge", impact=(3, 1, 5, 3)[n])
    ranked = [row.number for row in desk.host.find(Query()).rows]
    assert ranked == [numbers[n] for n in (4, 2, 0, 3, 1)]  # unknown first, then by falling score, then by number
    assert [row.number for row in desk.host.find(Query(order="number")).rows] == numbers
    assert [(found.team, found.state, found.open) for found in desk.host.counts()] == [
        ("complaints", "in_review", 4),
        ("complaints", "new", 1),
    ]
    assert rank_of(None) < rank_of(10**9)


def test_a_queue_of_a_store_that_is_closed_and_opened(place: Place) -> None:
    with closing(place.create()) as store:
        case = Desk(store).open(summary="Größe")
    with closing(place.open()) as store, store.reading() as unit:
        assert [row.number for row in unit.find(Query(text="grosse")).rows] == [case]
