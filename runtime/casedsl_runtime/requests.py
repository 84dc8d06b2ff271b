"""Requests to a host and their outcomes: what a key is bound to, and the refusals that need no decision."""

from __future__ import annotations

import hmac
import json
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from hashlib import sha256

from casedsl_runtime.case import Case
from casedsl_runtime.commands import Command
from casedsl_runtime.journal import Entry, Salts, encoder
from casedsl_runtime.store import Bound, Conflict, Held, Unit

_encode = encoder(json.JSONEncoder(sort_keys=True, default=repr))

BAD_KEY = "a request's key is 1 to 200 printable characters; give it another one"
FORGOTTEN = "what this key was used for has been erased; give the request a key of its own"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a request: the entries of the command itself (not what time did before it), or the reasons."""

    accepted: bool
    number: str | None
    reasons: tuple[str, ...]
    entries: tuple[Entry, ...] = ()


_DRAWN: ContextVar[list[bytes] | None] = ContextVar("salts drawn by this try of a request", default=None)


class Steady:
    """A source of salts that takes back those of a try that came to nothing, and gives them out first; so a run with
    seeded salts doesn't depend on how often somebody else was faster."""

    def __init__(self, salts: Salts) -> None:
        self._salts = salts
        self._back: deque[bytes] = deque()

    def __call__(self, count: int) -> bytes:
        salts = self._more(count)
        while len(salts) < count:
            salts += self._more(count - len(salts))
        drawn = _DRAWN.get()
        if drawn is not None:
            drawn.append(salts)
        return salts

    def _more(self, count: int) -> bytes:
        """Some of what was taken back, not more than that; where there is none, all from the source."""
        try:
            back = self._back.popleft() if self._back else b""
        except IndexError:  # another thread was faster
            back = b""
        if not back:
            fresh = self._salts(count)
            if len(fresh) != count:
                raise ValueError("a source of salts yields as many bytes as it is asked for")
            return fresh
        if len(back) > count:
            self._back.appendleft(back[count:])
        return back[:count]

    @contextmanager
    def trying(self) -> Iterator[None]:
        """One try of a request; a `Conflict` means that it came to nothing."""
        drawn: list[bytes] = []
        token = _DRAWN.set(drawn)
        try:
            yield
        except Conflict:
            self._back.extendleft(reversed(drawn))
            raise
        finally:
            _DRAWN.reset(token)


def usable(name: str) -> bool:
    """Whether this can be the name of anything in a store."""
    return 0 < len(name) <= 200 and name.isprintable()


def held(unit: Unit, case: str) -> Held | None:
    return unit.load(case) if usable(case) else None


def load(unit: Unit, case: str) -> Case | None:
    found = held(unit, case)
    return None if found is None else found.case


def request_of(command: Command, actor: str | None) -> str:
    """What a key is bound to: who asks for what."""
    parts = {name: getattr(command, name) for name in command.__slots__}
    return _encode([actor, type(command).__name__, parts])


def salted(request: str, salt: bytes) -> str:
    """A request as it is kept: its digest under a salt, so that nobody can find what was asked by trying."""
    return f"{salt.hex()}:{sha256(salt + request.encode('utf-8', 'surrogatepass')).hexdigest()}"


def replayed(unit: Unit, bound: Bound, request: str) -> Outcome:
    """The outcome that the key is bound to already."""
    salt, _, _ = bound.request.partition(":")
    if not bound.request:
        return refusal(bound.number, FORGOTTEN)
    if not hmac.compare_digest(salted(request, bytes.fromhex(salt)), bound.request):
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
