"""Values as a scenario writes them."""

from __future__ import annotations

from datetime import UTC, datetime

from casedsl_runtime.vocabulary import Value

from casedsl.model.records import Field
from casedsl.syntax.printing.words import quoted


def as_written(field: Field, value: Value) -> str:
    """A value as it stands behind `is`: `0 GBP`, `yes`, `"A lamp"`."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if field.type == "money" and isinstance(value, int):
        whole, part = divmod(abs(value), 10**field.digits)
        return f"{'-' if value < 0 else ''}{whole}{f'.{part:0{field.digits}}' if part else ''} {field.currency}"
    if field.type == "date and time" and isinstance(value, int):
        return f"{datetime.fromtimestamp(value, UTC):%Y-%m-%d %H:%M}"
    return quoted(str(value)) if field.type in ("text", "long text") else str(value)
