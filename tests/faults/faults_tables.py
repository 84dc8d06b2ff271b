"""The rows of a store as `faults_reader` wants them; those in memory, which no SQL can read, as if they were rows."""

from __future__ import annotations

from typing import Any

from casedsl_runtime import Store, to_json
from casedsl_runtime.journal import canonical
from casedsl_runtime.store.memory import MemoryStore, MemoryUnit
from casedsl_runtime.store.sqlite import SqliteStore
from faults_reader import Record, Tables, read


def tables_of(store: Store) -> Tables:
    if isinstance(store, SqliteStore):
        return read(str(store._path))
    assert isinstance(store, MemoryStore)
    return _in_memory(store._unit)


def _in_memory(unit: MemoryUnit) -> Tables:
    return Tables(
        {
            "cases": [_case(unit, number) for number in unit._cases],
            "journal": [
                {"case": entry.case, "n": entry.n, "header": entry.header, "payload": entry.body}
                for entries in unit._entries.values()
                for entry in entries
            ],
            "outcomes": [
                {"scope": scope, "key": key, **bound._asdict(), "reasons": canonical(bound.reasons)}
                for (scope, key), bound in unit._outcomes.items()
            ],
            "outbox": [_letter(posted) for posted in unit._outbox.values()],
            "sequences": [{"name": name, "last": last} for name, last in unit._sequences.items()],
            "artifacts": [{"hash": hash, "content": content} for hash, content in unit._files.items()],
            "case_types": [],
            "people": [
                {"case": case, "person": person} for case, index in unit._indices.items() for person in index.people
            ],
            "field_values": [
                {"case": case, "field": name, "text": None, "number": value}
                for case, index in unit._indices.items()
                for name, value in index.values.items()
            ],
            "anchors": [{**anchor._asdict(), "heads": anchor.text} for anchor in unit._anchors.values()],
        }
    )


def _case(unit: MemoryUnit, number: str) -> Record:
    held, row = unit._cases[number], unit._rows[number]
    case = held.case
    shown = {name: getattr(row, name) for name in ("state", "ending", "team", "assignee", "opened_at", "next_due")}
    return {
        **shown,
        "number": number,
        "version": case.version,
        "head": held.head,
        "artifact": row.artifact,
        "open": int(row.open),
        "changed": unit._anchored.get(number) != case.version,
        "snapshot": to_json(case),
    }


def _letter(posted: Any) -> Record:
    delivery = posted.delivery
    return {
        "id": delivery.id,
        "case": delivery.case,
        "state": posted.state,
        "message": canonical(delivery.message),
        "attempts": delivery.attempt,
    }
