"""What case types share: calendars, roles, who may be both, teams; merged over every organisation file in `use`."""

from __future__ import annotations

from collections.abc import Iterable

from casedsl.model.calendars import calendars_of, check_built_in
from casedsl.model.desk import Desk
from casedsl.model.lines import clause, name_of, title_of
from casedsl.model.records import Organisation, Ref, Role, Team
from casedsl.model.scope import Scope
from casedsl.model.values import words_of
from casedsl.syntax.tree import Document, Line, Value


def organisation_of(documents: Iterable[Document], scope: Scope, desk: Desk) -> Organisation:
    """The organisation that some files make together."""
    lines = [line for document in documents for line in document.lines]
    roles = {role.name: role for role in (_role(line) for line in lines if line.keyword == "role")}
    calendars = calendars_of([line for line in lines if line.keyword == "calendar"], roles, scope, desk)
    teams = [_team(line, scope, desk) for line in lines if line.keyword == "team"]
    both = [_both(line, scope, desk) for line in lines if line.keyword == "may be both"]
    may_be_both = tuple(tuple(ref.name for ref in pair) for pair in both)
    organisation = Organisation(calendars, roles, may_be_both, {team.name: team for team in teams})
    check_built_in((team.calendar for team in teams), organisation, desk)
    return organisation


def _role(line: Line) -> Role:
    return Role(name_of(line), title_of(line), "outside" in line.clauses, line.head)


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
