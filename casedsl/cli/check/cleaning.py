"""`casedsl cache`: where it is, and emptying it."""

from __future__ import annotations

import click

from casedsl.cli.check.cache import cache_folder, clean
from casedsl.cli.rim import Group, Stop, put, say


@click.group("cache", cls=Group, epilog="Example: casedsl cache clean")
def cache_() -> None:
    """What `casedsl check` remembers of files that haven't changed."""


@cache_.command("dir", epilog="Example: casedsl cache dir")
def dir_() -> int:
    """Print the folder that the entries are in."""
    folder = cache_folder()
    if folder is None:
        raise Stop("there is no folder for a cache on this system; name one in CASEDSL_CACHE_DIR")
    put(f"{folder}\n")
    return 0


@cache_.command("clean", epilog="Example: casedsl cache clean")
def clean_() -> int:
    """Take all entries out. The next check takes longer, and finds the same."""
    taken = clean()
    say(f"took {taken} entr{'y' if taken == 1 else 'ies'} out of the cache")
    return 0
