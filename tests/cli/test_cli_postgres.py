"""The commands of a database, on a PostgreSQL server: the answers are those of a file, a failure is one sentence."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import pytest
from cli_desk import FRIDAY, NUMBER, Done, example, run, two_years

SECRET = "hunter2"
JUDGED = ("--set", "impact=3", "--set", "urgency=2", "--set", "vulnerable=no")
OPEN = ("open", "complaint.casec.json", "--as", "pat", "--set", "category=delivery", "--set", "summary=It came late")
ERASE = ("--rule", "art. 17", "--as", "sam")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = example(tmp_path_factory.mktemp("office"))
    (folder / "calendars.lock").write_bytes(two_years())
    assert run("compile", "complaint.case", cwd=folder).code == 0
    return folder


def test_every_command_gives_the_answers_that_it_gives_with_a_file(
    office: Path, tmp_path: Path, postgres_url: str
) -> None:
    """Of `tick` and `proclaim` too; what differs between two runs are salts, so the hash of an anchor."""
    calendars = ("--calendars", "complaint.calendars.json", "--from", "2026-11-16", "--reason", "x", "--dry-run")
    for group, *words in (
        ["case", *OPEN],
        ["case", *OPEN, "--key", "k"],
        ["case", *OPEN, "--key", "k"],
        ["case", "do", NUMBER, "acknowledge", "--as", "kim", *JUDGED],
        ["case", "amend", NUMBER, "--as", "kim", "--set", "category=other", "--reason", "It is"],
        ["case", "do", NUMBER, "approve", "--as", "kim"],
        ["case", "list"],
        ["case", "find", "--text", "came", "--field", "impact>=3", "--order", "due"],
        ["case", "find", "--limit", "1", "--json"],
        ["case", "counts"],
        ["case", "show", NUMBER, "--as", "kim"],
        ["case", "why", NUMBER],
        ["case", "proclaim", *calendars],
        ["store", "aside", "--json"],
        ["store", "again", "--all"],
        ["store", "erase", "field", NUMBER, "summary", *ERASE, "--dry-run"],
        ["store", "erase", "field", NUMBER, "summary", *ERASE],
        ["store", "erasures", NUMBER, "--json"],
        ["store", "verify", "--erased"],
        ["case", "find", "--text", "came"],
        ["case", "tick"],
    ):
        on_server, in_file = (
            run(group, "--db", db, "--now", FRIDAY, *words, cwd=office) for db in (postgres_url, tmp_path / "x.db")
        )
        assert on_server == in_file, words
        assert on_server.out or on_server.err, "there is something to compare"


def test_an_anchor_and_an_export(office: Path, tmp_path: Path, postgres_urls: Callable[[], str]) -> None:
    one, two = postgres_urls(), postgres_urls()
    assert run("case", "--db", one, "--now", FRIDAY, *OPEN, cwd=office).code == 0
    line = run("store", "--db", one, "anchor", cwd=office).out.strip()
    assert run("verify", "--db", one, "--anchor", line, cwd=office) == Done(0, "", "1 case: all holds\n")
    exported = run("store", "--db", one, "export", cwd=office)
    assert exported.code == 0
    for db in (two, str(tmp_path / "x.db")):
        assert run("store", "--db", db, "import", "-", cwd=office, stdin=exported.out.encode()).code == 0
        assert run("store", "--db", db, "export", cwd=office).out == exported.out
        assert run("verify", "--db", db, "--anchor", line, cwd=office).code == 0


def test_timers_are_served(office: Path, postgres_url: str) -> None:
    (office / "channels.json").write_text(json.dumps({"send": {"by": "mail", "host": "h", "sender": "a@b.example"}}))
    assert run("case", "--db", postgres_url, *OPEN, cwd=office).code == 0
    done = run("serve-timers", "--db", postgres_url, "--settings", "channels.json", "--once", cwd=office)
    assert done.code == 0, done
    assert [json.loads(line)["event"] for line in done.err.splitlines()] == ["anchored"]


def test_the_settings_of_the_machine_name_a_server_too(office: Path, postgres_url: str) -> None:
    settings = {"CASEDSL_DB": postgres_url}
    assert run("case", *OPEN, cwd=office, settings=settings).code == 0
    assert NUMBER[:4] in run("case", "list", cwd=office, settings=settings).out
    assert run("verify", cwd=office, settings=settings).err == "1 case: all holds\n"
    assert not (office / "cases.db").exists()


def said(done: Done, code: int = 2) -> str:
    assert done.code == code, done
    assert SECRET not in done.err
    return done.sentence.removeprefix("casedsl: ")


def test_a_server_without_cases_says_how_there_come_some(office: Path, postgres_url: str) -> None:
    for words in (["case", "--db", postgres_url, "list"], ["verify", "--db", postgres_url]):
        assert said(run(*words, cwd=office)).endswith(
            "; look at its name, or make one with `casedsl case open` or `casedsl store import`"
        )
    assert said(run("store", "--db", postgres_url, "backup", "x.db", cwd=office)) == (
        "a server is backed up with its own tools, such as pg_dump; or use `casedsl store export`"
    )


URLS = {
    "nobody listens": (
        "127.0.0.1:1/cases",
        "127.0.0.1:1/cases: there is no connection to the database (Connection ref",
    ),
    "no such option": ("127.0.0.1/cases?nonsense=1", "127.0.0.1/cases: its name is no URL of PostgreSQL; write it as"),
    "half a host": ("[::1/cases", "the database: its name is no URL of PostgreSQL; write it as postgresql://user@host"),
    "a port that is none": ("127.0.0.1:x/cases", "127.0.0.1:x/cases: "),
}


@pytest.mark.parametrize("name", URLS)
def test_a_url_that_leads_nowhere(office: Path, name: str) -> None:
    pytest.importorskip("psycopg", reason="no psycopg here (extra `postgres`)")
    place, expected = URLS[name]
    for group, words in (("case", ["list"]), ("case", [*OPEN]), ("store", ["verify"])):
        sentence = said(run(group, "--db", f"postgresql://kim:{SECRET}@{place}", *words, cwd=office))
        assert sentence.removeprefix("postgresql://").startswith(expected)
        assert len(sentence) < 400


def test_a_database_that_is_not_there(office: Path, postgres_server: str) -> None:
    url = f"{postgres_server}{'&' if '?' in postgres_server else '?'}dbname=nowhere"
    sentence = said(run("case", "--db", url, "list", cwd=office))
    assert '(database "nowhere" does not exist); check its URL and its server' in sentence


def test_without_its_driver_a_server_is_told_how_to_get_it(office: Path) -> None:
    gone = {name: None for name in sys.modules if name.partition(".")[0] == "psycopg"}
    with patch.dict(sys.modules, {**gone, "psycopg": None}):
        sys.modules.pop("casedsl_runtime.store.postgres", None)
        done = run("case", "--db", f"postgresql://kim:{SECRET}@h/cases", "list", cwd=office)
    assert said(done) == "cases in PostgreSQL need the package psycopg; install it with `casedsl[postgres]`"


def test_a_file_needs_no_driver(office: Path, tmp_path: Path) -> None:
    with patch.dict(sys.modules):
        sys.modules.pop("psycopg", None)
        run("case", "--db", tmp_path / "x.db", *OPEN, cwd=office)
        assert run("case", "--db", tmp_path / "x.db", "list", cwd=office).code == 0
        assert "psycopg" not in sys.modules
