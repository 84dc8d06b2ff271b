"""The boundaries of statements: where a process can be killed, or its connection lost.

In SQLite the database itself tells of each statement that begins (those of the index of words too). What goes to
PostgreSQL is seen where it leaves: each statement, each begin, commit and rollback, and each time that what waits in a
pipeline is sent.
"""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Callable, Generator
from typing import Any

Patch = Callable[[Any, str, Any], None]
"""Puts something else in the place of an attribute."""


def kill(connection: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Boundary:
    """Strikes before the n-th statement after it was armed; None: never. What waits in a pipeline is sent before if it
    is to be `flushed`: else all but the last strikes of a transaction would be the same."""

    def __init__(self, n: int | None, strike: Callable[[Any], None] = kill, *, flushed: bool = True) -> None:
        self._left = n
        self._strike = strike
        self._flushed = flushed
        self.armed = False

    def comes(self) -> bool:
        """Count a boundary; whether this is the one."""
        if not self.armed or self._left is None:
            return False
        self._left -= 1
        return self._left == 0

    def here(self) -> None:
        """A boundary that is no statement: between a commit and its acknowledgement."""
        if self.comes():
            self._strike(None)

    def watch_sqlite(self, patch: Patch) -> None:
        connect = sqlite3.connect

        def connected(*args: Any, **named: Any) -> sqlite3.Connection:
            connection: sqlite3.Connection = connect(*args, **named)
            connection.set_trace_callback(lambda _: self.here())
            return connection

        patch(sqlite3, "connect", connected)

    def watch_psycopg(self, patch: Patch) -> None:
        import psycopg

        execute, command, sync = psycopg.Connection.execute, psycopg.Connection._exec_command, psycopg.Pipeline.sync

        def counted_execute(connection: Any, *args: Any, **named: Any) -> Any:
            if self.comes():
                if self._flushed and connection._pipeline is not None:
                    sync(connection._pipeline)
                self._strike(connection)
            return execute(connection, *args, **named)

        def counted_command(connection: Any, *args: Any, **named: Any) -> Generator[Any, Any, Any]:
            """Begin, commit and roll back; the connection is in use already."""
            if self.comes():
                if self._flushed and connection._pipeline is not None:
                    yield from connection._pipeline._sync_gen()
                self._strike(connection)
            return (yield from command(connection, *args, **named))

        def counted_sync(pipeline: Any) -> None:
            if self.comes():
                self._strike(pipeline._conn)
            sync(pipeline)
            if self.comes():
                self._strike(pipeline._conn)

        patch(psycopg.Connection, "execute", counted_execute)
        patch(psycopg.Connection, "_exec_command", counted_command)
        patch(psycopg.Pipeline, "sync", counted_sync)
