"""The compiler, as a check of files asks for it: loaded only when a file isn't known yet."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from datetime import date

from casedsl.analysis.sharing import Shared, Sharing
from casedsl.cli.check.day import lock_beside
from casedsl.cli.check.outcomes import FilePlaces, Outcome, written_opinions
from casedsl.compile import Checked, check
from casedsl.report.selection import Names
from casedsl.rules import RULES, code_of, is_certain, page_of, slug_of
from casedsl.rules.names import unused_shared
from casedsl.syntax.finding import Finding
from casedsl.syntax.ignores import Heard
from casedsl.syntax.places import places_of
from casedsl.syntax.span import Span


def looked_at(
    file: str, read: Callable[[str], bytes], digest_of: Callable[[str], str], today: date | None = None
) -> Outcome:
    """The outcome of a check, with all that was read for it; if a day is given, also of the lock beside the file."""
    asked: dict[str, None] = {}

    def remembered(name: str) -> bytes:
        asked[name] = None
        return read(name)

    definition = check(file, remembered, lock=lock_beside(file, remembered) if today else None, today=today)
    shared = definition.case_type is None and definition.organisation is not None
    heard = Heard(file, shared, definition.understood, definition.ignores, definition.ignored)
    digests = {name: digest_of(name) for name in asked}
    opinions = [finding for finding in definition.findings if finding.severity == "info"]
    findings = tuple(finding for finding in definition.findings if finding.severity != "info")
    may_be = {finding.span for finding in findings} | {ignore.span for ignore in definition.ignores}
    places = tuple(_places(definition, may_be | {shared.span for shared in definition.sharing.defines}))
    more = written_opinions(opinions, _places(definition, {finding.span for finding in opinions}))
    return Outcome(findings, heard, digests, _written(definition.sharing), places, more)


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
    return tuple(unused_shared(map(_sharing, sharings)))


def _written(sharing: Sharing) -> str:
    return json.dumps(asdict(sharing) | {"named": sorted(sharing.named)}, sort_keys=True)


def _sharing(text: str) -> Sharing:
    """What `_written` wrote; it comes from this program's memory, or from its cache with a right sum."""
    kept = json.loads(text)
    return Sharing(
        kept["file"],
        kept["asks"],
        None if kept["uses"] is None else tuple(kept["uses"]),
        kept["whole"],
        frozenset((kind, name) for kind, name in kept["named"]),
        tuple(Shared(each["kind"], each["name"], Span(*each["span"]), each["bound"]) for each in kept["defines"]),
    )


def rule_names() -> Names:
    """The rules of this compiler."""
    certain = frozenset(code_of(rule) for rule in RULES if is_certain(rule))
    pages = {code_of(rule): page_of(code_of(rule)) or "" for rule in RULES}
    return Names({code_of(rule): slug_of(rule) for rule in RULES}, certain, pages)
