"""What a query asks for, as conditions of SQL."""

from __future__ import annotations

from typing import Any

from casedsl_runtime.store.base import Base
from casedsl_runtime.store.search import Query, Range, stored, words


def conditions_of(query: Query, base: Base) -> tuple[list[str], list[object]]:
    """What a query asks for, as conditions and their values."""
    conditions: list[str] = []
    values: list[object] = []
    for name in ("number", "workflow", "team", "assignee", "state", "ending", "band"):
        if getattr(query, name) is not None:
            conditions.append(f"{name} = ?")
            values.append(getattr(query, name))
    if query.open is not None:
        conditions.append(f"{'' if query.order == 'priority' else '+'}open = {int(query.open)}")
    if query.due_by is not None:
        conditions.append("next_due <= ?")
        values.append(query.due_by)
    if query.due_by is not None or query.order == "due":
        conditions.append("next_due is not null")
    if query.person is not None:
        conditions.append('number in (select "case" from people where person = ?)')
        values.append(query.person)
    for name, wanted in query.fields.items():
        condition, bounds = _field_condition(wanted)
        conditions.append(f'number in (select "case" from field_values where field = ?{condition})')
        values += [name, *bounds]
    parts = words(query.text)
    if query.text.strip() and not parts:
        conditions.append("1 = 0")
    if parts:
        condition, value = base.having_words(parts)
        conditions.append(condition)
        values.append(value)
    return conditions, values


def finds_few(query: Query) -> bool:
    """Whether a query has something else by which it is looked up."""
    return bool(query.assignee is not None or query.person is not None or query.fields or query.text)


def _field_condition(wanted: Any) -> tuple[str, list[object]]:
    if wanted is None:
        return " and 1 = 0", []
    if not isinstance(wanted, Range):
        return f" and {_column(wanted)} = ?", [stored(wanted)]
    bounds = [(sign, bound) for sign, bound in ((">=", wanted.low), ("<=", wanted.high)) if bound is not None]
    return "".join(f" and {_column(bound)} {sign} ?" for sign, bound in bounds), [stored(bound) for _, bound in bounds]


def _column(value: object) -> str:
    return "text" if isinstance(value, str) else "number"
