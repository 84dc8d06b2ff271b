"""The priority: a score that people can add up, or a table that they can look up, and the bands of either.

A table gives a band for two fields; what it is worth is where that band begins. So additions raise it as they raise a
score, and cases of both kinds stand in one order. An addition with a pace is made again and again while a case waits.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from casedsl_runtime.vocabulary import Duration, in_measure

from casedsl.model.desk import Desk
from casedsl.model.expressions import Names, Typist
from casedsl.model.lines import clause, name_of
from casedsl.model.records import Addition, Band, Field, Pace, Priority, Ref, Table
from casedsl.model.table import table_of
from casedsl.model.values import duration, whole, words_of
from casedsl.syntax.finding import Label
from casedsl.syntax.tree import Line, Word, text_of

_OF_A_TABLE = ("table", "columns", "row")
_Claims: TypeAlias = tuple[tuple[Ref, ...], tuple[Ref, ...]]
"""What the priority rises with, and what it is blind to."""


def priority_of(line: Line, names: Names, desk: Desk) -> Priority | None:
    """The priority: a score with named parts or a table, additions and bands."""
    score, tabled = next(line.all("score"), None), next(line.all(*_OF_A_TABLE), None)
    additions = tuple(row for below in line.all("plus") if (row := _addition(below, names, desk)))
    bands, claims = _bands(line, desk), _claims(line, names.fields, desk)
    if score is None and tabled is None:
        desk.missing(line, "the priority has no `score`", "add `score 10 * impact in 0..100`, or a `table`")
        return None
    if score is None:
        table = table_of(line, names.fields, [name_of(below) for below in line.all("band")], desk)
        return _by_table(line, table, additions, bands, claims, desk) if table and bands else None
    if tabled is not None:
        headline, labels = "the priority is a score and a table", (Label(score.head, "it is a score here"),)
        desk.wrong(tabled.head, headline, "keep one of the two", labels=labels)
        return None
    return _by_score(line, score, names, additions, bands, claims, desk)


def _by_score(
    line: Line, score: Line, names: Names, additions: tuple[Addition, ...], bands: tuple[Band, ...], claims: _Claims,
    desk: Desk,
) -> Priority | None:  # fmt: skip
    parts = tuple(Typist(names, desk).terms(score.clauses["score"]))
    bounds = [whole(word, desk) for word in words_of(score.clauses["in"])]
    if len(bounds) != 2 or bounds[0] is None or bounds[1] is None:
        return None
    if bounds[0] < bounds[1]:
        _in_range(bands, bounds[0], bounds[1], desk)
    else:
        headline = f"nothing lies in `{bounds[0]}..{bounds[1]}`"
        desk.wrong(score.clauses["in"].span, headline, "write the lower bound first")
    within = score.clauses["in"].span
    if not parts:
        return None
    return Priority(parts, bounds[0], bounds[1], additions, bands, line.head, None, *claims, within)


def _by_table(
    line: Line, table: Table, additions: tuple[Addition, ...], bands: tuple[Band, ...], claims: _Claims, desk: Desk
) -> Priority:
    """Worth what its bands begin at, and as much more as additions lead to."""
    given = {band.name for row in table.cells for band in row}
    most = max((row.up_to for row in additions), default=0)
    for band in bands:
        if band.name not in given and band.at_least > most:
            headline = f"no cell of the table gives band `{band.name}`"
            desk.wrong(band.span, headline, "give it in a row, or take the band out")
    begins = [band.at_least for band in bands]
    return Priority((), min(begins), max(*begins, most), additions, bands, line.head, table, *claims)


def _claims(line: Line, fields: Mapping[str, Field], desk: Desk) -> _Claims:
    """What the priority rises with, and what it is blind to: fields, each in one of the two and once."""
    said: dict[str, Ref] = {}
    found: dict[str, list[Ref]] = {"rises with": [], "blind to": []}
    for keyword, refs in found.items():
        for word in words_of(clause(line, keyword)):
            field = fields.get(word.text)
            if field is None:
                desk.unknown("field", word, fields)
            elif word.text in said:
                headline = f"the priority speaks of `{word.text}` twice"
                desk.twice(word.span, said[word.text].span, headline, "it rises with a field, or is blind to it")
            elif keyword == "rises with" and field.type in ("text", "long text"):
                desk.wrong(
                    word.span, f"`{word.text}` is {field.type}, of which there is no more or less", "leave it out"
                )
            else:
                said[word.text] = Ref(word.text, word.span)
                refs.append(said[word.text])
    return tuple(found["rises with"]), tuple(found["blind to"])


def _addition(line: Line, names: Names, desk: Desk) -> Addition | None:
    points, up_to = whole(line.clauses["plus"], desk), whole(line.clauses["up to"], desk)
    when = Typist(names, desk).guard(line.clauses.get("when"))
    because, pace = line.clauses.get("because"), _pace(line, desk)
    if (
        points is None
        or up_to is None
        or ("when" in line.clauses and when is None)
        or ("each" in line.clauses and pace is None)
    ):
        return None
    if pace is not None and points == 0:
        desk.wrong(
            line.clauses["plus"].span, "`plus 0` adds nothing, however long a case waits", "write how many, from 1 on"
        )
        return None
    return Addition(points, up_to, when, text_of(because if isinstance(because, Word) else None), line.span, pace)


def _pace(line: Line, desk: Desk) -> Pace | None:
    """How often points are added, and after how long; both count in one measure."""
    each, after = duration(line.clauses.get("each"), desk), duration(line.clauses.get("after"), desk)
    if each is None or ("after" in line.clauses and after is None):
        return None
    if each.duration.kind in ("clear", "clear working"):
        kind = "working" if each.duration.kind == "clear working" else "calendar"
        headline = f"`each {line.clauses['each'].text}` is no beat: clear days lie between two dates"
        desk.wrong(each.span, headline, f"write `each {kind} day`")
        return None
    if after is not None and _measure(after.duration) != _measure(each.duration):
        headline = f"`{after.duration}` can't be compared with `each {line.clauses['each'].text}`"
        desk.wrong(after.span, headline, "count both alike", labels=(Label(each.span, "points are added so"),))
        return None
    return Pace(each, after)


def _measure(length: Duration) -> tuple[str, str]:
    measured = in_measure(length)
    return measured.kind, measured.unit


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
