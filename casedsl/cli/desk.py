"""What the commands of `casedsl case` share: an open store, the people, the instant that counts as now, a case."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import click
from casedsl_runtime.artifact import CompiledCalendar, Workflow
from casedsl_runtime.host import Host
from casedsl_runtime.people import Directory
from casedsl_runtime.store import Store
from casedsl_runtime.store.search import Query
from msgspec import Struct

from casedsl.cli.given import instant
from casedsl.cli.people import directory
from casedsl.cli.rim import Stop
from casedsl.cli.stores import shown, stored
from casedsl.report.journal import Words
from casedsl.syntax.spelling import did_you_mean, nearest

people_option = click.option(
    "--people",
    default="people.yaml",
    envvar="CASEDSL_PEOPLE",
    show_default=True,
    metavar="FILE",
    help="Who there is, with their roles; CASEDSL_PEOPLE names it too.",
)
now_option = click.option(
    "--now",
    metavar="INSTANT",
    help="Act as if it were this instant (2026-11-06T15:00); the database's own clock if not given.",
)


class Desk(Struct, frozen=True):
    """What every command of a case needs: the name of the store, who there is, and the instant that counts as now."""

    db: str
    people: str
    now: str | None

    def clock(self, zone: CompiledCalendar | None) -> Callable[[], int] | None:
        """The clock of the host; None: the store's own."""
        if self.now is None:
            return None
        fixed = instant(self.now, zone)
        return lambda: fixed


class At(Struct, frozen=True):
    """A case in the open store: its host, its workflow, the words to tell it in."""

    host: Host
    number: str
    workflow: Workflow
    people: Directory
    words: Words


def at_case(desk: Desk, store: Store, number: str) -> At:
    """A case in the store with its own workflow; ends the command if there is none."""
    asked = Host(store, Directory({}))
    machine = asked.machine(number)
    if machine is None:
        raise Stop(f"there is no case {number} in {shown(desk.db)}; `casedsl case list` shows the numbers", code=1)
    people = directory(desk.people, machine.workflow, others=asked.workflows)
    zone = asked.zone(number)
    words = Words(machine.workflow, zone, names(people))
    return At(Host(store, people, desk.clock(zone)), number, machine.workflow, people, words)


def first_case(desk: Desk, store: Store) -> At | None:
    """Any case of the store: its host knows the people of all of them."""
    rows = Host(store, Directory({})).find(Query(order="number", limit=1)).rows
    return at_case(desk, store, rows[0].number) if rows else None


def zone_in(store: Store) -> CompiledCalendar | None:
    """The zone in which an instant without an offset is meant, where it is about no certain case: that of any case."""
    host = Host(store, Directory({}))
    rows = host.find(Query(order="number", limit=1)).rows
    return host.zone(rows[0].number) if rows else None


def workflows_in(db: str) -> Sequence[Workflow]:
    """The case types in a store; none where there is no store yet."""
    try:
        with stored(db) as store:
            return Host(store, Directory({})).workflows()
    except Stop:
        return ()


def stranger(who: str, people: Directory, desk: Desk) -> str:
    way_out = did_you_mean(nearest(who, people.people), "") or "add them there"
    return f"there is no person `{who}` in {desk.people}; {way_out}"


def names(people: Directory) -> dict[str, str]:
    return {who: person.name for who, person in people.people.items()}
