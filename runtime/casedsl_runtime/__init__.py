"""casedsl_runtime: run case types that `casedsl` compiled. The public door.

    host = Host(MemoryStore(), Directory.of(people))
    host.install(artifact, calendars)
    outcome = host.open("complaint", "key-1", {"summary": "It never came"}, "pat")
    host.submit(outcome.number, "key-2", Do("acknowledge", {"impact": 3}), "kim")
    host.tick()

`casedsl_runtime.sqlite.SqliteStore` keeps cases in a file; it is imported by its own name, so that importing this
package loads no database.
"""

from casedsl_runtime.answers import Account, Explanation, Offer, actions, why, why_not
from casedsl_runtime.artifact import Bundle, Workflow
from casedsl_runtime.case import Case, Clock, fold, from_json, to_json
from casedsl_runtime.commands import (
    Accepted,
    Amend,
    Arm,
    Command,
    Disarm,
    Do,
    Effect,
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
from casedsl_runtime.store import Conflict, Letter, MemoryStore, Row, Store, StoreError
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
    "Clock",
    "Command",
    "Conflict",
    "Directory",
    "Disarm",
    "Do",
    "Effect",
    "Entry",
    "Env",
    "Explanation",
    "Fired",
    "Host",
    "JournalError",
    "Letter",
    "Loaded",
    "LoadedBundle",
    "Machine",
    "MemoryStore",
    "Offer",
    "Open",
    "Outcome",
    "Person",
    "Refused",
    "Row",
    "Send",
    "Store",
    "StoreError",
    "TimerDue",
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
