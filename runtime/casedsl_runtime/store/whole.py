"""What is asked of a store of SQL as a whole: proof that it is what it was, forgetting, every record out and in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from casedsl_runtime.delivery import Delivery
from casedsl_runtime.journal import Entry
from casedsl_runtime.store import Anchor, Bound, Held, Listed
from casedsl_runtime.store.base import KEY, LETTER, ROW, Base, read_bound, read_letter, read_row, read_snapshot
from casedsl_runtime.store.records import KINDS, Kind, Record
from casedsl_runtime.store.search import Index

_PAGE = 500


class SqlWhole:
    """The part of a unit that proves, forgets, and copies."""

    _base: Base
    _changed: set[str]

    def finish(self) -> None: ...

    # --- proof

    def unanchored(self, limit: int) -> list[tuple[str, int, str]]:
        found = self._base.all(
            f"select number, version, head from cases where changed = 1 order by number limit ?{self._base.skip}", limit
        )
        return [(number, version, head) for number, version, head in found]

    def anchor(self, anchor: Anchor, heads: Sequence[tuple[str, int, str]]) -> None:
        self._base.run("insert into anchors values (?, ?, ?, ?, ?)", *anchor)
        for number, version, _ in heads:
            self._base.run("update cases set changed = 0 where number = ? and version = ?", number, version)
        self._changed.clear()

    def anchors(self) -> list[Anchor]:
        return [Anchor(*row) for row in self._base.all(f"{_ANCHORS} order by n")]

    def last_anchor(self) -> Anchor | None:
        found = self._base.all(f"{_ANCHORS} order by n desc limit 1")
        return Anchor(*found[0]) if found else None

    def kept(self, case: str) -> Held | None:
        found = self._base.all("select head, snapshot from cases where number = ?", case)
        return Held(read_snapshot(case, found[0][1], exactly=True), found[0][0]) if found else None

    def listed(self, case: str) -> Listed | None:
        found = self._base.all(f"select changed, version, {ROW} from cases where number = ?", case)
        if not found:
            return None
        changed, version, *row = found[0]
        people = self._base.all('select person from people where "case" = ? order by person', case)
        values = self._base.all('select field, text, number from field_values where "case" = ? order by field', case)
        index = Index(
            tuple(person for (person,) in people),
            {field: number if text is None else text for field, text, number in values},
            tuple(self._base.words_of(case)),
        )
        return Listed(read_row(row), index, version, not changed)

    def keys(self, case: str) -> list[tuple[str, str, Bound]]:
        self.finish()
        found = self._base.all(_KEYS_OF_CASE, case, case)
        found += self._base.all(f"{_KEYS} number = ? and scope <> number order by scope, key", case)
        return [(scope, key, read_bound(rest)) for scope, key, *rest in found]

    def strays(self) -> list[str]:
        self.finish()
        return [case for (case,) in self._base.all(_STRAYS)]

    # --- forgetting

    def rewrite(self, entry: Entry) -> None:
        self.finish()
        self._base.rewrite(entry.case, entry.n, entry.body)

    def letters(self, case: str) -> list[Delivery]:
        found = self._base.all(f'select {LETTER} from outbox where "case" = ? order by place', case)
        return [read_letter(letter) for letter in found]

    def forget_letters(self, letters: Sequence[str]) -> None:
        for letter in letters:
            self._base.run("delete from outbox where id = ?", letter)

    def forget_keys(self, case: str) -> None:
        erased = "update outcomes set request = '', reasons = '[]' where"
        self._base.run(f"{erased} scope = ? and number = ?", case, case)
        self._base.run(f"{erased} number = ? and scope <> number", case)
        self.finish()
        self._base.run("update journal set request = '' where \"case\" = ? and key is not null", case)

    def purge(self) -> None:
        self._base.purge()

    # --- every record

    def records(self, kind: str) -> Iterator[Record]:
        self.finish()
        if kind == "words":
            return self._all_words()
        if kind == "message":
            return (row[1:] for row in self._pages(_TABLES[kind], ("place", *_COLUMNS[kind]), 1))
        if kind == "key":
            return self._all_keys()
        if kind == "entry":
            return self._all_entries()
        found = self._pages(_TABLES[kind], _COLUMNS[kind], _KINDS[kind].key)
        return ((row[0], bytes(row[1]).decode()) for row in found) if kind == "artifact" else found

    def _pages(self, table: str, columns: Sequence[str], key: int) -> Iterator[Record]:
        """The rows of a table, by the first columns, which are its key."""
        by, marks = ", ".join(columns[:key]), ", ".join("?" * key)
        select = f"select {', '.join(columns)} from {table}"
        found = self._base.all(f"{select} order by {by} limit {_PAGE}")
        while found:
            yield from map(tuple, found)
            last = found[-1][:key]
            found = self._base.all(f"{select} where ({by}) > ({marks}) order by {by} limit {_PAGE}", *last)

    def _all_entries(self) -> Iterator[Record]:
        """Case by case, those of some cases at once; a case may have more entries than a page has rows."""
        after = ""
        while found := self._base.all(_NEXT_ENTRIES, after):
            last = found[-1][0]
            yield from map(tuple, self._base.all(_ENTRIES, after, last))
            after = last

    def _all_keys(self) -> Iterator[Record]:
        """Of both tables, each walked along its index."""
        after = ("", "")
        while found := self._base.all(_ALL_KEYS, *after, *after):
            yield from map(tuple, found)
            after = found[-1][:2]

    def _all_words(self) -> Iterator[Record]:
        after = ""
        while found := self._base.all_words(after, _PAGE):
            yield from found
            after = found[-1][0]

    def put(self, kind: str, records: Sequence[Record]) -> None:
        if kind == "words":
            for case, words in records:
                self._base.write_words(case, tuple(words.split()))
            return
        if kind == "artifact":
            records = [(hash, content.encode()) for hash, content in records]
        columns = _COLUMNS[kind]
        marks = ", ".join("?" * len(columns))
        self._base.many(f"insert into {_TABLES[kind]} ({', '.join(columns)}) values ({marks})", records)


_ANCHORS = "select n, at, heads, previous, hash from anchors"
_KEYS = f"select scope, key, {KEY} from outcomes where"
_IN_ENTRIES = """select "case", key, request, 1, "case", '[]', n, n from journal where key is not null and"""
_KEYS_OF_CASE = f'{_KEYS} scope = ? union all {_IN_ENTRIES} "case" = ? order by 2'
_ALL_KEYS = f'{_KEYS} (scope, key) > (?, ?) union all {_IN_ENTRIES} ("case", key) > (?, ?) order by 1, 2 limit {_PAGE}'
_NEXT_ENTRIES = f'select "case" from journal where "case" > ? order by "case" limit {_PAGE}'
_ENTRIES = 'select "case", n, header, payload from journal where "case" > ? and "case" <= ? order by "case", n'
_STRAYS = 'select distinct "case" from journal where not exists (select 1 from cases where number = "case") order by 1'
_KINDS: Mapping[str, Kind] = {kind.name: kind for kind in KINDS}
_COLUMNS = {kind.name: tuple('"case"' if name == "case" else name for name in kind.columns) for kind in KINDS}
_TABLES = {
    "artifact": "artifacts", "case type": "case_types", "sequence": "sequences", "case": "cases", "entry": "journal",
    "key": "outcomes", "message": "outbox", "person": "people", "value": "field_values", "anchor": "anchors",
}  # fmt: skip
