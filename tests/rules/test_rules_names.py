"""Names that are too alike, and names that nothing in a case type uses."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from language_programs import ACME, HEADER, files_of, judge, looked_at, program_about

from casedsl.analysis.lookalike import difference, foreign, singular, skeleton
from casedsl.syntax.finding import Edit, Finding

SEEDED = settings(derandomize=True, deadline=None)


def found(text: str, code: str) -> list[Finding]:
    return [finding for finding in looked_at(files_of(text), also=(code,)).findings if finding.code == code]


# Look-alike names


@program_about("CD008")
def test_names_of_one_kind_that_differ_only_in_what_a_reader_overlooks() -> None:
    """
    fields
        fee_paid yes/no "Was it paid?"
        feepaid  yes/no "Was it paid?"      # CD008[feepaid] field `fee_paid` and field `feepaid` differ
        copy     text
        copies   text                       # CD008[copies] differ only in singular and plural
    first state new
        on answer -> Answered
            by clerk
    state Answered
        on file -> done
            by clerk
        on File -> done                     # CD008[on File] differ only in capital letters
            by clerk
    final state done
    """


@program_about("CD008")
def test_names_of_two_kinds_are_told_apart_too() -> None:
    """
    first state new
        on Clerk -> done                    # CD008[on Clerk] role `clerk` and event `Clerk` differ only
            by clerk
        on answer -> answers
            by clerk
    state answers
        on answer -> done
            by clerk
        on to_new -> done
            by clerk
        on to_New -> answers                # CD008
            by clerk
    final state done
    """


@program_about("CD008")
def test_names_that_stand_where_nothing_else_can() -> None:
    """
    fields
        kind  choice
            option big
            option Big                      # CD008[option Big] option `big` and option `Big`
        other choice
            option big
            option kind
            option Answer
    priority
        score 1 in 0..9
        plus 1 when other is big up to 9
        band red from 1
        band Red from 2                     # CD008[band Red from 2]
    first state new
        on answer -> done as big
            by clerk
        on drop -> done as Answer
            by clerk
        on lose -> done as answer           # CD008[done as answer] ending `Answer` and ending `answer`
            by clerk
    final state done
    """


@program_about("CD008")
def test_names_that_are_not_alike() -> None:
    """
    fields
        step_1_1 text
        step_11  text
        status   text
        address  text
    first state new
        on answer -> answered
            by clerk
        on ask -> answering
            by clerk
        on clerks -> answering
            by clerk
    state answered
        on answer -> done
            by clerk
    state answering
        on answer -> done
            by clerk
    final state done
    template statuses
        subject "a"
        body "b"
    """


def test_a_third_name_is_held_against_the_first() -> None:
    text = (
        "first state new\n    on go -> done\n        by clerk\n    on Go -> done\n        by clerk\n    on GO -> done\n"
    )
    findings = found(f"{text}        by clerk\nfinal state done\n", "CD008")
    assert [finding.headline for finding in findings] == [
        "event `go` and event `Go` differ only in capital letters",
        "event `go` and event `GO` differ only in capital letters",
    ]
    assert [label.span.line for finding in findings for label in finding.labels] == [5, 5]
    assert findings[0].way_out == "write `go` if the same is meant, else choose a name that can't be mistaken"


def test_a_letter_of_another_script_is_named() -> None:
    body = "    on send -> done\n        by clerk\n    on s\N{CYRILLIC SMALL LETTER IE}nd -> done\n        by clerk\n"
    (finding,) = found(f"first state new\n{body}final state done\n", "CD008")
    assert finding.headline == "event `send` and event `sеnd` differ only in letters that look the same"
    assert finding.notes == (("why", "`е` is cyrillic small letter ie (U+0435)"),)


def test_the_case_type_is_blamed_not_the_file_that_it_shares() -> None:
    (finding,) = found(
        "fields\n    Clerk text\nfirst state new\n    on go -> done\n        by clerk\nfinal state done\n", "CD008"
    )
    assert (finding.span.file, finding.labels[0].span.file) == ("main.case", "acme.case")

    body = "fields\n    Clerk text\nfirst state new\n    on go -> done\n        by clerk\nfinal state done\n"
    files = {"aaa.case": HEADER + body}
    (finding,) = looked_at(files, "aaa.case", ("CD008",)).findings
    assert finding.span.file == "aaa.case"


def test_an_organisation_file_alone_is_looked_at() -> None:
    text = ACME.decode() + 'role Clerk "Another clerk"\nteam Clerk\n    people Clerk\n    calendar office\n'
    findings = looked_at({"main.case": text}, also=("CD008",)).findings
    assert [finding.headline for finding in findings] == [
        "role `clerk` and role `Clerk` differ only in capital letters"
    ]


def test_names_are_not_looked_at_while_one_is_unknown() -> None:
    assert found("first state new\n    on go -> dnoe\n    on Go -> done\nfinal state done\n", "CD008") == []


@pytest.mark.parametrize(
    ("one", "two", "words"),
    [
        ("done", "Done", "in capital letters"),
        ("a_b", "ab", "in underscores"),
        ("a1__1", "a1_1", "in underscores"),
        ("a_b", "aB", "in capital letters and underscores"),
        ("\N{GREEK SMALL LETTER OMICRON}k", "ok", "in letters that look the same"),
        ("\N{CYRILLIC CAPITAL LETTER VE}ig", "big", "in letters that look the same"),
        ("reply", "replies", "in singular and plural"),
        ("box", "boxes", "in singular and plural"),
        ("address", "addresses", "in singular and plural"),
        ("cafe\N{COMBINING ACUTE ACCENT}", "caf\N{LATIN SMALL LETTER E WITH ACUTE}", "in letters that look the same"),
    ],
)
def test_in_what_two_names_differ(one: str, two: str, words: str) -> None:
    assert singular(skeleton(one)) == singular(skeleton(two))
    assert difference(one, two) == difference(two, one) == words


@pytest.mark.parametrize(
    ("one", "two"), [("as", "a"), ("focus", "focu"), ("class", "clas"), ("v1_2", "v12"), ("cat", "cart")]
)
def test_what_a_reader_sees_is_not_taken_away(one: str, two: str) -> None:
    assert singular(skeleton(one)) != singular(skeleton(two))


@SEEDED
@given(st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,8}", fullmatch=True))
def test_case_and_underscores_make_no_other_skeleton(name: str) -> None:
    assert skeleton(name.upper()) == skeleton(name.lower()) == skeleton(name)
    assert skeleton(f"_{name}__") == skeleton(name.replace("_", "__")) == skeleton(name)
    assert skeleton(skeleton(name)) == skeleton(name)
    assert foreign(name) == ""


# Unused names of a case type


@program_about("CD009")
def test_fields_and_templates_that_nothing_uses() -> None:
    """
    fields
        urgent yes/no
        colour text                         # CD009[colour] field `colour` is used nowhere
            asked when urgent is yes
        size   integer                      # CD009[size]
            default 3
    first state new
        on answer -> done
            by clerk
    final state done
    template late                           # CD009[template late] template `late` is used nowhere
        subject "{urgent}"
        body "{number}"
    """


@program_about("CD009")
def test_each_use_of_a_field_counts() -> None:
    """
    fields
        by_guard   yes/no
            default no
        by_asking  yes/no
        by_route   yes/no
            default no
        by_need    text
            asked when by_asking is yes
        by_set     integer
        by_value   integer
        by_clear   text
        by_passing text
        by_saying  text
        by_message text
        by_subject text
        by_score   integer
        by_plus    yes/no
        by_amending text
            changed by clerk
        in_a_route text
    priority
        score by_score in 0..9
        plus 1 when by_plus is yes up to 9 because "It counts."
    first state new
        team desk
        on answer -> done or new
            by clerk
            needs by_need
            when by_guard is yes
            set by_set to by_value + 1
            clears by_clear
            send told to customer
            hand over
                passes on by_passing
                says "{by_saying}"
            to done when by_route is yes
            to new otherwise
                clears in_a_route
    final state done
    template told
        subject "{by_subject}"
        body "{by_message, if set}"
    """


@program_about("CD009")
def test_each_use_of_a_template_counts() -> None:
    """
    promise quick
        within 3 working days
        calendar office
        met by answer
        prompt assignee when 1 working day left with by_promise
    stage open of new
        prompt clerk after 1 working day with by_stage
    first state new
        team desk
        alert chief after 2 working days with by_state
        on answer -> done
            by clerk
            send by_event to customer
        on drop -> done or new
            by clerk
            to done when answer has happened
                send by_route to assignee
            to new otherwise
    final state done
    template by_promise
        subject "a"
        body "b"
    template by_stage
        subject "a"
        body "b"
    template by_state
        subject "a"
        body "b"
    template by_event
        subject "a"
        body "b"
    template by_route
        subject "a"
        body "b"
    """


def test_what_is_unused_can_be_taken_out_by_hand_only() -> None:
    flow = "first state new\n    on go -> done\n        by clerk\n        needs other\nfinal state done\n"
    text = f"fields\n    colour text\n    other text\n{flow}"
    (finding,) = found(text, "CD009")
    assert finding.fix is not None
    assert (finding.fix.safe, finding.fix.edits) == (False, (Edit(finding.span, None),))
    assert finding.notes == (
        ("why", "no event needs it, nothing sets it, and no condition, message or hand-over reads it"),
    )
    alone = text.replace("    other text\n", "").replace("        needs other\n", "")
    assert [finding.fix for finding in found(alone, "CD009")] == [None], "an empty block `fields` can't be read"


def test_nothing_is_called_unused_while_a_line_can_not_be_read() -> None:
    text = "fields\n    colour text\nfirst state new\n    on go -> done\n        need colour\nfinal state done\n"
    assert found(text, "CD009") == []


def test_a_program_with_a_mark_that_nothing_fits_fails() -> None:
    """The test of the test: a marked warning must appear, and one in `also` must be marked."""
    text = "fields\n    colour text\nfirst state new\n    on go -> done\n        by clerk\nfinal state done\n"
    judge(text)
    with pytest.raises(AssertionError, match="not expected"):
        judge(text, ("CD009",))
    with pytest.raises(AssertionError, match="not found"):
        judge(
            text.replace("go -> done", "go -> done  # CD009 x").replace("    colour text", "    colour text  # CD009")
        )
    assert HEADER.startswith("case type")
