"""The compiler on one page: read, resolve, check, write.

Every phase returns what it could make of its input, and findings. Nothing here touches a disk, a clock or a terminal:
`read` gives the bytes of a file by its name, and what is written is returned.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from casedsl.analysis.facts import Facts, facts_of
from casedsl.analysis.horizon import Horizon
from casedsl.analysis.people import Roster
from casedsl.analysis.sharing import UNREAD, Sharing, defined_in, named_by
from casedsl.model.records import CaseType, Organisation
from casedsl.model.resolve import resolve, resolve_organisation
from casedsl.rules.verdict import ignorable, verdict
from casedsl.syntax.finding import Finding
from casedsl.syntax.ignores import Ignore, ignores_of
from casedsl.syntax.source import YAML, Source
from casedsl.syntax.tree import Document
from casedsl.syntax.use import Read, Reading, read_definition

if TYPE_CHECKING:
    from casedsl.artifact.lock import Lock

RUN_LOCK = "run `casedsl calendars lock` with the definition's file"


class Checked(Struct, frozen=True):
    """A definition that was read, resolved and checked.

    Attributes:
      case_type: the model; None for an organisation file, and where none could be made.
      organisation: what the files in `use` share.
      sources: the text of every file that was read, by name, for the frames of messages.
      findings: everything that was found, in the order of the files.
      ignored: what was found and stays by the author's word, each with the reason: `# casedsl: ignore[...] -- reason`.
      ignores: the comments that say so, in the file and in what it uses, needed or not.
      understood: nothing was left unread or unresolved, so the rules have looked at all of it.
      sharing: what must be known of the file when shared names are judged over several files.
      documents: what was read: the definition, then what it uses.
      facts: what the rules were told of it, for who asks on.
    """

    file: str
    case_type: CaseType | None
    organisation: Organisation | None
    sources: Mapping[str, Source]
    findings: tuple[Finding, ...]
    ignored: tuple[tuple[Finding, str], ...] = ()
    ignores: tuple[Ignore, ...] = ()
    understood: bool = True
    sharing: Sharing = UNREAD
    documents: tuple[Document, ...] = ()
    facts: Facts | None = None

    @property
    def sound(self) -> bool:
        """Whether it may be compiled."""
        return not any(finding.severity == "error" for finding in self.findings)


class Compiled(Struct, frozen=True):
    """What compilation writes: the artifact, and the calendars as a bundle of their own beside it."""

    artifact: bytes
    bundle: bytes


def check(
    file: str, read: Read, *, lock: Lock | None = None, today: date | None = None, roster: Roster | None = None
) -> Checked:
    """Read a definition and everything it uses, and look at it. Raises OSError if the file itself can't be read.

    With a day and a lock it is said too whether the locked calendars reach far enough from that day (CD405); with a
    list of people, whether these can do all that is left to them (CD504, CD505).
    """
    reading = read_definition(file, read)
    ignores, found = _ignores(reading)
    resolved = _resolved(replace(reading, found=reading.found + found))
    facts = replace(resolved, horizon=_horizon(lock, today), roster=roster)
    said = verdict(facts, file, ignores)
    documents = (*((reading.document,) if reading.document else ()), *reading.used)
    findings = tuple(sorted((*said.findings, *_untold(reading, facts, said.understood)), key=Finding.place))
    findings = _spoken(findings, documents)
    found_here = findings, said.ignored, ignores, said.understood
    sharing = _sharing(reading, facts, said.understood)
    return Checked(file, facts.case_type, facts.organisation, reading.sources, *found_here, sharing, documents, facts)


def _spoken(findings: tuple[Finding, ...], documents: tuple[Document, ...]) -> tuple[Finding, ...]:
    """Findings as a YAML file needs them: with the places of what aliases repeat, and with ways out in YAML."""
    if any(document.repeats for document in documents):
        from casedsl.syntax.repeats import with_both_places  # few files have aliases

        findings = with_both_places(findings, documents)
    if not any(finding.span.file.endswith(YAML) for finding in findings):
        return findings
    from casedsl.syntax.printing.proposing import in_their_coats  # the printer: a clean file needs none

    return in_their_coats(findings, documents)


def compile_case(case_type: CaseType, lock: Lock | None) -> Compiled | tuple[str, ...]:
    """The artifact and the bundle of a sound case type, or why `calendars.lock` doesn't fit it, in sentences. Without a
    lock only a case type that counts in no calendar can be compiled."""
    # Here, so that a check loads nothing of what only writing needs.
    from casedsl_runtime.artifact import Bundle
    from casedsl_runtime.loading import dump_bundle, dump_workflow

    from casedsl.artifact.bundle import compile_bundle
    from casedsl.artifact.lower import calendars_of, lowered

    calendars = calendars_of(case_type)
    if calendars and lock is None:
        return (f"`{case_type.name}` counts in `{calendars[0].name}`, and no calendar is locked; {RUN_LOCK}",)
    bundle, problems = compile_bundle(calendars, lock) if lock else (Bundle((), "", ""), ())
    if problems:
        return tuple(f"{problem.span}: {problem.sentence}" for problem in problems)
    return Compiled(dump_workflow(lowered(case_type)), dump_bundle(bundle))


def facts_behind(checked: Checked, lock: Lock | None = None, today: date | None = None) -> Facts:
    """The facts about a definition that was checked, for whoever asks more of them than findings."""
    horizon, known = _horizon(lock, today), checked.facts
    if known is not None and known.graph is not None and checked.understood and known.horizon == horizon:
        return known  # with all that the rules have worked out
    facts = facts_of(checked.case_type if checked.understood else None, checked.organisation, ())
    return replace(facts, horizon=horizon)


def artifact_hash(case_type: CaseType) -> str:
    """The hash under which cases pin the artifact of a sound case type; it hangs on no calendar."""
    import json  # as above

    from casedsl_runtime.loading import dump_workflow

    from casedsl.artifact.lower import lowered

    return str(json.loads(dump_workflow(lowered(case_type)))["hash"])


def _untold(reading: Reading, facts: Facts, whole: bool) -> tuple[Finding, ...]:
    """What is wrong with the scenarios of a definition that is understood without them: no rule looks at them, so they
    are looked at last, and only where there are any."""
    document, case_type = reading.document, facts.case_type
    if document is None or case_type is None or not whole or not any(document.all("scenario")):
        return ()
    from casedsl.model.scenarios import scenarios_of

    return scenarios_of(document, case_type)[1]


def _ignores(reading: Reading) -> tuple[tuple[Ignore, ...], tuple[Finding, ...]]:
    codes = ignorable()
    read = [ignores_of(source, codes) for source in reading.sources.values()]
    return tuple(ignore for ignores, _ in read for ignore in ignores), tuple(
        each for _, found in read for each in found
    )


def _horizon(lock: Lock | None, today: date | None) -> Horizon | None:
    if lock is None or today is None:
        return None
    holidays = {region.name: frozenset(day for day, _ in region.holidays) for region in lock.regions}
    zones = {zone.name: (zone.changes, zone.offsets) for zone in lock.zones}
    return Horizon(today, lock.first_year, lock.last_year, holidays, zones)


def _sharing(reading: Reading, facts: Facts, whole: bool) -> Sharing:
    document = reading.document
    if document is None:
        return UNREAD
    shared = document.kind == "organisation"
    uses = None if document.cut_off else tuple(file for file in reading.sources if file != document.file)
    named = named_by(facts.case_type, facts.organisation)
    defines = defined_in(document.file, facts.organisation) if shared else ()
    return Sharing(document.file, not shared, uses, whole, named, defines)


def _resolved(reading: Reading) -> Facts:
    document = reading.document
    if document is None:
        return facts_of(None, None, reading.found)
    if document.kind == "organisation":
        organisation, found = resolve_organisation((*reading.used, document))
        return facts_of(None, organisation, reading.found + found)
    case_type, found = resolve(document, reading.used)
    return facts_of(case_type, case_type.organisation if case_type else None, reading.found + found)
