"""Calls to servers that drip, never end, break off or lie: how long it may take, and how much it may be."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from casedsl_runtime.channels.calls import CallHandler, CallSettings
from casedsl_runtime.delivery import Retry, Undeliverable
from channel_callers import LOCAL, fails, handler_for, over_tls
from channel_servers import (
    DELIVERY,
    PATIENCE,
    Authority,
    authority,
    dripping,
    failure,
    in_time,
    raw,
    reply,
    serving,
    silent,
)
from hypothesis import given, settings
from hypothesis import strategies as st

HEAD = b"HTTP/1.1 200 OK\r\n"


@pytest.fixture
def safe(tmp_path: Path) -> Authority:
    return authority(tmp_path, "crm.internal")


@pytest.mark.parametrize(
    "talk",
    [
        silent,
        dripping(b""),
        dripping(HEAD + b"X: "),
        dripping(HEAD + b"\r\n"),
        dripping(HEAD + b"Content-Length: 100000\r\n\r\n"),
        dripping(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
    ids=["silent", "status", "header", "body", "length", "chunks", "continue"],
)
def test_the_time_holds_for_everything_together(talk: Callable[[socket.socket, Event], None]) -> None:
    with serving(talk) as server, in_time():
        error = fails(handler_for(server, timeout=1))
    assert isinstance(error, Retry)
    assert str(error).endswith("took longer than the 1 seconds that `timeout` allows")


def test_the_time_holds_for_a_handshake_that_drips() -> None:
    hello = bytes.fromhex("160303ffff")  # a record of 65535 bytes, of which one comes at a time
    with serving(dripping(hello[:4], b"\x00"), listens=False) as server, in_time():
        about = CallSettings(f"https://127.0.0.1:{server.port}/", timeout=1, private_hosts=LOCAL)
        error = fails(CallHandler(about, {}))
    assert isinstance(error, Retry)


def test_the_time_holds_for_finding_the_host() -> None:
    stop = Event()

    def slow(host: str, port: int) -> list[str]:
        stop.wait(PATIENCE)
        return ["127.0.0.1"]

    with in_time():
        error = fails(CallHandler(CallSettings("https://crm.example.org/", timeout=1), {}, resolver=slow))
    stop.set()
    assert isinstance(error, Retry)
    assert "took longer" in str(error)


def test_the_time_holds_for_all_redirects_together() -> None:
    def late(connection: socket.socket, stop: Event) -> None:
        stop.wait(0.4)
        connection.sendall(reply(307, Location="/again"))

    with serving(late) as server, in_time():
        error = fails(handler_for(server, timeout=1, redirects=10))
    assert isinstance(error, Retry)


def test_the_time_holds_for_a_server_that_listens_slowly(safe: Authority) -> None:
    def talk(connection: socket.socket, stop: Event) -> None:
        while not stop.wait(0.1) and connection.recv(16_384):
            pass

    big = replace(DELIVERY, message={"text": "x" * 20_000_000})
    with serving(talk, tls=safe.context, listens=False) as server, in_time():
        slow = over_tls(server, safe.file, timeout=1)
        assert isinstance(failure(lambda: slow(big)), Retry)


def test_the_time_holds_for_a_server_that_does_not_listen() -> None:
    big = replace(DELIVERY, message={"text": "x" * 20_000_000})
    with serving(silent, listens=False) as server, in_time():
        error = failure(lambda: handler_for(server, timeout=1)(big))
    assert isinstance(error, Retry)


@pytest.mark.parametrize(
    "talk",
    [
        raw(HEAD + b"\r\n" + b"x" * 1001),
        raw(HEAD + b"Content-Length: 1001\r\n\r\n"),
        raw(HEAD + b"Content-Length: 99999999999999999999\r\n\r\n"),
        dripping(HEAD + b"\r\n", b"x" * 65536, 0),
        dripping(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n", 0),
        dripping(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1;" + b"y" * 2000 + b"\r\nx\r\n", 0),
        dripping(HEAD, b"X: " + b"y" * 60_000 + b"\r\n", 0),
        dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0),
    ],
    ids=["no length", "length", "huge", "endless", "chunks", "extensions", "headers", "continue"],
)
def test_the_size_holds_whatever_the_length_says(talk: Callable[[socket.socket, Event], None]) -> None:
    with serving(talk) as server:
        error = fails(handler_for(server, most_bytes=1000))
    assert isinstance(error, Undeliverable)
    assert str(error).endswith("answers with more than `most_bytes` allows")


def test_an_answer_of_just_that_size_is_read() -> None:
    body = json.dumps("x" * 998)
    for talk in (
        reply(200, body, Content_Type="application/json"),
        HEAD + b"Content-Type: application/json\r\n\r\n" + body.encode(),
    ):
        with serving(talk) as server:
            answer = handler_for(server, most_bytes=1000)(DELIVERY)
        assert isinstance(answer, dict)
        assert answer["body"] == "x" * 998


@pytest.mark.parametrize(
    "said",
    [
        HEAD + b'Content-Type: application/json\r\nContent-Length: 10\r\n\r\n"x"',
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nx",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"",
        b"SSH-2.0-OpenSSH\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 99999 x\r\n\r\n",
        HEAD + b"X: y\r\n" * 101 + b"\r\n",
        HEAD + b"X: " + b"y" * 65_537 + b"\r\n\r\n",
    ],
)
def test_what_breaks_off_or_is_no_http_is_tried_again(said: bytes) -> None:
    with serving(raw(said)) as server:
        error = fails(handler_for(server, most_bytes=100_000))
    assert isinstance(error, Retry)


@settings(derandomize=True, deadline=None, max_examples=40)
@given(st.binary(max_size=60), st.sampled_from([b"", HEAD, HEAD + b"Content-Type: application/json\r\n\r\n"]))
def test_whatever_a_server_says_ends_in_an_answer_or_a_reason(said: bytes, head: bytes) -> None:
    with serving(raw(head + said)) as server:
        try:
            found: object = handler_for(server)(DELIVERY)
        except (Undeliverable, Retry) as error:
            found = str(error)
    assert json.dumps(found, ensure_ascii=False).encode()
    assert not isinstance(found, str) or found.isprintable()
