"""The tables of the stores of SQL, by numbered steps that are never changed once they have landed.

A step is a list of statements; a database remembers which steps it took, and the digest of each as it was then. Steps
go forward only, all that are missing in one transaction. A store of a newer runtime is refused, and so is one whose
steps were others: nothing is guessed about tables that somebody else made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from casedsl_runtime.store import StoreError


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `statements` are those of the named database."""

    n: int
    title: str
    statements: Mapping[str, Sequence[str]]

    def digest(self, base: str) -> str:
        return sha256(";\n".join(self.statements[base]).encode()).hexdigest()


TABLE_OF_STEPS = {
    "sqlite": "create table migrations (n integer primary key, title text not null, digest text not null) strict",
    "postgres": "create table migrations (n bigint primary key, title text not null, digest text not null)",
}

_TABLES = """
create table cases (
  id {key}, number {text} not null unique, version {int} not null, head {text} not null, artifact {text} not null,
  workflow {text} not null, state {text} not null, ending {text}, open {int} not null, team {text}, assignee {text},
  rank {int} not null, band {text}, opened_at {int} not null, next_due {int}, ages_at {int}, changed {int} not null,
  snapshot {text} not null
){strict};
create index cases_by_rank on cases (open, rank, number);
create index cases_by_team on cases (team, open, rank, number);
create index cases_by_assignee on cases (assignee, open, rank, number);
create index cases_counted on cases (open, team, state);
create index cases_pinned on cases (artifact) where open = 1;
create index cases_by_state on cases (state, rank, number);
create index cases_by_due on cases (next_due, number) where next_due is not null;
create index cases_by_age on cases (ages_at, number) where ages_at is not null;
create index cases_to_anchor on cases (number) where changed = 1;
create table journal (
  "case" {text} not null, n {int} not null, header {text} not null, payload {text} not null, primary key ("case", n)
){strict};
create table outcomes (
  scope {text} not null, key {text} not null, request {text} not null, accepted {int} not null, number {text},
  reasons {text} not null, first {int} not null, last {int} not null, primary key (scope, key)
){rows};
create index outcomes_of_opening on outcomes (number) where scope <> number;
create table outbox (
  place {key}, id {text} not null unique, "case" {text} not null, effect {text} not null, recipient {text} not null,
  message {text} not null, posted_at {int} not null, try_at {int} not null, attempts {int} not null,
  state {text} not null, reason {text} not null
){strict};
create index outbox_waiting on outbox (try_at, place) where state = 'waiting';
create index outbox_aside on outbox (place) where state = 'aside';
create index outbox_of_case on outbox ("case");
create table sequences (name {text} primary key, last {int} not null){rows};
create table artifacts (hash {text} primary key, content {blob} not null){strict};
create table case_types (name {text} primary key, workflow {text} not null, calendars {text} not null){rows};
create table people (person {text} not null, "case" {text} not null, primary key (person, "case")){rows};
create index people_of_case on people ("case");
create table field_values (
  "case" {text} not null, field {text} not null, text {text}, number {int}, primary key ("case", field)
){rows};
create index field_values_by_text on field_values (field, text, "case") where text is not null;
create index field_values_by_number on field_values (field, number, "case") where number is not null;
create table anchors (
  n {int} primary key, at {int} not null, heads {text} not null, previous {text} not null, hash {text} not null
){strict}
"""

_KINDS = {
    "sqlite": {
        "key": "integer primary key", "text": "text", "int": "integer", "blob": "blob", "strict": " strict",
        "rows": " strict, without rowid",
    },
    "postgres": {
        "key": "bigint generated always as identity primary key", "text": 'text collate "C"', "int": "bigint",
        "blob": "bytea", "strict": "", "rows": "",
    },
}  # fmt: skip

_WORDS = {
    "sqlite": ["create virtual table texts using fts5 (words, detail = none, tokenize = 'ascii')"],
    "postgres": [
        'create table texts ("case" text collate "C" primary key, words tsvector not null)',
        "create index texts_by_word on texts using gin (words)",
    ],
}

_PERSONAL = {
    "cases": ("assignee", "snapshot"), "journal": ("payload",), "outcomes": ("key", "request", "reasons"),
    "outbox": ("id", "recipient", "message", "reason"), "people": ("person",), "field_values": ("text", "number"),
    "texts": ("words",),
}  # fmt: skip
"""Columns of which PostgreSQL takes no samples for its planner: they would outlive what was erased."""


def _filled(base: str, text: str) -> list[str]:
    """The statements of a text, with a database's own words."""
    for name, kind in _KINDS[base].items():
        text = text.replace(f"{{{name}}}", kind)
    return text.strip().split(";\n")


def _tables(base: str) -> list[str]:
    unsampled = [
        f"alter table {table} {', '.join(f'alter {column} set statistics 0' for column in columns)}"
        for table, columns in _PERSONAL.items()
    ]
    return [*_filled(base, _TABLES), *_WORDS[base], *(unsampled if base == "postgres" else ())]


_STATES = """
drop index cases_counted;
drop index cases_by_state;
create index cases_by_state on cases (open, state, team, rank, number);
drop index cases_by_assignee;
create index cases_by_assignee on cases (assignee, open, rank, number) where assignee is not null
"""

_JOURNAL = {
    "sqlite": """
alter table journal rename to journal_before;
create table journal (
  "case" text not null, n integer not null, header text not null, payload text not null, key text, request text
) strict;
insert into journal select "case", n, header, payload, null, null from journal_before order by rowid;
drop table journal_before;
create unique index journal_by_key on journal ("case", key)
""",
    "postgres": """
alter table cases drop constraint cases_pkey;
alter table journal add column key text collate "C";
alter table journal add column request text collate "C";
alter table journal alter key set statistics 0, alter request set statistics 0;
create unique index journal_by_key on journal ("case", key) where key is not null
""",
}
"""Where the whole file is locked, keys stand in the rows of entries, and one index finds both."""

_REQUESTS = """
create view requests as
  select scope, key, request, accepted, number, reasons, first, last from outcomes
  union all
  select "case", key, request, 1, "case", '[]', n, n from journal where key is not null
"""


def _fewer_indices(base: str) -> list[str]:
    return [*_filled(base, _STATES), *_filled(base, _JOURNAL[base]), _REQUESTS.strip()]


STEPS = (
    Step(1, "the tables of the first store", {base: _tables(base) for base in _KINDS}),
    Step(2, "fewer indices for an event to write", {base: _fewer_indices(base) for base in _KINDS}),
)


def missing(base: str, taken: Sequence[tuple[int, str]], steps: Sequence[Step] = STEPS) -> Iterator[Step]:
    """The steps that a store has still to take, after (number, digest) of those that it took. Raises StoreError."""
    if len(taken) > len(steps):
        raise StoreError(
            f"this store has taken {len(taken)} steps of its tables, this runtime knows {len(steps)}; install a newer"
            " casedsl-runtime"
        )
    for step, (n, digest) in zip(steps, taken, strict=False):
        if (step.n, step.digest(base)) != (n, digest):
            raise StoreError(
                f"step {n} of this store's tables is not the one that this runtime knows; restore it from a backup, or"
                " run the casedsl-runtime that made it"
            )
    yield from steps[len(taken) :]
