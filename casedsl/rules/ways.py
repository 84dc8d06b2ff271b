"""Ways, as findings carry them: one place for each move, in order; and as people read them."""

from __future__ import annotations

from collections.abc import Iterable

from casedsl.analysis.graph import Move
from casedsl.model.records import Transition
from casedsl.syntax.finding import Label

_MOST_STEPS = 12


def told(way: list[Move], end: str) -> str:
    """A way as people read it: `new -(answer)-> done`; where it begins, if it has no step."""
    if not way:
        return f"a case opens in `{end}`"
    steps = [f" {move} {move.target}" for move in way]
    if len(steps) > _MOST_STEPS:
        steps[_MOST_STEPS // 2 : -_MOST_STEPS // 2] = [" …"]
    return way[0].source + "".join(steps)


def steps_of(way: Iterable[Move]) -> tuple[Label, ...]:
    """The line that makes each move, and from where to where it leads."""
    return tuple(Label(move.by.span, f"`{move.source}` -> `{move.target}` {_how(move)}") for move in way)


def _how(move: Move) -> str:
    return f"on `{move.by.event}`" if isinstance(move.by, Transition) else f"after {move.by.after.duration}"
