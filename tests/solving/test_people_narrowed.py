"""What is left out because it can't matter who did it changes nothing: all that is said of people is the same as if
everything were noted, and of large teams it is said at once."""

from __future__ import annotations

from random import Random

import pytest
from large_definitions import definition, facts_of, people, whole
from msgspec.structs import replace
from people_explorer import INSIDE, a_definition
from people_guarded import a_guarded_definition

from casedsl.analysis import staffing, stops
from casedsl.analysis.barring import missed, narrowed
from casedsl.analysis.duties import Cast, explored
from casedsl.analysis.facts import Facts
from casedsl.analysis.ground import Ground
from casedsl.analysis.people import Roster, groups_of
from casedsl.compile import _resolved
from casedsl.model.records import Transition
from casedsl.rules.duties import cd504_duties_unsatisfiable, cd505_key_person, people_not_decided
from casedsl.syntax.finding import Finding
from casedsl.syntax.use import read_definition

DEFINITIONS = 60


def _said(facts: Facts) -> list[Finding]:
    fresh = replace(facts)
    rules = (cd504_duties_unsatisfiable, cd505_key_person, people_not_decided)
    return [finding for rule in rules for finding in rule(fresh)]


def _a_list(random: Random, both: bool) -> Roster:
    """Up to nine people, so that some roles have enough and some have not."""
    roles = [random.sample(INSIDE, random.choice((1, 1, 2)) if both else 1) for _ in range(random.randint(1, 9))]
    return Roster("people.yaml", tuple((f"p{number}", tuple(each)) for number, each in enumerate(roles)))


def _with_a_list(seed: int) -> Facts:
    random = Random(seed)
    files = random.choice((a_definition, a_guarded_definition))(random)
    data = {name: text.encode() for name, text in files.items()}
    facts = _resolved(read_definition("main.case", data.__getitem__))
    return replace(facts, roster=_a_list(random, "may be both" in files["shop.case"]))


def _everything(cast: Cast, lines: object, every: bool = False) -> Cast:
    return cast


def _nothing(ground: Ground, land: object, cast: Cast) -> bool:
    return False


def _everybody(cast: Cast, lines: object) -> frozenset[int]:
    return frozenset(cast.kinds)


def test_nothing_else_is_said_where_everything_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    each = [facts for seed in range(DEFINITIONS) if (facts := _with_a_list(seed)).graph is not None]
    quick = [_said(facts) for facts in each]
    for module in (stops, staffing):
        monkeypatch.setattr(module, "narrowed", _everything)
    monkeypatch.setattr(stops, "_carefully_goes_on", _nothing)
    monkeypatch.setattr(staffing, "missed", _everybody)
    assert quick == [_said(facts) for facts in each]
    assert len({finding.code for found in quick for finding in found}) >= 2


def _cast(text: str, roster: Roster) -> tuple[Cast, Ground, tuple[Transition, ...]]:
    ground = facts_of(text).ground
    assert ground is not None
    groups = groups_of(roster, ground.inside, ground.outside)
    cast = staffing._casting(ground, groups, None, frozenset())(ground.plain.terrain)
    return cast, ground, ground.lines


def test_of_enough_people_it_is_never_noted_who_did_what() -> None:
    cast, ground, lines = _cast(whole(12, 40, 15, 0), people(8))
    assert len(ground.noted) == len(cast.noted) == 3
    assert len(narrowed(cast, lines).noted) == 0
    assert missed(cast, lines) == frozenset()
    found = explored(narrowed(cast, lines))
    assert found is not None
    assert len(found.after) == 12


def test_of_one_it_is() -> None:
    cast, _, lines = _cast(whole(12, 40, 15, 0), Roster("people.yaml", (("kim", ("clerk",)),)))
    assert narrowed(cast, lines) is cast
    assert missed(cast, lines) == frozenset(cast.kinds)


def test_two_who_bar_each_other_are_no_matter_where_something_else_leads_on() -> None:
    facts = replace(facts_of(whole(20, 70, 9, 0)), roster=people(3))
    assert facts.ground is not None
    assert len(facts.ground.noted) == 6
    assert (facts.staffing.decided, facts.staffing.keys) == (True, ())


IN_TURN = """\
case type letter "Letter"
    edition 1
    use "acme"
first state new "New"
    on draft -> drafted
        by clerk, chief
state drafted "Drafted"
    on review -> reviewed
        by clerk, chief
        but not who did draft
state reviewed "Reviewed"
    on approve -> done
        by chief
        but not who did review
final state done "Done"
"""


def test_who_did_what_is_noted_as_far_back_as_it_matters() -> None:
    clerks = tuple((name, ("clerk",)) for name in ("kim", "lee", "pat"))
    one, three = (Roster("people.yaml", (*clerks, *((name, ("chief",)) for name in names))) for names in (["a"], "abc"))
    for roster, noted in ((one, {"draft", "review"}), (three, set())):
        cast, _, lines = _cast(IN_TURN, roster)
        assert set(narrowed(cast, lines).noted) == noted


def test_without_a_duty_there_is_nothing_to_note() -> None:
    cast, _, lines = _cast(definition(12, 40, 15), people(2))
    assert cast.noted == {}
    assert narrowed(cast, lines) is cast
