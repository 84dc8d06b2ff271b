"""A finding: what is so, where, why it matters and one way out. Findings are values; nothing raises them.

The voice is that of `docs/design.md`, Messages: a fact about the case in the author's own words, lower case, names in
backticks, no full stop in the headline. Facts and wording are apart from showing: `casedsl.report` shows.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from casedsl.syntax.span import Span

Severity = Literal["error", "warning", "info"]
Kind = Literal[
    "answer", "band", "calendar", "case type", "class", "ending", "event", "event or field", "field", "line", "option",
    "part", "people", "person", "person or role", "promise", "role", "stage", "state", "team", "template", "type",
    "value",
]  # fmt: skip
"""What a name names, or should: `line` is one of the map, `people` a list of them; of what isn't there it can be open
which of two was meant."""


class Subject(Struct, frozen=True):
    """What a finding is about: a name of the definition, and what it names."""

    kind: Kind
    name: str


def subjects(kind: Kind, *names: object | None) -> tuple[Subject, ...]:
    """Several subjects of one kind, each once; a name that is none (`None`, or empty) is left out."""
    return tuple(Subject(kind, name) for name in dict.fromkeys(str(name or "") for name in names) if name)


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
      about: what the headline speaks of, before it is put into words; in its order. Whoever needs the state or the
        field of a finding reads it here, and nobody takes a sentence apart.
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
    about: tuple[Subject, ...] = ()

    def named(self, kind: Kind) -> tuple[str, ...]:
        """The names of one kind that it is about."""
        return tuple(subject.name for subject in self.about if subject.kind == kind)

    def place(self) -> tuple[Span, str, str]:
        """The key by which findings are sorted: place, then code, then headline."""
        return (self.span, self.code, self.headline)
