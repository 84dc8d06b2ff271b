"""What is proved blind through all that lines set is so in every case; two cases that are shown differ as is said."""

from __future__ import annotations

import pytest
from flows_tried import Explored, definition
from scoring_tried import looked_at

from casedsl.analysis.facts import facts_of
from casedsl.analysis.scoring.records import Scored, Scores

DEFINITIONS = 120


def scores_of(text: str) -> Scores:
    checked = looked_at(text)
    understood = [each for each in checked.findings if each.code < "CD100" and each.severity == "error"]
    assert understood == []
    return facts_of(checked.case_type, checked.organisation, ()).scores


def lived_again(explored: Explored, shown: Scored, name: str) -> int | None:
    """The score of a case that goes as it is shown."""
    turn, state = explored.opened(dict(shown.life[0].said)), "new"
    assert {**turn.fields, **dict(shown.life[0].said)} == turn.fields
    for step in shown.life[1:]:
        assert step.by is not None
        reached = explored.does(turn, state, step.by.event, dict(step.said))
        assert reached is not None, step.by.event
        state = reached
    held = {**turn.fields, name: dict(shown.given)[name]}
    assert {each: held[each] for each, _ in shown.fields} == dict(shown.fields)
    return explored.score(turn)


def judge(text: str) -> str:
    """What is said of a claim, held against all cases."""
    scores, explored = scores_of(text), Explored(text)
    assert explored.workflow.priority is not None
    (name,) = explored.workflow.priority.blind_to
    for pair in scores.seeing:
        if pair.way:
            found = [lived_again(explored, each, name) for each in (pair.one, pair.two)]
            assert found == [pair.one.score, pair.two.score]
            assert found[0] != found[1]
            return "carried"
    if any("blind" in each.what for each in scores.open):
        return "open, and so" if explored.learns(name) else "open"
    if not scores.seeing:
        assert not explored.learns(name)
    return "seen" if scores.seeing else "blind"


@pytest.mark.parametrize("batch", range(4))
def test_what_is_said_of_lines_that_set_is_so(batch: int) -> None:
    said: dict[str, int] = {}
    for seed in range(DEFINITIONS // 4 * batch, DEFINITIONS // 4 * (batch + 1)):
        text = definition(seed)
        try:
            found = judge(text)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}\n{text}") from error
        said[found] = said.get(found, 0) + 1
    assert said["carried"] >= 4, said
    assert said["blind"] >= 15, said
    assert "open, and so" not in said, said
    assert said.get("open", 0) <= 9, said
