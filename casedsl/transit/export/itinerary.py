"""The map as plain text, in the order in which one would read it aloud: the lines, then station by station.

A screen reader reads line after line, so nothing is set in columns and no line is broken: each line is whole, begins
with a code, and says with a word what a picture says with a mark. Words of an author stay as they are in any script;
where they run from right to left they are isolated (Unicode's FSI and PDI), so that the codes around them stay put.
"""

from __future__ import annotations

from collections.abc import Iterator
from unicodedata import bidirectional

from casedsl.transit.key import KINDS, Key, Row, Stop
from casedsl.transit.manifest import Seal
from casedsl.transit.network import Line, Network
from casedsl.transit.text import clean

_ISOLATE, _END = "\u2068", "\u2069"
_LEFTWARDS = frozenset(["R", "AL", "AN"])


def itinerary(network: Network, key: Key, seal: Seal) -> str:
    """The whole map in words, with a line feed at its end."""
    return "\n".join(_all(network, key, seal)) + "\n"


def said(text: str) -> str:
    """An author's words in a line of ours."""
    words = clean(text)
    return f"{_ISOLATE}{words}{_END}" if any(bidirectional(char) in _LEFTWARDS for char in words) else words


def _all(network: Network, key: Key, seal: Seal) -> Iterator[str]:
    yield said(network.title)
    yield f"{_counted(network, key)}; {seal.words()}"
    if network.lines:
        yield ""
        yield "LINES"
        for line in network.lines:
            yield from _line(network, line)
    yield ""
    yield "STATIONS"
    for stop in key.stops:
        yield ""
        yield from _stop(network, key, stop)
    if key.promises:
        yield ""
        yield "PROMISES"
        yield from (said(promise) for promise in key.promises)


def _counted(network: Network, key: Key) -> str:
    gates = sum(station.kind == "gate" for station in network.stations)
    counts = (
        (len(network.stations) - gates, "station"),
        (gates, "gate"),
        (key.declared, "transition"),
        (len(network.tracks), "track"),
        (len(network.lines), "line"),
    )
    return ", ".join(f"{count} {what}{'' if count == 1 else 's'}" for count, what in counts if count)


def _line(network: Network, line: Line) -> Iterator[str]:
    steps = [network.track[key] for key in line.tracks]
    yield f"{line.letter}. {said(line.title)}"
    yield f"   from {said(network.station[steps[0].source].title)}" if steps else "   no way"
    for step in steps:
        yield f"   {step.code}, {said(step.name)}, to {said(network.station[step.target].title)}"


def _stop(network: Network, key: Key, stop: Stop) -> Iterator[str]:
    place = f", {said(stop.zone)}" if stop.zone else ""
    kind = f", {KINDS[stop.kind]}" if KINDS[stop.kind] else ""
    yield f"{stop.code}. {said(stop.title)}{place}{kind}"
    said_here = (
        ("why", stop.purpose), ("waits on", stop.waits), ("stands for", stop.covers), ("cases", stop.figures)
    )  # fmt: skip
    for head, text in said_here:
        if text:
            yield f"   {head}: {said(text)}"
    yield from (f"   if nothing happens: {said(rung)}" for rung in stop.ladder)
    for row in stop.rows:
        yield from _row(row)
    names = {row.code: row.name for row in key.rows()}
    if stop.also:
        yield "   also here: " + ", ".join(f"{code} {said(names[code])}" for code in stop.also)
    for code in stop.arrivals:
        yield f"   arrives: {code}, {said(names[code])}, from {said(_origin(network, code))}"


def _row(row: Row) -> Iterator[str]:
    leads = said(row.target)
    joined = leads if row.target.startswith(("stays", "back")) else f"to {leads}"
    yield f"   {row.code}. {said(row.name)}, {joined}"
    for head, text in row.cells():
        yield f"      {head}: {said(text)}"


def _origin(network: Network, code: str) -> str:
    return next(network.station[track.source].title for track in network.tracks if track.code == code)
