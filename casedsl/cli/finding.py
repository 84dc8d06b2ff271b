"""`casedsl case find` and `casedsl case counts`: which cases there are, by whatever is known of them.

A value of a field is typed as with `--set`, so it needs to be known which case type has the field. Pages go on by key:
what a page ends with is where the next one begins, also while cases come and go.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import cached_property
from typing import Any, get_args

import click
from casedsl_runtime.artifact import CompiledCalendar, Field, Workflow
from casedsl_runtime.host import Host
from casedsl_runtime.people import Directory
from casedsl_runtime.store import Store
from casedsl_runtime.store.search import Order, Page, Query, Range, Row
from casedsl_runtime.values import is_date, value_problem
from casedsl_runtime.vocabulary import Value

from casedsl.cli.desk import Desk, stranger
from casedsl.cli.given import instant, value_of
from casedsl.cli.people import directory
from casedsl.cli.rim import Stop, put, say
from casedsl.cli.stores import stored
from casedsl.report.found import counted, counted_json, found_cases, found_json
from casedsl.report.plain import one_line
from casedsl.syntax.spelling import did_you_mean, listed, nearest

_FIELD = re.compile(r"\s*([^=<>]*?)\s*(>=|<=|=)(.*)", re.DOTALL)
_AFTER = re.compile(r"(\w+):(-?\d{1,15}):(.{1,200})")
_OFFSET = re.compile(r"(Z|[+-]\d\d:\d\d)$", re.ASCII)
_ORDERED = frozenset(("scale", "integer", "money", "date", "date and time"))
_ORDERS: tuple[Order, ...] = get_args(Order)
_TEXTS = ("text", "long text")
MOST = 1_000

json_option = click.option("--json", "machine", is_flag=True, help="Print JSON.")


class Known:
    """What is known of the case types in a store, or of one of them; looked up when something asks for it, because
    most questions are answered by the lists alone."""

    def __init__(self, host: Host, case_type: str | None) -> None:
        self._host = host
        self._case_type = case_type

    @cached_property
    def workflows(self) -> Sequence[Workflow]:
        every = self._host.workflows()
        workflows = [flow for flow in every if self._case_type in (None, flow.name)]
        if self._case_type is not None and not workflows:
            names = sorted({flow.name for flow in every})
            raise Stop(f"there is no case type `{one_line(self._case_type)}` here; {_way_out(self._case_type, names)}")
        return workflows

    @cached_property
    def zone(self) -> CompiledCalendar | None:
        """The zone in which an instant without an offset is meant: that of any case."""
        rows = self._host.find(Query(workflow=self._case_type, order="number", limit=1)).rows
        return self._host.zone(rows[0].number) if rows else None

    def instant(self, text: str, what: str) -> int:
        if len({flow.zone for flow in self.workflows}) > 1 and not _OFFSET.search(text):
            raise Stop(f"{what}: these case types are in several zones; write an offset such as +00:00 behind it")
        return instant(text, self.zone, what)


@click.command(
    short_help="Find cases by what is known of them.",
    epilog='Examples: casedsl case find --text "late parcel" --field "refund>=100 GBP"; '
    "casedsl case find --assignee kim --order due --limit 20 --json",
)
@click.option("--number", metavar="NUMBER", help="The case with this number.")
@click.option("--type", "workflow", metavar="NAME", help="Only cases of this case type.")
@click.option("--person", metavar="PERSON", help="Cases that somebody has to do with: a party, or who has or had it.")
@click.option("--team", metavar="NAME", help="Cases in the queue of this team.")
@click.option("--assignee", metavar="PERSON", help="Cases that this person has.")
@click.option("--state", metavar="NAME", help="Cases in this state.")
@click.option("--ending", metavar="NAME", help="Cases that ended so.")
@click.option("--band", metavar="NAME", help="Cases whose priority is in this band.")
@click.option("--open/--ended", "open", default=None, help="Only open cases, or only ended ones.")
@click.option("--due-by", metavar="INSTANT", help="Cases in which time acts by then; a date means its end.")
@click.option(
    "--field",
    "fields",
    multiple=True,
    metavar="NAME=VALUE",
    help="A value of a field; quote NAME>=VALUE and NAME<=VALUE. May be repeated.",
)
@click.option("--text", default="", metavar="WORDS", help="Words in the texts of a case, each whole or its beginning.")
@click.option("--order", type=click.Choice(_ORDERS), default="priority", show_default=True, help="What comes first.")
@click.option(
    "--limit", metavar="N", type=click.IntRange(1, MOST), default=50, show_default=True, help="How many at the most."
)
@click.option("--after", metavar="PLACE", help="Go on where a page ended; it says the place.")
@click.option("--as", "actor", metavar="PERSON", help="Find nothing by a value that this person may not see.")
@json_option
@click.pass_obj
def find(
    desk: Desk,
    /,
    actor: str | None,
    due_by: str | None,
    fields: tuple[str, ...],
    after: str | None,
    order: Order,
    machine: bool,
    **same: Any,
) -> int:
    """Find cases by everything that is asked for together: by falling priority, unknown first, or as --order says."""
    with stored(desk.db) as store:
        host = Host(store, Directory({}))
        known = Known(host, same["workflow"])
        if same["workflow"] is not None:
            _ = known.workflows
        query = Query(
            due_by=None if due_by is None else _until(due_by, known),
            fields=_wanted(fields, known),
            after=None if after is None else _place(after, order),
            order=order,
            **same,
        )
        if actor is not None:
            host = _host_for(actor, desk, store)
        page = host.find(query, actor)
        next_ = None if page.next is None else f"{order}:{page.next[0]}:{page.next[1]}"
        put(found_json(page.rows, next_) if machine else found_cases(page.rows, _zones(host, page.rows)))
        if not machine:
            say(_rest(page, next_) if page.rows else _why_none(query, host, known))
    return 0


@click.command(
    short_help="Count open cases by queue and state.", epilog="Example: casedsl case --db cases.db counts --json"
)
@json_option
@click.pass_obj
def counts(desk: Desk, machine: bool) -> int:
    """How many open cases stand in each team's queue, in each state."""
    with stored(desk.db) as store:
        found = Host(store, Directory({})).counts()
    put(counted_json(found) if machine else counted(found))
    return 0


def _host_for(actor: str, desk: Desk, store: Store) -> Host:
    """A host that knows who asks; ends the command if there is no such person."""
    people = directory(desk.people, *Host(store, Directory({})).workflows())
    if actor not in people.people:
        raise Stop(stranger(actor, people, desk), code=1)
    return Host(store, people)


def _until(text: str, known: Known) -> int:
    """The instant by which time is to act; of a date the instant at which it is over."""
    if is_date(text):
        text = f"{date.fromisoformat(text) + timedelta(days=1)}T00:00"
    return known.instant(text, "--due-by")


def _place(text: str, order: Order) -> tuple[int, str]:
    match = _AFTER.fullmatch(text)
    if match is None:
        raise Stop("--after takes the place that a page ended with; copy it from there")
    if match[1] != order:
        raise Stop(f"--after: this page was ordered by {match[1]}; say --order {one_line(match[1])}, or begin again")
    return int(match[2]), match[3]


# --- fields


def _wanted(given: Iterable[str], known: Known) -> dict[str, Value | Range]:
    """What fields are to hold: a value of each, or a range."""
    wanted: dict[str, Value | Range] = {}
    for text in given:
        match = _FIELD.fullmatch(text)
        if match is None:
            raise Stop(_no_value(one_line(text[:60])))
        name, sign, value = match.groups()
        field = _field(name, known)
        bound = _value(field, sign, value.strip(), known)
        old = wanted.get(name)
        if name in wanted and (sign == "=" or not isinstance(old, Range)):
            raise Stop(f"`{name}` is asked for twice; ask for one value, or for one range")
        wanted[name] = bound if sign == "=" else _within(name, old, sign, bound)
    return wanted


def _no_value(text: str) -> str:
    name, sign, value = re.split("([<>])", text, maxsplit=1) if re.search("[<>]", text) else (text, "", "")
    if sign:
        return f"`{text}` leaves its bound out; a range has it within, so write `{name}{sign}={value}`"
    return f"`{text}` asks for no value; write `{text or 'field'}=value`"


def _field(name: str, known: Known) -> Field:
    there = {field.name: field for flow in known.workflows for field in flow.fields}
    if name not in there:
        raise Stop(f"there is no field `{one_line(name[:60])}`; {_way_out(name, list(there))}")
    forms = {(field.type, field.currency) for flow in known.workflows for field in flow.fields if field.name == name}
    if len(forms) > 1:
        raise Stop(f"`{name}` is not the same in every case type here; say with --type which one is meant")
    return there[name]


def _value(field: Field, sign: str, text: str, known: Known) -> Any:
    if field.type in _TEXTS:
        raise Stop(f"`{field.name}` is a text; find its words with --text")
    if sign != "=" and field.type not in _ORDERED:
        raise Stop(f"`{field.name}` has no order; ask for one value with `{field.name}=…`")
    if field.type == "date and time":
        return known.instant(text, field.name)
    value = value_of(field, text, known.zone)
    problem = value_problem(field, value) if sign == "=" or field.type == "date" else None
    if problem is not None:
        raise Stop(f"{problem}, not {text[:60]!r}")
    return value


def _within(name: str, old: object, sign: str, bound: Any) -> Range:
    """The range after one more bound."""
    low, high = old if isinstance(old, Range) else Range()
    if (low if sign == ">=" else high) is not None:
        raise Stop(f"`{name}{sign}` stands twice; keep the narrower one")
    return Range(bound, high) if sign == ">=" else Range(low, bound)


# --- what is said of what was found


def _zones(host: Host, rows: Sequence[Row]) -> dict[str, CompiledCalendar | None]:
    """The zone of each case type, from one of its cases."""
    first = {row.workflow: row.number for row in reversed(rows)}
    return {name: host.zone(number) for name, number in first.items()}


def _rest(page: Page, next_: str | None) -> str:
    shown = f"{len(page.rows)} case{'' if len(page.rows) == 1 else 's'}"
    return f"{shown}; there are more: --after {shlex.quote(one_line(next_))}" if next_ else shown


def _why_none(query: Query, host: Host, known: Known) -> str:
    """Why nothing was found, where a name is to blame."""
    for what, asked, there in _names(query, known):
        if asked is not None and asked not in there:
            return f"there is no {what} `{one_line(asked)}` here; {_way_out(asked, sorted(there))}"
    if query.after is not None:
        return "there are no more cases"
    if not host.find(Query(limit=1)).rows:
        return "there are no cases yet; `casedsl case open` opens one"
    return "no case fits; ask for less"


def _names(query: Query, known: Known) -> Iterator[tuple[str, str | None, set[str]]]:
    """Each name that a query asks for, and those that there are."""
    flows = known.workflows
    yield "state", query.state, {state.name for flow in flows for state in flow.states}
    yield "team", query.team, {team.name for flow in flows for team in flow.teams}
    yield "band", query.band, {band.name for flow in flows if flow.priority for band in flow.priority.bands}


def _way_out(word: str, there: Sequence[str]) -> str:
    return did_you_mean(nearest(word, there), "`") or (f"there are: {listed(there)}" if there else "there are none")
