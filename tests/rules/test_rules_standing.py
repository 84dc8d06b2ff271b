"""A case to which nothing is open, and an escalation to somebody to whom nothing is, because of what the case holds
(CD501, CD507)."""

from __future__ import annotations

from rule_programs import look, program, the_one

PROPOSED = """
fields
    amount integer 0..999 "How much?"
        {amended}
first state new
    on propose -> proposed
        by clerk
        needs amount
state proposed
    {more}
    on accept -> done
        by clerk
        when amount < 100
    on refuse -> done
        by chief
        when amount > 200
final state done
"""


def codes(more: str, amended: str = "") -> list[str]:
    found = look(PROPOSED.format(more=more, amended=amended)).findings
    return [each.code for each in found if each.code in ("CD299", "CD501", "CD507")]


def test_a_case_that_every_guard_shuts_out_is_shown() -> None:
    finding = the_one(PROPOSED.format(more="", amended=""), "CD501")
    assert finding.headline == "a case can stop in `proposed`: nobody may do anything then that leads on"
    assert finding.notes == (("a way there", "new -(propose)-> proposed"), ("example", "amount = 100"))


def test_what_opens_one_of_them_is_a_way_on() -> None:
    assert codes("") == ["CD501"]
    assert codes("on look -> stay\n        by clerk") == ["CD501"]
    assert codes("on drop -> done\n        by clerk") == []
    assert codes("on drop -> done") == ["CD501"]
    assert codes("on drop -> done\n        by clerk\n        when amount in 100..200") == []
    assert codes("on ask -> done\n        by clerk\n        needs amount\n        when amount > 300") == []
    assert codes("move to done after 5 working days", "changed by clerk in done") == []
    assert codes("", "changed by clerk") == []
    assert codes("", "changed by clerk in new") == ["CD501"]
    assert codes("escalate to chief after 5 working days\n    on back_to -> done\n        by chief\n"
                 "        reverses escalation") == []  # fmt: skip
    assert codes("on back_to -> done\n        by chief\n        reverses escalation") == ["CD501"]


def test_what_may_be_given_later_is_not_decided() -> None:
    """After it the case is still there, and may hold something else."""
    assert codes("on correct -> stay\n        by clerk\n        needs amount") == ["CD299"]


@program("CD501", "CD299", "CD204")
def test_a_gap_between_routes_is_said_once() -> None:
    """
    fields
        amount integer 0..999 "How much?"
    first state new
        on decide -> low or high    # CD204
            by clerk
            needs amount
            to low when amount < 100
            to high when amount > 200
    state low
        on end -> done
            by clerk
    state high
        on end -> done
            by clerk
    final state done
    """


@program("CD501", "CD299")
def test_what_a_case_holds_is_asked_on_the_way_that_it_goes() -> None:
    """
    fields
        big yes/no "Is it big?"
        fast yes/no "Is it fast?"
    first state new
        on propose -> proposed
            by clerk
            needs big, fast
            when big is yes or fast is yes
    state proposed
        on accept -> done
            by clerk
            when big is yes
        on pass -> done
            by clerk
            when fast is yes
    final state done
    """


ESCALATED = PROPOSED.replace("by clerk\n        when amount < 100", "by clerk")


def test_an_escalation_to_somebody_to_whom_nothing_is_open_then() -> None:
    raised = "escalate to chief after 5 working days"
    finding = the_one(ESCALATED.format(more=raised, amended=""), "CD507")
    assert finding.headline == "a case in `proposed` can be escalated to `chief`, who may do nothing then"
    assert finding.notes[1] == ("example", "amount = 0")
    for helped in (
        "on look -> stay\n        by chief",
        "on give -> stay\n        by chief\n        reverses escalation",
    ):
        text = ESCALATED.format(more=f"{raised}\n    {helped}", amended="")
        assert {"CD507", "CD299"}.isdisjoint(each.code for each in look(text).findings)


def test_where_everybody_is_shut_out_it_is_said_once() -> None:
    assert codes("escalate to chief after 5 working days") == ["CD501"]


def test_an_escalation_after_a_move_in_another_kind_of_time_is_not_decided() -> None:
    more = "escalate to chief after 5 working days\n    move to done after 8 clock days"
    found = [each.code for each in look(ESCALATED.format(more=more, amended="")).findings]
    assert "CD507" not in found
    assert found.count("CD299") == 1


WAITING = """
fields
{fields}
first state new
    on propose -> proposed
        by clerk
        needs {needs}
state proposed
{more}
    on accept -> done
        by clerk
        when {guard}
final state done
"""


def waiting(fields: str, needs: str, guard: str, more: str = "") -> list[str]:
    found = look(WAITING.format(fields=fields, needs=needs, guard=guard, more=more)).findings
    return [each.code for each in found if each.code in ("CD201", "CD299", "CD501")]


def test_what_is_amended_may_be_gone_then() -> None:
    text = "    a integer 0..99\n{0}    b integer 0..99\n"
    assert waiting(text.format(""), "b", "a is not set and b > 5") == ["CD501"]
    assert waiting(text.format("        changed by clerk\n"), "b", "a is not set and b > 5") == ["CD501"]
    assert waiting(text.format("        changed by clerk\n"), "b", "a is not set") == ["CD299"]


def test_what_must_be_less_than_another_field_is_amended_with_it() -> None:
    """b goes up first, then a; or both at once."""
    fields = "    a integer 0..99\n        must be at most b\n        changed by clerk\n    b integer 0..99\n{0}"
    assert waiting(fields.format(""), "a, b", "a > 50") == ["CD501"]
    assert waiting(fields.format("        changed by clerk\n"), "a, b", "a > 50") == ["CD299"]
    assert waiting(fields.format(""), "a, b", "a > 50", "    on lift -> stay\n        by clerk\n        needs b") == [
        "CD299"
    ]


def test_what_was_not_asked_for_a_while_is_gone() -> None:
    """The clerk says that it is small, then that it is big after all: the amount is asked again."""
    fields = "    big yes/no\n{0}    amount integer 0..99\n        asked when big is yes\n"
    guard = "big is yes and amount is not set"
    assert waiting(fields.format("        changed by clerk\n"), "big, amount", guard) == ["CD299"]


CHAIN = """
    on look -> stay
        by clerk
        {looked}
    on mark -> stay
        by clerk
        when {guard}
        set marked to yes"""


def test_an_event_may_open_another_that_opens_a_third() -> None:
    fields = "    seen yes/no\n        default no\n    marked yes/no\n        default no\n    a integer 0..99"
    seen = CHAIN.format(looked="set seen to yes", guard="seen is yes")
    assert waiting(fields, "a", "marked is yes", seen) == ["CD299"]
    counted = CHAIN.format(looked="", guard="look has happened")
    assert waiting(fields, "a", "marked is yes", counted) == ["CD299"]
    assert waiting(fields, "a", "marked is yes", CHAIN.format(looked="", guard="seen is yes")) == ["CD501"]


def test_a_default_that_comes_back_must_be_what_it_must_be() -> None:
    """When `paid` is no, the fee is not asked any more, and its default may be too low: then that is refused."""
    fields = (
        "    paid yes/no\n    least integer 0..99\n"
        "    fee integer 0..99\n        asked when paid is yes\n        default 0\n        must be at least least\n"
    )
    back = WAITING.replace("        when {guard}", "        set paid to no")
    found = look(back.format(fields=fields, needs="paid, least, fee", more="")).findings
    assert [each.code for each in found if each.code in ("CD299", "CD501")] == ["CD299"]
