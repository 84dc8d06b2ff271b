"""What a map says in words: the key, the itinerary, the manifest, DOT and Mermaid. Everything, once, harmless, the same
every time."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from functools import cache

import pytest
from map_samples import network as sample_network
from transit_samples import NASTY, alone, case_type, chain, complaint, document_flow, hub, line, mixed, nasty, state

from casedsl.model.records import CaseType
from casedsl.transit.chart import Chart, chart, draw_dot, draw_mermaid, draw_text
from casedsl.transit.export.itinerary import itinerary
from casedsl.transit.key import Row, bare_key, key_of
from casedsl.transit.manifest import Seal, manifest
from casedsl.transit.moves import moves
from casedsl.transit.surveying import survey
from casedsl.transit.text import clean

SAMPLES = {
    "complaint": complaint(),
    "flow": document_flow(),
    "alone": alone(),
    "chain": chain(12),
    "hub": hub(12),
    **{str(seed): mixed(seed) for seed in range(6)},
}


@cache
def charted(name: str) -> Chart:
    return chart(SAMPLES[name])


# The key


@pytest.mark.parametrize("name", SAMPLES)
def test_the_key_has_a_row_for_each_track_and_a_stop_for_each_station(name: str) -> None:
    drawn = charted(name)
    network, rows = drawn.network, drawn.key.rows()
    assert sorted((row.track, row.code) for row in rows) == sorted((each.key, each.code) for each in network.tracks)
    assert [stop.station for stop in drawn.key.stops] == [station.key for station in network.stations]
    assert drawn.key.declared == len(moves(SAMPLES[name]))
    for row in rows:
        track = network.track[row.track]
        assert row.name
        assert row.target
        assert bool(row.guards) == track.guarded
        assert bool(row.timer) == track.timer
        assert bool(row.handoff) == bool(track.handoff)
        assert bool(row.not_in) == bool(track.not_in)
        assert all(text for _, text in row.cells())


def rows_of(case_type: CaseType) -> dict[str, Row]:
    return {row.code: row for row in key_of(case_type, survey(case_type)).rows()}


def test_a_row_says_who_only_when_where_and_why() -> None:
    rows = rows_of(complaint())
    decide = rows["IR1a"]
    assert decide.who == "Complaint handler, Supervisor"
    assert decide.guards == ("checklist is done", "category is privacy or refund > 10000 GBP")
    assert decide.needs == "findings, outcome, remedy, refund"
    assert decide.handoff.startswith("to Legal desk: summary, category, evidence, findings, outcome, remedy, refund: “")
    assert rows["IR1b"].guards == ("checklist is done", "otherwise")
    assert rows["LR1"].who == "Legal adviser, but not who did decide"
    assert rows["NE2"].target == "Closed as spam"
    spoken = {cell for row in rows.values() for cell in row.cells()}
    assert {
        ("after", "14 calendar days"),
        ("then", "reverses an escalation"),
        ("not in", "Resolved"),
        ("why", "The customer answered."),
        ("who", "time"),
        ("event", "send_answer"),
    } <= spoken
    assert [rows[code].target for code in ("WC1a", "WC1b", "WC1c")] == [
        "back to New",
        "back to In review",
        "back to Legal review",
    ]


def test_a_stop_says_what_time_does_and_which_gates_hold_there() -> None:
    key = key_of(complaint(), survey(complaint()))
    stops = {stop.station: stop for stop in key.stops}
    assert stops["new"].ladder == ("prompt assignee after 2 working hours", "alert Supervisor after 4 working hours")
    assert stops["stage at_work"].covers == "New, In review, Legal review"
    assert stops["stage at_work"].ladder[-1] == "escalate to Supervisor after 5 working days"
    assert stops["waiting_on_customer"].waits == "The person who complains"
    gates = {row.code: row.not_in for stop in key.stops if stop.kind == "gate" for row in stop.rows}
    here = stops["resolved"].also
    assert set(here) == {code for code, missed in gates.items() if code.startswith("AY") and "Resolved" not in missed}
    assert stops["closed"].also == ()
    assert "NE1" in stops["in_review"].arrivals
    assert key.promises[0].startswith("We answer your complaint: within 10 working days (calendar office), from opened")


def test_a_back_that_finds_nothing_is_told() -> None:
    states = [state("only", "Only", [line("go", "back")], "first"), state("end", kind="final")]
    assert [row.target for row in rows_of(case_type(states)).values()] == ["back, but nothing is behind"]


@pytest.mark.parametrize("size", [12, 40, 120])
def test_a_network_without_a_case_type_has_a_key_too(size: int) -> None:
    network = sample_network(size)
    key = bare_key(network)
    assert {(row.track, row.code) for row in key.rows()} == {(each.key, each.code) for each in network.tracks}
    written = itinerary(network, key, Seal())
    assert all(f"   {each.code}. " in written for each in network.tracks)


# The itinerary


@pytest.mark.parametrize("name", SAMPLES)
def test_the_itinerary_has_every_station_exit_and_word_of_the_key(name: str) -> None:
    drawn = charted(name)
    rows = draw_text(drawn).splitlines()
    heads = [row.split(".")[0] for row in rows if re.match(r"[^\W\d_]", row)]
    assert {station.code for station in drawn.network.stations} <= set(heads)
    exits = [row.strip().split(" ")[0].removesuffix(".") for row in rows if re.match(r"   \S+\. ", row)]
    assert exits == [row.code for row in drawn.key.rows()]
    for row in drawn.key.rows():
        for head, text in row.cells():
            assert f"      {head}: {text}" in rows


def test_an_itinerary_is_read_from_top_to_bottom() -> None:
    written = draw_text(chart(complaint(), "sha256:" + "a" * 64)).splitlines()
    assert written[0] == "Customer complaint"
    assert written[1] == f"7 stations, 2 gates, 16 transitions, 23 tracks, 2 lines; version 1, sha256:{'a' * 64}"
    at = written.index("A. The main way")
    assert written[at + 1 : at + 4] == [
        "   from New",
        "   NE1, Acknowledge, to In review",
        "   IR1b, Decide, to Answering",
    ]
    stop = written.index("AN. Answering, Complaints desk")
    assert written[stop + 1 : stop + 5] == [
        "   why: The answer is decided; it goes out and what we promised is done.",
        "   if nothing happens: alert Supervisor after 1 working day",
        "   AN1. Send the answer, to Resolved",
        "      event: send_answer",
    ]
    assert chart(complaint(), errors=1).seal.words() == "version 1, not compiled: 1 error"
    assert chart(complaint(), errors=2).seal.words() == "version 1, not compiled: 2 errors"


SCRIPTS = (
    "تحت المراجعة",
    "בבדיקה",
    "审查中",
    "レビュー中",
    "검토 중",
    "समीक्षा में",
    "Überprüfung der Verhältnismäßigkeit",
)


@pytest.mark.parametrize("words", SCRIPTS)
def test_every_script_survives_in_the_itinerary(words: str) -> None:
    first = state("a", words, [line("go", "b", words, purpose=words)], "first")
    written = draw_text(chart(case_type([first, state("b", words, kind="final")], title=words)))
    assert written.count(words) >= 8
    leftwards = any(unicodedata.bidirectional(char) in ("R", "AL") for char in words)
    assert written.count("\u2068") == written.count("\u2069")
    assert ("\u2068" in written) == leftwards
    assert all(row.count("\u2068") == row.count("\u2069") for row in written.splitlines())


def test_hostile_words_stay_words_in_the_itinerary() -> None:
    written = draw_text(chart(nasty()))
    assert not any(char in written for char in "\x00\x1b\u202e\ufffe\r")
    assert written.encode("utf-8").decode("utf-8") == written
    assert written.count("\n") == len(written.splitlines())


# The manifest


@pytest.mark.parametrize("name", SAMPLES)
def test_the_manifest_counts_and_lists_all(name: str) -> None:
    drawn = charted(name)
    told = json.loads(drawn.manifest)
    network = drawn.network
    assert told["counts"] == {
        "stations": len(network.stations),
        "gates": sum(station.kind == "gate" for station in network.stations),
        "transitions": drawn.key.declared,
        "tracks": len(network.tracks),
        "lines": len(network.lines),
    }
    assert sorted(track["code"] for track in told["tracks"]) == sorted(track.code for track in network.tracks)
    assert [station["key"] for station in told["stations"]] == [station.key for station in network.stations]
    assert {track["transition"] for track in told["tracks"]} == {move.number for move in moves(SAMPLES[name])}
    assert (told["artifact"], told["errors"]) == (None, 0)


def test_the_manifest_is_bound_to_the_artifact_and_harmless() -> None:
    network = survey(complaint())
    said = manifest(network, key_of(complaint(), network), Seal("sha256:1", version=4))
    assert (json.loads(said)["artifact"], json.loads(said)["version"]) == ("sha256:1", 4)
    hostile = chart(nasty()).manifest
    assert hostile.isascii()
    assert "\n" not in hostile
    assert json.loads(hostile)["stations"][0]["title"] == NASTY


# DOT and Mermaid


@pytest.mark.parametrize("name", SAMPLES)
def test_every_track_has_an_arrow_with_its_code(name: str) -> None:
    drawn = charted(name)
    codes = [track.code for track in drawn.network.tracks]
    arrows = re.findall(r'-> \S+ \[label="?([\w.]+) ', draw_dot(drawn))
    assert arrows == codes
    rows = [row.strip() for row in draw_mermaid(drawn).splitlines() if " : " in row]
    assert [row.split(" : ")[1].split(" ")[0].replace("#46;", ".") for row in rows] == codes
    stations = [row for row in draw_mermaid(drawn).splitlines() if row.strip().startswith("state ")]
    assert len(stations) == len(drawn.network.stations)


def test_dot_and_mermaid_say_guards_and_people() -> None:
    drawn = charted("complaint")
    guards = "checklist is done; category is privacy or refund > 10000 GBP"
    dot, mermaid = draw_dot(drawn), draw_mermaid(drawn)
    assert f'IR -> LR [label="IR1a Decide [{guards}] by Complaint handler, Supervisor" style=solid]' in dot
    assert "LR1 Approve by Legal adviser, but not who did decide" in mermaid
    assert "#91;checklist is done#59; otherwise#93;" in mermaid
    assert 'RE -> CL [label="RE2 after 10 working days (Closed as answered)" style=dashed]' in dot
    assert 'label="Complaints desk"' in dot


def test_hostile_words_stay_words_for_other_tools() -> None:
    drawn = chart(nasty())
    dot, mermaid = draw_dot(drawn), draw_mermaid(drawn)
    assert dot.count("\n") == len(dot.splitlines())
    assert "\\\\N" in dot
    assert "label=<" not in dot
    words = r"(?:[^\W_]|[ .,()/'→\ufffd]|#\d+;)*"
    shape = re.compile(rf'stateDiagram-v2|direction LR|state "{words}" as s\d+|\S+ --> \S+( : {words})?')
    assert all(shape.fullmatch(row.strip()) for row in mermaid.splitlines())


SCRIPT = """
import sys
from transit_samples import complaint, mixed
from casedsl.transit.chart import chart, draw_dot, draw_mermaid, draw_text
for draw in (draw_text, draw_mermaid, draw_dot):
    assert draw is draw_dot or "graphviz" not in sys.modules
    for case_type in (complaint(), mixed(3), mixed(8)):
        sys.stdout.buffer.write(draw(chart(case_type)).encode() + chart(case_type).manifest.encode())
"""


def test_same_input_same_bytes_and_only_dot_loads_graphviz(printed_under_any_seed: Callable[[str], bytes]) -> None:
    assert printed_under_any_seed(SCRIPT)


def test_clean_takes_out_what_xml_forbids() -> None:
    assert clean("a\x00b\tc\u202ed\ud800e\U0001fffef") == "a\ufffdb c\ufffdd\ufffde\ufffdf"
