"""A finding: what is so, where, why it matters and one way out. Findings are values; nothing raises them.

The voice is that of `docs/design.md`, Messages: a fact about the case in the author's own words, lower case, names in
backticks, no full stop in the headline. Facts and wording are apart from showing: `casedsl.report` shows.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from casedsl.syntax.span import Span

Severity = Literal["error", "warning", "info"]


class Label(Struct, frozen=True):
    """A place that a finding points at besides its own, and what there is to say about it."""

    span: Span
    text: str


class Edit(Struct, frozen=True):
    """One change of what the author wrote: the word at `span` becomes `text`; with None, the line whose head stands
    there is taken out with all that is below it. The same edit serves both coats."""

    span: Span
    text: str | None


class Fix(Struct, frozen=True):
    """A way out that can be carried out: `safe` if it can't change what the author meant."""

    title: str
    safe: bool
    edits: tuple[Edit, ...]


class Finding(Struct, frozen=True):
    """One finding.

    Attributes:
      code: names the rule (`CD101`); once released it never changes its meaning. Empty where no rule speaks but a
        scenario that doesn't come true.
      severity: `error` is a proved defect and stops compilation, `warning` proved but perhaps meant, `info` an opinion.
      span: the primary place. `label` says what is under the carets; it may be empty.
      headline: what is so, without a full stop.
      labels: related places.
      notes: pairs of a heading and a sentence, in order: `("a way there", "new -> in_review")`, `("why", ...)`.
      way_out: one way to mend it; may be empty.
      steps: where the finding is about a way through the definition, its places in order.
      fix: the way out as edits, where there is one.
    """

    code: str
    severity: Severity
    span: Span
    headline: str
    label: str = ""
    labels: tuple[Label, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()
    way_out: str = ""
    steps: tuple[Label, ...] = ()
    fix: Fix | None = None

    def place(self) -> tuple[Span, str, str]:
        """The key by which findings are sorted: place, then code, then headline."""
        return (self.span, self.code, self.headline)
