"""Finding cases: what is asked for, what a case is found by, and what the words of a text are.

Words are made here and not by a database, so that every store finds the same: runs of letters and digits, in small
letters and without accents (é is found as e; the vowel signs of scripts that need them stay). A query finds a case if
each of its words begins some word of it; one that asks for text in which there is no word finds nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from casedsl_runtime.vocabulary import Value

LONGEST_WORD = 40
_PLAIN = re.compile(r"[a-z0-9]+")
MOST_WORDS = 10_000
MOST_BYTES = 500_000
"""As many bytes of words as every database keeps of a case."""
LONGEST_VALUE = 200
LONGEST_QUERY = 1_000
"""As many signs of a text as somebody may ask for."""


class Index(NamedTuple):
    """What a case is found by: the people who have to do with it, its declared fields (each as `stored`), the words of
    its texts; people and words sorted."""

    people: tuple[str, ...]
    values: Mapping[str, int | str]
    words: tuple[str, ...]


NOTHING = Index((), {}, ())
"""What a case is found by that isn't there yet."""


def stored(value: int | str) -> int | str:
    """A value as it is found by, and asked for: the beginning of a text; yes and no as 1 and 0."""
    return value[:LONGEST_VALUE] if isinstance(value, str) else int(value)


class Range(NamedTuple):
    """Values from `low` to `high`, both included; None: no bound."""

    low: int | str | None = None
    high: int | str | None = None


Order = Literal["priority", "due", "number"]


@dataclass(frozen=True, slots=True)
class Query:
    """Which cases, in which order, from where on. What is None is not asked for.

    Attributes:
      person: somebody who has to do with the case: a party, or anybody who has or had it.
      due_by: time acts in it by then.
      fields: a value, or a range of values, for each field.
      text: words that stand in its texts, each whole or its beginning.
      order: by falling priority, unknown first; by the instant at which time acts; or by number. Always then by number.
      after: the `next` of the page before.
    """

    number: str | None = None
    workflow: str | None = None
    person: str | None = None
    team: str | None = None
    assignee: str | None = None
    state: str | None = None
    ending: str | None = None
    band: str | None = None
    open: bool | None = None
    due_by: int | None = None
    fields: Mapping[str, Value | Range] = field(default_factory=dict)
    text: str = ""
    order: Order = "priority"
    after: tuple[int, str] | None = None
    limit: int = 50


class Row(NamedTuple):
    """A case in a list.

    Attributes:
      artifact: the hash of the artifact that it is pinned to.
      workflow: the name of its case type.
      team: the team that has it, the queue in which it stands.
      score: its priority now, with what age adds; None: unknown, which comes first in every list.
      next_due: the earliest instant at which time will act in it.
      ages_at: the next instant at which age changes its score.
    """

    number: str
    artifact: str
    workflow: str
    state: str
    ending: str | None
    open: bool
    team: str | None
    assignee: str | None
    score: int | None
    band: str | None
    opened_at: int
    next_due: int | None
    ages_at: int | None = None


class Page(NamedTuple):
    """Rows in order, and where the next page begins; None: this is the last."""

    rows: tuple[Row, ...]
    next: tuple[int, str] | None


class Found(NamedTuple):
    """A queue, a state, and how many open cases are there."""

    team: str | None
    state: str
    open: int


UNKNOWN_RANK = -(1 << 40)


def rank_of(score: int | None) -> int:
    """Where a score stands in a list that rises: the greatest first, and before it what nobody has judged yet."""
    return UNKNOWN_RANK if score is None else -score


def key_of(order: Order, row: Row) -> tuple[int, str]:
    """What a page is ordered by, and goes on from."""
    if order == "priority":
        return rank_of(row.score), row.number
    return (row.next_due or 0) if order == "due" else 0, row.number


def words(text: str) -> list[str]:
    """The words of a text, in order."""
    if text.isascii():
        return [word[:LONGEST_WORD] for word in _PLAIN.findall(text.lower())]
    plain = unicodedata.normalize("NFKD", text.casefold())
    found = "".join(map(_sign, plain)).casefold().split()
    return [word[:LONGEST_WORD] for word in found if any(map(str.isalnum, word[:LONGEST_WORD]))]


def _sign(sign: str) -> str:
    """A sign as it stands in a word; a space where it ends one. Accents and what can't be seen part no word."""
    if sign.isalnum():
        return sign
    if unicodedata.combining(sign) or "\ufe00" <= sign <= "\ufe0f":
        return ""
    kind = unicodedata.category(sign)
    return "" if kind == "Cf" else sign if kind in ("Mn", "Mc") else " "


def vocabulary(texts: list[str]) -> tuple[str, ...]:
    """The different words of some texts, sorted, as many as are kept."""
    kept: list[str] = []
    room = MOST_BYTES
    for word in sorted({word for text in texts for word in words(text)})[:MOST_WORDS]:
        room -= len(word.encode())
        if room < 0:
            break
        kept.append(word)
    return tuple(kept)
