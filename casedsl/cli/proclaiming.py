"""`casedsl case proclaim`: the calendar changes while clocks run, and every open case counts on with the new one.

A bank holiday is proclaimed: `casedsl calendars lock` and `casedsl compile` write the new calendars, `--dry-run` shows
which deadlines would move, and then they do.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence

import click
from casedsl_runtime.artifact import Bundle
from casedsl_runtime.host import Host, Outcome
from casedsl_runtime.loading import ArtifactError, load_bundle
from casedsl_runtime.store import Store
from casedsl_runtime.values import is_date

from casedsl.cli.desk import Desk, at_case, first_case, stranger
from casedsl.cli.given import instant
from casedsl.cli.rim import Stop, put, read_bytes, say, unreadable
from casedsl.cli.stores import shown, stored
from casedsl.report.journal import moves
from casedsl.report.plain import one_line

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_OFFSET = re.compile(r"(Z|[+-]\d\d:\d\d)$", re.ASCII)


@click.command(
    short_help="Let open cases count on with other calendars.",
    epilog="Example: casedsl case proclaim --calendars complaint.calendars.json --from 2026-06-01"
    ' --reason "Bank holiday proclaimed" --dry-run',
)
@click.option("--calendars", "file", required=True, metavar="FILE", help="The new calendars: x.calendars.json.")
@click.option(
    "--from",
    "since",
    required=True,
    metavar="WHEN",
    help="From when on they hold: a date (its beginning in each calendar's zone), or a date and time.",
)
@click.option("--reason", required=True, help="Why the calendars change; the journal of each case says it.")
@click.option("--type", "case_type", metavar="NAME", help="Only the cases of this case type.")
@click.option("--as", "actor", metavar="PERSON", help="Who does it: an id in people.yaml; the system if not given.")
@click.option("--dry-run", is_flag=True, help="Show which deadlines would move, and change nothing.")
@click.option("--key", help="A name of your own for this request: sent again, it is done once.")
@click.pass_obj
def proclaim(
    desk: Desk,
    file: str,
    since: str,
    reason: str,
    case_type: str | None,
    actor: str | None,
    dry_run: bool,
    key: str | None,
) -> int:
    """Let every open case count on with the calendars in FILE from an instant on, and new cases too.

    Until then each case keeps the calendars that it has. What took place stays: nothing is sent twice, and a promise
    that was missed stays missed. Asked again after it was broken off, it does the rest."""
    data, bundle = _bundle(file)
    effective = _since(since, bundle)
    with stored(desk.db) as store:
        host = _host(desk, store, actor)
        if dry_run:
            found = host.foresee(data, effective, reason, case_type)
        else:
            found = host.proclaim(key or str(uuid.uuid4()), data, effective, reason, actor, case_type)
        return _answer(found, desk, store, dry_run)


def _bundle(file: str) -> tuple[bytes, Bundle]:
    try:
        data = read_bytes(file)
        return data, load_bundle(data).bundle
    except OSError as error:
        raise Stop(unreadable(file, error)) from None
    except ArtifactError as error:
        raise Stop(f"{file}: {error}") from None


def _since(text: str, bundle: Bundle) -> int | str:
    """A date as it is; an instant in the zone that all the calendars share, unless an offset stands behind it."""
    if is_date(text):
        return text
    if _DATE.fullmatch(text):
        raise Stop(f"--from takes a real date such as 2026-06-01, not {text}")
    zones = {calendar.zone: calendar for calendar in bundle.calendars}
    if len(zones) > 1 and not _OFFSET.search(text):
        raise Stop("--from: these calendars are in several zones; write an offset such as +00:00 behind it, or a date")
    return instant(text, next(iter(zones.values()), None), "--from")


def _host(desk: Desk, store: Store, actor: str | None) -> Host:
    """A host that knows the people of the store's cases; where there is none, nothing is to be done."""
    at = first_case(desk, store)
    if at is None:
        raise Stop(f"{shown(desk.db)} has no cases yet; new ones open with the calendars beside their artifact", code=1)
    if actor is not None and actor not in at.people.people:
        raise Stop(stranger(actor, at.people, desk), code=1)
    return at.host


def _answer(found: Sequence[Outcome], desk: Desk, store: Store, dry_run: bool) -> int:
    """Print what moved, case by case; what was refused goes to standard error."""
    counts = {"moved": 0, "stayed": 0, "refused": 0}
    for outcome in found:
        lines: list[str] = []
        if outcome.number is not None and any("moved" in entry.payload for entry in outcome.entries):
            words = at_case(desk, store, outcome.number).words
            lines = [f"  {one_line(line)}\n" for entry in outcome.entries for line in moves(entry, words)]
        if lines:
            put(f"{outcome.number}\n{''.join(lines)}")
        for reason in outcome.reasons:
            say(one_line(f"refused: {outcome.number}: {reason}" if outcome.number else f"refused: {reason}"))
        counts["moved" if lines else "stayed" if outcome.accepted else "refused"] += 1
    if all(outcome.number for outcome in found):
        say(_summary(counts, dry_run))
    return int(bool(counts["refused"]))


def _summary(counts: dict[str, int], dry_run: bool) -> str:
    cases = sum(counts.values())
    would = "would move" if dry_run else "moved"
    refused = f"; {counts['refused']} refused" if counts["refused"] else ""
    return f"deadlines {would} in {counts['moved']} of {cases} open case{'' if cases == 1 else 's'}{refused}"
