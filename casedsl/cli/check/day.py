"""The day for which a check asks whether the locked calendars reach far enough (CD405).

It is given, never taken from the clock unasked: the same files always have the same findings.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from casedsl.cli.rim import Stop

if TYPE_CHECKING:  # a check that finds all in its cache reads no lock
    from casedsl.artifact.lock import Lock

NOW = "now"
LOCK = "calendars.lock"


def day_of(_: click.Context, __: click.Parameter, value: str | None) -> date | None:
    """The day that an option names; `now` is the present day in UTC."""
    if value is None or value == NOW:
        return datetime.now(UTC).date() if value else None
    try:
        day = date.fromisoformat(value)
    except ValueError:
        day = None
    if day is None or day.isoformat() != value or not 1900 <= day.year <= 2200:
        raise click.BadParameter(f"{value[:40]!r} is no day; write it as 2026-12-21, or `{NOW}`")
    return day


def lock_beside(file: str, read: Callable[[str], bytes]) -> Lock | None:
    """The lock beside a definition; None if there is none. Ends the command if it can't be read."""
    from casedsl.artifact.lock import Lock, read_lock

    name = str(Path(file).with_name(LOCK))
    try:
        text = read(name).decode("utf-8")
    except OSError:
        return None
    except UnicodeDecodeError:
        raise Stop(f"{name} is not text in UTF-8; run `casedsl calendars lock` again") from None
    lock = read_lock(text)
    if isinstance(lock, Lock):
        return lock
    raise Stop(f"{name}: {lock[0]}; run `casedsl calendars lock` again")
