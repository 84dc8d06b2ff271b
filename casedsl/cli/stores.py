"""A store, open for one command; its troubles end the command with one sentence.

It is named by `--db`: a file is SQLite, a URL that begins with `postgresql://` is a server (extra `postgres`, loaded
for such a URL only). What is shown of a URL never has its password.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import click
from casedsl_runtime.loading import ArtifactError
from casedsl_runtime.store import NoStore, Store, StoreError
from casedsl_runtime.store.sqlite import SqliteStore

from casedsl.cli.rim import Stop

_SERVERS = ("postgresql://", "postgres://")
_OTHER = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")
"""What looks like a URL, and isn't one of a server that we know."""
_MAKE = "make one with `casedsl case open` or `casedsl store import`"

db_option = click.option(
    "--db",
    default="cases.db",
    envvar="CASEDSL_DB",
    show_default=True,
    metavar="FILE|URL",
    help="The database: a file, or postgresql://user@host/name; CASEDSL_DB names it too.",
)


@contextmanager
def stored(db: str, create: bool = False) -> Iterator[Store]:
    """The store that is named; it is made only for who opens a case or brings some along."""
    try:
        store = _opened(db, create)
    except NoStore:
        raise Stop(f"there are no cases in {shown(db)}; look at its name, or {_MAKE}") from None
    except StoreError as error:
        raise Stop(_sentence(db, error)) from None
    try:
        yield store
    except StoreError as error:
        raise Stop(_sentence(db, error)) from None
    except ArtifactError as error:
        raise Stop(f"what {shown(db)} keeps for its cases is damaged ({error}); restore it from a backup") from None
    finally:
        store.close()


def is_server(db: str) -> bool:
    return db.startswith(_SERVERS)


def shown(db: str) -> str:
    """The name of a store as it may be printed: of a URL the host and the database, without who connects and how."""
    if not is_server(db):
        return db
    try:
        url = urlsplit(db)
        return f"postgresql://{url.netloc.rpartition('@')[2]}{url.path}"
    except ValueError:
        return "the database"


def _opened(db: str, create: bool) -> Store:
    if is_server(db):
        return _server(db, create)
    if not db or _OTHER.match(db):
        raise Stop(f"{db or 'an empty name'} is no database for cases; name a file, or postgresql://user@host/name")
    if not create and not Path(db).exists():
        raise Stop(f"there is no database {db}; look at its name, or {_MAKE}")
    return SqliteStore.create_or_open(db) if create else SqliteStore.open(db)


def _server(db: str, create: bool) -> Store:
    try:  # only who keeps cases in PostgreSQL has its driver
        from casedsl_runtime.store.postgres import PostgresStore
    except ImportError:
        raise Stop("cases in PostgreSQL need the package psycopg; install it with `casedsl[postgres]`") from None
    return PostgresStore.create_or_open(db) if create else PostgresStore.open(db)


def _sentence(db: str, error: StoreError) -> str:
    name = shown(db)
    return str(error) if name in str(error) else f"{name}: {error}"
