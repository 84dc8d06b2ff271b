"""Whatever is proved about people is so when everybody tries everything on the real runtime, and nothing is unsaid.

200 random definitions with random people: where a case stops (CD504), who can't be missed (CD505), which line lets one
person do what two should (CD503); and every way that is shown is gone by these people.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from random import Random

import pytest
from casedsl_runtime.commands import Do, Open
from people_explorer import ASKED, INSIDE, Key, Stage, World, a_definition, a_roster, key_of

from casedsl.analysis.duties import Deed
from casedsl.analysis.facts import Facts, facts_of
from casedsl.analysis.people import Person, Roster
from casedsl.analysis.separation import idle_duties, loopholes
from casedsl.analysis.solving.search import Steps
from casedsl.compile import _resolved
from casedsl.model.records import CaseType
from casedsl.syntax.use import read_definition

BATCHES, BATCH = 10, 20
MANY = len(ASKED) + 1


@cache
def definitions() -> list[tuple[str, Facts, Random]]:
    """Definitions in which every duty names an event that there is."""
    made: list[tuple[str, Facts, Random]] = []
    seed = 0
    while len(made) < BATCHES * BATCH:
        seed += 1
        random = Random(seed)
        files = a_definition(random)
        data = {name: text.encode() for name, text in files.items()}
        facts = _resolved(read_definition("main.case", data.__getitem__))
        if facts.graph is not None:
            made.append((files["main.case"] + files["shop.case"], facts, random))
    return made


def batch(number: int) -> Iterator[tuple[str, Facts, CaseType, Random]]:
    for text, facts, random in definitions()[number * BATCH : (number + 1) * BATCH]:
        assert facts.case_type is not None
        yield text, facts, facts.case_type, random


def crowd(case_type: CaseType) -> dict[str, tuple[str, ...]]:
    """So many of every kind that somebody of it never did anything, and two customers."""
    both = [set(each) for each in case_type.organisation.may_be_both]
    people: dict[str, tuple[str, ...]] = {}
    for number in range(MANY):
        people |= {f"{role}{number}": (role,) for role in INSIDE}
    people["pat"] = ("customer",)
    if {"clerk", "chief"} in both:
        people["lee"] = ("clerk", "chief")
    if {"clerk", "customer"} in both:
        people["zoe"] = ("clerk", "customer")
    return people


@cache
def crowded(text: str) -> World:
    """The world of a definition with a crowd, in which every case is a customer's."""
    case_type = next(facts.case_type for each, facts, _ in definitions() if each == text)
    assert case_type is not None
    return World(case_type, crowd(case_type), ["pat"])


def gone(world: Stage, way: tuple[Deed, ...], opener: str, named: bool) -> Key:
    """The case behind a way; whoever has no name is somebody new each time."""
    case, new = world.act(None, opener, Open()), dict.fromkeys(INSIDE, 0)
    for deed in way:
        assert case is not None
        assert deed.by is not None
        assert deed.role is not None
        assert deed.event is not None
        who = deed.by.name
        if deed.by.party and not named:
            who = opener
        elif deed.by.party and not who:
            who = "pat"
        elif deed.by.crowd:
            new[deed.role] += 1
            who = f"{deed.role}{new[deed.role] % MANY}"
        elif not who:
            who = "one"
        case = world.act(case, who, Do(deed.event))
        assert case is not None, deed
    assert case is not None
    return key_of(case)


@pytest.mark.parametrize("number", range(BATCHES))
def test_where_a_case_stops_by_its_roles_alone(number: int) -> None:
    for text, facts, _, _ in batch(number):
        world = crowded(text)
        lost = world.lost(on=False)
        judgement, _ = facts.duties
        assert judgement.decided
        assert bool(judgement.stops) == bool(lost), text
        for stop in judgement.stops:
            assert gone(world, stop.way, "pat", named=False) in lost, text


@pytest.mark.parametrize("number", range(BATCHES))
def test_where_a_case_stops_with_the_people_there_are(number: int) -> None:
    for text, facts, case_type, random in batch(number):
        people, staffed = with_people(facts, case_type, random)
        world = World(case_type, people, ["pat"])
        lost = world.lost(on=True)
        judgement = staffed.staffing
        assert judgement.decided
        assert bool(judgement.stops) == bool(lost), (text, people)
        for stop in judgement.stops:
            assert gone(world, stop.way, "pat", named=True) in lost, (text, people)
        missed = {who for who in people if who != "pat" and not lost and world.lost(on=True, away=who)}
        assert {name for key in judgement.keys for name in key.names} == missed, (text, people)
        done = {(key[0], step.event) for key, steps in world.steps.items() for step in steps}
        for line in (line for never in judgement.never for line in never.lines):
            assert (line.owner, line.event) not in done, (text, people)


def with_people(facts: Facts, case_type: CaseType, random: Random) -> tuple[dict[str, tuple[str, ...]], Facts]:
    both = any(set(each) == {"clerk", "chief"} for each in case_type.organisation.may_be_both)
    people = a_roster(random, both)
    roster = Roster("people.yaml", tuple(people.items()))
    found = facts_of(case_type, case_type.organisation, ())
    return {**people, "pat": ("customer",)}, Facts(
        found.found, found.organisation, found.case_type, found.graph, found.teams, found.reached, roster=roster
    )


@pytest.mark.parametrize("number", range(BATCHES))
def test_where_one_person_can_do_what_two_should(number: int) -> None:
    for text, facts, case_type, _ in batch(number):
        people = crowd(case_type)
        worlds = [crowded(text), *(World(case_type, people, [who]) for who in people if who == "zoe")]
        assert facts.ground is not None
        found = list(loopholes(facts.ground, Steps(1000)))
        assert {(loop.line.owner, loop.line.event, loop.ref.name) for loop in found} == {
            each for world in worlds for each in open_to_one(world)
        }, text
        for loop in found:
            opener = "zoe" if loop.who.party and loop.who.inside else "pat"
            world = Stage(case_type, {**people, "one": roles_of(loop.who)})
            way = tuple(named(deed, loop.who, opener) for deed in loop.way)
            gone(world, way, opener, named=True)


def named(deed: Deed, who: Person, opener: str) -> Deed:
    """The deed of a way with the name that its person has here."""
    if deed.by == who:
        return Deed(deed.passage, Person(opener if who.party else "one", who.inside, who.party), deed.role)
    return deed


def roles_of(who: Person) -> tuple[str, ...]:
    return tuple(sorted(who.inside | who.party))


def open_to_one(world: World) -> Iterator[tuple[str | None, str, str]]:
    """The lines without a duty of their event that whoever did what the duty asks about can take."""
    duties = {
        (line.event, ref.name)
        for key in world.steps
        for line in world.type.handlers(str(key[0])).values()
        for ref in line.but_not
        if line.by
    }
    for key, steps in world.steps.items():
        last = dict(world.cases[key].happened)
        for step in steps:
            line = world.line(str(key[0]), step.event)
            for event, done in duties:
                bars = {ref.name for ref in line.but_not}
                if event == step.event and done not in bars and done in last and last[done].last_by == step.who:
                    yield line.owner, event, done


@pytest.mark.parametrize("number", range(BATCHES))
def test_which_duties_bar_nobody(number: int) -> None:
    for text, facts, _, _ in batch(number):
        world = crowded(text)
        assert facts.ground is not None
        known = facts.duties[1]
        idle = {(each.line.owner, each.line.event) for each in idle_duties(facts.ground, known)} if known else set()
        met = {
            (line.owner, line.event): False
            for key in world.steps
            for line in world.type.handlers(str(key[0])).values()
            if line.but_not
        }
        for key in world.steps:
            for line in world.type.handlers(str(key[0])).values():
                if any(ref.name in world.cases[key].happened for ref in line.but_not):
                    met[line.owner, line.event] = True
        assert idle == {name for name, happened in met.items() if not happened}, text


def test_enough_of_each_kind_is_among_them() -> None:
    stops = keys = never = idle = errors = warnings = 0
    for _, facts, random in definitions():
        assert facts.case_type is not None
        assert facts.ground is not None
        judgement = with_people(facts, facts.case_type, random)[1].staffing
        found = list(loopholes(facts.ground, Steps(1000)))
        stops += bool(facts.duties[0].stops)
        keys += bool(judgement.keys)
        never += bool(judgement.never)
        idle += bool(facts.duties[1] and list(idle_duties(facts.ground, facts.duties[1])))
        errors += any(each.around for each in found)
        warnings += any(not each.around for each in found)
    assert min(stops, keys, never, idle, errors, warnings) >= 10, (stops, keys, never, idle, errors, warnings)
