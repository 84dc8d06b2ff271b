"""A world of several hosts, people who ask and a clock that jumps, all of it decided by one seed.

There are no threads: where a host is about to begin a transaction or hands over a message, other hosts may do something
first, from beginning to end. And at every step into the store, before a commit and after it, its host may be killed or
told that the store has failed. A host that was killed is followed by a new one, which knows nothing. People who have
heard nothing ask again under the same key, of whichever host there is.

When all have had enough, nothing fails any more, everybody is answered, and the laws are looked at (`faults_reader`).
The same seed is the same run, to the byte.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from casedsl_runtime import Amend, Conflict, Do, Host, MemoryStore, Outcome, Store, StoreError, Upkeep
from casedsl_runtime.delivery import Delivery, Policy, Retry, Undeliverable
from casedsl_runtime.requests import FORGOTTEN
from casedsl_runtime.service import Pace, Service
from casedsl_runtime.store import Unit
from faults_reader import OF_TIME, Tables, Told, overdue, problems
from faults_tables import tables_of
from faults_world import HOUR, PEOPLE, START, Clock, compiled

HOSTS = 3
DEEPEST = 3
CLAIM = 300
POLICY = Policy(first=15, most=600, tries=6)
OPENING = "open errand"


class Killed(BaseException):
    """A host's process has ended; nothing of it runs on."""


class Broken(Exception):
    """A law does not hold; the message says which, and how to see it again."""


@dataclass(slots=True)
class Request:
    """What somebody asks for, under a key, and what they were told."""

    key: str
    scope: str
    ask: Callable[[Host], Outcome]
    outcome: Outcome | None = None


@dataclass(slots=True)
class World:
    """One run.

    Attributes:
      make: opens the store of a host that begins.
      rate: how probable a fault is at each step.
      calm: nothing fails any more.
      claims: until when a message is somebody's, by the clock of the store.
      arrived: messages that are known to be delivered.
    """

    seed: int
    make: Callable[[Clock], Store]
    clock: Clock = field(default_factory=Clock)
    trace: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    cases: list[str] = field(default_factory=list)
    erased: set[str] = field(default_factory=set)
    claims: dict[str, int] = field(default_factory=dict)
    arrived: set[str] = field(default_factory=set)
    heard: list[str] = field(default_factory=list)
    calm: bool = False
    latest: int = START
    depth: int = 0
    source: random.Random = field(init=False)
    salts: random.Random = field(init=False)
    rate: float = field(init=False)
    hosts: list[Process] = field(init=False)

    def __post_init__(self) -> None:
        self.source, self.salts = random.Random(self.seed), random.Random(f"salts of {self.seed}")
        self.rate = self.source.choice((0.0, 0.002, 0.01, 0.03))
        self.calm = True
        self.hosts = [Process(self, n) for n in range(HOSTS)]
        self.hosts[0].host.install(compiled().artifact, compiled().calendars)
        self.calm = False

    def say(self, text: str) -> None:
        self.trace.append(f"{self.clock.now - START:>8}  {'  ' * self.depth}{text}")

    # --- what may happen at any step

    def step(self, process: Process, where: str) -> None:
        """A host may be killed here, or told that the store has failed."""
        if self.calm or self.source.random() >= self.rate:
            return
        fault = self.source.choice(("killed", "killed", "failed", "faster"))
        self.say(f"{process.name} is {fault} {where}")
        if fault == "killed":
            raise Killed
        raise StoreError("the disk is full") if fault == "failed" else Conflict("somebody else was faster")

    def pause(self, process: Process) -> None:
        """Others may do something here."""
        if not self.calm and self.depth < DEEPEST and self.source.random() < 0.15:
            self.depth += 1
            self.act()
            self.depth -= 1

    # --- what is done

    def act(self) -> None:
        """Somebody does something, from beginning to end."""
        idle = [process for process in self.hosts if not process.busy]
        if not idle:
            return
        process = self.source.choice(idle)
        what = self.source.choice(_ACTIONS)
        process.busy = True
        try:
            self.say(f"{process.name}: {what.__name__.strip('_')}")
            what(self, process)
        except Killed:
            self.hosts[self.hosts.index(process)] = Process(self, process.n, process.life + 1)
            process.store.close()
        except StoreError as error:
            self.say(f"{process.name}: {error}")
        finally:
            process.busy = False

    def ask(self, process: Process, request: Request) -> None:
        outcome = request.ask(process.host)
        if outcome.reasons == (FORGOTTEN,) and outcome.number in self.erased:
            return  # the case was erased before anybody heard the first answer: nothing was acknowledged
        if request.outcome is None:
            request.outcome = outcome
            if request.scope == OPENING and outcome.number is not None:
                self.cases.append(outcome.number)
        elif _said(outcome) != _said(request.outcome) and outcome.number not in self.erased:
            self.wrong.append(f"{request.key} of {request.scope} was answered otherwise the second time")

    def told(self) -> list[Told]:
        return [
            Told(
                request.scope, request.key, request.outcome.accepted, request.outcome.number,
                tuple(entry.hash for entry in request.outcome.entries),
            )
            for request in self.requests
            if request.outcome is not None
        ]  # fmt: skip

    def receive(self, process: Process, letter: Delivery) -> None:
        """Whoever is told something: slow, out of order, out of reach."""
        if letter.id in self.arrived:
            self.wrong.append(f"{letter.id} was to be delivered once more, though that it had arrived was kept")
        self.pause(process)
        self.step(process, f"before {letter.id} is handed over")
        if is_poisoned(letter.id):
            raise Undeliverable("there is no such mailbox")
        if not self.calm and self.source.random() < 0.2:
            raise self.source.choice((OSError(111, "refused"), Retry("it is busy", 40), ValueError("a defect")))
        self.heard.append(letter.id)
        if not self.calm and self.source.random() < 0.05:
            self.move(self.source.randrange(2 * CLAIM))
        self.step(process, f"after {letter.id} was handed over")

    def move(self, seconds: int) -> None:
        self.clock.now += seconds
        self.latest = max(self.latest, self.clock.now)

    # --- the end

    def settle(self) -> None:
        """Nothing fails any more: everybody asks until they are answered, time does what is due, messages arrive."""
        self.calm = True
        process = self.hosts[0]
        for request in self.requests:
            self.ask(process, request)
        self.clock.now = self.latest
        for _ in range(4 * POLICY.tries):
            self.move(2 * CLAIM)
            while process.service.round():
                pass
        process.upkeep.anchor()

    def judge(self) -> list[str]:
        """Everything that is wrong."""
        process = self.hosts[0]
        tables = tables_of(process.store.store)
        found = [*self.wrong, *problems(tables, self.told()), *overdue(tables, self.clock.now)]
        found += [f"{number}: {problem}" for number, problem in process.upkeep.verify()]
        return [*found, *self._letters(tables)]

    def _letters(self, tables: Tables) -> Iterator[str]:
        for row in tables.of("outbox"):
            if row["state"] == "delivered" and row["id"] not in self.heard:
                yield f"{row['id']} is kept as delivered, and nobody has heard it"
            if row["state"] == "waiting":
                yield f"{row['id']} waits for ever"
            if row["state"] == "aside" and not is_poisoned(row["id"]) and row["attempts"] < POLICY.tries:
                yield f"{row['id']} was put aside after {row['attempts']} tries"


def _said(outcome: Outcome) -> tuple[bool, str | None]:
    return outcome.accepted, outcome.number


def is_poisoned(letter: str) -> bool:
    return sha256(letter.encode()).digest()[0] % 11 == 0


class Process:
    """A host on the store, in its `life`-th life."""

    def __init__(self, world: World, n: int, life: int = 1) -> None:
        self.n, self.life, self.busy = n, life, False
        self.name = f"host {n}.{life}"
        self.store = Weak(world, self, world.make(world.clock))
        self.host = Host(self.store, PEOPLE, None, world.salts.randbytes)
        self.upkeep = Upkeep(self.store, PEOPLE, None, world.salts.randbytes)
        self._world = world

    @property
    def service(self) -> Service:
        handlers = {"send": lambda letter: self._world.receive(self, letter)}
        return Service(self.host, self.upkeep, handlers, policy=POLICY, pace=Pace(claim=CLAIM, anchor=600, letters=5))


class Weak:
    """A store as one host has it: each step may fail, and before a transaction others may act."""

    def __init__(self, world: World, process: Process, store: Store) -> None:
        self._world, self._process, self.store = world, process, store

    def transaction(self) -> AbstractContextManager[Unit]:
        return self._within(self.store.transaction)

    def reading(self) -> AbstractContextManager[Unit]:
        return self._within(self.store.reading)

    @contextmanager
    def _within(self, begin: Callable[[], AbstractContextManager[Unit]]) -> Iterator[Unit]:
        world, process = self._world, self._process
        world.pause(process)
        world.step(process, "before a transaction")
        kept: list[Callable[[], None]] = []
        with begin() as unit:
            yield Steps(world, process, unit, kept)
            world.step(process, "before a commit")
        for keep in kept:
            keep()
        world.step(process, "after a commit")

    def close(self) -> None:
        self.store.close()


class Steps:
    """A unit whose every method is a step. What the world must know of it counts when it is committed: `kept`."""

    def __init__(self, world: World, process: Process, unit: Unit, kept: list[Callable[[], None]]) -> None:
        self._world, self._process, self._unit, self._kept = world, process, unit, kept

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._unit, name)

        def stepped(*given: Any) -> Any:
            self._world.step(self._process, f"before {name}")
            answer = method(*given)
            look = vars(Steps).get(f"_{name}")
            if look is not None:
                look(self, answer, *given)
            return answer

        return stepped

    def _append(self, _: None, entries: Sequence[Any]) -> None:
        for entry in entries:
            if entry.kind in OF_TIME and entry.at > self._world.latest:
                self._world.wrong.append(f"entry {entry.n} of {entry.case} took place before it was due")

    def _claim(self, letters: Sequence[Delivery], now: int, until: int, limit: int) -> None:
        claims = self._world.claims
        for letter in letters:
            if claims.get(letter.id, now) > now:
                self._world.wrong.append(f"{letter.id} was claimed twice")
            self._kept.append(lambda id=letter.id: claims.update({id: until}))  # type: ignore[misc]

    def _delivered(self, _: None, letter: str, now: int) -> None:
        self._kept.append(lambda: self._world.arrived.add(letter))

    def _retry(self, _: None, letter: str, at: int, reason: str) -> None:
        self._kept.append(lambda: self._world.claims.update({letter: at}))


# --- what there is to do


def _something_new(world: World, process: Process) -> None:
    world.requests.append(_new_request(world))
    world.ask(process, world.requests[-1])


def _new_request(world: World) -> Request:
    key, source = f"key-{len(world.requests)}", world.source
    if not world.cases or source.random() < 0.3:
        return Request(key, OPENING, lambda host: host.open("errand", key, {"topic": key}, "pat"))
    case = source.choice(world.cases[-6:])
    event, actor = source.choice(_EVENTS)
    if event == "amend":
        fee = source.randrange(100)
        return Request(key, case, lambda host: host.submit(case, key, Amend({"fee": fee}, key), actor))
    return Request(key, case, lambda host: host.submit(case, key, Do(event, {}, key), actor))


def _something_again(world: World, process: Process) -> None:
    if world.requests:
        world.ask(process, world.source.choice(world.requests))


def _unanswered(world: World, process: Process) -> None:
    for request in [request for request in world.requests if request.outcome is None][:3]:
        world.ask(process, request)


def _time_passes(world: World, process: Process) -> None:
    world.move(world.source.choice((1, 60, 60, HOUR // 2, HOUR, 5 * HOUR, 26 * HOUR, -60, -HOUR)))


def _tick(world: World, process: Process) -> None:
    process.host.tick()


def _round(world: World, process: Process) -> None:
    process.service.round()


def _anchor(world: World, process: Process) -> None:
    process.upkeep.anchor()


def _proclaim(world: World, process: Process) -> None:
    key = f"proclaimed-{world.source.randrange(3)}"
    process.host.proclaim(key, compiled().proclaimed, "2026-03-03", "The office moves")


def _erase(world: World, process: Process) -> None:
    if world.cases:
        case = world.source.choice(world.cases)
        if world.source.random() < 0.5:
            world.erased.add(case)
            process.upkeep.erase_case(case, "sue", "GDPR art. 17(1)(a)")


_EVENTS = (
    ("take", "kim"),
    ("take", "lee"),
    ("finish", "kim"),
    ("remind", "pat"),
    ("withdraw", "pat"),
    ("amend", "kim"),
)
_ACTIONS: Sequence[Callable[[World, Process], None]] = (
    *[_something_new] * 6, *[_something_again] * 2, *[_unanswered] * 2, *[_time_passes] * 4, *[_tick] * 2,
    *[_round] * 3, _anchor, _proclaim, _erase,
)  # fmt: skip


def run(seed: int, make: Callable[[Clock], Store], actions: int = 100) -> World:
    """A run from beginning to end. Raises `Broken`."""
    world = World(seed, make)
    for _ in range(actions):
        world.act()
    world.settle()
    found = world.judge()
    for process in world.hosts:
        process.store.close()
    if found:
        raise Broken("\n".join([*world.trace[-40:], *found[:10]]))
    return world


def memory() -> Callable[[Clock], Store]:
    """All hosts of a run share one store in memory."""
    made: list[MemoryStore] = []

    def make(clock: Clock) -> Store:
        if not made:
            made.append(MemoryStore(clock))
        return made[0]

    return make


def file(path: str) -> Callable[[Clock], Store]:
    """Each host of a run has a connection of its own to a file, which waits for no disk."""
    from casedsl_runtime.store.sqlite import SqliteStore

    def make(clock: Clock) -> Store:
        store = SqliteStore.create_or_open(path, clock=clock)
        store._connection.execute("pragma synchronous = off")
        return store

    return make


def answers(world: World) -> Mapping[str, bool]:
    """What everybody was told in the end, by key."""
    return {request.key: request.outcome.accepted for request in world.requests if request.outcome is not None}
