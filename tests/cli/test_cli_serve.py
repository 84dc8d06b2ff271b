"""`casedsl serve-timers`: the loop as a process. All that is due lies years back, so no test looks at the day it is."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from casedsl_runtime import Directory, Host, MemoryStore
from casedsl_runtime.service import Service
from casedsl_runtime.store import Store, StoreError
from casedsl_runtime.upkeep import Upkeep
from cli_desk import Done, environment, example, run
from letters import ACME

from casedsl.cli.health import address_of, answering
from casedsl.cli.rim import Stop

FRIDAY = "2020-11-06T15:00"
NUMBER = "CMP-2020-00001"
PEOPLE = """\
ana: {name: Ana Costa,  roles: [legal],      mail: ana@example.org}
kim: {name: Kim Okafor, roles: [handler],    mail: kim@example.org}
pat: {name: Pat Doe,    roles: [requester],  mail: pat@example.org}
sam: {name: Sam Reid,   roles: [supervisor]}
"""


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = example(tmp_path_factory.mktemp("office"))
    organisation = folder / "organisation.case"
    organisation.write_text(organisation.read_text("utf-8").replace("2026-12-24", "2020-12-24"), "utf-8")
    assert run("calendars", "lock", "complaint.case", "--years", "2020-2021", cwd=folder).code == 0
    assert run("compile", "complaint.case", cwd=folder).code == 0
    (folder / "people.yaml").write_text(PEOPLE, "utf-8")
    return folder


@pytest.fixture
def office(compiled: Path) -> Iterator[Path]:
    """A complaint that was answered with a mail, and then left alone for years."""
    for words in (
        ["open", "complaint.casec.json", "--as", "pat", "--set", "category=billing", "--set", "summary=Hello"],
        [
            "do",
            NUMBER,
            "acknowledge",
            "--as",
            "kim",
            "--set",
            "impact=3",
            "--set",
            "urgency=2",
            "--set",
            "vulnerable=no",
        ],
    ):
        assert run("case", "--now", FRIDAY, *words, cwd=compiled).code == 0
    yield compiled
    for file in compiled.glob("cases.db*"):
        file.unlink()


class Post:
    """A mail server's mailbox; it may keep a mail under way until it is told to go on."""

    def __init__(self) -> None:
        self.came: list[tuple[str, str]] = []
        self.begun, self.go_on = Event(), Event()
        self.go_on.set()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.begun.set()
        await asyncio.get_running_loop().run_in_executor(None, self.go_on.wait)
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        self.came.append((envelope.rcpt_tos[0], content.decode()))
        return "250 taken"


@contextmanager
def mail_server(folder: Path) -> Iterator[Post]:
    """A mail server, and the settings that name it."""
    post = Post()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(post, hostname="127.0.0.1", port=port, ready_timeout=20)
    controller.start()
    try:
        send = {"by": "mail", "host": "127.0.0.1", "port": port, "security": "none", "sender": "cases@example.org"}
        (folder / "channels.json").write_text(json.dumps({"send": send}))
        yield post
    finally:
        post.go_on.set()
        controller.stop()


def once(folder: Path, *words: str) -> Done:
    return run("serve-timers", "--once", *words, cwd=folder)


def lines(log: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.splitlines()]


def test_what_is_due_takes_place_and_is_told_to_the_address_of_each_person(office: Path) -> None:
    with mail_server(office) as post:
        done = once(office, "--settings", "channels.json")
        assert (done.code, done.out) == (0, "")
        again = once(office, "--settings", "channels.json")
    assert [to for to, _ in post.came] == ["pat@example.org", "pat@example.org"]
    assert "Subject: Your complaint CMP-2020-00001" in post.came[0][1]
    assert "To: Pat Doe <pat@example.org>" in post.came[0][1]
    assert "Subject: We are late: CMP-2020-00001" in post.came[1][1]
    log = lines(done.err)
    events = [line["event"] for line in log]
    assert events == [*["prompted", "alerted", "escalated", "prompted", "alerted", "missed"], *events[6:]]
    assert sorted(events[6:]) == ["anchored", "delivered", "delivered", "put aside"]
    assert log[0].keys() == {"at", "event", "case", "clock", "rung", "due"}
    assert log[0] | {"at": ""} == {
        "at": "", "event": "prompted", "case": NUMBER, "clock": "stage/at_work", "rung": "0",
        "due": "2020-11-09T17:30:00Z",
    }  # fmt: skip
    (aside,) = [line for line in log if line["event"] == "put aside"]
    assert aside["reason"] == "`sam` has no mail address; add one"
    assert again == Done(0, "", "")
    assert run("verify", cwd=office).code == 0


def test_an_address_that_is_added_lets_what_was_put_aside_arrive(office: Path) -> None:
    with mail_server(office) as post:
        once(office, "--settings", "channels.json")
        assert run("store", "again", "--all", cwd=office).err == "1 message will be tried anew\n"
        people = PEOPLE.replace("[supervisor]}", "[supervisor], mail: sam@example.org}")
        (office / "more.yaml").write_text(people, "utf-8")
        assert once(office, "--settings", "channels.json", "--people", "more.yaml").code == 0
    assert post.came[-1][0] == "sam@example.org"


def test_a_mail_server_that_is_away_is_tried_again(office: Path) -> None:
    with mail_server(office):
        pass
    log = lines(once(office, "--settings", "channels.json").err)
    tried = [line for line in log if line["event"] == "to be tried again"]
    assert [line["case"] for line in tried] == [NUMBER, NUMBER]
    assert all("ECONNREFUSED" in line["reason"] and line["after"] > 0 for line in tried)
    assert run("store", "aside", "--json", cwd=office).out.count('"id"') == 1


# --- what the log never carries

VAULT = """\
case type vault "Vault"
    edition 1
    version 1
    use "acme"
    number "V-{sequence}"
fields
    words    text "Words"
    story    long text "Story"
    chosen   choice "Chosen"
        option canaryoption "Canary Option"
    grade    scale 1..99999 "Grade"
    count    integer 0..999999999 "Count"
    costs    money GBP "Costs"
    day      date "Day"
    moment   date and time "Moment"
first state new "New"
    team desk
    purpose "It begins."
    on speak -> spoken
        by clerk
        purpose "It is said."
        needs a note
        send all_of_it to customer, clerk
state spoken "Spoken"
    team desk
    prompt clerk after 1 working hour with all_of_it
    move to late after 1 working day
    on close -> done
        by clerk
        purpose "It is over."
state late "Late"
    team desk
    move to done after 400 working days
    on close -> done
        by clerk
        purpose "It is over."
final state done "Done"
template all_of_it
    subject "{words} {chosen}"
    body "{story} {grade} {count} {costs} {day} {moment}"
"""
CANARIES = {
    "words": "CanaryWords", "story": "CanaryStory", "chosen": "canaryoption", "grade": "73519", "count": "82736451",
    "costs": "91827.36 GBP", "day": "2031-07-13", "moment": "2020-08-17T11:13",
}  # fmt: skip
SHOWN = (*CANARIES.values(), "Canary Option", "91,827.36", "9182736", "13 July 2031", "17 August 2020", "CanaryNote")


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    """A case with a telling value in each field, messages that say them all, and a step that can't be taken."""
    (tmp_path / "acme.case").write_text(ACME.read_text("utf-8"), "utf-8")
    (tmp_path / "vault.case").write_text(VAULT, "utf-8")
    (tmp_path / "people.yaml").write_text(
        "cle: {name: Cle, roles: [clerk], mail: cle@example.org}\n"
        "cus: {name: Cus, roles: [customer], mail: cus@example.org}\n",
        "utf-8",
    )
    assert run("calendars", "lock", "vault.case", "--years", "2020-2020", cwd=tmp_path).code == 0
    compiled = run("compile", "vault.case", cwd=tmp_path)
    assert compiled.code == 0, compiled
    given = [word for name, value in CANARIES.items() for word in ("--set", f"{name}={value}")]
    for words in (
        ["open", "vault.casec.json", "--as", "cle", "--for", "cus", *given],
        ["do", "V-1", "speak", "--as", "cle", "--note", "CanaryNote"],
    ):
        done = run("case", "--now", FRIDAY, *words, cwd=tmp_path)
        assert done.code == 0, done
    return tmp_path


def test_the_log_and_the_health_carry_no_value_of_a_case(vault: Path) -> None:
    with mail_server(vault) as post:
        sent = once(vault, "--settings", "channels.json")
    assert sent.code == 1, "a step of time could not be taken"
    assert all(canary in "".join(text for _, text in post.came) for canary in ("CanaryStory", "82736451"))
    with mail_server(vault):
        pass
    away = once(vault, "--settings", "channels.json")
    events = {line["event"] for line in lines(sent.err + away.err)}
    assert {"prompted", "delivered", "stuck", "anchored", "left over"} <= events
    for canary in SHOWN:
        assert canary.lower() not in (sent.err + away.err + sent.out).lower()


def test_a_handler_that_fails_tells_no_value_either() -> None:
    log: list[str] = []

    class Loud(Host):
        def claim(self, seconds: int, most: int) -> Any:
            from casedsl_runtime.delivery import Delivery

            return [] if log else [Delivery("V-1/1/0/x", "V-1", "send", "x", {"body": "CanaryStory"})]

    def handler(delivery: Any) -> None:
        raise KeyError(delivery.message["body"])

    store = MemoryStore()
    service = Service(
        Loud(store, Directory({})), Upkeep(store, Directory({})), {"send": handler},
        log=lambda line: log.append(json.dumps(line)),
    )  # fmt: skip
    service.round()
    assert "the handler failed with KeyError" in log[0]
    assert "Canary" not in "".join(log) + json.dumps(service.health.shown())


# --- health


def health(at: tuple[str, int], path: str = "/health") -> tuple[int, dict[str, Any]]:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://{at[0]}:{at[1]}{path}", timeout=20) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


class Shaky:
    """A store that can be out of reach."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.away = False

    def _there(self) -> Store:
        if self.away:
            raise StoreError("there is no connection to the database")
        return self._store

    def transaction(self) -> Any:
        return self._there().transaction()

    def reading(self) -> Any:
        return self._there().reading()

    def close(self) -> None:
        self._store.close()


def test_health_is_503_before_the_first_round_and_after_one_that_failed() -> None:
    store = Shaky(MemoryStore())
    host, stop = Host(store, Directory({})), Event()
    service = Service(host, Upkeep(store, Directory({})), {})
    with answering(("127.0.0.1", 0), service.health.shown) as at:
        assert health(at)[0] == 503
        service.round()
        code, said = health(at)
        assert (code, said["ok"], said["rounds"]) == (200, True, 1)
        assert said["backlog"] == {"due": 0, "due_since": None, "waiting": 0, "waiting_since": None, "aside": 0}
        assert health(at, "/health?x=1")[0] == 200
        assert health(at, "/")[0] == 404
        store.away = True
        service._log = lambda line: stop.set() if line["event"] == "store failed" else None  # one round and no more
        service.run(stop)
        code, said = health(at)
        assert (code, said["ok"], said["problem"]) == (503, False, "there is no connection to the database")
        store.away = False
        service.round()
        assert health(at)[0] == 200


def test_only_reading_is_answered() -> None:
    with answering(("127.0.0.1", 0), lambda: {"ok": True}) as at:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with pytest.raises(urllib.error.HTTPError) as caught:
            opener.open(urllib.request.Request(f"http://{at[0]}:{at[1]}/health", b"x"), timeout=20)
        assert caught.value.code == 501
        caught.value.close()
        request = urllib.request.Request(f"http://{at[0]}:{at[1]}/health", method="HEAD")
        with opener.open(request, timeout=20) as answer:
            assert (answer.status, answer.read()) == (200, b"")
            assert "Python" not in str(answer.headers["Server"])


def test_where_health_is_answered() -> None:
    assert address_of("127.0.0.1:8080") == ("127.0.0.1", 8080)
    assert address_of("[::1]:0") == ("::1", 0)
    for wrong in ("", "8080", ":8080", "127.0.0.1", "127.0.0.1:99999", "a b:1", "::1:80", "127.0.0.1:x", "h:１"):
        with pytest.raises(Stop, match="--health takes a host and a port such as"):
            address_of(wrong)


# --- beginning and ending


@contextmanager
def serving(folder: Path, *words: str) -> Iterator[tuple[subprocess.Popen[str], Callable[[str], dict[str, Any]]]]:
    """The process, and a function that waits for an event in its log."""
    command = [sys.executable, "-m", "casedsl", "serve-timers", *words]
    with subprocess.Popen(command, cwd=folder, env=environment(), stderr=subprocess.PIPE, text=True) as process:

        def wait_for(event: str) -> dict[str, Any]:
            assert process.stderr is not None
            for line in process.stderr:
                said: dict[str, Any] = json.loads(line)
                if said["event"] == event:
                    return said
            raise AssertionError(f"it ended before it said {event!r}")

        try:
            yield process, wait_for
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_after_what_is_under_way(office: Path, number: signal.Signals) -> None:
    with mail_server(office) as post:
        post.go_on.clear()
        words = ("--settings", "channels.json", "--health", "127.0.0.1:0", "--rest", "3600")
        with serving(office, *words) as (process, wait_for):
            answering = wait_for("answering")
            assert post.begun.wait(50)
            assert health((answering["host"], answering["port"]))[0] == 503, "the first round is not over"
            process.send_signal(number)
            post.go_on.set()
            assert wait_for("delivered")["case"] == NUMBER
            assert wait_for("stopped")["rounds"] == 1
            assert process.wait(50) == 0
        assert len(post.came) == 1, "what was not begun is left to the next host"


def test_it_goes_on_until_it_is_told_to_stop(office: Path) -> None:
    with (
        mail_server(office) as post,
        serving(office, "--settings", "channels.json", "--rest", "0.05") as (process, wait_for),
    ):
        assert wait_for("started")["handlers"] == ["send"]
        wait_for("anchored")
        opened = ("open", "complaint.casec.json", "--as", "pat", "--set", "category=other", "--set", "summary=More")
        assert run("case", "--now", FRIDAY, *opened, cwd=office).code == 0
        assert wait_for("missed")["case"] == "CMP-2020-00002"
        process.send_signal(signal.SIGTERM)
        assert wait_for("stopped")
        assert process.wait(50) == 0
    assert post.came


SETTINGS = {
    "none": (None, "there is no file channels.json; look at the name and the folder"),
    "nothing": (b"{}", "missing handler for `send`, which cases here need; add it to channels.json"),
    "broken": (b"{", "channels.json: the settings can't be read as JSON at line 1, column 2; mend them there"),
    "binary": (bytes(range(256)), "channels.json: the settings are not text in UTF-8"),
    "a slip": (
        b'{"send": {"by": "mial"}}',
        "channels.json: settings of `send`: there is no channel `mial`; did you mean",
    ),
    "a secret": (
        b'{"send": {"by": "mail", "host": "h", "sender": "a@b.example", "user": "u", "password": "hunter2"}}',
        "channels.json: settings of `send`: `password` is no place for a secret",
    ),
    "no such secret": (
        b'{"send": {"by": "mail", "host": "h", "sender": "a@b.example", "user": "u", "password": "secret:NO_SUCH"}}',
        "the environment has no `NO_SUCH`",
    ),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_settings_that_are_none_stop_the_start(office: Path, name: str) -> None:
    data, said = SETTINGS[name]
    file = office / "channels.json"
    file.unlink(missing_ok=True)
    if data is not None:
        file.write_bytes(data)
    done = once(office, "--settings", "channels.json")
    assert done.code == 2
    assert done.sentence.startswith("casedsl: ")
    assert said in done.sentence
    assert "hunter2" not in done.err


def test_a_missing_handler_is_refused_at_the_start_by_name(office: Path) -> None:
    done = once(office)
    way_out = "name a file of settings that has it with --settings"
    assert (done.code, done.sentence) == (
        2,
        f"casedsl: missing handler for `send`, which cases here need; {way_out}",
    )


def test_addresses_that_are_none(office: Path) -> None:
    with mail_server(office):
        for mail, said in (
            ("kim", "the `mail` of `kim` is one address such as `kim@example.org`"),
            ("'kim@example.org, all@example.org'", "the `mail` of `kim` is one address"),
            ('"kim@example.org\\r\\nRCPT TO:<all@example.org>"', "the `mail` of `kim` is one address"),
            ("[kim@example.org]", "the `mail` of `kim` is one address"),
            ("kïm@example.org", "`kim` has a mail address that can't be written to; add another one"),
        ):
            (office / "odd.yaml").write_text(PEOPLE.replace("kim@example.org", mail), "utf-8")
            done = once(office, "--people", "odd.yaml", "--settings", "channels.json")
            assert done.code == 2
            assert said in done.sentence


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--health", "x"], "--health takes a host and a port such as 127.0.0.1:8080, not 'x'"),
        (["--db", "none.db"], "there is no database none.db"),
        (["--people", "none.yaml"], "there is no file none.yaml"),
    ],
)
def test_a_start_that_is_none(office: Path, words: list[str], said: str) -> None:
    assert said in once(office, *words).sentence


def test_a_port_that_somebody_has(office: Path) -> None:
    with mail_server(office), answering(("127.0.0.1", 0), dict) as (host, port):
        done = once(office, "--settings", "channels.json", "--health", f"{host}:{port}")
        assert (done.code, done.sentence) == (
            2, f"casedsl: nobody can listen at {host}:{port} (Address already in use); choose another port"
        )  # fmt: skip


def test_a_store_without_cases_needs_nobody(tmp_path: Path) -> None:
    """A host may be there before the first case type is."""
    from casedsl_runtime.store.sqlite import SqliteStore

    SqliteStore.create_or_open(tmp_path / "cases.db").close()
    assert once(tmp_path) == Done(0, "", "")
