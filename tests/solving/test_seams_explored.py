"""Where a case goes to another team, in 200 random definitions whose every case is walked through: each error is a step
that some case takes, and each step that a case takes is an error or said to be open, which is seldom."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest
from explorer import At, Explorer, a_definition, bounded
from large_definitions import facts_of

from casedsl.model.records import CaseType, Route, Transition
from casedsl.rules.handoffs import cd810_hand_over_missing, seams_not_decided
from casedsl.syntax.span import Span

BATCH = 20
TEAMS = ("desk", "board", "")


class Teams(Explorer):
    """Every case, with the lines that it takes."""

    def __init__(self, case_type: CaseType) -> None:
        self.steps: dict[At, set[tuple[Span, At]]] = {}
        super().__init__(case_type)

    def _moved(self, line: Transition, route: Route, case: At, values: dict[str, object]) -> Iterator[At]:  # type: ignore[override]
        for after in super()._moved(line, route, case, values):  # type: ignore[arg-type]
            place = route.span if len(line.routes) > 1 else line.span
            self.steps.setdefault(case, set()).add((place, after))
            yield after

    def seams(self) -> set[Span]:
        """The places of the lines and routes by which some case goes to another team."""
        opened = (case for case in self.seen.cases if case.state == self.type.first.name)
        queue = [(case, self.team(case, "")) for case in opened if case.behind is None]
        met, found = set(queue), set[Span]()
        for case, team in queue:
            for place, after in self.steps.get(case, ()):
                if team and self.team(after, team) != team:
                    found.add(place)
            for after in self.seen.became.get(case, ()):
                new = after, self.team(after, team)
                if new not in met:
                    met.add(new)
                    queue.append(new)
        return found

    def team(self, case: At, before: str) -> str:
        own = self.type.states[case.state].team
        return own.name if own else before


def with_teams(text: str, random: Random) -> str:
    for line in [each for each in text.splitlines(keepends=True) if "state " in each and not each.startswith(" ")]:
        team = random.choice(("desk", "board") if line.startswith("first") else TEAMS)
        text = text.replace(line, f"{line}    team {team}\n" if team else line)
    return text


@pytest.mark.parametrize("batch", range(10))
def test_a_step_to_another_team_is_one_that_some_case_takes(batch: int) -> None:
    shown = left = 0
    for seed in range(BATCH * batch, BATCH * (batch + 1)):
        text = with_teams(a_definition(Random(seed)), Random(seed))
        text = bounded(text, Random(seed)) if seed % 3 == 0 else text
        facts = facts_of(text)
        assert facts.case_type is not None
        real = Teams(facts.case_type).seams()
        errors = {finding.span for finding in cd810_hand_over_missing(facts)}
        open_ = {finding.span for finding in seams_not_decided(facts)}
        assert errors <= real, (seed, text)
        assert real <= errors | open_, (seed, text)
        shown += len(errors)
        left += len(open_ - errors)
    assert shown > 5
    assert left <= BATCH // 5
