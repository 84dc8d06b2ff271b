"""Networks for tests and the bench: the three cases of the study, and networks made of chance.

`network(12)` is the customer complaint of the study, `network(40)` and `network(120)` its larger cases;
`random_network(seed, stations)` is made like those: a main way through all zones, side stations, ways back, waiting
loops, gates, self loops. The same numbers give the same network on every machine.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from casedsl.transit.network import Line, Network, Shape, Station, StationKind, Track, Zone

HERE = Path(__file__).parent / "samples"
KINDS: dict[str | None, StationKind] = {"entry": "first", "end": "final", "waiting": "waiting", "blocked": "blocked"}
WORDS = ("Intake", "Review", "Decision", "Hearing", "Payment", "Archive", "Appeal", "Check", "Evidence", "Contract")
DOES = ("Assign", "Refer", "Approve", "Return", "Request", "Escalate", "Close", "Reopen", "Send", "Complete")


@cache
def network(states: Literal[12, 40, 120]) -> Network:
    return load(json.loads((HERE / f"wf{states}.json").read_text(encoding="utf-8")))


def load(case: dict[str, Any]) -> Network:
    """The format of the study: name, teams, states, transitions, journeys."""
    codes = _codes([state["label"] for state in case["states"]])
    stations = tuple(
        Station(
            key=state["id"],
            code=code,
            title=state["label"],
            zone=state["team"],
            kind=KINDS.get(state.get("kind"), "between"),
            ladder=tuple(timer.split(" ", 1)[1] for timer in state.get("timers", ())),
        )
        for state, code in zip(case["states"], codes, strict=True)
    )
    ways = _numbered({station.key: station.code for station in stations}, case["transitions"])
    lines = tuple(
        Line(key=line["id"], title=line["label"], letter="ABCDEFGH"[at], tracks=tuple(line["path"]))
        for at, line in enumerate(case["journeys"])
    )
    zones = tuple(Zone(team["id"], team["label"]) for team in case["teams"])
    return Network(case["name"], zones, stations, ways, lines)


def _codes(titles: list[str]) -> list[str]:
    """Two letters: the first of the first and the last word, else two of the first word, else one and a number."""
    used: list[str] = []
    for title in titles:
        words, letters = title.upper().split(), [sign for sign in title.upper() if sign.isalpha()]
        ideas = [words[0][0] + words[-1][0]] if len(words) > 1 else []
        ideas += [letters[0] + other for other in letters[1:]] + [f"{letters[0]}{at}" for at in range(1, 1000)]
        used.append(next(idea for idea in ideas if idea not in used))
    return used


def _numbered(codes: dict[str, str], transitions: list[dict[str, Any]]) -> tuple[Track, ...]:
    exits = dict.fromkeys(codes, 0)
    tracks: list[Track] = []
    for at, each in enumerate(transitions):
        exits[each["from"]] += 1
        tracks.append(
            Track(
                key=each["id"],
                code=f"{codes[each['from']]}{exits[each['from']]}",
                source=each["from"],
                target=each["to"],
                name=each["label"],
                by=_shape(each.get("role", "")),
                timer=bool(each.get("timer")),
                guarded=bool(each.get("guard")),
                handoff="whole" if each.get("handoff") else "",
                move=at,
            )
        )
    return tuple(tracks)


def _shape(role: str) -> Shape:
    return {"system": "square", "customer": "hexagon"}.get(role, "round")  # type: ignore[return-value]


@cache
def random_network(seed: int, stations: int) -> Network:
    """About 1.9 tracks for each station; zones of about six stations; a gate from eight stations on."""
    chance = random.Random(f"{seed} {stations}")
    teams = max(1, round(stations / 6.5))
    states = _random_states(chance, stations, teams)
    main = [at for at, state in enumerate(states) if state["main"]]
    pairs = list(pairwise(main))
    pairs += _random_pairs(chance, states)
    if stations >= 8:
        states.append({"id": "any", "label": "Any of these", "team": states[0]["team"], "kind": "gate", "main": False})
        pairs += [(stations, chance.randrange(stations)) for _ in range(1 + stations // 20)]
    transitions = [
        {
            "id": f"e{at}",
            "from": states[source]["id"],
            "to": states[target]["id"],
            "label": f"{chance.choice(DOES)} {chance.choice(('case', 'file', 'claim', 'request'))}",
            "role": chance.choice(("agent", "lead", "system", "customer", "manager")),
            "guard": chance.choice((None, None, "risk is high")),
            "timer": chance.choice((None, None, None, None, "3 d")),
            "handoff": states[source]["team"] != states[target]["team"],
        }
        for at, (source, target) in enumerate(pairs)
    ]
    case = {
        "name": f"Case of chance {seed}",
        "teams": [{"id": f"t{at}", "label": f"Team {at + 1}"} for at in range(teams)],
        "states": states,
        "transitions": transitions,
        "journeys": _random_lines(chance, transitions, len(main) - 1, states[main[0]]["id"]),
    }
    made = load(case)
    covered = tuple(station.key for station in made.stations if station.key != "any")
    gated = tuple(
        Station(each.key, each.code, each.title, each.zone, "gate", covers=covered) if each.key == "any" else each
        for each in made.stations
    )
    return Network(made.title, made.zones, gated, made.tracks, made.lines)


def _random_states(chance: random.Random, count: int, teams: int) -> list[dict[str, Any]]:
    states: list[dict[str, Any]] = []
    for at in range(count):
        kind = (
            "entry"
            if at == 0
            else "end"
            if at == count - 1
            else chance.choice((None, None, None, "waiting", "blocked"))
        )
        states.append(
            {
                "id": f"s{at}",
                "label": f"{chance.choice(WORDS)} {chance.choice(WORDS).lower()}",
                "team": f"t{min(teams - 1, at * teams // count)}",
                "kind": kind,
                "timers": ["prompt 4 h", "escalate 2 d"] if chance.random() < 0.2 else [],
                "main": at in (0, count - 1) or chance.random() < 0.4,
            }
        )
    return states


def _random_pairs(chance: random.Random, states: list[dict[str, Any]]) -> list[tuple[int, int]]:
    """Every side station hangs on one near it, there and back; then ways of chance, most of them short, some back."""
    count = len(states)
    pairs: list[tuple[int, int]] = []
    for at, state in enumerate(states):
        if not state["main"]:
            near = max(0, at - chance.randint(1, 3))
            pairs.append((near, at))
            if chance.random() < 0.6:
                pairs.append((at, near))
    for _ in range(int(count * 0.55)):
        source = chance.randrange(max(1, count - 1))
        far = count if chance.random() < 0.12 else 5
        target = min(count - 1, max(0, source + chance.choice((-1, 1)) * chance.randint(1, far)))
        pairs.append((source, target if chance.random() > 0.03 else source))
    return pairs


def _random_lines(
    chance: random.Random, transitions: list[dict[str, Any]], main: int, start: str
) -> list[dict[str, Any]]:
    lines = [{"id": "l0", "label": "The usual way", "path": [f"e{at}" for at in range(main)]}] if main else []
    for number in range(1, 4):
        here, path = start, []
        for _ in range(7):
            exits = [each for each in transitions if each["from"] == here and each["id"] not in path]
            if not exits:
                break
            taken = chance.choice(exits)
            path.append(taken["id"])
            here = taken["to"]
        if path:
            lines.append({"id": f"l{number}", "label": f"Journey {number}", "path": path})
    return lines


def plain(
    title: str, stations: Sequence[Station], pairs: Sequence[tuple[str, str]], names: Sequence[str] = ()
) -> Network:
    """A network from its stations and the ends of its tracks, with the zones that the stations name."""
    zones = tuple(Zone(key, key) for key in dict.fromkeys(station.zone for station in stations))
    codes = {station.key: station.code for station in stations}
    exits = dict.fromkeys(codes, 0)
    tracks = []
    for at, (source, target) in enumerate(pairs):
        exits[source] += 1
        name = names[at % len(names)] if names else f"Go {at + 1}"
        tracks.append(Track(f"t{at}", f"{codes[source]}{exits[source]}", source, target, name, move=at))
    return Network(title, tuple(Zone(zone.key, "" if zone.key == "none" else zone.title) for zone in zones),
                   tuple(stations), tuple(tracks))  # fmt: skip


def some(count: int, zone: Callable[[int], str] = lambda at: "Desk", title: str = "State") -> tuple[Station, ...]:
    """Stations `s0` to `s…`; the first begins a case, the last ends it."""
    kinds: dict[int, StationKind] = {0: "first", count - 1: "final"}
    return tuple(
        Station(f"s{at}", f"S{at}", f"{title} {at}", zone(at), kinds.get(at, "between")) for at in range(count)
    )


def row(count: int) -> list[tuple[str, str]]:
    return [(f"s{at}", f"s{at + 1}") for at in range(count - 1)]


def _desk(at: int) -> str:
    return ("Intake", "Office", "Court")[at // 5 % 3]


LONG = "The application is examined together with every document that was handed in late, and with the opinions of "
LONG += "all the offices that have a say in it, of which the last one has to answer within six weeks of the notice"
GERMAN = ("Rechtsbehelfsbelehrungsübermittlung", "Grundstücksverkehrsgenehmigungszuständigkeitsübertragung",
          "Verkehrsinfrastrukturfinanzierungsgesellschaft", "Widerspruchsbescheidszustellung")  # fmt: skip
OTHER_SCRIPTS = (
    "قيد المراجعة القانونية",
    "בבדיקה משפטית",
    "法務部による審査",
    "客户正在补充材料",
    "법률 검토 중",
    "Ελεγχόμενη",
    "Юридическая проверка",
)


def _hub() -> Network:
    """Thirteen exits of one station, and eight ways back to it."""
    pairs = [("s0", "s1"), *(("s1", f"s{at}") for at in range(2, 15)), *((f"s{at}", "s1") for at in range(2, 10))]
    return plain("A hub", some(15, _desk), pairs)


def _back() -> Network:
    """A row of ten with eight ways back over all distances."""
    back = [
        ("s9", "s0"),
        ("s8", "s1"),
        ("s7", "s0"),
        ("s6", "s2"),
        ("s5", "s1"),
        ("s4", "s0"),
        ("s3", "s2"),
        ("s8", "s7"),
    ]
    return plain("Eight ways back", some(10, _desk), row(10) + back)


def _pairs() -> Network:
    """Every two neighbours there and back, and some of them twice."""
    there = row(8)
    back = [(target, source) for source, target in there]
    return plain("There and back", some(8, _desk), [*there, *back, *there[2:4], *back[2:4]])


def _loops() -> Network:
    """Stays at every station, three at one."""
    loops = [(f"s{at}", f"s{at}") for at in range(6)] + [("s2", "s2"), ("s2", "s2")]
    return plain("Stays", some(6, _desk), row(6) + loops)


def _gates() -> Network:
    """Two gates, one over everything and one over a part."""
    states = some(9, _desk)
    keys = tuple(station.key for station in states)
    anywhere = Station("any", "AN", "Anywhere", "Intake", "gate", covers=keys)
    stage = Station("stage", "ST", "Being worked on", "Office", "gate", covers=keys[2:6])
    pairs = [("any", "s8"), ("any", "any"), ("any", "s0"), ("any", "any"), ("stage", "s7"), ("stage", "stage")]
    return plain("Gates", (*states, anywhere, stage), row(9) + pairs)


def _titles(title: str, titles: Sequence[str]) -> Network:
    """Stations and tracks that are called so, in turn."""
    count = max(6, len(titles))
    kinds: dict[int, StationKind] = {0: "first", 2: "waiting", 3: "blocked", count - 1: "final"}
    stations = tuple(
        Station(
            f"s{at}",
            f"S{at}",
            titles[at % len(titles)],
            titles[-1 - at // 4 % len(titles)],
            kinds.get(at, "between"),
            ladder=("4 h", "6 h", "2 d"),
            notes=(titles[at % len(titles)],),
        )
        for at in range(count)
    )
    pairs = [*row(count), (f"s{count - 2}", "s1"), ("s2", "s0"), ("s3", "s3"), ("s1", "s4")]
    return plain(title, stations, pairs, titles)


HARD: dict[str, Callable[[], Network]] = {
    "hub": _hub,
    "back": _back,
    "pairs": _pairs,
    "loops": _loops,
    "gates": _gates,
    "one zone": lambda: plain(
        "One zone", some(12), [*row(12), ("s5", "s2"), ("s3", "s8"), ("s9", "s1"), ("s6", "s11")]
    ),
    "no zones": lambda: plain(
        "No zones", some(9, lambda _: "none"), [*row(9), ("s5", "s2"), ("s3", "s7"), ("s7", "s1")]
    ),
    "one station": lambda: plain("One station", some(1), []),
    "one that stays": lambda: plain("One that stays", some(1), [("s0", "s0"), ("s0", "s0")]),
    "unconnected": lambda: plain("Unconnected", some(9, _desk), [("s0", "s1"), ("s3", "s4"), ("s4", "s3")]),
    "long titles": lambda: _titles("Long titles", (LONG, LONG[40:] + ", " + LONG[:40], "Short")),
    "German": lambda: _titles("German", GERMAN),
    "other scripts": lambda: _titles("Other scripts", OTHER_SCRIPTS),
    "empty titles": lambda: _titles("Empty titles", ("", " ", "x")),
    "a zone for each": lambda: plain(
        "A zone for each", some(10, lambda at: f"Team {at}"), [*row(10), ("s9", "s2"), ("s4", "s0")]
    ),
    "all to all": lambda: plain(
        "All to all", some(6, _desk), [(f"s{a}", f"s{b}") for a in range(6) for b in range(6) if a != b]
    ),
    "sixty": lambda: random_network(60, 60),
}
"""Networks that are hard to draw, each for another reason. Each must get a picture, whatever it looks like."""
