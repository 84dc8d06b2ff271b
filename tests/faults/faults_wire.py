"""A wire between an app and its server that breaks after so many messages."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import suppress
from threading import Lock, Thread

from psycopg.conninfo import conninfo_to_dict, make_conninfo


class Wire:
    """Passes on what app and server say to each other. The message numbered `cut`, of either side, still arrives; then
    the wire breaks, once. Connections that are made afterwards hold."""

    def __init__(self, server: str, cut: int) -> None:
        self._server = conninfo_to_dict(server)
        self._left = cut
        self._counting = Lock()
        self._door = socket.create_server(("127.0.0.1", 0))
        self._threads: list[Thread] = []
        self._start(self._accept)

    @property
    def url(self) -> str:
        port = self._door.getsockname()[1]
        given = {**self._server, "host": "127.0.0.1", "port": port, "sslmode": "disable", "gssencmode": "disable"}
        return make_conninfo("", **given)

    @property
    def broke(self) -> bool:
        return self._left <= 0

    def close(self) -> None:
        """Take no more connections, and wait for those that there are to be closed by the app."""
        with suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        for thread in self._threads:
            thread.join()

    def _start(self, target: object, *given: object) -> None:
        thread = Thread(target=target, args=given, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                app, _ = self._door.accept()
                app.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # each message at once
                server = self._connected()
                self._start(self._carry, app, server, 0)
                self._start(self._carry, server, app, 1)

    def _connected(self) -> socket.socket:
        host, port = str(self._server["host"]), int(self._server.get("port") or 5432)
        if not host.startswith("/"):
            return socket.create_connection((host, port))
        server = socket.socket(socket.AF_UNIX)
        server.connect(f"{host}/.s.PGSQL.{port}")
        return server

    def _carry(self, source: socket.socket, to: socket.socket, letter: int) -> None:
        with suppress(OSError):
            for message in messages(source, letter):
                to.sendall(message)
                if self._is_the_last():
                    break
        for line in (to, source):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        source.close()

    def _is_the_last(self) -> bool:
        with self._counting:
            self._left -= 1
            return self._left == 0


def messages(source: socket.socket, letter: int) -> Iterator[bytes]:
    """Whole messages of PostgreSQL's protocol: a letter and a length. The first one of an app has no letter."""
    data = b""
    while chunk := source.recv(65536):
        data += chunk
        while len(data) >= letter + 4:
            length = letter + int.from_bytes(data[letter : letter + 4], "big")
            if len(data) < length:
                break
            yield data[:length]
            data, letter = data[length:], 1
