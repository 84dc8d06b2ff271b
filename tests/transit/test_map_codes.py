"""Codes: short, all different, the same every time; an inserted transition renumbers one station only."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from casedsl.transit.codes import exit_code, letters, station_codes


def test_two_letters_of_the_title() -> None:
    titles = ("New", "In review", "Legal review", "Waiting on customer", "Late review", "Newt", "Prüfung", "Über uns")
    assert station_codes(titles) == ("NE", "IR", "LR", "WC", "LA", "NW", "PR", "ÜU")


def test_titles_in_other_scripts_are_counted_and_not_guessed() -> None:
    assert station_codes(("受付", "جديد", "Новый", "X", "S", "", "Straße")) == (
        "S1",
        "S2",
        "S3",
        "S4",
        "S5",
        "S6",
        "ST",
    )


def test_where_no_pair_is_left_there_is_a_number() -> None:
    assert station_codes(("Ab",) * 4) == ("AB", "S1", "S2", "S3")


def test_a_code_that_ends_in_a_digit_is_parted_from_its_exit() -> None:
    assert (exit_code("TR", 4), exit_code("S1", 12), exit_code("S11", 2)) == ("TR4", "S1.12", "S11.2")
    assert (exit_code("TR", 4, 0), exit_code("TR", 4, 27)) == ("TR4a", "TR4ab")
    assert [letters(at) for at in (0, 25, 26, 701, 702)] == ["a", "z", "aa", "zz", "aaa"]


@given(st.lists(st.text(max_size=12), max_size=40))
@settings(derandomize=True, deadline=None)
def test_all_codes_are_different(titles: list[str]) -> None:
    codes = station_codes(titles)
    assert len(codes) == len(titles) == len(set(codes))
    exits = [exit_code(code, number, part) for code in codes for number in (1, 2, 12) for part in (None, 0, 1)]
    assert len(exits) == len(set(exits))
    assert station_codes(titles) == codes


@given(st.lists(st.text(max_size=12), max_size=20), st.text(max_size=12))
@settings(derandomize=True, deadline=None)
def test_a_station_added_at_the_end_leaves_the_others_alone(titles: list[str], new: str) -> None:
    assert station_codes([*titles, new])[:-1] == station_codes(titles)
