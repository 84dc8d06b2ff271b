"""The journal's entries: the format is final, because a chain that can't forget could never be mended later.

An entry has two halves. The *header* is hashed and chained; it holds structure only. The *payload* holds every value
that could be personal or revealing, each with a salt of its own, and is kept apart so that it can be erased:

    header   {"format": 1, "case": id, "n": 1.., "at": UTC seconds, "kind": one of KINDS,
              "previous": hash of the entry before, "" for the first, "digests": {value name: digest}}
    payload  {value name: [salt, value]}

    digest   hex sha256(salt bytes || canonical JSON of the value as UTF-8)
    hash     hex sha256(canonical JSON of the header as UTF-8)

A salt is 16 random bytes, written as 32 lower-case hex digits. Canonical JSON has sorted keys, `,` and `:` without
spaces, characters as they are (no \\u escapes but for control characters), and whole numbers only; money is in minor
units, instants are whole seconds, dates are `YYYY-MM-DD`.

The chain covers the digests and not the values. Erasing a value deletes it together with its salt: the digest stays,
the chain holds, and nobody can find the value by trying candidates, because the salt is gone (compare the disclosures
of RFC 9901, *Selective Disclosure for JSON Web Tokens*). `verify_chain` finds every change of a byte that is not an
erasure; `erased` lists what is gone.

Values are named as the slots of the snapshot (`case.py` assigns them, computing nothing) or as facts for the reader
(`actor`, `event`, `title`, `from`, `note`, `reason`, `messages`, `brief`, `moved`, `planned`, `recorded`, `remarks`,
`unread`, `why`, `effective`, `proclaimed`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple, TypeAlias

FORMAT = 1
KINDS = (
    "opened", "done", "amended", "recounted", "erased",
    "prompted", "alerted", "escalated", "moved", "missed", "started", "paused", "resumed",
)  # fmt: skip
SALT_BYTES = 16

Json: TypeAlias = "bool | int | str | Sequence[Json] | Mapping[str, Json] | None"
Salts: TypeAlias = Callable[[int], bytes]
"""Yields so many random bytes, as `os.urandom` does, and the `randbytes` of a seeded `random.Random`."""


def encoder(plain: json.JSONEncoder) -> Callable[[object], str]:
    """What writes JSON as this encoder does, for values that don't contain themselves. The standard library makes an
    encoder in C for every value that it writes, which takes longer than to write one of ours; where Python has that
    encoder, it is made once."""
    make: Any = getattr(json.encoder, "c_make_encoder", None)
    if make is None:
        return plain.encode
    text = json.encoder.encode_basestring_ascii if plain.ensure_ascii else json.encoder.encode_basestring
    parts = make(
        None, plain.default, text, None, plain.key_separator, plain.item_separator, plain.sort_keys, plain.skipkeys,
        plain.allow_nan,
    )  # fmt: skip

    def written(value: Any) -> str:
        kind = type(value)
        return text(value) if kind is str else str(value) if kind is int else "".join(parts(value, 0))

    return written


_encode = encoder(json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False))
_name = lru_cache(maxsize=4096)(_encode)
"""The name of a value as JSON: a case type has a few dozen."""


class JournalError(ValueError):
    """A stored entry that can't be read; the message says what is wrong with it."""


record = tuple.__new__
"""A named tuple of its members. Its own constructor takes twice as long: every decision makes five."""


class Draft(NamedTuple):
    """What an entry says, before it is sealed: its place in the case, and every value by name. Records of the case
    stand in it as they are; sealing writes them as JSON."""

    case: str
    n: int
    at: int
    kind: str
    values: Mapping[str, Any]


class Entry(NamedTuple):
    """A sealed entry. `payload` maps a value's name to (salt in hex, value); an erased value is missing from it.
    `header` is the text that was hashed, `body` the payload as text."""

    case: str
    n: int
    at: int
    kind: str
    previous: str
    digests: Mapping[str, str]
    payload: Mapping[str, tuple[str, Json]]
    hash: str
    header: str
    body: str

    @property
    def values(self) -> dict[str, Any]:
        """The values that are still there, by name."""
        return {name: value for name, (_, value) in self.payload.items()}

    def without(self, names: Collection[str]) -> Entry:
        """The entry after these values were erased, each with its salt."""
        kept = {name: pair for name, pair in self.payload.items() if name not in names}
        return self._replace(payload=kept, body=canonical(kept))


def canonical(value: object) -> str:
    """The one way to write a value as JSON."""
    return _encode(value)


def digest(salt: bytes, value: Json) -> str:
    return sha256(salt + _encode(value).encode()).hexdigest()


def seal(draft: Draft, previous: str, salts: Salts) -> Entry:
    """Give a draft its place in the chain: salt and digest each value, then hash the header."""
    case, n, at, kind, values = draft
    names = sorted(values)
    drawn = salts(SALT_BYTES * len(names))
    digests: dict[str, str] = {}
    payload: dict[str, tuple[str, Json]] = {}
    hashed: list[str] = []
    texts: list[str] = []
    begin = 0
    for name in names:
        salt, begin = drawn[begin : begin + SALT_BYTES], begin + SALT_BYTES
        value, key = values[name], _name(name)
        plain = value.record() if hasattr(value, "record") else value
        text, shown = _encode(plain), salt.hex()
        digest = sha256(salt + text.encode()).hexdigest()
        digests[name], payload[name] = digest, (shown, plain)
        hashed.append(f'{key}:"{digest}"')
        texts.append(f'{key}:["{shown}",{text}]')
    header = (
        f'{{"at":{at},"case":{_encode(case)},"digests":{{{",".join(hashed)}}},"format":{FORMAT},'
        f'"kind":"{kind}","n":{n},"previous":"{previous}"}}'
    )
    hash = sha256(header.encode()).hexdigest()
    body = f"{{{','.join(texts)}}}"
    return record(Entry, (case, n, at, kind, previous, digests, payload, hash, header, body))


def _header_text(case: str, n: int, at: int, kind: str, previous: str, digests: Mapping[str, str]) -> str:
    return _encode(
        {"format": FORMAT, "case": case, "n": n, "at": at, "kind": kind, "previous": previous, "digests": digests}
    )


def read_entry(header: str, payload: str) -> Entry:
    """An entry from its two stored texts. Refused unless both are exactly as they were written, so that no changed byte
    can hide behind another spelling of the same value."""
    try:
        head, values = json.loads(header), json.loads(payload)
        entry = Entry(
            head["case"], head["n"], head["at"], head["kind"], head["previous"], head["digests"],
            {name: (salt, value) for name, (salt, value) in values.items()},
            sha256(header.encode()).hexdigest(), header, payload,
        )  # fmt: skip
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise JournalError("an entry can't be read: its text was changed; restore it from a backup") from error
    if (_written(entry), canonical(entry.payload)) != (header, payload):
        raise JournalError(f"entry {entry.n} is not as it was written; restore it from a backup")
    return entry


def _written(entry: Entry) -> str:
    """The header's text as the parts of the entry make it."""
    return _header_text(entry.case, entry.n, entry.at, entry.kind, entry.previous, entry.digests)


def verify_chain(entries: Iterable[Entry]) -> list[str]:
    """What is wrong with a case's journal from its first entry on, as sentences; an erased value is not wrong."""
    found: list[str] = []
    before: Entry | None = None
    for entry in entries:
        found += _place_problems(before, entry)
        found += _content_problems(entry)
        before = entry
    return found


def _place_problems(before: Entry | None, entry: Entry) -> Iterator[str]:
    n, previous, at, case = (before.n, before.hash, before.at, before.case) if before else (0, "", entry.at, entry.case)
    if entry.case != case:
        yield f"entry {entry.n} belongs to case {entry.case}, not to {case}"
    if entry.n != n + 1:
        yield f"entry {entry.n} stands where entry {n + 1} belongs"
    if entry.previous != previous:
        yield f"entry {entry.n} does not follow on entry {n}: the chain is broken"
    if entry.at < at:
        yield f"entry {entry.n} is earlier than entry {n}"


def _content_problems(entry: Entry) -> Iterator[str]:
    if sha256(_written(entry).encode()).hexdigest() != entry.hash:
        yield f"entry {entry.n} does not have the hash that it bears"
    if entry.kind not in KINDS:
        yield f"entry {entry.n} is of no known kind"
    for name, (salt, value) in sorted(entry.payload.items()):
        if name not in entry.digests:
            yield f"entry {entry.n} has a value `{name}` that was never recorded"
        elif not _matches(salt, value, entry.digests[name]):
            yield f"the value `{name}` of entry {entry.n} was changed"


def _matches(salt: str, value: Json, expected: str) -> bool:
    try:
        data = bytes.fromhex(salt)
    except (ValueError, TypeError):
        return False
    return data.hex() == salt and digest(data, value) == expected


def erased(entries: Iterable[Entry]) -> list[str]:
    """Which values are gone, as sentences; the chain still proves that something stood there."""
    return [
        f"the value `{name}` of entry {entry.n} was erased"
        for entry in entries
        for name in sorted(entry.digests.keys() - entry.payload.keys())
    ]
