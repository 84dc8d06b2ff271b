"""The layout lock of a definition: `complaint.layout.json` beside `complaint.case`, where everything stood before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from casedsl.cli.rim import STDIN, Stop, read_bytes, unreadable

if TYPE_CHECKING:
    from casedsl.transit.export.forms import Press
    from casedsl.transit.lock import Lock

_COATS = (".case", ".case.yaml", ".case.yml")


def lock_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


_OPTIONS = (
    click.option(
        "--lock",
        "keep",
        is_flag=True,
        help="Keep the layout in NAME.layout.json beside FILE; every later map moves only what it must.",
    ),
    click.option("--relayout", is_flag=True, help="Lay it out anew, whatever was kept, and keep that."),
)


def place_of(file: str) -> str:
    """Where the layout of a definition is kept."""
    if file == STDIN:
        raise Stop("a definition from standard input has no place for its layout; name its file")
    coat = next((coat for coat in reversed(_COATS) if file.endswith(coat)), "")
    return file.removesuffix(coat) + ".layout.json"


def kept_beside(file: str, relayout: bool) -> Lock | None:
    """The layout that is kept for a definition; None if there is none, or it is to be made anew."""
    if file == STDIN or relayout or not Path(place_of(file)).exists():
        return None
    from casedsl.transit.lock import BadLock, read_lock

    place = place_of(file)
    try:
        return read_lock(read_bytes(place).decode())
    except OSError as error:
        raise Stop(unreadable(place, error)) from None
    except (BadLock, UnicodeDecodeError) as error:
        raise Stop(f"{place} can't be used: {error}; --relayout makes it anew") from None


def outdated(file: str, press: Press) -> str:
    """A note on a layout that no longer agrees with its definition; empty if it does, or none was kept."""
    from casedsl.transit.lock import stale

    found = stale(press.chart.network, press.lock) if press.lock is not None and file != STDIN else ()
    more = f", and {len(found) - 1} more" if len(found) > 1 else ""
    return f"{place_of(file)} is of an older {file} ({found[0]}{more}); --lock brings it up to date" if found else ""


def kept(file: str, press: Press) -> Mapping[str, bytes]:
    """The file that keeps the layout of a map."""
    from casedsl.transit.lock import write_lock

    place, lock = place_of(file), press.kept
    if lock is None:
        raise Stop("a map of several sheets keeps no layout; leave out --lock and --relayout, or --paper")
    return {place: write_lock(lock).encode()}
