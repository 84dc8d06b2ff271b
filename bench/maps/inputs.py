"""What is drawn: the cases of the study, the sheets of the largest, the examples, and networks made of chance.

The samples are the tests' own (`tests/transit/map_samples.py`), for a figure in a bench and a figure in a test should
be about the same picture.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from casedsl import check
from casedsl.transit.network import Network

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.append(str(ROOT / "tests" / "transit"))

import map_samples  # noqa: E402 - it stands beside the tests, which are no package

CHANCE = tuple((seed, (8, 12, 18, 26, 38)[seed % 5]) for seed in range(50))
"""Fifty networks made of chance: a seed and a number of stations."""


def study() -> Iterator[tuple[str, Network]]:
    yield "12 states", map_samples.network(12)
    yield "40 states", map_samples.network(40)


def examples() -> Iterator[tuple[str, Network]]:
    from casedsl.transit.surveying import survey

    for file in sorted((ROOT / "examples").glob("*/*.case")):
        definition = check(str(file), lambda name: Path(name).read_bytes())
        if definition.case_type is not None and definition.case_type.states:
            yield file.stem, survey(definition.case_type)


def chance() -> Iterator[tuple[str, Network]]:
    for seed, stations in CHANCE:
        yield f"random {seed} ({stations})", map_samples.random_network(seed, stations)


def largest() -> Network:
    """120 states; it is drawn on several sheets (`ours.sheets`)."""
    return map_samples.network(120)


INPUTS: dict[str, Callable[[], Iterator[tuple[str, Network]]]] = {
    "study": study,
    "examples": examples,
    "random": chance,
}
