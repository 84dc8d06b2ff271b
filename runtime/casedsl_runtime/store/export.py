"""A whole store as JSON lines, and a store from such lines: to move to another database, and to read in fifty years.

    {"format":1,"kind":"casedsl store","mark":…,"schema":1}
    {"hash":…,"content":…,"kind":"artifact","mark":…}        then every record, kind after kind (`records.py`)
    {"kind":"end","lines":…,"mark":…}

Each line is canonical JSON and bears a mark: a digest of the line without it and of the mark before. So a line that was
changed, lost, doubled or moved is named by its number, and an export that ends early is one that lacks its end. The
marks are no secret: what proves that a journal is genuine is its chain, and `verify` after the import.

What is read is one consistent view; what is written goes into an empty store, in one transaction. Exporting what was
imported gives the same bytes, whichever two stores they were.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from itertools import islice
from typing import Any

from casedsl_runtime.journal import canonical
from casedsl_runtime.store import Store, StoreError, Unit
from casedsl_runtime.store.migrations import STEPS
from casedsl_runtime.store.records import KINDS, Kind, Record, misfit

FORMAT = 1
HEAD = "casedsl store"
END = "end"
_AT_ONCE = 500
_MARK = 32


def export_lines(store: Store) -> Iterator[str]:
    """Every line, each with its line feed. The store's view is held until the last one is taken."""
    with store.reading() as unit:
        mark, count = "", 0
        for record in _records(unit):
            mark = _mark(mark, record)
            count += 1
            yield canonical({**record, "mark": mark}) + "\n"
        end = {"kind": END, "lines": count + 1}
        yield canonical({**end, "mark": _mark(mark, end)}) + "\n"


def _records(unit: Unit) -> Iterator[dict[str, Any]]:
    yield {"kind": HEAD, "format": FORMAT, "schema": STEPS[-1].n}
    for kind in KINDS:
        names = tuple(kind.columns)
        for values in unit.records(kind.name):
            yield {"kind": kind.name, **dict(zip(names, values, strict=True))}


def _mark(before: str, record: Mapping[str, Any]) -> str:
    return sha256(f"{before}\n{canonical(record)}".encode("utf-8", "surrogatepass")).hexdigest()[:_MARK]


def import_lines(store: Store, lines: Iterable[str]) -> int:
    """Put an export into an empty store; the number of its cases. Raises `StoreError`, and then nothing was put."""
    cases = 0
    with store.transaction() as unit:
        if any(True for kind in KINDS for _ in islice(unit.records(kind.name), 1)):
            raise StoreError("there is something in this store already; import into an empty one")
        found = _read(lines)
        waiting = next(found, None)
        for kind in KINDS:
            batch: list[Record] = []
            while waiting is not None and waiting[0] is kind:
                batch.append(waiting[1])
                waiting = next(found, None)
                if len(batch) == _AT_ONCE or waiting is None or waiting[0] is not kind:
                    unit.put(kind.name, batch)
                    cases += len(batch) * (kind.name == "case")
                    batch = []
    return cases


def _read(lines: Iterable[str]) -> Iterator[tuple[Kind, Record]]:
    """The records of an export, every line looked at closely."""
    order, place, count, mark, ended = {kind.name: n for n, kind in enumerate(KINDS)}, 0, 0, "", False
    for count, line in enumerate(lines, start=1):
        record, mark = _record(count, line, mark)
        name = record.pop("kind")
        if count == 1:
            _check_head(record)
        elif name == END and record == {"lines": count}:
            ended = True
        elif ended or order.get(name, -1) < place:
            raise StoreError(f"line {count} doesn't belong where it stands; export the store again")
        else:
            place = order[name]
            yield KINDS[place], _values(count, KINDS[place], record)
    if not ended:
        raise StoreError(f"the export ends early, after line {count}; export the store again")


def _record(count: int, line: str, before: str) -> tuple[dict[str, Any], str]:
    """A line as a record, and its mark."""
    text = line.removesuffix("\n").removesuffix("\r")
    try:
        record = json.loads(text)
        written = canonical(record) == text
        mark = record.pop("mark")
        name = record["kind"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise StoreError(_damaged(count)) from None
    if count == 1 and name != HEAD:
        raise StoreError("this is no export of a store; make one with `casedsl store export`")
    if not written or mark != _mark(before, record):
        raise StoreError(_damaged(count))
    return record, mark


def _damaged(count: int) -> str:
    if count == 1:
        return "this is no export of a store, or its first line was changed; make one with `casedsl store export`"
    return f"line {count} is not as it was written, or doesn't follow on the one before it; export the store again"


def _check_head(record: Mapping[str, Any]) -> None:
    for name, known in (("format", FORMAT), ("schema", STEPS[-1].n)):
        number = record.get(name)
        if type(number) is not int or number > known:
            raise StoreError(
                f"this export has {name} {number!r}, this runtime knows {name} {known}; install a newer casedsl-runtime"
            )


def _values(count: int, kind: Kind, record: Mapping[str, Any]) -> Record:
    column = misfit(kind, record)
    if column is not None:
        raise StoreError(f"line {count} is no {kind.name}: look at its `{column[:40]}`; export the store again")
    return tuple(record[name] for name in kind.columns)
