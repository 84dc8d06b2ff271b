"""What the caption of a station says, in lines, and how much room it takes.

A title has three lines as a rule and four at most; what is longer ends with an ellipsis, and the whole of it stands in
the key. A gate lists the codes of the stations that it stands for, so that nobody need look it up.
"""

from __future__ import annotations

from msgspec import Struct

from casedsl.transit.labels.sizes import (
    CLOCK,
    CODE,
    CODE_HIGH,
    CODE_PAD,
    LADDER,
    NOTE,
    SMALL_LINE,
    TITLE,
    TITLE_LINE,
)
from casedsl.transit.measuring import kept_together, lines, width
from casedsl.transit.network import Network, Station

ROOMS = ((104.0, 104.0), (76.0, 96.0), (150.0, 150.0), (76.0, 68.0))
"""How wide a title may be, and what stands under it: as a rule, where it is tight, where there is more room beside than
above, and on a ground that is hardly wider than its stations."""


MORE = 1.25
MANY = 8


class Wording(Struct, frozen=True):
    title: tuple[str, ...]
    ladder: tuple[str, ...]
    notes: tuple[str, ...]
    code_inside: bool
    wide: float
    high: float


def wordings(network: Network, station: Station, code_inside: bool) -> tuple[Wording, ...]:
    """The same words broken in different ways, the usual one first, each once."""
    made = [_wording(network, station, code_inside, *rooms) for rooms in ROOMS]
    cut, short = zip(*map(_harm, made), strict=True)
    fair = (words for at, words in enumerate(made) if (not cut[at] or cut[0]) and short[at] <= short[0])
    return tuple(dict.fromkeys(fair))


def _harm(words: Wording) -> tuple[int, int]:
    """How many lines end in a cut word, and how many too early."""
    told = (*words.title, *words.ladder, *words.notes)
    return sum(line.endswith("-") for line in words.title), sum(line.endswith("…") for line in told)


def _wording(network: Network, station: Station, code_inside: bool, room: float, small: float) -> Wording:
    title = _title(station, room)
    ladder = lines(_rungs(station), small, LADDER, at_most=3) if station.ladder else ()
    notes = [line for note in station.notes for line in lines(note, small, NOTE, at_most=3 if small < room else 2)]
    if station.covers:
        notes.extend(lines(_covered(network, station), small, NOTE, at_most=7))
    wide = max(
        [
            *(width(line, TITLE, bold=True) for line in title),
            0.0 if code_inside else width(title[-1], TITLE, bold=True) + 4 + code_wide(station.code),
            *(CLOCK + width(line, LADDER) for line in ladder),
            *(width(line, NOTE) for line in notes),
        ]
    )
    high = TITLE_LINE * len(title) + SMALL_LINE * (len(ladder) + len(notes))
    return Wording(title, ladder, tuple(notes), code_inside, wide, high)


def _title(station: Station, room: float) -> tuple[str, ...]:
    """A little wider where that saves a line or a cut word."""
    most = 4 if room < 150 else 3
    usual, wider = (lines(station.title, each, TITLE, bold=True, at_most=most) for each in (room, room * MORE))
    if len(wider) < len(usual) or _cut(wider) < _cut(usual):
        return wider
    return usual or (station.code,)


def _cut(title: tuple[str, ...]) -> int:
    return sum(line.endswith(("-", "…")) for line in title)


def _rungs(station: Station) -> str:
    """Each rung in one piece, with the sign before the next."""
    return " ".join(
        kept_together(rung + (" ›" if number < len(station.ladder) else ""))
        for number, rung in enumerate(station.ladder, start=1)
    )


def _covered(network: Network, station: Station) -> str:
    """The codes of the stations, or of the few that it doesn't stand for. A sheet shows a part, so there `all` would
    say too little."""
    whole = not any(each.away for each in network.stations)
    left = [each.code for each in network.stations if each.kind != "gate" and each.key not in station.covers]
    if whole and len(station.covers) > MANY and len(left) * 3 <= len(station.covers):
        return "from all" + (f" but {' '.join(left)}" if left else "")
    return "from " + " ".join(network.station[key].code for key in station.covers)


def code_wide(code: str) -> float:
    return width(code, CODE, bold=True) + 2 * CODE_PAD


def holds_code(station: Station, wide: float, high: float) -> bool:
    """Is a marker large enough for the code to stand in it, with nothing else there?"""
    free = station.kind == "between"
    return free and high >= CODE_HIGH + 12 and wide >= width(station.code, TITLE, bold=True) + 12
