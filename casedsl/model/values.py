"""Values that stand alone on a line: numbers, durations, dates, lists of names; each with its unit or a finding."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import cast

from casedsl_runtime.vocabulary import Duration, TimeKind, TimeUnit

from casedsl.model.desk import Desk
from casedsl.model.records import Time
from casedsl.syntax.tree import Phrase, Value, Word

LARGEST = 10**15 - 1
LONGEST = 10_000
_UNITS: dict[str, tuple[str, ...]] = {
    "working": ("minute", "hour", "day"),
    "calendar": ("day", "week", "month", "year"),
    "clock": ("minute", "hour", "day"),
    "clear": ("day",),
    "clear working": ("day",),
}
# ISO 4217: currencies whose minor unit isn't the hundredth; any other has two decimals.
_DIGITS = dict.fromkeys(
    (
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "ISK",
        "JPY",
        "KMF",
        "KRW",
        "PYG",
        "RWF",
        "UGX",
        "UYI",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    ),
    0,
)
_DIGITS |= dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3)


def words_of(value: Value | None) -> Iterator[Word]:
    """The words of a list, or the one word of a value."""
    if isinstance(value, Word):
        yield value
    elif value is not None:
        for part in value.parts:
            yield from words_of(part)


def whole(value: Value | None, desk: Desk) -> int | None:
    """A whole number of at most 15 digits."""
    word = next(words_of(value), None)
    if word is None:
        return None
    if not word.text.isdigit():
        desk.wrong(word.span, f"`{word.text}` is no whole number", "write it without a decimal point")
        return None
    if len(word.text) > 15:
        desk.wrong(word.span, "this number has more than 15 digits", "numbers are bounded, so that every check ends")
        return None
    return int(word.text)


def digits_of(currency: str) -> int:
    """How many decimals a currency has (ISO 4217)."""
    return _DIGITS.get(currency, 2)


def minor_units(amount: Word, currency: Word, desk: Desk) -> int | None:
    """An amount of money as a whole number of minor units."""
    digits = digits_of(currency.text)
    units, _, decimals = amount.text.partition(".")
    if len(decimals) > digits:
        desk.wrong(
            amount.span,
            f"{currency.text} has {digits} decimals and `{amount.text}` has {len(decimals)}",
            "round the amount",
        )
        return None
    if len(units) + digits > 15:
        desk.wrong(amount.span, "this amount has more than 15 digits", "numbers are bounded, so that every check ends")
        return None
    return int(units + decimals.ljust(digits, "0"))


def real_date(word: Word, desk: Desk) -> str | None:
    """A date that exists, as `YYYY-MM-DD`."""
    try:
        return date.fromisoformat(word.text).isoformat()
    except ValueError:
        desk.wrong(word.span, f"there is no day {word.text}", "a date is year, month, day: 2026-11-06")
        return None


def minute_of(text: str) -> int | None:
    """The minute of the day that `15:00` names; 24:00 is the end of the day."""
    hour, minute = int(text[:2]), int(text[3:])
    return hour * 60 + minute if minute < 60 and hour * 60 + minute <= 24 * 60 else None


def duration(value: Value | None, desk: Desk) -> Time | None:
    """A duration, or a beat (`working day` is one of them), whose kind is said, or follows from its unit (a month and a
    year are calendar)."""
    if not isinstance(value, Phrase):
        return None
    words = {word.kind: word for word in words_of(value)}
    unit = re.sub("s$", "", words["UNIT"].text)
    said = [words[kind].text for kind in ("CLEAR", "WORKING", "CALENDAR", "CLOCK") if kind in words]
    kind = " ".join(said) or ("calendar" if unit in ("month", "year") else "")
    count = whole(words["NUMBER"], desk) if "NUMBER" in words else 1
    if not _known(kind, unit, value, desk) or count is None:
        return None
    if not 0 < count <= LONGEST:
        desk.wrong(
            value.span, f"`{value.text}` is no length of time", f"between 1 and {LONGEST:,} {unit}s can be counted"
        )
        return None
    return Time(Duration(count, cast(TimeKind, kind), cast(TimeUnit, unit)), value.span)


def _known(kind: str, unit: str, value: Phrase, desk: Desk) -> bool:
    """Whether this kind of time has this unit; else a finding."""
    if not kind:
        kinds = [known for known, units in _UNITS.items() if unit in units and "clear" not in known]
        *most, last = (f"`{_with_kind(value.text, known)}`" for known in kinds)
        choices = f"{', '.join(most)} or {last}" if most else last
        desk.wrong(value.span, f"`{value.text}` doesn't say which {unit}s are counted", f"write {choices}")
    elif unit not in _UNITS[kind]:
        units = ", ".join(f"{known}s" for known in _UNITS[kind])
        desk.wrong(value.span, f"{kind} time has no {unit}s", f"{kind} time is counted in {units}")
    else:
        return True
    return False


def _with_kind(text: str, kind: str) -> str:
    number, _, unit = text.rpartition(" ")
    return f"{number} {kind} {unit}".lstrip()
