"""casedsl_runtime: run case types that `casedsl` compiled. The public door.

    host = Host(MemoryStore(), Directory.of(people))
    host.install(artifact, calendars)
    outcome = host.open("complaint", "key-1", {"summary": "It never came"}, "pat")
    host.submit(outcome.number, "key-2", Do("acknowledge", {"impact": 3}), "kim")
    host.tick()

`casedsl_runtime.store.sqlite.SqliteStore` keeps cases in a file; it is imported by its own name. Names are loaded when
they are asked for: importing this package loads no database, and a compiler that needs the records alone loads no host.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from casedsl_runtime.accounts import Account, Cause
    from casedsl_runtime.answers import Explanation, Offer, actions, why, why_not
    from casedsl_runtime.artifact import Bundle, Workflow
    from casedsl_runtime.case import Case, Clock, fold, from_json, to_json
    from casedsl_runtime.commands import (
        Accepted,
        Amend,
        Arm,
        Command,
        CountAnew,
        Do,
        Env,
        Open,
        Refused,
        Send,
        TimerDue,
    )
    from casedsl_runtime.engine import decide, first_due
    from casedsl_runtime.host import Fired, Host, Outcome
    from casedsl_runtime.journal import Entry, JournalError, erased, read_entry, verify_chain
    from casedsl_runtime.loading import (
        ArtifactError,
        Loaded,
        LoadedBundle,
        dump_bundle,
        dump_workflow,
        load_bundle,
        load_workflow,
    )
    from casedsl_runtime.machine import Machine
    from casedsl_runtime.people import Directory, Person, directory_problems
    from casedsl_runtime.store import Conflict, Store, StoreError
    from casedsl_runtime.store.memory import MemoryStore
    from casedsl_runtime.store.search import Query, Row
    from casedsl_runtime.upkeep import Upkeep
    from casedsl_runtime.worktime import CalendarRunsOut

__all__ = [
    "Accepted",
    "Account",
    "Amend",
    "Arm",
    "ArtifactError",
    "Bundle",
    "CalendarRunsOut",
    "Case",
    "Cause",
    "Clock",
    "Command",
    "Conflict",
    "CountAnew",
    "Directory",
    "Do",
    "Entry",
    "Env",
    "Explanation",
    "Fired",
    "Host",
    "JournalError",
    "Loaded",
    "LoadedBundle",
    "Machine",
    "MemoryStore",
    "Offer",
    "Open",
    "Outcome",
    "Person",
    "Query",
    "Refused",
    "Row",
    "Send",
    "Store",
    "StoreError",
    "TimerDue",
    "Upkeep",
    "Workflow",
    "actions",
    "decide",
    "directory_problems",
    "dump_bundle",
    "dump_workflow",
    "erased",
    "first_due",
    "fold",
    "from_json",
    "load_bundle",
    "load_workflow",
    "read_entry",
    "to_json",
    "verify_chain",
    "why",
    "why_not",
]

_MODULES = {
    "Account": "accounts",
    "Cause": "accounts",
    "Explanation": "answers",
    "Offer": "answers",
    "actions": "answers",
    "why": "answers",
    "why_not": "answers",
    "Bundle": "artifact",
    "Workflow": "artifact",
    "Case": "case",
    "Clock": "case",
    "fold": "case",
    "from_json": "case",
    "to_json": "case",
    "Accepted": "commands",
    "Amend": "commands",
    "Arm": "commands",
    "Command": "commands",
    "CountAnew": "commands",
    "Do": "commands",
    "Env": "commands",
    "Open": "commands",
    "Refused": "commands",
    "Send": "commands",
    "TimerDue": "commands",
    "decide": "engine",
    "first_due": "engine",
    "Fired": "host",
    "Host": "host",
    "Outcome": "host",
    "Entry": "journal",
    "JournalError": "journal",
    "erased": "journal",
    "read_entry": "journal",
    "verify_chain": "journal",
    "ArtifactError": "loading",
    "Loaded": "loading",
    "LoadedBundle": "loading",
    "dump_bundle": "loading",
    "dump_workflow": "loading",
    "load_bundle": "loading",
    "load_workflow": "loading",
    "Machine": "machine",
    "Directory": "people",
    "Person": "people",
    "directory_problems": "people",
    "Conflict": "store",
    "MemoryStore": "store.memory",
    "Query": "store.search",
    "Row": "store.search",
    "Store": "store",
    "StoreError": "store",
    "Upkeep": "upkeep",
    "CalendarRunsOut": "worktime",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module 'casedsl_runtime' has no attribute {name!r}")
    return getattr(import_module(f"casedsl_runtime.{_MODULES[name]}"), name)
