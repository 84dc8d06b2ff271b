"""The lines of the map: each is a way that some case can take, by names that mean one thing; no artifact knows."""

from __future__ import annotations

import pytest
from language_programs import files_of, looked_at, program_about

from casedsl.compile import artifact_hash
from casedsl.syntax.printing import print_yaml
from casedsl.transit.surveying import survey

FLOW = """
first state new
    team desk
    on ask -> asked
        by clerk
    on check -> checked
        by clerk
state checked
    on drop -> done
    on ask -> asked
        by clerk
    on send -> done
        by clerk
    on note -> stay
        by clerk
state asked
    on answer -> back
        by clerk
    on give_up -> done
        by clerk
final state done
"""


@program_about("CD117")
def test_neighbours_without_a_transition() -> None:
    """
    first state new
        on check -> checked
            by clerk
    state checked
        on send -> done
            by clerk
        on note -> stay
            by clerk
    final state done
    map
        line one   through new, done                # CD117[done] line `one` goes from `new` to `done`
        line two   through new, checked, new        # CD117[new] from `checked` to `new`
        line three through checked, checked         # CD117[checked] from `checked` to `checked`
        line four  through done, new                # CD117[new] from `done` to `new`
    """


@program_about("CD118")
def test_stages_anywhere_time_and_back_join() -> None:
    """
    stage open of new, checked
        on ask -> asked
            by clerk
    first state new
        team desk
        move to checked after 3 working days
    state checked
        on send -> done
            by clerk
    state asked
        on answer -> back
            by clerk
    final state done
    anywhere
        on drop -> done
            by clerk
    map
        line one   through new, checked, done
        line two   through new, asked, new, done
        line three through asked, checked
    """


def test_what_lies_between_is_told() -> None:
    found = looked_at(files_of(f"{FLOW}map\n    line short through new, done\n")).findings
    assert [(each.code, each.way_out) for each in found] == [
        ("CD117", "name what lies between: `new, asked, done`"),
    ]
    assert found[0].notes == (("so far", "from `new` a case goes to `asked`, `checked`"),)


@program_about("CD118")
def test_lines_that_no_case_can_take() -> None:
    """
    first state new
        on ask -> asked
            by clerk
        on check -> checked
            by clerk
        on shred -> done
    state checked
        on ask -> asked
            by clerk
        on send -> done
            by clerk
    state asked
        on answer -> back
            by clerk
        on call -> called
            by clerk
    state called
        on answer -> back
            by clerk
    final state done
    map
        line alone  through new                         # CD118[line alone] one state
        line closed through new, done                   # CD118[done] nobody may lead it from `new` to `done`
        line astray through new, asked, checked         # CD118[checked] it goes back to `new`, not to `checked`
        line long   through new, asked, called, checked # CD118[checked] it goes back to `new`
        line home   through new, asked, called, new, checked, done
    """


@program_about("CD118")
def test_a_torn_line_is_said_once() -> None:
    """
    first state new
        on shred -> checked
        on send -> checked
            by clerk
    state checked
        on send -> done
            by clerk
    final state done
    map
        line torn through new, done, checked    # CD117 # CD117
    """


@program_about("CD118")
def test_names_on_the_map() -> None:
    """
    first state new
        on send -> done
            by clerk
    final state done
    map
        line one "The way" through new, doen        # CD004[doen]
        line one "Another" through new, done        # CD002
        line two "The way" through new, done        # CD002 two lines of the map are called “The way”
    """


LINES = """map
    line home "There and back" through new, asked, new, checked, done
    line gone through new, asked, done
"""


def test_a_map_changes_nothing_of_the_artifact() -> None:
    with_lines, without = looked_at(files_of(FLOW + LINES)), looked_at(files_of(FLOW))
    assert with_lines.case_type is not None
    assert without.case_type is not None
    assert with_lines.sound
    assert artifact_hash(with_lines.case_type) == artifact_hash(without.case_type)


@pytest.mark.parametrize("coat", ["case", "yaml"])
def test_the_lines_of_the_author_are_drawn_in_both_coats(coat: str) -> None:
    checked = looked_at(files_of(FLOW + LINES))
    if coat == "yaml":
        files = {"main.case.yaml": print_yaml(checked.documents[0])}
        checked = looked_at(files, "main.case.yaml")
    assert checked.case_type is not None
    network = survey(checked.case_type)
    codes = [(line.letter, line.title, [network.track[key].code for key in line.tracks]) for line in network.lines]
    assert codes == [
        ("A", "There and back", ["NE1", "AS1a", "NE2", "CH3"]),
        ("B", "Gone", ["NE1", "AS2"]),
    ]


def test_a_line_ends_where_nothing_leads_on() -> None:
    """A definition with errors is drawn too."""
    checked = looked_at(files_of(FLOW + "map\n    line one through new, checked, new\n"))
    assert not checked.sound
    assert checked.case_type is not None
    assert [line.tracks for line in survey(checked.case_type).lines] == [("new/check/checked",)]
