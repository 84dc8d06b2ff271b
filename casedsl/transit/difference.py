"""Two versions of a definition in one picture: what is new, what is gone, what is not the same.

The union of both networks is drawn with the codes of the new one, and in its places (`laying.py` takes its lock), so
that a reader finds what stayed where it was. What is gone has its old code behind a minus. Whatever differs has a mark,
which is a sign and a word, not a colour alone: `+ new`, `− gone`, `≠ changed`; the key lists what changed from what
to what.

Stations are the same if their states have one name. Tracks are the same if they join the same stations by the same
event (the first with the first, where several do): so one that leads elsewhere now is an old one that is gone and a new
one, which is what a reader must see. Exits are renumbered when one is put between them, so a code that changed is told
where the track itself is listed and is no change by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Literal, TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from casedsl.transit.key import Key, Row, Stop
from casedsl.transit.network import Line, Network, Station, StationKind, Track, Zone

Change = Literal["new", "gone", "changed"]
SIGNS: Mapping[Change, str] = {"new": "+", "gone": "−", "changed": "≠"}
GONE = "−"
KINDS: Mapping[StationKind, str] = {
    "first": "first", "between": "between", "final": "final", "waiting": "waits on somebody outside",
    "blocked": "waits on somebody inside", "gate": "any of these",
}  # fmt: skip
HANDOFFS = {"": "none", "whole": "passes something on and says something", "bare": "nothing is passed on or said"}

T = TypeVar("T", Zone, Station, Line)
Rows = Mapping[str, Sequence[tuple[str, str]]]
"""For each track of a network what its row of the key says, as pairs of a heading and words: `("by", "handler")`."""


class Told(Struct, frozen=True):
    """What the key of a network says: of each track, of each station, and the promises."""

    rows: Rows = {}
    stops: Rows = {}
    promises: tuple[str, ...] = ()


class Mark(Struct, frozen=True):
    """What is different at a station or track of the union, with a line of words for each difference."""

    change: Change
    code: str
    title: str
    words: tuple[str, ...] = ()


class Difference(Struct, frozen=True):
    """`union` is what is drawn; the marks are by the keys of its stations and tracks, in its order; `words` tells what
    is about the whole: the title, the teams, the lines, the promises. `codes` are those of the old tracks, with what
    each has in the union."""

    union: Network
    stations: Mapping[str, Mark]
    tracks: Mapping[str, Mark]
    words: tuple[str, ...] = ()
    codes: Mapping[str, str] = field(default_factory=dict)

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Every mark, a station before its exits."""
        leaving: dict[str, list[Mark]] = {}
        for track in self.union.tracks:
            if track.key in self.tracks:
                leaving.setdefault(track.source, []).append(self.tracks[track.key])
        return tuple(
            mark
            for station in self.union.stations
            for mark in (*filter(None, [self.stations.get(station.key)]), *leaving.get(station.key, ()))
        )


def told(network: Network, key: Key) -> Told:
    """A key as it is compared: without the titles of stations, which are marked where they stand, without codes, and
    without what an overlay says."""
    left_out = ("stands for", "cases", "also here")
    stops = {stop.station: tuple(cell for cell in stop.cells() if cell[0] not in left_out) for stop in key.stops}
    return Told(_rows(network, key), stops, key.promises)


def _rows(network: Network, key: Key) -> Rows:
    found = {}
    for row in key.rows():
        target = row.target.replace(network.station[network.track[row.track].target].title, "…")
        cells = ((head, text) for head, text in row.cells() if head != "not in")
        found[row.track] = (("event", row.event), ("leads to", target), *cells)
    return found


def difference(old: Network, new: Network, told_old: Told, told_new: Told) -> Difference:
    """What differs between two versions; `told_…` is what their keys say."""
    rows = told_old.rows, told_new.rows
    pairs = paired(old, new, *rows)
    gone = tuple(track for track in old.tracks if track.key not in pairs.values())
    names = _free_names([track.key for track in new.tracks], [track.key for track in gone])
    union = _union(old, new, [replace(track, key=names[track.key], code=GONE + track.code) for track in gone])
    marks = dict(_track_marks(old, new, pairs, *rows))
    marks |= {names[track.key]: Mark("gone", GONE + track.code, _led(old, track)) for track in gone}
    codes = {old.track[was].code: new.track[key].code for key, was in pairs.items()}
    codes |= {track.code: GONE + track.code for track in gone}
    stations = dict(_station_marks(old, new, told_old.stops, told_new.stops))
    words = (*_at_large(old, new), *_promises(told_old.promises, told_new.promises))
    return Difference(union, stations, marks, words, codes)


def key_of_both(found: Difference, old: Key, new: Key) -> Key:
    """The key of the union: the new one, with a row for each track that is gone at the station that it left, and its
    code where it arrived."""
    known = {row.track for row in new.rows()}
    gone = {track.code: track for track in found.union.tracks if track.key not in known}
    rows: dict[str, list[Row]] = {}
    for row in old.rows():
        track = gone.get(GONE + row.code)
        if track is not None:
            rows.setdefault(track.source, []).append(replace(row, track=track.key, code=track.code))
    before = {stop.station: stop for stop in old.stops}
    stops = {stop.station: _recoded(stop, found.codes) for stop in old.stops}
    stops |= {stop.station: _joined(stop, before.get(stop.station), found.codes) for stop in new.stops}
    return replace(
        new,
        stops=tuple(
            _with_rows(stops[station.key], station, known, rows.get(station.key, ()))
            for station in found.union.stations
        ),
    )


def _recoded(stop: Stop, codes: Mapping[str, str]) -> Stop:
    """A station of the old version, under the codes of the union."""
    arrivals, also = (tuple(codes[code] for code in each if code in codes) for each in (stop.arrivals, stop.also))
    return replace(stop, arrivals=arrivals, also=also)


def _joined(stop: Stop, before: Stop | None, codes: Mapping[str, str]) -> Stop:
    """A station of the new version, with what arrived there and is gone."""
    if before is None:
        return stop
    arrivals, also = (
        tuple(GONE + code for code in each if codes.get(code) == GONE + code) for each in (before.arrivals, before.also)
    )
    return replace(stop, arrivals=(*stop.arrivals, *arrivals), also=(*stop.also, *also))


def _with_rows(stop: Stop, station: Station, known: Collection[str], more: Iterable[Row]) -> Stop:
    rows = (*(row for row in stop.rows if row.track in known), *more)
    return replace(stop, code=station.code, rows=rows)


def paired(old: Network, new: Network, told_old: Rows, told_new: Rows) -> Mapping[str, str]:
    """For each track of the new network that the old one has too, its key there."""
    before = {place: track.key for place, track in _placed(old, told_old)}
    return {track.key: before[place] for place, track in _placed(new, told_new) if place in before}


def _placed(network: Network, told: Rows) -> Iterator[tuple[tuple[str, str, str, int], Track]]:
    """Each track with what makes it the same in another version."""
    seen = Counter[tuple[str, str, str]]()
    for track in network.tracks:
        event = dict(told.get(track.key, ())).get("event") or ("" if track.timer else track.name)
        place = (track.source, track.target, event)
        seen[place] += 1
        yield (*place, seen[place]), track


def _free_names(taken: Iterable[str], wanted: Sequence[str]) -> Mapping[str, str]:
    """Keys for what is gone that nothing else has."""
    used = set(taken)
    names: dict[str, str] = {}
    for key in wanted:
        name = f"{GONE}{key}"
        while name in used:
            name = f"{GONE}{name}"
        names[key] = name
        used.add(name)
    return names


def _union(old: Network, new: Network, gone: Sequence[Track]) -> Network:
    """The new network, and behind it what only the old one had."""
    zones = (*new.zones, *_lacking(new.zones, old.zones))
    codes = {station.code for station in new.stations}
    stations = tuple(_with_free_code(station, codes) for station in _lacking(new.stations, old.stations))
    return Network(new.title, zones, (*new.stations, *stations), (*new.tracks, *gone), new.lines)


def _lacking(here: Sequence[T], there: Sequence[T]) -> tuple[T, ...]:
    keys = {each.key for each in here}
    return tuple(each for each in there if each.key not in keys)


def _with_free_code(station: Station, taken: set[str]) -> Station:
    """A station that is gone, under a code that no station of the new network has; the code is taken then."""
    code = f"{GONE}{station.code}"
    taken.add(code)
    return replace(station, code=code)


def _station_marks(old: Network, new: Network, told_old: Rows, told_new: Rows) -> Iterator[tuple[str, Mark]]:
    for station in new.stations:
        before = old.station.get(station.key)
        rows = told_old.get(station.key), told_new.get(station.key)
        words = tuple(_station_words(old, new, before, station, *rows)) if before else ()
        if before is None:
            yield station.key, Mark("new", station.code, station.title)
        elif words:
            yield station.key, Mark("changed", station.code, station.title, words)
    for station in _lacking(new.stations, old.stations):
        yield station.key, Mark("gone", GONE + station.code, station.title)


def _station_words(
    old: Network,
    new: Network,
    before: Station,
    after: Station,
    was: Iterable[tuple[str, str]] | None,
    now: Iterable[tuple[str, str]] | None,
) -> Iterator[str]:
    """What the key says otherwise of a station; and where it is not known, what the picture shows otherwise."""
    yield from _was("name", before.title, after.title)
    yield from _was("team", _team(old, before), _team(new, after))
    yield from _was("kind", KINDS[before.kind], KINDS[after.kind])
    if was is None or now is None:
        yield from _was("timers", " › ".join(before.ladder), " › ".join(after.ladder))
        yield from _was("notes", "; ".join(before.notes), "; ".join(after.notes))
    else:
        yield from _cells(dict(was), dict(now))
    if before.covers != after.covers:
        yield from _was("stands for", _titles(old, before.covers), _titles(new, after.covers))


def _track_marks(
    old: Network, new: Network, pairs: Mapping[str, str], told_old: Rows, told_new: Rows
) -> Iterator[tuple[str, Mark]]:
    for track in new.tracks:
        if track.key not in pairs:
            yield track.key, Mark("new", track.code, _led(new, track))
            continue
        before = old.track[pairs[track.key]]
        rows = told_old.get(before.key, ()), told_new.get(track.key, ())
        words = tuple(_track_words(before, track, *rows))
        if words:
            was = (f"was {before.code}",) if before.code != track.code else ()
            yield track.key, Mark("changed", track.code, _led(new, track), (*words, *was))


def _led(network: Network, track: Track) -> str:
    """A track in words: what happens, and where it leads."""
    where = "stays" if track.source == track.target else network.station[track.target].title
    return f"{track.name} → {where}"


def _track_words(
    before: Track, after: Track, was: Iterable[tuple[str, str]], now: Iterable[tuple[str, str]]
) -> Iterator[str]:
    """What the rows of the key say otherwise; and where there are none, what the picture shows otherwise."""
    if not (before.timer and after.timer):  # how long time waits is said below
        yield from _was("name", before.name, after.name)
    old, new = dict(was), dict(now)
    yield from _cells(old, new)
    if not old and not new:
        yield from _was("after", *(each.name if each.timer else "" for each in (before, after)))
        yield from _was("who", before.by, after.by)
        yield from _was("condition", _yes(before.guarded), _yes(after.guarded))
    yield from _was("not in", ", ".join(before.not_in), ", ".join(after.not_in))
    yield from _was("time alone", _yes(before.timer), _yes(after.timer))
    yield from _was("handoff", HANDOFFS[before.handoff], HANDOFFS[after.handoff])


def _cells(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    for heading in dict.fromkeys((*old, *new)):
        yield from _was(heading, old.get(heading, ""), new.get(heading, ""))


def _promises(old: Iterable[str], new: Iterable[str]) -> Iterator[str]:
    """Promises that are new, gone or changed; a promise is the same if it has the same title."""
    before, after = ({each.partition(": ")[0]: each.partition(": ")[2] for each in told} for told in (old, new))
    yield from (f"promise {title}: {SIGNS['new']} new" for title in after if title not in before)
    yield from (f"promise {title}: {SIGNS['gone']} gone" for title in before if title not in after)
    for title in after:
        if title in before:
            yield from _was(f"promise {title}", before[title], after[title])


def _at_large(old: Network, new: Network) -> Iterator[str]:
    """What differs and is no station and no track."""
    yield from _was("title", old.title, new.title)
    yield from _listed("team", *({zone.key: zone.title for zone in n.zones} for n in (old, new)))
    yield from _listed("line", *({line.key: f"{line.letter} {line.title}" for line in n.lines} for n in (old, new)))
    for line in new.lines:
        before = next((each for each in old.lines if each.key == line.key), None)
        if before is not None and _way(old, before) != _way(new, line):
            yield f"line {line.letter} {line.title} runs otherwise"


def _way(network: Network, line: Line) -> tuple[str, ...]:
    tracks = [network.track[key] for key in line.tracks]
    return tuple(key for track in tracks for key in (track.source, track.target))


def _listed(what: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    yield from (f"{what} {title}: {SIGNS['new']} new" for key, title in new.items() if key not in old)
    yield from (f"{what} {title}: {SIGNS['gone']} gone" for key, title in old.items() if key not in new)
    for key, title in new.items():
        if key in old:
            yield from _was(f"name of {what}", old[key], title)


def _was(heading: str, before: str, after: str) -> Iterator[str]:
    if before != after:
        yield f"{heading}: was {before or 'nothing'}, is {after or 'nothing'}"


def _team(network: Network, station: Station) -> str:
    return next((zone.title for zone in network.zones if zone.key == station.zone), "")


def _titles(network: Network, keys: Iterable[str]) -> str:
    return ", ".join(network.station[key].title for key in keys if key in network.station)


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def told_in_words(found: Difference) -> str:
    """The differences as lines of text, for who can't see a picture."""
    lines = [
        f"{SIGNS[mark.change]} {mark.change}: {mark.code} {mark.title}" + _more(mark.words) for mark in found.marks
    ]
    return "".join(f"{line}\n" for line in [*found.words, *lines] or ["nothing differs"])


def _more(words: Iterable[str]) -> str:
    return "".join(f"\n    {each}" for each in words)
