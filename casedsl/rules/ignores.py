"""What an author lets stand: comments that ignore findings must be readable, give a reason, and be needed.

Whether an ignore is needed is known only after every other rule has looked, so `verdict.py` puts down what is found
here; these are the pages.
"""

from __future__ import annotations

from collections.abc import Iterator

from casedsl.analysis.facts import Facts
from casedsl.syntax.finding import Finding


def cd013_ignore_without_reason(facts: Facts) -> Iterator[Finding]:
    """A comment that ignores a finding names the rule and says why: `# casedsl: ignore[CD103] -- reason`.

    It stands beside the line that it holds for, or above it, so that whoever reads the definition later learns what was
    decided; without a reason, or with a rule that doesn't exist, nothing is ignored. What reading and resolving find (a
    name that isn't defined, a line that can't be read) can't be ignored: what isn't understood must never pass.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            on answer -> done
                by clerk
        final state done "Done"  # casedsl: ignore[CD101]       # CD013

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            on answer -> done
                by clerk
        # casedsl: ignore[CD101] -- letters are sent in from July on
        state sent "Sent"
            on answer -> done
                by clerk
        final state done "Done"
    """
    return (finding for finding in facts.found if finding.code == "CD013")


def cd014_unused_ignore(facts: Facts) -> Iterator[Finding]:
    """A comment that ignores a finding stands only where there is one.

    What it was written for is mended; left in place, it would hide the next slip on that line. While something can't be
    read or resolved nobody can know, and nothing is said. In an organisation file an ignore is needed if any case type
    needs it that uses the file and is checked with it.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            # casedsl: ignore[CD106] -- the customer may only call      # CD014
            on answer -> done
                by clerk
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            on answer -> done
                by clerk
        final state done "Done"
    """
    return (finding for finding in facts.found if finding.code == "CD014")
