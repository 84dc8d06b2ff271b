"""What a database must be able to do for the stores of SQL, and how their rows are read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Protocol

from casedsl_runtime.case import Case, from_json, to_json
from casedsl_runtime.delivery import Delivery
from casedsl_runtime.store import Bound, Damaged
from casedsl_runtime.store.search import Row, rank_of

ROW = "number, artifact, workflow, state, ending, open, team, assignee, rank, band, opened_at, next_due, ages_at"
LETTER = 'id, "case", effect, recipient, message, attempts'
KEY = "request, accepted, number, reasons, first, last"
ENTRY_KEY = """select request, 1, "case", '[]', n, n from journal where "case" = ?"""
"""The same of keys that stand in the rows of a case's entries."""


class Base(Protocol):
    """A connection to a database, in a transaction, and what is its own about SQL.

    Attributes:
      lock: what follows a `select` that takes hold of its row until the transaction ends.
      skip: the same, passing over rows that somebody else holds.
      alone: nobody else writes until the transaction ends. Then a key may stand in one of two tables: that it is in
        neither is no constraint that a database could hold while others write.
    """

    lock: str
    skip: str
    alone: bool

    def now(self) -> tuple[str, int | None]:
        """The store's clock: as an expression of SQL, or as a value that is known already."""

    def told(self, instant: Any) -> int:
        """What the expression of `now` yielded, in whole seconds."""

    def run(self, statement: str, *values: object) -> None: ...
    def change(self, statement: str, *values: object) -> bool:
        """Carry out what must touch a row; whether it did. Where that is only known later, the transaction fails with
        `Conflict` if it did not."""

    def many(self, statement: str, rows: Sequence[Sequence[object]]) -> None:
        """Carry out for each row of values."""

    def all(self, statement: str, *values: object) -> list[Any]: ...
    def ask(self, questions: Sequence[tuple[str, tuple[object, ...]]]) -> list[Any]:
        """The first row of each question, at the price of one."""

    def rewrite(self, case: str, n: int, payload: str) -> None:
        """Put the payload of an entry in the place of the one that it has."""

    def write_words(self, case: str, words: tuple[str, ...]) -> None: ...
    def words_of(self, case: str) -> list[str]: ...
    def all_words(self, after: str, limit: int) -> list[tuple[str, str]]:
        """The words of cases after a number, by number, each with a space between them."""

    def having_words(self, parts: Sequence[str]) -> tuple[str, object]:
        """A condition on `cases`, and its value: each part begins some word."""

    def purge(self) -> None:
        """Leave nothing of what was replaced in this transaction."""


def read_bound(found: Any) -> Bound:
    request, accepted, number, reasons, first, last = found
    return Bound(request, bool(accepted), number, tuple(json.loads(reasons)), first, last)


def read_row(found: Sequence[Any]) -> Row:
    number, artifact, workflow, state, ending, open, team, assignee, rank, band, opened_at, next_due, ages_at = found
    score = None if rank == rank_of(None) else -rank
    return Row(
        number, artifact, workflow, state, ending, bool(open), team, assignee, score, band, opened_at, next_due, ages_at
    )


def read_letter(found: Sequence[Any]) -> Delivery:
    id, case, effect, recipient, message, attempts = found
    return Delivery(id, case, effect, recipient, json.loads(message), attempts)


def read_snapshot(case: str, text: str, *, exactly: bool = False) -> Case:
    """The case of a snapshot; `exactly`: to the byte as it was written. Raises Damaged."""
    try:
        read = from_json(text)
        whole = not exactly or to_json(read) == text
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Damaged(_damaged(case)) from error
    if not whole:
        raise Damaged(_damaged(case))
    return read


def _damaged(case: str) -> str:
    return f"the snapshot of case {case} was damaged; restore the store from a backup"
