"""Servers for the tests of channels: each connection gets the next of some replies, well-behaved or not."""

from __future__ import annotations

import json
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

import trustme
from casedsl_runtime.delivery import Delivery, Retry, Undeliverable

Talk = Callable[[socket.socket, Event], None]
NOW = 1_788_000_000
LOUD = "a value of the case that nobody else may read"
DELIVERY = Delivery("CMP-2026-00001/3/0/kim", "CMP-2026-00001", "call crm", "", {"summary": LOUD, "impact": 3})


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as a server got it; the names of its headers in lower case."""

    line: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True)
class Server:
    port: int
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0
    names: list[str | None] = field(default_factory=list)
    """The host names that TLS was asked for."""


def reply(status: int = 200, body: bytes | str | object = b"", **headers: str) -> bytes:
    """A whole answer. A text or bytes are the body as it is, anything else becomes JSON."""
    if not isinstance(body, (bytes, str)):
        body, headers = json.dumps(body), {"Content_Type": "application/json", **headers}
    data = body if isinstance(body, bytes) else body.encode()
    lines = [f"{name.replace('_', '-')}: {text}" for name, text in headers.items()]
    head = "\r\n".join((f"HTTP/1.1 {status} So", f"Content-Length: {len(data)}", *lines, "", ""))
    return head.encode("latin-1") + data


def raw(data: bytes) -> Talk:
    """Say just this, and hang up."""
    return lambda connection, _: connection.sendall(data)


PATIENCE = 120.0
"""How many seconds a server waits that says nothing."""


def dripping(head: bytes, drop: bytes = b"x", pause: float = 0.02) -> Talk:
    """Say this, and then never stop."""

    def talk(connection: socket.socket, stop: Event) -> None:
        connection.sendall(head)
        while not stop.wait(pause):
            connection.sendall(drop)

    return talk


def silent(connection: socket.socket, stop: Event) -> None:
    stop.wait(PATIENCE)


@contextmanager
def serving(
    *replies: bytes | Talk, tls: ssl.SSLContext | None = None, listens: bool = True, port: int = 0
) -> Iterator[Server]:
    """A server on 127.0.0.1. The last reply is given again and again; without `listens` a talk begins unasked."""
    with socket.create_server(("127.0.0.1", port)) as door:
        door.settimeout(0.01)
        server, stop = Server(door.getsockname()[1]), Event()
        if tls is not None:
            tls.sni_callback = lambda _, name, __: server.names.append(name)
        thread = Thread(target=_serve, args=(door, server, replies, tls, stop, listens))
        thread.start()
        try:
            yield server
        finally:
            stop.set()
            thread.join()


def _serve(
    door: socket.socket,
    server: Server,
    replies: Sequence[bytes | Talk],
    tls: ssl.SSLContext | None,
    stop: Event,
    listens: bool,
) -> None:
    while not stop.is_set():
        try:
            connection, _ = door.accept()
        except TimeoutError:
            continue
        said = replies[min(server.connections, len(replies) - 1)]
        server.connections += 1
        connection.settimeout(5)
        try:
            safe = tls.wrap_socket(connection, server_side=True) if tls else connection
        except OSError:
            connection.close()
            continue
        with safe:
            _talk(safe, server, said, stop, listens)


def _talk(connection: socket.socket, server: Server, said: bytes | Talk, stop: Event, listens: bool) -> None:
    try:
        if listens:
            server.asked.append(_read(connection))
        (raw(said) if isinstance(said, bytes) else said)(connection, stop)
    except OSError:
        return  # the other side has heard enough


def _read(connection: socket.socket) -> Asked:
    with connection.makefile("rb") as file:
        line, headers = file.readline().decode("latin-1").strip(), {}
        while text := file.readline().decode("latin-1").strip():
            name, _, value = text.partition(":")
            assert name.lower() not in headers, f"the header {name} came twice"
            headers[name.lower()] = value.strip()
        return Asked(line, headers, file.read(int(headers.get("content-length", "0"))))


@dataclass(frozen=True, slots=True)
class Authority:
    """A certificate authority of our own: a server's context, and the file by which it is trusted."""

    context: ssl.SSLContext
    file: str


def authority(folder: Path, *hosts: str) -> Authority:
    made = trustme.CA()
    made.cert_pem.write_to_path(str(folder / "authority.pem"))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    made.issue_cert(*hosts).configure_cert(context)
    return Authority(context, str(folder / "authority.pem"))


@dataclass(slots=True)
class Names:
    """A resolver that knows these names, and counts how often it was asked."""

    known: Mapping[str, Sequence[str]]
    asked: list[str] = field(default_factory=list)

    def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        if host not in self.known:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return self.known[host]


def failure(act: Callable[[], object], *hidden: str) -> Undeliverable | Retry:
    """What an attempt fails with. Nothing of it that a traceback prints holds what must be hidden."""
    try:
        answer = act()
    except (Undeliverable, Retry) as error:
        chain: BaseException | None = error
        while chain is not None:
            printed = str(chain) + repr(chain)
            assert [text for text in (LOUD, *hidden) if text in printed] == []
            chain = chain.__cause__ or (None if chain.__suppress_context__ else chain.__context__)
        return error
    raise AssertionError(f"it did not fail: {answer!r}")


@contextmanager
def in_time() -> Iterator[None]:
    """It comes to an end by itself, long before the other side does, however busy the machine is."""
    start = time.monotonic()
    yield
    assert time.monotonic() - start < PATIENCE / 2
