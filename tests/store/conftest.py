"""The same suite over three stores."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from casedsl_runtime import Store
from runtime_samples import Desk
from store_world import KINDS, SQL_KINDS, Place, memory_or, sqlite_place


def _place(request: pytest.FixtureRequest, folder: Path) -> Place:
    if request.param == "sqlite":
        return sqlite_place(folder)
    return Place("postgres", request.getfixturevalue("postgres_url"))


@pytest.fixture(params=SQL_KINDS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Where a store is, or is to be."""
    return _place(request, tmp_path)


@pytest.fixture(params=KINDS)
def any_place(request: pytest.FixtureRequest, tmp_path: Path) -> Place | None:
    """The same, and None for the memory."""
    return None if request.param == "memory" else _place(request, tmp_path)


@pytest.fixture
def store(any_place: Place | None) -> Iterator[Store]:
    made = memory_or(any_place)
    yield made
    made.close()


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


@pytest.fixture
def kept(place: Place) -> Iterator[Desk]:
    """A desk on a store that outlives its process."""
    store = place.create()
    yield Desk(store)
    store.close()


@pytest.fixture
def makers(tmp_path: Path, postgres_urls: Callable[[], str]) -> dict[str, Callable[[], Store]]:
    """How to make one more of each store."""
    files = iter(range(10**6))
    return {
        "memory": lambda: memory_or(None),
        "sqlite": lambda: sqlite_place(tmp_path, f"{next(files)}.db").create(),
        "postgres": lambda: Place("postgres", postgres_urls()).create(),
    }
