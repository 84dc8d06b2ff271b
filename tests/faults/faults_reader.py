"""What must be so in a store, read by plain SQL and without a line of our code.

It knows the tables and the format of the journal, and has a fold, a chain and an idea of time of its own. So what it
finds whole isn't whole because two halves of one program agree. Laws are generators of sentences:

    chain         each entry follows on the one before it by hash, each value has its digest
    snapshot      the case is what its journal says, and its row is what the snapshot says
    time          each step of time is the one that was due first; nothing happens before what was due
    keys          each entry that somebody asked for belongs to one key, and each key to its entries
    outbox        a message for each that an entry speaks of, and no other
    numbers       no number is missing, none is given twice
    found         people and fields are found where the snapshot has them
    anchors       each anchor follows on the one before it, and fixes heads that stand in the journal
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple

Record = dict[str, Any]

NAMES = (
    "cases", "journal", "outcomes", "outbox", "sequences", "artifacts", "case_types", "people", "field_values",
    "anchors",
)  # fmt: skip
"""The tables that are read. The words of texts are an index of the database's own."""
VIEWS = {"outcomes": "requests"}
"""What is read in the place of a table: the keys that stand in the rows of entries too."""

TABLES = {
    "field": "fields", "visits": "visits", "clock": "clocks", "promise": "promises", "happened": "happened",
    "party": "parties", "past": "past_assignees",
}  # fmt: skip
ASKED = ("opened", "done", "amended", "recounted")
OF_TIME = ("prompted", "alerted", "escalated", "moved", "missed", "started", "paused", "resumed")


class Tables(NamedTuple):
    """Every row of a store, by table."""

    rows: Mapping[str, list[Record]]

    def of(self, name: str) -> list[Record]:
        return self.rows[name]


class Told(NamedTuple):
    """What somebody was told about their request, and so may rely on."""

    scope: str
    key: str
    accepted: bool
    number: str | None
    hashes: tuple[str, ...]


def read(url: str) -> Tables:
    """All of a store in one consistent view."""
    return _read_postgres(url) if url.startswith("postgresql:") else _read_sqlite(url)


def _read_sqlite(path: str) -> Tables:
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)
    try:
        connection.row_factory = sqlite3.Row
        connection.execute("begin")
        return Tables({name: [dict(row) for row in connection.execute(_all_of(name))] for name in NAMES})
    finally:
        connection.close()


def _read_postgres(url: str) -> Tables:
    import psycopg
    from psycopg.rows import dict_row

    with psycopg.connect(url, row_factory=dict_row) as connection:
        connection.execute("set transaction isolation level repeatable read, read only")
        return Tables({name: connection.execute(_all_of(name).encode()).fetchall() for name in NAMES})


def _all_of(name: str) -> str:
    return f"select * from {VIEWS.get(name, name)}"


def problems(tables: Tables, told: Sequence[Told] = (), *, unasked: Collection[str] = ()) -> list[str]:
    """Everything that is wrong with a store, as sentences. `told` is what was acknowledged; `unasked` are numbers whose
    keys are not looked at."""
    journals = _journals(tables)
    found = [*_chains(tables, journals), *_numbers(tables), *_found(tables), *_anchors(tables, journals)]
    if not found:  # what can't be read can't be folded
        found = [*_cases(tables, journals), *_keys(tables, journals, unasked), *_outbox(tables, journals)]
        found += _promised(tables, journals, told)
    return found


def overdue(tables: Tables, now: int) -> list[str]:
    """What should have happened by now and didn't."""
    return [
        f"{case['number']}: something was due at {case['next_due']} and has not taken place"
        for case in tables.of("cases")
        if case["next_due"] is not None and case["next_due"] <= now
    ]


# --- the journal


class Entry(NamedTuple):
    """A row of the journal, read: its header, its values, which of them are gone, its hash."""

    head: Record
    values: Record
    gone: frozenset[str]
    hash: str
    wrong: tuple[str, ...] = ()

    @property
    def n(self) -> int:
        return int(self.head["n"])

    @property
    def at(self) -> int:
        return int(self.head["at"])


def _journals(tables: Tables) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for row in sorted(tables.of("journal"), key=lambda row: (row["case"], row["n"])):
        found.setdefault(row["case"], []).append(_entry(row["case"], row["n"], row["header"], row["payload"]))
    return found


@lru_cache(maxsize=100_000)
def _entry(case: str, n: int, header: str, body: str) -> Entry:
    """A row of the journal; a store is read again and again while it grows, and most rows were read before."""
    head, payload = json.loads(header), json.loads(body)
    wrong = [] if (head["case"], head["n"]) == (case, n) else ["its header is another's"]
    for name, (salt, value) in payload.items():
        if head["digests"].get(name) != sha256(bytes.fromhex(salt) + _canonical(value)).hexdigest():
            wrong.append(f"`{name}` is not what was recorded")
    gone = frozenset(head["digests"].keys() - payload.keys())
    values = {name: value for name, (_, value) in payload.items()}
    return Entry(head, values, gone, sha256(header.encode()).hexdigest(), tuple(wrong))


def _canonical(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _chains(tables: Tables, journals: Mapping[str, list[Entry]]) -> Iterator[str]:
    cases = {case["number"]: case for case in tables.of("cases")}
    for number in sorted(cases.keys() ^ journals.keys()):
        yield f"{number}: it has " + ("no journal" if number in cases else "a journal and is no case")
    for number in sorted(cases.keys() & journals.keys()):
        yield from (f"{number}: {problem}" for problem in _chain(journals[number]))
        if (cases[number]["version"], cases[number]["head"]) != (len(journals[number]), journals[number][-1].hash):
            yield f"{number}: the case stands at entry {cases[number]['version']}, and its journal ends elsewhere"


def _chain(entries: Sequence[Entry]) -> Iterator[str]:
    previous, at = "", 0
    for place, entry in enumerate(entries, start=1):
        if entry.n != place:
            yield f"entry {entry.n} stands at place {place}"
        if entry.head["previous"] != previous:
            yield f"entry {entry.n} does not follow on the one before it"
        if entry.at < at:
            yield f"entry {entry.n} is earlier than the one before it"
        yield from (f"entry {entry.n}: {wrong}" for wrong in entry.wrong)
        previous, at = entry.hash, entry.at
    told = {
        (int(n), name)
        for entry in entries
        if entry.head["kind"] == "erased"
        for n, names in entry.values["values"].items()
        for name in names
    }
    for n, name in sorted({(entry.n, name) for entry in entries for name in entry.gone} ^ told):
        yield f"entry {n}: `{name}` " + ("should be gone" if (n, name) in told else "is gone without a word")


# --- the case


def _cases(tables: Tables, journals: Mapping[str, list[Entry]]) -> Iterator[str]:
    finals = {row["hash"]: _finals(row) for row in tables.of("artifacts")}
    for row in tables.of("cases"):
        snapshot, entries = json.loads(row["snapshot"]), journals[row["number"]]
        folded: Record = {}
        erased = any(entry.head["kind"] == "erased" for entry in entries)
        for entry in entries:
            if not erased:  # where values are gone, nobody can tell any more what was due
                yield from (f"{row['number']}: {problem}" for problem in _time(folded, entry))
            _fold(folded, entry)
        for slot in sorted(snapshot.keys() | folded.keys()):
            if (snapshot.get(slot) or None) != (folded.get(slot) or None):
                yield f"{row['number']}: `{slot}` of the snapshot is not what the journal says"
        yield from _row(row, snapshot, finals[snapshot["workflow"]])


def _fold(case: Record, entry: Entry) -> None:
    case.update(id=entry.head["case"], version=entry.n, last_at=entry.at)
    for name, value in entry.values.items():
        prefix, slash, key = name.partition("/")
        if not slash and name in _SLOTS:
            case[name] = value
        elif slash and prefix in TABLES:
            table = case.setdefault(TABLES[prefix], {})
            if value is None:
                table.pop(key, None)
            else:
                table[key] = value


_SLOTS = (
    "workflow", "calendars", "opened_at", "state", "since", "ending", "behind", "team", "assignee", "escalation",
    "priority",
)  # fmt: skip


def _finals(artifact: Record) -> set[str]:
    states = _workflow(bytes(artifact["content"])).get("states", ())
    return {state["name"] for state in states if state["kind"] == "final"}


@lru_cache(maxsize=100)
def _workflow(content: bytes) -> Record:
    """The workflow of an artifact; of calendars, which are kept beside it, nothing."""
    workflow: Record = json.loads(content).get("workflow", {})
    return workflow


def _row(row: Record, snapshot: Record, finals: set[str]) -> Iterator[str]:
    said = {
        "number": snapshot["id"],
        "version": snapshot["version"],
        "artifact": snapshot["workflow"],
        "state": snapshot["state"],
        "ending": snapshot.get("ending"),
        "open": int(snapshot["state"] not in finals),
        "team": snapshot.get("team"),
        "assignee": snapshot.get("assignee"),
        "opened_at": snapshot["opened_at"],
        "next_due": min((due for due, _, _ in _dues(snapshot)), default=None),
    }
    for column, value in said.items():
        if row[column] != value:
            yield f"{row['number']}: the row says {column} {row[column]!r}, and the snapshot {value!r}"


def _dues(case: Record) -> list[tuple[int, str, str]]:
    """What time will do in a case: (instant, clock, rung)."""
    return [
        (due, name, rung)
        for name, clock in (case.get("clocks") or {}).items()
        for rung, due in clock["dues"].items()
        if due is not None
    ]


def _time(before: Record, entry: Entry) -> Iterator[str]:
    """Whether an entry stands where time has it: a step of time is the first that was due, and takes it away; what
    somebody asked for has nothing before it that was due."""
    kind, first = entry.head["kind"], min((due for due, _, _ in _dues(before)), default=None)
    if kind in OF_TIME:
        if first is None or entry.at != max(first, before["last_at"]):
            yield f"entry {entry.n} is a step of time at {entry.at}, and the first that was due is {first}"
        after = json.loads(json.dumps(before))
        _fold(after, entry)
        here = [(name, rung) for due, name, rung in _dues(before) if due == first]
        visit = {name: clock["visit"] for name, clock in before.get("clocks", {}).items()}
        still = {(n, r) for due, n, r in _dues(after) if due == first and after["clocks"][n]["visit"] == visit.get(n)}
        if here and still.issuperset(here):
            yield f"entry {entry.n} is a step of time that leaves what was due as it was"
        if entry.values.get("recorded", entry.at) < (first or 0):
            yield f"entry {entry.n} was recorded before it was due"
    elif first is not None and first <= entry.at:
        yield f"entry {entry.n} happened at {entry.at}, and something was due at {first} before it"


# --- keys


def _keys(tables: Tables, journals: Mapping[str, list[Entry]], unasked: Collection[str]) -> Iterator[str]:
    claimed: Counter[tuple[str, int]] = Counter()
    for row in tables.of("outcomes"):
        name = f"the key {row['key']} of {row['scope']}"
        if not row["accepted"]:
            if row["request"] and (row["reasons"] == "[]" or row["first"]):
                yield f"{name} was refused for no reason, or with an entry"
            continue
        entries = journals.get(row["number"], [])[max(row["first"] - 1, 0) : row["last"]]
        if len(entries) != (row["last"] - row["first"] + 1 if row["first"] else 0):
            yield f"{name} stands for entries that are not there"
        claimed.update((row["number"], entry.n) for entry in entries)
        for entry in entries:
            said = next((entry.values[at] for at in ("note", "field/topic") if at in entry.values), row["key"])
            if said != row["key"]:
                yield f"{name} stands for what {said!r} asked"
    asked = {
        (number, entry.n)
        for number, entries in journals.items()
        if number not in unasked
        for entry in entries
        if entry.head["kind"] in ASKED
    }
    for number, n in sorted(asked ^ {place for place in claimed if place[0] not in unasked}):
        yield f"{number}: entry {n} " + ("belongs to no key" if (number, n) in asked else "was asked by nobody")
    yield from (f"{number}: entry {n} belongs to {times} keys" for (number, n), times in claimed.items() if times > 1)


def _promised(tables: Tables, journals: Mapping[str, list[Entry]], told: Sequence[Told]) -> Iterator[str]:
    """What was acknowledged stands, and once."""
    outcomes = {(row["scope"], row["key"]): row for row in tables.of("outcomes")}
    said = Counter(
        (number, entry.values.get("note") or entry.values.get("field/topic"))
        for number, entries in journals.items()
        for entry in entries
        if entry.head["kind"] in ("opened", "done")
    )
    opened = Counter(
        entry.values.get("field/topic") for entries in journals.values() for entry in entries if entry.n == 1
    )
    for one in told:
        row = outcomes.get((one.scope, one.key))
        if row is None:
            yield f"{one.scope}: {one.key} was acknowledged and is not there"
            continue
        if (bool(row["accepted"]), row["number"]) != (one.accepted, one.number):
            yield f"{one.scope}: {one.key} was acknowledged otherwise than it stands"
        there = {entry.hash for entry in journals.get(one.number or "", [])}
        if not there.issuperset(one.hashes):
            yield f"{one.scope}: an entry of {one.key} was acknowledged and is not there"
        if said[(one.number or "", one.key)] > 1 or opened[one.key] > 1:
            yield f"{one.scope}: {one.key} was carried out more than once"


# --- messages, numbers, lists


def _outbox(tables: Tables, journals: Mapping[str, list[Entry]]) -> Iterator[str]:
    said = {
        _letter(number, entry, index, person, message)
        for number, entries in journals.items()
        for entry in entries
        for index, message in enumerate(entry.values.get("messages") or ())
        for person in message["people"]
    }
    gone = {number for number, entries in journals.items() for entry in entries if "messages" in entry.gone}
    rows = Counter(row["id"] for row in tables.of("outbox"))
    yield from (f"the message {id} stands in the outbox {times} times" for id, times in rows.items() if times > 1)
    yield from (f"the message {id} is not in the outbox" for id in sorted(said - rows.keys()))
    for row in tables.of("outbox"):
        if row["id"] not in said and row["case"] not in gone:
            yield f"the message {row['id']} is in the outbox, and no entry speaks of it"
        if row["state"] not in ("waiting", "delivered", "aside", "erased"):
            yield f"the message {row['id']} is {row['state']!r}"
        if (row["message"] == "{}") != (row["state"] in ("delivered", "erased")):
            yield f"the message {row['id']} is {row['state']}, and its words are {row['message'][:20]!r}"


def _letter(number: str, entry: Entry, index: int, person: str, message: Record) -> str:
    part = f"{entry.at}/prompt" if message.get("rung") == "prompt" else f"{entry.n}/{index}"
    return f"{number}/{part}/{person}"


def _numbers(tables: Tables) -> Iterator[str]:
    given = sorted(case["number"] for case in tables.of("cases"))
    last = sum(row["last"] for row in tables.of("sequences"))
    if len(set(given)) != len(given):
        yield "a number was given twice"
    if len(given) != last:
        yield f"{last} numbers were given, and there are {len(given)} cases"


def _found(tables: Tables) -> Iterator[str]:
    texts = {row["hash"]: _texts(row) for row in tables.of("artifacts")}
    people: set[tuple[str, str]] = set()
    fields: set[tuple[str, str, Any]] = set()
    for case in tables.of("cases"):
        snapshot = json.loads(case["snapshot"])
        parties, past = snapshot.get("parties", {}), snapshot.get("past_assignees", {})
        known = {*parties.values(), *past.values(), snapshot.get("assignee")} - {None}
        people |= {(person, case["number"]) for person in known}
        values = snapshot.get("fields", {})
        kept = {name: value for name, value in values.items() if name not in texts[case["artifact"]]}
        fields |= {(case["number"], name, value) for name, value in kept.items()}
    if people != {(row["person"], row["case"]) for row in tables.of("people")}:
        yield "people are found where they are not, or not where they are"
    if fields != {
        (row["case"], row["field"], row["number"] if row["text"] is None else row["text"])
        for row in tables.of("field_values")
    }:
        yield "cases are found by values that they don't have, or not by those that they have"


def _texts(artifact: Record) -> set[str]:
    fields = _workflow(bytes(artifact["content"])).get("fields", ())
    return {field["name"] for field in fields if field["type"] in ("text", "long text")}


def _anchors(tables: Tables, journals: Mapping[str, list[Entry]]) -> Iterator[str]:
    previous, fixed = "", {case["number"]: 0 for case in tables.of("cases")}
    for place, row in enumerate(sorted(tables.of("anchors"), key=lambda row: int(row["n"])), start=1):
        if (row["n"], row["previous"]) != (place, previous):
            yield f"anchor {row['n']} does not follow on the one before it"
        if row["hash"] != sha256(_canonical([row["n"], row["at"], row["previous"], row["heads"]])).hexdigest():
            yield f"anchor {row['n']} was changed"
        previous = row["hash"]
        for number, version, head in json.loads(row["heads"]):
            entries = journals.get(number, [])
            if version > len(entries) or entries[version - 1].hash != head:
                yield f"anchor {row['n']} fixes entry {version} of {number}, which stands otherwise"
            fixed[number] = max(fixed.get(number, 0), version)
    for case in tables.of("cases"):
        if bool(case["changed"]) != (case["version"] != fixed[case["number"]]):
            yield f"{case['number']}: its row is wrong about whether it changed since it was anchored"
