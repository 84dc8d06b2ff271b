"""Whether what a store keeps beside the journal is what the journal says: keys, lists, numbers, pinned files.

keys      each entry that somebody asked for has the one key under which it was asked: without it the same request
          could be carried out again. A key that was refused leaves no trace in the journal, so nothing tells when
          it is gone
lists     the row, the people, the values and the words by which a case is found are made anew and compared; so a
          deadline that is on nobody's list shows. What age adds to a priority is made anew as it was until the
          instant at which, as the row says, it changes
numbers   a sequence gives each number once and skips none, for a number is taken in the transaction that opens the
          case: one that no case bears is a case that is gone
files     what a case is pinned to is there, whole, and under its own hash
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from casedsl_runtime.case import Case
from casedsl_runtime.journal import Entry
from casedsl_runtime.machine import Machine
from casedsl_runtime.references import SEQUENCE
from casedsl_runtime.rows import index_of, row_again
from casedsl_runtime.shelf import Shelf
from casedsl_runtime.store import Bound, Listed, Unit
from casedsl_runtime.worktime import Calendars

_ASKED_FOR = frozenset(("opened", "done", "amended", "recounted"))
_MOST_NAMED = 10


def key_problems(case: str, entries: Sequence[Entry], keys: Sequence[tuple[str, str, Bound]]) -> Iterator[str]:
    """What is wrong with the keys of a case."""
    found: Counter[int] = Counter()
    for scope, _, bound in keys:
        if scope == case and bound.number != case:
            yield f"a key of this case names {'no case' if bound.number is None else f'case {bound.number}'}"
        elif bound.accepted and bound.first:
            if not 1 <= bound.first <= bound.last <= len(entries):
                yield f"a key is bound to entry {bound.last}, and the journal ends with entry {len(entries)}"
            else:
                found.update(range(bound.first, bound.last + 1))
    for entry in entries:
        asked = entry.kind in _ASKED_FOR
        if asked and found[entry.n] != 1:
            yield f"entry {entry.n} has {'more than one key' if found[entry.n] else 'no key'}: it was asked for once"
        elif not asked and found[entry.n]:
            yield f"entry {entry.n} has a key, and nobody asked for it"


def list_problems(machine: Machine, calendars: Calendars, case: Case, listed: Listed) -> Iterator[str]:
    """What is wrong with the lists in which a case stands."""
    for name, said in row_again(machine, case, calendars, listed.row)._asdict().items():
        if getattr(listed.row, name) != said:
            yield f"its {_CALLED.get(name, name)} in lists is not that of the case"
    made = index_of(machine, case)
    for name, what in (("people", "the people"), ("values", "the fields"), ("words", "the words")):
        if getattr(listed.found_by, name) != getattr(made, name):
            yield f"{what} that it is found by are not those of the case"


_CALLED = {"next_due": "next due instant", "opened_at": "opening", "open": "being open", "workflow": "case type"}


@dataclass(slots=True)
class Numbers:
    """The numbers that cases bear, by the sequence that gave them."""

    given: Mapping[str, int]
    found: dict[str, set[int]] = field(default_factory=dict)
    unclear: set[str] = field(default_factory=set)

    def note(self, machine: Machine | None, number: str) -> None:
        """Note the number of a case. Of one whose case type is lost nobody can tell which sequence gave it, and so of
        no sequence what is lacking; one that its case type doesn't make proves nothing about its sequences."""
        if machine is None:
            self.unclear |= {sequence.partition(" ")[0] for sequence in self.given}
            return
        name = machine.workflow.name
        read = re.fullmatch(_pattern(machine.workflow.number), number, re.ASCII)
        if read is None:
            self.unclear.add(name)
        else:
            year = read.groupdict().get("year")
            sequence = name if year is None else f"{name} {year}"
            self.found.setdefault(sequence, set()).add(int(read["value"]))

    def problems(self) -> Iterator[str]:
        """Numbers that were given and are borne by nobody, and the other way round."""
        for sequence in sorted(self.given.keys() | self.found.keys()):
            if sequence.partition(" ")[0] not in self.unclear:
                yield from self._of(sequence)

    def _of(self, sequence: str) -> Iterator[str]:
        last, found = self.given.get(sequence, 0), self.found.get(sequence, set())
        beyond = sorted(n for n in found if n > last)
        if beyond:
            yield f"a case bears number {beyond[0]} of `{sequence}`, which gave only {last}"
        lacking = last - (len(found) - len(beyond))
        gone = (n for n in range(1, last + 1) if n not in found)
        for n, _ in zip(gone, range(min(lacking, _MOST_NAMED)), strict=False):
            yield f"`{sequence}` gave number {n}, and no case bears it"
        if lacking > _MOST_NAMED:
            yield f"`{sequence}` gave {lacking - _MOST_NAMED} more numbers that no case bears"


def _pattern(number: str) -> str:
    """A regular expression for the numbers that a case type gives. The same gap may stand there twice."""
    seen: set[str] = set()

    def gap(name: str, digits: str) -> str:
        again = name in seen
        seen.add(name)
        return f"(?P={name})" if again else f"(?P<{name}>{digits})"

    parts = re.split(r"(\{year\}|\{sequence(?::\d{1,2})?\})", number, flags=re.ASCII)
    return "".join(
        gap("year", "[0-9]{4}") if part == "{year}"
        else gap("value", "[0-9]+") if SEQUENCE.fullmatch(part)
        else re.escape(part)
        for part in parts
    )  # fmt: skip


def case_problems(unit: Unit, shelf: Shelf, case: Case, entries: Sequence[Entry]) -> Iterator[str]:
    """What is wrong beside the journal of a case. Raises StoreError where what it is pinned to can't be read."""
    yield from key_problems(case.id, entries, unit.keys(case.id))
    pinned, listed = shelf.pinned(unit, case.workflow, case.calendars), unit.listed(case.id)
    if listed is not None:
        yield from list_problems(pinned.machine, pinned.calendars, case, listed)
