"""Answers of the runtime, told: why a case is where it is, what may be done, which cases there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from casedsl_runtime.accounts import Account, Cause
from casedsl_runtime.answers import Explanation, Offer
from casedsl_runtime.store.search import Row
from casedsl_runtime.vocabulary import Duration
from casedsl_runtime.worktime import Row as Span

from casedsl.report.journal import Words, priority
from casedsl.report.plain import one_line

_SAID = MappingProxyType(
    {
        "closed": "closed",
        "uncounted": "no day counts",
        "first": "the first day never counts",
        "last": "the last day doesn't count",
        "not begun": "not begun",
        "rolls": "no working day",
        "at once": "past when it became known",
    }
)
"""What a row of an account is that counts for nothing while the clock runs."""


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
        rows += ["", *_account(account, words)]
    return "".join(f"{one_line(row)}\n" for row in rows)


def accounted(account: Account, words: Words) -> str:
    """The account of one step of time."""
    return "".join(f"{one_line(row)}\n" for row in _account(account, words))


def _account(account: Account, words: Words) -> Iterator[str]:
    """What is due when, and the rows that sum to its length, each with the sum so far."""
    when = words.due(account.due) if account.due is not None else "the clock stands still"
    yield f"  {account.title}, {account.step}: {when}"
    if not account.rows:
        return
    table, total = [("used", "sum", "")], 0
    for row, since in zip(account.rows, account.since, strict=True):
        total += row.amount if row.what == "counted" else 0
        used = _amount(row.amount, account.goal) if row.what == "counted" else "-"
        table.append((used, _amount(total, account.goal), _span(row, account.goal, since, words)))
    yield f"    {_length(account, total, words)}:"
    wide = [max(len(line[column]) for line in table) for column in (0, 1)]
    for used, so_far, span in table:
        yield f"      {used.rjust(wide[0])}  {so_far.rjust(wide[1])}  {span}".rstrip()


def _length(account: Account, total: int, words: Words) -> str:
    """What the rows add up to: `10 working days`, `1 month (28 days)`, `3 clear days before …`."""
    goal = account.goal
    shown = (
        f"{goal} ({_amount(total, goal)})" if goal.unit in ("month", "year") and account.due is not None else f"{goal}"
    )
    shown += f" before {words.instant(account.base)}" if account.base is not None else ""
    return shown + (f", {_since(account.held)}" if account.held else "")


def _span(row: Span, goal: Duration, since: Cause | None, words: Words) -> str:
    """From when to when, whether that is open and the clock runs, and since which entry."""
    start, end = words.instant(row.start), words.due(row.end)
    day, _, time = end.rpartition(", ")
    to = "to" if row.start <= row.end else "back to"
    span = f"{start} {to} {time if start.startswith(f'{day}, ') else end}"
    known = f" {_since(since)}" if since else ""
    if row.what == "paused":
        one = row.amount == 1
        lost = f"; {_amount(row.amount, goal)} {'does' if one else 'do'}n't count" if row.amount else ""
        return f"{span}: paused{known}{lost}"
    opened = "open, " if goal.kind in ("working", "clear working") else ""
    return f"{span}: {opened if row.what == 'counted' else f'{_SAID[row.what]}, '}running{known}"


def _since(cause: Cause) -> str:
    return f"since entry {cause.n}, {cause.what}"


def _amount(amount: int, goal: Duration) -> str:
    if goal.kind in ("clear", "clear working") or (goal.kind == "working" and goal.unit == "day"):
        return f"{amount} day{'' if amount == 1 else 's'}"
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


def kept_back(withheld: Mapping[str, str]) -> str:
    """The fields that somebody doesn't see, and why; nothing where there are none."""
    rows = "".join(f"  {one_line(f'{name}: {why}')}\n" for name, why in withheld.items())
    return f"withheld:\n{rows}" if rows else ""


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
