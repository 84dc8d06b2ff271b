"""The page of a map in a real browser, by its keys, clicks and addresses; skipped where there is no Chromium."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from map_browser import Browser, chromium
from map_pages import HASH, complaint, complaint_page, hostile_page, numbers, sample_page, two_sheets

pytestmark = pytest.mark.skipif(not chromium(), reason="there is no Chromium on this machine")

ON = "[...document.querySelectorAll('svg .on')].map(e => e.dataset.key).filter(Boolean).sort()"
SHOWN = "[...document.querySelectorAll('article[data-station]')].filter(e => !e.hidden).map(e => e.dataset.station)"
BOX = "(b => [b.x, b.y, b.width, b.height])(document.querySelector('.sheet svg').viewBox.baseVal)"
FRAME = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
STILL = [{"name": "prefers-reduced-motion", "value": "reduce"}]
NOTICE = "document.getElementById('notice').textContent"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    made = Browser(tmp_path_factory.mktemp("profile"))
    made.ask("Emulation.setEmulatedMedia", features=STILL)
    yield made
    made.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    (folder / "complaint.html").write_text(complaint_page(), "utf-8")
    (folder / "figures.html").write_text(complaint_page(True), "utf-8")
    (folder / "40.html").write_text(sample_page(40), "utf-8")
    (folder / "hostile.html").write_text(hostile_page(), "utf-8")
    return folder


@pytest.fixture
def page(browser: Browser, pages: Path) -> Iterator[Browser]:
    """A browser that shows the complaint; at the end nothing may have been complained of."""
    browser.said.clear()
    browser.open((pages / "complaint.html").as_uri())
    yield browser
    assert browser.said == []


def address(of: Path, to: str = "") -> str:
    return of.as_uri() + (f"#{to}" if to else "")


@pytest.mark.parametrize("name", ["complaint", "figures", "40", "hostile"])
def test_a_page_comes_alive_and_the_console_stays_silent(browser: Browser, pages: Path, name: str) -> None:
    browser.said.clear()
    browser.open(address(pages / f"{name}.html"))
    assert browser.look("document.body.classList.contains('live')") is True
    assert browser.said == []


def test_a_station_shows_its_exits_and_neighbours(page: Browser) -> None:
    page.click("#st-resolved .marker")
    assert page.look(SHOWN) == ["resolved"]
    net = complaint().network
    tracks = [each for each in net.tracks if "resolved" in (each.source, each.target)]
    around = {each for track in tracks for each in (track.source, track.target)}
    assert page.look(ON) == sorted(around | {track.key for track in tracks})
    assert page.look("location.hash") == "#" + net.station["resolved"].code
    assert page.look("document.getElementById('spoken').textContent") == "RE Resolved is shown in the timetable."
    page.key("Escape")
    assert page.look(ON) == []
    assert page.look(SHOWN) == list(net.station)


@pytest.mark.parametrize(
    ("to", "shown", "chosen"),
    [
        ("IR1a", ["in_review"], "in_review/decide/legal_review"),
        ("IR1", ["in_review"], "in_review/decide/legal_review"),
        ("legal_review", ["legal_review"], "legal_review"),
        ("LR", ["legal_review"], "legal_review"),
    ],
)
def test_a_deep_link_chooses(browser: Browser, pages: Path, to: str, shown: list[str], chosen: str) -> None:
    browser.open(address(pages / "complaint.html", to))
    assert browser.look(SHOWN) == shown
    assert chosen in browser.look(ON)


def test_a_deep_link_turns_to_the_sheet(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "sheets.html"
    file.write_text(two_sheets(), "utf-8")
    seen = "[...document.querySelectorAll('.sheet')].map(e => e.getBoundingClientRect().height > 0)"
    browser.open(address(file))
    assert browser.look(seen) == [True, False]
    browser.open(address(file, "IR1a"))
    assert browser.look(seen) == [False, True]
    assert browser.look("document.getElementById('sheets').selectedIndex") == 1
    assert "in_review/decide/legal_review" in browser.look(ON)


def test_a_deep_link_that_leads_nowhere_says_so(browser: Browser, pages: Path) -> None:
    browser.open(address(pages / "complaint.html", "%3Cb%3Enowhere"))
    assert browser.look(NOTICE) == "There is nothing called <b>nowhere on this map."


def test_a_journey_dims_the_rest(page: Browser) -> None:
    line = complaint().network.lines[0]
    page.click("#journeys button")
    assert set(line.tracks) <= set(page.look(ON))
    opacity = "[...document.querySelectorAll('g.track')].map(e => [e.dataset.key, getComputedStyle(e).opacity < 1])"
    assert {key for key, dim in page.look(opacity) if not dim} == set(line.tracks)
    assert page.look("document.querySelector('#journeys button').getAttribute('aria-pressed')") == "true"
    page.click("#journeys button")
    assert page.look(ON) == []


def test_search_by_key(page: Browser) -> None:
    page.key("/")
    page.write("legal")
    assert "legal_review" in page.look(ON)
    assert page.look("document.getElementById('found').textContent").endswith("found")
    page.key("Enter")
    assert page.look(SHOWN) == ["legal_review"]
    page.key("Escape")
    page.key("/")
    page.write("zebra")
    assert page.look("document.getElementById('found').textContent") == "nothing found"


def test_tab_goes_through_the_stations_in_their_order(page: Browser) -> None:
    page.look("document.querySelector('g.station').focus()")
    seen = []
    for _ in complaint().network.stations:
        seen.append(page.look("document.activeElement.dataset.key"))
        page.key("Tab")
    assert seen == list(complaint().network.station)
    page.look("document.querySelector('g.station').focus()")
    page.key("Enter")
    assert page.look(SHOWN) == seen[:1]


def test_keys_and_the_wheel_move_the_map(page: Browser) -> None:
    whole = page.look(BOX)
    page.key("+")
    near = page.look(BOX)
    assert near[2] == pytest.approx(whole[2] * 0.8)
    page.key("ArrowRight")
    assert page.look(BOX)[0] > near[0]
    page.turn(".sheet", -120)
    page.look(FRAME)
    assert page.look(BOX)[2] < near[2]
    page.key("0")
    assert page.look(BOX) == whole
    page.click("#farther")
    assert page.look(BOX)[2] == pytest.approx(whole[2] * 1.25)
    page.key("Escape")
    assert page.look(BOX) == whole


def test_night_and_day(page: Browser) -> None:
    paint = "getComputedStyle(document.querySelector('.paper')).fill"
    assert page.look(paint) == "rgb(255, 255, 255)"
    page.click("#night")
    assert (
        page.look(paint)
        == page.look("getComputedStyle(document.documentElement).backgroundColor")
        != "rgb(255, 255, 255)"
    )
    for letter in (".head .code", ".bullets .code"):
        assert page.look(f"getComputedStyle(document.querySelector('{letter}')).fill") == page.look(paint)
    page.click("#night")
    for scheme, dark in (("dark", True), ("light", False)):
        page.ask("Emulation.setEmulatedMedia", features=[*STILL, {"name": "prefers-color-scheme", "value": scheme}])
        page.look(FRAME)
        assert page.look("document.documentElement.classList.contains('dark')") is dark


def test_print_is_the_map_and_every_row(page: Browser) -> None:
    page.click("#night")
    page.click("#st-resolved .marker")
    page.key("+")
    page.ask("Emulation.setEmulatedMedia", media="print", features=STILL)
    seen = "[...document.querySelectorAll({})].every(e => e.getBoundingClientRect().height > 0)"
    for selector in ("article", "tr[data-track]", "thead", ".sheet svg"):
        assert page.look(seen.format(json.dumps(selector))), selector
    assert page.look("getComputedStyle(document.querySelector('.paper')).fill") == "rgb(255, 255, 255)"
    assert page.look("getComputedStyle(document.querySelector('g.track:not(.on)')).opacity") == "1"
    whole = page.look("window.dispatchEvent(new Event('beforeprint')) && " + BOX)
    page.look("window.dispatchEvent(new Event('afterprint'))")
    assert page.look(BOX) != whole
    page.ask("Emulation.setEmulatedMedia", media="", features=STILL)


def test_figures_lie_below_the_stations_and_move_nothing(browser: Browser, pages: Path) -> None:
    places = "[...document.querySelectorAll('svg text:not(.heat text)')].map(e => [e.getBBox().x, e.getBBox().y])"
    browser.open(address(pages / "complaint.html"))
    before = browser.look(places)
    browser.open(address(pages / "figures.html"))
    assert browser.look(places) == before
    order = "(() => { const h = document.querySelector('.heat circle'), s = document.querySelector('g.station');"
    assert browser.look(order + "return !!(h.compareDocumentPosition(s) & Node.DOCUMENT_POSITION_FOLLOWING) })()")
    words = browser.look("[...document.querySelectorAll('.heat text')].map(e => e.textContent)")
    given = {each["state"]: each for each in numbers(complaint().network)["stations"]}
    assert len(words) == sum(each["now"] > 0 for each in given.values())
    assert browser.look("document.querySelector('#IR .figure ~ dd').textContent") == str(given["in_review"]["now"])
    browser.click("[data-mode=volume]")
    assert browser.look("document.querySelectorAll('.heat path').length") == browser.look(
        "document.querySelectorAll('tr .figure').length"
    )
    browser.click("[data-mode=volume]")
    assert browser.look("document.querySelectorAll('.heat').length") == 0


@pytest.mark.parametrize(
    ("change", "answer"),
    [
        ({"artifact": "sha256:" + "cd" * 32}, "another version of the definition"),
        ({"overlay": 2}, "no file of figures"),
        ({"stations": None}, "no file of figures"),
        ({"stations": [{"state": "<img src=x onerror=alert(1)>", "now": 1e400}]}, "45 cases as of"),
        ({}, "45 cases as of"),
    ],
)
def test_figures_from_a_file_are_taken_only_if_they_are_about_this_map(
    page: Browser, tmp_path: Path, change: dict[str, object], answer: str
) -> None:
    file = tmp_path / "figures.json"
    file.write_text(json.dumps({**numbers(complaint().network), **change}), "utf-8")
    root = page.ask("DOM.getDocument")["root"]["nodeId"]
    node = page.ask("DOM.querySelector", nodeId=root, selector="#file")["nodeId"]
    page.ask("DOM.setFileInputFiles", nodeId=node, files=[str(file)])
    waiting = (
        f"(async () => {{ for (let i = 0; i < 200 && !{NOTICE}; i++) await new Promise(r => setTimeout(r, 10)); }})()"
    )
    page.look(waiting)
    said = page.look(NOTICE)
    assert answer in said or (change.get("stations") and "no file of figures" in said)
    assert (page.look("document.querySelectorAll('.heat').length") > 0) is ("45 cases" in said)


def test_a_page_for_another_artifact_refuses_its_own_figures(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "other.html"
    file.write_text(complaint_page(True).replace(f'data-artifact="{HASH}"', 'data-artifact="sha256:other"'), "utf-8")
    browser.open(address(file))
    assert "another version" in browser.look(NOTICE)
    assert browser.look("document.querySelectorAll('.heat, .figure').length") == 0


def test_the_policy_stops_what_was_smuggled_in(browser: Browser, tmp_path: Path) -> None:
    """The test of the test: a script without its hash doesn't run, and the browser says so."""
    file = tmp_path / "smuggled.html"
    file.write_text(complaint_page().replace("</body>", "<script>document.title = 'evil'</script></body>"), "utf-8")
    browser.said.clear()
    browser.open(address(file))
    assert browser.look("document.title") == complaint().network.title
    assert any("Content Security Policy" in each for each in browser.said)
