"""`casedsl calendars show` and `diff`: what a calendar says of each date of a year, what a new lock would change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from casedsl.artifact.changes import changes, holidays_of, touched, unknown_before
from casedsl.artifact.lock import Lock
from casedsl.artifact.lower import calendars_of
from casedsl.cli.compiling import LOCK, locked
from casedsl.cli.definitions import checked_file, definitions, require_sound
from casedsl.cli.rim import Stop, put
from casedsl.compile import Checked
from casedsl.model.records import Calendar
from casedsl.report.almanac import Known, almanac, shown_hours
from casedsl.report.plain import one_line
from casedsl.syntax.spelling import did_you_mean, nearest


@click.command(epilog="Example: casedsl calendars show complaint.case office --year 2026")
@click.argument("file")
@click.argument("name", required=False, metavar="[CALENDAR]")
@click.option("--year", type=int, metavar="YEAR", help="The year to show; the present one if not given.")
@click.option("--lock", "lock_file", metavar="FILE", help=f"The locked calendars; {LOCK} beside FILE if not given.")
def show(file: str, name: str | None, year: int | None, lock_file: str | None) -> int:
    """Show a year of a calendar as a page.

    Month by month: working days, hours that differ, holidays by name. Without CALENDAR it shows those that FILE counts
    in.
    """
    definition = checked_file(file)
    require_sound(definition)
    lock = locked(lock_file or str(Path(file).with_name(LOCK)))
    wanted = year or datetime.now(UTC).year
    if not lock.first_year <= wanted <= lock.last_year:
        known = f"{LOCK} knows the years {lock.first_year} to {lock.last_year}"
        raise Stop(f"{known}, not {wanted}; run `casedsl calendars lock {file} --years …` for more")
    pages = [almanac(calendar, wanted, _known(calendar, lock)) for calendar in _chosen(definition, name)]
    put("\n\n".join(pages))
    return 0


def _chosen(definition: Checked, name: str | None) -> Sequence[Calendar]:
    """The calendar of this name; without a name those that the definition counts in."""
    known = definition.organisation.calendars if definition.organisation else {}
    if name is None:
        used = calendars_of(definition.case_type) if definition.case_type else known.values()
        chosen = [calendar for calendar in used if definition.case_type or not calendar.built_in]
        if not chosen:
            raise Stop(f"{definition.file} counts in no calendar; name one")
        return chosen
    if name not in known:
        way_out = did_you_mean(nearest(name, known)) or f"there are: {', '.join(known)}"
        raise Stop(f"there is no calendar `{one_line(name)}`; {way_out}")
    return [known[name]]


def _known(calendar: Calendar, lock: Lock) -> Known:
    """What a lock knows of a calendar; ends the command if it doesn't know its zone or a region."""
    zone = lock.zone(calendar.zone)
    missing = [region for region in calendar.regions if lock.region(region) is None]
    if zone is None or missing:
        what = f"no zone {calendar.zone}" if zone is None else f"no holidays for {missing[0]}"
        raise Stop(f"{LOCK} has {what}; run `casedsl calendars lock` with the definition's file")
    return Known(holidays_of(lock), zone.changes, zone.offsets)


@click.command(epilog="Example: casedsl calendars diff calendars.lock new.lock --of complaint.case")
@click.argument("files", nargs=-1, required=True, metavar="[OLD] NEW")
@click.option("--of", "paths", multiple=True, metavar="FILE", help="A definition or a folder: what changes there?")
def diff(files: tuple[str, ...], paths: tuple[str, ...]) -> int:
    """Say what a new lock changes.

    Dates added, removed and renamed, changes of zones, and with --of the dates that differ in its calendars.
    Without OLD the new file is compared with calendars.lock beside the first definition, or here. Exits with 1 if
    anything differs.
    """
    if len(files) > 2:
        raise Stop("name two locks at most, the old one and the new one")
    of = list(definitions(paths)) if paths else []
    old_file = files[0] if len(files) == 2 else str(Path(of[0]).with_name(LOCK)) if of else LOCK
    old, new = locked(old_file), locked(files[-1])
    rows = [*_frame_rows(old, new), *_change_rows(old, new)]
    rows += [row for file in of for row in _touched_rows(file, old, new)]
    put("".join(f"{row}\n" for row in rows) or "nothing differs\n")
    return 1 if rows else 0


def _frame_rows(old: Lock, new: Lock) -> Iterator[str]:
    for what, before, after in (
        ("years", f"{old.first_year}-{old.last_year}", f"{new.first_year}-{new.last_year}"),
        ("holidays", old.holidays_version, new.holidays_version),
        ("tzdata", old.zone_version, new.zone_version),
    ):
        if before != after:
            yield f"{what:<10}{before} -> {after}"
    for sign, names in zip("+-", unknown_before(old, new), strict=True):
        yield from (f"{sign} {name}" for name in names)


def _change_rows(old: Lock, new: Lock) -> Iterator[str]:
    where = ""
    for change in changes(old, new):
        if change.where != where:
            where = change.where
            yield where
        yield f"  {change.sign} {change.when}  {one_line(change.text)}"


def _touched_rows(file: str, old: Lock, new: Lock) -> Iterator[str]:
    definition = checked_file(file)
    require_sound(definition)
    calendars = definition.organisation.calendars if definition.organisation else {}
    own = [calendar for calendar in calendars.values() if not calendar.built_in]
    used = calendars_of(definition.case_type) if definition.case_type else own
    zones = {change.where for change in changes(old, new)}
    for calendar in used:
        if calendar.zone in zones:
            yield f"{file}: calendar {calendar.name}: {calendar.zone} changes its clocks otherwise"
    whole = {name: any(period.whole_days for period in each.periods) for name, each in calendars.items()}
    for each in touched(used, old, new):
        before, after = (shown_hours(spans, whole[each.calendar]) for spans in (each.before, each.after))
        yield f"{file}: calendar {each.calendar}, {each.date:%a} {each.date}: {before} -> {after}"
