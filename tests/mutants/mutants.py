"""What a mutant is: an example with one edit, and what must be found in it. The edits stand in the files beside."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import cache
from pathlib import Path as File
from typing import NamedTuple, TypeAlias

from msgspec import Struct
from msgspec.structs import replace
from mutant_fields import found as of_fields
from mutant_time import found as of_time
from mutant_trees import (
    COATS,
    Path,
    Spot,
    Step,
    Stretch,
    collection_above,
    collection_of,
    fresh,
    keyword_before,
    names,
    steps,
    stretch_of,
    written_lines,
)
from mutant_world import Wanted, World, name_of

from casedsl.artifact.lock import Lock, read_lock
from casedsl.compile import Checked, check
from casedsl.model.claims import KINDS
from casedsl.syntax.case import read_case
from casedsl.syntax.shapes import ARROW
from casedsl.syntax.source import Source
from casedsl.syntax.tree import Document, Line
from casedsl.together import together

EXAMPLES = File(__file__).resolve().parents[2] / "examples"
DAY = date(2026, 11, 2)


@cache
def lock() -> Lock:
    """Six years and the changes of the clocks in London and Dublin, but no holidays."""
    texts = ((EXAMPLES / name / "calendars.lock").read_text("utf-8") for name in ("complaint", "subject_access"))
    locks = [lock for text in texts if isinstance(lock := read_lock(text), Lock)]
    zones = {zone.name: zone for lock in locks for zone in lock.zones}
    return Lock(2025, 2031, "0.50", "2026a", (), tuple(zones[name] for name in sorted(zones)))


class Example(Struct, frozen=True):
    """An example as trees, each as its own print is read. Its scenarios, its claims and the lines of its map are left
    out: whatever is edited would be found in them once more, and what is found there is held by tests of its own."""

    name: str
    shared: str
    main: Document
    organisation: Document

    @property
    def world(self) -> World:
        return World(self.main, self.organisation)


class Slip(Struct, frozen=True):
    """A slip of the pen in the text: the last letter of the last `word` before the words of a spot is another one; or
    (`cut`) that word is left out with what it says. `codes` says what is found in each coat."""

    spot: Spot
    word: str
    codes: tuple[str, str]
    cut: bool = False


class Mutant(Struct, frozen=True):
    """An example after an edit.

    Attributes:
      place: where it was edited, for people.
      wanted: what must be found, and nothing else.
      slip: the edit, where it is one of the text and not of the tree; then `wanted` is empty.
      shared: the organisation file is checked together with the case type.
    """

    mutator: str
    place: str
    example: Example
    wanted: frozenset[Wanted]
    slip: Slip | None = None
    shared: bool = False

    def codes(self, coat: str) -> list[str]:
        if self.slip is not None:
            return [self.slip.codes[coat == ".case.yaml"]]
        return sorted(wanted.code for wanted in self.wanted)

    def __str__(self) -> str:
        return f"{self.mutator}, {self.example.name}: {self.place}"


Plan: TypeAlias = Callable[[], Mutant]
"""A mutant that is made when it is wanted: most places of an example are passed over."""
Mutator: TypeAlias = Callable[[Example], Iterator[Plan]]


@cache
def examples() -> tuple[Example, ...]:
    names = ("complaint", "it_incident", "foi_request", "subject_access")
    files = tuple((name, name, "organisation") for name in names)
    return tuple(_example(*each) for each in (*files, ("draft_iesg", "repaired", "ietf")))


def _example(folder: str, main: str, organisation: str) -> Example:
    def read(name: str) -> Document:
        document, found = read_case(Source(name, (EXAMPLES / folder / f"{name}.case").read_text("utf-8")))
        assert document is not None
        assert found == ()
        kept = (line for line in document.lines if line.keyword not in ("scenario", "map", *KINDS))
        return fresh(replace(document, lines=tuple(kept)))

    return Example(folder, organisation, read(main), read(organisation))


def spread(plans: Iterable[Plan], most: int) -> list[Mutant]:
    """Some of many mutants, always the same: the first, the last, and some between them."""
    known = list(plans)
    last, steps = len(known) - 1, max(1, most - 1)
    chosen = known if len(known) <= most else [known[number * last // steps] for number in range(most)]
    return [plan() for plan in chosen]


@cache
def made(mutator: Mutator, most: int) -> tuple[Mutant, ...]:
    """The mutants of every example that one mutator makes."""
    return tuple(mutant for example in examples() for mutant in spread(mutator(example), most))


# Making mutants.


def told(step: Step) -> str:
    return " / ".join(f"{line.keyword} {name_of(line)}".strip() for line in (*step.above, step.line))


def after(
    example: Example,
    mutator: str,
    place: str,
    main: Document | None = None,
    organisation: Document | None = None,
    also: Iterable[Wanted] = (),
    shared: bool = False,
) -> Plan:
    """The mutant whose names are all bound: what is found is what the world says, and what the mutator adds to it."""
    added = tuple(also)

    def plan() -> Mutant:
        new = _grown(example, main, organisation)
        loose = frozenset(unbound_events(new.main))
        wanted = loose or frozenset((*new.world.found(), *of_time(new.world), *of_fields(new.world), *added))
        return Mutant(mutator, place, new, wanted, shared=shared)

    return plan


def unread(
    example: Example, mutator: str, place: str, *wanted: Wanted, main: Document | None = None,
    organisation: Document | None = None,
) -> Plan:  # fmt: skip
    """The mutant in which something isn't understood: this is found, and the rules about the whole keep silent."""
    return lambda: Mutant(mutator, place, _grown(example, main, organisation), frozenset(wanted))


def _grown(example: Example, main: Document | None, organisation: Document | None) -> Example:
    main = fresh(main) if main is not None else example.main
    return replace(example, main=main, organisation=fresh(organisation) if organisation else example.organisation)


def unbound_events(main: Document) -> Iterator[Wanted]:
    """What names an event that no line handles any more."""
    known = {name_of(step.line) for step in steps(main) if step.line.keyword == "on"} | {"opened"}
    fields = {name_of(step.line) for step in steps(main) if step.line.keyword == "field"}
    for step in steps(main):
        keyword = step.line.keyword
        if keyword == "seen by" and "after" in step.line.clauses and names(step.line.clauses["after"])[0] not in known:
            yield Wanted("CD004", Spot(step.path, "after"))
        supplied = keyword == "from" and step.above[-1].keyword == "field"
        if keyword in ("met by", "from", "but not", "restarts on", "extends on") and not supplied:
            named = names(step.line.clauses[keyword])
            for number, name in enumerate(named):
                if name not in known and not (keyword == "from" and name in fields):
                    word = 1 if keyword == "but not" else number if len(named) > 1 else None
                    yield Wanted("CD004", Spot(step.path, keyword, word))


def role_of(example: Example) -> str:
    """A role inside."""
    return next(role for role, outside in example.world.roles.items() if not outside)


def moving(place: str, length: str = "30 working days") -> tuple[Line, ...]:
    """A timer that moves a case."""
    return written_lines(f'move to {place} after {length}\n    purpose "It was forgotten."', "state s")


def spot_of(path: Path, line: Line) -> Spot:
    """The head of a line: its name, or what its keyword says."""
    return Spot(path, marks="head") if line.name else Spot(path, line.keyword, marks="line")


# Running them.


class Run(Struct, frozen=True):
    """A mutant as it was checked in a coat; `names` and `texts` are those of its two files, `main` and
    `organisation`."""

    mutant: Mutant
    coat: str
    names: dict[str, str]
    texts: dict[str, str]
    checked: Checked

    def document(self, file: str) -> Document:
        return self.mutant.example.main if file == "main" else self.mutant.example.organisation


def run(mutant: Mutant, coat: str) -> Run:
    example = mutant.example
    texts = {"main": COATS[coat](example.main), "organisation": COATS[coat](example.organisation)}
    if mutant.slip is not None:
        texts["main"] = slipped(texts["main"], mutant.slip, slip_at(mutant, coat))
    names = {"main": f"main{coat}", "organisation": f"{example.shared}{coat}"}
    files = {names[file]: text.encode() for file, text in texts.items()}

    def read(name: str) -> bytes:
        if name not in files:
            raise FileNotFoundError(2, "No such file", name)
        return files[name]

    checked = check(names["main"], read, lock=lock(), today=DAY)
    if mutant.shared:
        one, other = together((checked, check(names["organisation"], read, lock=lock(), today=DAY)))
        checked = replace(one, findings=(*one.findings, *other.findings))
    return Run(mutant, coat, names, texts, checked)


def slipped(text: str, slip: Slip, at: Slipped) -> str:
    """A text after a slip."""
    rows = text.split("\n")
    row, (start, end) = rows[at.word.row], at.word[1:]
    if not slip.cut:
        rows[at.word.row] = f"{row[: end - 1]}q{row[end:]}"
    elif row[:start].strip():
        rows[at.word.row] = f"{row[:start]}{row[at.words.end :].lstrip()}".rstrip()
    else:
        del rows[at.word.row]
    return "\n".join(rows)


class Slipped(NamedTuple):
    """Where the word of a slip stands, and the words of its spot."""

    word: Stretch
    words: Stretch


def slip_at(mutant: Mutant, coat: str) -> Slipped:
    """Where a slip is made in a coat: at the word before the words of its spot, or, for the keyword of a named line in
    YAML, at the collection above it."""
    assert mutant.slip is not None
    spot, word, main = mutant.slip.spot, mutant.slip.word, mutant.example.main
    text = COATS[coat](main)
    found = stretch_of(main, coat, text, spot)
    in_yaml = coat == ".case.yaml"
    if spot.part == "name" and in_yaml:
        return Slipped(collection_above(text, found, collection_of(main, spot.path)), found)
    before = keyword_before(text, found, "to" if word == ARROW and in_yaml else word)
    assert before is not None, str(mutant)
    return Slipped(before, found)
