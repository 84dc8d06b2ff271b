"""The file of an overlay: what is known of the cases that ran one definition, as JSON.

    {"overlay": 1,
     "artifact": "sha256:…",              the definition that those cases ran
     "as_of": "2026-11-06T15:00:00Z",     the instant to which everything was counted
     "cases": 214, "others": 3,           how many cases were counted; how many ran another version and were not
     "stations": [{"state": "in_review", "now": 12, "stays": 190, "median": 88200, "ninety": 260100, "breaches": 4}],
     "passages": [{"from": "in_review", "event": "decide", "to": "answering", "times": 151}]}

`now` is how many cases are in the state at that instant. A stay lasts from arriving in a state until leaving it;
`median` and `ninety` are seconds by the clock on the wall: so long did half of the stays that are over last at most,
and nine of ten. `breaches` are the promises that were missed and the escalations while cases were there. A passage
without an event is one that time made.

The file names states and events, not codes and keys, so any program that knows the definition can write one. It is
hostile until it was read: sizes, counts and names are bounded, and whatever isn't expected is refused.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, NoReturn

import msgspec
from msgspec import Meta, Struct, field

FORMAT = 1
MOST_BYTES = 8_000_000

Name = Annotated[str, Meta(min_length=1, max_length=200)]
Count = Annotated[int, Meta(ge=0, le=10**12)]
Seconds = Annotated[int, Meta(ge=0, le=10**11)]


class OverlayError(ValueError):
    """An overlay that can't be used; the message is one sentence with a way out."""


class _OddError(ValueError):
    """What is JSON for a lenient reader only, in words of ours."""


class Numbers(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is known of a state; `median` and `ninety` are None while no stay there is over."""

    state: Name
    now: Count = 0
    stays: Count = 0
    median: Seconds | None = None
    ninety: Seconds | None = None
    breaches: Count = 0


class Passage(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How often cases went from a state to another by an event, or by time where there is none."""

    source: Name = field(name="from")
    target: Name = field(name="to")
    times: Count
    event: Annotated[str, Meta(max_length=200)] = ""


class Overlay(Struct, frozen=True, forbid_unknown_fields=True):
    artifact: Annotated[str, Meta(pattern="^sha256:[0-9a-f]{64}$")]
    as_of: Annotated[str, Meta(max_length=40)]
    cases: Count
    stations: Annotated[tuple[Numbers, ...], Meta(max_length=10_000)]
    passages: Annotated[tuple[Passage, ...], Meta(max_length=100_000)] = ()
    others: Count = 0
    overlay: int = FORMAT


def written(overlay: Overlay) -> bytes:
    """The file: equal overlays are equal bytes."""
    return msgspec.json.format(msgspec.json.encode(overlay), indent=2) + b"\n"


def read(data: bytes, name: str) -> Overlay:
    """The overlay in a file of this name. Raises OverlayError."""
    if len(data) > MOST_BYTES:
        raise OverlayError(f"{name} is too long for an overlay; {MOST_BYTES:,} bytes are the most")
    try:
        plain = json.loads(data, object_pairs_hook=_once, parse_constant=_refused)
    except (ValueError, RecursionError) as error:
        raise OverlayError(f"{name} is no overlay: it can't be read as JSON ({_unread(error)}); {WAY_OUT}") from None
    if not isinstance(plain, dict) or "overlay" not in plain:
        raise OverlayError(f"{name} is no overlay; {WAY_OUT}")
    if plain["overlay"] != FORMAT:
        raise OverlayError(f"{name} is an overlay of another format; this casedsl reads format {FORMAT}; {WAY_OUT}")
    try:
        overlay = msgspec.convert(plain, Overlay)
    except msgspec.ValidationError as error:
        raise OverlayError(f"{name} is no sound overlay: {_unsound(error)}; {WAY_OUT}") from None
    _look_at(overlay, name)
    return overlay


WAY_OUT = "write it again with `casedsl map FILE --data cases.db --overlay-out data.json`"


def bound(overlay: Overlay, artifact: str, name: str) -> Overlay:
    """The overlay, if it is about this artifact. Raises OverlayError."""
    if overlay.artifact != artifact:
        raise OverlayError(
            f"{name} is about another version of the definition ({overlay.artifact[:19]}…, and this one is "
            f"{artifact[:19]}…); draw that version, or count anew with --data"
        )
    return overlay


def instant(seconds: int) -> str:
    """An instant as it stands in the file."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    listed = list(pairs)
    twice = _repeated([key for key, _ in listed])
    if twice:
        raise _OddError(f"`{twice[:40]}` stands there twice")
    return dict(listed)


def _refused(constant: str) -> NoReturn:
    raise _OddError(f"{constant} is no number")


def _look_at(overlay: Overlay, name: str) -> None:
    """What types don't say: an instant that is one, nothing twice, nine of ten not below the half."""
    try:
        datetime.fromisoformat(overlay.as_of)
    except ValueError:
        raise OverlayError(f"{name} is no sound overlay: `as_of` is no instant; {WAY_OUT}") from None
    ways = Counter((each.source, each.event, each.target) for each in overlay.passages)
    way = next((way for way, times in ways.items() if times > 1), ())
    twice = _repeated([each.state for each in overlay.stations]) or " ".join(filter(None, way))
    if twice:
        raise OverlayError(f"{name} is no sound overlay: `{twice}` stands there twice; {WAY_OUT}")
    for each in overlay.stations:
        if (each.median is None) != (each.ninety is None) or (each.median or 0) > (each.ninety or 0):
            raise OverlayError(
                f"{name} is no sound overlay: `median` and `ninety` of `{each.state}` contradict each other; {WAY_OUT}"
            )


def _repeated(names: Sequence[str]) -> str:
    return next((name for name, times in Counter(names).items() if times > 1), "")


def _unread(error: Exception) -> str:
    """Why there is no JSON, in words."""
    match error:
        case _OddError():
            return str(error)
        case json.JSONDecodeError():
            return f"it breaks off or goes wrong at line {error.lineno}, column {error.colno}"
        case UnicodeDecodeError():
            return "it is no text in UTF-8"
        case RecursionError():
            return "it is nested too deeply"
    return "it has a number that is too long"


def _unsound(error: msgspec.ValidationError) -> str:
    """Which field is not as it must be, in words; msgspec says its path behind `at`, and says missing ones by name."""
    named = [each.removeprefix("$.")[:60] for each in str(error).split("`")[1::2]]
    text = str(error)
    if "missing required field" in text:
        return f"`{named[0]}` is missing"
    if "unknown field" in text:
        return f"it has a field `{named[0]}` that no overlay has"
    where = named[-1].replace("[...]", "") if named else "a value"
    return f"`{where}` is not what stands there in an overlay"
