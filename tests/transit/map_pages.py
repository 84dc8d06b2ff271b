"""Pages of maps for the tests of what a browser shows, and a small reader of HTML."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Literal

from map_samples import network
from msgspec.structs import replace

from casedsl.compile import check
from casedsl.transit.chart import Chart, chart
from casedsl.transit.drawing import Imprint, Scene, draw
from casedsl.transit.export.html import Page, draw_html
from casedsl.transit.key import bare_key
from casedsl.transit.laying import lay
from casedsl.transit.network import Network

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
HASH = "sha256:" + "ab" * 32
HOSTILE = (
    "</script><script>alert(1)</script>{{script}} <img src=x onerror=alert(1)> \"'&amp;& \u202eevil\u2066 \x00 -->"
)
VOID = {"meta", "input", "br", "link", "img", "hr"}


@cache
def complaint() -> Chart:
    file = EXAMPLES / "complaint" / "complaint.case"
    definition = check(str(file), lambda name: Path(name).read_bytes())
    assert definition.case_type is not None
    return chart(definition.case_type, HASH)


def picture(of: Network) -> Scene:
    return draw(lay(of), Imprint(with_key=False))


@cache
def complaint_page(figures: bool = False) -> str:
    shown = complaint()
    page = Page(
        shown.network, shown.key, [picture(shown.network)], HASH, "version 1", (shown.seal.words(),), shown.manifest
    )
    return draw_html(replace(page, figures=json.dumps(numbers(shown.network)).encode()) if figures else page)


@cache
def sample_page(states: Literal[12, 40]) -> str:
    shown = network(states)
    return draw_html(Page(shown, bare_key(shown), [picture(shown)], HASH))


@cache
def two_sheets() -> str:
    """The complaint's map as the second sheet, behind one that shows something else."""
    shown = complaint()
    return draw_html(Page(shown.network, shown.key, [picture(network(12)), picture(shown.network)], HASH))


@cache
def hostile_page() -> str:
    """Hostile words wherever an author can write, keys and codes included."""
    calm = network(12)
    stations = tuple(
        replace(
            each, key=each.key + HOSTILE, title=HOSTILE, zone=each.zone + HOSTILE, notes=(HOSTILE,), ladder=(HOSTILE,)
        )
        for each in calm.stations
    )
    tracks = tuple(
        replace(each, key=each.key + HOSTILE, source=each.source + HOSTILE, target=each.target + HOSTILE, name=HOSTILE)
        for each in calm.tracks
    )
    zones = tuple(replace(each, key=each.key + HOSTILE, title=HOSTILE) for each in calm.zones)
    lines = tuple(
        replace(each, key=HOSTILE, title=HOSTILE, tracks=tuple(key + HOSTILE for key in each.tracks))
        for each in calm.lines
    )
    shown = Network(HOSTILE, zones, stations, tracks, lines)
    figures = json.dumps({"overlay": 1, "artifact": HOSTILE, "stations": [{"state": HOSTILE}]}).encode()
    return draw_html(
        Page(shown, bare_key(shown), [picture(shown)] * 2, HOSTILE, HOSTILE, (HOSTILE,), json.dumps(HOSTILE), figures)
    )


def numbers(of: Network) -> dict[str, Any]:
    """An overlay: one case more in each station than in the one before, each track taken ten times its number."""
    places = [each for each in of.stations if each.kind != "gate"]
    stations = [
        {"state": each.key, "now": at, "stays": at, "median": 3600 * at, "ninety": 7200 * at, "breaches": at % 3}
        for at, each in enumerate(places)
    ]
    events = {row.track: row.event for row in complaint().key.rows()}
    passages = [
        {"from": source, "event": events[each.key], "to": each.target, "times": 10 * at}
        for at, each in enumerate(of.tracks)
        for source in (of.station[each.source].covers or (each.source,))[:1]
        if each.source != each.target
    ]
    known = {"overlay": 1, "artifact": HASH, "as_of": "2026-11-06T15:00:00Z", "cases": 45}
    return {**known, "stations": stations, "passages": passages}


@dataclass
class Element:
    name: str
    attributes: dict[str, str]
    parts: list[Element] = field(default_factory=list)
    text: str = ""

    def all(self, name: str = "") -> list[Element]:
        """Every element of that name within, in the order of the page."""
        found = [self] if name in ("", self.name) else []
        return found + [each for part in self.parts for each in part.all(name)]

    def words(self) -> str:
        return self.text + "".join(part.words() for part in self.parts)


class Reader(HTMLParser):
    """A page as a tree. Foreign elements that close themselves are closed."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self._open = [self.root]
        self.feed(page)
        self.close()
        assert [each.name for each in self._open] == [""], "an element is never closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = Element(tag, {name: value or "" for name, value in attrs})
        assert len(made.attributes) == len(attrs), f"an attribute of {tag} stands twice"
        self._open[-1].parts.append(made)
        if tag not in VOID:
            self._open.append(made)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open[-1].name == tag, f"{tag} closes {self._open[-1].name}"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].text += data


def parsed(page: str) -> Element:
    return Reader(page).root
