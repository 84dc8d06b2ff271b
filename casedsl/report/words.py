"""A finding in plain words, for programs that show a text beside a line."""

from __future__ import annotations

from casedsl.report.plain import one_line
from casedsl.syntax.finding import Finding


def in_words(finding: Finding) -> str:
    """The headline, and below it a line for each thing that there is to say."""
    heads = [*finding.notes, *((("way out", finding.way_out),) if finding.way_out else ())]
    return "\n".join([one_line(finding.headline), *(one_line(f"{head}: {text}") for head, text in heads)])


def in_short(finding: Finding) -> str:
    """The headline and the way out, on one line."""
    way_out = f" ({finding.way_out})" if finding.way_out else ""
    return one_line(f"{finding.headline}{way_out}")
