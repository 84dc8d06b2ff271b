"""A question in pieces says what the whole question says, and what is kept of one is said of its like and no other."""

from __future__ import annotations

from itertools import product
from random import Random

import pytest
from casedsl_runtime.vocabulary import Expression
from large_definitions import facts_of, whole
from msgspec.structs import replace
from solving_samples import SMALL, a_guard, every_case, holds, read_in

from casedsl.analysis.able import open_to_all
from casedsl.analysis.claims.judge import Undecided
from casedsl.analysis.solving.answering import Pieces
from casedsl.analysis.solving.asking import possible
from casedsl.analysis.solving.pieces import folded, pieces_of
from casedsl.analysis.solving.search import Spent, Steps
from casedsl.model.records import Transition


def some(random: Random, least: int, most: int) -> list[Expression]:
    parts = [a_guard(random, SMALL, 1) for _ in range(random.randint(least, most))]
    return [("or", part, ("const", random.random() < 0.3)) if random.random() < 0.3 else part for part in parts]


@pytest.mark.parametrize("seed", range(6))
def test_pieces_share_nothing_and_are_possible_where_the_whole_is(seed: int) -> None:
    random, cut = Random(seed), 0
    for _ in range(40):
        said, asked = some(random, 1, 4), some(random, 0, 2)
        pieces = pieces_of(said, asked)
        assert sorted(place for piece in pieces for place in piece.said) == list(range(len(said)))
        assert sorted(place for piece in pieces for place in piece.asked) == list(range(len(asked)))
        read = [
            {n for place in piece.said for n in read_in(said[place])}
            | {n for place in piece.asked for n in read_in(asked[place])}
            for piece in pieces
        ]
        assert sum(map(len, read)) == len(set[str]().union(*read))
        each = [possible([said[place] for place in piece.said], SMALL) for piece in pieces]
        assert all(each) is possible(said, SMALL), said
        cut += len(pieces) > 1
    assert cut > 10


@pytest.mark.parametrize("seed", range(6))
def test_the_answers_are_those_that_the_whole_question_leaves(seed: int) -> None:
    random, pieces, several = Random(100 + seed), Pieces(), 0
    for _ in range(30):
        said, asked = some(random, 0, 2), some(random, 1, 3)
        wanted = [
            answers
            for answers in product((True, False), repeat=len(asked))
            if possible([*said, *(q if yes else ("not", q) for q, yes in zip(asked, answers, strict=True))], SMALL)
        ]
        for _ in range(2):
            assert list(pieces.answers(said, asked, SMALL, Steps(20_000))) == wanted, (said, asked)
        several += len(wanted) > 1
    assert several > 10


@pytest.mark.parametrize("seed", range(4))
def test_without_its_constants_an_expression_holds_in_the_same_cases(seed: int) -> None:
    random = Random(200 + seed)
    for _ in range(40):
        guard: Expression = random.choice((("not", *some(random, 1, 1)), ("and", *some(random, 2, 3), ("const", True))))
        read = read_in(guard)
        if len(read) <= 4:
            for case in every_case(SMALL, read):
                assert holds(folded(guard), case) is holds(guard, case), guard


def test_what_is_kept_is_said_of_the_same_field_with_the_same_ends_only() -> None:
    pieces, plain = Pieces(), SMALL["copies"]
    names = {"copies 1": plain, "copies 2": replace(plain, high=9), "impact 3": SMALL["impact"]}
    above = [pieces.answers([(">", ("field", name), ("const", 3))], [], names, Steps(1000)) for name in names]
    assert above == [(), ((),), ()]
    poor = Steps(0)
    assert pieces.answers([(">", ("field", "copies 1"), ("const", 3))], [], names, poor) == ()
    with pytest.raises(Spent):
        pieces.answers([("<", ("field", "copies 1"), ("const", 3))], [], names, poor)
    assert not pieces.can_be([("<", ("field", "copies 1"), ("const", 3))], names, poor)
    assert pieces.can_be([("<", ("field", "copies 1"), ("const", 3))], names, Steps(1000))


OPEN = """\
case type letter "Letter"
    edition 1
    use "acme"
fields
    few integer 0..9 "Few"
        must be < 5
    kind yes/no "Kind"
    late integer 0..9 "Late"
        asked when kind is yes
    word yes/no "Word"
        from chief
first state new "New"
    on given -> done "Given"
        by clerk
        needs kind
        when kind is yes
    on plain -> done "Plain"
        by clerk
    on before -> done "Before"
        by clerk
        when kind is yes
    on barred -> done "Barred"
        by clerk
        needs few
        when not few <= 6
    on asked -> done "Asked"
        by clerk
        needs kind, late
        when late > 3
    on counted -> done "Counted"
        by clerk
        needs kind
        when kind is yes and plain has happened
    on told_before -> done "Told before"
        by clerk
        needs word
    on worked_out -> done "Worked out"
        by clerk
        needs few
        set late to few + 3
final state done "Done"
"""


def test_an_event_is_open_to_all_where_people_choose_all_that_it_hangs_on() -> None:
    proofs = facts_of(OPEN).proofs
    assert proofs is not None
    known = proofs.known
    open_ = {
        passage.by.event
        for passage in known.passages["new"]
        if isinstance(passage.by, Transition) and open_to_all(passage, known.fields, Pieces(), Steps(1000))
    }
    assert open_ == {"given", "plain"}


def test_the_claims_of_a_definition_that_no_person_reads_are_all_decided() -> None:
    proofs = facts_of(whole(200, 1000, 40, 20)).proofs
    assert proofs is not None
    assert len(proofs.claims) == 20
    assert not any(isinstance(judged, Undecided) for judged in proofs.claims)
