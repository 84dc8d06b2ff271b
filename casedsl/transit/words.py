"""The words on the map, measured: what stands below a station, on a signpost, on a chip.

A chip is a group of badges, with or without names, as it sits on a line.
"""

from __future__ import annotations

from collections.abc import Iterable

from casedsl_runtime.vocabulary import Duration
from msgspec import Struct

from casedsl.model.records import CaseType, State, Timer
from casedsl.transit.arcs import Badge, Sign
from casedsl.transit.text import clip, width, wrap, wrap_at_most
from casedsl.transit.tracks import ladder, role_title

BADGE_HIGH = 15.0
ROW = 16.0
NAME_SIZE = 10.0
NAME_LEADING = 11.5
TITLE_SIZE = 12.5
NOTE_SIZE = 9.5
NAME_ROOMS = (56.0, 68.0, 80.0, 98.0)
STATION_ROOM = 120.0

_UNITS = {"minute": "min", "hour": "h", "day": "d", "week": "wk", "month": "mth", "year": "yr"}
_KINDS = {"working": "work ", "calendar": "cal ", "clock": "clock ", "clear": "clear ", "clear working": "clear work "}


class Said(Struct, frozen=True):
    """A line of text below a station: where its base line is below the first line's top, its size and look."""

    text: str
    base: float
    size: float
    look: str


class Chip(Struct, frozen=True):
    """Badges and names relative to the chip's left upper corner; `anchor` is the x of the middle of the first badge."""

    wide: float
    high: float
    badges: tuple[tuple[float, float, Badge], ...]
    names: tuple[tuple[float, float, str], ...]
    anchor: float


def short(duration: Duration) -> str:
    kind = "" if duration.unit in ("month", "year") else _KINDS[duration.kind]
    return f"{duration.count} {kind}{_UNITS[duration.unit]}"


def rungs(timers: Iterable[Timer]) -> tuple[str, ...]:
    """`prompt 2 work h ›`, `alert 4 work h`: each rung a piece that isn't broken."""
    said = [f"{timer.rung} {short(timer.after.duration)}" for timer in ladder(tuple(timers))]
    return tuple(f"{rung} ›" for rung in said[:-1]) + tuple(said[-1:])


def packed(pieces: Iterable[str], room: float, size: float) -> tuple[str, ...]:
    """Pieces in lines, as many in a line as fit."""
    lines: list[str] = []
    for piece in pieces:
        if lines and width(f"{lines[-1]} {piece}", size) <= room:
            lines[-1] += f" {piece}"
        else:
            lines.append(piece)
    return tuple(clip(line, room, size) for line in lines)


def station_words(case_type: CaseType, state: State) -> tuple[Said, ...]:
    """Title, whom it waits on, and the timers of a station."""
    lines = [(line, TITLE_SIZE, "title") for line in _title(state)]
    if state.waiting_on:
        waits = "waits on " + ", ".join(role_title(case_type, ref.name) for ref in state.waiting_on)
        lines += [(line, NOTE_SIZE, "waits") for line in wrap_at_most(waits, 2, STATION_ROOM, NOTE_SIZE)]
    lines += [(line, NOTE_SIZE, "timers") for line in packed(rungs(state.timers), STATION_ROOM, NOTE_SIZE)]
    said: list[Said] = []
    base = 0.0
    for text, size, look in lines:
        base += size * 1.22
        said.append(Said(text, base, size, look))
    return tuple(said)


def _title(state: State) -> tuple[str, ...]:
    return wrap_at_most(state.title or state.name, 3, STATION_ROOM, TITLE_SIZE, bold=True)


def said_size(said: tuple[Said, ...]) -> tuple[float, float]:
    wide = max((width(line.text, line.size, line.look == "title") for line in said), default=0.0)
    return wide, (said[-1].base + said[-1].size * 0.3 if said else 0.0)


def sign_words(sign: Sign) -> str:
    return clip(sign.words, 92, NOTE_SIZE)


def sign_wide(sign: Sign) -> float:
    return 12 + width(sign_words(sign), NOTE_SIZE) + sum(badge.wide + 3 for badge in sign.badges)


def bare(badges: tuple[Badge, ...], rows: int = 1) -> Chip:
    """Badges only, filled into a number of rows."""
    per_row = -(-len(badges) // rows)
    placed: list[tuple[float, float, Badge]] = []
    wide = 0.0
    for row in range(-(-len(badges) // per_row)):
        x = 2.0
        for badge in badges[row * per_row : (row + 1) * per_row]:
            placed.append((x, row * ROW, badge))
            x += badge.wide + 3
        wide = max(wide, x - 1)
    return Chip(wide, placed[-1][1] + BADGE_HIGH, tuple(placed), (), 2 + badges[0].wide / 2)


def named(badge: Badge) -> Chip | None:
    """One badge and its name in one line or two, as narrow as may be; None if the name is longer."""
    longest = max((width(word, NAME_SIZE) for word in badge.name.split()), default=0.0)
    folds = (wrap(badge.name, room, NAME_SIZE) for room in NAME_ROOMS if room >= longest)
    lines = next((lines for lines in folds if len(lines) <= 2), None)
    if lines is None:
        return None
    x = 2 + badge.wide + 4
    high = max(BADGE_HIGH, len(lines) * NAME_LEADING + 2)
    top = (high - len(lines) * NAME_LEADING) / 2
    names = tuple((x, top + at * NAME_LEADING + 9, line) for at, line in enumerate(lines))
    wide = x + max(width(line, NAME_SIZE) for line in lines) + 3 if lines else x
    return Chip(wide, high, ((2.0, (high - BADGE_HIGH) / 2, badge),), names, 2 + badge.wide / 2)


def listed(badges: tuple[Badge, ...], room: float = 150.0) -> Chip:
    """A row for each badge, with its name (cut short where it is long)."""
    left = max(badge.wide for badge in badges)
    placed = tuple((2 + (left - badge.wide) / 2, at * ROW, badge) for at, badge in enumerate(badges))
    lines = [clip(badge.name, room, NAME_SIZE) for badge in badges]
    names = tuple((6 + left, at * ROW + 11, line) for at, line in enumerate(lines))
    wide = 6 + left + max(width(line, NAME_SIZE) for line in lines) + 3
    return Chip(wide, len(badges) * ROW - 1, placed, names, 2 + left / 2)


def mirrored(chip: Chip) -> Chip:
    """The same chip with the names to the left of the badges."""
    badges = tuple((chip.wide - x - badge.wide, y, badge) for x, y, badge in chip.badges)
    names = tuple((chip.wide - x - width(words, NAME_SIZE), y, words) for x, y, words in chip.names)
    return Chip(chip.wide, chip.high, badges, names, chip.wide - chip.anchor)


def stacked(badges: tuple[Badge, ...]) -> Chip:
    """A badge in each row, for a line that runs up and down."""
    return bare(badges, len(badges))


def on_straight(badges: tuple[Badge, ...]) -> Chip:
    """The chip of a straight line between neighbours: with names for one badge or two, else in two rows."""
    if len(badges) == 1:
        return named(badges[0]) or bare(badges)
    return listed(badges, 96.0) if len(badges) == 2 else bare(badges, 2)


def of_stage(title: str, timers: Iterable[Timer], room: float) -> tuple[str, ...]:
    """What stands at the bracket of a stage."""
    return (clip(title, room, NOTE_SIZE), *packed(rungs(timers), room, NOTE_SIZE))
