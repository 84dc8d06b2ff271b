"""Scenarios: every name is bound, every value fits its field, time never goes back; each slip is found at its word."""

from __future__ import annotations

import subprocess
import sys

import pytest
from language_programs import ROOT, looked_at, program

from casedsl.model.scenarios import scenarios_of
from casedsl.model.scenarios.records import Holds, IsAssigned, Opened, Person, Then

STATES = """\
case type letter "Letter"
    edition 1
    use "acme"
first state new
    on answer -> done
        by clerk
final state done
"""


@program
def test_every_kind_of_name_that_is_not_there() -> None:
    """
    fields
        fee  money GBP
        kind choice
            option a
    promise soon
        within   2 working days
        calendar office
        met by   answer
    first state new
        on answer -> done
            by clerk
            needs fee
    final state done
    template late
        subject "x"
        body    "y"
    scenario "One"
        opened 2026-11-06 15:00 by pat              # CD004[pat] there is no person `pat`
        given  kind is b, cost is 3 GBP             # CD004[b] there is no option `b` # CD004[cost] no field `cost`
        person kim is clark                         # CD004[clark] there is no role `clark`
        as kin do answer                            # CD004[kin] there is no person `kin`
        as kim do anser with fe is 3 GBP            # CD004[anser] there is no event `anser` # CD004[fe] no field `fe`
        as kim change fe to 3 GBP                   # CD004[fe] there is no field `fe`
        wait 2 working hours of ofice               # CD004[ofice] there is no calendar `ofice`
        then state is nwe                           # CD004[nwe] there is no state `nwe`
        then kin may answer                         # CD004[kin] there is no person `kin`
        then kim may anser                          # CD004[anser] there is no event `anser`
        then asignee was prompted                   # CD004[asignee] there is no person or role `asignee`
        then customer was sent lat                  # CD004[lat] there is no template `lat`
        then son is due at 2026-11-09 17:30         # CD004[son] there is no promise `son`
        then son is met                             # CD004[son] there is no promise `son`
        then fe is set                              # CD004[fe] there is no field `fe`
        then fe is 3 GBP                            # CD004[fe] there is no field `fe`
        then cheif is responsible                   # CD004[cheif] there is no role `cheif`
        then assignee is kin                        # CD004[kin] there is no person `kin`
        then nobody may anser                       # CD004[anser] there is no event `anser`
        then nobody was sent lat                    # CD004[lat] there is no template `lat`
        then customer was sent lat saying "y"       # CD004[lat] there is no template `lat`
        as kim change fe to not set                 # CD004[fe] there is no field `fe`
        then nothing can be done but answer, fe     # CD004[fe] there is no event or field `fe`
    """


@program
def test_nobody_is_denied_once_and_names_no_person() -> None:
    """
    first state new
        on answer -> done
            by clerk
    final state done
    template late
        subject "x"
        body    "y"
    scenario "One"
        opened 2026-11-06 15:00
        person nobody is clerk                      # CD004 `nobody` has a meaning of its own
        then nobody may not answer                  # CD005[nobody may not answer] says no twice
        then nobody was not prompted                # CD005 says no twice
        then nobody was not sent late               # CD005 says no twice
        then nobody may answer because "late"       # CD005["late"] has no reason that could be asked for
        then nobody may answer at 2026-11-06 15:00  # CD005 is asked now, and not at another time
        then nothing can be done at 2026-11-06 15:00    # CD005 is asked now, and not at another time
    """


@program
def test_values_that_do_not_fit() -> None:
    """
    fields
        fee    money GBP
        grade  scale 1..5
        kind   choice
            option a
        ok     yes/no
        called date and time
        topic  text
        written date
    promise soon
        within   2 working days
        calendar office
        met by   answer
    first state new
        on answer -> done
            by clerk
            needs a note
    final state done
    scenario "One"
        opened 2026-02-30 15:00                     # CD005[2026-02-30] there is no day 2026-02-30
        given  fee is 3, grade is 6                 # CD005[3] is a plain number # CD005[6] doesn't lie in `1..5`
        as clerk do answer with ok is 5             # CD005[5] is a plain number
        as clerk do answer with called is 2026-11-06        # CD005[2026-11-06] takes a date and time
        as clerk do answer with written is 2026-11-06 10:00 # CD005[2026-11-06 10:00] is a date and time
        as clerk do answer with fee is 3 GBP + 2 GBP        # CD005[3 GBP + 2 GBP] isn't one value
        as clerk do answer with topic is "a", topic is "b"  # CD002[topic] `topic` is given twice
        as clerk do answer with note is 5           # CD005[5] is no note
        wait until 2026-11-06 25:00                 # CD005[25:00] is no time of day
        wait 3 days                                 # CD005[3 days] doesn't say which days are counted
        then grade is 0                             # CD005[0] doesn't lie in `1..5`
        then soon is 5                              # CD005[5] a promise isn't `5`
        then state is new as lost                   # CD005[lost] `new` is not final
    """


@program
def test_a_moment_before_the_one_before() -> None:
    """
    first state new
        on answer -> done
            by clerk
    final state done
    scenario "One"
        opened 2026-11-06 15:00
        wait until 2026-11-06 14:00                 # CD005[2026-11-06 14:00] `2026-11-06 14:00` is before
        wait until 2026-11-06 14:30                 # CD005[2026-11-06 14:30] is before `2026-11-06 15:00`
        wait until 2026-11-06 15:00
        wait 2 clock hours
        wait until 2026-11-08 24:00
        wait until 2026-11-09 00:00                 # a day's end is the next day's beginning
        wait until 2026-11-08 23:00                 # CD005[2026-11-08 23:00] time never goes back
    """


@program
def test_what_a_scenario_must_have_and_can_say_once() -> None:
    """
    first state new
        on answer -> done
            by clerk
    final state done
    scenario "One"                                  # CD011["One"] doesn't say when its case is opened
        then state is new
    scenario "Two"
        opened 2026-11-06 15:00
        person assignee is clerk                    # CD004[person assignee] `assignee` has a meaning of its own
        person chief    is clerk                    # CD002[person chief] `chief` names a role and a person
        person kim      is clerk, chief             # CD005[chief] one person can't be `clerk` and `chief`
    scenario "Two"                                  # CD002["Two"] a second scenario is called “Two”
        opened 2026-11-06 15:00
    """


@program
def test_a_moment_and_a_reason_stand_where_they_say_something() -> None:
    """
    promise soon
        within   2 working days
        calendar office
        met by   answer
    first state new
        on answer -> done
            by clerk
    final state done
    scenario "One"
        opened 2026-11-06 15:00
        then state is new at 2026-11-06 15:00       # CD005[2026-11-06 15:00] is asked now
        then soon is running at 2026-11-06 15:00    # CD005[2026-11-06 15:00] is asked now
        then soon is due                            # CD005[soon is due] doesn't say when
        then soon is missed because "late"          # CD005["late"] has no reason
        then clerk may answer because "a clerk"     # CD005["a clerk"] has no reason
    """


@program
def test_what_is_not_built_yet() -> None:
    """
    first state new
        on answer -> done
            by clerk
    final state done
    scenario "One"
        opened 2026-11-06 15:00
        as clerk tick called                        # CD010[called] `tick` of `as` isn't part of edition 1 yet
    """


def test_the_rules_speak_though_a_scenario_is_wrong() -> None:
    """Scenarios are looked at last, and only where all else is understood: a slip in one hides nothing."""
    scenario = 'scenario "One"\n    opened 2026-11-06 15:00\n    then state is nwe\n'
    dead_end = STATES.replace("final state done", "state lost\nfinal state done")
    codes = [finding.code for finding in looked_at({"main.case": dead_end + scenario}).findings]
    assert codes == ["CD101", "CD004"]
    unknown = STATES.replace("by clerk", "by clark")
    assert [finding.code for finding in looked_at({"main.case": unknown + scenario}).findings] == ["CD004"]


def test_what_a_scenario_says() -> None:
    text = STATES.replace("first state new", "fields\n    kind choice\n        option due\nfirst state new") + (
        'scenario "One"\n'
        "    opened 2026-11-06 15:00 by clerk for pat\n"
        '    person pat "Pat Doe" is customer\n'
        "    as customer do answer but is refused\n"
        "    then kind is due\n"
        "    then assignee is not set\n"
    )
    checked = looked_at({"main.case": text})
    assert checked.findings == ()
    assert checked.case_type is not None
    (one,), _ = scenarios_of(checked.documents[0], checked.case_type)
    assert [(person.id, person.name, person.roles) for person in one.people] == [
        ("pat", "Pat Doe", ("customer",)),
        ("clerk", "Clerk", ("clerk",)),
    ]
    assert isinstance(one.opened, Opened)
    assert isinstance(one.people[0], Person)
    assert (one.opened.by, one.opened.on_behalf_of, str(one.opened.at)) == ("clerk", "pat", "2026-11-06 15:00")
    outcomes = [step.outcome for step in one.steps if isinstance(step, Then)]
    assert isinstance(outcomes[0], Holds)
    assert outcomes[0].known is not None
    assert outcomes[0].known.value == "due"
    assert outcomes[1] == IsAssigned(None)


@pytest.mark.parametrize(("example", "loaded"), [("draft_iesg/repaired", False), ("complaint/complaint", True)])
def test_a_definition_without_scenarios_loads_nothing_of_them(example: str, loaded: bool) -> None:
    script = (
        "import sys; from pathlib import Path; from casedsl.compile import check\n"
        "assert check(sys.argv[1], lambda name: Path(name).read_bytes()).sound\n"
        "print('casedsl.model.scenarios' in sys.modules, 'casedsl.play' in sys.modules)"
    )
    file = ROOT / "examples" / f"{example}.case"
    paths = f"import sys; sys.path[:0] = {[str(ROOT), str(ROOT / 'runtime')]!r}\n"
    done = subprocess.run([sys.executable, "-c", paths + script, file], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(loaded), "False"]
