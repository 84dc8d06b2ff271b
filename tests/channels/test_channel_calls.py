"""Calls over real sockets: what is asked, what comes back, and which hosts may be asked."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from casedsl_runtime.channels.calls import CallHandler, CallSettings
from casedsl_runtime.channels.settings import SettingsError
from casedsl_runtime.delivery import Retry, Undeliverable
from channel_callers import ENV, SECRET, fails, handler_for, over_tls, settings_for
from channel_servers import (
    DELIVERY,
    LOUD,
    Authority,
    Names,
    authority,
    raw,
    reply,
    serving,
)

# --- what is asked, and what comes back


def test_a_call_posts_json_and_brings_the_answer_back() -> None:
    body = {"id": 7, "amount": 12.50, "big": 10**30, "ok": True, "none": None, "list": ["é"]}
    with serving(reply(201, body, ETag='"7"', Set_Cookie="a=b")) as server:
        answer = handler_for(server, answer_headers=["ETag", "X-Not-There"])(DELIVERY)
    assert answer == {
        "status": 201,
        "headers": {"etag": '"7"'},
        "body": {"id": 7, "amount": "12.5", "big": str(10**30), "ok": True, "none": None, "list": ["é"]},
    }
    (asked,) = server.asked
    assert asked.line == "POST /cases HTTP/1.1"
    assert json.loads(asked.body) == DELIVERY.message
    assert asked.headers["authorization"] == f"Bearer {SECRET}"
    assert asked.headers["x-team"] == "complaints"
    assert asked.headers["host"] == f"127.0.0.1:{server.port}"


def test_a_second_attempt_bears_the_same_key_and_another_store_another() -> None:
    with serving(reply()) as server:
        handler_for(server)(DELIVERY)
        handler_for(server)(replace(DELIVERY, attempt=2))
        handler_for(server)(replace(DELIVERY, id="CMP-2026-00001/4/0/kim"))
        handler_for(server, source="test")(DELIVERY)
    first, second, other, elsewhere = (asked.headers["idempotency-key"] for asked in server.asked)
    assert first == second
    assert len({first, other, elsewhere}) == 3


def test_a_get_says_it_in_the_query() -> None:
    message = {"b": "é &", "a": 3, "yes": True, "no": False, "none": None}
    with serving(reply()) as server:
        handler_for(server, "/find?x=1", method="GET")(replace(DELIVERY, message=message))
    (asked,) = server.asked
    assert asked.line == "GET /find?x=1&a=3&b=%C3%A9+%26&no=no&yes=yes HTTP/1.1"
    assert asked.body == b""
    assert "content-type" not in asked.headers


def test_a_header_of_the_settings_takes_the_place_of_ours() -> None:
    with serving(reply()) as server:
        handler_for(server, headers={"content-type": "application/x", "ACCEPT": "text/plain"})(DELIVERY)
    assert server.asked[0].headers["content-type"] == "application/x"
    assert server.asked[0].headers["accept"] == "text/plain"


@pytest.mark.parametrize("kind", ["text/html", "application/jsonx", ""])
def test_a_body_that_is_no_json_is_left_out(kind: str) -> None:
    with serving(reply(200, "<p>", Content_Type=kind)) as server:
        assert handler_for(server)(DELIVERY) == {"status": 200, "headers": {}, "body": None}


@pytest.mark.parametrize(
    "body",
    [
        "{", "[NaN]", "[1e999, Infinity]", '["\\ud800"]', "[" * 40 + "]" * 40, "[" * 99_000, f"[{'0,' * 10_000}0]",
        "\x00", "\xff",
    ],
)  # fmt: skip
def test_json_that_no_journal_could_hold_is_refused(body: str) -> None:
    with serving(reply(200, body.encode("latin-1"), Content_Type="application/problem+json")) as server:
        error = fails(handler_for(server))
    assert isinstance(error, Undeliverable)
    assert str(error).endswith("answers with JSON that can't be read, or is too deep or too rich")


@pytest.mark.parametrize(
    ("answer", "kind", "after"),
    [
        (reply(400, LOUD), Undeliverable, None),
        (reply(404), Undeliverable, None),
        (reply(410), Undeliverable, None),
        (reply(301, Location="/x"), Undeliverable, None),
        (reply(304), Undeliverable, None),
        (reply(408), Retry, None),
        (reply(429, Retry_After="120"), Retry, 120),
        (reply(429, Retry_After="Sat, 29 Aug 2026 10:41:40 GMT"), Retry, 100),
        (reply(429, Retry_After="Sat, 29 Aug 2020 08:01:40 GMT"), Retry, 0),
        (reply(429, Retry_After="soon"), Retry, None),
        (reply(429, Retry_After="9" * 50), Retry, 999_999_999),
        (reply(500, LOUD), Retry, None),
        (reply(503, Retry_After="-5"), Retry, None),
        (reply(302), Retry, None),
    ],
)
def test_a_status_is_for_good_or_until_later(answer: bytes, kind: type[Exception], after: int | None) -> None:
    with serving(answer) as server:
        error = fails(handler_for(server))
    assert type(error) is kind
    assert f"`127.0.0.1:{server.port}` answers {answer.split()[1].decode()}" in str(error)
    assert not isinstance(error, Retry) or error.after == after


# --- secrets


def test_no_secret_comes_back_with_an_answer() -> None:
    """A service that sends back what it was sent."""
    echo = {"headers": {"Authorization": f"Bearer {SECRET}"}, SECRET: [SECRET, {"a": f"{SECRET}{SECRET}"}]}
    with serving(reply(200, echo, X_Echo=SECRET)) as server:
        answer = handler_for(server, answer_headers=["x-echo"])(DELIVERY)
    assert SECRET not in json.dumps(answer)
    assert "Bearer secret:CRM_TOKEN" in json.dumps(answer)


def test_an_address_can_be_a_secret_and_is_never_told() -> None:
    with serving(reply(404)) as server:
        env = {"CRM_URL": f"http://127.0.0.1:{server.port}/hook/T0K3N"}
        about = replace(settings_for(server), url="secret:CRM_URL", headers={})
        error = fails(CallHandler(about, env), "127.0.0.1", "T0K3N")
    assert str(error) == "the host in `secret:CRM_URL` answers 404"
    assert server.asked[0].line == "POST /hook/T0K3N HTTP/1.1"


def test_a_handler_doesnt_show_its_secrets() -> None:
    with serving(reply()) as server:
        handler = handler_for(server)
    assert SECRET not in repr(handler) + repr(vars(handler))


# --- which hosts


def test_a_host_is_private_until_it_is_declared() -> None:
    with serving(reply()) as server:
        error = fails(handler_for(server, private_hosts=[]))
    assert isinstance(error, Undeliverable)
    assert str(error).endswith("is at an address that is not public, and not declared under `private_hosts`")
    assert server.connections == 0


@pytest.mark.parametrize(
    "host", ["[::ffff:127.0.0.1]", "[::1]", "[::ffff:7f00:1]", "localhost", "127.0.0.2", "0.0.0.0"]
)
def test_no_spelling_leads_inside(host: str) -> None:
    with serving(reply()) as server:
        about = replace(settings_for(server), url=f"http://{host}:{server.port}/", http_hosts=(host,), private_hosts=())
        assert isinstance(fails(CallHandler(about, ENV)), Undeliverable)
    assert server.connections == 0


@pytest.mark.parametrize(
    "host", ["127.1", "2130706433", "0x7f000001", "0177.0.0.1", "kim@127.0.0.1", "127.0.0.1\\@a.b"]
)
def test_no_odd_spelling_gets_into_settings(host: str) -> None:
    with pytest.raises(SettingsError, match="`url` can't be used"):
        CallSettings(url=f"http://{host}/")


@pytest.mark.parametrize(
    "numbers", [["127.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["::ffff:127.0.0.1"], ["fe80::1%lo"], [], ["x"]]
)
def test_a_name_that_leads_inside_is_refused(numbers: list[str]) -> None:
    names = Names({"crm.example.org": numbers})
    with serving(reply()) as server:
        about = CallSettings(f"https://crm.example.org:{server.port}/")
        error = fails(CallHandler(about, {}, resolver=names))
    assert isinstance(error, Undeliverable)
    assert server.connections == 0


def test_a_name_is_resolved_once_and_its_answer_is_connected_to() -> None:
    """A name server that answers differently the second time changes nothing."""
    answers = iter([["127.0.0.1"], ["10.255.255.1"]])
    with serving(reply()) as server:
        hosts = ("crm.internal",)
        about = CallSettings(f"http://crm.internal:{server.port}/", timeout=5, http_hosts=hosts, private_hosts=hosts)
        CallHandler(about, {}, resolver=lambda host, port: next(answers))(DELIVERY)
    assert server.asked[0].headers["host"] == f"crm.internal:{server.port}"
    assert next(answers) == ["10.255.255.1"]


def test_the_next_number_is_tried_where_one_is_closed() -> None:
    names = Names({"crm.internal": ["127.0.0.9", "127.0.0.1"]})
    with serving(reply()) as server:
        hosts = ("crm.internal",)
        about = CallSettings(f"http://crm.internal:{server.port}/", timeout=5, http_hosts=hosts, private_hosts=hosts)
        assert CallHandler(about, {}, resolver=names)(DELIVERY)


def test_an_unknown_name_is_tried_again() -> None:
    error = fails(CallHandler(CallSettings("https://crm.example.org/"), {}, resolver=Names({})))
    assert isinstance(error, Retry)
    assert str(error) == "`crm.example.org` can't be reached"


def test_a_closed_port_is_tried_again() -> None:
    with serving(reply()) as server:
        handler = handler_for(server)
    error = fails(handler)
    assert isinstance(error, Retry)
    assert str(error) == f"`127.0.0.1:{server.port}` can't be reached (ECONNREFUSED)"


def test_a_proxy_of_the_environment_gets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(reply()) as proxy, serving(reply()) as server:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        handler_for(server)(DELIVERY)
    assert (proxy.connections, server.connections) == (0, 1)


# --- TLS


@pytest.fixture
def safe(tmp_path: Path) -> Authority:
    return authority(tmp_path, "crm.internal")


def test_tls_checks_the_name_and_says_which_it_wants(safe: Authority) -> None:
    with serving(reply(200, [1]), tls=safe.context) as server:
        answer = over_tls(server, safe.file)(DELIVERY)
    assert isinstance(answer, dict)
    assert answer["body"] == [1]
    assert server.names == ["crm.internal"]


def test_a_large_body_goes_through_tls(safe: Authority) -> None:
    with serving(reply(200, "x" * 300_000), tls=safe.context) as server:
        over_tls(server, safe.file)(replace(DELIVERY, message={"text": "y" * 500_000}))
    assert len(server.asked[0].body) > 500_000


@pytest.mark.parametrize(("host", "trusted"), [("crm.internal", False), ("other.internal", True)])
def test_a_certificate_that_does_not_hold_is_tried_again(safe: Authority, host: str, trusted: bool) -> None:
    with serving(reply(), tls=safe.context) as server:
        error = fails(over_tls(server, safe.file if trusted else None, host))
    assert isinstance(error, Retry)
    assert str(error) == f"`{host}:{server.port}` shows a certificate that does not hold"
    assert server.asked == []


def test_a_server_without_tls_is_tried_again() -> None:
    with serving(raw(b"HTTP/1.1 200 OK\r\n\r\n"), listens=False) as server:
        error = fails(over_tls(server, None))
    assert isinstance(error, Retry)
    assert str(error) == f"no safe connection to `crm.internal:{server.port}` came about"
