"""Cases, values and ways as findings tell them: in the author's words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from casedsl_runtime.vocabulary import Expression, Value

from casedsl.analysis.graph import Move
from casedsl.analysis.passages import Passage
from casedsl.analysis.solving.witness import Example
from casedsl.model.records import Field
from casedsl.rules.structure import told


def example_told(example: Example, fields: Mapping[str, Field]) -> str:
    """`category = privacy, refund = 0 GBP`; any case, where nothing matters."""
    said = [
        f"{name} is not set" if value is None else f"{name} = {value_told(fields[name], value)}"
        for name, value in example.fields
    ]
    said += [f"{name} has happened {times} time{'' if times == 1 else 's'}" for name, times in example.events]
    said += [f"{name} is {'not ' if due is None else ''}running" for name, due in example.dues]
    return ", ".join(said) or "any case"


def value_told(field: Field, value: Value) -> str:
    """A value as the author would write it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if field.type == "money" and isinstance(value, int):
        whole, part = divmod(abs(value), 10**field.digits)
        return f"{'-' if value < 0 else ''}{whole}{f'.{part:0{field.digits}}' if part else ''} {field.currency}"
    if field.type == "date and time" and isinstance(value, int):
        return f"{datetime.fromtimestamp(value, UTC):%Y-%m-%d %H:%M} UTC"
    return f'"{value}"' if field.type in ("text", "long text") else str(value)


def fact_told(fact: Expression, fields: Mapping[str, Field]) -> str:
    """What is known of a field where a guard is looked at."""
    head, first, *rest = fact
    if head == "is set":
        return f"`{first}` is always set there"
    if head != "or" or not isinstance(first, tuple):
        return "what must hold before"
    name = str(first[1] if first[0] in ("not set", "is set") else first[1][1])  # type: ignore[index]
    field = fields[name]
    values = [part[2][1] for part in rest if _is_value(part, name)]  # type: ignore[index]
    if first[0] == "not set" and len(values) == len(rest):
        return f"`{name}` can only be {' or '.join(f'`{value_told(field, value)}`' for value in values)} there"  # type: ignore[arg-type]
    return f"`{name}` is asked only when {field.asked_when.text if field.asked_when else 'it must be'}"


def _is_value(part: object, name: str) -> bool:
    return isinstance(part, tuple) and part[0] == "==" and part[1] == ("field", name) and part[2][0] == "const"


def way_told(way: tuple[Passage, ...], end: str) -> str:
    """A way through passages, with those after which a case stays where it is."""
    return told([passage.move for passage in way], end)


def moves(way: tuple[Passage, ...]) -> list[Move]:
    return [passage.move for passage in way]
