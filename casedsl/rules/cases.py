"""Cases, values and ways as findings tell them: in the author's words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from casedsl_runtime.vocabulary import Expression, Value

from casedsl.analysis.bounds import bounds_in
from casedsl.analysis.graph import Move
from casedsl.analysis.openings import unanswered
from casedsl.analysis.passages import Passage
from casedsl.analysis.scoring.records import Scored
from casedsl.analysis.solving.witness import Example
from casedsl.model.records import Field
from casedsl.rules.ways import told


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
    """A value as the author would write it; a time is told in UTC, for nothing says here where people are."""
    instant = field.type == "date and time" and isinstance(value, int)
    return f"{as_written(field, value)} UTC" if instant else as_written(field, value)


def as_written(field: Field, value: Value) -> str:
    """A value as it stands behind `is` in a scenario: `0 GBP`, `yes`, `"A lamp"`."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if field.type == "money" and isinstance(value, int):
        whole, part = divmod(abs(value), 10**field.digits)
        return f"{'-' if value < 0 else ''}{whole}{f'.{part:0{field.digits}}' if part else ''} {field.currency}"
    if field.type == "date and time" and isinstance(value, int):
        return f"{datetime.fromtimestamp(value, UTC):%Y-%m-%d %H:%M}"
    if field.type not in ("text", "long text"):
        return str(value)
    from casedsl.syntax.printing.words import quoted  # the printer: a clean file needs none

    return quoted(str(value))


def scored_told(case: Scored, fields: Mapping[str, Field]) -> str:
    """A case by what is given when it is opened."""
    return ", ".join(f"{name} = {value_told(fields[name], value)}" for name, value in case.given) or "any case"


def fact_told(fact: Expression, fields: Mapping[str, Field]) -> str:
    """What is known of a field where a guard is looked at."""
    for bound in bounds_in(fields):
        if fact == bound.holds:
            return f"`{bound.field}` must be {bound.formula.text}"
    head, first, *rest = fact
    if head == "is set":
        return f"`{first}` is always set there"
    if head != "or" or not isinstance(first, tuple):
        return "what must hold before"
    name = _about(first)
    others = [other for other in map(_about, rest) if other not in ("", name)]
    if len(others) == len(rest) == 1 and _is_unanswered(first, fields) and _is_unanswered(rest[0], fields):
        return f"`{name}` and `{others[0]}` are never both given: two people supply them, and only one opens a case"
    field = fields[name]
    values = [part[2][1] for part in rest if _is_value(part, name)]  # type: ignore[index]
    if first[0] == "not set" and len(values) == len(rest):
        return f"`{name}` can only be {' or '.join(f'`{value_told(field, value)}`' for value in values)} there"  # type: ignore[arg-type]
    return f"`{name}` is asked only when {field.asked_when.text if field.asked_when else 'it must be'}"


def _about(part: object) -> str:
    """The field of which a comparison speaks; empty for anything else."""
    match part:
        case ("not set" | "is set", str(name)) | ("==", ("field", str(name)), _):
            return name
    return ""


def _is_unanswered(part: object, fields: Mapping[str, Field]) -> bool:
    field = fields.get(_about(part))
    return field is not None and part == unanswered(field)


def _is_value(part: object, name: str) -> bool:
    return isinstance(part, tuple) and part[0] == "==" and part[1] == ("field", name) and part[2][0] == "const"


def way_told(way: tuple[Passage, ...], end: str) -> str:
    """A way through passages, with those after which a case stays where it is."""
    return told([passage.move for passage in way], end)


def moves(way: tuple[Passage, ...]) -> list[Move]:
    return [passage.move for passage in way]
