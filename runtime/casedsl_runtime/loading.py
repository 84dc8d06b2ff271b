"""Artifacts and bundles as files: written so that git can diff them, read as if an enemy had written them.

A file is one JSON object: `{"format": 1, "hash": "sha256:…", "workflow": {…}}` for an artifact, with `calendars` in the
place of `workflow` for a bundle. The hash covers the canonical JSON of that body, so that a changed byte shows, and is
the name under which a store keeps the file and a case pins it. It proves that the file is whole, not who wrote it.

Reading is strict. The text is measured before it is parsed (size, depth, number of values), the parser refuses what
JSON leaves open (a key that stands twice, NaN, fractions, integers of more than 18 digits), one decoder over the
annotations of `artifact.py` refuses every unknown or missing key and every wrong type, and `references.py` refuses
names that refer to nothing. Every refusal is an `ArtifactError`: one sentence with a way out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache
from hashlib import sha256
from itertools import accumulate, pairwise
from types import NoneType, UnionType
from typing import Any, Literal, NoReturn, TypeVar, Union, get_args, get_origin, get_type_hints

from casedsl_runtime.artifact import FORMAT, OLDEST_FORMAT, Bundle, CompiledCalendar, Workflow
from casedsl_runtime.journal import canonical
from casedsl_runtime.references import bundle_problems, workflow_problems
from casedsl_runtime.vocabulary import Placeholder

MOST_BYTES = 16 * 1024 * 1024
MOST_DEPTH = 100
MOST_DIGITS = 18
MOST_VALUES = 100_000
MOST_VALUES_OF_A_BUNDLE = 2_000_000  # a calendar holds four instants for each working day

T = TypeVar("T")


class ArtifactError(ValueError):
    """A file that is not an artifact that this runtime can run; the message is one sentence with a way out."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A workflow that was read, and the hash under which cases pin it."""

    workflow: Workflow
    hash: str


@dataclass(frozen=True, slots=True)
class LoadedBundle:
    """Compiled calendars that were read, and the hash under which cases pin them."""

    bundle: Bundle
    hash: str


def dump_workflow(workflow: Workflow) -> bytes:
    return _dump("workflow", workflow)


def dump_bundle(bundle: Bundle) -> bytes:
    return _dump("calendars", bundle)


_RISING = ("opens", "closes", "days", "ends", "changes")
"""The lists of a calendar that are written as their first number and the steps from each to the next: a holiday changes
a line or two, and most numbers are short."""


def _steps(values: list[int]) -> list[int]:
    return values[:1] + [later - value for value, later in pairwise(values)]


def load_workflow(data: bytes) -> Loaded:
    """Read an artifact; raises `ArtifactError`."""
    body, name = _open(data, "workflow", "artifact", MOST_VALUES)
    workflow = _decode(Workflow, body, "workflow")
    _refuse_any("artifact", workflow_problems(workflow))
    return Loaded(workflow, name)


def load_bundle(data: bytes) -> LoadedBundle:
    """Read a bundle of compiled calendars; raises `ArtifactError`."""
    body, name = _open(data, "calendars", "calendar bundle", MOST_VALUES_OF_A_BUNDLE)
    bundle = _decode(Bundle, body, "calendars")
    bundle = replace(bundle, calendars=tuple(map(_summed, bundle.calendars)))
    _refuse_any("calendar bundle", bundle_problems(bundle))
    return LoadedBundle(bundle, name)


def _summed(calendar: CompiledCalendar) -> CompiledCalendar:
    sums: dict[str, Any] = {name: tuple(accumulate(getattr(calendar, name))) for name in _RISING}
    return replace(calendar, **sums)


def body_hash(body: object) -> str:
    """The name of an artifact or a bundle: `sha256:` and the hash of its canonical JSON."""
    return "sha256:" + sha256(canonical(body).encode()).hexdigest()


def _dump(key: str, record: object) -> bytes:
    body = plain(record)
    for calendar in body["calendars"] if isinstance(record, Bundle) else ():
        calendar |= {name: _steps(calendar[name]) for name in _RISING}
    whole = {"format": FORMAT, "hash": body_hash(body), key: body}
    return (json.dumps(whole, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False) + "\n").encode()


def plain(value: object) -> Any:
    """A record as JSON: dataclasses and mappings as objects, tuples as arrays."""
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    return value


def _refuse_any(what: str, problems: list[str]) -> None:
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise ArtifactError(f"this {what} does not hold together: {problems[0]}{more}; compile it again")


def _open(data: bytes, key: str, what: str, most_values: int) -> tuple[Any, str]:
    """The body of a file and its hash, after every check that needs no knowledge of the body."""
    whole = _parse(data, what, most_values)
    if not isinstance(whole, dict) or not isinstance(whole.get("format"), int) or "hash" not in whole:
        raise ArtifactError(f"this file is not the {what}: give the file that `casedsl compile` wrote")
    if whole["format"] > FORMAT:
        raise ArtifactError(
            f"this {what} has format {whole['format']}; this runtime reads up to {FORMAT}: install a newer"
            " casedsl-runtime"
        )
    if whole["format"] < OLDEST_FORMAT:
        raise ArtifactError(
            f"this {what} has format {whole['format']}; this runtime reads {OLDEST_FORMAT} to {FORMAT}: compile the"
            " definition again"
        )
    if whole.keys() != {"format", "hash", key}:
        raise ArtifactError(f"this file is something else than the {what}: give the file that `casedsl compile` wrote")
    if _hash_of(whole[key], what) != whole["hash"]:
        raise ArtifactError(f"this {what} was changed after it was written: compile it again instead of editing it")
    return _as_now(whole[key], whole["format"]), whole["hash"]


def _as_now(body: Any, format: int) -> Any:
    """The body of a file of an older format, with what it could not say yet as it was then. Format 5 says what a field
    must be; format 4 who sees and who supplies a field, what a priority rises with and what it is blind to; format 3
    lets priorities age, and writes the rising lists of a calendar as steps."""
    if format >= FORMAT or not isinstance(body, dict):
        return body
    _set_in(body, "fields", {"bounds": []})
    if format == 4:
        return body
    if "fields" in body:
        body.setdefault("classes", [])
    _set_in(body, "roles", {"cleared_for": None})
    _set_in(body, "fields", {"sources": [], "sensitivity": None, "seen_by": [], "seen_after": None})
    if isinstance(body.get("priority"), dict):
        later = ("rises_with", "blind_to") if format == 3 else ("ages", "rises_with", "blind_to")
        body["priority"] = {**{name: [] for name in later}, **body["priority"]}
    if format == 3:
        return body
    for calendar in body["calendars"] if isinstance(body.get("calendars"), list) else ():
        for name in _RISING if isinstance(calendar, dict) else ():
            if isinstance(calendar.get(name), list) and set(map(type, calendar[name])) <= {int}:
                calendar[name] = _steps(calendar[name])
    return body


def _set_in(body: dict[str, Any], key: str, said: Mapping[str, object]) -> None:
    """Let each record of a list say what records of its kind could not say before."""
    for record in body[key] if isinstance(body.get(key), list) else ():
        if isinstance(record, dict):
            for name, value in said.items():
                record.setdefault(name, value)


def _hash_of(body: object, what: str) -> str:
    try:
        return body_hash(body)
    except UnicodeEncodeError as error:
        raise ArtifactError(f"this {what} holds half a character, which no text may hold: compile it again") from error


_TOKENS = re.compile(r'"(?:[^"\\]++|\\.?)*+(?:"|\Z)|[\[\]{},]', re.DOTALL)


def _parse(data: bytes, what: str, most_values: int) -> Any:
    if not data.strip():
        raise ArtifactError(f"this {what} is empty: compile it again with `casedsl compile`")
    if len(data) > MOST_BYTES:
        raise ArtifactError(f"this {what} is larger than 16 MiB, more than this runtime reads: split the case type")
    try:
        text = data.decode("utf-8")
        _measure(text, what, most_values)
        return json.loads(
            text,
            object_pairs_hook=_unique_keys,
            parse_int=_short_integer if _TOO_LONG in data.translate(_AS_ZEROS) else None,
            parse_float=_no_number,
            parse_constant=_no_number,
        )
    except UnicodeDecodeError as error:
        raise ArtifactError(f"this {what} is not UTF-8 text: give the file that `casedsl compile` wrote") from error
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise ArtifactError(f"this {what} is cut off or damaged at {place}: compile it again") from error


def _measure(text: str, what: str, most_values: int) -> None:
    """Refuse a text that is too deep or too rich before a recursive parser meets it. Signs are counted first: a text
    with so few of them, wherever they stand, needs no closer look."""
    brackets = text.count("[") + text.count("{")
    if brackets <= MOST_DEPTH and brackets + text.count(",") <= most_values:
        return
    depth = values = 0
    for match in _TOKENS.finditer(text):
        token = match[0]
        if token in "[{":
            depth += 1
            values += 1
        elif token in "]}":
            depth -= 1
        elif token == ",":
            values += 1
        if depth > MOST_DEPTH or values > most_values:
            limit = f"{MOST_DEPTH} levels" if depth > MOST_DEPTH else f"{most_values:,} values"
            raise ArtifactError(f"this {what} has more than {limit}, more than this runtime reads: split the case type")


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ArtifactError("this file names a key twice in one object, so it was edited: compile it again")
    return found


_AS_ZEROS = bytes.maketrans(b"123456789", b"000000000")
_TOO_LONG = b"0" * (MOST_DIGITS + 1)
"""Where so many digits follow each other nowhere, no integer is too long, and the parser needs not ask for each."""


def _short_integer(digits: str) -> int:
    if len(digits.lstrip("-")) > MOST_DIGITS:
        raise ArtifactError(f"this file holds a number of more than {MOST_DIGITS} digits: use a smaller one")
    return int(digits)


def _no_number(text: str) -> NoReturn:
    raise ArtifactError(f"this file holds `{text[:20]}`, and only whole numbers may stand there: compile it again")


# --- the decoder: JSON to the dataclasses of `artifact.py`, strictly by their annotations


class _AnyExpression:
    """Stands for the recursive alias `Expression` while annotations are read; `references.py` checks expressions."""


_ALIASES = {"Expression": _AnyExpression, "Text": tuple[str | Placeholder, ...]}


@cache
def _hints(record: type) -> Mapping[str, Any]:
    return get_type_hints(record, localns=_ALIASES)


def _decode(hint: type[T], value: object, path: str) -> T:
    result: T = _decoder(hint)(hint, value, path)
    return result


def _decoder(hint: Any) -> Callable[[Any, Any, str], Any]:
    origin = get_origin(hint)
    if is_dataclass(hint):
        return _decode_record
    if hint is _AnyExpression:
        return _decode_expression
    if origin is tuple:
        return _decode_tuple
    if origin is Literal:
        return _decode_literal
    if origin in (Union, UnionType):
        return _decode_union
    return _decode_scalar if origin is None else _decode_mapping


def _decode_record(hint: Any, value: Any, path: str) -> Any:
    hints = _hints(hint)
    if not isinstance(value, dict):
        _misfit(path, "an object", value)
    for key in sorted(hints.keys() ^ value.keys()):
        word = "misses" if key in hints else "has an unknown key"
        raise ArtifactError(f"`{path}` {word} `{key[:40]}`: compile the artifact again")
    return hint(**{key: _decode(inner, value[key], f"{path}.{key}") for key, inner in hints.items()})


def _decode_tuple(hint: Any, value: Any, path: str) -> Any:
    if not isinstance(value, list):
        _misfit(path, "an array", value)
    inners = get_args(hint)
    if inners == (int, Ellipsis) and set(map(type, value)) <= {int}:
        return tuple(value)  # the instants of a calendar: thousands of them
    if inners[-1] is Ellipsis:
        return tuple(_decode(inners[0], item, f"{path}[{index}]") for index, item in enumerate(value))
    if len(inners) != len(value):
        _misfit(path, f"an array of {len(inners)}", value)
    return tuple(_decode(inner, item, path) for inner, item in zip(inners, value, strict=True))


def _decode_mapping(hint: Any, value: Any, path: str) -> Any:
    if not isinstance(value, dict):
        _misfit(path, "an object", value)
    inner = get_args(hint)[1]
    return {key: _decode(inner, item, f"{path}.{key}") for key, item in value.items()}


def _decode_literal(hint: Any, value: Any, path: str) -> Any:
    if not isinstance(value, str) or value not in get_args(hint):
        _misfit(path, "one of " + ", ".join(map(str, get_args(hint))), value)
    return value


def _decode_union(hint: Any, value: Any, path: str) -> Any:
    for inner in get_args(hint):
        if (inner is NoneType and value is None) or type(value) is inner:
            return value
    rest = [inner for inner in get_args(hint) if inner not in (NoneType, bool, int, str)]
    if len(rest) != 1:
        _misfit(path, "a plain value", value)
    return _decode(rest[0], value, path)


def _decode_scalar(hint: Any, value: Any, path: str) -> Any:
    if type(value) is not hint:
        _misfit(path, {str: "a text", int: "a whole number", bool: "true or false"}[hint], value)
    return value


def _decode_expression(hint: Any, value: Any, path: str) -> Any:
    if not isinstance(value, list):
        _misfit(path, "an expression", value)
    return tuple(_decode_expression(hint, item, path) if isinstance(item, list) else item for item in value)


def _misfit(path: str, expected: str, value: object) -> NoReturn:
    shown = json.dumps(value, ensure_ascii=True)[:40]
    raise ArtifactError(f"`{path}` holds {shown} where {expected} belongs: compile the artifact again")
