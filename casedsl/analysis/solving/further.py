"""Whom else to ask: what the solver leaves open may be put to somebody who was named at the rim (`--smt`).

It is an argument of every question. It stands in a context only so that not all that asks has to carry it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol

from casedsl.analysis.solving.grid import Grid, Node
from casedsl.analysis.solving.witness import Found

_NAMED: ContextVar[Further | None] = ContextVar("who is asked what the solver leaves open", default=None)


class Further(Protocol):
    @property
    def name(self) -> str:
        """Who it is, with a version: a certificate says so."""

    def __call__(self, grid: Grid, nodes: Sequence[Node], /) -> Found | None:
        """A solution, or None where there is none. Raises TooHard."""


def named() -> Further | None:
    return _NAMED.get()


@contextmanager
def asked(further: Further | None) -> Iterator[None]:
    """Within this, what the solver leaves open is put to somebody; to nobody where that is None."""
    token = _NAMED.set(further)
    try:
        yield
    finally:
        _NAMED.reset(token)
