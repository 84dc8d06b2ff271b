"""What case types share: calendars, roles, who may be both, teams; merged over every organisation file in `use`."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from casedsl.model.desk import Desk
from casedsl.model.records import Calendar, Closure, Opening, Organisation, Ref, Role, Team
from casedsl.model.scope import Scope
from casedsl.model.values import real_date, words_of
from casedsl.syntax.tree import Document, Line, Phrase, Value, text_of

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = 24 * 60


def organisation_of(documents: Iterable[Document], scope: Scope, desk: Desk) -> Organisation:
    """The organisation that some files make together."""
    lines = [line for document in documents for line in document.lines]
    calendars = [_calendar(line, desk) for line in lines if line.keyword == "calendar"]
    roles = [_role(line) for line in lines if line.keyword == "role"]
    teams = [_team(line, scope, desk) for line in lines if line.keyword == "team"]
    both = [_both(line, scope, desk) for line in lines if line.keyword == "may be both"]
    return Organisation(
        {calendar.name: calendar for calendar in calendars if calendar},
        {role.name: role for role in roles},
        tuple(tuple(ref.name for ref in pair) for pair in both),
        {team.name: team for team in teams},
    )


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


def _calendar(line: Line, desk: Desk) -> Calendar | None:
    zone, ends = clause(line, "zone"), clause(line, "working day ends at")
    if ends is not None and ends.text != "closing":
        desk.unbuilt(ends.span, f"`working day ends at {ends.text}`")
    if zone is None:
        desk.missing(line, f"calendar `{name_of(line)}` doesn't say in which time zone", "add `zone Europe/London`")
        return None
    openings = tuple(opening for below in line.all("open") if (opening := _opening(below, desk)))
    closures = tuple(closure for below in line.all("closed") if (closure := _closure(below, desk)))
    _overlapping(openings, desk)
    if not any(line.all("open")) and not line.torn:
        headline, way_out = f"calendar `{name_of(line)}` never opens", "add `open mon-fri hours 09:00-17:00`"
        desk.error("CD404", line.head, headline, way_out)
    return Calendar(name_of(line), zone.text, openings, _region(clause(line, "holidays"), desk), closures, line.head)


def _region(value: Value | None, desk: Desk) -> str | None:
    regions = list(words_of(value))
    if len(regions) > 1:
        desk.unbuilt(regions[1].span, "a second region of `holidays`")
    return regions[0].text if regions else None


def _opening(line: Line, desk: Desk) -> Opening | None:
    if line.name is None or line.name.kind != "DAYS":
        desk.unbuilt(line.head, "`open` on a date")
        return None
    first, _, last = line.name.text.partition("-")
    start, end = _WEEKDAYS.index(first), _WEEKDAYS.index(last or first)
    days = tuple(range(start, end + 1)) if start <= end else (*range(start, 7), *range(end + 1))
    hours = line.clauses["hours"]
    spans = [_span(part, desk) for part in (hours.parts if isinstance(hours, Phrase) else ())]
    return Opening(days, tuple(sorted(span for span in spans if span)), line.head)


def _span(value: Value, desk: Desk) -> tuple[int, int] | None:
    first, last = words_of(value)
    opens, closes = _minute(first.text), _minute(last.text)
    if opens is None or closes is None or opens >= closes:
        if opens is not None and closes is not None and opens < DAY:
            desk.unbuilt(value.span, "an opening over midnight")
        else:
            desk.wrong(
                value.span, f"`{value.text}` are no opening hours", "write them as 09:00-17:30; 24:00 ends a day"
            )
        return None
    return opens, closes


def _minute(text: str) -> int | None:
    hour, minute = int(text[:2]), int(text[3:])
    return hour * 60 + minute if minute < 60 and hour * 60 + minute <= DAY else None


def _overlapping(openings: tuple[Opening, ...], desk: Desk) -> None:
    taken: dict[int, list[tuple[int, int]]] = {}
    for opening in openings:
        for day in opening.weekdays:
            spans = sorted([*taken.get(day, []), *opening.spans])
            if any(before[1] > after[0] for before, after in pairwise(spans)):
                desk.wrong(
                    opening.span,
                    f"opening hours overlap on {_WEEKDAYS[day]}",
                    "let each span begin after the last ends",
                )
                return
            taken[day] = spans


def _closure(line: Line, desk: Desk) -> Closure | None:
    if line.name is None:
        return None
    day = real_date(line.name, desk)
    since = line.clauses.get("from")
    minute = _minute(since.text) if since is not None else 0
    if minute is None and since is not None:
        desk.wrong(since.span, f"`{since.text}` is no time of day", "write it as 12:00")
    return Closure(day, title_of(line), minute, line.head) if day and minute is not None else None


def clause(line: Line, keyword: str) -> Value | None:
    """The value of a line below that stands at most once, or None."""
    found = next(line.all(keyword), None)
    return found.clauses.get(keyword) if found else None


def name_of(line: Line) -> str:
    return line.name.text if line.name else ""


def title_of(line: Line) -> str:
    """A line's title; a name with its underscores as blanks where it has none."""
    return text_of(line.title) or name_of(line).replace("_", " ").capitalize()
