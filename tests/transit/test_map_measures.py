"""The bench measures pictures rightly: each fault planted in a small picture is counted, and nothing else is."""

from __future__ import annotations

import pytest
from map_samples import HARD, network, plain, some

from bench.maps import HEAD as HEADS
from bench.maps import main, row, table
from bench.maps.browser import chromium, measured
from bench.maps.counting import Numbers, counted
from bench.maps.peers import Drawn, dot_text, elk_graph, mermaid_text
from bench.maps.reading import read
from casedsl.transit.drawing import draw, svg
from casedsl.transit.laying import lay
from casedsl.transit.network import Network, Station

NETWORK = plain("Three", some(4), [("s0", "s1"), ("s1", "s2"), ("s0", "s2")], ("Accept", "Refuse it", "Wait"))

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" width="640" height="360" font-family="sans-serif">'
STATIONS = {"s0": (100, 100), "s1": (300, 100), "s2": (500, 100), "s3": (300, 300)}
WAYS = {
    "t0": "M100 100L300 100",
    "t1": "M300 100L500 100",
    "t2": "M100 100L100 192C100 200 100 200 108 200L500 200L500 100",
}
NAMES = {"t0": ("Accept", 150, 92), "t1": ("Refuse it", 350, 92), "t2": ("Wait", 300, 192)}
ZERO = dict.fromkeys(
    ("missing", "crossings", "through", "on_top", "label_label", "label_line", "label_station", "slanted", "astray"), 0
)


def picture(ways: dict[str, str] = WAYS, names: dict[str, tuple[str, int, int]] = NAMES, more: str = "") -> str:
    """Four stations, three tracks; `s3` stands alone."""
    return "".join(
        [HEAD, *map(_way, ways, ways.values(), map(names.get, ways)), *map(_station, STATIONS), more, "</svg>"]
    )


def _way(key: str, path: str, name: tuple[str, int, int] | None) -> str:
    ends = next((track.source, track.target) for track in NETWORK.tracks if track.key == key)
    line = f'<path d="{path}" fill="none" stroke="#555" stroke-width="3"/>'
    marks = f'id="tr-{key}" class="track" data-from="{ends[0]}" data-to="{ends[1]}"'
    return f"<g {marks}>{line}{_text(*name or ('', 0, 0))}</g>"


def _text(words: str, x: int, y: int) -> str:
    return f'<text x="{x}" y="{y}" font-size="10" textLength="{7 * len(words)}">{words}</text>' if words else ""


def _station(key: str) -> str:
    x, y = STATIONS[key]
    box = f'<rect class="marker" x="{x - 12}" y="{y - 12}" width="24" height="24" rx="12" fill="#fff"/>'
    return f'<g id="st-{key}" class="station">{box}{_text(key, x - 7, y + 4)}</g>'


def numbers(svg: str) -> Numbers:
    return counted(read(svg), NETWORK)


def told(found: Numbers) -> dict[str, int]:
    return {name: getattr(found, name) for name in ZERO}


def test_a_good_picture_has_no_faults() -> None:
    found = numbers(picture())
    assert told(found) == ZERO, found.faults
    assert found.names == 3
    assert found.bends == 2, "the round corner is one bend, the sharp one another"
    assert found.mean == pytest.approx((176 + 176 + 576) / 3, abs=1), "from rim to rim"
    assert found.whole == pytest.approx((200 + 200 + 600) / 3, abs=1.5)
    assert (found.wide, found.high) == pytest.approx((424, 227.4))


@pytest.mark.parametrize(
    ("fault", "svg"),
    [
        ("missing", picture({key: WAYS[key] for key in ("t0", "t1")})),
        ("crossings", picture(WAYS | {"t2": "M100 100L100 200L400 200L400 50L500 50L500 100"}, {})),
        ("through", picture(WAYS | {"t2": "M100 100L100 300L500 300L500 100"})),
        ("on_top", picture(WAYS | {"t2": "M100 100L130 102L240 102L240 200L500 200L500 100"}, {})),
        ("label_label", picture(names=NAMES | {"t1": ("Refuse it", 280, 190)})),
        ("label_line", picture(names=NAMES | {"t1": ("Refuse it", 380, 204)})),
        ("label_station", picture(names=NAMES | {"t1": ("Refuse it", 290, 300)})),
        ("astray", picture(names=NAMES | {"t1": ("Refuse it", 350, 188)})),
        ("slanted", picture(WAYS | {"t2": "M100 100L150 230L460 230L500 190L500 100"})),
    ],
)
def test_each_fault_is_counted(fault: str, svg: str) -> None:
    found = told(numbers(svg))
    assert found[fault] == 1
    if fault in ("missing", "crossings", "astray", "slanted"):  # the others are wrong in two ways at once
        assert found == ZERO | {fault: 1}


def test_what_belongs_together_is_no_fault() -> None:
    code = '<g data-track="t2"><rect class="badge" x="280" y="190" width="40" height="20"/></g>'
    assert numbers(picture(names={})) == numbers(picture(names={}, more=code)), "a badge on its own track"
    assert numbers(picture(more=_text("Legend", 20, 350))).faults == ()


def test_a_badge_on_a_foreign_track_is_a_fault() -> None:
    code = '<g data-track="t0"><rect class="badge" x="280" y="190" width="40" height="20"/></g>'
    assert numbers(picture(names={}, more=code)).label_line == 1


def moved(picture: str, by: str) -> str:
    return picture.replace(HEAD, f'{HEAD}<g transform="translate({by})">').replace("</svg>", "</g></svg>")


def test_a_group_may_be_shifted() -> None:
    shifted = moved(picture(), "30 -20")
    assert told(numbers(shifted)) == ZERO
    assert read(shifted).stations[0].box == (118, 68, 24, 24)


@pytest.mark.skipif(not chromium(), reason="there is no Chromium")
def test_the_browser_sees_the_same() -> None:
    maps: dict[str, tuple[Network, str]] = {
        "good": (NETWORK, picture()),
        "through": (NETWORK, picture(WAYS | {"t2": "M100 100L100 300L500 300L500 100"})),
        "shifted": (NETWORK, moved(picture(), "30 20")),
        "12 states": (network(12), svg(draw(lay(network(12))))),
        "gates": (HARD["gates"](), svg(draw(lay(HARD["gates"]())))),
    }
    for name, seen in measured({name: text for name, (_, text) in maps.items()}).items():
        mine, theirs = (counted(each, maps[name][0]) for each in (read(maps[name][1]), seen))
        assert told(mine) == told(theirs), name
        assert (mine.names, mine.bends) == (theirs.names, theirs.bends)
        assert mine.mean == pytest.approx(theirs.mean, abs=0.5)
        assert (mine.wide, mine.high) == pytest.approx((theirs.wide, theirs.high), abs=1)


def test_other_tools_are_given_every_station_and_track() -> None:
    net = network(12)
    graph = elk_graph(net)
    assert [edge["id"] for edge in graph["edges"]] == [f"tr-{track.key}" for track in net.tracks]
    assert sum(len(zone["children"]) for zone in graph["children"]) == len(net.stations)
    assert dot_text(net).count(" -> ") == mermaid_text(net).count(" -->|") == len(net.tracks)


def test_what_is_said_in_quotation_marks_stays_there() -> None:
    stations = (Station("a", "A", 'Say "no" <b>', "Desk"), Station("b", "B", "\\", "Desk"))
    net = plain("Marks", stations, [("a", "b")], ('"',))
    assert '[id="st-a", class="station", label="Say \\"no\\" <b>"]' in dot_text(net)
    assert 'label="\\\\"' in dot_text(net)
    assert 'n0("Say #quot;no#quot; #lt;b>")' in mermaid_text(net)


def test_an_unknown_input_is_told() -> None:
    with pytest.raises(SystemExit, match="there are no maps `nowhere`; there are study, examples, random"):
        main(["nowhere"])


def test_a_table_says_what_is_wrong_with_each_picture() -> None:
    rows = [HEADS, row("12 states  casedsl", numbers(picture()), Drawn("", 0.5), curved=False)]
    head, line = table(rows).splitlines()
    assert len(head) == len(line)
    assert line.split() == ["12", "states", "casedsl", *"0" * 8, "2", "309", "333", "424x227", "3/3", "0", "0.50"]
