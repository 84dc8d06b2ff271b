"""All that is proved about the guards and fields of a definition: worked out once, when the first rule asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from casedsl_runtime.vocabulary import Expression
from msgspec import Struct
from msgspec.structs import replace

from casedsl.analysis.bounds import bounds_of
from casedsl.analysis.branches import Crossing, Gap, Judged, Shadow, judged
from casedsl.analysis.claims.judge import Judged as JudgedClaim
from casedsl.analysis.claims.judge import claims_judged
from casedsl.analysis.contradictions import Contradictions, contradictions_in
from casedsl.analysis.graph import Graph
from casedsl.analysis.guards import (
    Asker,
    Dead,
    Guard,
    Looked,
    Spare,
    always,
    asker,
    dead,
    looked_at,
    spares,
    standing_alone,
)
from casedsl.analysis.known import Known, known_of, with_deciders
from casedsl.analysis.openings import lasting, never_opened_with, one_unanswered
from casedsl.analysis.passages import Lines, Passage, passages_of
from casedsl.analysis.unset import Unset, unset_in
from casedsl.model.records import CaseType


class Proofs(Struct, frozen=True):
    """What is proved, in the order of the definition.

    Attributes:
      known: the facts about each state that cases get to.
      dead, always: guards that never hold, and that always do.
      shadows, crossings, gaps: what is wrong with routes together.
      spares: parts of guards that change nothing.
      unset: guards that read what may be unset.
      open: the guards about which something was not decided.
      claims: the author's claims, each proved, refuted or not decided.
      contradictions: bounds that can't be kept.
    """

    known: Known
    lines: Lines
    looked: tuple[Looked, ...]
    dead: tuple[Dead, ...]
    always: tuple[Guard, ...]
    shadows: tuple[Shadow, ...]
    crossings: tuple[Crossing, ...]
    gaps: tuple[Gap, ...]
    spares: tuple[Spare, ...]
    unset: tuple[Unset, ...]
    open: tuple[Guard, ...]
    claims: tuple[JudgedClaim, ...] = ()
    contradictions: Contradictions = Contradictions()


def proofs_of(case_type: CaseType, graph: Graph) -> Proofs:
    """The proofs about a definition without errors in its names."""
    contradictions = contradictions_in(case_type)
    case_type = contradictions.without(case_type)
    lines = Lines({state: case_type.handlers(state) for state in case_type.states})
    ask = asker(case_type.fields)
    passages = passages_of(case_type, graph, lines)
    never = one_unanswered(lasting(case_type, passages), case_type.fields)
    known = known_of(case_type, graph, _possible(passages, never, ask))
    known = replace(known, apart=never_opened_with(case_type))
    looked = looked_at(case_type, known, lines, never)
    each = [judged(line, ask) for line in looked]
    alone = tuple(standing_alone(case_type))
    dead_ = [*(found for one in each for found in one.dead), *(found for one in alone if (found := dead(one, (), ask)))]
    without_end = [*(guard for one in each for guard in one.always), *(one for one in alone if always(one, (), ask))]
    settled = {guard.span for guard in (*(found.guard for found in dead_), *without_end)}
    unset = tuple(found for line in looked for found in unset_in(line, known, ask))
    guards = [*alone, *(guard for line in looked for guard in line.guards)]
    spare = [found for guard in guards if guard.span not in settled for found in spares(guard, ask)]
    return Proofs(
        known, lines, looked, tuple(dead_), tuple(without_end), *_joined(each), tuple(spare), unset,
        tuple(ask.open.values()), claims_judged(case_type, known), contradictions,
    )  # fmt: skip


def _joined(each: list[Judged]) -> tuple[tuple[Shadow, ...], tuple[Crossing, ...], tuple[Gap, ...]]:
    return (
        tuple(found for one in each for found in one.shadows),
        tuple(found for one in each for found in one.crossings),
        tuple(found for one in each for found in one.gaps),
    )


def _bounded(passage: Passage, ask: Asker) -> Iterator[Expression]:
    """What is so of the fields that a passage asks about because of what they must be."""
    return bounds_of(with_deciders(passage.reads, ask.fields), ask.fields)


def _possible(
    passages: Mapping[str, tuple[Passage, ...]], never: Sequence[Expression], ask: Asker
) -> dict[str, tuple[Passage, ...]]:
    """The passages that some case can take: their conditions exclude neither each other nor what every case has."""
    said: dict[tuple[int, int], bool] = {}

    def open_(passage: Passage) -> bool:
        if not passage.conditions:
            return True
        key = id(passage.by), id(passage.route)
        if key not in said:
            said[key] = ask.possible_at_all([*passage.conditions, *_bounded(passage, ask), *never])
        return said[key]

    return {state: tuple(passage for passage in ways if open_(passage)) for state, ways in passages.items()}
