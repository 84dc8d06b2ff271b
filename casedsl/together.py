"""Several definitions checked together: each as it is alone, and what only all of them show.

A role that one case type doesn't use may be another's. So a shared name is called unused only over all files that were
checked and use the organisation file.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from casedsl.compile import Checked, check
from casedsl.rules.names import unused_shared
from casedsl.syntax.finding import Finding
from casedsl.syntax.ignores import silenced
from casedsl.syntax.use import Read


def check_all(files: Iterable[str], read: Read) -> tuple[Checked, ...]:
    """Check definitions together: each as `check` does, and what they share over all of them."""
    return together(check(file, read) for file in files)


def together(results: Iterable[Checked]) -> tuple[Checked, ...]:
    """The same results, with what only all of them show: the shared names that none of them uses. Such a finding is
    added to the organisation file's own result; an ignore in that file holds for it."""
    known = tuple(results)
    found: dict[str, list[Finding]] = {}
    for finding in unused_shared(result.sharing for result in known):
        found.setdefault(finding.span.file, []).append(finding)
    return tuple(_joined(result, found.get(result.file, ())) for result in known)


def _joined(result: Checked, found: Iterable[Finding]) -> Checked:
    said, ignored = silenced(found, result.ignores)
    findings = tuple(sorted((*result.findings, *said), key=Finding.place))
    return replace(result, findings=findings, ignored=(*result.ignored, *ignored))
