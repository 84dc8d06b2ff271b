"""What people see: whole frames, word for word. They are read aloud against `checks.md` 3: a fact in the author's
words, the place, why or an example, one way out."""

from __future__ import annotations

from language_programs import files_of, looked_at

from casedsl.report.text import full


def shown(text: str) -> str:
    checked = looked_at(files_of(text))
    return "\n" + full(checked.findings, checked.sources)


def test_an_event_without_a_place() -> None:
    text = """
first state new
    on answer "Answer"
        by clerk
    on drop -> done
        by clerk
final state done
"""
    assert (
        shown(text)
        == """
CD001 error: `on answer` doesn't say where the case goes
   --> main.case:5:15
5 |     on answer "Answer"
  |               ^
  = way out   `-> state` belongs behind the event, for example `-> resolved`, or `-> stay`
"""
    )


def test_a_keyword_that_doesn_t_stand_there() -> None:
    text = """
first state new
    passes on fee
    porpose "x"
    on answer -> done
        by clerk
final state done
"""
    assert (
        shown(text)
        == """
CD003 error: a line `passes on …` doesn't stand in `first state new`
   --> main.case:5:5
5 |     passes on fee
  |     ^^^^^^^^^
  = way out   what may stand there: `alert`, `escalate to`, `move to`, `on`, `prompt`, `purpose` …

CD003 error: there is no line `porpose …` in `first state new`
   --> main.case:6:5
6 |     porpose "x"
  |     ^^^^^^^
  = way out      did you mean `purpose`?
  = fix (safe)   write `purpose`
"""
    )


def test_money_and_a_number() -> None:
    text = """
fields
    fee money GBP "What does it cost?"
first state new
    on answer -> done
        by   clerk
        when fee * 2 > 100
final state done
"""
    assert (
        shown(text)
        == """
CD005 error: `fee * 2` is money in GBP and `100` is a plain number
   --> main.case:9:24
9 |         when fee * 2 > 100
  |                        ^^^ a plain number
  |              ------- money in GBP
  = way out   write `100 GBP`
"""
    )


def test_days_of_no_kind() -> None:
    text = """
first state new
    team   desk
    prompt clerk after 3 days
    on answer -> done
        by clerk
final state done
"""
    assert (
        shown(text)
        == """
CD005 error: `3 days` doesn't say which days are counted
   --> main.case:6:24
6 |     prompt clerk after 3 days
  |                        ^^^^^^
  = way out   write `3 working days`, `3 calendar days` or `3 clock days`
"""
    )


def test_an_option_that_differs_in_case() -> None:
    text = """
fields
    kind choice
        option Paperform
first state new
    on answer -> done
        by   clerk
        when kind is PaperForm
final state done
"""
    assert (
        shown(text)
        == """
CD004 error: there is no option `PaperForm` of `kind`
   --> main.case:10:22
10 |         when kind is PaperForm
   |                      ^^^^^^^^^
   = way out      did you mean `Paperform`?
   = fix (safe)   write `Paperform`
"""
    )


def test_a_name_for_two_kinds_and_a_gap() -> None:
    text = """
first state new
    on answer -> done
        by clerk
final state done
template answer
    subject "Our answer"
    body    "{name, if st}"
"""
    assert (
        shown(text)
        == """
CD002 error: `answer` names an event and a template
   --> main.case:8:10
5 |     on answer -> done
  |        ------ it stands here first
8 | template answer
  |          ^^^^^^
  = way out   give one of the two another name

CD004 error: `{name, if st}` is no gap of a template
   --> main.case:10:14
10 |     body    "{name, if st}"
   |              ^^^^^^^^^^^^^
   = way out   write `{field}` or `{field, if set}`
"""
    )


def test_a_header_that_says_too_little() -> None:
    text = """
fields
    late yes/no
first state new
    on answer -> done
        by clerk
        to done when late is yes
        to new otherwise
final state done
"""
    assert (
        shown(text)
        == """
CD114 error: `answer` can lead to `new`, which its header doesn't say
   --> main.case:10:12
 7 |     on answer -> done
   |     --------- the header
10 |         to new otherwise
   |            ^^^
   = way out   write `on answer -> done or new`
"""
    )


def test_an_island() -> None:
    text = """
first state new
    on answer -> done
        by clerk
state checked
    on correct -> corrected
        by clerk
state corrected
    on check -> checked
        by clerk
    on send -> sent
        by clerk
state sent
    on file -> done
        by clerk
final state done
"""
    assert (
        shown(text)
        == """
CD101 error: no case can get to `checked`
   --> main.case:7:1
7 | state checked
  | ^^^^^^^^^^^^^
  = why       `checked`, `corrected` are entered from each other only; nothing leads there from `new`
  = so        `sent` is out of reach too
  = way out   lead a transition `-> checked` from a state that cases get to, or delete them
"""
    )


def test_a_trap() -> None:
    text = """
first state new
    on answer -> done
        by clerk
    on ask -> asked
        by clerk
state asked "Asked"
    on remind -> reminded
        by clerk
state reminded "Reminded"
    on ask_again -> asked
        by clerk
final state done
"""
    assert (
        shown(text)
        == """
CD103 error: a case that gets to `asked` goes in a circle for ever
   --> main.case:9:1
 9 | state asked "Asked"
   | ^^^^^^^^^^^
12 | state reminded "Reminded"
   | -------------- in the same circle
   = a way there   new -(ask)-> asked
   = the circle    asked -(remind)-> reminded -(ask_again)-> asked
   = way out       add a transition from one of `asked`, `reminded` to a state outside
"""
    )


def test_an_event_nobody_awaits() -> None:
    text = """
first state new
    on answer -> answered
        by clerk
state answered
    on object -> new
        by customer
    on file -> done
        by clerk
final state done
"""
    assert (
        shown(text)
        == """
CD106 error: `customer` can send `object` at any time, and `new` says nothing to it
   --> main.case:8:5
4 | first state new
  | --------------- no line `on object` here
8 |     on object -> new
  |     ^^^^^^^^^
  = way out   file it: add `on object -> stay` under `anywhere`
"""
    )


def test_an_alert_before_its_prompt() -> None:
    text = """
first state new
    team     desk
    prompt   assignee after 2 working days
    alert    chief    after 1 working day
    on answer -> done
        by clerk
final state done
"""
    assert (
        shown(text)
        == """
CD402 error: in `new` the alert after 1 working day doesn't come after the prompt after 2 working days
   --> main.case:7:29
6 |     prompt   assignee after 2 working days
  |                             -------------- the prompt
7 |     alert    chief    after 1 working day
  |                             ^^^^^^^^^^^^^
  = why       the steps of a ladder go from a gentle word to an escalation
  = way out   give the later step more time
"""
    )


def test_a_seam_between_teams() -> None:
    text = """
first state new
    team desk
    on check -> checked
        by clerk
state checked
    team board
    on send -> done
        by chief
final state done
"""
    assert (
        shown(text)
        == """
CD810 error: from `new` to `checked` the case goes to another team and nothing is handed over
   --> main.case:6:5
6 |     on check -> checked
  |     ^^^^^^^^
8 | state checked
  | ------------- team `board` takes over from `desk`
  = why       the next team should not have to read the whole history to know what is asked of it
  = way out   add `hand over` with `passes on` and `says`
"""
    )


def test_a_file_that_is_not_there() -> None:
    text = """
case type letter
    edition 1
    use "acne"
first state new
    on answer -> done
        by clerk
final state done
"""
    assert (
        shown(text)
        == """
CD012 error: the file `acne.case` doesn't exist
   --> main.case:3:9
3 |     use "acne"
  |         ^^^^^^
  = way out   correct the name; it is written without its suffix
"""
    )


def test_time_without_a_calendar() -> None:
    text = """
stage at_work of new
    prompt chief after 2 working hours
    alert  chief after 1 working day
first state new
    on answer -> done
        by clerk
final state done
"""
    assert (
        shown(text)
        == """
CD411 error: no team has the case in `new`, so no calendar says when 2 working hours will be over
   --> main.case:5:24
5 |     prompt chief after 2 working hours
  |                        ^^^^^^^^^^^^^^^
6 |     alert  chief after 1 working day
  |                        ------------- and this
  = way out   add `team …` to `new`, or to the states before it
"""
    )


def test_what_is_not_built() -> None:
    text = """
first state new
    on answer -> done
        by   clerk
        task "File it" for clerk
final state done
"""
    assert (
        shown(text)
        == """
CD010 error: `task` in `on` isn't part of edition 1 yet
   --> main.case:7:9
7 |         task "File it" for clerk
  |         ^^^^
  = way out   leave it out; nothing half-understood is compiled
"""
    )


def test_a_state_nobody_leads_out_of() -> None:
    text = """
first state new
    on answer -> asked
        by clerk
state asked
    on reply -> done
final state done
"""
    assert (
        shown(text)
        == """
CD501 error: nobody may do anything that leads out of `asked`
   --> main.case:7:1
7 | state asked
  | ^^^^^^^^^^^
8 |     on reply -> done
  |     -------- nobody may do this
  = a way there   new -(answer)-> asked
  = way out       add `by ROLE` to `on reply`
"""
    )


def test_a_team_that_assigns_to_a_stranger() -> None:
    text = """
organisation shop
    edition 1
    use "acme"
team sales
    people   clerk
    calendar office
    assign   least loaded chief
"""
    assert (
        shown(text)
        == """
CD508 error: team `sales` assigns its cases to `chief`, which is not among its people
   --> main.case:7:27
4 | team sales
  | ---------- its people: clerk
7 |     assign   least loaded chief
  |                           ^^^^^
  = way out   add `chief` to `people`
"""
    )


def test_a_question_before_its_answer() -> None:
    text = """
fields
    fee  money GBP
        asked when paid is yes
    paid yes/no
first state new
    on answer -> done
        by clerk
final state done
"""
    assert (
        shown(text)
        == """
CD803 error: whether `fee` is asked depends on `paid`, which is asked later
   --> main.case:6:20
6 |         asked when paid is yes
  |                    ^^^^^^^^^^^
  = way out   move `paid` above `fee`: a form is read from the top
"""
    )


def test_a_dead_end() -> None:
    text = """
first state new
    on answer -> done
        by clerk
    on park -> parked
        by clerk
state parked
final state done
"""
    assert (
        shown(text)
        == """
CD102 error: a case that gets to `parked` never leaves it
   --> main.case:9:1
9 | state parked
  | ^^^^^^^^^^^^
  = a way there   new -(park)-> parked
  = way out       add a transition out of `parked`, or make it `final`
"""
    )


def test_no_end() -> None:
    text = """
first state new
    on next -> new
        by clerk
state door
    on file -> done
        by clerk
final state done
"""
    assert (
        shown(text)
        == """
CD104 error: no case can ever end
   --> main.case:1:1
 1 | case type letter "Letter"
   | ^^^^^^^^^^^^^^^^
10 | final state done
   | ---------------- final, and out of reach
   = for ever   new -(next)-> new
   = way out    lead a transition to one of `door`, `done`
"""
    )


def test_a_missing_line() -> None:
    text = """
promise soon
    within 10 working days
    calendar office
first state new
    on answer -> done
        by clerk
final state done
"""
    assert (
        shown(text)
        == """
CD011 error: promise `soon` has no line `met by`
   --> main.case:4:1
4 | promise soon
  | ^^^^^^^^^^^^
  = way out   add `met by EVENT`
"""
    )
