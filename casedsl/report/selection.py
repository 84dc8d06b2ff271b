"""Which findings are shown, and which of them count: the one place where this is decided.

Errors and warnings are shown; an info is an opinion, and is shown only to who asks for it: by selecting its rule, or by
letting infos count. Whoever selects rules sees what these find, and always the errors of reading and resolving: a
definition that isn't understood never passes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from msgspec import Struct

from casedsl.syntax.finding import Finding, Severity
from casedsl.syntax.spelling import did_you_mean, nearest

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
_PREFIX = re.compile(r"CD\d{0,2}")


class Names(Struct, frozen=True, forbid_unknown_fields=True):
    """The rules there are.

    Attributes:
      slugs: code -> name.
      certain: the codes of reading and resolving, which can't be left out.
      pages: code -> page.
    """

    slugs: Mapping[str, str]
    certain: frozenset[str]
    pages: Mapping[str, str]


class Choice(Struct, frozen=True):
    """What somebody wants to see: `selected` is None where nothing was selected."""

    selected: frozenset[str] | None = None
    ignored: frozenset[str] = frozenset()
    certain: frozenset[str] = frozenset()
    fail_on: Severity = "warning"


def is_shown(finding: Finding, choice: Choice) -> bool:
    """Whether a finding is shown."""
    if finding.severity == "error" and finding.code in choice.certain:
        return True
    if finding.code in choice.ignored:
        return False
    if choice.selected is not None:
        return finding.code in choice.selected
    return finding.severity != "info" or wants_opinions(choice)


def wants_opinions(choice: Choice) -> bool:
    """Whether an info could be shown at all."""
    return choice.selected is not None or choice.fail_on == "info"


def counts(finding: Finding, choice: Choice) -> bool:
    """Whether a finding that is shown is a reason to fail."""
    return SEVERITIES.index(finding.severity) <= SEVERITIES.index(choice.fail_on)


def shown(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """What is shown to who has chosen nothing."""
    return tuple(finding for finding in findings if is_shown(finding, Choice()))


def codes_of(selector: str, names: Names) -> frozenset[str]:
    """The codes that a code, the beginning of one, or a name stands for; none if it is unknown."""
    named = (code for code, slug in names.slugs.items() if selector in (code, slug))
    begun = (code for code in names.slugs if _PREFIX.fullmatch(selector) and code.startswith(selector))
    return frozenset((*named, *begun))


def unknown(selector: str, names: Names) -> str:
    """The sentence about a selector that selects nothing."""
    known = [*names.slugs, *names.slugs.values()]
    near = (selector.upper(),) if selector.upper() in names.slugs else nearest(selector, known)
    way_out = did_you_mean(near) or "`casedsl rule` lists them all"
    return f"there is no rule `{selector[:60]}`; {way_out}"


def kept_anyway(selector: str, names: Names) -> str:
    """The sentence to who wants to leave out what can't be; nothing if some of it can."""
    if codes_of(selector, names) - names.certain:
        return ""
    return f"`{selector}` can't be left out: what isn't understood must never pass; correct what it finds"
