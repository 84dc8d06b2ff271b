"""The compiler, as a check of files asks for it: loaded only when a file isn't known yet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date

from casedsl.analysis.people import Roster
from casedsl.analysis.sharing import UNREAD, Sharing
from casedsl.cli.check.day import lock_beside
from casedsl.cli.check.listing import require_fitting
from casedsl.cli.check.outcomes import FilePlaces, Found, Outcome, read, written
from casedsl.compile import Checked, check
from casedsl.report.selection import Names
from casedsl.rules import RULES, code_of, is_certain, page_of, slug_of
from casedsl.rules.names import unused_shared
from casedsl.syntax.finding import Finding
from casedsl.syntax.ignores import Heard
from casedsl.syntax.places import places_of
from casedsl.syntax.span import Span


def looked_at(
    file: str,
    read_file: Callable[[str], bytes],
    digest_of: Callable[[str], str],
    today: date | None = None,
    roster: Roster | None = None,
) -> Outcome:
    """The outcome of a check, with all that was read for it; if a day is given, also of the lock beside the file. Ends
    the command if people hold roles together that the file doesn't allow."""
    asked: dict[str, None] = {}

    def remembered(name: str) -> bytes:
        asked[name] = None
        return read_file(name)

    lock = lock_beside(file, remembered) if today else None
    definition = check(file, remembered, lock=lock, today=today, roster=roster)
    if roster is not None and definition.case_type is not None and definition.understood:
        require_fitting(roster, definition.case_type.organisation)
    shared = definition.case_type is None and definition.organisation is not None
    heard = Heard(file, shared, definition.understood, definition.ignores, definition.ignored)
    digests = {name: digest_of(name) for name in asked}
    minor = tuple(finding for finding in definition.findings if finding.severity == "info")
    findings = tuple(finding for finding in definition.findings if finding.severity != "info")
    may_be = {finding.span for finding in findings} | {ignore.span for ignore in definition.ignores}
    places = tuple(_places(definition, may_be | {shared.span for shared in definition.sharing.defines}))
    more = Found(minor, tuple(_places(definition, {finding.span for finding in minor})))
    return Outcome(findings, heard, digests, written(definition.sharing), places, written(more))


def _places(definition: Checked, spans: set[Span]) -> Iterator[FilePlaces]:
    """The places where something is found, or may be found once other files are looked at too."""
    for document in definition.documents:
        here = sorted(span for span in spans if span.file == document.file)
        if here:
            places = places_of(document)
            names = dict.fromkeys((span.line, span.column, places.name(span)) for span in here)
            yield FilePlaces(document.file, places.home, tuple(names))


def unused_names(sharings: Iterable[str]) -> tuple[Finding, ...]:
    """What is found over several files, from what was kept of each."""
    known = (read(Sharing, sharing) or UNREAD for sharing in sharings)
    return tuple(unused_shared(known))


def rule_names() -> Names:
    """The rules of this compiler."""
    certain = frozenset(code_of(rule) for rule in RULES if is_certain(rule))
    pages = {code_of(rule): page_of(code_of(rule)) or "" for rule in RULES}
    return Names({code_of(rule): slug_of(rule) for rule in RULES}, certain, pages)
