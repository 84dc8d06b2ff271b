"""Proof that a store is what it was: chains, snapshots, anchors, and what was erased under which rule.

    chain       each entry follows on the one before it; each value that is there has the digest that was hashed
    erasures    each value that is gone is named by a later entry of kind `erased`
    snapshot    equals the fold of the journal, also where values were erased
    the rest    keys, lists, numbers and pinned files are what the journal says (`reconciling.py`)
    anchors     lines that fix the heads of cases as they stood, chained by hash over the whole store: a cut tail, an
                older copy of a case put in its place and a case that is gone differ from them. Whoever keeps a copy of
                the last line elsewhere can prove that no line before it was changed

Problems are sentences; nothing is mended here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from hashlib import sha256
from typing import Any, NamedTuple

from casedsl_runtime.case import Case, fold
from casedsl_runtime.journal import Entry, canonical, verify_chain
from casedsl_runtime.reconciling import Numbers, case_problems
from casedsl_runtime.shelf import Shelf
from casedsl_runtime.store import Anchor, Held, StoreError, Unit


class Erasure(NamedTuple):
    """What an entry says of an erasure: when, by whom, under which rule, and which values of which entries."""

    n: int
    at: int
    by: str
    rule: str
    what: str
    values: Mapping[str, Sequence[str]]


def erasures(entries: Iterable[Entry]) -> Iterator[Erasure]:
    """Every erasure that a journal tells of."""
    for entry in entries:
        if entry.kind == "erased":
            said: dict[str, Any] = entry.values
            actor = said.get("actor") or {}
            yield Erasure(
                entry.n, entry.at, actor.get("name", "somebody whose name was erased"), said.get("rule", ""),
                said.get("what", ""), said.get("values", {}),
            )  # fmt: skip


def problems_of(held: Held, entries: Sequence[Entry], anchored: Mapping[int, str]) -> list[str]:
    """What is wrong with a case; `anchored` maps versions to the heads that anchors fixed."""
    found = [*verify_chain(entries), *_unexplained(entries), *_off_anchor(entries, anchored)]
    case, last = held.case, entries[-1] if entries else None
    if last is None or (last.n, last.hash) != (case.version, held.head):
        found.append(
            f"the journal ends with entry {last.n if last else 0}, and the case stands at entry {case.version}"
        )
    elif not found and reduce(fold, entries, Case()) != case:  # what was changed can't be folded
        found.append(f"the snapshot of case {case.id} is not what its journal says; rebuild it from the journal")
    return found


def _unexplained(entries: Sequence[Entry]) -> Iterator[str]:
    explained = {
        (int(n), name) for erasure in erasures(entries) for n, names in erasure.values.items() for name in names
    }
    for entry in entries:
        for name in sorted(entry.digests.keys() - entry.payload.keys()):
            if (entry.n, name) not in explained:
                yield f"the value `{name}` of entry {entry.n} is gone, and no erasure says why"


def _off_anchor(entries: Sequence[Entry], anchored: Mapping[int, str]) -> Iterator[str]:
    for version, head in sorted(anchored.items()):
        if version > len(entries):
            yield f"entry {version} is gone: an anchor fixed it"
        elif entries[version - 1].hash != head:
            yield f"entry {version} is not the one that an anchor fixed"


def verify_case(unit: Unit, shelf: Shelf, number: str, anchored: Mapping[int, str]) -> list[str]:
    """What is wrong with a case of a store."""
    try:
        held = unit.kept(number)
        if held is None:
            return [f"case {number} is gone: an anchor fixed it"] if anchored else [f"there is no case {number} here"]
        entries = unit.history(number)
        found = problems_of(held, entries, anchored)
        if found or held.case.id != number:  # all else would follow from that
            return found or [f"case {held.case.id} stands in its place"]
        return [*_unfixed(unit, held, anchored), *case_problems(unit, shelf, held.case, entries)]
    except StoreError as error:
        return [str(error)]


def _unfixed(unit: Unit, held: Held, anchored: Mapping[int, str]) -> Iterator[str]:
    listed = unit.listed(held.case.id)
    if listed is not None and listed.version != held.case.version:
        yield f"its row stands at entry {listed.version}, and the case at entry {held.case.version}"
    elif listed is not None and listed.anchored and listed.version not in anchored:
        yield f"the anchor that fixed entry {listed.version} is gone"


# --- anchors


def next_anchor(at: int, heads: Sequence[tuple[str, int, str]], before: Anchor | None) -> Anchor:
    """The line that fixes these heads, chained to the line before it."""
    n, previous = (1, "") if before is None else (before.n + 1, before.hash)
    text = canonical(heads)
    return Anchor(n, at, text, previous, _hash(n, at, text, previous))


def _hash(n: int, at: int, text: str, previous: str) -> str:
    return sha256(canonical([n, at, previous, text]).encode()).hexdigest()


def anchor_problems(anchors: Sequence[Anchor]) -> Iterator[str]:
    """What is wrong with the anchors themselves."""
    previous = ""
    for place, line in enumerate(anchors, start=1):
        if line.n != place:
            yield f"anchor {line.n} stands where anchor {place} belongs"
            return
        if line.previous != previous:
            yield f"anchor {line.n} does not follow on the one before it"
        if _hash(line.n, line.at, line.text, line.previous) != line.hash:
            yield f"anchor {line.n} was changed"
        previous = line.hash


def copy_problems(anchors: Sequence[Anchor], n: int, hash: str) -> Iterator[str]:
    """What is wrong with an anchor after the copy of its hash that was kept elsewhere."""
    line = next((line for line in anchors if line.n == n), None)
    if line is None:
        yield f"anchor {n} is gone: a copy of it was kept"
    elif line.hash != hash:
        yield f"anchor {n} is not the one of which a copy was kept"


def anchored_heads(anchors: Sequence[Anchor]) -> dict[str, dict[int, str]]:
    """The heads that anchors fixed: case -> version -> head. A line that can't be read says nothing."""
    found: dict[str, dict[int, str]] = {}
    for line in anchors:
        for number, version, head in _heads(line):
            found.setdefault(number, {})[version] = head
    return found


def _heads(line: Anchor) -> list[tuple[str, int, str]]:
    try:
        return [(str(number), int(version), str(head)) for number, version, head in json.loads(line.text)]
    except (ValueError, TypeError):
        return []


def verify_one(unit: Unit, shelf: Shelf, number: str) -> Iterator[tuple[str, str]]:
    """Everything that is wrong with a case and with the anchors, which fix it only if they hold themselves."""
    try:
        anchors = unit.anchors()
        yield from (("", problem) for problem in anchor_problems(anchors))
        anchored = anchored_heads(anchors).get(number, {})
        yield from ((number, problem) for problem in verify_case(unit, shelf, number, anchored))
    except StoreError as error:
        yield "", str(error)


def verify_store(unit: Unit, shelf: Shelf) -> Iterator[tuple[str, str]]:
    """Everything that is wrong with a store, as (case or "", sentence), in the order of the cases' numbers."""
    try:
        anchors, numbers = unit.anchors(), Numbers(unit.sequences())
        yield from (("", problem) for problem in anchor_problems(anchors))
        anchored = anchored_heads(anchors)
        for number in unit.numbers():
            yield from ((number, problem) for problem in verify_case(unit, shelf, number, anchored.pop(number, {})))
            _note(numbers, unit, shelf, number)
        yield from ((number, f"case {number} is gone: an anchor fixed it") for number in sorted(anchored))
        yield from (("", problem) for problem in (*numbers.problems(), *_strays(unit)))
    except StoreError as error:
        yield "", str(error)


def _note(numbers: Numbers, unit: Unit, shelf: Shelf, number: str) -> None:
    """Note the number of a case; of one that can't be read it has been said already."""
    listed = unit.listed(number)
    try:
        machine = None if listed is None else shelf.machine(unit, listed.row.artifact)
    except StoreError:
        machine = None
    numbers.note(machine, number)


def _strays(unit: Unit) -> Iterator[str]:
    """Entries of cases that are not there."""
    for number in unit.strays():
        yield f"there are entries of case {number}, and no such case"
