"""An overlay joined to a network: what is known of each station and each track.

A passage names where a case was, the event and where it went, and that is what joins it to a track; a gate's track
takes the passages from every station that the gate covers. Where several tracks join the same two stations by one
event (routes that differ by a guard only), the journal doesn't say which was taken: their passages stand at the first,
and `together` says with which others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from casedsl.transit.network import Network, Track
from casedsl.transit.overlays.data import Numbers, Overlay, OverlayError, Passage


class Heat(Struct, frozen=True):
    """`stations` are the numbers by the key of the station; `tracks` how often each was taken; `together` names for
    the first of several tracks that can't be told apart the others."""

    as_of: str
    cases: int
    others: int
    stations: Mapping[str, Numbers]
    tracks: Mapping[str, int]
    together: Mapping[str, tuple[str, ...]]


def heat(network: Network, events: Mapping[str, str], overlay: Overlay) -> Heat:
    """The numbers of an overlay for a network; `events` says for each track its event, "" for time. Raises
    OverlayError where the overlay names a state or a passage that isn't there."""
    stations = {each.state: each for each in overlay.stations}
    states = {station.key for station in network.stations if station.kind != "gate"}
    strangers = [state for state in _named(overlay) if state not in states]
    if strangers:
        raise OverlayError(
            f"the overlay speaks of a state `{strangers[0]}` that this definition doesn't have; count anew"
        )
    rivals: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for track in network.tracks:
        for place in _ways(network, track, events[track.key]):
            rivals[place].append(track.key)
    tracks = dict.fromkeys(network.track, 0)
    for passage in overlay.passages:
        found = rivals.get((passage.source, passage.event, passage.target))
        if not found:
            raise OverlayError(_no_way(passage))
        tracks[found[0]] += passage.times
    together = {found[0]: tuple(found[1:]) for found in rivals.values() if len(found) > 1}
    return Heat(overlay.as_of, overlay.cases, overlay.others, stations, tracks, together)


def _no_way(passage: Passage) -> str:
    how = f"by `{passage.event}`" if passage.event else "by time"
    way = f"from `{passage.source}` to `{passage.target}` {how}"
    return f"the overlay counts a passage {way} that this definition doesn't have; count anew"


def _named(overlay: Overlay) -> Iterator[str]:
    yield from (each.state for each in overlay.stations)
    for passage in overlay.passages:
        yield passage.source
        yield passage.target


def _ways(network: Network, track: Track, event: str) -> Iterable[tuple[str, str, str]]:
    """Every passage that is this track."""
    covered = network.station[track.source].covers
    sources = tuple(key for key in covered if key not in track.not_in) or (track.source,)
    stays = track.source == track.target
    return tuple((source, event, source if stays else track.target) for source in sources)


UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"))


def lasted(seconds: int | None) -> str:
    """A length in few signs: `4.1 d`, `12 h`, `3 min`."""
    if seconds is None:
        return "–"
    for length, unit in UNITS:
        if seconds >= length:
            tenths = (seconds * 10 + length // 2) // length
            whole = tenths >= 100 or tenths % 10 == 0
            return f"{(tenths + 5) // 10 if whole else f'{tenths // 10}.{tenths % 10}'} {unit}"
    return f"{seconds} s"
