"""The key of a map: everything about every station and every exit, in words.

The picture may leave a name out, the key nothing: it has a row for each track, under the track's key and code. The rows
are records, so that a key below the map, a timetable on paper, a table in the browser and a text for a reader of the
screen say the same. A network that comes from no case type has a key too, of what the network itself knows.
"""

from __future__ import annotations

from collections.abc import Mapping

from casedsl_runtime.vocabulary import BACK, STAY
from msgspec import Struct

from casedsl.model.records import CaseType, Stage, State, Timer
from casedsl.transit.exits import ANYWHERE, Exit, stage_key, yard
from casedsl.transit.moves import condition, ladder, role_title, state_title, waits_on
from casedsl.transit.network import Network, Station, StationKind, Track
from casedsl.transit.promising import promise_sentences

KINDS: Mapping[StationKind, str] = {
    "first": "a case begins here",
    "between": "",
    "final": "a case ends here",
    "waiting": "waits on somebody outside",
    "blocked": "waits on somebody inside",
    "gate": "stands for several stations",
}


Cells = tuple[tuple[str, str], ...]
"""Heads and texts, none of them empty."""


def _some(said: Cells) -> Cells:
    return tuple((head, text) for head, text in said if text)


class Row(Struct, frozen=True):
    """What there is to say of a track; what is not so is empty. `track` is its key.

    Attributes:
      event: the event as the definition names it; empty for time.
      name: what people call it.
      target: where it leads, in words: `Closed as spam`, `stays`, `back to New`.
      guards: the conditions, all of which must hold; `otherwise` where the other ways are closed.
      who: who may do it. needs: what must be known before.
      timer: how long time waits before it does it.
      handoff: to which team the case goes, and what goes with it.
      effects: what else happens. purpose: why it is done.
      not_in: of a gate, where it doesn't hold, because something else is said there.
      taken: how often cases went this way, where an overlay says it.
    """

    track: str
    code: str
    event: str
    name: str
    target: str
    guards: tuple[str, ...] = ()
    who: str = ""
    needs: str = ""
    timer: str = ""
    handoff: str = ""
    effects: tuple[str, ...] = ()
    purpose: str = ""
    not_in: str = ""
    taken: str = ""

    def cells(self) -> Cells:
        """Head and text of what is so, beside name and target."""
        said = (
            ("event", self.event),
            ("who", self.who),
            ("only when", "; and ".join(self.guards)),
            ("needs", self.needs),
            ("after", self.timer),
            ("handed over", self.handoff),
            ("then", "; ".join(self.effects)),
            ("why", self.purpose),
            ("not in", self.not_in),
            ("taken", self.taken),
        )
        return _some(said)


class Stop(Struct, frozen=True):
    """What there is to say of a station, its exits, and the codes of the tracks that arrive from elsewhere. `ladder`
    says in words what time does without moving the case, `covers` for which stations a gate stands, `also` are the
    codes of the exits of gates that hold here too, `figures` what an overlay knows of it."""

    station: str
    code: str
    title: str
    zone: str
    kind: StationKind
    purpose: str
    waits: str
    ladder: tuple[str, ...]
    covers: str
    rows: tuple[Row, ...]
    arrivals: tuple[str, ...]
    also: tuple[str, ...] = ()
    figures: str = ""

    def cells(self) -> Cells:
        """Head and text of what is so, beside title, zone and kind."""
        said = (
            ("why", self.purpose),
            ("waits on", self.waits),
            ("stands for", self.covers),
            ("cases", self.figures),
            ("if nothing happens", "; ".join(self.ladder)),
            ("also here", ", ".join(self.also)),
        )
        return _some(said)


class Key(Struct, frozen=True):
    """A stop for each station of the network, in its order. `declared` counts the transitions of the definition, which
    are one track or several each."""

    stops: tuple[Stop, ...]
    promises: tuple[str, ...] = ()
    declared: int = 0

    def rows(self) -> tuple[Row, ...]:
        return tuple(row for stop in self.stops for row in stop.rows)


def key_of(case_type: CaseType, network: Network) -> Key:
    """The key of a case type's network."""
    ground = yard(case_type)
    exits = {each.key: each for each in ground.exits}
    rows = {track.key: _row(case_type, network, track, exits[track.key]) for track in network.tracks}
    stops = tuple(_stop(network, station, rows, *_of_station(case_type, station)) for station in network.stations)
    return Key(stops, promise_sentences(case_type), len(ground.moves))


def bare_key(network: Network) -> Key:
    """The key of a network alone."""
    rows = {track.key: _bare_row(network, track) for track in network.tracks}
    stops = tuple(
        _stop(network, station, rows, "", "; ".join(station.notes), station.ladder) for station in network.stations
    )
    return Key(stops, declared=len({track.move or track.key for track in network.tracks}))


def _stop(
    network: Network, station: Station, rows: Mapping[str, Row], purpose: str, waits: str, told: tuple[str, ...]
) -> Stop:
    zones = {zone.key: zone.title for zone in network.zones}
    return Stop(
        station.key,
        station.code,
        station.title,
        zones[station.zone],
        station.kind,
        purpose,
        waits,
        told,
        _titles(network, station.covers),
        tuple(rows[track.key] for track in network.tracks if track.source == station.key),
        tuple(track.code for track in network.tracks if track.target == station.key != track.source),
        tuple(track.code for track in network.tracks if _holds(network, track, station)),
    )


def _holds(network: Network, track: Track, station: Station) -> bool:
    return station.key in network.station[track.source].covers and station.key not in track.not_in


def _titles(network: Network, keys: tuple[str, ...]) -> str:
    return ", ".join(network.station[key].title for key in keys)


def _of_station(case_type: CaseType, station: Station) -> tuple[str, str, tuple[str, ...]]:
    """Purpose, whom it waits on, and the ladder in words."""
    if station.key == ANYWHERE:
        return "where no state or stage says otherwise", "", ()
    stages = {stage_key(name): stage for name, stage in case_type.stages.items()}
    owner: State | Stage = case_type.states.get(station.key) or stages[station.key]
    told = tuple(_rung(case_type, timer) for timer in ladder(owner.timers))
    if isinstance(owner, State):
        return owner.purpose, waits_on(case_type, owner.waiting_on), told
    return "", "", told


def _rung(case_type: CaseType, timer: Timer) -> str:
    to = " to" if timer.rung == "escalate" else ""
    template = f" with {timer.template}" if timer.template else ""
    return f"{timer.rung}{to} {role_title(case_type, timer.to.name)} after {timer.after.duration}{template}"


def _row(case_type: CaseType, network: Network, track: Track, each: Exit) -> Row:
    move, way = each.move, each.way
    timed = move.kind == "time"
    who = "time" if timed else move.by or "nobody"
    effects = (*move.does, *way.does, *([f"hands over {way.brief}"] if way.brief and not track.handoff else []))
    return Row(
        track.key,
        track.code,
        move.event,
        move.label,
        _target(case_type, network, each),
        tuple(guard for guard in (move.guard, condition(move, way)) if guard),
        who + (f", but not who did {move.but_not}" if move.but_not else ""),
        move.needs,
        move.label.removeprefix("after ") if timed else "",
        _handoff(case_type, track, each),
        effects,
        move.purpose,
        _titles(network, track.not_in),
    )


def _target(case_type: CaseType, network: Network, each: Exit) -> str:
    if each.way.to == STAY:
        return "stays"
    if each.lost:
        return "back, but nothing is behind"
    title = network.station[each.target].title
    if each.way.to == BACK:
        few = each.move.scope != "state" and len(each.sources) < len(each.move.states)
        names = ", ".join(state_title(case_type, name) for name in each.sources)
        return f"back to {title}" + (f", from {names}" if few else "")
    return title + (f" as {each.way.ending}" if each.way.ending else "")


def _handoff(case_type: CaseType, track: Track, each: Exit) -> str:
    if not track.handoff:
        return ""
    team = case_type.states[each.target].team
    titles = case_type.organisation.teams
    name = (titles[team.name].title or team.name if team.name in titles else team.name) if team else ""
    return f"to {name}: {each.way.brief or 'nothing goes with it'}"


def _bare_row(network: Network, track: Track) -> Row:
    """A network says how long time waits in the name of a track, if anywhere: `after 3 days`."""
    stays = track.source == track.target
    waits = track.name.removeprefix("after ")
    return Row(
        track.key,
        track.code,
        "",
        track.name,
        "stays" if stays else network.station[track.target].title,
        ("a condition holds",) if track.guarded else (),
        "time" if track.timer else {"round": "", "square": "the system", "hexagon": "somebody outside"}[track.by],
        timer=waits if track.timer and waits != track.name else "",
        handoff={"": "", "whole": "with what goes with it", "bare": "nothing goes with it"}[track.handoff],
        not_in=_titles(network, track.not_in),
    )
