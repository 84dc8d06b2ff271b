"""A database file, open for one command; its troubles end the command with one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from casedsl_runtime.loading import ArtifactError
from casedsl_runtime.sqlite import SqliteStore
from casedsl_runtime.store import StoreError

from casedsl.cli.rim import Stop


@contextmanager
def stored(db: str, create: bool = False) -> Iterator[SqliteStore]:
    """The store in a file; it is made only for who opens a case."""
    if not create and not Path(db).exists():
        raise Stop(f"there is no database {db}; look at its name, or make it with `casedsl case open`")
    try:
        store = SqliteStore.create_or_open(db) if create else SqliteStore.open(db)
    except StoreError as error:
        raise Stop(_sentence(db, error)) from None
    try:
        yield store
    except StoreError as error:
        raise Stop(_sentence(db, error)) from None
    except ArtifactError as error:
        raise Stop(f"what {db} keeps for its cases is damaged ({error}); restore it from a backup") from None
    finally:
        store.close()


def _sentence(db: str, error: StoreError) -> str:
    return str(error) if db in str(error) else f"{db}: {error}"
