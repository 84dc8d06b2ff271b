"""Places for a store that is broken on purpose, and processes that are killed there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from casedsl_runtime import MemoryStore, Store
from faults_child import Forge
from faults_place import Place
from faults_world import Clock, Files, Office, compiled, open_store


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with what is installed."""
    folder = tmp_path_factory.mktemp("files")
    compiled().write(folder)
    return folder


@pytest.fixture(scope="session")
def forges(files: Path) -> Iterator[list[Forge]]:
    """Three processes that fork others; one is enough for most."""
    made = [Forge(files, f"forge {n}") for n in range(3)]
    yield made
    for forge in made:
        forge.close()


@pytest.fixture
def forge(forges: list[Forge]) -> Forge:
    return forges[0]


@pytest.fixture(params=["sqlite", "postgres"])
def bare(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """A place where nothing is yet."""
    if request.param == "sqlite":
        return Place(str(tmp_path / "cases.db"))
    url: str = request.getfixturevalue("postgres_url")
    return Place(url.replace("-csearch_path", "-csynchronous_commit%3Doff%20-csearch_path"))


@pytest.fixture
def place(bare: Place, files: Path) -> Place:
    """A place with a store in which the case type is installed."""
    office, found = bare.office(), Files.read(files)
    office.host.install(found.artifact, found.calendars)
    office.store.close()
    return bare


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[Store]:
    """A store of each kind, in which it is the time that the clock tells."""
    if request.param == "memory":
        made: Store = MemoryStore(clock)
    else:
        url = str(tmp_path / "cases.db") if request.param == "sqlite" else request.getfixturevalue("postgres_url")
        made = open_store(url, clock)
    yield made
    made.close()


@pytest.fixture
def office(store: Store) -> Office:
    made = Office(store)
    made.install()
    return made
