"""An overlay counted from the journals of cases: a pure function of their entries, and of the instant that is now.

A case counts if it runs the artifact that is drawn; what other versions did is not on this map. An entry after the
instant is passed over, so an overlay of last Friday can be made today. Who acted and what they wrote is not looked at:
an overlay holds numbers only, also of cases whose values were erased.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from casedsl_runtime.journal import Entry

from casedsl.transit.overlays.data import Numbers, Overlay, Passage, instant

_BREACHES = ("missed", "escalated")


class Stay(NamedTuple):
    """A stay in a state; `end` is None while it lasts."""

    state: str
    start: int
    end: int | None


class Told(NamedTuple):
    """What the journal of one case says up to an instant."""

    artifact: str
    stays: tuple[Stay, ...]
    breaches: tuple[str, ...]
    passages: tuple[tuple[str, str, str], ...]


def counted(
    journals: Iterable[Sequence[Entry]], artifact: str, states: Sequence[str], finals: Iterable[str], now: int
) -> Overlay:
    """The overlay of the cases that run this artifact, its states in declared order. A case rests in a final state
    and does not stay there: no length is counted."""
    last = frozenset(finals)
    counts, times = Counter[str](), Counter[tuple[str, str, str]]()
    stays: dict[str, list[int]] = {state: [] for state in states}
    breaches, versions = Counter[str](), Counter[bool]()
    for told in (told_by(entries, now) for entries in journals):
        if told is None:
            continue
        versions[told.artifact == artifact] += 1
        if told.artifact != artifact:
            continue
        breaches.update(told.breaches)
        times.update(passage for passage in told.passages if passage[0] not in last)
        for state, start, end in told.stays:
            if end is None:
                counts[state] += 1
            elif state in stays:
                stays[state].append(end - start)
    numbers = (_numbers(state, counts[state], stays[state], breaches[state]) for state in states)
    passages = tuple(Passage(source, target, n, event) for (source, event, target), n in sorted(times.items()))
    return Overlay(artifact, instant(now), versions[True], tuple(numbers), passages, versions[False])


def _numbers(state: str, now: int, lasted: list[int], breaches: int) -> Numbers:
    lasted.sort()
    return Numbers(state, now, len(lasted), _share(lasted, 50), _share(lasted, 90), breaches)


def _share(lasted: Sequence[int], percent: int) -> int | None:
    """The shortest length that so many percent of the stays did not exceed (the nearest rank); `lasted` is sorted."""
    return lasted[-(-len(lasted) * percent // 100) - 1] if lasted else None


def told_by(entries: Sequence[Entry], now: int) -> Told | None:
    """What a journal says up to an instant; None if the case was not open by then, or its beginning is lost."""
    known = [entry for entry in entries if entry.at <= now]
    artifact = known[0].values.get("workflow") if known else None
    if not isinstance(artifact, str):
        return None
    for entry in known:
        artifact = entry.values.get("workflow", artifact)
    moves = list(_moves(known))
    ends = [*(entry.at for entry, _ in moves[1:]), None]
    stays = tuple(Stay(state, entry.at, end) for (entry, state), end in zip(moves, ends, strict=True))
    return Told(artifact, stays, tuple(_breaches(known)), tuple(_passages(known)))


def _moves(entries: Sequence[Entry]) -> Iterator[tuple[Entry, str]]:
    """Each entry by which the case arrived in a state. A transition from a state to the same state is an arrival too,
    and sets `since`; one that lets the case stay does not."""
    here = ""
    for entry in entries:
        values = entry.values
        state = values.get("state")
        if isinstance(state, str) and (state != here or "since" in values):
            here = state
            yield entry, state


def _breaches(entries: Sequence[Entry]) -> Iterator[str]:
    """For each promise that was missed, and each escalation, the state in which the case was."""
    here = ""
    for entry in entries:
        if entry.kind in _BREACHES:
            yield here
        here = entry.values.get("state", here)


def _passages(entries: Sequence[Entry]) -> Iterator[tuple[str, str, str]]:
    for entry in entries:
        values = entry.values
        if entry.kind in ("done", "moved") and "from" in values and "state" in values:
            yield values["from"], values.get("event", "") if entry.kind == "done" else "", values["state"]
