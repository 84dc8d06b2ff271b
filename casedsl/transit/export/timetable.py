"""The timetable as HTML: an article for each station with its exits as a table, one for each journey with its way.

It says everything that the map shows and more, so it is what counts for whoever can't see the map: read aloud, printed,
searched. The page shows an article of it when a station is chosen; without a script it stands below the map.

A table that is shown as a list keeps being a table for a screen reader only if it says so: hence the roles.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from casedsl.transit.export.tags import plain, tag, words
from casedsl.transit.key import KINDS, Key, Row, Stop
from casedsl.transit.network import Line, Network, Track


def timetable(network: Network, key: Key) -> str:
    articles = [
        *(_journey(network, line) for line in network.lines),
        *(_station(network, stop) for stop in key.stops),
        *([_promises(key)] if key.promises else []),
    ]
    return "\n".join(articles)


def line_id(line: Line) -> str:
    return f"line-{line.letter}"


def _journey(network: Network, line: Line) -> str:
    steps = [network.track[key] for key in line.tracks]
    begins = tag("p", "From ", _link(network, steps[0].source), ":") if steps else ""
    way = tag("ol", *(_step(network, step) for step in steps))
    head = tag("h2", tag("span", plain(line.letter), class_="letter", data_letter=line.letter), words(line.title))
    return tag("article", head, begins, way, id=line_id(line), data_line=line.key)


def _step(network: Network, track: Track) -> str:
    return tag("li", _exit(track), " ", words(track.name), " → ", _link(network, track.target), data_track=track.key)


def _station(network: Network, stop: Stop) -> str:
    covers = network.station[stop.station].covers
    return tag(
        "article",
        tag("h2", tag("span", plain(stop.code), class_="code"), " ", words(stop.title)),
        tag("dl", *_about(network, stop)),
        _exits(network, stop) if stop.rows else "",
        *_arrivals(network, stop),
        id=stop.code,
        data_station=stop.station,
        data_title=f"{stop.code} {stop.title}",
        data_covers=json.dumps(covers) if covers else None,
    )


def _about(network: Network, stop: Stop) -> Iterator[str]:
    station = network.station[stop.station]
    if stop.zone:
        yield _fact("Team", words(stop.zone))
    if KINDS[stop.kind] and not stop.waits:
        yield _fact("Kind", KINDS[stop.kind])
    if stop.waits:
        yield _fact("Waits on", words(stop.waits))
    if stop.purpose:
        yield _fact("Why", words(stop.purpose))
    if stop.ladder:
        yield _fact("If nobody acts", "<br>".join(words(rung) for rung in stop.ladder))
    if station.covers:
        yield _fact("Stands for", ", ".join(_link(network, key) for key in station.covers))
    gates = [gate for gate in network.stations if station.key in gate.covers]
    if gates:
        yield _fact("Also from here", ", ".join(_link(network, gate.key) for gate in gates))


def _fact(head: str, said: str) -> str:
    return tag("dt", head) + tag("dd", said)


def _exits(network: Network, stop: Stop) -> str:
    """Only the columns that have something in them."""
    heads = _heads(stop.rows)
    columns = ("exit", "what happens", "where to", *heads)
    head = tag("tr", *(tag("th", each, scope="col", role="columnheader") for each in columns), role="row")
    return tag(
        "table",
        tag("caption", f"Exits of {words(stop.title)}"),
        tag("thead", head, role="rowgroup"),
        tag("tbody", *(_row(network, row, heads) for row in stop.rows), role="rowgroup"),
        role="table",
    )


def _heads(rows: tuple[Row, ...]) -> tuple[str, ...]:
    """The heads of all rows in one order; each row has some of them, in that order."""
    heads: list[str] = []
    for row in rows:
        at = 0
        for head, _ in row.cells():
            if head not in heads:
                heads.insert(at, head)
            at = heads.index(head) + 1
    return tuple(heads)


def _row(network: Network, row: Row, heads: tuple[str, ...]) -> str:
    track, said = network.track[row.track], dict(row.cells())
    cells = [
        tag("th", plain(row.code), scope="row", role="rowheader", class_="code"),
        tag("td", words(row.name), role="cell"),
        tag("td", "→ ", _link(network, track.target, row.target), role="cell"),
        *(tag("td", words(said.get(head, "")), role="cell", data_head=head) for head in heads),
    ]
    return tag(
        "tr",
        *cells,
        role="row",
        id=row.code,
        data_track=track.key,
        data_source=track.source,
        data_target=track.target,
        data_event=row.event,
    )


def _arrivals(network: Network, stop: Stop) -> Iterator[str]:
    arriving = [track for track in network.tracks if track.code in stop.arrivals]
    if arriving:
        yield tag("h3", "Arrivals")
        yield tag("ul", *(tag("li", _arrival(network, track)) for track in arriving), class_="arrivals")


def _arrival(network: Network, track: Track) -> str:
    return f"{_exit(track)} {words(track.name)}, from {_link(network, track.source)}"


def _promises(key: Key) -> str:
    return tag(
        "article", tag("h2", "Promises"), tag("ul", *(tag("li", words(each)) for each in key.promises)), id="promises"
    )


def _exit(track: Track) -> str:
    return tag("a", plain(track.code), href=f"#{track.code}", class_="code")


def _link(network: Network, key: str, said: str = "") -> str:
    station = network.station[key]
    return tag("a", words(said or station.title), href=f"#{station.code}")
