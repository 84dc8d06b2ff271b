"""Cases that were found, and how many there are, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from casedsl_runtime.artifact import CompiledCalendar
from casedsl_runtime.messages import show_instant
from casedsl_runtime.store.search import Found, Row

from casedsl.report.plain import dumped, one_line


def found_cases(rows: Iterable[Row], zones: Mapping[str, CompiledCalendar | None]) -> str:
    """A table of cases; instants in the zone of their case type. Nothing where there are none."""
    table = [("number", "case type", "state", "team", "assignee", "priority", "time acts")]
    for row in rows:
        due = "-" if row.next_due is None else show_instant(row.next_due, zones.get(row.workflow))
        state = row.state if row.ending is None else f"{row.state} as {row.ending}"
        table.append((row.number, row.workflow, state, row.team or "-", row.assignee or "-", _priority(row), due))
    return aligned(table) if len(table) > 1 else ""


def _priority(row: Row) -> str:
    if not row.open:
        return "ended"
    return "unknown" if row.score is None else f"{row.score}{f' {row.band}' if row.band else ''}"


def found_json(rows: Iterable[Row], next_: str | None) -> str:
    """The same for programs; `next` is where the next page begins."""
    return dumped({"cases": [_as_json(row) for row in rows], "next": next_}) + "\n"


def _as_json(row: Row) -> dict[str, object]:
    return {
        "number": row.number,
        "case type": row.workflow,
        "state": row.state,
        "ending": row.ending,
        "open": row.open,
        "team": row.team,
        "assignee": row.assignee,
        "score": row.score,
        "band": row.band,
        "opened": utc(row.opened_at),
        "time acts": None if row.next_due is None else utc(row.next_due),
    }


def counted(found: Sequence[Found]) -> str:
    """How many open cases each queue has in each state, and all together."""
    table = [("team", "state", "open"), *((each.team or "-", each.state, str(each.open)) for each in found)]
    return aligned([*table, ("all", "", str(sum(each.open for each in found)))], right=2)


def counted_json(found: Iterable[Found]) -> str:
    return dumped([{"team": each.team, "state": each.state, "open": each.open} for each in found]) + "\n"


def utc(at: int) -> str:
    """An instant as other programs read it: RFC 3339, in UTC."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}"


def aligned(table: Sequence[tuple[str, ...]], right: int | None = None) -> str:
    """Rows with each column as wide as it must be; the column `right` is aligned there."""
    rows = [tuple(map(one_line, row)) for row in table]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "".join("  ".join(_padded(row, widths, right)).rstrip() + "\n" for row in rows)


def _padded(row: tuple[str, ...], widths: Sequence[int], right: int | None) -> Iterator[str]:
    for column, (cell, width) in enumerate(zip(row, widths, strict=True)):
        yield cell.rjust(width) if column == right else cell.ljust(width)
