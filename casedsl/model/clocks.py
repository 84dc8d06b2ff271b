"""The priority, and the messages that time and events send."""

from __future__ import annotations

from casedsl.model.desk import Desk
from casedsl.model.expressions import Names, Typist
from casedsl.model.lines import clause, name_of
from casedsl.model.records import Addition, Band, Priority, Template
from casedsl.model.scope import Scope
from casedsl.model.texts import text_with_gaps
from casedsl.model.values import whole, words_of
from casedsl.syntax.tree import Line, Word, text_of


def template_of(line: Line, scope: Scope, desk: Desk) -> Template:
    """A message; it has a subject and a body."""
    for keyword in ("subject", "body"):
        if clause(line, keyword) is None:
            desk.missing(line, f"template `{name_of(line)}` has no `{keyword}`", f'add `{keyword} "…"`')
    subject = text_with_gaps(clause(line, "subject"), scope, desk)
    return Template(name_of(line), subject, text_with_gaps(clause(line, "body"), scope, desk), line.head)


def priority_of(line: Line, names: Names, desk: Desk) -> Priority | None:
    """The priority: a score with named parts, additions and bands."""
    score = next(line.all("score"), None)
    if score is None:
        desk.missing(line, "the priority has no `score`", "add `score 10 * impact in 0..100`")
        return None
    parts = tuple(Typist(names, desk).terms(score.clauses["score"]))
    bounds = [whole(word, desk) for word in words_of(score.clauses["in"])]
    additions = tuple(row for below in line.all("plus") if (row := _addition(below, names, desk)))
    bands = _bands(line, desk)
    if len(bounds) != 2 or bounds[0] is None or bounds[1] is None:
        return None
    if bounds[0] < bounds[1]:
        _in_range(bands, bounds[0], bounds[1], desk)
    else:
        headline = f"nothing lies in `{bounds[0]}..{bounds[1]}`"
        desk.wrong(score.clauses["in"].span, headline, "write the lower bound first")
    return Priority(parts, bounds[0], bounds[1], additions, bands, line.head) if parts else None


def _addition(line: Line, names: Names, desk: Desk) -> Addition | None:
    points, up_to = whole(line.clauses["plus"], desk), whole(line.clauses["up to"], desk)
    when = Typist(names, desk).guard(line.clauses.get("when"))
    because = line.clauses.get("because")
    if points is None or up_to is None or ("when" in line.clauses and when is None):
        return None
    return Addition(points, up_to, when, text_of(because if isinstance(because, Word) else None), line.span)


def _bands(line: Line, desk: Desk) -> tuple[Band, ...]:
    """The bands; each begins at a score of its own."""
    bands: dict[int, Band] = {}
    for below in line.all("band"):
        at_least = whole(below.clauses["from"], desk)
        if at_least is not None and at_least in bands:
            desk.twice(below.head, bands[at_least].span, f"two bands begin at {at_least}", "let each begin elsewhere")
        elif at_least is not None:
            bands[at_least] = Band(name_of(below), at_least, below.span)
    return tuple(bands.values())


def _in_range(bands: tuple[Band, ...], low: int, high: int, desk: Desk) -> None:
    for band in bands:
        if not low <= band.at_least <= high:
            headline = f"no score reaches band `{band.name}`: scores lie in {low}..{high}"
            desk.wrong(band.span, headline, "let the band begin within the range of the score")
