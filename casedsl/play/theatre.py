"""Where scenarios are played: a compiled definition made ready once, and what its moments mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from hashlib import shake_128
from itertools import count

from casedsl_runtime.artifact import CompiledCalendar, Workflow
from casedsl_runtime.host import Host
from casedsl_runtime.journal import Salts
from casedsl_runtime.loading import load_bundle, load_workflow
from casedsl_runtime.people import Directory
from casedsl_runtime.store import Store
from casedsl_runtime.store.memory import MemoryStore
from casedsl_runtime.vocabulary import Duration
from casedsl_runtime.worktime import Calendars, Stretch, Timetable, due, instant_of, load, prepare
from msgspec import Struct

from casedsl.compile import Compiled
from casedsl.model.records import CaseType
from casedsl.model.scenarios.records import Moment, Person

_EPOCH = datetime(1970, 1, 1)


class VirtualClock(Struct):
    """A clock that stands where the player puts it."""

    now: int = 0

    def __call__(self) -> int:
        return self.now


class Theatre(Struct, frozen=True):
    """A compiled definition, ready to be played.

    Attributes:
      case_type: the model; places are taken from it.
      workflow, calendars: what was compiled of it.
      zone: a calendar that knows the workflow's zone; None means UTC.
    """

    case_type: CaseType
    compiled: Compiled
    workflow: Workflow
    calendars: Calendars
    zone: CompiledCalendar | None
    table: Timetable | None

    @classmethod
    def of(cls, case_type: CaseType, compiled: Compiled) -> Theatre:
        workflow, bundle = load_workflow(compiled.artifact).workflow, load_bundle(compiled.bundle).bundle
        zone = next((each for each in bundle.calendars if each.zone == workflow.zone), None)
        return cls(case_type, compiled, workflow, load(bundle), zone, prepare(zone) if zone else None)

    def host(self, people: Iterable[Person], clock: VirtualClock, store: Store | None = None) -> Host:
        """A host with these people, in a fresh store in memory if none is given."""
        known = {person.id: {"name": person.name, "roles": person.roles} for person in people}
        host = Host(store or MemoryStore(), Directory.of(known), clock, _salts())
        host.install(self.compiled.artifact, self.compiled.bundle)
        return host

    def instant(self, moment: Moment) -> int:
        """The instant that a moment means: of one that comes twice the first, one that is skipped as much later as the
        clocks skip. Raises CalendarRunsOut."""
        wall = datetime.fromisoformat(moment.date) + timedelta(minutes=moment.minute)
        if self.table is not None:
            return instant_of(self.table, wall)
        return (wall - _EPOCH) // timedelta(seconds=1)

    def later(self, now: int, length: Duration, calendar: str) -> int | None:
        """The instant at which a length of time that begins now is over. Raises CalendarRunsOut."""
        return due(self.calendars, [Stretch(now, None, calendar)], length, now)


def _salts() -> Salts:
    """Salts that are the same whenever a scenario is played; a real host takes them from the operating system."""
    numbers: Iterator[int] = count()
    return lambda count: shake_128(f"scenario {next(numbers)}".encode()).digest(count)
