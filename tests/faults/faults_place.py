"""A place for a store, and what must be so there."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from faults_child import Ended, Job
from faults_reader import Told, overdue, problems, read
from faults_world import START, Office, open_store


@dataclass(slots=True)
class Place:
    """A store by its address, and the time there."""

    url: str
    now: int = START
    told: list[Told] = field(default_factory=list)

    @property
    def serves(self) -> bool:
        """Whether it is a server."""
        return self.url.startswith("postgresql:")

    def office(self) -> Office:
        """A host of this process, and for it the time that it is here."""
        return Office(open_store(self.url, lambda: self.now))

    def job(self, *steps: Sequence[object], **named: object) -> Job:
        """A job for another process; a server knows its connections by name."""
        url = f"{self.url}&application_name=killed" if self.serves else self.url
        return Job(url, self.now, steps, **named)  # type: ignore[arg-type]

    def heard(self, *all_ended: Ended) -> list[Ended]:
        """Keep what was acknowledged, and wait until a server has noticed that somebody is dead."""
        for ended in all_ended:
            self.told += ended.told
        if self.serves:
            _wait_for_the_server(self.url)
        return list(all_ended)

    def wrong(self) -> list[str]:
        """What is wrong with the store by a reader that knows none of our code."""
        return problems(read(self.url), self.told)

    def late(self) -> list[str]:
        return overdue(read(self.url), self.now)


def _wait_for_the_server(url: str) -> None:
    import psycopg

    question = "select count(*) from pg_stat_activity where application_name = 'killed' and pid <> pg_backend_pid()"
    with psycopg.connect(url, autocommit=True) as connection:
        while connection.execute(question).fetchall() != [(0,)]:
            time.sleep(0.001)
