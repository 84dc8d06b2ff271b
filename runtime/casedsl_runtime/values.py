"""What a field may hold: one check per type, used for everything that people give and everything that a line sets.

A reason names the field and the way out and never repeats the value, so that it may be shown and logged.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from casedsl_runtime.artifact import Field
from casedsl_runtime.vocabulary import Value

LONGEST_TEXT = 100_000
LARGEST_NUMBER = 10**15
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def value_problem(field: Field, value: Value) -> str | None:
    """Why the field can't hold this value, as a sentence; None when it can. Unset is always possible."""
    return None if value is None else _CHECKS[field.type](field, value)


def text_problem(name: str, text: object) -> str | None:
    """Why this can't be kept as a text; None when it can."""
    if not isinstance(text, str) or not text.strip():
        return f"`{name}` takes a text that is not empty"
    if len(text) > LONGEST_TEXT:
        return f"`{name}` takes at most {LONGEST_TEXT:,} characters; {len(text):,} were given"
    if any("\ud800" <= character <= "\udfff" or character == "\0" for character in text):
        return f"`{name}` holds a character that no text may hold; type it again"
    return None


def _text(field: Field, value: Any) -> str | None:
    return text_problem(field.name, value)


def _yes_no(field: Field, value: Any) -> str | None:
    return None if type(value) is bool else f"`{field.name}` takes yes or no"


def _choice(field: Field, value: Any) -> str | None:
    options = [option.name for option in field.options]
    return None if value in options and isinstance(value, str) else f"`{field.name}` takes one of {', '.join(options)}"


def _number(field: Field, value: Any) -> str | None:
    if type(value) is not int or abs(value) >= LARGEST_NUMBER:
        return f"`{field.name}` takes a whole number of at most 15 digits"
    if (field.low is not None and value < field.low) or (field.high is not None and value > field.high):
        return f"`{field.name}` takes {_range(field)}"
    return None


def _range(field: Field) -> str:
    if field.low is None:
        return f"a number up to {field.high}"
    return f"a number from {field.low}" + ("" if field.high is None else f" to {field.high}")


def _money(field: Field, value: Any) -> str | None:
    if type(value) is not int or abs(value) >= LARGEST_NUMBER:
        return f"`{field.name}` takes {field.currency} as a whole number of its smallest unit, at most 15 digits"
    return _number(field, value)


def is_date(value: object) -> bool:
    """Whether this is a real date, as YYYY-MM-DD."""
    try:
        return isinstance(value, str) and _DATE.fullmatch(value) is not None and bool(date.fromisoformat(value))
    except ValueError:
        return False


def _date(field: Field, value: Any) -> str | None:
    return None if is_date(value) else f"`{field.name}` takes a real date such as 2026-11-09"


def _instant(field: Field, value: Any) -> str | None:
    real = type(value) is int and abs(value) < 10**11
    return None if real else f"`{field.name}` takes a date and time as whole seconds since 1970"


_CHECKS: Mapping[str, Callable[[Field, Any], str | None]] = MappingProxyType(
    {
        "text": _text,
        "long text": _text,
        "yes/no": _yes_no,
        "choice": _choice,
        "scale": _number,
        "integer": _number,
        "money": _money,
        "date": _date,
        "date and time": _instant,
    }
)
