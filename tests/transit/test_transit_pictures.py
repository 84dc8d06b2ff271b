"""What stands in the three pictures: everything, escaped, in a view box, byte for byte the same."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest
from transit_samples import (
    alone,
    case_type,
    chain,
    complaint,
    document_flow,
    hub,
    line,
    mixed,
    route,
    stage,
    state,
    time,
)
from transit_samples import timer as timer_of

from casedsl.model.records import CaseType
from casedsl.transit import draw_dot, draw_mermaid, draw_svg, tracks
from casedsl.transit.text import clean, width, wrap, wrap_at_most

SVG = "{http://www.w3.org/2000/svg}"
NASTY = '</text><script>alert("1")</script> \x00\x1b[31m\u202e\ud800\ufffe]]> & \'"; --> %%{init}%% \\N <b>\n# end'
SAMPLES = {
    "complaint": complaint(),
    "flow": document_flow(),
    "alone": alone(),
    "chain": chain(12),
    "hub": hub(12),
    **{str(seed): mixed(seed) for seed in range(6)},
}


def nasty() -> CaseType:
    """Hostile words wherever an author can write."""
    step = line(
        NASTY,
        (route(f"a{NASTY}", NASTY), route(f"b as {NASTY}")),
        NASTY,
        NASTY.replace(",", ""),
        f"a{NASTY}",
        NASTY,
        NASTY,
        purpose=NASTY,
    )
    timers = [timer_of("prompt", NASTY, time(2), NASTY), timer_of("move", "b", time(2), purpose=NASTY)]
    states = [
        state(f"a{NASTY}", NASTY, [step], "first", NASTY, timers, NASTY.replace(",", ""), NASTY),
        state("b", NASTY * 20, kind="final"),
    ]
    part = stage(NASTY, NASTY, "b", [], timers[:1])
    return case_type(states, name=NASTY, title=NASTY, roles={NASTY: NASTY}, teams={NASTY: NASTY}, stages=[part])


def walk(
    element: ElementTree.Element, x: float = 0, y: float = 0
) -> Iterator[tuple[ElementTree.Element, float, float]]:
    """Every element with the shift of the groups around it."""
    shift = element.get("transform", "translate(0 0)").removeprefix("translate(").removesuffix(")").split()
    x, y = x + float(shift[0]), y + float(shift[1])
    yield element, x, y
    for child in element:
        yield from walk(child, x, y)


@cache
def svg(name: str) -> ElementTree.Element:
    return ElementTree.fromstring(draw_svg(SAMPLES[name]))


@pytest.mark.parametrize("name", SAMPLES)
def test_every_text_lies_in_the_view_box(name: str) -> None:
    root = svg(name)
    _, _, wide, high = (float(number) for number in root.get("viewBox", "").split())
    for element, x, y in walk(root):
        if element.tag == f"{SVG}text":
            long = width(element.text or "", float(element.get("font-size", "0")), element.get("font-weight") == "bold")
            left = x + float(element.get("x", "0")) - (long / 2 if element.get("text-anchor") == "middle" else 0)
            assert left >= 0
            assert left + long <= wide + 0.5
            assert 0 <= y + float(element.get("y", "0")) <= high


@pytest.mark.parametrize("name", SAMPLES)
def test_every_track_has_a_row_and_an_arrow(name: str) -> None:
    lines = tracks(SAMPLES[name])
    root = svg(name)
    rows = [element.get("data-track") for element in root.iter() if element.get("data-track")]
    assert rows == sorted((str(each.number) for each in lines), key=lambda row: rows.index(row))
    assert len(rows) == len(lines)
    ways = [way.code for each in lines for way in each.ways]
    assert draw_dot(SAMPLES[name]).count(" -> ") == len(ways)
    arrows = [
        row.strip().split(" : ")[1].split(" ")[0] for row in draw_mermaid(SAMPLES[name]).splitlines() if " : " in row
    ]
    assert [arrow.replace("#46;", ".") for arrow in arrows] == ways


def test_the_table_says_who_only_when_where_and_why() -> None:
    words = "\n".join(element.text or "" for element in svg("complaint").iter(f"{SVG}text"))
    for said in (
        "Complaint handler, Supervisor",
        "but not who did decide",
        "needs impact, urgency, risk",
        "→ Closed as spam",
        "otherwise",
        "not in Resolved",
        "reverses an escalation",
        "after 14 calendar days",
        "The customer answered.",
        "stands still in Waiting on customer",
        "Being worked on: prompt assignee after 1 working day; alert Supervisor after 3 working days; escalate to",
    ):
        assert said in words


def test_dot_and_mermaid_say_guards_and_people() -> None:
    said = "3a Decide [checklist is done; category is privacy or refund > 10000 GBP] by Complaint handler, Supervisor"
    assert said in draw_dot(complaint())
    assert "4 Approve by Legal adviser but not who did decide" in draw_mermaid(complaint())
    assert "#91;checklist is done#59; otherwise#93;" in draw_mermaid(complaint())
    assert 's6 -> s7 [label="11 after 10 working days (as answered)" style=dashed]' in draw_dot(complaint())


def test_a_reader_of_the_screen_hears_all_of_it() -> None:
    root = svg("complaint")
    named = [root.find(f"{SVG}title"), root.find(f"{SVG}desc")]
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == " ".join(str(each.get("id")) for each in named if each is not None)
    assert "3a, In review: Decide, Legal review." in "".join(each.text or "" for each in named if each is not None)


def test_hostile_words_stay_words() -> None:
    drawn = draw_svg(nasty())
    root = ElementTree.fromstring(drawn)
    assert drawn.encode("utf-8").decode("utf-8") == drawn
    assert not any(char in drawn for char in "\x00\x1b\u202e\ufffe")
    assert {element.tag for element in root.iter()} <= {
        f"{SVG}{tag}" for tag in ("svg", "title", "desc", "g", "rect", "path", "text", "circle")
    }


def test_hostile_words_stay_words_for_other_tools() -> None:
    dot, mermaid = draw_dot(nasty()), draw_mermaid(nasty())
    assert dot.count("\n") == len(dot.splitlines())
    assert "\\\\N" in dot
    assert "label=<" not in dot
    words = r"(?:[^\W_]|[ .,()/'→\ufffd]|#\d+;)*"
    shape = re.compile(rf'stateDiagram-v2|direction LR|state "{words}" as [sg]\d+|\S+ --> \S+( : {words})?')
    assert all(shape.fullmatch(row.strip()) for row in mermaid.splitlines())


SCRIPT = """
import sys
from transit_samples import complaint, mixed
from casedsl.transit import draw_dot, draw_mermaid, draw_svg
for draw in (draw_svg, draw_mermaid, draw_dot):
    assert draw is draw_dot or "graphviz" not in sys.modules
    for case_type in (complaint(), mixed(3), mixed(8)):
        sys.stdout.buffer.write(draw(case_type).encode())
"""


def test_same_input_same_bytes_and_only_dot_loads_graphviz() -> None:
    here = str(Path(__file__).parent)
    outputs = set()
    for seed in ("1", "4711"):
        env = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join([here, *sys.path])}
        outputs.add(subprocess.run([sys.executable, "-c", SCRIPT], env=env, capture_output=True, check=True).stdout)
    assert len(outputs) == 1


def test_numbers_have_one_decimal_at_most() -> None:
    root = svg("flow")
    numbers = [element.get(key, "") for element in root.iter() for key in ("x", "y", "width", "height")]
    assert all(len(number.partition(".")[2]) <= 1 for number in numbers)


@pytest.mark.parametrize("words", ["a " * 80, "x" * 300, "snake_case_name_" * 9, "漢字" * 50, "é́" * 60, ""])
def test_wrapped_words_fit_and_none_is_lost(words: str) -> None:
    lines = wrap(words, 100, 12)
    assert all(width(each, 12) <= 100 for each in lines)
    assert "".join(lines).replace(" ", "") == words.replace(" ", "")
    assert len(wrap_at_most(words, 2, 100, 12)) <= 2


def test_clean_takes_out_what_xml_forbids() -> None:
    assert clean("a\x00b\tc\u202ed\ud800e\U0001fffef") == "a\ufffdb c\ufffdd\ufffde\ufffdf"
