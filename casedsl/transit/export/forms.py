"""The forms in which a map is written, and the press that makes them all from one drawing.

A form is asked for by its name or by the suffix of a file. What needs a package of its own is imported when its form is
asked for, so a map as SVG needs none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from pathlib import PurePath
from typing import Literal, get_args

from msgspec import Struct
from msgspec.structs import replace

from casedsl.transit.chart import Chart, draw_dot, draw_mermaid, draw_text
from casedsl.transit.drawing import Imprint, Scene, draw, strange, svg
from casedsl.transit.key import Key
from casedsl.transit.laying import lay
from casedsl.transit.lock import Lock
from casedsl.transit.network import Network
from casedsl.transit.overlays.discs import Worn, heated, with_figures
from casedsl.transit.overlays.heat import Heat
from casedsl.transit.overlays.wearing import both
from casedsl.transit.plan import Plan
from casedsl.transit.reading import refused
from casedsl.transit.sheets.binding import Atlas, bound
from casedsl.transit.sheets.pages import Page, Wear, maps, pages, worn
from casedsl.transit.sheets.paper import A3, Paper

Form = Literal["svg", "png", "pdf", "html", "dot", "mermaid", "text"]
FORMS: tuple[Form, ...] = get_args(Form)
SUFFIXES: Mapping[str, Form] = {
    ".svg": "svg",
    ".png": "png",
    ".pdf": "pdf",
    ".html": "html",
    ".htm": "html",
    ".dot": "dot",
    ".gv": "dot",
    ".mmd": "mermaid",
    ".mermaid": "mermaid",
    ".txt": "text",
}
BINARY: frozenset[Form] = frozenset(["png", "pdf"])
"""Forms that are no text."""
PICTURES: frozenset[Form] = frozenset(["svg", "png"])
"""Forms in which a file holds one sheet."""
DRAWN: frozenset[Form] = BINARY | {"svg", "html"}
"""Forms that show a picture."""


def form_of(file: str) -> Form | None:
    """The form that the suffix of a file's name asks for; SVG if it has none, None if no map has it."""
    suffix = PurePath(file).suffix.lower()
    return SUFFIXES.get(suffix) if suffix else "svg"


class Press(Struct, frozen=True, dict=True):
    """A map on its way to files; it is laid out and drawn once, however many forms are made of it.

    Attributes:
      paper: what its pages are to fit on; without one a map of one sheet is as large as it is.
      heat: the numbers of an overlay, and `figures` the same for the page in the browser, as its file holds them.
      wear: other signs that are laid over a plan.
      words: what is said in words in the place of the itinerary.
      lock: where everything stood the last time.
    """

    chart: Chart
    figures: bytes = b"null"
    paper: Paper | None = None
    heat: Heat | None = None
    wear: Wear | None = None
    words: str = ""
    lock: Lock | None = None

    def files(self, name: str, form: Form) -> Mapping[str, bytes]:
        """What is written for a file of this name: that file, or for pictures of several sheets one for each of them,
        `map-1.svg`, `map-7a.svg`, …"""
        if form not in PICTURES or len(self.pages) == 1:
            return {name: self.printed(form)}
        file = PurePath(name)
        names = (str(file.with_name(f"{file.stem}-{page.name}{file.suffix}")) for page in self.pages)
        return {each: self._picture(page.scene, form) for each, page in zip(names, self.pages, strict=True)}

    def printed(self, form: Form) -> bytes:
        """One file; of pictures the first sheet. Raises ExtraMissingError where a form needs the extra `images`, and
        that isn't there."""
        makers: Mapping[Form, Callable[[], bytes]] = {
            "svg": lambda: self._picture(self.pages[0].scene, "svg"),
            "png": lambda: self._picture(self.pages[0].scene, "png"),
            "pdf": self._pdf,
            "html": self._html,
            "dot": lambda: draw_dot(self.chart).encode(),
            "mermaid": lambda: draw_mermaid(self.chart).encode(),
            "text": lambda: (self.words or draw_text(replace(self.chart, key=self._key))).encode(),
        }
        return makers[form]()

    @cached_property
    def atlas(self) -> Atlas:
        """The sheets of the map, each of them read back. Raises DishonestMapError."""
        made = bound(self.chart.network, self._lay, self.paper)
        for leaf in made.leaves:
            network = leaf.plan.network
            refused(svg(draw(leaf.plan, Imprint(with_key=False)), fonts=False), network, keyed=False)
        return made

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        """The pictures: one with its key where the map is one sheet and no paper is asked for, else all pages."""
        shown, imprint = self.chart, self._imprint
        if self.atlas.is_whole and self.paper is None:
            plan = self.atlas.leaves[0].plan
            refused(svg(draw(plan, imprint), fonts=False), shown.network)
            return (Page("1", shown.network.title, draw(plan, worn(imprint, plan, self._worn))),)
        return pages(self.atlas, imprint, self._key, shown.seal, self.paper or A3, self._worn)

    @property
    def kept(self) -> Lock | None:
        """What the next layout needs to leave everything where it is; a map of several sheets has none."""
        return self.atlas.leaves[0].plan.lock if self.atlas.is_whole else None

    def strangers(self) -> tuple[str, ...]:
        """The characters of the pictures that the shipped fonts don't have."""
        return tuple(dict.fromkeys(char for page in self.pages for char in strange(page.scene)))

    @cached_property
    def _key(self) -> Key:
        return self.chart.key if self.heat is None else with_figures(self.chart.key, self.heat)

    @property
    def _imprint(self) -> Imprint:
        return replace(self.chart.imprint, key=self._key)

    def _lay(self, network: Network, most: int | None) -> Plan:
        return lay(network, self.lock if network is self.chart.network else None, most)

    def _worn(self, plan: Plan, first: bool) -> Worn:
        """The heat, and above it the other signs."""
        laid = Worn() if self.heat is None else heated(plan, self.heat)
        return laid if self.wear is None else both(laid, self.wear(plan, first))

    def _picture(self, scene: Scene, form: Form) -> bytes:
        if form == "svg":
            return svg(scene).encode()
        from casedsl.transit.export.png import draw_png

        return draw_png(scene)

    def _pdf(self) -> bytes:
        from casedsl.transit.export.pdf import Sheet, draw_pdf

        paper = None if self.paper is None and len(self.pages) == 1 else self.paper or A3
        sheets = [
            Sheet(page.scene, None if paper is None else paper.size(page.scene.wide, page.scene.high))
            for page in self.pages
        ]
        return draw_pdf(sheets, self.chart.network.title)

    def _html(self) -> bytes:
        """The page has a key and a foot of its own, and draws figures by itself."""
        from casedsl.transit.export.html import Page as HtmlPage
        from casedsl.transit.export.html import draw_html

        shown = self.chart
        bare = replace(shown.imprint, with_key=False, foot=())
        sheets = [page.scene for page in maps(self.atlas, bare, shown.key, shown.seal, self.wear)]
        about = "; ".join(self._counted())
        foot = (shown.seal.words(),)
        page = HtmlPage(
            shown.network, shown.key, sheets, shown.seal.artifact, about, foot, shown.manifest, self.figures
        )
        return draw_html(page).encode()

    def _counted(self) -> Iterator[str]:
        net = self.chart.network
        yield self.chart.seal.title()
        yield f"{sum(station.kind != 'gate' for station in net.stations)} stations"
        yield f"{len(net.tracks)} exits"
