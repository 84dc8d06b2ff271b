"""Settings of the channels: frozen records, read strictly from JSON.

A setting that nobody knows is an error: one that is silently passed over is found only after it has done harm. What a
record can't be is said by its own `__post_init__`, so one that an app makes by hand is held to the same. No sentence
repeats a value, for it might be a secret in the wrong place.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, fields
from difflib import get_close_matches
from types import NoneType
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

T = TypeVar("T")


class SettingsError(ValueError):
    """Settings that can't be used; the message is one sentence with a way out."""


def parse(data: bytes) -> Mapping[str, object]:
    """A settings file as plain data; raises `SettingsError`."""
    try:
        found = json.loads(data.decode("utf-8"), object_pairs_hook=_unique)
    except UnicodeDecodeError:
        raise SettingsError("the settings are not text in UTF-8; save them with that encoding") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise SettingsError(f"the settings can't be read as JSON at {place}; mend them there") from None
    except RecursionError:
        raise SettingsError("the settings are nested too deeply; write them flat") from None
    if not isinstance(found, dict):
        raise SettingsError('the settings are an object, as in {"send": {"by": "mail", …}}; write one')
    return found


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(key for key in found if sum(key == other for other, _ in pairs) > 1)
        raise SettingsError(f"the settings say {shown(twice)} twice in one object; keep one of them")
    return found


def read(record: type[T], data: object) -> T:
    """A record of settings from plain data; raises `SettingsError`."""
    return record(**_values(record, data))


def _values(record: type[Any], data: object) -> dict[str, object]:
    if not isinstance(data, Mapping):
        raise SettingsError("the settings are an object of names and values; write one")
    known = {field.name: field for field in fields(record)}
    for key in data:
        if key not in known:
            raise SettingsError(f"there is no setting {shown(key)}; {did_you_mean(key, known)}")
    for name in known.keys() - data.keys():
        if _must_stand(known[name]):
            first = next(field.name for field in fields(record) if field.name not in data and _must_stand(field))
            raise SettingsError(f"the setting `{first}` is missing; add it")
    hints = get_type_hints(record)
    return {key: _value(hints[key], value, key) for key, value in data.items()}


def _must_stand(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _value(hint: Any, value: object, name: str) -> object:
    """A setting's value as its annotation has it."""
    inner = [each for each in get_args(hint) if each is not NoneType]
    if NoneType in get_args(hint):
        return None if value is None else _value(inner[0], value, name)
    if get_origin(hint) is Literal and value in inner:
        return value
    if get_origin(hint) is tuple and isinstance(value, list) and all(isinstance(each, str) for each in value):
        return tuple(value)
    if get_origin(hint) is Mapping and _all_texts(value):
        return value
    if hint in (str, int) and type(value) is hint:
        return value
    raise SettingsError(f"`{name}` is {_form(hint)}; write it so")


def _all_texts(value: object) -> bool:
    return isinstance(value, Mapping) and all(isinstance(each, str) for pair in value.items() for each in pair)


def _form(hint: Any) -> str:
    if get_origin(hint) is Literal:
        return "one of " + ", ".join(get_args(hint))
    forms = {str: "a text", int: "a whole number"}
    return forms.get(hint) or ("a list of texts" if get_origin(hint) is tuple else "an object of names and texts")


def between(value: int, least: int, most: int, name: str, unit: str = "") -> None:
    """Refuse a number out of its bounds."""
    if not least <= value <= most:
        raise SettingsError(f"`{name}` is a number from {least:,} to {most:,}{unit}; choose one")


def did_you_mean(word: object, known: Iterable[str]) -> str:
    """The way out after a name that nobody knows."""
    names = list(known)
    near = get_close_matches(str(word), names, n=1)
    return f"did you mean `{near[0]}`?" if near else f"there are: {', '.join(names)}"


def shown(name: object) -> str:
    """A name from outside as it may stand in a message: short, and printable."""
    text = str(name)
    return f"`{text[:40]}`" if text.isprintable() else ascii(text[:40])
