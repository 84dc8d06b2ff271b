"""Two charts compared: what no picture shows is told too, codes are those of the union, and the seal names both."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from msgspec.structs import replace
from transit_samples import complaint, ref, time

from casedsl.model.records import CaseType, State
from casedsl.transit.chart import chart
from casedsl.transit.comparing import comparison
from casedsl.transit.difference import GONE, told_in_words
from casedsl.transit.export.forms import Press
from casedsl.transit.overlays.data import Numbers
from casedsl.transit.overlays.heat import Heat

OLD, NEW = "sha256:" + "a" * 64, "sha256:" + "b" * 64


def with_state(base: CaseType, name: str, edit: Callable[[State], State]) -> CaseType:
    return replace(base, states={**base.states, name: edit(base.states[name])})


def longer_promise(base: CaseType) -> CaseType:
    name, promise = next(iter(base.promises.items()))
    return replace(base, promises={**base.promises, name: replace(promise, within=time(99))})


def other_receiver(base: CaseType) -> CaseType:
    name, at = next(
        (state.name, at)
        for state in base.states.values()
        for at, timer in enumerate(state.timers)
        if timer.rung != "move"
    )

    def edited(state: State) -> State:
        timers = list(state.timers)
        timers[at] = replace(timers[at], to=ref("legal"))
        return replace(state, timers=tuple(timers))

    return with_state(base, name, edited)


def other_purpose(base: CaseType) -> CaseType:
    return with_state(base, "new", lambda state: replace(state, purpose="it just came in"))


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (longer_promise, "promise We answer your complaint: was within 10 working days"),
        (other_receiver, "Legal adviser after"),
        (other_purpose, "is it just came in"),
        (lambda base: replace(base, version=base.version + 1), "version: was 1, is 2\n"),
    ],
)
def test_what_only_the_key_says_is_told(edit: Callable[[CaseType], CaseType], said: str) -> None:
    words = told_in_words(comparison(chart(complaint()), chart(edit(complaint())))[0])
    assert said in words
    assert words.count("was ") == 1


def test_a_promise_that_is_new_and_one_that_is_gone() -> None:
    fewer = replace(complaint(), promises={})
    gone = comparison(chart(complaint()), chart(fewer))[0].words
    assert "promise We answer your complaint: − gone" in gone
    assert "promise We answer your complaint: + new" in comparison(chart(fewer), chart(complaint()))[0].words


def without(base: CaseType, name: str) -> CaseType:
    """Without a state, and without the ways that lead there."""
    states = {
        key: replace(
            state,
            transitions=tuple(
                each for each in state.transitions if all(route.to.name != name for route in each.routes)
            ),
        )
        for key, state in base.states.items()
        if key != name
    }
    return replace(base, states=states)


def test_codes_at_a_station_are_those_of_the_union() -> None:
    base = replace(complaint(), stages={}, anywhere=())
    old = chart(base)
    found, both = comparison(old, chart(without(base, "in_review")))
    code_of = {track.code: track for track in both.network.tracks}
    assert any(stop.code.startswith(GONE) for stop in both.key.stops)
    for stop in both.key.stops:
        arriving = {each.code for each in both.network.tracks if each.target == stop.station != each.source}
        assert set(stop.arrivals) == arriving, stop.station
        assert set(stop.also) <= code_of.keys()
    assert any(code.startswith(GONE) for stop in both.key.stops for code in stop.arrivals if stop.code[0] != GONE)
    assert found.codes.keys() == {track.code for track in old.network.tracks}


def test_a_comparison_says_that_it_is_one() -> None:
    newer = replace(complaint(), version=2)
    _, both = comparison(chart(complaint(), OLD), chart(newer, NEW))
    assert both.imprint.subtitle == "version 1 compared with version 2"
    assert both.imprint.foot == (f"version 1, {OLD} compared with version 2, {NEW}",)
    whole = json.loads(both.manifest)
    assert whole["artifact"] is None, "it is neither of them"
    assert whole["compared"] == [
        {"version": 1, "artifact": OLD, "errors": 0},
        {"version": 2, "artifact": NEW, "errors": 0},
    ]
    assert "compared" not in json.loads(chart(complaint(), OLD).manifest)


def test_text_has_the_numbers_of_an_overlay() -> None:
    shown = chart(complaint(), OLD)
    track = shown.network.tracks[0].key
    heat = Heat("2026-11-06T15:00:00Z", 7, 0, {"new": Numbers("new", now=7)}, {track: 5}, {})
    text = Press(shown, heat=heat).printed("text").decode()
    assert "   cases: 7 cases now\n" in text
    assert "      taken: 5 times\n" in text
    assert "cases now" not in Press(shown).printed("text").decode()
