"""What a field must be, at run time: whatever would break it is refused, and says why in the author's words."""

from __future__ import annotations

from pathlib import Path

import pytest
from play_programs import held

CASE = """
case type bounded
    edition 1
    use     "organisation"
fields
    kind    choice
        changed by clerk
        option good
        option bad
    heard   date
        changed by clerk
        must be at least 2026-01-01
    closed  date
        changed by clerk
        must be > heard and at most heard + 30 calendar days else "They are answered within 30 days."
    paid    money GBP
        asked when kind is good
        default 10 GBP
        must be at least 1 GBP
    floor   integer 0..9
        changed by clerk
    height  integer
        asked when kind is good
        default 5
        must be at least floor
first state new
    on hear -> stay
        by clerk
        needs heard
    on close -> done
        by clerk
        needs heard, closed
    on raise -> stay
        by clerk
        needs floor
        set height to 5
    on lower -> stay
        by clerk
        needs floor
        set height to floor - 1
    on pay -> stay
        by clerk
        needs kind, paid, height
    on forget -> stay
        by clerk
        clears height
    on swap -> stay
        by clerk
        needs floor
        set floor to 1
final state done
"""

STORIES = """
scenario "An opening keeps it"
    opened 2026-11-02 10:00
    given heard is 2026-03-02, closed is 2026-03-03
    then closed is 2026-03-03
scenario "An event is refused that breaks it, with the author's reason"
    opened 2026-11-02 10:00
    as clerk do hear with heard is 2025-03-02 but is refused because "`heard` must be at least 2026-01-01"
    as clerk do hear with heard is 2026-03-02
    as clerk do close with closed is 2026-03-02 but is refused because "`closed` must be > heard: They are answered"
    as clerk do close with closed is 2026-04-02 but is refused because "must be at most heard + 30 calendar days: They"
    as clerk do close with closed is 2026-04-01
    then state is done
scenario "What isn't set is asked for nothing, so either may come first"
    opened 2026-11-02 10:00
    as clerk change closed to 2026-03-02
    as clerk do hear with heard is 2026-03-02 but is refused because "`closed` must be > heard"
    as clerk do hear with heard is 2026-03-01
    then heard is 2026-03-01
scenario "Who changes the other field breaks it too, and both may be changed at once"
    opened 2026-11-02 10:00
    given heard is 2026-03-02, closed is 2026-03-10
    as clerk change heard to 2026-03-10 but is refused because "`closed` must be > heard: They are answered"
    then heard is 2026-03-02
    as clerk change heard to 2026-06-01, closed to 2026-06-10
    then closed is 2026-06-10
scenario "What an event sets keeps it, when all is done"
    opened 2026-11-02 10:00
    given kind is good
    as clerk do raise with floor is 4
    as clerk do raise with floor is 6 but is refused because "`height` must be at least floor"
    as clerk do lower with floor is 3 but is refused because "`height` must be at least floor"
    then floor is 4
scenario "A value that is given is looked at before the event sets another"
    opened 2026-11-02 10:00
    as clerk do swap with floor is 9 but is refused because "`height` must be at least floor"
    as clerk do swap with floor is 2
    then floor is 1
scenario "A default that comes back is a value like any other"
    opened 2026-11-02 10:00
    given kind is good
    as clerk do pay with height is 9
    as clerk do raise with floor is 5
    as clerk do pay with height is 9
    as clerk change floor to 7
    as clerk do forget but is refused because "`height` must be at least floor"
    as clerk change kind to bad but is refused because "`height` must be at least floor"
    then kind is good
    as clerk change floor to 5
    as clerk change kind to bad
    then height is 5
scenario "What stands for itself is refused for itself"
    opened 2026-11-02 10:00
    as clerk do pay with kind is good, paid is 0 GBP but is refused because "`paid` must be at least 1 GBP"
    as clerk do pay with kind is bad
    then paid is 10 GBP
"""


@pytest.mark.parametrize("story", range(STORIES.count("scenario ")))
def test_what_a_field_must_be_is_kept(tmp_path: Path, story: int) -> None:
    one = "scenario " + STORIES.split("scenario ")[story + 1]
    (tmp_path / "bounded.case").write_text(CASE + one)
    shared = Path(__file__).with_name("semantics") / "organisation.case"
    (tmp_path / "organisation.case").write_bytes(shared.read_bytes())
    held(tmp_path / "bounded.case")
