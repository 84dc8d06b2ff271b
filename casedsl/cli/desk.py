"""What the commands of `casedsl case` share: an open store, the people, the instant that counts as now, a case."""

from __future__ import annotations

from collections.abc import Callable

from casedsl_runtime.artifact import CompiledCalendar, Workflow
from casedsl_runtime.host import Host, seconds
from casedsl_runtime.people import Directory
from casedsl_runtime.sqlite import SqliteStore
from msgspec import Struct

from casedsl.cli.given import instant
from casedsl.cli.people import directory
from casedsl.cli.rim import Stop
from casedsl.report.journal import Words
from casedsl.syntax.spelling import did_you_mean, nearest


class Desk(Struct, frozen=True):
    """What every command of a case needs: the open store, who there is, and the instant that counts as now."""

    db: str
    people: str
    now: str | None

    def clock(self, zone: CompiledCalendar | None) -> Callable[[], int]:
        if self.now is None:
            return seconds
        fixed = instant(self.now, zone)
        return lambda: fixed


class At(Struct, frozen=True):
    """A case in the open store: its host, its workflow, the words to tell it in."""

    host: Host
    number: str
    workflow: Workflow
    people: Directory
    words: Words


def at_case(desk: Desk, store: SqliteStore, number: str) -> At:
    """A case in the store with its own workflow; ends the command if there is none."""
    asked = Host(store, Directory({}))
    machine = asked.machine(number)
    if machine is None:
        raise Stop(f"there is no case {number} in {desk.db}; `casedsl case list` shows the numbers", code=1)
    people = directory(desk.people, machine.workflow)
    zone = asked.zone(number)
    words = Words(machine.workflow, zone, names(people))
    return At(Host(store, people, desk.clock(zone)), number, machine.workflow, people, words)


def stranger(who: str, people: Directory, desk: Desk) -> str:
    way_out = did_you_mean(nearest(who, people.people), "") or "add them there"
    return f"there is no person `{who}` in {desk.people}; {way_out}"


def names(people: Directory) -> dict[str, str]:
    return {who: person.name for who, person in people.people.items()}
