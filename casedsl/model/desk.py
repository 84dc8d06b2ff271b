"""Where findings are put down while a model is made, and the sentences that several parts of it say alike."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from casedsl_runtime.vocabulary import ASSIGNEE

from casedsl.syntax.finding import Edit, Finding, Fix, Kind, Label, Subject
from casedsl.syntax.span import Span
from casedsl.syntax.spelling import brief, did_you_mean, listed, nearest, only_near
from casedsl.syntax.tree import Document, Line, Word

SHARED = frozenset({"role", "team", "calendar", "class"})
MOST_SUGGESTIONS = 100
MOST_COMPARED = 30_000
ALWAYS, EVERY_DAY = "always", "every day"
BUILT_IN = (ALWAYS, EVERY_DAY)
"""The calendars that need no definition."""


class Desk:
    """Collects findings in the order in which they are made, and keeps back what only follows from others.

    A name that stands on a line that could not be read, or has no meaning yet, may be defined there: it isn't called
    unknown. Names that organisation files share aren't either, while one of these files can't be read.
    """

    def __init__(self, documents: Iterable[Document] = (), case_type: bool = False) -> None:
        known = list(documents)
        self.found: list[Finding] = []
        self.compared = 0
        self.lost = set[str]().union(*(document.lost for document in known))
        self.silent = SHARED if any(document.cut_off for document in known) else frozenset[str]()
        self.alone = case_type and len(known) == 1

    def lose(self, *lines: Line) -> None:
        """Note the names on lines that are left out, and on those below them."""
        for line in lines:
            if line.name is not None:
                self.lost.add(line.name.text)
            self.lose(*line.lines)

    def error(
        self,
        code: str,
        span: Span,
        headline: str,
        way_out: str = "",
        *,
        label: str = "",
        labels: tuple[Label, ...] = (),
        notes: tuple[tuple[str, str], ...] = (),
        fix: Fix | None = None,
        about: tuple[Subject, ...] = (),
    ) -> None:
        found = Finding(
            code, "error", span, brief(headline), label, labels, notes, brief(way_out), fix=fix, about=about
        )
        self.found.append(found)

    def wrong(self, span: Span, headline: str, way_out: str = "", **rest: tuple[Label, ...]) -> None:
        """A value of the wrong type or unit."""
        self.error("CD005", span, headline, way_out, **rest)  # type: ignore[arg-type]

    def unbuilt(self, span: Span, what: str) -> None:
        """Something that is read, but has no meaning in this edition."""
        self.error(
            "CD010", span, f"{what} isn't part of edition 1 yet", "leave it out; nothing half-understood is compiled"
        )

    def missing(self, line: Line, headline: str, way_out: str) -> None:
        """A line that must stand below another and doesn't; nothing where it may have stood and could not be read."""
        if not line.torn:
            self.error("CD011", line.head, headline, way_out)

    def twice(self, span: Span, first: Span, headline: str, way_out: str, *, spare: bool = False) -> None:
        """A line or a name that may stand once and stands again. `spare` says that the second line can be taken out:
        what stands in it is lost, so that is for the author to say."""
        fix = Fix("take out the second line", False, (Edit(span, None),)) if spare else None
        self.error("CD002", span, headline, way_out, labels=(Label(first, "it stands here first"),), fix=fix)

    def unknown(self, kind: Kind, word: Word, known: Iterable[str], where: str = "", at: Span | None = None) -> None:
        """A name that names nothing; `where` narrows the place (`of \\`category\\``). `at` is the name alone, where the
        finding points at more."""
        if word.text in self.lost or kind in self.silent:
            return
        helping = len(self.found) < MOST_SUGGESTIONS and self.compared < MOST_COMPARED
        names = list(known if helping else islice(known, 7))
        near = nearest(word.text, names) if helping else ()
        self.compared += len(names)
        behind = f" {where}" if where else ""
        fix = _written(word, only_near(word.text, names) if near else None, at)
        if near:
            way_out = did_you_mean(near)
        elif self.alone and kind in SHARED and not {*names} - {ASSIGNEE, *BUILT_IN}:
            self.silent = SHARED
            way_out = 'roles, teams, calendars and classes stand in an organisation file: add `use "NAME"`'
        elif kind == "class" and not names:
            way_out = "add `classes` with `order public < internal` to the organisation file"
        else:
            way_out = f"there are: {listed(names)}" if names else f"there is no {kind}{behind} at all"
        self.error(
            "CD004",
            word.span,
            f"there is no {kind} `{word.text}`{behind}",
            way_out,
            about=(Subject(kind, word.text),),
            fix=fix,
        )


def _written(word: Word, name: str | None, at: Span | None) -> Fix | None:
    """A misspelled name, written as the only one that can be meant."""
    return Fix(f"write `{name}`", True, (Edit(at or word.span, name),)) if name else None
