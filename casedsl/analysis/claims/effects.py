"""What a step does to what a claim tells apart: told once, and asked only of what the step speaks of.

Most of what holds of a case has nothing to do with a step: that stays as it is, and no question is asked of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, product
from math import prod
from typing import NamedTuple

from casedsl_runtime.vocabulary import Expression

from casedsl.analysis.claims.tale import Tale
from casedsl.analysis.reads import reads_of
from casedsl.analysis.solving.answering import Answers, Pieces
from casedsl.analysis.solving.pieces import pieces_of
from casedsl.analysis.solving.search import Spent, Steps


class _Part(NamedTuple):
    """A piece of a question: what is said, which comparisons hold before it and in which words, and what is asked,
    each with its place among the answers."""

    said: tuple[Expression, ...]
    before: tuple[tuple[int, Expression], ...]
    asked: tuple[tuple[int, Expression], ...]
    known: dict[tuple[bool, ...], Answers]


class Effect:
    """A step as it is told, of a case of which it is known which comparisons hold: `before` says them in the words of
    the tale's beginning, with the names that fields had then."""

    def __init__(
        self,
        tale: Tale,
        atoms: Sequence[Expression],
        asks: Expression | None = None,
        before: Sequence[Expression] = (),
        names: Mapping[str, str] | None = None,
    ) -> None:
        self._tale, self._asks = tale, asks is not None
        questions = [] if asks is None else [asks]
        self._kept = [*([None] if self._asks else []), *_kept(tale, atoms, names)]
        questions += [tale.told(atom) for atom in atoms]
        self._parts = tuple(_parts(tale.said, before, questions, self._kept))

    def on(self, held: tuple[bool, ...], pieces: Pieces, purse: Steps) -> Iterator[tuple[bool, tuple[bool, ...]]]:
        """Every way in which what is asked and the comparisons can hold or not after the step; none if such a case
        can't take it. Raises Spent."""
        found: list[Answers] = []
        for part in self._parts:
            found.append(self._answered(part, held, pieces, purse))
            if not found[-1]:
                return
        if prod(map(len, found)) > purse.left:  # each is an edge of the walk, and all that is asked may be known by now
            raise Spent
        places = [place for part in self._parts for place, _ in part.asked]
        ways: list[list[bool]] = []
        for answers in product(*found):
            way = [each is not None and held[each] for each in self._kept]
            for place, answer in zip(places, chain(*answers), strict=True):
                way[place] = answer
            ways.append(way)
        for yes, *rest in sorted(ways if self._asks else ([False, *way] for way in ways), reverse=True):
            yield yes, tuple(rest)

    def _answered(self, part: _Part, held: tuple[bool, ...], pieces: Pieces, purse: Steps) -> Answers:
        key = tuple(held[place] for place, _ in part.before)
        if key not in part.known:
            before = (told if held[place] else ("not", told) for place, told in part.before)
            asked = tuple(question for _, question in part.asked)
            part.known[key] = pieces.answers((*before, *part.said), asked, self._tale.names, purse)
        return part.known[key]


def _kept(tale: Tale, atoms: Sequence[Expression], names: Mapping[str, str] | None) -> Iterator[int | None]:
    """For each comparison its place if its fields are as before, so that it is as before."""
    for place, atom in enumerate(atoms):
        same = names is not None and all(tale.now[name] == names.get(name) for name in reads_of(atom))
        yield place if same else None


def _parts(
    said: Sequence[Expression],
    before: Sequence[Expression],
    questions: Sequence[Expression],
    kept: Sequence[int | None],
) -> Iterator[_Part]:
    open_ = [place for place, each in enumerate(kept) if each is None]
    for piece in pieces_of([*before, *said], [questions[place] for place in open_]):
        yield _Part(
            tuple(said[place - len(before)] for place in piece.said if place >= len(before)),
            tuple((place, before[place]) for place in piece.said if place < len(before)),
            tuple((open_[place], questions[open_[place]]) for place in piece.asked),
            {},
        )
