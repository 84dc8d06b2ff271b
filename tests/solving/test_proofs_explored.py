"""Whatever is proved of a random small definition is so in every case that it can have."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from random import Random

import pytest
from explorer import Explorer, a_definition, amendable, bounded, said
from large_definitions import facts_of

from casedsl.analysis.facts import Facts
from casedsl.analysis.known import IF_ASKED, SURE
from casedsl.rules import checked
from casedsl.syntax.span import Span

BATCH, PLAIN = 20, 10
"""From batch `PLAIN` on, fields must be something."""


@cache
def definitions(batch: int) -> list[tuple[str, Facts, Explorer]]:
    made = []
    for seed in range(BATCH * batch, BATCH * (batch + 1)):
        random = Random(seed)
        text = a_definition(random)
        text = bounded(text, random) if batch >= PLAIN else text
        facts = facts_of(text)
        assert facts.case_type is not None, text
        assert facts.proofs is not None, facts.found
        made.append((text, facts, Explorer(facts.case_type)))
    return made


@pytest.mark.parametrize("batch", range(16))
def test_every_theorem_holds_in_every_case(batch: int) -> None:
    for text, facts, explorer in definitions(batch):
        proofs, seen = facts.proofs, explorer.seen
        assert proofs is not None
        for case in seen.cases:
            assert case.state in proofs.known.inside, (text, case)
            values = dict(zip(explorer.names, case.values, strict=True))
            for name, fact in proofs.known.inside[case.state].items():
                asked = explorer.asked(explorer.type.fields[name], values)
                assert fact.level != SURE or values[name] is not None, (text, case, name)
                assert fact.level != IF_ASKED or values[name] is not None or not asked, (text, case, name)
                assert fact.values is None or values[name] is None or values[name] in fact.values, (text, case, name)
        for found in proofs.dead:
            if found.guard.line is not None:
                assert True not in seen.guards.get(id(found.guard.formula), ()), (text, found.guard.formula.text)
        for guard in proofs.always:
            if guard.line is not None:
                assert False not in seen.guards.get(id(guard.formula), ()), (text, guard.formula.text)
        for shadow in proofs.shadows:
            assert id(shadow.route) not in seen.taken, (text, shadow.route)


@pytest.mark.parametrize("batch", range(4))
def test_what_is_proved_of_guards_holds_where_values_are_taken_away(batch: int) -> None:
    taken_away = 0
    for seed in range(BATCH * batch, BATCH * (batch + 1)):
        random = Random(seed)
        text = amendable(a_definition(random), random)
        facts = facts_of(bounded(text, random) if batch % 2 else text)
        assert facts.case_type is not None, text
        assert facts.proofs is not None, facts.found
        explorer = Explorer(facts.case_type, takes_away=True)
        taken_away += len(explorer.seen.cases) > len(Explorer(facts.case_type).seen.cases)
        for found in facts.proofs.dead:
            assert True not in explorer.seen.guards.get(id(found.guard.formula), ()), (text, found.guard.formula.text)
        for guard in facts.proofs.always:
            assert False not in explorer.seen.guards.get(id(guard.formula), ()), (text, guard.formula.text)
        for shadow in facts.proofs.shadows:
            assert id(shadow.route) not in explorer.seen.taken, (text, shadow.route)
        ends = explorer.seen.can_end()
        stuck = {case.state for case in explorer.seen.cases - ends}
        stopped = {finding.named("state")[0] for finding in checked(facts) if finding.code == "CD501"}
        assert stopped <= stuck, (text, stopped)
    assert taken_away > 3


@pytest.mark.parametrize("batch", range(16))
def test_no_gap_is_left_unsaid(batch: int) -> None:
    """Where an event is refused because no route is open, though all that is asked was answered, a rule says so."""
    for text, facts, explorer in definitions(batch):
        codes: dict[str, list[Span]] = {}
        for finding in checked(facts):
            codes.setdefault(finding.code, []).append(finding.span)
        proofs, seen = facts.proofs, explorer.seen
        assert proofs is not None
        for looked in proofs.looked:
            named = [guard for guard in looked.routes if guard is not None]
            if id(looked.line) in seen.refused and len(named) > 1 and len(named) == len(looked.routes):
                spans = {*codes.get("CD204", ()), *codes.get("CD210", ()), *codes.get("CD201", ())}
                near = {span for span in spans if looked.line.span.line <= span.line <= looked.line.span.line + 12}
                assert near, (text, looked.line.event)


@pytest.mark.parametrize("batch", range(16))
def test_a_field_that_is_called_unset_is_so_in_some_case(batch: int) -> None:
    claimed = left_open = 0
    for text, facts, explorer in definitions(batch):
        assert facts.proofs is not None
        left_open += len(facts.proofs.open)
        for found in facts.proofs.unset:
            claimed += 1
            seen = (id(found.guard.formula), found.field.name) in explorer.seen.unset
            assert seen, (text, found.guard.formula.text, found.field.name)
    assert claimed > 2 * left_open


def test_the_explorer_can_fail() -> None:
    assert said((">", ("field", "b"), ("const", 1)), {"b": 2})
    assert not said((">", ("field", "b"), ("const", 1)), {"b": None})


def test_the_same_definition_has_the_same_findings_under_any_hash_seed(
    printed_under_any_seed: Callable[[str], bytes],
) -> None:
    asked = (
        "from random import Random; from explorer import a_definition; from large_definitions import facts_of;"
        "from casedsl.rules import checked;"
        "print([checked(facts_of(a_definition(Random(seed)))) for seed in range(12)])"
    )
    assert b"CD208" in printed_under_any_seed(asked)
