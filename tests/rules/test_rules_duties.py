"""CD503, CD504 and CD505: one person for two duties, nobody left, nobody to be missed. That they are right is shown by
random definitions in `tests/solving`; here stands what each says."""

from __future__ import annotations

from rule_programs import files_of, program, the_one

from casedsl.analysis.people import Roster
from casedsl.compile import Checked, _resolved, check
from casedsl.syntax.finding import Finding
from casedsl.syntax.use import read_definition

TWO_ROLES = """
case type letter
    edition 1
    use "shop"
first state new
    on decide -> checked
        by clerk
state checked
    on approve -> done
        by chief
        but not who did decide
    on postpone -> later
        by clerk
state later
    on approve -> done
        by chief
final state done
--- shop.case
organisation shop
    edition 1
role clerk
role chief
{both}
"""

END = "final state done\n"


def look(text: str, **people: str) -> Checked:
    """What is found with these people: `kim="clerk, chief"`."""
    files = files_of(text)
    roster = Roster("people.yaml", tuple((who, tuple(roles.split(", "))) for who, roles in people.items()))
    return check("main.case", files.__getitem__, roster=roster if people else None)


def found(text: str, *codes: str, **people: str) -> list[Finding]:
    return [each for each in look(text, **people).findings if each.code in codes]


def test_two_roles_make_a_loophole_only_if_one_person_may_hold_both() -> None:
    assert found(TWO_ROLES.format(both=""), "CD503") == []
    (finding,) = found(TWO_ROLES.format(both="may be both clerk, chief"), "CD503")
    assert finding.severity == "error"
    assert finding.notes == (
        ("a way there", "new -(decide)-> checked -(postpone)-> later -(approve)-> done"),
        ("who", "one person who is `clerk` and `chief` does `decide` and `approve`; `may be both` allows it"),
        ("why", "they are barred on this way, and go round it"),
    )


@program("CD503")
def test_a_line_for_other_cases_is_a_warning() -> None:
    """
    fields
        big yes/no
    first state new
        on decide -> large or small
            by clerk
            needs big
            to large when big is yes
            to small otherwise
    state large
        on approve -> done
            by clerk
            but not who did decide
    state small
        on approve -> done          # CD503[on approve] whoever did `decide` may `approve` all the same in `small`
            by clerk
    final state done
    """


def test_of_a_line_for_other_cases_it_is_said_that_nothing_keeps_two_apart() -> None:
    text = test_a_line_for_other_cases_is_a_warning.__doc__ or ""
    (finding,) = found(text, "CD503")
    assert finding.severity == "warning"
    assert finding.notes[-1] == ("why", "nothing keeps two people apart on this way")


@program("CD503")
def test_what_somebody_else_does_anew_frees_the_first() -> None:
    """
    first state new
        on decide -> checked
            by clerk, chief
    state checked
        on decide -> checked
            by clerk, chief
        on approve -> done
            by chief
            but not who did decide
    final state done
    """


@program("CD503")
def test_who_enters_it_for_another_did_it_themselves() -> None:
    """
    first state new
        on object -> objected
            by clerk for customer
    state objected
        on settle -> done           # CD106
            by customer
            but not who did object
        on wait -> later
            by clerk
    state later
        on settle -> done
            by customer
        on object -> stay
            by chief
    final state done
    """


@program("CD503")
def test_a_duty_that_bars_nobody() -> None:
    """
    first state new
        on decide -> checked
            by clerk
    state checked
        on approve -> paid
            by chief
            but not who did pay     # CD503[pay] nobody is kept from `approve` by this
    state paid
        on pay -> done
            by clerk
    final state done
    """


@program("CD503", "CD504")
def test_a_guard_that_closes_the_way_leaves_no_finding() -> None:
    """
    fields
        big yes/no
    first state new
        on decide -> checked
            by clerk
            needs big
            when big is yes
    state checked
        on approve -> done
            by clerk, chief
            but not who did decide
        on postpone -> later
            by clerk
            when big is no          # CD201
    state later
        on approve -> done
            by clerk
    final state done
    """


@program("CD504")
def test_somebody_inside_or_time_is_always_left() -> None:
    """
    first state new
        team desk
        on object -> objected
            by customer
        on settle -> objected
            by customer
    state objected
        on settle -> done
            by customer, clerk
            but not who did object
        on object -> stay
            by customer
        move to done after 5 working days
    final state done
    """


ONE_CHIEF = """
first state new
    on decide -> checked
        by clerk, chief
state checked
    on approve -> done
        by chief
        but not who did decide
final state done
"""


def test_one_who_did_it_and_nobody_else() -> None:
    (finding,) = found(ONE_CHIEF, "CD504", "CD505", kim="clerk", ana="chief")
    assert finding.headline == (
        "of the people in people.yaml nobody may `approve` in `checked`, and nothing else leads on"
    )
    assert finding.notes == (("a way there", "new -(decide)-> checked"), ("who", "`ana` does `decide`"))
    assert [label.text for label in finding.labels] == ["not for `ana`, who did `decide`"]
    assert finding.way_out == "give one more person the role `chief` in people.yaml"


def test_a_role_that_nobody_holds() -> None:
    (finding,) = found(ONE_CHIEF, "CD504", "CD505", kim="clerk")
    assert [label.text for label in finding.labels] == ["nobody is `chief`"]
    assert finding.way_out == "give somebody the role `chief` in people.yaml"


def test_with_four_eyes_and_two_chiefs_neither_can_be_missed_and_with_three_each_can() -> None:
    (finding,) = found(ONE_CHIEF, "CD504", "CD505", kim="clerk", lee="clerk", ana="chief", bea="chief")
    assert finding.code == "CD505"
    assert finding.headline == "without `ana` or without `bea` nobody may `approve` in `checked`"
    assert found(ONE_CHIEF, "CD504", "CD505", kim="clerk", lee="clerk", ana="chief", bea="chief", cyd="chief") == []


def test_what_hangs_on_one_person_is_one_finding() -> None:
    text = "first state new\n    on a -> b\n        by clerk\nstate b\n    on c -> done\n        by clerk\n" + END
    (finding,) = found(text, "CD504", "CD505", kim="clerk")
    assert finding.headline == "without `kim` nobody may `a` in `new`"
    assert [label.text for label in finding.labels] == ["nor this, in `b`"]


def test_what_only_the_other_side_does_brings_a_case_on_only_where_it_waits_for_them() -> None:
    text = "first state new\n    on check -> done\n        by clerk\n    on drop -> done\n        by customer\n" + END
    assert [each.code for each in found(text, "CD504", "CD505", kim="clerk")] == ["CD505"]
    assert found(text.replace("new\n", "new\n    waiting on customer\n", 1), "CD504", "CD505", kim="clerk") == []


def test_an_event_that_nobody_ever_does_is_a_warning() -> None:
    text = "first state new\n    on check -> done\n        by clerk\n    on sign -> done\n        by chief\n" + END
    (finding,) = found(text, "CD504", kim="clerk", lee="clerk")
    assert (finding.severity, finding.headline) == ("warning", "of the people in people.yaml nobody may ever `sign`")
    assert finding.notes == (("why", "nobody is `chief`"),)


def test_without_a_list_nothing_is_said_of_people() -> None:
    assert found(ONE_CHIEF, "CD504", "CD505") == []


def test_too_many_people_for_too_many_duties_are_not_decided() -> None:
    events = [f"e{number}" for number in range(9)]
    lines = "".join(f"    on {event} -> stay\n        by clerk\n" for event in events)
    signs = "".join(f"    on s{event} -> done\n        by chief\n        but not who did {event}\n" for event in events)
    people = {f"p{number}": "clerk" for number in range(12)}
    text = f"first state new\n{lines}{signs}final state done\n"
    (finding,) = found(text, "CD299", "CD503", "CD504", "CD505", ana="chief", **people)
    assert (finding.code, finding.severity) == ("CD299", "info")
    assert finding.headline == "whether a case can stop because nobody in people.yaml may go on is not decided"


# Who can be the assignee, and responsible


def test_who_is_assigned_and_responsible_in_each_state() -> None:
    """A state without a team keeps it, and a side step keeps what was escalated before."""
    text = (
        "first state new\n    team desk\n    escalate to chief after 5 working days\n"
        "    on ask -> asked\n        by clerk\n    on pass_on -> board_\n        by clerk\n"
        "state asked\n    on reply -> back\n        by clerk\n"
        "state board_\n    team board\n    on answer -> done\n        by chief\nfinal state done\n"
    )
    files = files_of(text)
    organisation = files["acme.case"].replace(b'team board "Board"', b"    assign   least loaded clerk\nteam board")
    facts = _resolved(read_definition("main.case", {**files, "acme.case": organisation}.__getitem__))
    assert facts.assignees == {"new": ("clerk",), "asked": ("clerk",), "board_": (None,), "done": (None,)}
    assert facts.responsible == {"new": ("chief",), "asked": ("chief",), "board_": (), "done": ()}


# Who may leave, and rights that nobody uses (CD501, CD506)


@program("CD501", "CD506")
def test_a_state_that_only_gives_back_what_was_never_escalated() -> None:
    """
    first state new
        on ask -> asked
            by clerk
    state asked                     # CD501[state asked] nobody can ever leave `asked`
        on hand_back -> done
            by chief
            reverses escalation
    final state done
    """


@program("CD501", "CD506")
def test_a_side_step_of_an_escalated_state_can_give_it_back() -> None:
    """
    first state new
        team desk
        escalate to chief after 5 working days
        on ask -> asked
            by clerk, chief
        on answer -> done
            by clerk
    state asked
        on reply -> back
            by clerk
        on hand_back -> stay
            by chief
            reverses escalation
    final state done
    """


@program("CD506")
def test_rights_that_nobody_uses() -> None:
    """
    first state new
        on object -> objected
            by customer
        on settle -> objected
            by clerk, clerk for customer        # CD506[clerk] nobody ever does `settle` as `clerk for customer`
        on hand_back -> stay                    # CD506[on hand_back] gives back an escalation
            by chief
            reverses escalation
    state objected
        on agree -> done                        # CD106
            by chief, customer
            but not who did object
        on object -> stay
            by customer
    final state done
    """


def test_a_right_that_is_barred_on_every_way() -> None:
    text = (
        "first state new\n    on object -> objected\n        by customer\n"
        "state objected\n    on agree -> done\n        by chief, customer\n        but not who did object\n" + END
    )
    finding = the_one(text, "CD506")
    assert finding.headline == "nobody ever does `agree` as `customer`"
    assert finding.notes == (("why", "the `customer` of the case has always done what bars them"),)


# Where guards matter

SMALL = """
fields
    small yes/no
first state new
    on check -> checked
        by clerk
        needs small
state checked
    on approve -> done
        by chief
    on wave_through -> done
        by clerk
        when small is yes
final state done
"""


def test_what_is_open_to_others_only_in_some_cases_leaves_one_to_be_missed() -> None:
    (finding,) = found(SMALL, "CD299", "CD504", "CD505", kim="clerk", lee="clerk", uma="chief")
    assert (finding.code, finding.headline) == ("CD505", "without `uma` nobody may `approve` in `checked`")
    assert [label.text for label in finding.labels] == ["not so in this case"]
    assert finding.notes == (("a way there", "new -(check)-> checked"), ("example", "small = no"))


def test_whoever_may_do_it_in_all_cases_leaves_nobody_to_be_missed() -> None:
    text = SMALL.replace("        when small is yes\n", "")
    assert found(text, "CD299", "CD504", "CD505", kim="clerk", lee="clerk", uma="chief") == []


def test_who_alone_can_give_what_an_event_needs_is_not_left_out() -> None:
    """Another may do the event, and not give what it needs; whether that was given before is not decided."""
    text = SMALL.replace("small yes/no\n", "small yes/no\n    price integer 0..9\n        from chief\n")
    text = text.replace("by chief\n", "by clerk, chief\n        needs price\n")
    assert [each.code for each in found(text, "CD299", "CD505", kim="clerk", lee="clerk", uma="chief")] == ["CD299"]


@program("CD504", "CD299")
def test_a_guard_may_close_the_only_way_that_is_left() -> None:
    """
    fields
        urgent yes/no
    first state new
        on object -> objected
            by customer
            needs urgent
        on withdraw -> done
            by customer
    state objected
        on withdraw -> done         # CD504[on withdraw] nobody may `withdraw` in `objected`, and nothing else leads on
            by customer
            but not who did object
        on object -> stay
            by customer
        on hurry -> done
            by clerk
            when urgent is yes
    final state done
    """


@program("CD503", "CD299")
def test_a_way_that_no_case_goes_is_no_loophole() -> None:
    """
    first state new
        on decide -> checked
            by clerk, chief
        on note_down -> stay
            by clerk, chief
    state checked
        on approve -> done
            by chief
            but not who did decide
        on postpone -> later
            by clerk, chief
            when note_down has happened 2 times
        on object -> new
            by clerk
    state later
        on approve -> done
            by clerk
            when not note_down has happened 2 times
        on close -> done
            by clerk
    final state done
    """


@program("CD503", "CD299")
def test_a_loophole_that_is_neither_shown_nor_excluded_is_said_to_be_open() -> None:
    """
    fields
        rate  integer 0..999999
        count integer 0..999999
    first state new
        on decide -> checked
            by clerk, chief
            needs rate, count
    state checked
        on approve -> done
            by chief
            but not who did decide
        on postpone -> later
            by clerk, chief
            when rate * count is 7919000031    # CD299
    state later
        on approve -> done          # CD299 whether whoever did `decide` may `approve` here all the same is not decided
            by clerk
    final state done
    """


def test_an_event_that_a_bound_may_refuse_is_no_way_on() -> None:
    text = """
    fields
        size integer 0..9
        kept integer 0..9
            must be {bound}
    first state new
        on read -> opened
            by chief, clerk
            needs size
    state opened
        on approve -> done
            by chief
            but not who did read
        on drop -> done
            by clerk
            needs kept
    final state done
    """
    assert found(text.format(bound="at least 3"), "CD299", "CD504", max="chief", kim="clerk") == []
    (doubt,) = found(text.format(bound="> size"), "CD299", "CD504", max="chief", kim="clerk")
    assert doubt.code == "CD299"


def test_what_is_given_can_be_chosen_by_what_the_case_holds() -> None:
    text = """
    fields
        fee   integer 0..99
        spent integer 0..99
    first state new
        on object -> objected
            by customer
            needs fee
    state objected
        on withdraw -> done
            by customer
            but not who did object
            when fee is set
        on settle -> done
            by clerk
            needs spent
            when spent {sign} fee
    final state done
    """
    assert found(text.format(sign="<="), "CD299", "CD504", kim="clerk") == []
    (stop,) = found(text.format(sign="<"), "CD299", "CD504", kim="clerk")
    assert stop.code == "CD299"


AMENDED = """
fields
    big yes/no
        changed by chief in open
first state new
    on take -> open
        by clerk
        needs big
        when big is no
state open
    on close -> done
        by clerk
        when big is yes
final state done
"""


def test_who_alone_amends_what_closes_the_way_on_is_missed_at_the_state_that_cases_stop_in() -> None:
    (finding,) = found(AMENDED, "CD504", "CD505", kim="clerk", lee="clerk", ana="chief")
    assert finding.headline == "without `ana` nobody may go on in `open`"
    assert finding.label == "nobody else in the list may amend what closes the way on"
    assert finding.way_out == "let somebody who is there amend what closes the way on"


@program("CD506")
def test_a_role_that_is_barred_whenever_the_guard_is_so() -> None:
    """
    first state new
        on check -> stay
            by customer
        on approve -> done
            by chief, customer      # CD506[customer] nobody ever does `approve` as `customer`
            but not who did check
            when check has happened
        on look -> done
            by chief, customer
            but not who did check
            when not check has happened
    final state done
    """


@program("CD506")
def test_a_role_that_is_barred_in_some_cases_only() -> None:
    """
    first state new
        on check -> stay
            by customer, clerk
        on approve -> done
            by chief, customer
            but not who did check
            when check has happened
    final state done
    """
