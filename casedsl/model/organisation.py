"""What case types share: calendars, roles, who may be both, teams, classes of data; merged over every organisation
file in `use`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from casedsl.model.calendars import calendars_of, check_built_in
from casedsl.model.desk import Desk
from casedsl.model.lines import clause, name_of, title_of
from casedsl.model.records import Classes, Organisation, Ref, Role, Team
from casedsl.model.scope import Scope
from casedsl.model.values import words_of
from casedsl.syntax.tree import Document, Line, Value, Word


def organisation_of(documents: Iterable[Document], scope: Scope, desk: Desk) -> Organisation:
    """The organisation that some files make together."""
    lines = [line for document in documents for line in document.lines]
    classes = _classes([line for line in lines if line.keyword == "classes"], scope, desk)
    roles = {role.name: role for role in (_role(line, scope, desk) for line in lines if line.keyword == "role")}
    calendars = calendars_of([line for line in lines if line.keyword == "calendar"], roles, scope, desk)
    teams = [_team(line, scope, desk) for line in lines if line.keyword == "team"]
    both = [_both(line, scope, desk) for line in lines if line.keyword == "may be both"]
    may_be_both = tuple(tuple(ref.name for ref in pair) for pair in both)
    organisation = Organisation(calendars, roles, may_be_both, {team.name: team for team in teams}, classes)
    check_built_in((team.calendar for team in teams), organisation, desk)
    return organisation


def class_names(lines: Iterable[Line]) -> Iterable[Word]:
    """The words by which blocks `classes` name the classes of data."""
    return (word for line in lines for word in words_of(clause(line, "order")))


def _classes(lines: Sequence[Line], scope: Scope, desk: Desk) -> Classes | None:
    """The classes of the first block; None where it doesn't say them, or can't be read."""
    if not lines:
        return None
    order = tuple(dict.fromkeys(word.text for word in class_names(lines[:1])))
    for line in lines[1:]:
        if any(_texts(line, word) != _texts(lines[0], word) for word in ("order", "default")):
            headline = "two files say something else about the classes of data"
            desk.twice(line.head, lines[0].head, headline, "keep one of them")
    _each_once(lines[0], desk)
    if not order:
        desk.missing(lines[0], "`classes` doesn't say which classes there are", "add `order public < internal`")
        desk.silent |= {"class"}
    value = clause(lines[0], "default")
    if value is None:
        desk.missing(lines[0], "`classes` doesn't say which class a field has that says nothing", "add `default CLASS`")
    default = scope.one("class", value, desk)
    return Classes(order, default.name, lines[0].head) if default is not None and order else None


def _texts(line: Line, keyword: str) -> list[str]:
    return [word.text for word in words_of(clause(line, keyword))]


def _each_once(line: Line, desk: Desk) -> None:
    first: dict[str, Word] = {}
    for word in class_names([line]):
        if first.setdefault(word.text, word) is not word:
            desk.twice(word.span, first[word.text].span, f"`{word.text}` stands twice in the order", "keep one of them")


def _role(line: Line, scope: Scope, desk: Desk) -> Role:
    cleared = scope.one("class", clause(line, "cleared for"), desk)
    return Role(name_of(line), title_of(line), "outside" in line.clauses, line.head, cleared)


def _both(line: Line, scope: Scope, desk: Desk) -> tuple[Ref, ...]:
    roles = scope.bound("role", line.clauses["may be both"], desk)
    if len(list(words_of(line.clauses["may be both"]))) < 2:
        desk.wrong(line.span, "one role alone needs no permission", "name the roles that one person may hold together")
    return roles


def _team(line: Line, scope: Scope, desk: Desk) -> Team:
    people = scope.bound("role", clause(line, "people"), desk)
    counted = clause(line, "calendar")
    if counted is None:
        desk.missing(line, f"team `{name_of(line)}` has no calendar to count in", "add `calendar NAME`")
    calendar = scope.one("calendar", counted, desk)
    assign = _assigned(clause(line, "assign"), scope, desk)
    written = clause(line, "people")
    if len(people) < len(list(words_of(written))) or (written is None and line.torn):
        assign = None  # whether its role belongs to the team isn't known
    return Team(name_of(line), title_of(line), people, calendar, assign, line.head)


def _assigned(value: Value | None, scope: Scope, desk: Desk) -> Ref | None:
    if value is None:
        return None
    if not value.text.startswith("least loaded"):
        desk.unbuilt(value.span, f"`assign {value.text}`")
        return None
    return scope.one("role", value, desk)
