"""The loop of a host: time acts, messages are delivered, heads are anchored; any number of hosts may run it on a store.

    service = Service(host, upkeep, handlers)
    service.run(stop)            # until the event `stop` is set; each round is `service.round()`

Each step of time and each message is claimed in a transaction, so one host does it; a message is claimed for a while,
and alone, so another host tries it again if this one dies, and never while this one is still busy with others. A
message that can't be delivered goes aside with its reason and holds nobody up. A store that can't be reached is waited
for.

What is logged names cases, timers and effects and never a value of a case; a reason is one of our own sentences, or the
name of a class of error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from threading import Event
from typing import Any, TypeAlias

from casedsl_runtime.commands import TimerDue
from casedsl_runtime.delivery import Delivery, Failure, Handler, Policy, failed, missing_handlers, required
from casedsl_runtime.host import Fired, Host
from casedsl_runtime.store import Backlog, Place, StoreError
from casedsl_runtime.upkeep import Upkeep

Log: TypeAlias = Callable[[Mapping[str, Any]], None]


class MissingHandler(Exception):
    """An effect that installed case types can cause has no handler; the message names each."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How the loop goes, in seconds: the longest rest between rounds, how long a message stays claimed, how often heads
    are anchored; and how many steps of time and messages a round takes at most, and how many priorities it lets age."""

    rest: float = 5.0
    claim: int = 300
    anchor: int = 60
    letters: int = 20
    steps: int = 100
    ages: int = 1_000


@dataclass(slots=True)
class Health:
    """What a monitor asks: `ok` is whether the last round went through."""

    ok: bool = False
    rounds: int = 0
    fired: int = 0
    delivered: int = 0
    last_round: int | None = None
    problem: str = ""
    backlog: Backlog = field(default_factory=lambda: Backlog(0, None, 0, None, 0))

    def shown(self) -> dict[str, Any]:
        return {**asdict(self), "backlog": self.backlog._asdict()}


class Service:
    """One host's loop. Raises `MissingHandler` at once where an effect has no handler."""

    def __init__(
        self,
        host: Host,
        upkeep: Upkeep,
        handlers: Mapping[str, Handler],
        *,
        policy: Policy | None = None,
        pace: Pace | None = None,
        log: Log = lambda line: None,
    ) -> None:
        self._host = host
        self._upkeep = upkeep
        self._handlers = handlers
        self._policy = policy or Policy()
        self._pace = pace or Pace()
        self._log = log
        self._anchored_at: int | None = None
        self._behind: Place | None = None
        self._seen: set[tuple[str, TimerDue | None]] = set()
        self._stuck: set[tuple[str, TimerDue | None]] = set()
        self.health = Health()
        lacking = missing_handlers({effect for flow in host.workflows() for effect in required(flow)}, handlers)
        if lacking:
            raise MissingHandler("; ".join(lacking))

    def run(self, stop: Event) -> None:
        """Go round until told to stop; what is under way is finished first."""
        self._log({"event": "started", "handlers": sorted(self._handlers)})
        while not stop.is_set():
            busy = self._try_round(stop)
            if not busy:
                stop.wait(self._pace.rest)
        self._log({"event": "stopped", "rounds": self.health.rounds})

    def _try_round(self, stop: Event) -> bool:
        try:
            return self.round(stop)
        except StoreError as error:
            self.health.ok, self.health.problem = False, str(error)
            self._log({"event": "store failed", "reason": str(error)})
            return False

    def round(self, stop: Event | None = None) -> bool:
        """Do what there is to do now, or until told to stop; whether there may be more at once. Raises StoreError."""
        fired = self._host.tick(most=self._pace.steps, behind=self._behind)
        more = len(fired) >= self._pace.steps
        aged = self._host.age(most=self._pace.ages)
        self._tell(fired, more=more)
        letters = self._deliver_some(stop)
        self._anchor()
        health = self.health
        health.ok, health.problem, health.rounds = True, "", health.rounds + 1
        health.fired += sum(step.outcome.accepted for step in fired)
        health.last_round, health.backlog = self._host.backlog()
        return letters or more or aged >= self._pace.ages

    def _tell(self, fired: Sequence[Fired], *, more: bool) -> None:
        """Log what time did; what it couldn't do only when that is news. The next round goes on behind that, and begins
        anew when there is no more: so cases in which time is stuck hold nobody up, however many they are."""
        for step in fired:
            if step.outcome.accepted or (step.case, step.timer) not in self._stuck:
                self._log(_fired(step))
            if not step.outcome.accepted:
                self._behind = step.place
                self._seen.add((step.case, step.timer))
        if not more:
            self._behind, self._stuck, self._seen = None, self._seen, set()

    def _deliver_some(self, stop: Event | None) -> bool:
        """Deliver messages one by one; whether there may be more."""
        for _ in range(self._pace.letters):
            letters = [] if stop is not None and stop.is_set() else self._host.claim(self._pace.claim, 1)
            if not letters:
                return False
            self._deliver(letters[0])
        return True

    def _deliver(self, letter: Delivery) -> None:
        line = {"case": letter.case, "effect": letter.effect, "id": letter.id, "attempt": letter.attempt}
        failure = self._attempt(letter)
        if failure is None:
            self._host.delivered(letter.id)
            self.health.delivered += 1
            self._log({"event": "delivered", **line})
        elif failure.wait is not None:
            self._host.retry(letter.id, failure.wait, failure.reason)
            self._log({"event": "to be tried again", "after": failure.wait, "reason": failure.reason, **line})
        else:
            self._host.put_aside(letter.id, failure.reason)
            self._log({"event": "put aside", "reason": failure.reason, **line})

    def _attempt(self, letter: Delivery) -> Failure | None:
        """Hand a message to its handler. A handler is the app's: whatever it raises holds nobody else up."""
        handler = self._handlers.get(letter.effect)
        if handler is None:
            return Failure(f"there is no handler for `{letter.effect}` here", None)
        if letter.attempt > self._policy.tries:  # nobody lived to say what became of the others
            return Failure(f"no try came to an end, {self._policy.tries} of them; the host may have died of it", None)
        try:
            handler(letter)
        except Exception as error:
            return failed(error, letter, self._policy)
        return None

    def _anchor(self) -> None:
        now = self._host.now()
        if self._anchored_at is None or not 0 <= now - self._anchored_at < self._pace.anchor:  # clocks jump back, too
            line = self._upkeep.anchor()
            self._anchored_at = now
            if line is not None:
                self._log({"event": "anchored", "n": line.n, "hash": line.hash})


def _fired(step: Fired) -> dict[str, Any]:
    line: dict[str, Any] = {"case": step.case, "due": step.place[0]}
    if step.timer is not None:
        line |= {"clock": step.timer.clock, "rung": step.timer.rung}
    if step.outcome.accepted:
        return {"event": step.outcome.entries[-1].kind, **line}
    return {"event": "stuck", "reasons": list(step.outcome.reasons), **line}
