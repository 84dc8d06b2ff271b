"""The same laws over every store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from casedsl_runtime import MemoryStore, Store
from casedsl_runtime.artifact import Workflow
from casedsl_runtime.sqlite import SqliteStore
from runtime_samples import Desk

MakeDesk = Callable[..., Desk]


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    made: Store = MemoryStore() if request.param == "memory" else SqliteStore.create_or_open(tmp_path / "cases.db")
    yield made
    made.close()


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


@pytest.fixture
def desk_of(store: Store) -> Callable[[Workflow], Desk]:
    """A desk that runs another workflow."""
    return lambda workflow: Desk(store, workflow=workflow)
