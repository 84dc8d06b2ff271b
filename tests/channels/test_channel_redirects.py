"""Redirects of calls: each is judged like an address, and nothing of ours goes to another origin."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from casedsl_runtime.channels.calls import CallHandler
from casedsl_runtime.delivery import Undeliverable
from channel_callers import ENV, LOCAL, SECRET, fails, handler_for, over_tls, settings_for
from channel_servers import (
    DELIVERY,
    Authority,
    Names,
    authority,
    reply,
    serving,
)


@pytest.fixture
def safe(tmp_path: Path) -> Authority:
    return authority(tmp_path, "crm.internal")


def test_a_redirect_of_a_get_is_followed_with_its_headers_at_the_same_origin() -> None:
    with serving(reply(302, Location="../there?x"), reply(200, 5)) as server:
        answer = handler_for(server, "/a/b", method="GET")(replace(DELIVERY, message={}))
    assert isinstance(answer, dict)
    assert answer["body"] == 5
    assert [asked.line for asked in server.asked] == ["GET /a/b HTTP/1.1", "GET /there?x HTTP/1.1"]
    assert {asked.headers["authorization"] for asked in server.asked} == {f"Bearer {SECRET}"}


def test_a_307_takes_the_body_along_at_the_same_origin() -> None:
    with serving(reply(307, Location="/new"), reply()) as server:
        handler_for(server)(DELIVERY)
    first, second = server.asked
    assert (first.body, second.line) == (second.body, "POST /new HTTP/1.1")
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]


def test_no_body_goes_to_another_origin() -> None:
    with serving(reply()) as other, serving(reply(307, Location=f"http://127.0.0.1:{other.port}/")) as server:
        error = fails(handler_for(server), str(other.port))
    assert isinstance(error, Undeliverable)
    assert str(error).endswith("would get what the case says; name its address in the settings")
    assert other.connections == 0


def test_no_header_of_ours_goes_to_another_origin_not_even_on_the_way_back() -> None:
    with serving(b"") as free:
        back = f"http://127.0.0.1:{free.port}/back"
    with serving(reply(302, Location=back)) as other:
        away = reply(303, Location=f"http://127.0.0.1:{other.port}/x")
        with serving(away, reply(200, 1), port=free.port) as server:
            handler_for(server)(DELIVERY)
    (first, last), (between,) = server.asked, other.asked
    assert first.headers["authorization"] == f"Bearer {SECRET}"
    assert (between.line, last.line) == ("GET /x HTTP/1.1", "GET /back HTTP/1.1")
    for asked in (between, last):
        assert set(asked.headers) == {"accept", "accept-encoding", "connection", "host", "user-agent"}
        assert asked.body == b""


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.2:{port}/", "http://localhost:{port}/", "http://127.1:{port}/", "http://2130706433:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/", "http://user@127.0.0.1:{port}/", "http://169.254.169.254/latest",
        "file:///etc/passwd", "//evil.example:{port}/", "ftp://127.0.0.1/", "http://127.0.0.1:{port}/a b",
    ],
)  # fmt: skip
def test_a_redirect_is_judged_like_an_address(location: str) -> None:
    names = Names({"evil.example": LOCAL, "localhost": LOCAL})
    with serving(reply()) as other, serving(reply(303, Location=location.format(port=other.port))) as server:
        hosts = ("127.0.0.1", "127.0.0.2", "localhost", "evil.example", "[::ffff:127.0.0.1]", "169.254.169.254")
        about = replace(settings_for(server), http_hosts=hosts)
        error = fails(CallHandler(about, ENV, resolver=names), "evil.example")
    assert isinstance(error, Undeliverable)
    assert other.connections == 0


def test_a_redirect_from_https_to_http_is_refused(safe: Authority) -> None:
    with (
        serving(reply()) as other,
        serving(reply(303, Location=f"http://crm.internal:{other.port}/"), tls=safe.context) as server,
    ):
        error = fails(over_tls(server, safe.file))
    assert isinstance(error, Undeliverable)
    assert str(error).endswith("may not be asked: it is reached by http, and not declared under `http_hosts`")
    assert other.connections == 0


def test_a_circle_of_redirects_ends() -> None:
    with serving(reply(307, Location="/again")) as server:
        error = fails(handler_for(server, redirects=2))
    assert isinstance(error, Undeliverable)
    assert str(error) == f"`127.0.0.1:{server.port}` redirects more often than `redirects` allows"
    assert server.connections == 3


@pytest.mark.parametrize("status", [301, 302])
def test_a_redirect_that_may_drop_the_body_is_not_followed(status: int) -> None:
    with serving(reply(status, Location="/new")) as server:
        assert str(fails(handler_for(server))).startswith(f"`127.0.0.1:{server.port}` answers {status}")
    assert server.connections == 1
