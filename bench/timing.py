"""How the benchmarks take time: CPU seconds, the best of several rounds, because other processes only ever make a round
slower. What is compared is timed in turns, so that a slow minute of the machine is slow for both."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


class Best(Protocol):
    """The least CPU seconds that one call takes."""

    def __call__(self, work: Callable[[], object], rounds: int = 5, times: int = 1) -> float: ...


def best(work: Callable[[], object], rounds: int = 5, times: int = 1) -> float:
    """The least CPU seconds that one call of `work` took, over some rounds of `times` calls."""
    return min(timed(work, times).cpu for _ in range(rounds))


@dataclass(frozen=True)
class Spent:
    """Seconds that one call took: of the processor, and by the clock on the wall."""

    cpu: float
    wall: float


def timed(work: Callable[[], object], times: int) -> Spent:
    cpu, wall = time.process_time(), time.perf_counter()
    for _ in range(times):
        work()
    return Spent((time.process_time() - cpu) / times, (time.perf_counter() - wall) / times)


def in_turns(works: list[Callable[[], object]], rounds: int = 8, times: int = 220) -> list[Spent]:
    """The least that one call of each took, over rounds in which each has its turn."""
    return [least(each) for each in by_rounds(works, rounds, times)]


def by_rounds(works: list[Callable[[], object]], rounds: int, times: int) -> list[list[Spent]]:
    """What one call of each took, round by round; in a round each has its turn. What the process had loaded before is
    none of the collector's business."""
    gc.collect()
    gc.freeze()
    rows = [[timed(work, times) for work in works] for _ in range(rounds)]
    return [list(each) for each in zip(*rows, strict=True)]


def least(spent: list[Spent]) -> Spent:
    return Spent(min(each.cpu for each in spent), min(each.wall for each in spent))
