"""What is left of the findings when the author's ignores are heard."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from casedsl.analysis.facts import Facts
from casedsl.rules import RULES, checked, code_of, ignores, is_certain
from casedsl.syntax.finding import Finding
from casedsl.syntax.ignores import Ignore, silenced, unused


class Verdict(Struct, frozen=True):
    """The findings that stand, and those that an author lets stand, each with the reason. `understood` says whether
    nothing was left unread or unresolved."""

    findings: tuple[Finding, ...]
    ignored: tuple[tuple[Finding, str], ...]
    understood: bool


def ignorable() -> dict[str, bool]:
    """Every code, and whether an ignore may name it."""
    return {code_of(rule): not is_certain(rule) and rule.__module__ != ignores.__name__ for rule in RULES}


def verdict(facts: Facts, file: str, heard: Iterable[Ignore]) -> Verdict:
    """What all rules find that no ignore holds for. An ignore in `file` itself that wasn't needed is a finding too; one
    in an organisation file may be needed by another case type (`unused_together`)."""
    heard, given = tuple(heard), frozenset(facts.found)
    found = checked(facts)
    said, ignored = silenced((finding for finding in found if finding not in given), heard)
    own = [ignore for ignore in heard if ignore.span.file == file]
    understood = not any(finding.severity == "error" for finding in given)
    judged = understood and facts.case_type is not None
    idle = spoken_of(unused(own, (finding for finding, _ in ignored)), facts) if judged else ()
    rest = (finding for finding in found if finding in given)
    return Verdict(tuple(sorted((*rest, *said, *idle), key=Finding.place)), ignored, understood)


def spoken_of(idle: tuple[Finding, ...], facts: Facts) -> tuple[Finding, ...]:
    """The findings of the rule about ignores that weren't needed, if that rule is asked."""
    about = replace(facts, found=idle)
    return tuple(finding for rule in RULES if rule is ignores.cd014_unused_ignore for finding in rule(about))
