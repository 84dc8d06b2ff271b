"""Requests to a host and their outcomes: what a key is bound to, and the refusals that need no decision."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256

from casedsl_runtime.case import Case
from casedsl_runtime.commands import Command
from casedsl_runtime.journal import Entry
from casedsl_runtime.store import Bound, Unit

BAD_KEY = "a request's key is 1 to 200 printable characters; give it another one"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a request: the entries of the command itself (not what time did before it), or the reasons."""

    accepted: bool
    number: str | None
    reasons: tuple[str, ...]
    entries: tuple[Entry, ...] = ()


def usable(name: str) -> bool:
    """Whether this can be the name of anything in a store."""
    return 0 < len(name) <= 200 and name.isprintable()


def load(unit: Unit, case: str) -> Case | None:
    return unit.load(case) if usable(case) else None


def request_of(command: Command, actor: str | None) -> str:
    """What a key is bound to: who asks for what."""
    parts = {name: getattr(command, name) for name in command.__slots__}
    text = json.dumps([actor, type(command).__name__, parts], sort_keys=True, default=repr)
    return sha256(text.encode()).hexdigest()


def replayed(unit: Unit, case: str, key: str, request: str) -> Outcome | None:
    """The outcome that the key is bound to already."""
    bound = unit.bound(case, key)
    if bound is None:
        return None
    if bound.request != request:
        return refusal(bound.number, "this key was used for another request; give every request a key of its own")
    entries: tuple[Entry, ...] = ()
    if bound.accepted and bound.number is not None:
        entries = tuple(entry for entry in unit.history(bound.number, bound.first - 1) if entry.n <= bound.last)
    return Outcome(bound.accepted, bound.number, bound.reasons, entries)


def bound_to(request: str, outcome: Outcome) -> Bound:
    numbers = [entry.n for entry in outcome.entries] or [0]
    return Bound(request, outcome.accepted, outcome.number, outcome.reasons, numbers[0], numbers[-1])


def refusal(number: str | None, reason: str) -> Outcome:
    return Outcome(False, number, (reason,))


def no_case(case: str) -> str:
    return f"there is no case {case[:60]!r} here; look its number up in the list"


def stranger(actor: str) -> str:
    return f"there is no person {actor[:60]!r} in the directory; add them, or act as somebody who is"
