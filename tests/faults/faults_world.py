"""The small world in which things go wrong: one case type, its people, and a store by its address.

A key stands in what is asked as well (the topic, the note, the reason), so that a reader of the journal can count how
often a request was carried out.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from casedsl_runtime import Amend, Directory, Do, Host, Outcome, Store, Upkeep
from casedsl_runtime.store.sqlite import SqliteStore

ROOT = Path(__file__).resolve().parents[2]
START = 1_772_442_000
"""Monday, 2 March 2026, 09:00 in London."""
HOUR = 3600

OFFICE = """\
organisation office "The office"
    edition 1

calendar office
    zone     Europe/London
    open     mon-fri hours 09:00-17:00
    holidays GB-ENG

role customer "Customer" outside
role clerk    "Clerk"
role chief    "Chief"

team desk "Desk"
    people   clerk, chief
    calendar office
    assign   least loaded clerk
"""
PROCLAIMED = OFFICE.replace("holidays GB-ENG", 'holidays GB-ENG\n    closed   2026-03-03 "The move"')

ERRAND = """\
case type errand "Errand"
    edition 1
    version 1
    use     "office"
    number  "E-{sequence:6}"

fields
    topic   text      "What is it about?"
    fee     money GBP "What does it cost?"
        changed by clerk in new, at_work

promise soon "It is done soon"
    within   3 working days
    calendar office
    met by   finish
    tell     customer when missed with late

first state new "New"
    team     desk
    purpose  "Nobody has taken it yet."
    prompt   assignee after 1 clock hour
    alert    chief    after 2 clock hours
    on take -> at_work "Take"
        by      clerk
        purpose "Somebody looks after it."
        needs   a note
        send    taken to customer
    on finish -> done "Finish"
        by      chief
        purpose "It was done at once."
        needs   a note

state at_work "At work"
    team     desk
    purpose  "Somebody works on it."
    move to  new after 1 calendar day
        purpose "Somebody else has to look."
    on finish -> done "Finish"
        by      clerk
        purpose "It is done."
        needs   a note
        send    taken to customer

final state done "Done"
    purpose "The file is only read."

anywhere
    on withdraw -> done as withdrawn "Withdraw"
        by      customer
        purpose "It is not needed any more."
        needs   a note
    on remind -> stay "Remind"
        by      customer
        purpose "The customer asks how it stands."
        needs   a note

template taken
    subject "Your errand {number}"
    body    "About {topic}: we are at it."
template late
    subject "We are late"
    body    "About {topic}: it takes longer than we said."
"""

RUNGS = 20
VIGIL = f"""\
case type vigil "Vigil"
    edition 1
    version 1
    use     "office"
    number  "V-{{sequence:6}}"

fields
    topic   text "What is it about?"

first state new "New"
    team     desk
    purpose  "Nobody comes, and time does all there is to do."
{"".join(f"    alert    chief    after {n} clock hours{chr(10)}" for n in range(2, RUNGS + 1))}\
    move to  done as forgotten after {RUNGS + 1} clock hours
        purpose "Nobody came."
    on finish -> done "Finish"
        by      chief
        purpose "Somebody came."
    on remind -> stay "Remind"
        by      customer
        purpose "The customer asks how it stands."
        needs   a note

final state done "Done"
    purpose "The file is only read."
"""
"""A case in which time takes as many steps as there are rungs."""

YEAR_END = """\
case type year_end "A year that ends"
    edition 1
    version 1
    use     "office"
    number  "Y-{sequence:6}"

fields
    topic   text "What is it about?"

first state new "New"
    team     desk
    purpose  "It is moved on, and nobody has locked the calendars of the next year."
    move to  later after 1 clock hour
        purpose "It is time."
    on finish -> done "Finish"
        by      chief
        purpose "Somebody came."

state later "Later"
    team     desk
    purpose  "Here the next year counts."
    alert    chief after 3 working days
    on finish -> done "Finish"
        by      chief
        purpose "Somebody came."

final state done "Done"
    purpose "The file is only read."
"""
"""A case in which time is stuck at the end of the year 2026."""

LAST_DAY = START + 304 * 24 * HOUR
"""The last day of 2026."""

PEOPLE = Directory.of(
    {
        "kim": {"name": "Kim Okafor", "roles": ["clerk"]},
        "lee": {"name": "Lee Marsh", "roles": ["clerk"]},
        "sue": {"name": "Sue Reid", "roles": ["chief"]},
        "pat": {"name": "Pat Doe", "roles": ["customer"]},
    }
)


class Files(NamedTuple):
    """What is installed: the artifact, its calendars, and those that are proclaimed later; other artifacts."""

    artifact: bytes
    calendars: bytes
    proclaimed: bytes
    vigil: bytes
    year_end: bytes

    @classmethod
    def read(cls, folder: Path) -> Files:
        return cls(*((folder / name).read_bytes() for name in cls._fields))

    def write(self, folder: Path) -> None:
        for name, content in self._asdict().items():
            (folder / name).write_bytes(content)


@cache
def compiled() -> Files:
    artifact, calendars = _compiled(OFFICE, ERRAND)
    others = [_compiled(OFFICE, text)[0] for text in (VIGIL, YEAR_END)]
    return Files(artifact, calendars, _compiled(PROCLAIMED, ERRAND)[1], *others)


def _compiled(office: str, text: str) -> tuple[bytes, bytes]:
    from msgspec.structs import replace

    from casedsl import Compiled, check, compile_case  # a process that is only killed needs no compiler
    from casedsl.artifact.lock import Lock, read_lock

    files = {"case.case": text.encode(), "office.case": office.encode()}

    def read(name: str) -> bytes:
        if name not in files:
            raise FileNotFoundError(2, "No such file", name)
        return files[name]

    checked = check("case.case", read)
    assert checked.sound, [finding.headline for finding in checked.findings]
    assert checked.case_type is not None
    lock = read_lock((ROOT / "examples" / "complaint" / "calendars.lock").read_text("utf-8"))
    assert isinstance(lock, Lock)
    made = compile_case(checked.case_type, replace(lock, first_year=2026, last_year=2026))  # one year is read faster
    assert isinstance(made, Compiled), made
    return made.artifact, made.bundle


def open_store(url: str, now: Callable[[], float] | None) -> Store:
    """A store by its address: that of a server, or a file. Without a clock its time is its own."""
    if url.startswith("postgresql:"):
        from casedsl_runtime.store.postgres import PostgresStore

        return PostgresStore.create_or_open(url, clock=now)
    return SqliteStore.create_or_open(url, clock=now or time.time, patience_ms=30_000)


class Clock:
    """A clock that stands where it is put."""

    now = START

    def __call__(self) -> int:
        return self.now


class Office:
    """A host on a store, and short words for what is done there. Its time is the store's."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.host = Host(store, PEOPLE)
        self.upkeep = Upkeep(store, PEOPLE)

    @property
    def files(self) -> Files:
        return compiled()

    def install(self) -> None:
        self.host.install(self.files.artifact, self.files.calendars)

    def open(self, key: str) -> Outcome:
        return self.host.open("errand", key, {"topic": key}, "pat")

    def do(self, case: str, key: str, event: str, actor: str) -> Outcome:
        return self.host.submit(case, key, Do(event, {}, key), actor)

    def amend(self, case: str, key: str, fee: int, actor: str = "kim") -> Outcome:
        return self.host.submit(case, key, Amend({"fee": fee}, key), actor)

    def problems(self) -> list[tuple[str, str]]:
        return list(self.upkeep.verify())
