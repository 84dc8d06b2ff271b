"""Look again whenever a file changes: what was read, what is used, what was missing, and the configuration.

Files are polled: there are few of them, it works on every system and network drive, and nothing must be installed.
Every file has a stamp from just before it was read, so a change during the last look is seen as well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NoReturn, TypeAlias

from casedsl.cli.rim import Stamp, Stop, say, stamp_of
from casedsl.report.plain import one_line

PAUSE, SETTLES = 0.3, 0.05
"""Seconds between two looks, and how long a file must rest: editors write in several steps."""

Listing: TypeAlias = Callable[[], tuple[str, ...]]


def watch(look: Callable[[dict[str, Stamp]], object], listing: Listing, sleep: Callable[[float], None]) -> NoReturn:
    """Look, wait for a change, say what changed, and look again, until somebody interrupts.

    `look` shows what it finds, and notes down the stamp of each file that it depends on; `listing` names the files that
    there are to look at.
    """
    while True:
        seen: dict[str, Stamp] = {}
        files = _listed(listing)
        try:
            look(seen)
        except Stop as stop:
            say(f"casedsl: {one_line(str(stop))}")
        say(_told(_changed(seen, files, listing, sleep)))


def _changed(
    seen: Mapping[str, Stamp], files: tuple[str, ...] | None, listing: Listing, sleep: Callable[[float], None]
) -> list[str]:
    """Wait until something has changed and rests; the names of what changed."""
    stamps, there = dict(seen), files
    while stamps == seen and there == files:
        sleep(PAUSE)
        stamps, there = _stamps(seen), _listed(listing)
    while True:
        sleep(SETTLES)
        now = _stamps(seen), _listed(listing)
        if now == (stamps, there):
            written = {name for name in seen if stamps[name] != seen[name]}
            known = there is not None and files is not None
            moved = {*(there or ())} ^ {*(files or ())} if known or not written else set[str]()
            return sorted(written | moved)
        stamps, there = now


def _stamps(names: Mapping[str, Stamp]) -> dict[str, Stamp]:
    return {name: stamp_of(name) for name in names}


def _listed(listing: Listing) -> tuple[str, ...] | None:
    """The files that there are to look at; None while nobody can say, as with a configuration that is wrong."""
    try:
        return listing()
    except Stop:
        return None


def _told(changed: list[str]) -> str:
    few = ", ".join(one_line(name) for name in changed[:3])
    return f"changed: {few}" + (f" and {len(changed) - 3} more" if len(changed) > 3 else "")
