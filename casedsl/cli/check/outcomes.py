"""What is kept of the check of one file: enough to show its findings again without reading the language.

An outcome is written as JSON and read strictly: every part must be of the type that the records say. What is anything
else is no outcome: it may be damaged or from another program, and then the file is simply checked again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TypeVar

from msgspec import Struct, ValidationError, convert, to_builtins
from msgspec.structs import replace

from casedsl.syntax.finding import Finding
from casedsl.syntax.ignores import Heard

T = TypeVar("T")


class FilePlaces(Struct, frozen=True):
    """The places of one document that matter: line, column, and what it is called there."""

    file: str
    home: str
    names: tuple[tuple[int, int, str], ...]


class Found(Struct, frozen=True, forbid_unknown_fields=True):
    """Findings, and the places that only they need."""

    findings: tuple[Finding, ...] = ()
    places: tuple[FilePlaces, ...] = ()


class Outcome(Struct, frozen=True, forbid_unknown_fields=True):
    """The check of one file.

    Attributes:
      findings: what was found, before anybody chose what to see; without opinions.
      heard: what became of the author's ignores.
      read: the names of all files that were looked for, the checked one first, each with the digest of its bytes or the
        reason why it couldn't be read.
      sharing: what must be known of it to judge names that files share, as JSON; only `outlook.py` reads it.
      places: for each file in which something may be found, how the document is called, and the names of these places.
      opinions: what is `Found` of the severity info, as JSON: there are many, and few people ask for them.
    """

    findings: tuple[Finding, ...]
    heard: Heard
    read: Mapping[str, str]
    sharing: str
    places: tuple[FilePlaces, ...] = ()
    opinions: str = "{}"

    @property
    def file(self) -> str:
        return self.heard.file


def written(record: Struct) -> str:
    """A record as JSON, in one order and in ASCII: the name of a file may hold what no text may."""
    return json.dumps(to_builtins(record, order="deterministic"), separators=(",", ":"))


def read(kind: type[T], text: str) -> T | None:
    """The record of this kind that is written there; None if it is anything else."""
    try:
        return convert(json.loads(text), kind)
    except (ValidationError, ValueError, RecursionError):
        return None


def with_opinions(outcome: Outcome) -> Outcome:
    """An outcome whose findings are all there are, in their order."""
    opinions = read(Found, outcome.opinions) or Found()
    findings = sorted((*outcome.findings, *opinions.findings), key=Finding.place)
    return replace(outcome, findings=tuple(findings), places=(*outcome.places, *opinions.places))
