"""One slip in YAML is one finding, where it was made: quotes left open, hidden characters, what aliases repeat."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from language_programs import ACME, looked_at, under_carets

from casedsl.cli.check.fixing import Fixed, fixed
from casedsl.syntax.finding import Finding
from casedsl.syntax.source import Source, read_source

SEEDED = settings(derandomize=True, deadline=None)
FILE = "main.case.yaml"
HEAD = "case type: letter\nedition: 1\nuse: acme\n"
STATES = HEAD + "states:\n  new:\n    first: yes\n    on:\n      go: {to: done, by: clerk}\n  done: {final: yes}\n"


def found(text: str) -> list[Finding]:
    return list(looked_at({FILE: text}, FILE).findings)


def marked(text: str) -> list[tuple[str, int, str, str]]:
    """Code, line, text under the carets and headline of what is found."""
    checked = looked_at({FILE: text}, FILE)
    return [(each.code, each.span.line, under_carets(checked, each.span), each.headline) for each in checked.findings]


def fix(text: str) -> Fixed:
    def read(name: str) -> bytes:
        if name not in (FILE, "acme.case"):
            raise FileNotFoundError(2, "No such file", name)
        return text.encode() if name == FILE else ACME

    return fixed([FILE], read, unsafe=False)


# Hidden characters.


@pytest.mark.parametrize(
    ("escape", "name"),
    [
        ("\\x1b", "a hidden control character (U+001B)"),
        ("\\e", "a hidden control character (U+001B)"),
        ("\\0", "a hidden control character (U+0000)"),
        ("\\r", "a hidden control character (U+000D)"),
        ("\\N", "a hidden control character (U+0085)"),
        ("\\u202E", "a right-to-left override (U+202E)"),
        ("\\U00002066", "a left-to-right isolate (U+2066)"),
        ("\\P", "a paragraph separator (U+2029)"),
    ],
)
def test_an_escape_brings_in_nothing_that_plain_text_may_not_hold(escape: str, name: str) -> None:
    wanted = [("CD001", 4, escape, f"`{escape}` stands for {name}")]
    assert marked(STATES.replace("states:", f'number: "\\\\ é\\u00e9 x{escape}y"\nstates:')) == wanted
    assert marked(STATES.replace("states:", f'number: "one\n  two {escape}"\nstates:')) == [
        ("CD001", 5, escape, f"`{escape}` stands for {name}")
    ]
    assert [each.way_out for each in found(STATES.replace("states:", f'number: "{escape}"\nstates:'))] == ["delete it"]


def test_a_name_with_such_an_escape_is_lost_and_not_called_unknown() -> None:
    text = STATES.replace("  done: {final: yes}", '  "do\\u202Ene": {final: yes}\n  over: {final: yes}')
    assert marked(text.replace("to: done", "to: over")) == [
        ("CD001", 9, "\\u202E", "`\\u202E` stands for a right-to-left override (U+202E)")
    ]


@SEEDED
@given(st.characters(codec="utf-8"))
@example("\x85")
@example("\t")
@example("\u2028")
@example("\ufeff")
def test_what_an_escape_may_bring_in_is_what_may_stand_there(sign: str) -> None:
    code = f"\\U{ord(sign):08X}"
    plain = read_source(FILE, HEAD.encode() + f"# x{sign}y\n".encode())
    escaped = found(STATES.replace("states:", f'number: "x{code}y"\nstates:'))
    if sign not in "\r\n":
        assert any(each.headline.startswith(f"`{code}`") for each in escaped) is not isinstance(plain, Source)


def test_a_space_that_is_none_is_named_where_it_stands() -> None:
    text = STATES.replace("edition: 1", "edition:\u00a01")
    assert marked(text) == [("CD001", 2, "\u00a0", "a no-break space (U+00A0) can't stand here")]
    assert fix(text).new[FILE].decode() == STATES


def test_such_a_space_in_a_text_is_not_blamed_for_what_stands_beside_it() -> None:
    assert marked(STATES.replace("states:", 'number: "5\u00a0EUR" x: y\nstates:'))[0][3].startswith("this line")


def test_a_missing_colon_is_blamed_on_its_own_row() -> None:
    assert marked(STATES.replace("use: acme", "use")) == [("CD001", 3, "u", "`:` is missing behind a key")]


# Quotes left open.


@pytest.mark.parametrize("quote", ['"', "'"])
@pytest.mark.parametrize("left_open", [(0,), (7,), (19,), (3, 4), (0, 10, 19)])
def test_a_quote_that_is_left_open_is_one_finding(quote: str, left_open: tuple[int, ...]) -> None:
    text = STATES
    for number in range(20):
        end = "" if number in left_open else quote
        text += f"  s{number}:\n    title: {quote}Number {number}{end}\n    on:\n      go: {{to: done, by: clerk}}\n"
    wanted = [("CD001", 11 + 4 * number, quote, "this text in quotes doesn't end") for number in left_open]
    assert [each for each in marked(text) if each[0] == "CD001"] == wanted
    assert {each.code for each in found(text)} <= {"CD001", "CD101"}


@pytest.mark.parametrize(
    "row",
    [
        '    timers:\n      - prompt: "clerk\n        after: 2 working days\n        with: "desk"\n',
        '    purpose: "Nobody\n    # has "read" it\n',
    ],
)
def test_what_it_took_in_is_an_entry_or_stands_too_far_to_the_left(row: str) -> None:
    text = STATES.replace("    on:\n", f"{row}    on:\n", 1)
    (finding,) = [each for each in found(text) if each.code == "CD001"]
    assert finding.headline == "this text in quotes doesn't end"


@pytest.mark.parametrize(
    "text",
    [
        '    purpose: "Nobody\n      has read it."\n',
        '    purpose: "\n      Nobody has read it."\n',
        "    purpose: 'Nobody''s\n\n      letter.'\n",
    ],
)
def test_a_text_on_several_rows_is_left_alone(text: str) -> None:
    assert found(STATES.replace("    on:\n", f"{text}    on:\n", 1)) == []


def test_what_stands_behind_a_whole_text_on_several_rows_is_blamed_itself() -> None:
    text = STATES.replace("    on:\n", '    purpose: "Nobody\n      has read it." x\n    on:\n', 1)
    assert [each[1] for each in marked(text) if each[0] == "CD001"] == [8]


# Aliases.


def test_a_fault_of_a_text_that_is_repeated_is_one_finding_with_all_its_places() -> None:
    text = STATES.replace(
        "by: clerk}", "by: &who clerc}\n      ask: {to: stay, by: *who}\n      hear: {to: stay, by: *who}"
    )
    (finding,) = found(text)
    checked = looked_at({FILE: text}, FILE)
    assert (finding.headline, under_carets(checked, finding.span)) == ("there is no role `clerc`", "clerc")
    assert [(label.span.line, under_carets(checked, label.span), label.text) for label in finding.labels] == [
        (9, "*who", "repeated here"),
        (10, "*who", "repeated here"),
    ]
    assert fix(text).new[FILE].decode() == text.replace("clerc", "clerk")


def test_a_fault_of_a_place_at_which_something_is_repeated_names_both() -> None:
    """`note` is a field of text: it may be needed, and can't be compared with a number."""
    text = HEAD + (
        "fields:\n  kind: {type: text, title: &t Kind}\n  fee: {type: money GBP}\n"
        "priority: {score: 1, in: *t}\n" + STATES.removeprefix(HEAD)
    )
    (finding,) = found(text)
    checked = looked_at({FILE: text}, FILE)
    assert under_carets(checked, finding.span) == "*t"
    assert [(label.span.line, under_carets(checked, label.span)) for label in finding.labels] == [(5, "&t Kind")]
    assert [label.text for label in finding.labels] == ["what is repeated stands here"]
    assert finding.fix is None


def test_no_fix_is_offered_for_an_alias() -> None:
    """`dome` is a title, and no state: it would be `*t` that becomes `done`."""
    text = STATES.replace("    first: yes", "    title: &t dome\n    first: yes").replace("to: done", "to: *t")
    (finding,) = [each for each in found(text) if each.code == "CD004"]
    assert (finding.way_out, finding.fix) == ("did you mean `done`?", None)
    assert [label.span.line for label in finding.labels] == [6]


def test_a_block_that_is_repeated_has_its_faults_once() -> None:
    more = "  new:\n    first: yes\n    on: &both\n      go: {to: done, by: clerk}\n      ask: {to: dome, by: clerk}\n"
    text = HEAD + f"states:\n{more}  old:\n    on: *both\n  done: {{final: yes}}\n"
    errors = [each for each in found(text) if each.code == "CD004"]
    (finding,) = errors
    assert (finding.span.line, [label.span.line for label in finding.labels]) == (9, [11])
    assert fix(text).new[FILE].decode() == text.replace("dome", "done")


def test_a_misspelt_key_in_a_block_that_is_repeated_is_mended_once() -> None:
    text = HEAD + (
        "states:\n  new:\n    first: yes\n    on: &both\n      go: {to: done, by: clerk, purpos: Why}\n"
        "  old:\n    on: *both\n  done: {final: yes}\n"
    )
    (finding,) = [each for each in found(text) if each.code == "CD003"]
    assert (finding.span.line, [label.span.line for label in finding.labels]) == (8, [10])
    assert fix(text).new[FILE].decode() == text.replace("purpos:", "purpose:")


def test_an_anchor_before_a_block_moves_no_place() -> None:
    text = STATES.replace("  done: {final", "  done: &end\n    # the end\n    {final").replace(
        "go: {to", "go: &go {too"
    )
    assert [each[:3] for each in marked(text)] == [("CD003", 8, "too")]
    assert [each[:3] for each in marked(HEAD + "states: &all [new]\n")] == [("CD001", 4, "[")]


def test_aliases_of_aliases_end_somewhere() -> None:
    text = HEAD + "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 3_000))
    assert "this is nested more than 40 levels deep" in [each.headline for each in found(text)]
