"""Calendars: layers and versions as they are written, laid over each other until each date has one answer.

A calendar is a stack of blocks. At the bottom lies what it is based on, then its own lines, then its versions (`from
2026-06-01`) in order of their dates; each version counts from its date on. Of every kind of line (the week, the
holidays, the end of a working day) the topmost block that says it holds. Lines about one date are about that date
alone: they win over week and holidays, and a later block's over an earlier one's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from casedsl.model.desk import ALWAYS, BUILT_IN, EVERY_DAY, Desk
from casedsl.model.lines import clause, name_of, title_of
from casedsl.model.openings import DAY, WEEKDAYS, opening_spans, weekdays_of
from casedsl.model.periods import Opening, Period, SpecialDay
from casedsl.model.records import Calendar, Organisation, Ref, Role
from casedsl.model.scope import Scope
from casedsl.model.values import minute_of, real_date, words_of
from casedsl.syntax.finding import Label
from casedsl.syntax.span import Span
from casedsl.syntax.tree import Line, Value, Word

BEGINNING = ""
_WHOLE_DAY = ((0, DAY),)
_Ends: TypeAlias = int | Literal["closing"]


class _Block(Struct, frozen=True):
    """A calendar's own lines, or those of one version; None where nothing of the kind is said."""

    since: str
    week: tuple[Opening, ...] | None
    whole_days: bool
    regions: tuple[str, ...] | None
    ends: _Ends | None
    days: tuple[SpecialDay, ...]


class _Written(Struct, frozen=True):
    """A calendar as it is written, before it is laid over its base."""

    line: Line
    zone: str | None
    base: Ref | None
    blocks: tuple[_Block, ...]
    out_of_hours: Ref | None


def calendars_of(lines: list[Line], roles: Mapping[str, Role], scope: Scope, desk: Desk) -> dict[str, Calendar]:
    """The calendars that some lines define, and the built-in ones."""
    written = {name_of(line): _written(line, roles, scope, desk) for line in lines}
    stacks = _stacks(written, desk)
    made = [calendar for stack in stacks.values() if (calendar := _calendar(stack, desk)) is not None]
    defined = {calendar.name: calendar for calendar in made}
    zones = sorted({calendar.zone for calendar in made})
    return defined | {each.name: each for each in _built_in(zones[0] if zones else "UTC") if each.name not in written}


def _built_in(zone: str) -> Iterator[Calendar]:
    """Calendars that need no definition: open day and night, and one in which every date is a working day."""
    nowhere = Span("", 1, 1, 1, 1)
    week = (Opening(tuple(range(7)), _WHOLE_DAY, nowhere),)
    yield Calendar(ALWAYS, "Always", zone, (Period(BEGINNING, week),), (), nowhere, built_in=True)
    every = Period(BEGINNING, week, whole_days=True)
    yield Calendar(EVERY_DAY, "Every day", zone, (every,), (), nowhere, built_in=True)


def check_built_in(refs: Iterable[Ref | None], organisation: Organisation, desk: Desk) -> None:
    """Whoever counts in a built-in calendar must know its zone: the one in which all other calendars are."""
    own = [calendar for calendar in organisation.calendars.values() if not calendar.built_in]
    zones = {calendar.zone: calendar for calendar in own}
    for ref in refs:
        known = organisation.calendars.get(ref.name) if ref else None
        if ref is None or known is None or not known.built_in or len(zones) == 1 or desk.silent:
            continue
        apart = " and ".join(f"`{each.name}` is in {zone}" for zone, each in list(zones.items())[:2])
        why = apart or "no calendar says one"
        way_out = "define a calendar of your own with its `zone`, and count in that"
        desk.error("CD412", ref.span, f"`{ref.name}` has no zone: {why}", way_out)


# Reading lines.


def _written(line: Line, roles: Mapping[str, Role], scope: Scope, desk: Desk) -> _Written:
    zone, heard = clause(line, "zone"), scope.one("role", clause(line, "out of hours to"), desk)
    if heard is not None and heard.name in roles and roles[heard.name].outside:
        desk.wrong(heard.span, f"`{heard.name}` is outside and can't look after cases", "name a role that is inside")
    blocks = [_block(BEGINNING, line, desk)]
    for version in line.all("from"):
        if version.name is not None and (since := real_date(version.name, desk)) is not None:
            blocks.append(_block(since, version, desk))
    _in_order(line, desk)
    base = scope.one("calendar", clause(line, "based on"), desk)
    if base is not None and base.name in BUILT_IN and base.name not in scope.names["calendar"]:
        headline = f"`{base.name}` is built in, and nothing can be based on it"
        desk.wrong(base.span, headline, "write its line: `open mon-sun hours 00:00-24:00` or `days mon-sun`")
        base = None
    return _Written(line, zone.text if zone else None, base, tuple(blocks), heard)


def _in_order(line: Line, desk: Desk) -> None:
    for before, after in pairwise(version.name for version in line.all("from") if version.name):
        if after.text < before.text:
            desk.error(
                "CD412",
                after.span,
                f"the version from {after.text} stands behind one that begins later",
                "write versions in the order in which they begin",
                labels=(Label(before.span, "this one begins later"),),
            )


def _block(since: str, line: Line, desk: Desk) -> _Block:
    weekly = [below for below in line.all("open") if _is_weekly(below)]
    whole = next(line.all("days"), None)
    openings = [opening for below in weekly if (opening := _opening(below, desk))]
    if whole is not None:
        _one_week(whole, weekly, desk)
        openings.append(Opening(weekdays_of(whole.clauses["days"]), _WHOLE_DAY, whole.head))
    _overlapping(openings, desk)
    return _Block(
        since,
        tuple(openings) if weekly or whole is not None else None,
        whole is not None,
        _regions(line, desk),
        _ends(clause(line, "working day ends at"), desk),
        tuple(_special_days(since, line, desk)),
    )


def _is_weekly(line: Line) -> bool:
    return line.name is not None and line.name.kind == "DAYS"


def _one_week(whole: Line, weekly: list[Line], desk: Desk) -> None:
    """Days without hours and days with hours are two kinds of calendar."""
    for line in weekly[:1]:
        desk.error(
            "CD412",
            whole.head,
            "the calendar has days without hours, and days with hours",
            "keep `days` if it only counts days, else the lines `open`",
            labels=(Label(line.head, "hours stand here"),),
        )


def _opening(line: Line, desk: Desk) -> Opening | None:
    assert line.name is not None
    spans = opening_spans(line.clauses.get("hours"), desk)
    if "hours" not in line.clauses:
        headline = f"`open {line.name.text}` doesn't say at which hours"
        desk.missing(line, headline, f"add `hours 09:00-17:00`, or write `days {line.name.text}` to count days only")
    return Opening(weekdays_of(line.name), spans, line.head)


def _overlapping(openings: Iterable[Opening], desk: Desk) -> None:
    """An opening over midnight lies on the next day too."""
    taken: dict[int, list[tuple[int, int]]] = {}
    for opening in openings:
        for day in opening.weekdays:
            for start, end in opening.spans:
                taken.setdefault(day, []).append((start, end))
                if end > DAY:
                    taken.setdefault((day + 1) % 7, []).append((start - DAY, end - DAY))
        clash = next((day for day in sorted(taken) if _clash(taken[day])), None)
        if clash is not None:
            headline = f"opening hours overlap on {WEEKDAYS[clash]}"
            desk.wrong(opening.span, headline, "let each span begin after the last ends")
            return


def _clash(spans: Iterable[tuple[int, int]]) -> bool:
    return any(before[1] > after[0] for before, after in pairwise(sorted(spans)))


def _regions(line: Line, desk: Desk) -> tuple[str, ...] | None:
    one, several = next(line.all("holidays"), None), next(line.all("holidays any of"), None)
    if one is not None and several is not None:
        way_out = "name all regions behind `holidays any of`"
        desk.twice(several.head, one.head, "the calendar says twice which holidays are closed", way_out)
    regions = [word.text for word in words_of(clause(line, "holidays"))]
    if len(regions) > 1:
        value, all_of = line_value(one), ", ".join(regions)
        headline = f"`holidays {all_of}` doesn't say whether a day must be a holiday of all"
        desk.wrong(value.span, headline, f"write `holidays any of {all_of}`: a holiday of any of them is closed")
    regions += [word.text for word in words_of(clause(line, "holidays any of"))]
    return tuple(dict.fromkeys(regions)) if one or several else None


def line_value(line: Line | None) -> Value:
    """The value of a line that has one."""
    assert line is not None
    return line.clauses[line.keyword]


def _ends(value: Value | None, desk: Desk) -> _Ends | None:
    if value is None or value.text == "closing":
        return None if value is None else "closing"
    minute = DAY if value.text == "midnight" else minute_of(value.text)
    if not minute:
        desk.wrong(value.span, f"no working day ends at {value.text}", "write it as 16:00; `midnight` ends the day")
    return minute or None


def _special_days(since: str, line: Line, desk: Desk) -> Iterator[SpecialDay]:
    """The dates that a block speaks of; of one that it both opens and closes, a finding and the first line."""
    first: dict[str, Line] = {}
    for below in (*line.all("open"), *line.all("closed")):
        if _is_weekly(below) or below.name is None or (day := _special_day(below, below.name, desk)) is None:
            continue
        if day.date < since:
            headline = f"{day.date} is over when the version from {since} begins"
            desk.error("CD412", below.name.span, headline, "write the line where it belongs, above the versions")
        elif day.date in first:
            headline, way_out = f"{day.date} is both open and closed", "keep one line; `open` can say the hours"
            other = (Label(first[day.date].head, "the other line"),)
            desk.error("CD412", below.head, headline, way_out, labels=other)
        else:
            first[day.date] = below
            yield day


def _special_day(line: Line, name: Word, desk: Desk) -> SpecialDay | None:
    day, since = real_date(name, desk), line.clauses.get("from")
    title = title_of(line) if line.title else ""
    if line.keyword == "open":
        spans = opening_spans(line.clauses["hours"], desk) if "hours" in line.clauses else _WHOLE_DAY
        if _clash(spans):
            desk.wrong(line.clauses["hours"].span, "opening hours overlap", "let each span begin after the last ends")
        return SpecialDay(day, title, spans, None, line.head) if day and spans else None
    closes = minute_of(since.text) if since is not None else 0
    if closes is None and since is not None:
        desk.wrong(since.span, f"`{since.text}` is no time of day", "write it as 12:00")
    return SpecialDay(day, title, None, closes, line.head) if day and closes is not None else None


# Layers.


def _stacks(written: Mapping[str, _Written], desk: Desk) -> dict[str, tuple[_Written, ...]]:
    """Each calendar with all that it lies on, the lowest first; one whose base isn't known lies on nothing."""
    stacks: dict[str, tuple[_Written, ...]] = {}
    told: set[str] = set()
    for name in written:
        stack, seen = [written[name]], [name]
        while (base := stack[-1].base) is not None and base.name in written:
            if base.name in seen:
                names = seen[seen.index(base.name) :]
                _circle(written[names[0]].base or base, names, told, desk)
                break
            stack.append(written[base.name])
            seen.append(base.name)
        stacks[name] = tuple(reversed(stack))
    return stacks


def _circle(base: Ref, names: list[str], told: set[str], desk: Desk) -> None:
    if not told.intersection(names):
        way = " -> ".join(f"`{name}`" for name in (*names, names[0]))
        headline = "a calendar is based on itself" if len(names) == 1 else f"calendars are based on each other: {way}"
        desk.error("CD412", base.span, headline, "let one of them stand without `based on`")
    told.update(names)


def _calendar(stack: tuple[_Written, ...], desk: Desk) -> Calendar | None:
    own = stack[-1]
    name, zone = name_of(own.line), next((each.zone for each in reversed(stack) if each.zone), None)
    if zone is None:
        if own.base is None and clause(own.line, "based on") is None:
            desk.missing(own.line, f"calendar `{name}` doesn't say in which time zone", "add `zone Europe/London`")
        return None
    blocks = [block for each in stack for block in each.blocks]
    torn = any(each.line.torn or any(below.torn for below in each.line.lines) for each in stack)
    if not torn and not any(block.week is not None or any(d.spans for d in block.days) for block in blocks):
        headline, way_out = f"calendar `{name}` never opens", "add `open mon-fri hours 09:00-17:00`"
        desk.error("CD404", own.line.head, headline, way_out)
    heard = next((each.out_of_hours for each in reversed(stack) if each.out_of_hours), None)
    periods = tuple(_periods(blocks))
    _fits_the_week(own, periods, desk)
    days = tuple(_laid(blocks))
    return Calendar(name, title_of(own.line), zone, periods, days, own.line.head, heard, own.base)


def _periods(blocks: list[_Block]) -> Iterator[Period]:
    """What holds from each date on at which a version of any layer begins."""
    before: Period | None = None
    for since in sorted({block.since for block in blocks}):
        held = [block for block in blocks if block.since <= since]
        week = next((block for block in reversed(held) if block.week is not None), None)
        regions = next((block.regions for block in reversed(held) if block.regions is not None), ())
        ends: _Ends = next((block.ends for block in reversed(held) if block.ends is not None), "closing")
        openings = week.week if week and week.week else ()
        period = Period(since, openings, regions, ends, week is not None and week.whole_days)
        if before is None or replace(period, since=before.since) != before:
            yield (before := period)


def _laid(blocks: list[_Block]) -> Iterator[SpecialDay]:
    """One line for each date: the last that opens it, and what closes it after that."""
    dates: dict[str, SpecialDay] = {}
    for block in blocks:
        for day in block.days:
            before = dates.get(day.date)
            if before is None or day.spans is not None:
                dates[day.date] = day
            elif day.closes is not None:
                closes = day.closes if before.closes is None else min(before.closes, day.closes)
                dates[day.date] = replace(day, spans=before.spans, closes=closes, title=day.title or before.title)
    return iter(sorted(dates.values(), key=lambda day: day.date))


def _fits_the_week(own: _Written, periods: tuple[Period, ...], desk: Desk) -> None:
    """A calendar of days has no hours on a single date either, and one with hours has them on each."""
    for line in (below for block in (own.line, *own.line.all("from")) for below in block.all("open", "closed")):
        if _is_weekly(line) or line.name is None:
            continue
        period = [each for each in periods if each.since <= line.name.text][-1]
        hours = line.clauses.get("hours") or line.clauses.get("from")
        if not period.openings:
            continue
        if period.whole_days and hours is not None:
            headline = f"calendar `{name_of(own.line)}` has days without hours, and {line.name.text} has hours"
            desk.error("CD412", hours.span, headline, "take the hours out: a date is a working day or it isn't")
        elif not period.whole_days and hours is None and line.keyword == "open":
            headline = f"`open {line.name.text}` doesn't say at which hours"
            desk.missing(line, headline, "add `hours 09:00-17:00`")
