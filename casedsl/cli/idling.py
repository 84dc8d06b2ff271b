"""`casedsl when`: a case arrives and nobody acts; what happens when, and who hears of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import click
from casedsl_runtime.artifact import CompiledCalendar
from casedsl_runtime.worktime import CalendarRunsOut, instant_of, local, prepare

from casedsl.cli.compiling import compiled_file
from casedsl.cli.definitions import checked_file, require_sound
from casedsl.cli.given import given, instant
from casedsl.cli.rim import Stop, put, stdin_option
from casedsl.play import Theatre
from casedsl.play.idle import beginnings, idle
from casedsl.report.journal import Words
from casedsl.report.timeline import timeline
from casedsl.syntax.spelling import did_you_mean, nearest

FRIDAY = 4


@click.command(epilog='Example: casedsl when complaint.case --arrives "2026-11-06 15:00"')
@click.argument("file")
@click.option("--arrives", metavar="MOMENT", help="When the case arrives; next Friday at 15:00 if not given.")
@click.option("--state", metavar="NAME", help="The state in which it begins, instead of the first.")
@click.option("--given", "pairs", multiple=True, metavar="FIELD=VALUE", help="What is known then; may stand again.")
@click.option("--lock", "lock_file", metavar="FILE", help="The locked calendars, instead of those beside FILE.")
@click.option("--why", "why", is_flag=True, help="Show with each step how its instant was counted.")
@stdin_option
def when(
    file: str,
    arrives: str | None,
    state: str | None,
    pairs: tuple[str, ...],
    lock_file: str | None,
    why: bool,
    stdin_name: str,
) -> int:
    """Show what happens when a case arrives and nobody acts, without a database: a dated timeline."""
    definition = checked_file(file, stdin_name)
    require_sound(definition)
    case_type = definition.case_type
    if case_type is None:
        raise Stop(f"{definition.file} defines no case type; name the file of one")
    theatre = Theatre.of(case_type, compiled_file(definition, lock_file))
    _known(state, beginnings(theatre.workflow))
    zone = theatre.zone
    arrival = instant(arrives, zone, "--arrives") if arrives else _next_friday(datetime.now(UTC), zone)
    happened = idle(theatre, arrival, given(pairs, theatre.workflow, zone), state, why=why)
    if not happened.entries:
        raise Stop(happened.rest)
    words = Words(theatre.workflow, zone, {role.name: role.title for role in theatre.workflow.roles}, nameless=True)
    put(f"{timeline(happened.entries, words, happened.accounts)}then {happened.rest}\n")
    return 0


def _known(state: str | None, states: tuple[str, ...]) -> None:
    if state is not None and state not in states:
        way_out = did_you_mean(nearest(state, states)) or f"say {', '.join(states)}"
        raise Stop(f"no case begins in `{state}`; {way_out}")


def _next_friday(now: datetime, zone: CompiledCalendar | None) -> int:
    """The first Friday after today, at 15:00 in the zone."""
    try:
        table = prepare(zone) if zone else None
        today = local(table, int(now.timestamp())) if table else now.replace(tzinfo=None)
        friday = today.date() + timedelta(days=(FRIDAY - today.weekday() - 1) % 7 + 1)
        moment = datetime(friday.year, friday.month, friday.day, 15)
        return instant_of(table, moment) if table else int(moment.replace(tzinfo=UTC).timestamp())
    except CalendarRunsOut as error:
        raise Stop(f"{error}, or say --arrives") from None
