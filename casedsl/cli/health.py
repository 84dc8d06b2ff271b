"""What a monitor is told over HTTP: whether the last round of the loop went through, and what waits.

    GET /health     200, or 503 before the first round and after one that failed; as JSON, no value of a case in it

It listens where it is told to and nowhere else; it has no password, so it belongs on the machine's own address.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from threading import Thread
from typing import Any, TypeAlias

from casedsl.cli.rim import Stop
from casedsl.report.plain import dumped

_ADDRESS = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.-]+)):([0-9]{1,5})")
_PATIENCE = 5
"""Seconds for a request to arrive."""

Ask: TypeAlias = "Callable[[], Mapping[str, Any]]"


def address_of(text: str) -> tuple[str, int]:
    """Host and port of `127.0.0.1:8080` or `[::1]:8080`; port 0 is any that is free."""
    match = _ADDRESS.fullmatch(text)
    if match is None or int(match[3]) > 65535:
        raise Stop(f"--health takes a host and a port such as 127.0.0.1:8080, not {text[:60]!r}")
    return match[1] or match[2], int(match[3])


@contextmanager
def answering(at: tuple[str, int], ask: Ask) -> Iterator[tuple[str, int]]:
    """Answer until the end; yields where, which tells the port where any was asked for."""
    try:
        server = _Server(at, ask)
    except OSError as error:
        raise Stop(f"nobody can listen at {at[0]}:{at[1]} ({error.strerror or error}); choose another port") from None
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
    thread.start()
    try:
        host, port = server.server_address[:2]
        yield str(host), int(port)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, at: tuple[str, int], ask: Ask) -> None:
        self.ask = ask
        if ":" in at[0]:
            self.address_family = socket.AF_INET6
        super().__init__(at, _Handler)

    def server_bind(self) -> None:
        """Without looking up the name of this machine, as HTTPServer does: it can take long and is never shown."""
        TCPServer.server_bind(self)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A monitor that hangs up is no news."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    server_version = "casedsl"
    sys_version = ""
    timeout = _PATIENCE

    def do_GET(self) -> None:
        self._answer(self._body())

    def do_HEAD(self) -> None:
        self._answer(self._body(), head=True)

    def _body(self) -> tuple[int, bytes]:
        if self.path.partition("?")[0] != "/health":
            return 404, b'{"problem": "there is only /health here"}\n'
        health = self.server.ask()
        return (200 if health["ok"] else 503), (dumped(health) + "\n").encode()

    def _answer(self, answer: tuple[int, bytes], head: bool = False) -> None:
        status, body = answer
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if not head:
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Who asks is not logged: the log is about cases."""
