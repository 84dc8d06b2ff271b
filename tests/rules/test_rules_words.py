"""Fixes of words and lines: a misspelled name is written right, a line that stands twice is taken out once."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from language_programs import files_of, looked_at, under_carets

from casedsl.syntax.finding import Edit, Finding
from casedsl.syntax.spelling import edits, nearest, only_near

SEEDED = settings(derandomize=True, deadline=None)
LETTER = """\
fields
    fee  money GBP
        changed by clerk in asked
    kind choice
        option question
        option objection
    late yes/no
    words long text
promise answer_in_time
    within 10 working days
    calendar office
    met by answer
    pauses in asked
stage open of new, asked
    alert chief after 3 working days
first state new
    team desk
    on ask -> asked
        by clerk
        needs kind, fee
        when kind is objection and fee > 3 GBP
    on answer -> done
        by clerk
        but not who did ask
        needs fee, words
        send answered to customer
state asked
    team desk
    on hear -> done
        by clerk for customer
        needs late
        when late is yes
final state done
template answered
    subject "{ fee , if set}, {words}"
    body "{assignee.first name} until {answer_in_time.due}"
"""


def found(text: str, code: str) -> list[Finding]:
    return [finding for finding in looked_at(files_of(text)).findings if finding.code == code]


def applied(text: str, edit: Edit) -> str:
    """The text of a program with one word of it changed."""
    assert edit.text is not None
    lines = files_of(text)["main.case"].split("\n")
    row, span = lines[edit.span.line - 1], edit.span
    lines[span.line - 1] = row[: span.column - 1] + edit.text + row[span.end_column - 1 :]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("changed by clerk", "changed by clrek"),
        ("in asked", "in askd"),
        ("calendar office", "calendar offices"),
        ("met by answer", "met by anwser"),
        ("pauses in asked", "pauses in Asked"),
        ("of new, asked", "of new, aksed"),
        ("alert chief", "alert chef"),
        ("team desk", "team dsk"),
        ("-> asked", "-> Asked"),
        ("kind is objection", "knd is objection"),
        ("kind is objection", "kind is objektion"),
        ("and fee > 3", "and fees > 3"),
        ("who did ask", "who did aks"),
        ("needs fee, words", "needs fee, word"),
        ("send answered", "send answred"),
        ("to customer", "to custmer"),
        ("clerk for customer", "clerk for costumer"),
        ("late is yes", "lat is yes"),
        ("{ fee , if set}", "{ fees , if set}"),
        ("{words}", "{wrods}"),
        ("{assignee.first name}", "{assignee.fist name}"),
        ("{answer_in_time.due}", "{answer_in_tim.due}"),
        ("{answer_in_time.due}", "{answer_in_time.deu}"),
        ("money GBP", "moneys GBP"),
    ],
)
def test_a_misspelled_name_is_written_right(right: str, wrong: str) -> None:
    text = LETTER.replace(right, wrong, 1)
    assert looked_at(files_of(LETTER)).sound
    (finding,) = found(text, "CD004")
    assert finding.fix is not None
    assert finding.fix.safe
    (edit,) = finding.fix.edits
    assert finding.fix.title == f"write `{edit.text}`"
    assert finding.way_out == f"did you mean `{edit.text}`?"
    assert applied(text, edit) == files_of(LETTER)["main.case"]


def test_no_name_is_chosen_among_several_or_far_ones() -> None:
    two = LETTER.replace("on hear", "on heard").replace("on answer", "on hears").replace("met by answer", "met by hear")
    (finding,) = found(two, "CD004")
    assert finding.way_out == "did you mean `hears` or `heard`?"
    assert finding.fix is None
    (far,) = found(LETTER.replace("send answered", "send reminder"), "CD004")
    assert far.fix is None


def test_a_reserved_name_has_no_fix() -> None:
    (finding,) = found("first state back\n    on go -> done\n        by clerk\nfinal state done\n", "CD004")
    assert finding.fix is None


@SEEDED
@given(
    st.text("abc", min_size=1, max_size=6), st.lists(st.text("abcA", min_size=1, max_size=6), max_size=5, unique=True)
)
def test_the_only_near_name_is_the_one_within_reach(word: str, names: list[str]) -> None:
    reach = 1 if len(word) <= 4 else 2
    near = [name for name in names if name != word and (name.casefold() == word or edits(word, name) <= reach)]
    assert only_near(word, names) == (near[0] if len(near) == 1 else None)
    nearer = [name for name in near if _far(word, name) == min(_far(word, each) for each in near)]
    assert nearest(word, names) == (tuple(nearer) if len(nearer) <= 2 else ())


def _far(word: str, name: str) -> int:
    return 0 if name.casefold() == word else edits(word, name)


def test_the_second_of_two_lines_can_be_taken_out_by_hand_only() -> None:
    text = LETTER.replace("    calendar office\n    met", "    calendar office\n    calendar office\n    met")
    (finding,) = found(text, "CD002")
    assert finding.fix is not None
    assert (finding.fix.title, finding.fix.safe) == ("take out the second line", False)
    assert finding.fix.edits == (Edit(finding.span, None),)
    assert under_carets(looked_at(files_of(text)), finding.span) == "calendar"
    assert finding.labels[0].span.line == finding.span.line - 1


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("fee, words", "fee, words\n        set fee to 1 GBP, fee to 2 GBP"),
        ("option question", "option question\nstage fee of new"),
    ],
)
def test_what_is_no_second_line_is_not_taken_out(right: str, wrong: str) -> None:
    text = LETTER.replace(right, wrong)
    if "stage fee" in wrong:
        text = LETTER.replace("template answered", "template ask").replace("send answered", "send ask")
    (finding,) = found(text, "CD002")
    assert finding.fix is None
