"""Whatever is wrong with a definition, its witnesses come true in it: one definition with many things wrong, edited."""

from __future__ import annotations

import random
import re

import pytest
from witnesses import DAY, LOCK, Witness, witness

from casedsl.compile import Checked, check

COUNCIL = """\
organisation council "Borough council"
    edition     1
calendar town_hall
    zone        Europe/London
    open        mon-fri hours 09:00-17:00
classes
    order       public < internal < secret
    default     internal
role applicant "Applicant" outside
    cleared for public
role landlord "Landlord" outside
    cleared for public
role officer "Grants officer"
    cleared for internal
role surveyor "Surveyor"
    cleared for secret
role manager "Grants manager"
    cleared for secret
may be both officer, manager
may be both officer, surveyor
team grants "Grants"
    people      officer, manager
    calendar    town_hall
    assign      least loaded officer
"""
GRANT = """\
case type grant "Home repair grant"
    edition     1
    use         "council"
promise answer "You know within six weeks"
    within      30 working days
    calendar    town_hall
    from        opened
    met by      grant_it, turn_down
    pauses in   asking
fields
    income      money EUR       "Yearly income of the household"
        from        applicant
    cost        money EUR       "What does it cost?"
    owner       yes/no          "Does the applicant own the home?"
    children    integer 0..12   "How many children live there?"
    risk        choice          "How bad is it?"
        class       secret
        option      low         "Low"
        option      high        "High"
    amount      money EUR       "How much do we grant?"
    reason      long text       "Why?"
priority
    score       4 * children in 0..100
    plus        40 when risk is high up to 100 because "Danger."
    rises with  children
    blind to    owner
    band        urgent  from 70
    band        normal  from 0
first state new "New"
    team        grants
    alert       manager after 2 working days
    on take_up -> assessing                         "Take up"
        by      officer
        needs   cost, owner, children
    on ask -> asking                                "Ask the applicant"
        by      officer
        needs   reason
state asking "Waiting for the applicant"
    waiting on  applicant
    on answer_given -> back                         "The applicant answered"
        by      applicant, officer for applicant
        needs   income
    move to     closed as abandoned after 30 calendar days
state assessing "Assessing"
    team        grants
    alert       manager after 5 working days
    on visit -> stay                                "Visit the home"
        by      officer
        needs   risk
    on decide -> deciding or turned_down or board   "Propose"
        by      officer
        needs   amount, reason
        to      board           when cost > 20000 EUR or risk is high and children > 0
        to      turned_down     when income > 50000 EUR and risk is low
        to      deciding        when cost < 20000 EUR and amount < cost
state board "Before the board"
    team        grants
    alert       manager after 10 working days
    on agreed -> deciding                           "The board agrees"
        by      manager
        but not who did decide
    on sent_back -> assessing                       "Back"
        by      manager
state deciding "Deciding"
    team        grants
    alert       manager after 3 working days
    on grant_it -> closed as granted                "Grant"
        by      manager
        but not who did decide
        send    granted to applicant
    on turn_down -> turned_down                     "Turn down"
        by      manager
        send    refused to applicant
final state closed "Closed"
final state turned_down "Turned down"
anywhere
    on withdraw -> closed as withdrawn              "Withdraw"
        by      applicant
template granted
    subject     "Your grant {number}"
    body        "You get {amount}. {reason}"
template refused
    subject     "Your request {number}"
    body        "{reason}"
always amount <= cost in state closed
never state closed as granted unless visit has happened
only manager may grant_it
"""


def looked_at(text: str, council: str = COUNCIL) -> Checked:
    files = {"council.case": council, "grant.case": text}
    return check("grant.case", lambda name: files[name].encode(), lock=LOCK, today=DAY)


def shown_in(checked: Checked) -> dict[str, int]:
    """How many findings of each rule are shown; every scenario that is written comes true."""
    found: dict[str, int] = {}
    for finding in checked.findings if checked.case_type is not None else ():
        shown = witness(checked, finding, None, LOCK, DAY)
        if isinstance(shown, Witness):
            assert shown.wrong == "", f"{shown.text}\n{shown.wrong}"
            found[finding.code] = found.get(finding.code, 0) + 1
    return found


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("", "", "CD502"),  # the event can be done, with what is given before it and with it
        ("        needs   amount, reason\n", "", "CD502"),  # and where nothing is given with it
        ("from        applicant\n", "from        landlord\n", "CD211"),  # who may give the value opens the case
        ("from        applicant\n", "from        surveyor\n", "CD203"),  # somebody inside, for the party
        ("needs   amount, reason\n", "needs   amount, income\n", "CD203"),  # who may not give it finds it there
        ("        from        applicant\n", "        from        surveyor\n        seen by     manager\n", "CD204"),
        ('"Grant"\n        by      manager\n', '"Grant"\n        by      officer\n', "CD211"),  # not who decided
        ("        needs   amount, reason\n", "", "CD301"),  # the message says that it is withheld
    ],
)  # fmt: skip
def test_a_scenario_is_about_people_who_may(old: str, new: str, code: str) -> None:
    assert old in GRANT
    assert shown_in(looked_at(GRANT.replace(old, new, 1))).get(code, 0) > 0


def test_who_needs_two_roles_to_give_what_an_event_needs_holds_them() -> None:
    text = GRANT.replace("from        applicant", "from        surveyor").replace("needs   amount,", "needs   income,")
    checked = looked_at(text)
    crossing = next(finding for finding in checked.findings if finding.code == "CD203")
    shown = witness(checked, crossing, None, LOCK, DAY)
    assert isinstance(shown, Witness)
    assert shown.wrong == ""
    assert "is officer, surveyor" in shown.text


def test_without_a_role_nothing_is_staged() -> None:
    text = 'case type x "X"\n    edition 1\nfirst state new "New"\n    on go -> done "Go"\nfinal state done "Done"\n'
    checked = looked_at(text)
    nobody = next(finding for finding in checked.findings if finding.code == "CD501")
    said = witness(checked, nobody, None, LOCK, DAY)
    assert said == "has no scenario here: nobody can open a case, as there is no role"
    told = looked_at(text + 'scenario "A"\n    opened 2026-02-02 10:00\n')
    assert "nobody can open the case: there is no role" in {finding.headline for finding in told.findings}


def edited(text: str, chance: random.Random) -> str:
    """The text with a line or two taken out, doubled elsewhere, or with a word, a number or a comparison changed."""
    lines = text.split("\n")
    for _ in range(chance.choice([1, 1, 2, 3])):
        at = chance.choice([at for at, line in enumerate(lines) if line.startswith("    ")])
        key, like = lines[at].split()[0], lines[at][: len(lines[at]) - len(lines[at].lstrip())]
        same = [line for line in lines if re.match(f"{like}{re.escape(key)}\\b", line)]
        match chance.randrange(5):
            case 0:
                del lines[at]
            case 1:
                lines[at] = chance.choice(same or lines)
            case 2:
                lines[at] = re.sub(r"\d+", lambda _: chance.choice(["0", "1", "7", "30"]), lines[at])
            case 3:
                lines[at] = re.sub(
                    " (is|and|or|<|>) ",
                    lambda _: f" {chance.choice(['is', 'and', 'or', '<=', '>'])} ",
                    lines[at],
                    count=1,
                )
            case _:
                lines.insert(at, chance.choice([line for line in lines if line.startswith(like)]))
    return "\n".join(lines)


@pytest.mark.parametrize("seed", range(0, 36, 6))
def test_every_witness_of_an_edited_definition_comes_true(seed: int) -> None:
    for each in range(seed, seed + 6):
        shown_in(looked_at(edited(GRANT, random.Random(each))))
