"""Every record of a store, by kinds and columns: what an export is made of, the same for all stores.

Texts that hold JSON (`header`, `payload`, `snapshot`, `reasons`, `message`, `heads`) are the bytes that are kept. What
only one store knows, such as the numbers of its rows, is no part of a record.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeAlias

Record: TypeAlias = tuple[Any, ...]


class Kind(NamedTuple):
    """A kind of record: its columns, each `text` or `int` (with `?` where it may be missing), and how many of the
    first are its key, by which records are ordered. Messages are in the order of their posting."""

    name: str
    columns: Mapping[str, str]
    key: int


def _kind(name: str, columns: str, key: int) -> Kind:
    """A kind by a short text: `name` is a text, `name:int` a number."""
    pairs = (column.partition(":") for column in columns.split())
    return Kind(name, {column: kind or "text" for column, _, kind in pairs}, key)


KINDS = (
    _kind("artifact", "hash content", 1),
    _kind("case type", "name workflow calendars", 1),
    _kind("sequence", "name last:int", 1),
    _kind(
        "case",
        "number version:int head artifact workflow state ending:text? open:int team:text? assignee:text? rank:int"
        " band:text? opened_at:int next_due:int? ages_at:int? changed:int snapshot",
        1,
    ),
    _kind("entry", "case n:int header payload", 2),
    _kind("key", "scope key request accepted:int number:text? reasons first:int last:int", 2),
    _kind("message", "id case effect recipient message posted_at:int try_at:int attempts:int state reason", 1),
    _kind("person", "person case", 2),
    _kind("value", "case field text:text? number:int?", 2),
    _kind("words", "case words", 1),
    _kind("anchor", "n:int at:int heads previous hash", 1),
)

_INTEGERS = range(-(1 << 63), 1 << 63)


def misfit(kind: Kind, record: Mapping[str, Any]) -> str | None:
    """The column in which a record is not of its kind; None when it is."""
    if record.keys() != kind.columns.keys():
        return min(record.keys() ^ kind.columns.keys())
    return next((name for name, column in kind.columns.items() if not _fits(column, record[name])), None)


def _fits(column: str, value: Any) -> bool:
    if value is None:
        return column.endswith("?")
    if column.startswith("int"):
        return type(value) is int and value in _INTEGERS
    return isinstance(value, str) and not any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in value)
