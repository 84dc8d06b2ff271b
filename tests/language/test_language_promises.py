"""Promises from the language to the artifact: every line in both coats, what it becomes, and rules about it."""

from __future__ import annotations

from casedsl_runtime.artifact import Promise, Step
from casedsl_runtime.vocabulary import Counting, Duration
from language_programs import program, program_about

from casedsl.artifact.lower import lowered
from casedsl.compile import check
from casedsl.syntax.case import read_case
from casedsl.syntax.printing import print_yaml
from casedsl.syntax.source import Source

ORGANISATION = """organisation town "The town"
    edition 1
calendar office
    zone Europe/London
    open mon-fri hours 09:00-17:00
role writer outside
role clerk
team desk
    people   clerk
    calendar office
"""
DEFINITION = """case type claim "A claim"
    edition 1
    use     "town"
fields
    received_on date
    notice_on   date
    paid_on     date
    hearing_on  date and time
    heard_at    date and time
    damage      scale 1..5
priority
    score damage in 0..5
    band  red   from 4
    band  green from 0
promise decision "A decision"
    within        20 working days
    in band red   within 2 working days
    in band green within 3 working days
    calendar      office
    from          received_on
    begins        on a working day before 16:00
    due at        18:00
    met by        decide, close at heard_at
    pauses in     asked at most 10 working days by whole days
    pauses from   notice_on to paid_on
    restarts on   reopen anew
    extends on    extend to 40 working days
    when priority changes from the change
    prompt        assignee when 50% used
    alert         clerk when 1 working day left
    tell          writer when missed
promise papers
    due at least 3 clear days before hearing_on
    due at       same time
    rolls        back
    calendar     office
    met by       decide
promise month
    within   1 month
    calendar office
    from     received_on
    rolls    forward
    met by   close
first state new
    team desk
    on decide -> decided
        by    clerk
        needs received_on, hearing_on, heard_at, damage
    on extend -> stay
        by clerk
    on ask -> asked
        by    clerk
        needs notice_on
state asked
    waiting on writer
    prompt writer after 3 working days
    on reply -> back
        by    clerk for writer
        needs paid_on
state decided
    team desk
    on reopen -> new
        by clerk
    on close -> closed
        by clerk
final state closed
"""
PROMISES = (
    Promise(
        "decision",
        "A decision",
        Duration(20, "working", "day"),
        "office",
        "received_on",
        ("decide", "close"),
        ("asked",),
        (
            Step("prompt", "assignee", used=50),
            Step("alert", "clerk", Duration(1, "working", "day")),
            Step("tell", "writer"),
        ),
        counting=Counting("on a working day", 960, 1080),
        at_most=Duration(10, "working", "day"),
        whole_days=True,
        pauses=(("notice_on", "paid_on"),),
        by_band=(("red", Duration(2, "working", "day")), ("green", Duration(3, "working", "day"))),
        recounts="from the change",
        met_at="heard_at",
        restarts_on="reopen",
        anew=True,
        extensions=(("extend", Duration(40, "working", "day")),),
    ),
    Promise(
        "papers",
        "Papers",
        Duration(3, "clear", "day"),
        "office",
        "opened",
        ("decide",),
        before="hearing_on",
        counting=Counting(due_at="same time", rolls="back"),
    ),
    Promise(
        "month",
        "Month",
        Duration(1, "calendar", "month"),
        "office",
        "received_on",
        ("close",),
        counting=Counting(due_at=1440, rolls="forward"),  # a date has no time of day: the last day ends it
    ),
)


def _promises(name: str, text: str) -> tuple[Promise, ...]:
    files = {name: text, "town.case": ORGANISATION}
    found = check(name, lambda file: files[file].encode() if file in files else _absent(file))
    assert [finding.headline for finding in found.findings if finding.severity == "error"] == []
    assert found.case_type is not None
    return lowered(found.case_type).promises


def _absent(file: str) -> bytes:
    raise FileNotFoundError(2, "No such file", file)


def test_every_line_says_in_both_coats_what_it_becomes() -> None:
    document, found = read_case(Source("claim.case", DEFINITION))
    assert document is not None
    assert found == ()
    assert _promises("claim.case", DEFINITION) == PROMISES
    assert _promises("claim.case.yaml", print_yaml(document)) == PROMISES


@program
def test_a_cap_lets_a_promise_run_wherever_it_may_stand_still() -> None:
    """
    promise soon
        within    10 working days
        calendar  office
        met by    answer
        pauses in new at most 3 working days
    first state new
        team desk
        on answer -> done
            by clerk
    final state done
    """


@program_about("CD407")
def test_a_cap_ends_a_pause() -> None:
    """
    promise soon
        within    10 working days
        calendar  office
        met by    answer
        pauses in asked at most 3 working days
    promise later
        within    10 working days
        calendar  office
        met by    answer
        pauses in asked                             # CD407[asked] `later` can stand still in `asked` for ever
    first state new
        team desk
        on ask -> asked
            by clerk
        on answer -> done
            by clerk
    state asked
        waiting on customer
        prompt customer after 3 working days
        on reply -> back
            by clerk for customer
    final state done
    """


@program
def test_a_promise_that_goes_on_can_stand_still_again() -> None:
    """
    promise soon
        within      10 working days
        calendar    office
        met by      answer
        pauses in   checked                         # CD403[checked] the time of `soon` never runs
        restarts on object
        from        ask
    first state new
        team desk
        on ask -> checked
            by clerk
    state checked
        team desk
        prompt assignee after 3 working days
        on answer -> answered
            by clerk
    state answered
        team desk
        on object -> checked
            by clerk
        on close -> done
            by clerk
    final state done
    """


@program
def test_percentages_climb_too() -> None:
    """
    promise soon
        within    10 working days
        calendar  office
        met by    answer
        prompt    chief when 60% used
        alert     chief when 60% used               # CD402[alert chief when 60% used] with 60% used doesn't come after
        alert     chief when 150% used
    first state new
        team desk
        on answer -> done
            by clerk
    final state done
    """
