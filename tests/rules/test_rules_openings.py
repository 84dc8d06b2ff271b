"""What one opening can't give together, because two people supply it: CD201 and CD303, and no way that needs it.

That it is so is tried on the runtime: whoever opens a case, and for whomever, never gives both."""

from __future__ import annotations

from itertools import product

import pytest
from casedsl_runtime.commands import Accepted, Env, Open
from casedsl_runtime.engine import decide
from casedsl_runtime.machine import Machine
from casedsl_runtime.people import Directory, Person
from rule_programs import look, program, the_one

from casedsl.artifact.lower import lowered

TWO = """
fields
    urgent yes/no
        from customer
    offer text
        from {other}
first state new
    on answer -> done
        by clerk
        when urgent is set and offer is set
    on close -> done
        by clerk
    {later}
final state done
--- acme.case
organisation acme
    edition 1
role clerk
role customer outside
role supplier outside
{both}
"""


def codes(other: str = "supplier", later: str = "", both: str = "") -> list[str]:
    checked = look(TWO.format(other=other, later=later, both=both))
    return [finding.code for finding in checked.findings if finding.severity != "info"]


def test_what_two_people_supply_is_never_given_at_once() -> None:
    finding = the_one(TWO.format(other="supplier", later="", both=""), "CD201")
    assert finding.notes[0] == (
        "because",
        "`urgent` and `offer` are never both given: two people supply them, and only one opens a case",
    )


@pytest.mark.parametrize(
    ("other", "later", "both"),
    [
        ("customer", "", ""),
        ("supplier, clerk", "", ""),
        ("supplier", "", "may be both customer, supplier"),
        ("supplier", "on ask -> stay\n        by clerk for supplier\n        needs offer", ""),
    ],
)
def test_it_is_given_by_one_of_them_or_later(other: str, later: str, both: str) -> None:
    assert codes(other, later, both) == []


@pytest.mark.parametrize("both", ["", "may be both customer, supplier", "may be both clerk, customer"])
def test_it_is_so_on_the_runtime(both: str) -> None:
    checked = look(TWO.format(other="supplier", later="", both=both))
    assert checked.case_type is not None
    assert checked.facts is not None
    assert checked.facts.proofs is not None
    machine = Machine.of(lowered(checked.case_type), "w")
    kinds = [("clerk",), ("customer",), ("supplier",), tuple(both.removeprefix("may be both ").split(", "))]
    people = {f"p{number}": Person(f"p{number}", "P", kind) for number, kind in enumerate(kinds) if kind != ("",)}
    opened = [
        decide(machine, None, Open({"urgent": True, "offer": "x"}, other),
               Env(0, people[who], Directory(people), {}, {}, "C-1", "b"))
        for who, other in product(people, (None, *people))
    ]  # fmt: skip
    given = any(isinstance(each, Accepted) for each in opened)
    assert given == (not checked.facts.proofs.known.apart)


@program("CD303", "CD208")
def test_a_field_that_nobody_can_give_is_read() -> None:
    """
    fields
        urgent yes/no
            from customer
        reason text         # CD303[reason] `reason` is read, and nobody can ever give it
            from supplier
            asked when urgent is yes
        remark text
            asked when reason is set
            changed by clerk
    first state new
        on close -> done
            by clerk
    final state done
    """


@program("CD303")
def test_who_may_amend_it_can_give_it() -> None:
    """
    fields
        urgent yes/no
            from customer
        reason text
            from supplier
            asked when urgent is yes
            changed by clerk
        remark text
            asked when reason is set
            changed by clerk
    first state new
        on close -> done
            by clerk
    final state done
    """
