"""States whose ways out are all shut there: nobody may take them, their guards never hold in this state, or they give
back what was never escalated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from casedsl.analysis.feasible import spoken_of
from casedsl.analysis.graph import Graph
from casedsl.analysis.guards import MOST_STEPS
from casedsl.analysis.known import Known, expressions_of, given, with_deciders
from casedsl.analysis.passages import Passage
from casedsl.analysis.proofs import Proofs
from casedsl.analysis.solving.asking import possible
from casedsl.analysis.solving.search import Steps
from casedsl.model.records import Formula, Transition


class Shut(Struct, frozen=True):
    """A state that nobody can leave: the events that would lead on, each with its guards, if it is these that are
    closed; those without say that nobody may, or that nothing is escalated."""

    state: str
    closed: tuple[tuple[Transition, tuple[Formula, ...]], ...]


def shut_states(proofs: Proofs, graph: Graph, responsible: Mapping[str, tuple[str, ...]]) -> Iterator[Shut]:
    """The states with a way out that is written for somebody, none of which can be taken. Where a guard never holds in
    any state, that is the cause, and said of the guard."""
    purse = Steps(MOST_STEPS)
    spoken = spoken_of(proofs)
    for state in proofs.known.inside:
        leaving = [move for move in graph.moves[state] if move.target != state]
        lines = {id(move.by): move.by for move in leaving if isinstance(move.by, Transition)}
        timed = any(not isinstance(move.by, Transition) for move in leaving)
        if (
            timed
            or not any(line.by for line in lines.values())
            or any({id(m.by), id(m.route)} & spoken for m in leaving)
        ):
            continue
        open_ = (
            passage
            for passage in proofs.known.passages[state]
            if passage.target != state and _is_open(passage, proofs.known, responsible, purse)
        )
        if next(open_, None) is None:
            yield Shut(state, tuple((line, _guards(line)) for line in lines.values()))


def _is_open(passage: Passage, known: Known, responsible: Mapping[str, tuple[str, ...]], purse: Steps) -> bool:
    line = passage.by
    if not isinstance(line, Transition) or not line.by:
        return False
    if line.reverses_escalation and not responsible.get(passage.source):
        return False
    if not passage.conditions:
        return True
    reads = frozenset(name for formula in _guards(line) for name in formula.reads)
    facts = given(passage, known.inside[passage.source], known.fields)
    before = expressions_of(facts, with_deciders(reads, known.fields), known.fields)
    return possible([*before, *passage.conditions], known.fields, purse) is not False


def _guards(line: Transition) -> tuple[Formula, ...]:
    return tuple(each for each in (line.when, *(route.when for route in line.routes)) if each is not None)
