"""The map as a page: one file that needs nothing else, neither a network nor this program.

A page is its template (`page/page.html`) with its holes filled: the map as SVG, the timetable as HTML, one style, one
script, and figures as data. The script (`page/page.js`) only shows, hides and marks what stands in the page already, so
a page without scripts is a map with its timetable, and so is its print.

Its policy lets nothing in: no address may be loaded, and a style or script runs only if its hash stands in the policy,
which is made here from the very text that is written. So words of an author can't become a program even if an escape
were forgotten.
"""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from casedsl.transit.drawing import Scene, Words, letters, svg
from casedsl.transit.drawing.inks import INK
from casedsl.transit.export.night import line_rules, night_rules
from casedsl.transit.export.tags import plain, quoted, tag, words
from casedsl.transit.export.timetable import line_id, timetable
from casedsl.transit.key import Key
from casedsl.transit.network import Network

ROOM = Path(__file__).resolve().parent / "page"

FIGURES = "0123456789 .·×–dhmins missed"
"""What the script writes on a map."""

_HOLE = re.compile(r"\{\{(\w+)\}\}")
_TAG = re.compile(r"<[^>]*>")
_ID = re.compile(r'(\sid="|="url\(#|\shref="#)')
_LABELLED = re.compile(r'(aria-(?:labelledby|describedby)=")([^"]*)')


class Page(Struct, frozen=True):
    """All that a page shows: the network and its key, and one or several pictures of it, without keys of their own.
    `artifact` is the hash of what was compiled, or empty; figures that were counted for another artifact are refused.
    `about` and `foot` are short lines. `manifest` is JSON of all that is shown, `figures` an overlay as
    `overlays/data.py` writes it."""

    network: Network
    key: Key
    pictures: Sequence[Scene]
    artifact: str = ""
    about: str = ""
    foot: Sequence[str] = ()
    manifest: str = "null"
    figures: bytes = b"null"


def draw_html(page: Page) -> str:
    maps = "\n".join(_sheet(at, scene) for at, scene in enumerate(page.pictures))
    rules = (_letters(page.pictures), night_rules(page.pictures), line_rules(page.network))
    style = "\n".join((_read("page.css"), *rules))
    script = _read("figures.js") + _read("page.js")
    holes = {
        "policy": _policy(style, script),
        "title": plain(page.network.title),
        "styles": f"<style>{style}</style>",
        "artifact": quoted(page.artifact),
        "about": plain(page.about),
        "journeys": _journeys(page.network),
        "sheets": _choice(page.pictures) if len(page.pictures) > 1 else "",
        "maps": maps,
        "timetable": timetable(page.network, page.key),
        "footer": "<br>".join(map(words, page.foot)),
        "manifest": data(json.loads(page.manifest)),
        "data": data(json.loads(page.figures)),
        "script": script,
    }
    return _HOLE.sub(lambda hole: holes[hole[1]], _read("page.html"))


@cache
def _read(name: str) -> str:
    return (ROOM / name).read_text("utf-8")


def _policy(style: str, script: str) -> str:
    return (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; font-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _letters(pictures: Sequence[Scene]) -> str:
    """The letters of all pictures, once, and those of figures that the page may show."""
    parts = tuple(part for scene in pictures for part in scene.parts)
    return letters(Scene(0, 0, "", "", "", (*parts, Words(0, 0, FIGURES, 10, INK, bold=True))))


def _hash(text: str) -> str:
    """As a policy names a text that may run (CSP, level 2)."""
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def data(value: object) -> str:
    """JSON that can't end the element in which it stands."""
    said = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    return said.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _sheet(at: int, scene: Scene) -> str:
    drawn = svg(replace(scene, manifest=""), fonts=False)
    return tag("div", _apart(drawn, f"s{at}-") if at else drawn, class_="sheet", data_title=scene.title)


def _apart(drawn: str, prefix: str) -> str:
    """The picture with ids of its own, where several stand in one page."""

    def renamed(found: re.Match[str]) -> str:
        named = _ID.sub(lambda place: place[1] + prefix, found[0])
        return _LABELLED.sub(lambda names: names[1] + " ".join(prefix + each for each in names[2].split()), named)

    return _TAG.sub(renamed, drawn)


def _choice(pictures: Sequence[Scene]) -> str:
    options = (tag("option", plain(scene.title)) for scene in pictures)
    return tag("label", "Sheet ", tag("select", *options, id="sheets"))


def _journeys(network: Network) -> str:
    if not network.lines:
        return ""
    buttons = (
        tag(
            "button",
            tag("span", plain(line.letter), class_="letter", data_letter=line.letter),
            words(line.title),
            type="button",
            aria_pressed="false",
            data_article=line_id(line),
        )
        for line in network.lines
    )
    return tag("div", *buttons, role="group", aria_label="Journeys", id="journeys")
