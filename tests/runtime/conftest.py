"""The same laws over every store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from casedsl_runtime import MemoryStore, Store
from casedsl_runtime.artifact import Workflow
from casedsl_runtime.store.sqlite import SqliteStore
from runtime_samples import Desk

MakeDesk = Callable[..., Desk]


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    made = made_store(request, tmp_path)
    yield made
    made.close()


def made_store(request: pytest.FixtureRequest, folder: Path) -> Store:
    if request.param == "memory":
        return MemoryStore()
    if request.param == "sqlite":
        return SqliteStore.create_or_open(folder / "cases.db")
    url: str = request.getfixturevalue("postgres_url")
    from casedsl_runtime.store.postgres import PostgresStore

    return PostgresStore.create_or_open(url)


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


@pytest.fixture
def desk_of(store: Store) -> Callable[[Workflow], Desk]:
    """A desk that runs another workflow."""
    return lambda workflow: Desk(store, workflow=workflow)
