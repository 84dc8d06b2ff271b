"""The same commands on three stores: not a byte of the journal differs, nor of anything else.

In CI they are ten thousand (`CASEDSL_TEST_COMMANDS`), at a desk fewer.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from typing import NamedTuple

import pytest
from casedsl_runtime import Amend, Do, MemoryStore, Outcome, Store
from casedsl_runtime.answers import Offer
from casedsl_runtime.store.export import export_lines
from casedsl_runtime.vocabulary import Value
from runtime_samples import PEOPLE, WORKFLOW, Desk
from store_world import upkeep_of

COMMANDS = int(os.environ.get("CASEDSL_TEST_COMMANDS", "800"))
REFUNDS = (5, 1_000_000, 2_000_000)
IDLE = ("withdraw", "message", "hand_back", "phone", "mark_spam")
ONWARD = ("acknowledge", "decide", "approve", "send_answer", "customer_replied", "take_back")
OPEN = 40
"""How many cases are worked on at a time, so that each of them has a history."""


class Asked(NamedTuple):
    """A command as it can be given to any host; `case` None opens one, `key` may be one that was used before."""

    case: str | None
    key: str
    actor: str
    name: str
    fields: dict[str, Value]
    note: str | None
    at: int


def give(desk: Desk, asked: Asked) -> Outcome | int:
    desk.clock.now = asked.at
    if asked.name == "tick":
        return len(desk.host.tick())
    if asked.case is None:
        return desk.host.open("complaint", asked.key, asked.fields, asked.actor)
    command = (
        Amend(asked.fields, asked.note or "") if asked.name == "amend" else Do(asked.name, asked.fields, asked.note)
    )
    return desk.host.submit(asked.case, asked.key, command, asked.actor)


def values(source: random.Random) -> dict[str, Value]:
    """Some fields, most of them right ones."""
    made: dict[str, Value] = {
        "impact": source.randint(1, 6),
        "category": source.choice(("billing", "privacy")),
        "question": source.choice(("Wann?", "Où ça?", "何が？")),
        "outcome": source.choice(("upheld", "rejected")),
        "remedy": source.choice(("Money", "Sorry – “really”")),
        "refund": source.choice(REFUNDS),
        "vulnerable": source.random() < 0.5,
    }
    return {name: value for name, value in made.items() if source.random() < 0.4}


def story(seed: int, commands: int, desk: Desk) -> Iterator[tuple[Asked, Outcome | int]]:
    """Commands that fit the cases as they stand, mostly, and what became of each."""
    source = random.Random(seed)
    given: list[Asked] = []
    cases: list[str] = []
    for n in range(commands):
        now, kind = desk.clock.now + source.choice((0, 60, 900)), source.random()
        asked = Asked(None, f"k{n}", "pat", "open", {"summary": f"Nr. {n}: «it» never came"}, None, now)
        if kind < 0.05 and given:
            asked = source.choice(given[-200:])._replace(at=now)  # the same again
        elif kind < 0.08 and given:
            asked = source.choice(given[-200:])._replace(at=now, fields={"impact": 2})  # a key used for something else
        elif kind < 0.12:
            asked = asked._replace(name="tick", at=now + source.choice((0, 3600, 86_400)))
        elif kind < 0.93 and cases:
            asked = at_work(source, desk, source.choice(cases[-OPEN:]), f"k{n}", now)
        elif kind < 0.94:
            asked = asked._replace(actor="nobody")
        outcome = give(desk, asked)
        if isinstance(outcome, Outcome) and asked.case is None and outcome.number and outcome.number not in cases:
            cases.append(outcome.number)
        given.append(asked)
        yield asked, outcome


def at_work(source: random.Random, desk: Desk, case: str, key: str, now: int) -> Asked:
    """Something that can be done in a case, or nearly."""
    if source.random() < 0.1:
        return Asked(case, key, "kim", "amend", values(source), source.choice((None, "Misread")), now)
    if source.random() < 0.1:
        return Asked(case, key, "kim", "amend", {"category": "privacy"}, "Misread", now)
    people = source.sample(sorted(PEOPLE), len(PEOPLE))
    offers: list[Offer] = []
    while people and not offers:
        person = people.pop()
        offers = [
            offer for offer in desk.host.actions(case, person) if source.random() < 0.1 or offer.event not in IDLE
        ]
    if not offers:
        return Asked(case, key, "kim", "decide", values(source), None, now)
    onward = [offer for offer in offers if offer.event in ONWARD]
    offer = source.choice(onward if onward and source.random() < 0.7 else offers)
    known: dict[str, Value] = {"impact": 3, "question": "Which?"}
    given = {field.name: known[field.name] for field in offer.needs if field.name in known and source.random() < 0.9}
    if offer.event == "decide":
        rejected: dict[str, Value] = {"outcome": "rejected"}
        upheld: dict[str, Value] = {"outcome": "upheld", "remedy": "Money", "refund": source.choice(REFUNDS)}
        given = source.choice((rejected, upheld))
    return Asked(case, key, person, offer.event, given, "Because." if source.random() < 0.8 else None, now)


def trace(desk: Desk, done: Iterable[tuple[Asked, Outcome | int]], look: int) -> list[str]:
    """What a store says while commands are given: outcomes, anchors as they are made, and in the end all it keeps."""
    upkeep, told = upkeep_of(desk.store, desk.clock), []
    for n, (_, outcome) in enumerate(done):
        told.append(repr(outcome if isinstance(outcome, int) else (outcome.accepted, outcome.number, outcome.reasons)))
        if n % look == look - 1:
            line = upkeep.anchor()
            told.append("nothing new" if line is None else line.hash)
    assert list(upkeep.verify()) == []
    return [*told, *(sha256(line.encode()).hexdigest() for line in export_lines(desk.store))]


def traces(makers: dict[str, Callable[[], Store]], seed: int, commands: int, look: int) -> list[list[str]]:
    """The same story on each store; the first one makes it up."""
    given: list[Asked] = []
    found: list[list[str]] = []
    for make in makers.values():
        store = make()
        desk = Desk(store)
        again = ((asked, give(desk, asked)) for asked in list(given))
        found.append(trace(desk, again if given else noted(story(seed, commands, desk), given), look))
        store.close()
    return found


def noted(done: Iterable[tuple[Asked, Outcome | int]], given: list[Asked]) -> Iterator[tuple[Asked, Outcome | int]]:
    for asked, outcome in done:
        given.append(asked)
        yield asked, outcome


def test_the_heads_are_the_same(makers: dict[str, Callable[[], Store]]) -> None:
    memory, sqlite, postgres = traces(makers, 5, COMMANDS, 200)
    assert sqlite == memory
    assert postgres == memory


def test_the_story_is_no_small_one() -> None:
    """What such commands are made of: of everything a good number."""
    desk = Desk(MemoryStore())
    refused = sum(not outcome.accepted for _, outcome in story(5, 2_000, desk) if isinstance(outcome, Outcome))
    entries = [entry for row in desk.host.list() for entry in desk.host.history(row.number)]
    kinds = {kind: sum(entry.kind == kind for entry in entries) for kind in {entry.kind for entry in entries}}
    assert {"opened", "done", "amended", "prompted", "alerted", "escalated", "moved", "missed"} <= kinds.keys()
    assert kinds["opened"] > 100
    assert kinds["done"] > 700
    assert 300 < refused < 1000
    assert {entry.values.get("state") for entry in entries} >= {state.name for state in WORKFLOW.states}
    assert len(desk.host.outbox()) > 200


@pytest.mark.parametrize("seed", range(2))
def test_a_shorter_story_with_another_seed(makers: dict[str, Callable[[], Store]], seed: int) -> None:
    memory, sqlite, postgres = traces(makers, seed, 250, 25)
    assert memory == sqlite == postgres
