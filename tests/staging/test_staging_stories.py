"""What a scenario of a finding says: who acts, what they give, what is waited for; in the words of the file."""

from __future__ import annotations

from textwrap import dedent

import pytest
from msgspec.structs import replace
from witnesses import DAY, LOCK, Witness, played, witness

from casedsl.compile import Checked, check, facts_behind
from casedsl.staging import REASONS, SCENES, Script, printed, staged
from casedsl.syntax.case import read_case
from casedsl.syntax.coats import CASE_COAT, YAML_COAT, Coat
from casedsl.syntax.finding import Finding
from casedsl.syntax.printing import print_yaml
from casedsl.syntax.source import Source

TEAM = """\
organisation acme "Acme"
    edition 1
role clerk "Clerk"
role chief "Chief"
role customer "Customer" outside
role lawyer "Lawyer" outside
calendar office
    zone Europe/London
    open mon-fri hours 09:00-17:00
team desk "Desk"
    people   clerk
    calendar office
"""
HEAD = 'case type letter "Letter"\n    edition 1\n    use "acme"\n'


def checked(body: str, coat: Coat = CASE_COAT, shared: str = "") -> Checked:
    files = {f"page{coat.suffix}": HEAD + dedent(body).lstrip("\n"), f"acme{coat.suffix}": TEAM + shared}
    if coat is YAML_COAT:
        files = {name: in_yaml(text) for name, text in files.items()}

    def read(file: str) -> bytes:
        if file not in files:
            raise FileNotFoundError(2, "No such file", file)
        return files[file].encode()

    return check(f"page{coat.suffix}", read)


def in_yaml(text: str) -> str:
    document, found = read_case(Source("page.case", text))
    assert document is not None, found
    return print_yaml(document)


def told(body: str, code: str, coat: Coat = CASE_COAT) -> list[str]:
    """The lines of the scenario of the finding with a code, which comes true."""
    definition = checked(body, coat)
    (finding,) = [each for each in definition.findings if each.code == code]
    return lines_of(definition, finding)


def lines_of(definition: Checked, finding: Finding) -> list[str]:
    shown = witness(definition, finding, definition.case_type, LOCK)
    assert isinstance(shown, Witness), shown
    assert shown.wrong == "", f"{shown.text}\n{shown.wrong}"
    return [" ".join(line.split()) for line in shown.text.rstrip("\n").split("\n")[1:]]


GAP = """
    fields
        refund money GBP "How much?"
        reason text      "Why?"
            asked when refund > 100 GBP
        age    integer 0..99
    first state new "New"
        on propose -> proposed
            by clerk
            needs refund
    state proposed "Proposed"
        on sign -> checked or done
            by clerk, chief
            but not who did propose
            needs refund, reason, a note
            to checked when refund > 1000 GBP
            to done when refund < 500 GBP
    state checked "Checked"
        on agree -> done
            by chief
    final state done "Done"
"""


def test_two_people_where_one_may_not_do_both() -> None:
    assert told(GAP, "CD204") == [
        "opened 2026-02-02 10:00",
        "person clerk_1 is clerk",
        "person clerk_2 is clerk",
        "as clerk_1 do propose with refund is 0 GBP",
        'as clerk_2 do sign with refund is 500 GBP, reason is "something else", note is "A note" '
        'but is refused because "no way out of `sign` is open"',
    ]


def test_a_yaml_file_gets_yaml() -> None:
    assert told(GAP, "CD204", YAML_COAT)[:6] == [
        '- title: "CD204: in some cases no route of `sign` is open"',
        "opened: 2026-02-02 10:00",
        "people:",
        "clerk_1: {is: clerk}",
        "clerk_2: {is: clerk}",
        "steps:",
    ]


def test_the_outsider_whose_case_it_is_opens_it() -> None:
    body = """
        first state new "New"
            on answer -> answered
                by clerk
        state answered "Answered"
            on object -> new
                by lawyer
            on file -> done
                by clerk
        final state done "Done"
    """
    assert told(body, "CD106") == ["opened 2026-02-02 10:00 by lawyer", "then lawyer may not object"]


def test_what_must_be_known_is_given_at_the_opening_only_where_nothing_else_will_do() -> None:
    body = """
        fields
            kind choice "What kind?"
                option bill "A bill"
                option data "My data"
            sum  integer 0..9
        first state new "New"
            on take -> taken
                by clerk
                when kind is set and kind is data
        state taken "Taken"
            on close -> done or new
                by clerk
                needs sum
                to done when sum < 3
                to new when sum > 3
        final state done "Done"
    """
    assert told(body, "CD210") == [
        "opened 2026-02-02 10:00",
        "given kind is data",
        "as clerk do take",
        'as clerk do close with sum is 3 but is refused because "no way out of `close` is open"',
    ]


def test_somebody_amends_what_nothing_else_can_change() -> None:
    body = """
        fields
            kind choice "What kind?"
                option bill "A bill"
                option data "My data"
                default bill
                changed by chief in taken
            sum  integer 0..9
        first state new "New"
            on take -> taken
                by clerk
                when kind is bill
        state taken "Taken"
            on close -> done or new
                by clerk
                needs sum
                when kind is data
                to done when sum < 3
                to new when sum > 4
        final state done "Done"
    """
    assert told(body, "CD204") == [
        "opened 2026-02-02 10:00",
        "as clerk do take",
        "as chief change kind to data",
        'as clerk do close with sum is 3 but is refused because "no way out of `close` is open"',
    ]


def test_a_way_back_is_followed_to_what_was_interrupted() -> None:
    body = """
        first state new "New"
            on ask -> asked
                by clerk
            on park -> parked
                by clerk
        state asked "Asked"
            on reply -> back
                by clerk
        state parked "Parked"
            on ask -> asked
                by clerk
        final state done "Done"
    """
    lines = told(body, "CD104")
    assert lines[1:3] == ["then state is new", "then nothing can be done but ask, park"]
    assert lines.count("as clerk do reply") == 2
    assert lines[-1] == "then state is parked"


LATE = """
    promise soon "You get an answer"
        within   2 working days
        calendar office
        met by   close
        prompt   assignee when 1 working day left
    first state new "New"
        team  desk
        alert chief after 5 working days
        on close -> done
            by clerk
    final state done "Done"
"""


def test_a_promise_is_missed_before_anybody_is_alerted() -> None:
    assert told(LATE, "CD415") == [
        "opened 2026-02-02 10:00",
        "wait 2 working days of office",
        "then soon is missed",
        "then nobody was alerted",
        "then nobody is responsible",
    ]


def test_an_alert_at_the_very_minute() -> None:
    assert told(LATE.replace("after 5", "after 2"), "CD415") == [
        "opened 2026-02-02 10:00",
        "wait until 2026-02-04 17:00",
        "then soon is missed at 2026-02-04 17:00",
        "then chief was alerted at 2026-02-04 17:00",
    ]


def test_an_alert_before_the_prompt_though_a_promise_reminds_them_too() -> None:
    ladder = "prompt assignee after 3 working days\n        alert chief after 1 working day"
    body = LATE.replace("within   2", "within   9").replace("alert chief after 5 working days", ladder)
    body = body.replace("when 1 working day left", "when 10% used")
    assert told(body, "CD402") == [
        "opened 2026-02-02 10:00",
        "wait until 2026-02-03 17:00",
        "then chief was alerted at 2026-02-03 17:00",
        "wait until 2026-02-05 17:00",
        "then assignee was prompted at 2026-02-05 17:00",
    ]


TOGETHER = """
    first state new "New"
        team desk
        {}
        on answer -> done
            by clerk
        on hand_back -> stay
            by chief
            reverses escalation
    final state done "Done"
"""
AT_ONCE = ("alert chief after 8 working hours", "escalate to chief after 8 working hours")
NEVER_HEARD = [
    "opened 2026-02-02 10:00",
    "wait until 2026-02-03 10:00",
    "then chief is responsible",
    "then chief was not alerted",
]


def laddered(*lines: str) -> str:
    return TOGETHER.format("\n        ".join(lines))


@pytest.mark.parametrize(
    "more",
    ["alert clerk after 3 working hours", "alert chief after 9 working hours", "alert chief after 8 working hours"],
)
def test_of_two_steps_at_one_minute_only_the_last_speaks(more: str) -> None:
    assert told(laddered(AT_ONCE[0], AT_ONCE[1]), "CD402") == NEVER_HEARD
    definition = checked(laddered(AT_ONCE[0], more, AT_ONCE[1]))
    shown = [lines_of(definition, each) for each in definition.findings if each.code == "CD402"]
    assert shown[0] == NEVER_HEARD


def test_an_alert_below_its_escalation_speaks_at_the_same_minute() -> None:
    assert told(laddered(AT_ONCE[1], AT_ONCE[0]), "CD402") == [
        *NEVER_HEARD[:3],
        "then chief was alerted at 2026-02-03 10:00",
    ]


def test_what_was_said_before_shows_in_no_message_that_is_left_out() -> None:
    definition = checked(laddered(AT_ONCE[0], "alert chief after 6 working hours", AT_ONCE[1]))
    (finding,) = [each for each in definition.findings if each.code == "CD402"]
    shown = witness(definition, finding, None, LOCK)
    assert isinstance(shown, str)
    assert shown.endswith("a step at the same minute speaks for it, and another has said the same")


TWO = """
    first state new "New"
        on decide -> checked
            by clerk
    state checked "Checked"
        on approve -> done
            by chief
            but not who did decide
        on postpone -> later
            by {postpones}
    state later "Later"
        on approve -> done
            by chief
    final state done "Done"
"""


def both(postpones: str) -> list[str]:
    """The scenario of CD503 where one person may be clerk and chief."""
    definition = checked(TWO.format(postpones=postpones), shared="may be both clerk, chief\n")
    (finding,) = [each for each in definition.findings if each.code == "CD503"]
    return lines_of(definition, finding)


def test_one_person_with_two_roles_does_what_two_should() -> None:
    assert both("clerk") == [
        "opened 2026-02-02 10:00",
        "person clerk_and_chief is clerk, chief",
        "as clerk_and_chief do decide",
        'then clerk_and_chief may not approve because "but not who did decide"',
        "as clerk_and_chief do postpone",
        "as clerk_and_chief do approve",
        "then state is done",
    ]


def test_somebody_else_takes_the_steps_that_the_lead_may_not() -> None:
    assert both("customer")[4:] == [
        "as customer do postpone",
        "as clerk_and_chief do approve",
        "then state is done",
    ]


def test_a_duty_that_bars_nobody_is_shown_by_no_case() -> None:
    definition = checked(TWO.format(postpones="clerk").replace("who did decide", "who did postpone"))
    (finding,) = [each for each in definition.findings if each.code == "CD503"]
    why = staged(facts_behind(definition), finding, DAY)
    assert why == "has no scenario here: that a line never bars anybody shows in no case"


def test_a_message_is_asked_for_the_words_beside_its_gap() -> None:
    body = """
        fields
            reply text "What do we answer?"
            name  text "Who is it?"
        template answered
            subject "From {name}: our answer"
            body    "To {name}. We say {reply}, and no more."
        first state new "New"
            on close -> done
                by clerk
                needs name
                send answered to customer
        final state done "Done"
    """
    assert told(body, "CD301")[-2:] == [
        'then customer was sent answered saying ". We say (not set)"',
        "then reply is not set",
    ]


def test_a_value_is_taken_away_on_the_way() -> None:
    body = """
        fields
            reply text "What do we answer?"
                changed by chief in drafted
        always reply is set in state sent
        first state new "New"
            on draft -> drafted
                by clerk
                needs reply
        state drafted "Drafted"
            on send_it -> sent
                by clerk
        final state sent "Sent"
    """
    assert told(body, "CD211")[2:] == [
        "as chief change reply to not set",
        "as clerk do send_it",
        "then state is sent",
        "then reply is not set",
    ]


@pytest.mark.parametrize(
    ("guard", "because"), [("when count > 3", "`count_it` asks that"), ("to done when count > 3", "no way out of")]
)
def test_what_is_refused_because_a_field_is_unset(guard: str, because: str) -> None:
    body = f"""
        fields
            count integer 0..9
        first state new "New"
            on count_it -> done
                by clerk
                {guard}
            on give -> new
                by clerk
                needs count
        final state done "Done"
    """
    assert because in told(body, "CD208")[-1]


SETTLED = """
    fields
        fee  integer 0..99
        paid integer 0..99
    first state new "New"
        on pay -> settled
            by clerk
            needs fee, paid
            when paid >= fee
        on file -> done
            by clerk
    state settled "Settled"
        {on} -> {to}
            by clerk
        on file -> done
            by clerk
            when paid < fee
    state checked "Checked"
        on correct -> settled
            by clerk
    final state done "Done"
"""


def test_an_event_that_no_case_finds_open_can_not_be_done() -> None:
    story = told(SETTLED.format(on="on check", to="checked"), "CD103")
    assert story[2:4] == ["then state is settled", "then nothing can be done but check"]
    alone = SETTLED.replace("        {on} -> {to}\n            by clerk\n", "").partition("    state checked")[0]
    assert told(f'{alone}    final state done "Done"\n', "CD102")[2:4] == [
        "then state is settled",
        "then nothing can be done",
    ]


def test_a_finding_without_a_case_says_why() -> None:
    definition = checked("""
        fields
            sum integer 0..9
        first state new "New"
            on close -> done
                by clerk
                needs sum
                when sum > 3 and sum < 2
        final state done "Done"
    """)
    (finding,) = [each for each in definition.findings if each.code == "CD201"]
    assert staged(facts_behind(definition), finding, DAY) == REASONS["CD201"]


def test_a_finding_of_another_file_is_not_found_again() -> None:
    """A finding that doesn't belong to the facts is told so, and no traceback."""
    one = checked(GAP)
    other = checked('first state new "New"\n    on close -> done\n        by clerk\nfinal state done "Done"\n')
    (finding,) = [each for each in one.findings if each.code == "CD204"]
    for code in SCENES:
        why = staged(facts_behind(other), replace(finding, code=code), DAY)
        assert isinstance(why, (str, Script))


def test_a_scenario_is_read_as_it_was_written() -> None:
    definition = checked(GAP)
    assert definition.case_type is not None
    (finding,) = [each for each in definition.findings if each.code == "CD204"]
    script = staged(facts_behind(definition), finding, DAY)
    assert isinstance(script, Script)
    text = printed(script, 'A "title" with \\ in it', CASE_COAT)
    assert text.startswith('scenario "A \\"title\\" with \\\\ in it"\n')
    assert played(text, "page.case", definition.case_type, LOCK) == ""


BOARD = "team board\n    people chief\n    calendar office\n"
SEAMS = """
    fields
        big yes/no "Is it big?"
    first state new "New"
        on look -> looked
            by clerk
            needs big
        on ask -> asked
            by clerk
    state looked "Looked at"
        team desk
        escalate to chief after 5 working days
        on ask -> asked
            by clerk
            when big is yes
        on take -> taken
            by chief
            reverses escalation
            hand over
                says "Yours."
        on end -> done
            by clerk
    state asked "Asked"
        on reply -> back
            by clerk
        on pass -> taken
            by clerk
    state taken "Taken"
        team board
        on send -> done
            by chief
    final state done "Done"
"""


def seam(body: str) -> list[str]:
    definition = checked(body, shared=BOARD)
    (finding,) = [each for each in definition.findings if each.code == "CD810"]
    return lines_of(definition, finding)


def test_a_case_goes_to_another_team_by_the_way_on_which_it_has_one() -> None:
    """Nobody has the case in `new`: it is the way by `looked`, and a large one, that shows it."""
    assert seam(SEAMS) == [
        "opened 2026-02-02 10:00",
        "as clerk do look with big is yes",
        "as clerk do ask",
        "as clerk do pass",
        "then state is taken",
        "then nothing was handed over",
    ]


def test_what_gives_an_escalation_back_waits_for_one() -> None:
    silent = SEAMS.replace('            hand over\n                says "Yours."\n', "")
    assert seam(silent.replace("        on pass -> taken\n            by clerk\n", "")) == [
        "opened 2026-02-02 10:00",
        "as clerk do look with big is yes",
        "wait 5 working days",
        "as chief do take",
        "then state is taken",
        "then nothing was handed over",
    ]


SHUT = """
    fields
        amount integer 0..999 "How much?"
    first state new "New"
        on propose -> proposed
            by clerk
            needs amount
    state proposed "Proposed"
        team desk
        {}
        on note -> stay
            by clerk
        on accept -> done
            by clerk
            when amount < 100
        on refuse -> done
            by chief
            when amount > 200
    final state done "Done"
"""


def test_a_case_that_nobody_leads_on_stays_with_what_it_holds() -> None:
    assert told(SHUT.format(""), "CD501") == [
        "opened 2026-02-02 10:00",
        "as clerk do propose with amount is 100",
        "then state is proposed",
        "then nothing can be done but note",
        "wait 400 clock days",
        "then state is proposed",
    ]


def test_whoever_becomes_responsible_may_do_nothing_in_such_a_case() -> None:
    raised = SHUT.format("escalate to chief after 5 working days").replace("            when amount < 100\n", "")
    assert told(raised, "CD507") == [
        "opened 2026-02-02 10:00",
        "as clerk do propose with amount is 0",
        "wait 5 working days",
        "then chief is responsible",
        "then chief may not refuse",
    ]
