"""Answers of the runtime, told: why a case is where it is, what may be done, which cases there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from casedsl_runtime.answers import Account, Explanation, Offer
from casedsl_runtime.store import Row
from casedsl_runtime.vocabulary import Duration

from casedsl.report.journal import Words, priority
from casedsl.report.plain import one_line

_SAID = {"last": "the last day, which doesn't count", "rolls": "to the working day that stands for it"}


def explained(about: Explanation, words: Words) -> str:
    """Why a case is where it is, and for each clock the ledger that adds up to its due instant."""
    rows = [
        f"{about.number} is in {about.title}, since {words.instant(about.since)}"
        + (f", ended as {about.ending}" if about.ending else ""),
        f"  because  {about.last}",
        f"  turn     {about.turn}",
    ]
    if about.priority is not None:
        standing = {"score": about.priority.score, "band": about.priority.band, "parts": about.priority.parts}
        rows.append(f"  priority {priority(standing)}")
    rows += [f"  promise  {promise}" for promise in about.promises]
    for account in about.clocks:
        rows += _account(account, words)
    return "".join(f"{one_line(row)}\n" for row in rows)


def _account(account: Account, words: Words) -> Iterator[str]:
    """A clock's next step, and the rows that sum to the goal."""
    when = words.due(account.due) if account.due is not None else "the clock stands still"
    yield ""
    yield f"  {account.title}, next: {account.step}: {when}"
    yield f"    {account.goal} are counted so:"
    for row in account.rows:
        length = f"+ {_amount(row.amount, account.goal)}" if row.what == "counted" else _SAID.get(row.what, row.what)
        yield f"      {words.instant(row.start)} to {words.due(row.end)}  {length}"


def _amount(amount: int, goal: Duration) -> str:
    if goal.kind in ("clear", "clear working") or (goal.kind == "working" and goal.unit == "day"):
        return str(Duration(amount, goal.kind, "day"))
    if goal.kind == "calendar" and amount % 86400 == 0:
        return f"{amount // 86400} day{'' if amount == 86400 else 's'}"
    return f"{amount // 3600}:{amount % 3600 // 60:02} h"


def offers(found: Iterable[Offer], words: Words) -> str:
    """What somebody may do now."""
    rows = []
    for offer in found:
        places = " or ".join(words.state(place) for place in offer.to)
        needs = [*(field.name for field in offer.needs), *(["a note"] if offer.note else [])]
        rows.append(f"  {offer.event} -> {places}" + (f", needs {', '.join(needs)}" if needs else ""))
        rows += [f"      {offer.purpose}"] if offer.purpose else []
        rows += [f"      {', '.join(offer.promises)}"] if offer.promises else []
    return "may now:\n" + ("".join(f"{one_line(row)}\n" for row in rows) or "  nothing\n")


def listed_cases(rows: Iterable[Row]) -> str:
    """A table of cases: number, state, who, priority."""
    table: list[tuple[str, ...]] = [("number", "case type", "state", "assignee", "priority")]
    for row in rows:
        standing = "unknown" if row.score is None else f"{row.score}{f' {row.band}' if row.band else ''}"
        cells = (row.number, row.workflow, row.state, row.assignee or "-", standing if row.open else "ended")
        table.append(tuple(map(one_line, cells)))
    widths = [max(len(line[column]) for line in table) for column in range(len(table[0]))]
    return "".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() + "\n" for line in table
    )
