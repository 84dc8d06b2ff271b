"""What only several checks show: names that files share and nobody uses, ignores in shared files that nobody needs."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from msgspec.structs import replace

from casedsl.cli.check.cache import Cache
from casedsl.cli.check.outcomes import Outcome
from casedsl.syntax.finding import Finding
from casedsl.syntax.ignores import silenced, unused_together


def judged_together(outcomes: Sequence[Outcome], whole: bool, cache: Cache) -> tuple[tuple[Finding, ...], int]:
    """The findings that the checks of single files can't have, and how many findings were ignored in all.

    Only where a `whole` folder is checked is there something to find: a hook or an editor names the few files that
    changed, and others may use what these leave alone.
    """
    shared = [outcome for outcome in outcomes if outcome.heard.shared] if whole else []
    found = _shared_names(outcomes, cache) if shared and len(shared) < len(outcomes) else ()
    ignores = {ignore: None for outcome in shared for ignore in outcome.heard.ignores}
    said, ignored = silenced(found, ignores)
    heard = [outcome.heard for outcome in outcomes]
    if ignored:
        heard = [replace(each, ignored=(*each.ignored, *ignored)) for each in heard]
    every = dict.fromkeys(finding for each in heard for finding, _ in each.ignored)
    return (*said, *(unused_together(heard) if whole else ())), len(every)


def _shared_names(outcomes: Sequence[Outcome], cache: Cache) -> tuple[Finding, ...]:
    """The names that are shared and used by none; what was found for the same files before is kept as well."""
    sharings = [outcome.sharing for outcome in outcomes]
    digest = hashlib.sha256("\n".join(sharings).encode()).hexdigest()
    kept = cache.findings(digest)
    if kept is None:
        from casedsl.cli.check.outlook import unused_names  # the compiler

        kept = unused_names(sharings)
        cache.keep_findings(digest, kept)
    return kept
