"""The steps of a way, as findings carry them: one place for each move, in order."""

from __future__ import annotations

from collections.abc import Iterable

from casedsl.analysis.graph import Move
from casedsl.model.records import Transition
from casedsl.syntax.finding import Label


def steps_of(way: Iterable[Move]) -> tuple[Label, ...]:
    """The line that makes each move, and from where to where it leads."""
    return tuple(Label(move.by.span, f"`{move.source}` -> `{move.target}` {_how(move)}") for move in way)


def _how(move: Move) -> str:
    return f"on `{move.by.event}`" if isinstance(move.by, Transition) else f"after {move.by.after.duration}"
