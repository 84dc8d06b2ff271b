"""Several processes work on one store and are killed at random, again and again; then everything is counted."""

from __future__ import annotations

import random
from collections import Counter

from faults_child import Ended, Forge
from faults_place import Place
from faults_reader import read
from faults_world import HOUR

KILLS = 200
SEED = 5
TOGETHER = 3


def hurt(place: Place, forges: list[Forge], source: random.Random, batch: int) -> list[Ended]:
    """Let processes work side by side, each until it is killed: at one of its statements, or after some time."""
    for writer, forge in enumerate(forges):
        load = ("load", SEED, f"{batch}/{writer}", 1_000)
        at = (
            {"after": source.uniform(0.002, 0.06)} if source.random() < 0.4 else {"statement": source.randrange(1, 250)}
        )
        forge.start(place.job(load, flushed=source.random() < 0.5, **at))
    return place.heard(*(forge.end() for forge in forges))


def twice(all_ended: list[Ended]) -> list[str]:
    """Messages that were delivered more than once by hosts that lived on after it."""
    lived = Counter(id for one in all_ended for id in (one.delivered[:-1] if one.killed else one.delivered))
    return [id for id, times in lived.items() if times > 1]


def delivered(place: Place) -> list[str]:
    return [row["id"] for row in read(place.url).of("outbox") if row["state"] == "delivered"]


def test_two_hundred_kills_lose_nothing(place: Place, forges: list[Forge]) -> None:
    source, all_ended = random.Random(SEED), list[Ended]()
    for batch in range(KILLS // TOGETHER + 1):
        all_ended += hurt(place, forges[:TOGETHER], source, batch)
        if batch % 10 == 9:
            assert place.wrong() == [], f"after {len(all_ended)} kills"
        place.now += source.choice((60, HOUR))
    assert sum(one.killed for one in all_ended) >= KILLS
    assert {problem for one in all_ended for problem in (*one.problems, *one.logged)} == set()
    assert len(place.told) > 2 * KILLS
    assert twice(all_ended) == []
    assert set(delivered(place)) <= {id for one in all_ended for id in one.delivered}
    office = place.office()
    place.now += 400
    while office.host.tick():
        pass
    assert place.wrong() == []
    assert place.late() == []
    assert office.problems() == []
    office.store.close()
