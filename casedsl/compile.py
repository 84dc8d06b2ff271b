"""The compiler on one page: read, resolve, check, write.

Every phase returns what it could make of its input, and findings. Nothing here touches a disk, a clock or a terminal:
`read` gives the bytes of a file by its name, and what is written is returned.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from casedsl_runtime.artifact import Bundle
from casedsl_runtime.loading import dump_bundle, dump_workflow

from casedsl.analysis.facts import Facts, facts_of
from casedsl.artifact.bundle import compile_bundle
from casedsl.artifact.lock import Lock
from casedsl.artifact.lower import calendars_of, lowered
from casedsl.model.records import CaseType, Organisation
from casedsl.model.resolve import resolve, resolve_organisation
from casedsl.rules import checked
from casedsl.syntax.finding import Finding
from casedsl.syntax.source import Source
from casedsl.syntax.use import Read, Reading, read_definition

RUN_LOCK = "run `casedsl calendars lock` with the definition's file"


@dataclass(frozen=True, slots=True)
class Checked:
    """A definition that was read, resolved and checked.

    Attributes:
      case_type: the model; None for an organisation file, and where none could be made.
      organisation: what the files in `use` share.
      sources: the text of every file that was read, by name, for the frames of messages.
      findings: everything that was found, in the order of the files.
    """

    file: str
    case_type: CaseType | None
    organisation: Organisation | None
    sources: Mapping[str, Source]
    findings: tuple[Finding, ...]

    @property
    def sound(self) -> bool:
        """Whether it may be compiled."""
        return not any(finding.severity == "error" for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Compiled:
    """What compilation writes: the artifact, and the calendars as a bundle of their own beside it."""

    artifact: bytes
    bundle: bytes


def check(file: str, read: Read) -> Checked:
    """Read a definition and everything it uses, and look at it. Raises OSError if the file itself can't be read."""
    reading = read_definition(file, read)
    facts = _resolved(reading)
    return Checked(file, facts.case_type, facts.organisation, reading.sources, checked(facts))


def compile_case(case_type: CaseType, lock: Lock | None) -> Compiled | tuple[str, ...]:
    """The artifact and the bundle of a sound case type, or why `calendars.lock` doesn't fit it, in sentences. Without a
    lock only a case type that counts in no calendar can be compiled."""
    calendars = calendars_of(case_type)
    if calendars and lock is None:
        return (f"`{case_type.name}` counts in `{calendars[0].name}`, and no calendar is locked; {RUN_LOCK}",)
    bundle, problems = compile_bundle(calendars, lock) if lock else (Bundle((), "", ""), ())
    if problems:
        return tuple(f"{problem.span}: {problem.sentence}" for problem in problems)
    return Compiled(dump_workflow(lowered(case_type)), dump_bundle(bundle))


def _resolved(reading: Reading) -> Facts:
    document = reading.document
    if document is None:
        return facts_of(None, None, reading.found)
    if document.kind == "organisation":
        organisation, found = resolve_organisation((*reading.used, document))
        return facts_of(None, organisation, reading.found + found)
    case_type, found = resolve(document, reading.used)
    return facts_of(case_type, case_type.organisation if case_type else None, reading.found + found)
