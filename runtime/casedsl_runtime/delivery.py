"""What a host and a handler agree on: an entry of the outbox, what may become of it, and when it is tried again.

A host delivers at least once, so a receiver may see an entry twice, always under the same id. A handler returns when
the entry is delivered and raises when it is not: `Undeliverable` where another try can't help (the entry goes aside
with the reason, and holds nobody up), `Retry` or an `OSError` where it can. Anything else that it raises is a defect
of the handler; the entry is tried again, for the defect may be mended meanwhile, and goes aside like the others.

A reason is kept and shown, so it never carries a value of a case: of an exception that isn't ours only the name of its
class and of its error number is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from errno import errorcode
from hashlib import sha256
from typing import Any, TypeAlias

from casedsl_runtime.artifact import Actions, Workflow
from casedsl_runtime.journal import Json

SEND = "send"
"""The effect of a message to a person. The effect of a call is `call NAME`."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """An entry of the outbox, as a handler gets it.

    Attributes:
      id: the same for each attempt, and unique in the store; a receiver drops doubles by it.
      effect: `send`, or `call NAME`: the name under which a handler is registered.
      to: the id of the person a message is for; empty for a call.
      attempt: 1 for the first.
    """

    id: str
    case: str
    effect: str
    to: str
    message: Mapping[str, Any]
    attempt: int = 1


Handler: TypeAlias = Callable[[Delivery], Json]
"""Delivers an entry and returns the answer of a call; None for a message."""


class Undeliverable(Exception):
    """No other try can help; the message is the reason, one clause without a value of the case."""


class Retry(Exception):
    """Another try may help, `after` so many seconds if the receiver said so; the message is the reason."""

    def __init__(self, reason: str, after: int | None = None) -> None:
        super().__init__(reason)
        self.after = after


@dataclass(frozen=True, slots=True)
class Policy:
    """How long an entry waits before it is tried again, in seconds: `first`, then twice as long each time, `most` at
    the most; `tries` counts the first one too. A receiver that names a time gets it, up to `longest_after`.

    As it stands, 24 tries take three days and a half: an outage over a weekend loses nothing.
    """

    first: int = 15
    most: int = 6 * 3600
    tries: int = 24
    longest_after: int = 24 * 3600


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an attempt failed, and how many seconds later the next one is due; None: the entry goes aside."""

    reason: str
    wait: int | None


def wait(attempt: int, policy: Policy, id: str = "", after: int | None = None) -> int | None:
    """Seconds until the next try after attempt number `attempt` failed; None: it was the last.

    Up to a quarter is taken off, by the entry's id, so that what failed together doesn't come back together."""
    if attempt >= policy.tries:
        return None
    doubled = policy.first << min(attempt - 1, 40)
    longest = min(doubled, policy.most)
    share = int.from_bytes(sha256(f"{id}/{attempt}".encode("utf-8", "surrogatepass")).digest()[:4], "big")
    own = longest - longest * share // (4 << 32)
    return own if after is None else max(own, min(after, policy.longest_after))


def failed(error: Exception, delivery: Delivery, policy: Policy) -> Failure:
    """What a handler's exception means for the entry."""
    if isinstance(error, Undeliverable):
        return Failure(str(error), None)
    after = error.after if isinstance(error, Retry) else None
    return Failure(_reason(error), wait(delivery.attempt, policy, delivery.id, after))


def _reason(error: Exception) -> str:
    if isinstance(error, Retry):
        return str(error)
    return f"the handler failed with {type(error).__name__}{error_number(error)}"


def error_number(error: Exception) -> str:
    """The name of an exception's error number, as ` (ECONNREFUSED)`; nothing where it has none."""
    number = error.errno if isinstance(error, OSError) else None
    return "" if number is None or number not in errorcode else f" ({errorcode[number]})"


def token(id: str, source: str = "") -> str:
    """An entry's id as a short name that any header can take. It says nothing about the case or the person; `source`
    keeps two stores apart that number their cases alike."""
    return sha256(f"{source}\n{id}".encode("utf-8", "surrogatepass")).hexdigest()[:32]


def required(workflow: Workflow) -> frozenset[str]:
    """The effects that a workflow can cause, each by the name under which a handler is registered."""
    return frozenset((SEND,)) if any(_speaking(workflow)) else frozenset()


def _speaking(workflow: Workflow) -> Iterator[bool]:
    """For each part of a workflow that could tell somebody something, whether it does."""
    for transition in workflow.transitions:
        yield _sends(transition.actions)
        yield from (_sends(route.actions) for route in transition.routes)
    ladders = (*(state.timers for state in workflow.states), *(stage.timers for stage in workflow.stages))
    yield from (timer.rung in ("prompt", "alert") for timers in ladders for timer in timers)
    yield from (bool(promise.steps) for promise in workflow.promises)


def _sends(actions: Actions) -> bool:
    return bool(actions.sends)


def missing_handlers(required: Iterable[str], handlers: Iterable[str]) -> list[str]:
    """A sentence for each effect that can be caused and has no handler; nothing when the host may start."""
    there = frozenset(handlers)
    return [
        f"missing handler for `{effect}`: {_MEANS[effect == SEND]}; register a handler under this name"
        for effect in sorted(required)
        if effect not in there
    ]


_MEANS = ("a case can make this call", "a case can tell people something")
