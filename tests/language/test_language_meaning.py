"""Meaning: every name is bound or said once, every block has what it needs, and one root cause is one finding."""

from __future__ import annotations

import pytest
from casedsl_runtime.vocabulary import Placeholder
from language_programs import END, HEADER, judge, looked_at, program

NEW = "first state new\n    on answer -> done\n        by clerk\n"


def ways_out(text: str) -> list[str]:
    return [finding.way_out for finding in looked_at({"main.case": text}).findings]


# Names


@program
def test_every_kind_of_name_that_is_not_there() -> None:
    """
    promise soon
        within    10 working days
        calendar  ofice                             # CD004[ofice] there is no calendar `ofice`
        from      opend                             # CD004[opend] there is no event `opend`
        met by    answr                             # CD004[answr] there is no event `answr`
        pauses in aksed, new                        # CD004[aksed] there is no state `aksed`
        prompt    asignee when 3 working days left  # CD004[asignee] there is no role `asignee`
        tell      customer when missed with lat     # CD004[lat] there is no template `lat`
    fields
        kind chioce                                 # CD004[chioce] there is no type `chioce`
        fee  money GBP
            changed by clark in nwe                 # CD004[clark] there is no role `clark` # CD004[nwe] no state `nwe`
    stage at_work of new, askd                      # CD004[askd] there is no state `askd`
        escalate to assignee after 1 month          # CD004[assignee] there is no role `assignee`
        alert       cheif    after 1 working day    # CD004[cheif] there is no role `cheif`
        move to     stay     after 1 working day    # CD004[stay] there is no state `stay`
    first state new
        team       dsk                              # CD004[dsk] there is no team `dsk`
        waiting on custmer                          # CD004[custmer] there is no role `custmer`
        on answer -> dome                           # CD004[dome] there is no state `dome`
            by      clerc for custome, chief  # CD004[clerc] there is no role `clerc` # CD004[custome] role `custome`
            but not who did ansver                  # CD004[ansver] there is no event `ansver`
            needs   fe, a note                      # CD004[fe] there is no field `fe`
            clears  Fee                             # CD004[Fee] there is no field `Fee`
            set     fees to 3 GBP                   # CD004[fees] there is no field `fees`
            send    lat to clark  # CD004[lat] there is no template `lat` # CD004[clark] no role `clark`
            hand over
                passes on fe                        # CD004[fe] there is no field `fe`
                says      "{fe} {note} {nte}"       # CD004[{fe}] no field `fe` # CD004[{nte}] there is no field `nte`
            reverses escalaton                      # CD004[escalaton] `escalaton` can't be reversed
        on drop -> done
            by clerk
    final state done
    template late
        subject "{numbr}"                           # CD004[{numbr}] there is no field `numbr`
        body    "{soon.du}"                         # CD004[{soon.du}] there is no part `du` of `soon`
    """


@pytest.mark.parametrize(
    ("name", "way_out"),
    [
        ("Done", "did you mean `done`?"),
        ("DONE", "did you mean `done`?"),
        ("doen", "did you mean `done`?"),
        ("dne", "did you mean `done`?"),
        ("ended", "there are: `new`, `done`, `checked`, `back`, `stay`"),
        ("nwe", "did you mean `new`?"),
        ("chekced", "did you mean `checked`?"),
        ("chekcde", "did you mean `checked`?"),
        ("bcak", "did you mean `back`?"),
    ],
)
def test_the_nearest_name_is_meant(name: str, way_out: str) -> None:
    text = f"{HEADER}{NEW}    on go -> {name}\n{END}state checked\n    on send -> done\n"
    assert ways_out(text) == [way_out]


def test_a_name_of_nothing_at_all() -> None:
    assert ways_out(f"{HEADER}{NEW}        send late to clerk\n{END}") == ["there is no template at all"]


@program
def test_reserved_names() -> None:
    """
    fields
        note      text                      # CD004[note] `note` has a meaning of its own and can't name a field
        number    text                      # CD004[number] `number` has a meaning of its own
        is        text                      # CD004[is] `is` is a word of expressions and can't name a field
        kind      choice
            option not                      # CD004[option not] `not` has a meaning behind `is` and can't name an option
    first state back                        # CD004[back] `back` has a meaning of its own and can't name a state
        on opened -> stay                   # CD004[opened] `opened` has a meaning of its own and can't name an event
            by clerk
        on or -> done                       # CD004[or] `or` is a word of expressions and can't name an event
            by clerk
    state stay                              # CD004[stay] `stay` has a meaning of its own and can't name a state
        on answer -> done
            by clerk
    final state done
    template in                             # CD004[in] `in` is a word of expressions and can't name a template
        subject "x"
        body    "y"
    """


@program
def test_a_name_serves_one_kind() -> None:
    """
    promise soon
        within   10 working days
        calendar office
        met by   answer
    fields
        new    text
        soon   text                         # CD002[soon] `soon` names a field and a promise
        desk   text
    first state new                         # CD002[new] `new` names a state and a field
        on answer -> done
            by clerk
        on clerk -> done                    # CD002[clerk] `clerk` names an event and a role
            by clerk
    final state done
    template answer                         # CD002[answer] `answer` names an event and a template
        subject "x"
        body    "y"
    """


@program
def test_what_stands_twice() -> None:
    """
    case type letter
        edition 1
        edition 1                           # CD002[edition] `edition` stands twice
        use "acme"
    fields
        kind choice
            option big
            option big                      # CD002[option big] `option big` stands twice
        kind text                           # CD002[kind] `field kind` stands twice
    first state new
        purpose "x"
        purpose "y"                         # CD002[purpose] `purpose` stands twice
        prompt clerk after 1 working day
        prompt clerk after 2 working days
        team desk
        on answer -> done
            by clerk
            by chief                        # CD002[by] `by` stands twice
            send late to clerk
            send late to chief              # CD002[send late] `send late` stands twice
        on answer -> done                   # CD002[on answer] `on answer` stands twice
            by chief
    state new                               # CD002[state new] `state new` stands twice
        on reopen -> done
            by clerk
            needs a note
    final state done
    fields                                  # CD002[fields] `fields` stands twice
        fee money GBP
    template late
        subject "{fee}"
        body    "{kind}"
    anywhere
        on drop -> done
            by clerk
            when fee > 3 GBP and reopen has happened
    """


@program
def test_two_first_states() -> None:
    """
    first state new
        on answer -> done
            by clerk
    first state other                       # CD002[first state other] a second state is the first
        on answer -> done
            by clerk
    final state done
    """


@program
def test_no_first_state() -> None:
    """
    case type letter                        # CD011[case type letter] no state is the first
        edition 1
    state new
        on answer -> done
    final state done
    """


@program
def test_two_stages_of_one_state_say_what_happens() -> None:
    """
    stage one of new, asked
        on ask -> asked
            by clerk
        on answer -> done
            by clerk
    stage two of new, asked
        on ask -> stay
            by clerk
        on answer -> stay                   # CD002[on answer] two stages of `asked` say what happens on `answer`
            by clerk
    first state new
        on answer -> done
            by clerk
        on ask -> asked
            by clerk
    state asked
        on ask -> done
            by clerk
    final state done
    """


# Blocks


@program
def test_what_a_promise_needs() -> None:
    """
    promise soon            # CD011 has no line `calendar` # CD011 has no line `met by` # CD011 has no line `within`
        from opened
    first state new
        on answer -> done
            by clerk
    final state done
    """


@program
def test_what_a_promise_cannot_say() -> None:
    """
    promise soon
        within   10 days                            # CD005[10 days] `10 days` doesn't say which days are counted
        calendar office
        met by   answer
        prompt   chief when missed  # CD005 a `prompt` comes before a promise is due, not when it is missed
        tell     chief when 3 working days left  # CD005 a `tell` comes when a promise is missed, not before it is due
        alert    chief when 3 weeks left            # CD005[3 weeks] `3 weeks` doesn't say which weeks are counted
        alert    chief when 3 clear days left       # CD005[3 clear days] doesn't say when: clear days
        prompt   chief when 120% used               # CD005[120%] a `prompt` comes before a promise is due, and at 120%
        alert    chief when 100% used               # CD005[100%] when all of its time is used, the promise is missed
        alert    chief when 1001% used              # CD005[1001%] `1001%` is no share of the time
        alert    chief when 0% used                 # CD005[0%] `0%` is no share of the time
        alert    chief when 12.5% used              # CD005[12.5%] `12.5%` is no share of the time
    promise never                                   # CD011[promise never] promise `never` has no line `within`
        calendar office
        met by   answer
    first state new
        on answer -> done
            by clerk
    final state done
    template late
        subject "{soon.due}"
        body    "{never.due}"
    """


@program
def test_what_a_promise_cannot_count() -> None:
    """
    fields
        came_on   date
        heard_at  date and time
        size      integer
    promise both
        within       10 working days
        due at least 3 clear days before came_on    # CD005[3 clear days before came_on] `both` is due so long
        calendar     office
        met by       answer
    promise before_a_date
        due at least 3 clear days before size       # CD005[size] `size` is integer, and a date belongs here
        calendar     office
        met by       answer
    promise before_it
        due at least 3 clear days before heard_at
        calendar     office
        met by       answer
        begins       on a working day               # CD005 `begins` changes nothing: `before_it` is due before a date
        pauses in    asked                          # CD005[pauses in asked] a pause changes nothing
        extends on   ask to 5 clear days            # CD005 an extension changes nothing
        in band red within 2 clear days             # CD005[in band red within 2 clear days] a length for a band changes
        prompt       chief when 50% used            # CD005[50%] nothing is used up
    promise hours
        within      4 working hours
        calendar    office
        from        size                            # CD005[size] `size` is integer, and a date belongs here
        met by      answer at came_on
        rolls       forward                         # CD005[rolls forward] the last of 4 working hours never lies out
        due at      18:00                           # CD005[due at 18:00] are over when they are over, not at a
        in band red within 2 working hours          # CD004[red] there is no band `red`
        pauses in   asked at most 2 working days    # CD005[2 working days] of a pause can't be compared with 4
    promise dates
        within      20 working days
        calendar    office
        from        came_on
        met by      answer at size                  # CD005[size] `size` is integer, and a date belongs here
        due at      24:30                           # CD005[24:30] there is no time 24:30
        begins      on a working day before 25:00   # CD005[25:00] there is no time 25:00
        pauses from came_on to came_on              # CD005[pauses from came_on to came_on] the pause begins and ends
        pauses from came_on to heard_at             # CD005[heard_at] `heard_at` is date and time, and a date belongs
        extends on  ask to 20 working days          # CD005[20 working days] is no longer than 20 working days
        extends on  answer to 40 working days       # CD005[answer] `answer` meets the promise, so it can't extend it
        extends on  reply to 30 working days
        extends on  reply to 50 working days        # CD002[extends on reply to 50 working days] `reply` extends
        restarts on rpely                           # CD004[rpely] there is no event `rpely`
        when priority changes from the change       # CD005 no length depends on the priority
    first state new
        on answer -> done
            by clerk
            needs came_on, heard_at, size
        on ask -> asked
            by clerk
    state asked
        waiting on customer
        move to back after 3 working days
        on reply -> back
            by clerk for customer
    final state done
    """


@program
def test_a_promise_by_priority() -> None:
    """
    fields
        impact scale 1..5
    priority
        score 10 * impact in 0..50
        band red from 40
        band low from 0
    promise soon
        within      1 month
        in band red within 4 working hours
        in band rde within 5 working hours          # CD004[rde] there is no band `rde`
        in band red within 6 working hours          # CD002[in band red within 6 working hours] band `red` has two
        calendar    office
        met by      answer
        when priority changes in proportion         # CD005 can't be shared out: months differ
    first state new
        on answer -> done
            by clerk
            needs impact
    final state done
    """


@program
def test_a_type_is_what_it_can_be() -> None:
    """
    fields
        a money                     # CD005[money] `money` alone doesn't say its currency
        b scale                     # CD005[scale] `scale` alone doesn't say its range
        c scale 5..1                # CD005[scale 5..1] nothing lies in `5..1`
        d text GBP                  # CD005[text GBP] the type `text` has no currency
        e choice 1..5               # CD005[choice 1..5] the type `choice` has no range
        f email                     # CD010[email] the type `email`
        g list of text              # CD010[list of text] the type `list of text`
        h boolean                   # CD004[boolean] there is no type `boolean`
        i choice                    # CD011[i] choice `i` has no options
        j text
            option big              # CD005[option big] `j` is text, and only a choice has options
        k integer 0..1.5            # CD005[1.5] `1.5` is no whole number
    first state new
        on answer -> done
            by    clerk
            needs a, b, c, d, e, f, g, h, i, j, k
            when  a > 3 GBP and b in 1..3 and c > d and e is one of x, y and f is set and h is yes and i is x
    final state done
    """


@program
def test_a_form_is_read_from_the_top() -> None:
    """
    fields
        a integer
            asked when b > 3                        # CD803[b > 3] depends on `b`, which is asked later
        b integer
            asked when b > 3                        # CD803[b > 3] depends on `b` itself
        c integer
            asked when answer has happened          # CD803[answer has happened] depends on `answer`, which is no field
        d date and time
            asked when soon.due is not soon.due  # CD803[soon.due is not soon.due] depends on `soon`, which is no field
        e integer
            asked when a is set and answr has happened   # CD004[answr] there is no event `answr`
        f integer
            asked when a > 3 and b > 3
    promise soon
        within   10 working days
        calendar office
        met by   answer
    first state new
        on answer -> done
            by clerk
    final state done
    """


@program
def test_a_template_has_a_subject_a_body_and_gaps_with_a_meaning() -> None:
    r"""
    promise soon
        within   10 working days
        calendar office
        met by   answer
    fields
        fee  money GBP
        name text
    first state new
        on answer -> done
            by clerk
    final state done
    template plain
        subject "Quoted: \"{fee}\" \\ {number}"
        body    "{assignee} {assignee.first name} {fee, if set} {fee,if set} {soon.due, if set} {number, if set}"
    template empty
        subject "{} {fe}"                           # CD004[{}] `{}` is no gap of a template # CD004[{fe}] no field `fe`
        body    "{{fee}} {fee if set}"  # CD004[{{fee}}] is no gap of a template # CD004[{fee if set}] is no gap
    template dotted
        subject "{assignee.last name}"              # CD004[{assignee.last name}] no part `last name` of `assignee`
        body    "{fee.due} {soon} {soon.dew}"  # CD004[{fee.due}] no promise `fee` # CD004[{soon}] # CD004[{soon.dew}]
    template lone
        subject "} {"                               # CD004[}] `}` is no gap of a template # CD004[{] `{` is no gap
        body    "{ fee }"
    template quoted
        subject "He said \"{naem}\", 日本 {fe}"  # CD004[{naem}] there is no field `naem` # CD004[{fe}]
        body    "{note}"                            # CD004[{note}] there is no field `note`
    template bare                                   # CD011[template bare] template `bare` has no `body`
        subject "Hello"
    """


def test_a_text_is_its_pieces() -> None:
    checked = judge(r"""
        fields
            fee money GBP
        first state new
            on answer -> done
                by clerk
        final state done
        template late
            subject "{number}"
            body    "Dear \"{assignee.first name}\", it costs {fee, if set}."
        """)
    assert checked.case_type is not None
    late = checked.case_type.templates["late"]
    assert late.subject == (Placeholder("number"),)
    name, fee = Placeholder("first name", "", False), Placeholder("field", "fee", True)
    assert late.body == ('Dear "', name, '", it costs ', fee, ".")


@program
def test_the_header_names_the_places_of_its_routes() -> None:
    """
    fields
        late yes/no
        fee  money GBP
    first state new
        on answer -> asked or done  # CD114[on answer] `answer` leads to 2 places and doesn't say which when
            by clerk
        on ask -> asked or done or back             # CD114[back] no `to` line of `ask` leads to `back`
            by clerk
            to asked when late is yes
            to new when fee > 3 GBP                 # CD114[new] `ask` can lead to `new`, which its header doesn't say
            to done otherwise
        on turn -> done or asked
            by clerk
            to done otherwise                       # CD114[otherwise] `otherwise` stands before the last route
            to asked when late is yes
        on doubt -> asked or done or asked          # CD114[asked] the header of `doubt` names `asked` twice
            by clerk
            to asked when late is yes
            to done  when fee > 3 GBP
            to asked otherwise
        on slip -> dome or asked                    # CD004[dome] there is no state `dome`
            by clerk
            to done when late is yes
            to asked otherwise
        on err -> dome or asked
            by clerk
            to dome when late is yes                # CD004[dome] there is no state `dome`
            to asked otherwise
        on fine -> done as late or done as early or stay
            by clerk
            to done as late when late is yes
            to done as early when late is no
            to stay otherwise
    state asked
        on answer -> done
            by clerk
    final state done
    """


@program
def test_only_final_states_have_endings() -> None:
    """
    first state new
        team desk
        on answer -> asked as good  # CD005[good] `asked` is not final, so a case doesn't end there as `good`
            by clerk
        on wait -> stay as good                     # CD005[good] `stay` is not final
            by clerk
        on drop -> done as dropped
            by clerk
        move to asked as late after 1 working day   # CD005[late] `asked` is not final
    state asked
        on answer -> done as answered
            by clerk
    final state done
    """


@program
def test_nothing_happens_after_the_end() -> None:
    """
    stage at_work of new, done                      # CD115[done] stage `at_work` holds `done`, which is final
        on drop -> done
            by clerk
    first state new
        on answer -> done
            by clerk
    final state done
        team desk
        purpose "The file is only read."
        on reopen -> new  # CD115[on reopen] `done` is final, and something still happens in it
            by clerk
        prompt clerk after 1 working day
    final state gone
        move to done after 1 year                   # CD115[move to] `gone` is final
    """


@program
def test_the_head_of_a_case_type() -> None:
    """
    case type letter
        edition 2                                   # CD010[2] edition 2 isn't known here
        version 1.5                                 # CD005[1.5] `1.5` is no whole number
        number  "LET-{yaer}-{sequence}"             # CD005["LET-{yaer}-{sequence}"] doesn't make case numbers
        use     "acme"
    first state new
        on answer -> done
            by clerk
    final state done
    """


@program
def test_the_head_of_another_case_type() -> None:
    """
    case type letter                                # CD011 doesn't say in which edition of the language it is written
        version 0                                   # CD005[0] versions are counted from 1
        number  "LET-{sequence}{sequence}"          # CD005 doesn't make case numbers
        use     "acme"
    first state new
        on answer -> done
            by clerk
    final state done
    """


@program
def test_what_is_not_built_is_said_once_and_nothing_follows_from_it() -> None:
    """
    case type letter
        edition 1
        use "acme"
        retain 6 years after done then erase        # CD010[retain] `retain`
    fields
        mail  email                                 # CD010[email] the type `email`
            tip "Where we reach you."               # CD010[tip] `tip` in `field`
        fee   money GBP
            retired since "2026"                    # CD010[retired since] `retired since` in `field`
            decided by a person                     # CD010[decided by] `decided by` in `field`
    intake web -> new                               # CD010[intake web] `intake`
        by customer
        ask mail, fee
        send received to customer
    first state new
        checklist                                   # CD010[checklist] `checklist` in `state`
            called "Call them"
        on answer -> done
            by clerk
            needs mail
            when mail is set
            task "File it" for clerk                # CD010[task] `task` in `on`
            assign another clerk                    # CD010[assign] `assign` in `on`
    final state done
    automation know                                 # CD010[automation know] `automation`
        on opened
        call crm.find with fee as found
        on failure task "Look" for clerk
    metric speed                                    # CD010[metric speed] `metric`
        from opened to answer in working time
    """


# Organisations


@program
def test_an_organisation() -> None:
    """
    organisation shop                               # CD011[organisation shop] the file doesn't say in which edition
        use "acme"
    calendar never                                  # CD404[calendar never] calendar `never` never opens
        zone Europe/London
    calendar nowhere                                # CD011[calendar nowhere] doesn't say in which time zone
        open mon-fri hours 09:00-17:00
    calendar shifts
        zone   Europe/London
        open   mon-wed hours 09:00-12:00, 11:00-17:00   # CD005[open mon-wed] opening hours overlap on mon
        open   thu hours 17:00-10:00
        open   tue hours 12:00-12:00                # CD005[12:00-12:00] `12:00-12:00` are no opening hours
        open   fri hours 09:75-10:00                # CD005[09:75-10:00] `09:75-10:00` are no opening hours
        closed 2026-02-30                           # CD005[2026-02-30] there is no day 2026-02-30
        closed 2026-12-24 "Eve" from 25:00          # CD005[25:00] `25:00` is no time of day
        holidays GB-ENG, FR                         # CD005[GB-ENG, FR] doesn't say whether a day must be a
        working day ends at 00:00                   # CD005[00:00] no working day ends at 00:00
    role clerk "Clerk"                              # CD002[clerk] role `clerk` is defined in two files
    role buyer "Buyer" outside
    may be both buyer, cheif                        # CD004[cheif] there is no role `cheif`
    may be both buyer                               # CD005 one role alone needs no permission
    team sales                                      # CD011[team sales] team `sales` has no calendar to count in
        people buyer, chief
        assign least loaded clerk                   # CD508[clerk] assigns its cases to `clerk`
    team night
        people   byer                               # CD004[byer] there is no role `byer`
        calendar nihgt                              # CD004[nihgt] there is no calendar `nihgt`
        assign   least loaded buyer
    team odd
        people   chief
        calendar office
        assign   round robin chief                  # CD010[round robin chief] `assign round robin chief`
    """


@program
def test_a_calendar_of_days_opens_and_one_of_a_single_date() -> None:
    """
    organisation shop
        edition 1
    calendar all_days
        zone Europe/London
        days mon-sun
    calendar fair
        zone Europe/London
        open 2026-11-06 hours 09:00-17:00
    connector crm inside                            # CD010[connector crm] `connector`
        at "https://crm.example"
    """


def test_a_file_that_is_not_there_is_one_finding() -> None:
    files = {"main.case": f'case type x\n    edition 1\n    use "acne"\n{NEW}    team desk\n{END}'}
    finding, *rest = looked_at(files).findings
    assert (finding.code, finding.span.line, rest) == ("CD012", 3, [])
    assert finding.headline == "the file `acne.case` doesn't exist"


@program
def test_a_file_that_is_used_is_no_organisation() -> None:
    """
    case type x
        edition 1
        use "other"                                 # CD012["other"] `other.case` is no organisation file
    first state new
        team desk
        on answer -> done
            by clerk
    final state done
    --- other.case
    case type y
        edition 1
    first state new
    """


@program
def test_a_name_of_what_is_not_built_is_not_called_unknown() -> None:
    """
    case type x
        edition 1
        use "other"
    first state new
        on answer -> done
            by buyer, crm
    final state done
    --- other.case
    organisation other
        edition 1
    role buyer "Buyer"
    connector crm inside                            # CD010[connector crm] `connector` isn't part of edition 1 yet
        at "https://crm.example"
    """


@program
def test_a_file_behind_the_used_one_is_not_there() -> None:
    """
    case type x
        edition 1
        use "other"
    first state new
        on answer -> done
            by clerk, buyer
            needs fee                               # CD004[fee] there is no field `fee`
    final state done
    --- other.case
    organisation other
        edition 1
        use "missing"                               # CD012["missing"] the file `missing.case` doesn't exist
    role buyer "Buyer"
    """


@program
def test_files_that_use_each_other() -> None:
    """
    case type x
        edition 1
        use "one"
    first state new
        on answer -> done
            by buyer, seller
    final state done
    --- one.case
    organisation one
        edition 1
        use "two"
    role buyer "Buyer"
    --- two.case
    organisation two
        edition 1
        use "one"                                   # CD012["one"] `one` uses itself: one.case -> two.case -> one.case
    role seller "Seller"
    """


@program
def test_a_line_of_a_used_file_that_cannot_be_read_is_one_finding() -> None:
    """
    case type x
        edition 1
        use "other"
    first state new
        on answer -> done
            by buyer, seller, byer                  # CD004[byer] there is no role `byer`
    final state done
    --- other.case
    organisation other
        edition 1
    role buyer "Buyer"
    rolle seller "Seller"                           # CD003[rolle] there is no line `rolle …` at the left margin
    """


@program
def test_a_used_file_without_a_header_is_one_finding() -> None:
    """
    case type x
        edition 1
        use "other"
    first state new
        on answer -> done
            by buyer
    final state done
    --- other.case
    role buyer "Buyer"                              # CD001[role buyer "Buyer"] a file begins with `case type`
    """


def test_files_are_found_beside_the_file_that_uses_them() -> None:
    files = {
        "cases/main.case": f'case type x\n    edition 1\n    use "../shared/org"\n{NEW}{END}',
        "cases/../shared/org.case": 'organisation o\n    edition 1\n    use "roles"\n',
        "cases/../shared/roles.case": 'organisation r\n    edition 1\nrole clerk "Clerk"\n',
    }
    assert looked_at(files, "cases/main.case").findings == ()


def test_what_is_used_by_two_files_is_read_once() -> None:
    shared = 'organisation {}\n    edition 1\n    use "roles"\n'
    files = {
        "main.case": f'organisation main\n    edition 1\n    use "one"\n{NEW}'.removesuffix(NEW),
        "one.case": shared.format("one"),
        "roles.case": 'organisation r\n    edition 1\nrole clerk "Clerk"\nrole clerk "Clerk"\n',
    }
    assert [(finding.code, finding.span.file) for finding in looked_at(files).findings] == [("CD002", "roles.case")]


def test_a_case_type_without_an_organisation_is_told_once_where_roles_stand() -> None:
    text = f"case type x\n    edition 1\n{NEW}    team desk\n    on drop -> done\n        by chief\n{END}"
    findings = looked_at({"main.case": text}).findings
    assert [(finding.code, finding.headline) for finding in findings] == [("CD004", "there is no team `desk`")]
    assert findings[0].way_out == 'roles, teams, calendars and classes stand in an organisation file: add `use "NAME"`'


def test_a_file_that_cannot_be_opened_says_why() -> None:
    from casedsl.compile import check

    def read(name: str) -> bytes:
        if name == "main.case":
            return (HEADER + NEW + END).encode()
        raise PermissionError(13, "Permission denied", name)

    assert [finding.headline for finding in check("main.case", read).findings] == [
        "the file `acme.case` can't be read (Permission denied)"
    ]


def test_a_long_name_is_cut_in_a_sentence() -> None:
    text = f"{HEADER}{NEW}    on go -> {'x' * 4_000}\n{END}"
    assert [finding.headline for finding in looked_at({"main.case": text}).findings] == [
        f"there is no state `{'x' * 60}…`"
    ]
