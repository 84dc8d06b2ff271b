"""`casedsl store erase …`: values that have to go, by case, by field and by person.

The values and their salts are overwritten; an entry of the journal says what went, when, by whom and under which rule.
`--dry-run` carries all of it out and takes it back, so it shows exactly what would go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import click
from casedsl_runtime.host import Host
from casedsl_runtime.people import Directory
from casedsl_runtime.requests import Outcome, usable
from casedsl_runtime.store.rehearsal import Rehearsal
from casedsl_runtime.upkeep import Upkeep
from msgspec import Struct

from casedsl.cli.desk import Desk, at_case, stranger, zone_in
from casedsl.cli.people import directory
from casedsl.cli.rim import Group, Stop, put, say
from casedsl.cli.stores import stored
from casedsl.report.plain import one_line
from casedsl.report.proof import values_told

F = TypeVar("F", bound=Callable[..., Any])


class Order(Struct, frozen=True):
    """Who orders an erasure, under which rule, and whether it is only to be seen."""

    actor: str
    rule: str
    dry_run: bool


@click.group(
    cls=Group,
    short_help="Erase values for good.",
    epilog='Example: casedsl store erase field CMP-2026-00001 summary --rule "art. 17" --as sam',
)
def erase() -> None:
    """Erase values for good, from the journal, the case, the search and the messages."""


def ordered(command: F) -> F:
    """The options that every erasure takes."""
    for option in (
        click.option("--dry-run", is_flag=True, help="Show what would go, and erase nothing."),
        click.option("--as", "actor", required=True, metavar="PERSON", help="Who does it: an id in people.yaml."),
        click.option("--rule", required=True, help="The rule under which it is done; it stays in the journal."),
    ):
        command = option(command)
    return command


@erase.command(
    "case",
    short_help="Erase every value of a case that has ended.",
    epilog='Example: casedsl store erase case CMP-2026-00001 --rule "kept for 6 years" --as sam --dry-run',
)
@click.argument("number")
@ordered
@click.pass_obj
def case_(desk: Desk, /, number: str, **order: Any) -> int:
    """Erase every value of case NUMBER, which has ended: its number, its states and its instants stay."""

    def act(upkeep: Upkeep, by: Order) -> Mapping[str, Outcome]:
        return {number: upkeep.erase_case(number, by.actor, by.rule)}

    return _erased(desk, Order(**order), number, act)


@erase.command(
    short_help="Erase every value that fields of a case ever had.",
    epilog='Example: casedsl store erase field CMP-2026-00001 summary --rule "GDPR art. 17(1)(a)" --as sam',
)
@click.argument("number")
@click.argument("fields", nargs=-1, required=True)
@ordered
@click.pass_obj
def field(desk: Desk, /, number: str, fields: tuple[str, ...], **order: Any) -> int:
    """Erase every value that FIELDS of case NUMBER ever had, and every text that shows one."""

    def act(upkeep: Upkeep, by: Order) -> Mapping[str, Outcome]:
        return {number: upkeep.erase_fields(number, fields, by.actor, by.rule)}

    return _erased(desk, Order(**order), number, act)


@erase.command(
    short_help="Erase somebody from every case.",
    epilog='Example: casedsl store erase person pat --called "Patricia Doe" --rule "GDPR art. 17(1)(a)" --as sam',
)
@click.argument("person")
@click.option("--called", multiple=True, metavar="NAME", help="Another name of theirs, as texts may have it.")
@ordered
@click.pass_obj
def person(desk: Desk, /, person: str, called: tuple[str, ...], **order: Any) -> int:
    """Erase PERSON from every case: what names them, what was said to them, and what they wrote."""
    if not usable(person):
        raise Stop("a person is named by an id of one line; look at people.yaml", code=1)

    def act(upkeep: Upkeep, by: Order) -> Mapping[str, Outcome]:
        return upkeep.erase_person(person, by.actor, by.rule, called)

    return _erased(desk, Order(**order), None, act, person)


def _erased(
    desk: Desk,
    order: Order,
    number: str | None,
    act: Callable[[Upkeep, Order], Mapping[str, Outcome]],
    whom: str | None = None,
) -> int:
    with stored(desk.db) as store:
        people, clock = _people(desk, Host(store, Directory({})), order.actor), desk.clock(zone_in(store))
        if number is not None:
            at_case(desk, store, number)
        upkeep = Upkeep(Rehearsal(store) if order.dry_run else store, people, clock)
        done = act(upkeep, order)
    return _answer(done, order, whom if whom in people.people else None)


def _people(desk: Desk, host: Host, actor: str) -> Directory:
    people = directory(desk.people, *host.workflows())
    if actor not in people.people:
        raise Stop(stranger(actor, people, desk), code=1)
    return people


def _answer(done: Mapping[str, Outcome], order: Order, listed: str | None) -> int:
    """Print what went, case by case; what was refused goes to standard error and exits with 1."""
    for number, outcome in done.items():
        if outcome.accepted:
            put(_told(number, outcome, order))
        for reason in outcome.reasons:
            say(one_line(f"refused: {reason}" if number in reason else f"refused: {number}: {reason}"))
    went = sum(outcome.accepted for outcome in done.values())
    if not done:
        say("nothing is known of them in any case")
    elif went and not order.dry_run:
        say("backups and exports from before still hold what went")
        if listed is not None:
            say(f"`{listed}` is still in the file of people")
    return int(went < len(done))


def _told(number: str, outcome: Outcome, order: Order) -> str:
    gone: Mapping[str, list[str]] = outcome.entries[-1].values["values"]
    count = sum(len(names) for names in gone.values())
    values = f"{count} value{'' if count == 1 else 's'}"
    head = f"{number}: {values} {'would be ' if order.dry_run else ''}erased, under {order.rule}"
    return "".join(f"{one_line(row)}\n" for row in _rows(head, values_told(gone)))


def _rows(head: str, below: Iterable[str]) -> Iterable[str]:
    yield head
    yield from (f"    {row}" for row in below)
