"""A timeline: what happens by itself, day by day, with the time of day beside each line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from casedsl_runtime.accounts import Account
from casedsl_runtime.journal import Entry

from casedsl.report.explanation import accounted
from casedsl.report.journal import Words, details, headline
from casedsl.report.plain import one_line


def timeline(entries: Iterable[Entry], words: Words, accounts: Mapping[int, Account] = MappingProxyType({})) -> str:
    """A line for each entry, what followed from it indented below, under the day on which it happened; and how its
    instant was counted, where `accounts` say it by the number of the entry."""
    return "".join(f"{row}\n" for row in _rows(entries, words, accounts))


def _rows(entries: Iterable[Entry], words: Words, accounts: Mapping[int, Account]) -> Iterator[str]:
    today = ""
    for entry in entries:
        day, _, time = words.instant(entry.at).rpartition(", ")
        if day != today:
            yield day
            today = day
        yield f"  {time}  {one_line(headline(entry, words))}"
        yield from (f"         {one_line(line)}" for line in details(entry, words))
        if entry.n in accounts:
            yield from (f"       {line}" for line in accounted(accounts[entry.n], words).splitlines())
