"""Claims: each program with what must be said on its lines, and nothing else. A claim without a mark is proved."""

from __future__ import annotations

from textwrap import dedent

from rule_programs import look, program, the_one

from casedsl.report.text import full

CLAIMS = ("CD211", "CD299")


@program(*CLAIMS)
def test_what_must_be_known_somewhere() -> None:
    """
    fields
        reply text
    first state new
        on answer -> answered
            by clerk
            needs reply
        on drop -> answered
            by chief
    state answered  # CD299
        on file -> done
            by clerk
            when reply is set
        on write -> stay
            by clerk
            needs reply
    final state done
    always reply is set in state done
    always reply is set in state answered        # CD211[reply is set] a case can be in `answered` while `reply` is
    always reply is set or drop has happened in state answered
    always reply is set                              # CD211 a case can be in `new` while
    """


@program(*CLAIMS)
def test_what_an_amendment_takes_away_is_gone_and_a_default_comes_back() -> None:
    """
    fields
        kind choice
            changed by clerk in open
            option bill
            option praise
        urgent yes/no
            changed by clerk
            default no
    first state new
        on sort -> open
            by clerk
            needs kind, urgent
    state open
        on file -> done
            by clerk
    final state done
    always kind is set in state open, done           # CD211 a case can be in `open` while `kind` is unset
    always urgent is set
    never event file when kind is bill and urgent is yes     # CD211 `file` can happen when
    """


@program(*CLAIMS)
def test_clears_come_before_sets_and_the_line_before_its_route() -> None:
    """
    fields
        size integer 0..9
    first state new
        on go -> open or done
            by clerk
            needs size
            set size to 1
            to open when size > 5
                clears size
            to done otherwise
    state open
        on go -> done
            by clerk
    final state done
    always size is not set in state open
    always size is 1 in state done                   # CD211 while `size is 1` doesn't hold
    never event go when size is not set              # CD211[event go]
    """


@program(*CLAIMS)
def test_what_is_not_asked_any_more_goes_back() -> None:
    """
    fields
        kind choice
            option bill
            option praise
        amount money GBP
            asked when kind is bill
            default 5 GBP
        note_of text
            asked when kind is bill and amount > 10 GBP
    first state new
        on sort -> open
            by clerk
            needs kind, amount, note_of
    state open  # CD299
        on resort -> stay
            by clerk
            needs kind
        on file -> done
            by clerk
            when amount > 3 GBP
    final state done
    always amount is set
    always amount is 5 GBP or kind is bill
    always note_of is not set or amount > 10 GBP
    always note_of is set or not amount > 10 GBP in state done, open
    always note_of is set in state open              # CD211 in `open`
    """


@program(*CLAIMS)
def test_a_state_counts_at_every_moment_and_by_how_it_ended() -> None:
    """
    first state new
        team desk
        on answer -> done as answered
            by clerk
        on drop -> done as dropped
            by chief
        move to done as forgotten after 1 month
    final state done
    never state done as answered unless answer has happened
    never state done unless answer has happened or drop has happened    # CD211 a case can be in `done`
    """


@program(*CLAIMS)
def test_a_state_that_is_over_has_endings_of_its_own() -> None:
    """
    first state new
        on answer -> done as answered
            by clerk
    final state done
    never state done as lost                         # CD004 there is no ending `lost` of `done`
    never state new as answered                      # CD005 `new` is not final
    never state gone                                 # CD004 there is no state `gone`
    never event go                                   # CD004 there is no event `go`
    only boss may answer                             # CD004 there is no role `boss`
    always answer is set                             # CD004 there is no field `answer`
    every event answer leads to state don            # CD004
    before every event answer comes event ask        # CD004
    """


@program(*CLAIMS)
def test_what_an_event_finds_is_looked_at_with_its_values_and_before_it_acts() -> None:
    """
    fields
        size integer 0..9
    first state new  # CD299
        on weigh -> stay
            by clerk
            needs size
            clears size
        on send -> done
            by clerk
            when weigh has happened 2 times
    final state done
    never event weigh unless size is set
    never event weigh when size > 8                  # CD211[event weigh] `weigh` can happen when `size > 8`
    never event weigh unless weigh has happened      # CD211 `weigh` can happen without `weigh`
    never event send unless weigh has happened 2 times
    never event send unless weigh has happened 3 times     # CD211 `send` can happen while not
    never event send                                 # CD211[event send] `send` can happen
    """


@program(*CLAIMS)
def test_only_some_may_do_it_also_in_a_stage_and_for_whom() -> None:
    """
    anywhere
        on reply -> stay
            by customer
    first state new
        team desk
        on answer -> done
            by clerk
        on ask -> asked
            by clerk, chief
    state asked
        waiting on customer
        on reply -> new
            by customer, clerk for customer
        on answer -> done
            by chief
        move to new after 1 month
    final state done
    stage at_work of new, asked
        on drop -> done
            by chief
    only clerk, chief may answer
    only clerk may answer                            # CD211[clerk] `answer` can be done by `chief`
    only chief may drop
    only customer, clerk may reply
    only clerk may reply                             # CD211 `reply` can be done by `customer`
    """


@program(*CLAIMS)
def test_what_no_case_can_have_together_breaks_no_claim() -> None:
    """
    fields
        size integer 0..999
        rate integer 0..999
    first state new
        on sort -> big or small
            by clerk
            needs size
            to big when size > 500
            to small otherwise
    state big
        on rest -> stay
            by clerk
        on go -> lost or done
            by clerk
            needs rate
            to lost when rate < 10 and size < 400
            to done otherwise
    state small
        on go -> done
            by clerk
        on stray -> lost
            by clerk
            when size > 400
    state lost
        on find -> done
            by clerk
    final state done
    never state lost unless stray has happened
    never state lost                                 # CD211 a case can be in `lost`
    every event stray leads to event find
    """


@program(*CLAIMS)
def test_each_time_anew() -> None:
    """
    first state new
        team desk
        on answer -> answered
            by clerk
        on check -> stay
            by chief
    state answered
        on object -> new
            by clerk
        on check -> stay
            by chief
        on remind -> stay
            by clerk
            when check has happened
        move to done after 1 month
    final state done
    never event remind unless check has happened
    before every event remind comes event check      # CD211[remind] `remind` can happen again with no `check` before
    never event object unless answer has happened
    before every event object comes event answer
    before every event answer comes event check or event object    # CD211[answer] with no `check` or `object`
    before every event answer comes state new
    before every event object comes state new
    before every event object comes event check      # CD211 `object` can happen with no `check` before it
    """


@program(*CLAIMS)
def test_what_must_come_in_the_end() -> None:
    """
    anywhere
        on reply -> stay
            by customer
    fields
        good yes/no
        size integer 0..9
    first state new
        team desk
        on ask -> asked
            by clerk
            needs good
        on drop -> done
            by chief
    state asked
        waiting on customer
        on reply -> judged
            by customer
        on ask_again -> stay
            by clerk
        move to judged after 1 month
    state judged
        on pass -> done or cell
            by clerk
            to done when good is yes
            to cell otherwise
    state cell
        on turn -> cell2
            by clerk
    state cell2
        on turn -> cell
            by clerk
        on open -> done
            by chief
            needs size
            when size > 4
    final state done
    every event ask leads to state done
    every event ask leads to event pass
    every event ask leads to event reply             # CD211[event ask] after `ask` a case can end without `reply`
    every state new leads to event ask               # CD211[state new] after `new` a case can end without `ask`
    every event ask leads to event open when good is no
    every event ask leads to event open              # CD211 after `ask` a case can end without `open`
    every state cell leads to event open or event ask
    """


@program(*CLAIMS)
def test_what_can_be_shut_for_ever_is_not_called_proved() -> None:
    """
    fields
        good yes/no
    first state new
        on ask -> asked
            by clerk
            needs good
    state asked  # CD501
        on done_with -> done
            by clerk
            when good is yes
        on stay_here -> stay
            by clerk
    final state done
    every event ask leads to state done              # CD211 after `ask` a case can come to `asked`
    every event ask leads to state done when good is yes
    """


_SHUT = """
    fields
        good yes/no
    first state new
        on ask -> asked
            by clerk
            needs good
    state asked
        on done_with -> done
            by clerk
            when good is yes
        on stay_here -> stay
            by clerk
    final state done
    every event ask leads to state done
    every state asked leads to state done
"""


def test_a_claim_whose_way_is_shut_names_the_event_that_would_lead_there() -> None:
    after, there = (each for each in look(dedent(_SHUT)).findings if each.code == "CD211")
    assert after.headline == "after `ask` a case can come to `asked`, from where it has no way to `done`"
    assert there.headline == "a case can be in `asked` and have no way to `done`"
    assert after.way_out == "let `on done_with` be open to such a case, or give `asked` another way to `done`"


@program(*CLAIMS)
def test_a_side_step_leads_back_to_where_it_was() -> None:
    """
    anywhere
        on reply -> stay
            by customer
    first state new
        team desk
        on look -> open
            by clerk
        on ask -> asked
            by clerk
    state open
        on ask -> asked
            by clerk
        on file -> done
            by clerk
    state asked
        waiting on customer
        on reply -> back
            by customer
        move to back after 1 month
    final state done
    never state open unless look has happened
    never event file unless look has happened
    never event file when ask has happened           # CD211
    """


@program(*CLAIMS)
def test_what_hangs_on_a_due_instant_is_not_decided() -> None:
    """
    promise soon
        within 3 working days
        calendar office
        from opened
        met by answer
    fields
        met date and time
    first state new
        team desk
        alert chief after 1 working day
        on answer -> done
            by clerk
            needs met
    final state done
    always met < soon.due in state done              # CD299[met < soon.due] whether this claim holds in every case
    never event answer when met < soon.due           # CD299
    never event answer unless met is set
    """


@program(*CLAIMS)
def test_what_holds_whenever_a_promise_is_due_is_proved() -> None:
    """
    promise soon
        within 3 working days
        calendar office
        from opened
        met by answer
    fields
        met date and time
    first state new
        team desk
        alert chief after 1 working day
        on read -> seen
            by clerk
    state seen
        on answer -> done
            by clerk
            needs met
    final state done
    always met < soon.due or met is set in state done
    always not (met < soon.due) or met < soon.due
    never event answer unless read has happened when met < soon.due
    never event read unless answer has happened when met < soon.due    # CD299
    before every event answer comes event read when met < soon.due
    every event read leads to state done when met < soon.due
    """


@program(*CLAIMS)
def test_what_somebody_can_amend_or_a_line_works_out_is_no_bar() -> None:
    """
    fields
        size integer 0..9
        rest integer 0..9
        kind choice
            changed by clerk in seen
            option bill
            option plea
    first state new
        on read -> seen
            by clerk
            needs size, kind
    state seen
        on answer -> last
            by clerk
            when kind is plea
    state last
        on file -> done
            by clerk
            set rest to 9 - size
    final state done
    every event read leads to event answer
    every event answer leads to state done
    every event read leads to state done when kind is bill
    """


@program(*CLAIMS)
def test_what_may_not_fit_or_not_be_amended_there_is_one() -> None:
    """
    fields
        size integer 0..9
        rest integer 0..9
        kind choice
            changed by clerk in new
            option bill
            option plea
    first state new
        on read -> seen
            by clerk
            needs size, kind
    state seen  # CD501
        on answer -> last
            by clerk
            when kind is plea
    state last  # CD501
        on file -> done
            by clerk
            set rest to size + 1
    final state done
    every event read leads to event answer           # CD211
    every event answer leads to state done           # CD299
    """


@program(*CLAIMS)
def test_numbers_and_dates_are_compared_not_tried() -> None:
    """
    fields
        asked_for money GBP
        limit money GBP
        paid  money GBP
        since date
        until date
    first state new
        on ask -> asked
            by clerk
            needs asked_for, limit, since, until
            when asked_for <= limit and since < until
    state asked  # CD299
        on pay -> done
            by clerk
            needs paid
            when paid <= asked_for
    final state done
    always paid <= limit in state done
    always since is not until in state asked, done
    always paid < limit in state done                # CD211
    """


def many_fields(count: int) -> str:
    """A claim that compares many fields, of which nothing is known."""
    names = [f"f{number}" for number in range(count)]
    fields = "".join(f"    {name} integer 0..9\n        changed by clerk\n" for name in names)
    state = "first state new\n    on go -> done\n        by clerk\nfinal state done\n"
    return f"fields\n{fields}{state}always {' or '.join(f'{name} is set' for name in names)} or go has happened\n"


def test_more_comparisons_than_are_told_apart_stay_open() -> None:
    codes = [finding.code for finding in look(many_fields(12)).findings if finding.code in CLAIMS]
    assert codes == ["CD299"]


def test_a_claim_is_told_in_steps_with_the_line_of_each() -> None:
    text = """
    fields
        kind choice
            changed by clerk
            option bill
            option praise
    first state new
        on sort -> done
            by clerk
            needs kind
    final state done
    never event sort when kind is bill
    """
    finding = the_one(text, "CD211")
    assert [label.text for label in finding.steps] == ["`new` -> `done` on `sort`"]
    assert finding.notes == (("step 1", "a case is opened"), ("step 2", "`sort` with kind = bill: new -> done"))
    assert finding.way_out == "add `when not (kind is bill)` to `on sort`"


def test_a_definition_with_rubbish_in_its_claims_says_where() -> None:
    checked = look(
        "first state new\n    on go -> done\n        by clerk\nfinal state done\nnever\nalways\nonly may go\n"
    )
    assert {finding.code for finding in checked.findings} == {"CD001"}
    assert full(checked.findings, checked.sources).count("-->") == 3
