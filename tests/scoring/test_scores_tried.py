"""What is proved about a random priority is so in every case, and what is found is so in the cases that are shown:
tried out on the runtime, which shares nothing with the proofs but the meaning."""

from __future__ import annotations

import pytest
from scoring_tried import HEAD, OPENED, TAIL, Tried, World, definition, looked_at, over_time

from casedsl.analysis.facts import facts_of
from casedsl.analysis.scoring.records import Pair, Scored, Scores

PLAIN, AGEING = 150, 60


def scores_of(text: str) -> Scores:
    checked = looked_at(text)
    understood = tuple(each for each in checked.findings if each.code < "CD100")
    assert not [each for each in understood if each.severity == "error"], understood
    return facts_of(checked.case_type, checked.organisation, ()).scores


def as_shown(world: World, shown: Scored) -> Tried:
    """The case that is shown: opened with what is given, it holds and scores what was said."""
    case = world.at(dict(shown.given))
    assert {name: case.fields[name] for name, _ in shown.fields} == dict(shown.fields)
    assert case.sum == shown.sum
    if case.known:
        assert (case.fresh, case.final, world.band(case.fresh)) == (shown.score, shown.later, shown.band)
    return case


def differ_alone(world: World, pair: Pair, one: Tried, two: Tried) -> bool:
    """Whether two cases hold the same but for one field, and but for those that are asked in one of them only."""
    return all(
        one.fields[each.name] == two.fields[each.name]
        or each.name == pair.field.name
        or (each.asked_when is not None and each.default in (one.fields[each.name], two.fields[each.name]))
        for each in world.workflow.fields
    )


def judge(text: str) -> dict[str, int]:
    """Hold everything that is said against all cases; how much was said of each kind."""
    world, scores = World(text), scores_of(text)
    known = [case for case in world.cases if case.known]
    open_ = " ".join(each.what for each in scores.open)
    _judge_range(world, scores, known, open_)
    _judge_claims(world, scores, open_)
    _judge_idle(world, scores, open_)
    _judge_bands(world, scores, known, open_)
    if scores.overtaken is not None:
        waiting, fresh = as_shown(world, scores.overtaken.waiting), as_shown(world, scores.overtaken.fresh)
        assert waiting.final < fresh.fresh
    elif world.priority.ages and known:
        assert min(case.final for case in known) >= max(case.fresh for case in known)
    return {name: len(getattr(scores, name)) for name in ("beyond", "falling", "seeing", "idle", "empty", "open")}


def _judge_range(world: World, scores: Scores, known: list[Tried], open_: str) -> None:
    low, high = world.priority.low, world.priority.high
    sums = [case.sum for case in known if case.sum is not None]
    outside = [each for each in (min(sums, default=low), max(sums, default=low)) if not low <= each <= high]
    if "range" not in open_:
        assert [as_shown(world, each).sum for each in scores.beyond] == outside


def _judge_claims(world: World, scores: Scores, open_: str) -> None:
    for name in world.declared.rises_with:
        pairs = [(one, two) for one, two in world.apart(name) if one.known and two.known]
        pairs = [(one, two) for one, two in pairs if one.answers[name] is not None]
        falls = any(later < earlier for one, two in pairs for earlier, later in over_time(one, two))
        found = [pair for pair in scores.falling if pair.field.name == name]
        assert bool(found) == falls or f"rises with `{name}`" in open_, name
        for pair in found:
            one, two = as_shown(world, pair.one), as_shown(world, pair.two)
            assert any(later < earlier for earlier, later in over_time(one, two))
            assert differ_alone(world, pair, one, two)
    for name in world.declared.blind_to:
        sees = any(
            one.known != two.known or any(a != b for a, b in over_time(one, two)) for one, two in world.apart(name)
        )
        found = [pair for pair in scores.seeing if pair.field.name == name]
        assert bool(found) == sees or f"blind to `{name}`" in open_, name
        for pair in found:
            one, two = as_shown(world, pair.one), as_shown(world, pair.two)
            assert one.known != two.known or any(a != b for a, b in over_time(one, two))
            assert differ_alone(world, pair, one, two)


def _judge_idle(world: World, scores: Scores, open_: str) -> None:
    idle = {found.field for found in scores.idle if not found.band}
    for found in scores.idle:
        for shown in found.shown:
            as_shown(world, shown)
        if found.field is None:
            continue
        pairs = [(one, two) for one, two in world.apart(found.field) if one.known and two.known]
        if found.band:
            assert all(world.band(one.fresh) == world.band(two.fresh) for one, two in pairs), found.field
            assert all(world.band(one.final) == world.band(two.final) for one, two in pairs), found.field
        else:
            assert all(a == b for one, two in pairs for a, b in over_time(one, two)), found.field
    if not scores.idle and "hangs on" not in open_:
        for name in world.read() - idle:
            pairs = [(one, two) for one, two in world.apart(name) if one.known and two.known]
            assert any(a != b for one, two in pairs for a, b in over_time(one, two)), name


def _judge_bands(world: World, scores: Scores, known: list[Tried], open_: str) -> None:
    got = {world.band(score) for case in known for _, score in case.scores}
    lost = {band.name for band in world.priority.bands} - got
    empty = {each.band.name for each in scores.empty}
    assert empty <= lost
    if not world.priority.ages and "band" not in open_:
        assert empty == lost
    bandless = any(world.band(case.fresh) is None for case in known) and bool(world.priority.bands)
    if "has a band" not in open_:
        assert (scores.bandless is not None) == bandless
    beside = (shown for each in scores.empty for shown in each.beside)
    for shown in (scores.bandless, scores.least, scores.most, *beside):
        if shown is not None:
            as_shown(world, shown)


@pytest.mark.parametrize("ageing", [False, True], ids=["plain", "ageing"])
def test_what_is_said_about_random_priorities_is_so(ageing: bool) -> None:
    said: dict[str, int] = {}
    for seed in range(AGEING if ageing else PLAIN):
        text = definition(seed, ageing)
        try:
            for name, count in judge(text).items():
                said[name] = said.get(name, 0) + count
        except AssertionError as error:
            raise AssertionError(f"seed {seed}\n{text}") from error
    assert all(said[name] >= 3 for name in ("beyond", "falling", "seeing", "idle", "empty")), said
    assert said["open"] <= 10, said


def test_a_priority_that_is_proved_blind_is_the_same_where_the_runtime_hides_the_field() -> None:
    held = 0
    for seed in range(60):
        text = definition(seed, ageing=seed % 4 == 0)
        scores, world = scores_of(text), World(text)
        if world.declared.blind_to and not scores.seeing and not scores.open:
            held += 1
            hiding = World(text, hiding=True)
            assert [case.scores for case in hiding.cases] == [case.scores for case in world.cases], text
    assert held >= 5


def test_the_runtime_hides_what_a_priority_is_blind_to_even_where_that_is_not_proved() -> None:
    """An artifact may come from elsewhere, and not everything is decided."""
    fields = (
        'fields\n    kind choice "Kind"\n        option question\n        option objection\n        option praise\n'
    )
    score = "priority\n    score 10 in 0..100\n    plus 5 when kind is praise up to 50\n    blind to kind\n"
    world = World(HEAD + fields + score + TAIL, hiding=True)
    assert {case.scores for case in world.cases} == {((OPENED, 10),)}
