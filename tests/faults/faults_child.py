"""Processes that are killed. A forge is a warm process that forks one for each job, and says how it ended.

    forge = Forge(folder)                 # where what is to be installed stands
    ended = forge.run(Job(url, now, steps=(("open", "key-1"),), statement=7))
    ended.told, ended.killed

A job is killed by SIGKILL before its n-th statement (counted from the first of its steps on, the commit and, in SQLite,
the statements of the index of words among them), after it but before it is acknowledged, or after so many seconds. What
it acknowledges is written to a file at once, so it is known even if the process dies in the next instant.
"""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from casedsl_runtime import Outcome, Query, StoreError
from casedsl_runtime.delivery import Delivery, Handler
from casedsl_runtime.service import Pace, Service
from faults_boundary import Boundary
from faults_reader import Told
from faults_world import ROOT, Files, Office, open_store


@dataclass(frozen=True, slots=True)
class Job:
    """What a process does, and when it dies.

    Attributes:
      steps: what it does one after the other: the name of a method of `Hand`, and its arguments.
      statement: it dies before this statement; None: not at a statement.
      flushed: before it dies, what waits in the pipeline to the server is sent.
      after: it dies after so many seconds, wherever it is.
      skew: by how many seconds the clock of its machine is wrong; a server's is right then, and not `now`.
    """

    url: str
    now: int
    steps: Sequence[Sequence[Any]]
    statement: int | None = None
    flushed: bool = True
    after: float | None = None
    skew: int | None = None


@dataclass(slots=True)
class Ended:
    """What a process said, and whether it was killed."""

    killed: bool = False
    told: list[Told] = field(default_factory=list)
    delivered: list[str] = field(default_factory=list)
    fired: list[tuple[str, str, str, int]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    logged: list[str] = field(default_factory=list)


class Forge:
    """A process that forks others. One job at a time; `start` and `end` let several forges work side by side."""

    def __init__(self, folder: Path, name: str = "forge") -> None:
        path = os.pathsep.join([str(ROOT), str(ROOT / "runtime"), str(Path(__file__).parent)])
        self._said = folder / f"said by {name}"
        self._process = subprocess.Popen(
            [sys.executable, __file__, str(folder), str(self._said)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": path},
        )

    def run(self, job: Job) -> Ended:
        self.start(job)
        return self.end()

    def start(self, job: Job) -> None:
        assert self._process.stdin is not None
        self._said.write_bytes(b"")
        self._process.stdin.write(json.dumps(asdict(job)) + "\n")
        self._process.stdin.flush()

    def end(self) -> Ended:
        """What became of the job that was started."""
        assert self._process.stdout is not None
        code = int(self._process.stdout.readline())
        assert code in (0, -signal.SIGKILL), f"a process ended with {code}"
        ended = Ended(code != 0)
        for line in self._said.read_text().splitlines():
            kind, said = json.loads(line)
            if kind == "told":
                scope, key, accepted, number, hashes = said
                ended.told.append(Told(scope, key, accepted, number, tuple(hashes)))
            else:
                getattr(ended, kind).append(tuple(said) if kind == "fired" else said)
        return ended

    def close(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()
        self._process.wait()


# --- what runs in the other process


def say(kind: str, said: Any) -> None:
    """Written at once, so it stays said when the process dies in the next instant."""
    os.write(SAID, (json.dumps([kind, said]) + "\n").encode())


SAID = 3
"""The descriptor of the file for what a process says. A pipe would hold it up when nobody reads."""


class Hand:
    """Does what a job says, and tells what became of it."""

    def __init__(self, job: Job, boundary: Boundary, folder: Path) -> None:
        self._boundary = boundary
        self._folder = folder
        now, clock = job.now, None
        if job.skew is None or not job.url.startswith("postgresql:"):
            clock = lambda: now + (job.skew or 0)  # noqa: E731
        else:
            real, skew = time.time, job.skew
            time.time = lambda: real() + skew
        self.office = Office(open_store(job.url, clock))

    def arm(self) -> None:
        """Count statements from here on, and not from the first step."""
        self._boundary.armed = True

    def limit(self, size: int) -> None:
        """Let no file of this process become larger."""
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    def create(self) -> None:
        """The store was made when this hand was; something is installed in it."""
        files = Files.read(self._folder)
        self.office.host.install(files.artifact, files.calendars)

    def tell(self, scope: str, key: str, outcome: Outcome) -> None:
        self._boundary.here()
        hashes = [entry.hash for entry in outcome.entries]
        say("told", [scope, key, outcome.accepted, outcome.number, hashes])

    def open(self, key: str) -> Outcome:
        outcome = self.office.open(key)
        self.tell("open errand", key, outcome)
        return outcome

    def do(self, case: str, key: str, event: str, actor: str) -> None:
        self.tell(case, key, self.office.do(case, key, event, actor))

    def amend(self, case: str, key: str, fee: int) -> None:
        self.tell(case, key, self.office.amend(case, key, fee))

    def proclaim(self, key: str, effective: str) -> None:
        bundle = Files.read(self._folder).proclaimed
        for outcome in self.office.host.proclaim(key, bundle, effective, "The office moves"):
            self.tell(outcome.number or "", key, outcome)

    def tick(self) -> None:
        for step in self.office.host.tick():
            assert step.timer is not None, "no test of killed processes damages a case"
            say("fired", [step.case, step.timer.clock, step.timer.rung, step.timer.due])

    def anchor(self) -> None:
        self.office.upkeep.anchor()

    def erase(self, case: str) -> None:
        outcome = self.office.upkeep.erase_case(case, "sue", "GDPR art. 17(1)(a)")
        if not outcome.accepted:
            say("problems", outcome.reasons)
        self._boundary.here()

    def deliver(self) -> None:
        """One round of the host's loop: time, messages, an anchor."""
        self._service().round()

    def serve(self) -> None:
        """The host's loop until there is nothing left to do."""
        service, busy = self._service(), True
        while busy:
            try:
                busy = service.round() or service.health.backlog.due + service.health.backlog.waiting > 0
            except StoreError as error:
                say("problems", str(error))

    def deliver_and_die(self) -> None:
        """A round with a handler that ends its process."""
        self._service(lambda _: os.kill(os.getpid(), signal.SIGKILL)).round()

    def _service(self, send: Handler | None = None) -> Service:
        handlers = {"send": send or self._send}
        return Service(self.office.host, self.office.upkeep, handlers, log=self._log, pace=Pace(anchor=1))

    def _send(self, letter: Delivery) -> None:
        self._boundary.here()
        say("delivered", letter.id)
        self._boundary.here()

    def _log(self, line: Mapping[str, Any]) -> None:
        if "clock" in line:
            say("fired", [line["case"], line["clock"], line["rung"], line["due"]])
        elif line["event"] in ("store failed", "put aside"):
            say("logged", line["reason"])

    def load(self, seed: int, name: str, commands: int) -> None:
        """All kinds of commands at random, on the cases that there are."""
        source = random.Random(f"{seed}/{name}")
        for n in range(commands):
            self._anything(source, f"{name}-{n}")

    def _anything(self, source: random.Random, key: str) -> None:
        cases = [row.number for row in self.office.host.find(Query(open=True, limit=12)).rows]
        kind = source.choice(
            ("open", "take", "take", "finish", "remind", "amend", "again", "tick", "deliver", "anchor")
        )
        case = source.choice(cases) if cases else ""
        try:
            if kind == "open" or not cases:
                self.open(key)
            elif kind == "again":  # once more with the same key, as somebody who has heard nothing would
                self.do(case, key, "remind", "pat")
                self.do(case, key, "remind", "pat")
            elif kind == "amend":
                self.amend(case, key, source.randrange(100))
            elif kind in ("take", "finish"):
                self.do(case, key, kind, "kim")
            elif kind == "remind":
                self.do(case, key, kind, "pat")
            else:
                getattr(self, kind)()
        except StoreError as error:
            say("problems", str(error))


def main(folder: str, said: str) -> None:
    import psycopg  # noqa: F401 - loaded once, before the forks

    os.dup2(os.open(said, os.O_WRONLY | os.O_CREAT | os.O_APPEND), SAID)
    for line in sys.stdin:
        job = Job(**json.loads(line))
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                work(job, Path(folder))
                code = 0
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(code)
        if job.after is not None:
            time.sleep(job.after)
            os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def work(job: Job, folder: Path) -> None:
    boundary = Boundary(job.statement, flushed=job.flushed)
    watch = boundary.watch_psycopg if job.url.startswith("postgresql:") else boundary.watch_sqlite
    watch(setattr)
    boundary.armed = job.steps[0][0] == "create"
    if job.steps[0][0] == "as_nobody":
        _as_nobody(job, folder)
        return
    hand = Hand(job, boundary, folder)
    boundary.armed = ["arm"] not in job.steps
    for name, *given in job.steps:
        getattr(hand, name)(*given)


def _as_nobody(job: Job, folder: Path) -> None:
    """Open a case as somebody who has no rights of their own."""
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
    try:
        Hand(job, Boundary(None), folder).open("as nobody")
    except StoreError as error:
        say("problems", str(error))


if __name__ == "__main__":
    main(*sys.argv[1:])
