"""What lists and searches know of a case: its row, and what it is found by. Both are projections of the snapshot."""

from __future__ import annotations

from casedsl_runtime.ageing import NEVER, aged
from casedsl_runtime.case import Case
from casedsl_runtime.machine import Machine
from casedsl_runtime.people import Person
from casedsl_runtime.store.search import Index, Query, Row, stored, vocabulary, words
from casedsl_runtime.turn import next_due
from casedsl_runtime.views import hidden_from
from casedsl_runtime.vocabulary import Value
from casedsl_runtime.worktime import Calendars

_TEXTS = ("text", "long text")


def row_of(machine: Machine, case: Case, calendars: Calendars, now: int) -> Row:
    """The row of a case, with its priority as it is now. It holds until `ages_at`, if nothing happens in the case."""
    priority, ages_at = aged(machine, case, calendars, now)
    return Row(
        number=case.id,
        artifact=case.workflow,
        workflow=machine.workflow.name,
        state=case.state,
        ending=case.ending,
        open=machine.states[case.state].kind != "final",
        team=case.team,
        assignee=case.assignee,
        score=None if priority is None else priority.score,
        band=None if priority is None else priority.band,
        opened_at=case.opened_at,
        next_due=next_due(case),
        ages_at=ages_at,
    )


def row_again(machine: Machine, case: Case, calendars: Calendars, listed: Row) -> Row:
    """The row that stands in lists if `listed`, which does, was right when it was written. Its score has stood from
    then on until `ages_at`, or for ever."""
    return row_of(machine, case, calendars, (NEVER if listed.ages_at is None else listed.ages_at) - 1)


def is_found_otherwise(before: Case, after: Case) -> bool:
    """Whether something has changed by which a case is found."""
    return (before.fields, before.assignee, before.parties, before.past_assignees) != (
        after.fields, after.assignee, after.parties, after.past_assignees,
    )  # fmt: skip


def index_of(machine: Machine, case: Case) -> Index:
    """What a case is found by: its parties and whoever has or had it, the values of its fields, the words of its
    texts."""
    people = {*case.parties.values(), *case.past_assignees.values(), case.assignee} - {None}
    texts = _texts(machine, case)
    return Index(
        people=tuple(sorted(person for person in people if person is not None)),
        values={name: stored(value) for name, value in case.fields.items() if name not in texts and value is not None},
        words=vocabulary([value for value in texts.values() if isinstance(value, str)]),
    )


def _texts(machine: Machine, case: Case) -> dict[str, Value]:
    return {name: value for name, value in case.fields.items() if machine.fields[name].type in _TEXTS}


def is_found_by(machine: Machine, case: Case, person: Person, query: Query) -> bool:
    """Whether a person sees everything by which a query finds a case: each field that it asks for, and its words in the
    texts that they see."""
    texts = _texts(machine, case)
    hidden = hidden_from(machine, case, person, (*texts, *(name for name in query.fields if name in machine.fields)))
    if not hidden.isdisjoint(query.fields):
        return False
    seen = vocabulary([value for name, value in texts.items() if name not in hidden and isinstance(value, str)])
    return all(any(word.startswith(asked) for word in seen) for asked in words(query.text))
