"""`casedsl calendars lock`: write the public holidays and zone changes that definitions count in, once, into a file
that is committed; every other command reads it, so that a deadline never depends on what is installed."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import click

from casedsl.artifact.lock import Lock, make_lock, read_lock, write_lock
from casedsl.cli.calendar_pages import diff, show
from casedsl.cli.compiling import LOCK
from casedsl.cli.definitions import checked_file, definitions, require_sound
from casedsl.cli.rim import STDIN, Group, Stop, put, say, write_file

YEARS_BEFORE, YEARS_AFTER = 1, 5


_YEARS = re.compile(r"(\d{4})-(\d{4})", re.ASCII)


@click.group(cls=Group, epilog="Example: casedsl calendars lock complaint.case")
def calendars() -> None:
    """Holidays and time zones, locked in a file."""


@calendars.command(epilog="Example: casedsl calendars lock complaint.case --years 2026-2031")
@click.argument("paths", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    help=f"The file to write; {LOCK} beside the first FILE if not given; `-` is standard output.",
)
@click.option(
    "--years",
    metavar="FIRST-LAST",
    help="The years to lock; those of the file if there is one, else last year and six more.",
)
def lock(paths: tuple[str, ...], output: str | None, years: str | None) -> int:
    """Lock the calendars that the definitions in FILE count in."""
    regions: set[str] = set()
    zones: set[str] = set()
    files, read = list(definitions(paths)), set[str]()
    for file in files:
        definition = checked_file(file)
        require_sound(definition)
        read.update(definition.sources)
        for calendar in definition.organisation.calendars.values() if definition.organisation else ():
            if not calendar.built_in:
                regions.update(calendar.regions)
                zones.add(calendar.zone)
    target = output or str(Path(files[0]).with_name(LOCK))
    first, last = _span(years) if years else _kept_years(target)
    made = make_lock(regions, zones, first, last)
    if not isinstance(made, Lock):
        raise Stop("; ".join(made))
    if target == STDIN:
        put(write_lock(made))
        return 0
    write_file(target, write_lock(made).encode(), read)
    say(f"locked {first} to {last} in {target}: {', '.join([*sorted(regions), *sorted(zones)]) or 'no calendar'}")
    return 0


calendars.add_command(diff)
calendars.add_command(show)


def _span(years: str) -> tuple[int, int]:
    found = _YEARS.fullmatch(years)
    if found is None:
        raise Stop(f"`{years}` are no years; write them as 2025-2031")
    return int(found[1]), int(found[2])


def _kept_years(target: str) -> tuple[int, int]:
    """The years of the file that is there, else those around the present one."""
    try:
        kept = read_lock(Path(target).read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        kept = ()
    if isinstance(kept, Lock):
        return kept.first_year, kept.last_year
    year = datetime.now(UTC).year
    return year - YEARS_BEFORE, year + YEARS_AFTER
