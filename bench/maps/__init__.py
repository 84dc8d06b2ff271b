"""How good the pictures are, against other tools on the same graph: ELK layered, Graphviz, Mermaid.

    seen.py       what is seen of a picture: ways, markers, texts
    measure.js    reads it back in a browser, from any tool's SVG; one script for all
    reading.py    reads it in plain Python, from ours
    counting.py   what is wrong with it, in numbers
    peers.py      the other tools; each is left out with a sentence where it isn't installed
    inputs.py     what is drawn
    contact.py    all pictures on one sheet
    edits.py      what moves when a definition is edited

`./go bench maps` measures all inputs; `./go bench maps study` (or `examples`, `random`, `sheets`, `edits`) only some.
The pictures stay in `build/maps`, with `contact.html` and `contact.png` over them. Without Chromium only our own maps
are measured.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from bench.maps import contact, edits, inputs, ours, peers, reading
from bench.maps.browser import chromium, measured
from bench.maps.counting import Numbers, counted
from bench.maps.peers import Drawn
from bench.maps.seen import Seen
from casedsl.transit.network import Network

FOLDER = Path(__file__).resolve().parent.parent.parent / "build" / "maps"
OURS = "casedsl"
HEAD = (
    "",
    "cross",
    "thru",
    "on top",
    "lab/lab",
    "lab/line",
    "lab/st",
    "slant",
    "missing",
    "bends",
    "mean",
    "whole",
    "w x h",
    "names",
    "astray",
    "CPU s",
)
Key = tuple[str, str]
"""An input and a tool."""


def drawn(networks: Mapping[str, Network], tools: Iterable[str]) -> dict[Key, Drawn]:
    """The picture of each input by each tool; a tool that can't draw here says so."""
    made: dict[Key, Drawn] = {}
    for tool in tools:
        draw = ours.drawn if tool == OURS else peers.PEERS[tool]
        pictures = draw(list(networks.values()))
        if isinstance(pictures, str):
            print(f"    {pictures}, so it is not compared")
            continue
        made |= {(what, tool): picture for what, picture in zip(networks, pictures, strict=True)}
    return made


def read_back(pictures: Mapping[Key, Drawn]) -> dict[Key, Seen]:
    """In a browser if there is one; else our own are read in Python."""
    if not chromium():
        return {key: reading.read(picture.svg) for key, picture in pictures.items() if key[1] == OURS}
    found = measured({"\n".join(key): picture.svg for key, picture in pictures.items()})
    return {key: found["\n".join(key)] for key in pictures if "\n".join(key) in found}


def numbers(networks: Mapping[str, Network], pictures: Mapping[Key, Drawn]) -> dict[Key, Numbers]:
    return {key: counted(each, networks[key[0]]) for key, each in read_back(pictures).items()}


def row(what: str, found: Numbers, picture: Drawn, curved: bool) -> tuple[str, ...]:
    turns = ("-", "-") if curved else (str(found.slanted), str(found.bends))
    faults = (found.crossings, found.through, found.on_top, found.label_label, found.label_line, found.label_station)
    room = f"{found.wide:.0f}x{found.high:.0f}"
    spent = "-" if picture.seconds is None else f"{picture.seconds:.2f}"
    counts = (turns[0], str(found.missing), turns[1], f"{found.mean:.0f}", f"{found.whole:.0f}", room)
    names = (f"{found.names}/{found.tracks}", str(found.astray), spent)
    return (what, *map(str, faults), *counts, *names)


def table(rows: Sequence[Sequence[str]]) -> str:
    wide = [max(len(line[at]) for line in rows) for at in range(len(rows[0]))]
    cells = [
        [line[0].ljust(wide[0]), *(word.rjust(room) for word, room in zip(line[1:], wide[1:], strict=True))]
        for line in rows
    ]
    return "\n".join("  ".join(line) for line in cells)


def sheets(folder: Path) -> None:
    made = ours.sheets(inputs.largest())
    pictures = {(what, OURS): picture for what, (_, picture) in made.items()}
    shown("sheets of 120 states", {what: network for what, (network, _) in made.items()}, pictures, folder)


def shown(title: str, networks: Mapping[str, Network], pictures: Mapping[Key, Drawn], folder: Path) -> None:
    print(f"\n{title}")
    found = numbers(networks, pictures)
    rows = [
        row(f"{what}  {tool}", found[what, tool], pictures[what, tool], tool in CURVED)
        for what in networks
        for tool in dict.fromkeys(key[1] for key in found if key[0] == what)
    ]
    if rows:
        print(table([HEAD, *rows]))
    said = {key: said_of(each) for key, each in found.items()}
    print(f"pictures: {contact.bound({key: each.svg for key, each in pictures.items()}, said, folder)}")


CURVED = ("Graphviz dot", "Mermaid")
"""These draw curves, so slants and bends say nothing about them."""


def said_of(found: Numbers) -> str:
    wrong = found.through + found.on_top + found.label_label + found.label_line + found.label_station + found.missing
    room = f"{found.wide:.0f} x {found.high:.0f}"
    return f"{found.crossings} crossings, {wrong} faults, {found.names} of {found.tracks} names, {room}"


def random_networks(networks: Mapping[str, Network], folder: Path) -> None:
    """Crossings against ELK's, with zones as we have them; where ours has more is told by name."""
    tools = (OURS, "ELK layered")
    print(f"\nrandom: crossings of {len(networks)} networks made of chance")
    pictures = drawn(networks, tools)
    found = numbers(networks, pictures)
    for tool in tools:
        mine = [each for key, each in found.items() if key[1] == tool]
        if mine:
            crossings, faults = sum(each.crossings for each in mine), sum(len(each.faults) for each in mine)
            print(f"{tool:<12} {crossings:>5} crossings   {faults:>5} faults")
    both = [what for what in networks if all((what, tool) in found for tool in tools)]
    worse = [what for what in both if found[what, OURS].crossings > found[what, "ELK layered"].crossings]
    print(f"ours has more crossings on {len(worse)} of {len(both)}")
    for what in worse:
        print(f"    {what}: {found[what, OURS].crossings} against {found[what, 'ELK layered'].crossings}")
    contact.bound({key: each.svg for key, each in pictures.items()}, {k: said_of(n) for k, n in found.items()}, folder)


def main(words: Sequence[str]) -> None:
    known = (*inputs.INPUTS, "sheets", "edits")
    unknown = [word for word in words if word not in known]
    if unknown:
        sys.exit(f"there are no maps `{unknown[0]}`; there are {', '.join(known)}")
    for word in words or known:
        if word == "sheets":
            sheets(FOLDER / word)
        elif word == "edits":
            edits.main(inputs.study())
        elif word == "random":
            random_networks(dict(inputs.INPUTS[word]()), FOLDER / word)
        else:
            tools = (OURS, *peers.PEERS) if word == "study" else (OURS, "ELK layered")
            networks = dict(inputs.INPUTS[word]())
            shown(word, networks, drawn(networks, tools), FOLDER / word)
