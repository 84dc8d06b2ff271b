"""What is proved about people holds where guards matter too: 200 random definitions with a field, guards and duties.

What is decided is so, in either direction; what isn't is said to be open, and that is seldom.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from random import Random

import pytest
from people_explorer import Key
from people_guarded import PEOPLE, Guarded, a_guarded_definition, a_small_roster, open_to_one, without_duties

from casedsl.analysis.facts import Facts, facts_of
from casedsl.analysis.guards import MOST_STEPS
from casedsl.analysis.people import Roster
from casedsl.analysis.separation import Doubt, Loophole
from casedsl.analysis.solving.search import Steps
from casedsl.analysis.staffing import never_used
from casedsl.analysis.standstill import Question
from casedsl.compile import _resolved
from casedsl.model.records import CaseType
from casedsl.syntax.use import read_definition

BATCHES, BATCH = 10, 20


class Sample:
    """A definition, what is proved of it, and its cases with a crowd, with its duties and without."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.files = a_guarded_definition(self.random)
        self.facts = facts(self.files)
        self.free = Guarded(case_type(facts(without_duties(self.files))), self.people, ["pat"])
        self.world = Guarded(self.type, self.people, ["pat"])

    @property
    def type(self) -> CaseType:
        return case_type(self.facts)

    @property
    def both(self) -> bool:
        return "may be both" in self.files["shop.case"]

    @property
    def people(self) -> dict[str, tuple[str, ...]]:
        return {**PEOPLE, **({"lee": ("clerk", "chief")} if self.both else {})}


def facts(files: dict[str, str]) -> Facts:
    data = {name: text.encode() for name, text in files.items()}
    return _resolved(read_definition("main.case", data.__getitem__))


def case_type(found: Facts) -> CaseType:
    assert found.case_type is not None
    return found.case_type


@cache
def samples(number: int) -> list[Sample]:
    """The definitions of a batch in which every duty names an event that there is."""
    found, seed = list[Sample](), 10_000 * number
    while len(found) < BATCH:
        seed += 1
        if facts(a_guarded_definition(Random(seed))).graph is not None:
            found.append(Sample(seed))
    return found


def each(number: int) -> Iterator[tuple[str, Sample]]:
    return ((sample.files["main.case"] + sample.files["shop.case"], sample) for sample in samples(number))


@pytest.mark.parametrize("number", range(BATCHES))
def test_where_a_case_stops_by_its_roles_alone(number: int) -> None:
    open_ = 0
    for text, sample in each(number):
        lost = sample.world.lost(sample.free, on=False)
        judgement, _ = sample.facts.duties
        assert {stop.state for stop in judgement.stops} <= states(lost), text
        assert not judgement.decided or bool(judgement.stops) == bool(lost), text
        open_ += not judgement.decided
    assert open_ <= BATCH // 5


def states(keys: set[Key]) -> set[object]:
    return {key[0] for key in keys}


@pytest.mark.parametrize("number", range(BATCHES))
def test_where_a_case_stops_with_the_people_there_are(number: int) -> None:
    open_ = 0
    for text, sample in each(number):
        people = a_small_roster(sample.random, sample.both)
        judgement = with_people(sample.facts, people).staffing
        world = Guarded(sample.type, {**people, "pat": ("customer",)}, ["pat"])
        lost = world.lost(sample.free, on=True)
        assert {stop.state for stop in judgement.stops} <= states(lost), (text, people)
        open_ += not judgement.decided
        if judgement.decided:
            assert bool(judgement.stops) == bool(lost), (text, people)
            missed = {who for who in people if not lost and world.lost(sample.free, on=True, away=who)}
            assert {name for key in judgement.keys for name in key.names} == missed, (text, people)
    assert open_ <= BATCH // 4


def with_people(found: Facts, people: dict[str, tuple[str, ...]]) -> Facts:
    again = facts_of(found.case_type, found.organisation, ())
    return Facts(
        again.found, again.organisation, again.case_type, again.graph, again.teams, again.reached,
        roster=Roster("people.yaml", tuple(people.items())),
    )  # fmt: skip


@pytest.mark.parametrize("number", range(BATCHES))
def test_where_one_person_can_do_what_two_should(number: int) -> None:
    open_ = 0
    for text, sample in each(number):
        judged = sample.facts.separation
        found = {(one.line.owner, one.line.event) for one in judged if isinstance(one, Loophole)}
        doubtful = {(one.line.owner, one.line.event) for one in judged if isinstance(one, Doubt)}
        assert found <= open_to_one(sample.world, sample.type.states), text
        assert open_to_one(sample.world, states(set(sample.world.cases))) <= found | doubtful, text
        open_ += bool(doubtful)
    assert open_ <= BATCH // 5


@pytest.mark.parametrize("number", range(BATCHES))
def test_a_role_that_is_said_never_to_act_never_does(number: int) -> None:
    for text, sample in each(number):
        ground, known = sample.facts.ground, sample.facts.duties[1]
        assert ground is not None
        idle = [line.span for line, _ in never_used(ground, known)] if known else []
        done = (
            sample.world.line(key, step.event).span
            for key, steps in sample.world.steps.items()
            for step in steps
            if step.event and step.who == "pat"
        )
        assert set(idle).isdisjoint(done), text


@pytest.mark.parametrize("number", range(BATCHES))
def test_a_case_that_nobody_leads_on(number: int) -> None:
    """By the guards alone; whoever might be barred is left out of it."""
    open_ = 0
    for text, sample in each(number):
        known = sample.facts.proofs.known if sample.facts.proofs else None
        assert known is not None
        question = Question(sample.type, known, frozenset(), Steps(MOST_STEPS))
        found = {each.state: each for each in question.standstills(lambda state, lines: False)}
        for state in known.inside:
            said = found.get(state)
            if said is None:
                leaving = any(passage.target != state for passage in known.passages[state])
                assert not leaving or not held(sample.free, state), (text, state)
            elif said.example is not None:
                big = dict(said.example.fields).get("big", ...)
                assert any(big in (..., key[1]) for key in held(sample.free, state)), (text, said)
            else:
                open_ += 1
    assert open_ <= BATCH // 2


def held(world: Guarded, state: str) -> set[Key]:
    """The cases in a state that never leave it."""
    found = {key for key in world.cases if key[0] == state}
    while True:
        leaving = {key for key in found if any(step.key not in found for step in world.steps[key])}
        if not leaving:
            return found
        found -= leaving


def test_enough_of_each_kind_is_among_them() -> None:
    stops = keys = loops = open_ = 0
    for number in range(BATCHES):
        for _, sample in each(number):
            stops += bool(sample.facts.duties[0].stops)
            open_ += not sample.facts.duties[0].decided
            loops += any(isinstance(one, Loophole) for one in sample.facts.separation)
            people = a_small_roster(Random(number), sample.both)
            keys += bool(with_people(sample.facts, people).staffing.keys)
    assert min(stops, keys, loops) >= 10, (stops, keys, loops, open_)
