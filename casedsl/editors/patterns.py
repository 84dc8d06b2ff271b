"""Values as patterns of a JSON Schema: for a kind of which all forms can be listed the whole value, else its beginning.

A pattern never refuses what the reader accepts. Its dialect is JavaScript's, whose `\\w` knows no letters but A to Z; a
name is therefore a letter and any signs that the language doesn't use for something else.
"""

from __future__ import annotations

from casedsl.editors.kinds import NAME, START, kind_of, pattern_of, ways_of

NAMED = r"[A-Za-z_][^\s!-/:-@\[-^`{-~]*"

EXAMPLES = {
    "duration": "10 working days",
    "left": "3 working days left",
    "margin": "3 clear days before hearing_on",
    "beginning": "on a working day before 16:00",
    "due_time": "closing",
    "rolling": "forward",
    "recount": "in proportion",
    "beat": "working day",
    "range": "0..100",
    "size": "20 MB each",
    "rate": "5% a month",
    "goal": "90%",
    "bound": "at least 0 GBP",
    "agreement": "90% accepted",
    "moment": "2026-11-06 15:00",
    "known": "12000 GBP",
    "new": "not set",
    "match": "same customer",
    "place": "closed as answered",
    "actor": "handler for requester",
    "type": "long text",
    "assignment": "least loaded handler",
    "countable": "answer kept",
    "occurrence": "event send_answer",
    "occurrences": "event send_answer or state closed as answered",
    "outcome": "state is resolved",
    "doer": "who did decide",
    "expression": "amount > 100 GBP and category is billing",
    "formula": "12 * impact + 6 * urgency",
    "date": "2026-12-24",
    "time": "12:00",
    "span": "09:00-12:30",
    "some_days": "mon-fri",
    "day_end": "closing",
    "calendar": "office",
    "zone": "Europe/London",
    "region": "GB-ENG",
    "path": "crm.find_customer",
    "a_person": "a person",
    "signed_in": "the signed-in customer",
    "time_kind": "working time",
    "number": "1",
    "name": "handler",
    "need": "a note",
}
"""What a value of a kind looks like."""


def pattern_of_kind(kind: str) -> str:
    """A pattern for a whole value, or for its beginning where a value may go on for ever."""
    ways = ways_of(kind)
    if ways:
        return f"^{_one_of(list(map(_way, ways)))}$"
    return f"^{_one_of(list(map(_pattern, sorted(kind_of(kind).next[START]))))}"


def _one_of(patterns: list[str]) -> str:
    return f"(?:{'|'.join(patterns)})" if len(patterns) > 1 else patterns[0]


def _way(way: tuple[str, ...]) -> str:
    return r"\s*".join(map(_pattern, way))


def _pattern(terminal: str) -> str:
    if terminal == NAME:
        return NAMED
    return pattern_of(terminal).replace(r"[ \t]+", r"\s+").replace(r"\-", "-")
