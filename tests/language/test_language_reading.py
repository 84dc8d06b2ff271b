"""Reading: a line that can't be read is said in the author's words, and never costs more than itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from language_programs import END, HEADER, files_of, judge, looked_at, program, under_carets

from casedsl.syntax.case import MOST_FINDINGS_IN_BLOCK, read_case
from casedsl.syntax.source import Source

NEW = "first state new\n    on answer -> done\n        by clerk\n"
CLEAN = HEADER + NEW + END


def told(text: str | bytes) -> list[tuple[int, str, str, str]]:
    """Line, place, headline and way out of everything that is found in one file."""
    checked = looked_at({"main.case": text})
    return [
        (finding.span.line, under_carets(checked, finding.span), finding.headline, finding.way_out)
        for finding in checked.findings
    ]


def line_in_event(line: str) -> str:
    return f"{HEADER}first state new\n    on answer -> done\n        by clerk\n        {line}\n{END}"


# Words


@program
def test_a_misspelt_keyword() -> None:
    """
    first state new
        purpos "Nobody has read it."            # CD003[purpos] there is no line `purpos …` in `first state new`
        on answer -> done
            bye clerk                           # CD003[bye] there is no line `bye …` in `on answer`
            by clerk
    finel state done                            # CD003[finel] there is no line `finel …` at the left margin
    final state gone
    """


@program
def test_a_misspelt_keyword_behind_a_flag() -> None:
    """
    first stat new                              # CD003[stat] there is no line `stat …` at the left margin
        on answer -> done
            by clerk
    final satte done                            # CD003[satte] there is no line `satte …` at the left margin
    """


@program
def test_a_keyword_of_another_block() -> None:
    """
    first state new
        subject "Hello"                         # CD003[subject] a line `subject …` doesn't stand in `first state new`
        on answer -> done
            by clerk
            prompt clerk after 1 working day    # CD003[prompt] a line `prompt …` doesn't stand in `on answer`
    role clerk                                  # CD003[role] a line `role …` doesn't stand at the left margin
    final state done
        hand over  # CD003[hand over] a line `hand over …` doesn't stand in `final state done`
    """


@pytest.mark.parametrize(
    ("line", "way_out"),
    [
        ("purpos x", "did you mean `purpose`?"),
        ("But not who did answer", "did you mean `but not`?"),
        ("reverse escalation", "did you mean `reverses`?"),
        ("hand ovr", "did you mean `hand over`?"),
        ("hand it", "did you mean `hand over`?"),
        ("but who did answer", "did you mean `but not`?"),
        ("xyzzy", "what may stand there: `but not`, `by`, `clears`, `hand over`, `needs`, `purpose` …"),
    ],
)  # fmt: skip
def test_the_nearest_keyword_is_meant(line: str, way_out: str) -> None:
    assert [found[3] for found in told(line_in_event(line))] == [way_out]


@pytest.mark.parametrize(
    ("line", "place", "headline", "way_out"),
    [
        ("when", "", "the line ends too early",
            "what may stand here: `(`, `-`, `not`, a date, a name, a number …"),
        ("when fee >", "", "the line ends too early",
            "what may stand here: `(`, `-`, a date, a name, a number, a percentage …"),
        ("when (fee > 3", "", "the line ends too early", "what may stand here: `)`, `or`"),
        ("when fee > 3)", ")", "`)` can't stand here", "what may stand here: `or`, the end of the line"),
        ("when fee = 3", "=", "`=` can't stand here", "write `is`"),
        ("when fee != 3", "!", "`!` can't stand here", "write `is not`"),
        ("when fee ≥ 3", "≥", "`≥` can't stand here", "write `>=`"),
        ("when fee > £3", "£", "`£` can't stand here", "write the currency behind the amount: `100 GBP`"),
        ("when fee / 2 > 3", "/", "`/` can't stand here", "there is no division, and a comment begins with `#`"),
        ("when vip & late", "&", "`&` can't stand here", "write `and`"),
        ("when fee >\u00a03", "\u00a0", "a no-break space (U+00A0) can't stand here", "write a plain space instead"),
        ("when fee\u200b > 3", "\u200b", "a zero width space (U+200B) can't stand here", "delete it"),
        ("needs fu\u0308r", "u\u0308",
            "`\u00fc` is two characters here, the second of them a combining diaeresis (U+0308)",
            "type `\u00fc` again, as one character"),
        ("needs x\u0302", "\u0302", "`\u0302` can't stand here", ""),
        ("when impact > and 3", "and", "`and` is a word of expressions and can't be a name",
            "a value or a name belongs here"),
        ("when kind is one of 1, 2", "1", "`1` can't stand here", "what may stand here: a name"),
        ("when impact in 1 to 5", "to", "`to` can't stand here", "what may stand here: `..`"),
        ("by clerk chief", "chief", "`chief` can't stand here", "what may stand here: `,`, `for`, the end of the line"),
        ("by clerk,", "", "the line ends too early", "what may stand here: a name"),
        ("needs a-note", "a-note", "`a-note` is no name",
            "a name has letters, digits and `_`, and begins with a letter"),
        ("needs 2nd", "2nd", "`2nd` is no name", "a name has letters, digits and `_`, and begins with a letter"),
        ("needs örtlich", "örtlich", "`örtlich` can't stand here",
            "a name begins with a letter from A to Z, or with `_`"),
        ("purpose 'x'", "'", "`'` can't stand here", 'a text stands in straight quotes: `"…"`'),
        ("purpose “x”", "“", "`“` can't stand here", 'a text stands in straight quotes: `"…"`'),
        ('purpose "x', '"', "this text in quotes doesn't end on its line",
            'close it with `"`; inside a text write `\\"`'),
        ('purpose "x" y', "y", "`y` can't stand here", "what may stand here: the end of the line"),
        ("by clerk;", ";", "`;` can't stand here", "a line ends without a sign"),
        ("by: clerk", ":", "`:` can't stand here", "what may stand here: a name"),
        ("send late to", "", "the line ends too early", "what may stand here: a name"),
        ("clears", "", "the line ends too early", "what may stand here: a name"),
    ],
)  # fmt: skip
def test_what_cannot_stand_in_a_line(line: str, place: str, headline: str, way_out: str) -> None:
    assert told(line_in_event(line)) == [(7, place, headline, way_out)]


@pytest.mark.parametrize(
    ("line", "place", "headline", "way_out"),
    [
        ('on read "Read"', '"', "`on read` doesn't say where the case goes",
            "`-> state` belongs behind the event, for example `-> resolved`, or `-> stay`"),
        ("on read", "", "`on read` doesn't say where the case goes",
            "`-> state` belongs behind the event, for example `-> resolved`, or `-> stay`"),
        ("on read > done", ">", "`>` can't stand here", "did you mean `->`?"),
        ("on read → done", "→", "`→` can't stand here", "write `->`"),
        ("on read done", "done", "`done` can't stand here", "what may stand here: `->`"),
        ("on read -> done by clerk", "by", "`by` can't stand here",
            "what may stand here: `as`, `or`, a text in quotes, the end of the line"),
        ("on read-it -> done", "read-it", "`read-it` is no name",
            "a name has letters, digits and `_`, and begins with a letter"),
        ("prompt clerk after 1 workin day", "workin", "`workin` can't stand here", "did you mean `working`?"),
        ("prompt clerk after 1", "", "the line ends too early",
            "what may stand here: `calendar`, `clear`, `clock`, `working`, a unit of time"),
        ("prompt clerk 1 working day", "1", "`1` can't stand here", "what may stand here: `after`"),
        ("move to done", "", "the line ends too early", "what may stand here: `after`"),
        ("team", "", "the line ends too early", "what may stand here: a name"),
    ],
)  # fmt: skip
def test_what_cannot_stand_in_a_state(line: str, place: str, headline: str, way_out: str) -> None:
    text = f"{HEADER}first state new\n    on answer -> done\n        by clerk\n    {line}\n{END}"
    assert told(text) == [(7, place, headline, way_out)]


@program
def test_a_line_below_which_nothing_stands() -> None:
    """
    fields                                      # CD001[fields] nothing stands below `fields`
    stage at_work of new                        # CD001[stage] nothing stands below `stage`
    first state new
        on answer -> done
            by clerk
            hand over                           # CD001[hand over] nothing stands below `hand over`
            needs a note
    final state done
    template late                               # CD001[template] nothing stands below `template`
    """


@program
def test_a_block_whose_only_line_cannot_be_read_is_one_finding() -> None:
    """
    fields
       fee money GBP                            # CD001[   ] this line is indented by 3 spaces, which is no level
    first state new
        on answer -> done
            by clerk
            hand over
                 says "Hello"                   # CD001 this line is indented by 13 spaces, which is no level
    final state done
    """


def test_what_belongs_below_is_said() -> None:
    assert [found[3] for found in told(f"{HEADER}{NEW}{END}stage s of new\n")] == [
        "indent below it: `alert`, `escalate to`, `move to`, `on`, `prompt`"
    ]
    assert [found[2] for found in told('case type x "X"\n')] == [
        "no state is the first",
        "the file doesn't say in which edition of the language it is written",
    ]


@program
def test_names_may_be_keywords() -> None:
    """
    fields
        state   text
        team    choice
            option from
            option option
        by      yes/no
        open    integer
            default 3
        is_set  integer 0..3
        first   date
    first state final
        team    desk
        purpose "The name of a state may be a keyword."
        on on -> when or move
            by      clerk
            needs   state, team, by, first
            to when when team is from and by is yes and open > 3
            to move otherwise
    state when
        on prompt -> move
            by clerk
        on to -> done
            by clerk
    state move
        on after -> done
            by clerk
    final state done
    template subject
        subject "{state}"
        body    "{team} {by, if set}"
    """


def test_one_name_for_two_kinds_is_not_allowed_even_if_it_is_a_keyword() -> None:
    judge("""
        fields
            on text
        first state new
            on on -> done       # CD002[on] `on` names an event and a field
                by clerk
        final state done
        """)


# The margin


def test_tabs_are_said_once_in_a_block_and_spaces_beside_them_are_read() -> None:
    text = f'{HEADER}first state new\n\tteam desk\n\tpurpose "x"\n    on answer -> dome\n        by clerk\n{END}'
    assert [(line, headline) for line, _, headline, _ in told(text)] == [
        (5, "this line is indented with a tab"),
        (7, "there is no state `dome`"),
    ]


@program
def test_an_odd_indent() -> None:
    """
    first state new
       purpose "Three spaces."      # CD001[   ] this line is indented by 3 spaces, which is no level
        on answer -> done
            by clerk
         on drop -> done            # CD001[     ] this line is indented by 5 spaces, which is no level
            by clerk
        on leave -> dome            # CD004[dome] there is no state `dome`
              needs a note          # CD001[          ] this line is indented by 10 spaces, which is no level
            by clerk
    final state done
    """


@program
def test_two_spaces_a_level_is_one_finding_for_a_line_and_what_is_below_it() -> None:
    """
    first state new
      on answer -> done             # CD001[  ] this line is indented by 2 spaces, which is no level
        by clerk
        needs a note
      on drop -> done               # CD001[  ] this line is indented by 2 spaces, which is no level
        by clerk
    final state done
    """


def test_the_levels_that_are_near_are_named() -> None:
    ways_out = [found[3] for found in told(f"{HEADER}first state new\n   team desk\n{END}") if "level" in found[2]]
    assert ways_out == ["a level is 4 spaces: 4 here"]
    assert told(f"{CLEAN}anywhere\n    on x -> stay\n         by clerk\n")[0][3] == "a level is 4 spaces: 8 or 12 here"


@program
def test_too_deep_an_indent() -> None:
    """
    first state new
            team desk               # CD001 this line is indented by more than one level below the line above
        on answer -> done
                by clerk            # CD001 this line is indented by more than one level below the line above
                needs a note
            by clerk
    final state done
    """


@program
def test_below_a_line_that_has_no_block() -> None:
    """
    first state new
        purpose "New"
            by clerk                # CD001[b] nothing can be indented below `purpose`
        on answer -> done
            by clerk
                needs a note        # CD001[n] nothing can be indented below `by`
            hand over
                says "Hello"
                    by clerk        # CD001[b] nothing can be indented below `says`
    final state done
    """


# The header


@pytest.mark.parametrize(
    ("text", "line", "place"),
    [
        ("state new\n", 1, "state new"),
        ("\n# A comment\n\ncase typ x\n    edition 1\n", 4, "case typ x"),
        ("<<<<<<< HEAD\n" + CLEAN, 1, "<<<<<<< HEAD"),
        ("case typewriter x\n    edition 1\n", 1, "case typewriter x"),
    ],
)  # fmt: skip
def test_a_file_without_a_header_is_one_finding(text: str, line: int, place: str) -> None:
    headline = "a file begins with `case type` or `organisation`"
    way_out = 'write `case type NAME "Title"`, or `organisation NAME "Title"`, as its first line'
    assert told(text) == [(line, place, headline, way_out)]


@pytest.mark.parametrize("margin", [" ", "    ", "\t"])
def test_an_indented_header(margin: str) -> None:
    assert told(margin + CLEAN) == [
        (1, 'case type letter "Letter"', "the first line is indented", "move it to the left margin")
    ]


@pytest.mark.parametrize("text", ["# Only a comment\n", "# One\n\n    # Two\n"])
def test_a_file_of_comments_has_no_header(text: str) -> None:
    assert [found[2] for found in told(text)] == ["a file begins with `case type` or `organisation`"]


def test_a_header_without_a_name() -> None:
    assert told('case type "X"\n    edition 1\nstate y\n') == [
        (1, '"X"', '`"X"` can\'t stand here', "what may stand here: a name")
    ]


# The file


@pytest.mark.parametrize(
    ("data", "line", "headline"),
    [
        (b"", 1, "the file is empty"),
        (b" \n\t\n", 1, "the file is empty"),
        (b"x" * 2_000_001, 1, "the file has 2.0 MB; a definition has at most 2 MB"),
        (b"case type x\n" + b"#\n" * 20_000, 20_001, "the file has 20,001 lines; a definition has at most 20,000"),
        (b"case type x\n    # caf\xe9\n", 2, "this is not text in UTF-8"),
        ("case type x\n".encode("utf-16"), 1, "this is not text in UTF-8"),
        (b"case type x\n" + b"#" * 5_001 + b"\n", 2, "this line has 5,001 characters; a line has at most 5,000"),
        (b"case type x\n    # \x00\n", 2, "a hidden control character (U+0000) stands in column 7"),
        ("case type x\n# \u202eabc\n".encode(), 2, "a right-to-left override (U+202E) stands in column 3"),
        (b"case type x\r    edition 1\r", 1, "this line ends in a lone carriage return"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read(data: bytes, line: int, headline: str) -> None:
    assert [(found.span.line, found.code, found.headline) for found in looked_at({"main.case": data}).findings] == [
        (line, "CD001", headline)
    ]


@pytest.mark.parametrize(
    "data",
    [
        CLEAN.replace("\n", "\r\n").encode(),
        b"\xef\xbb\xbf" + CLEAN.encode(),
        CLEAN.removesuffix("\n").encode(),
        (CLEAN + "    \n\n# The end").encode(),
        CLEAN.replace("\n", "   \n").encode(),
        CLEAN.replace("\n", " # beside\n# above\n      # above, indented\n\n").encode(),
        CLEAN.replace(" -> ", "   ->   ").replace("use ", "use\t").encode(),
    ],
    ids=["CRLF", "BOM", "no final newline", "comment without newline", "blanks", "comments", "alignment"],
)
def test_the_same_text_in_another_dress(data: bytes) -> None:
    assert looked_at({"main.case": data}).findings == ()


@pytest.mark.parametrize("change", [("\n", "\r\n"), ("case type", "\ufeffcase type")])
def test_places_are_the_same_in_another_dress(change: tuple[str, str]) -> None:
    text = CLEAN.replace("clerk", "clark")
    assert told(text.replace(*change)) == told(text)


def test_columns_count_characters() -> None:
    title = 'on answer -> done "Größe 🎉 e\u0301"'
    text = f"{HEADER}first state new\n    {title} x\n        by clerk\n    on b -> done\n        by clerk\n{END}"
    (line, place, headline, _), *rest = told(text)
    assert (line, place, headline, rest) == (5, "x", "`x` can't stand here", [])
    judge("""
        first state new "Grüße 🎉"
            on answer -> done "Größe"       # Grüße
                by clerk
        final state done "日本"
        template late
            subject "🎉 {nam}"               # CD004[{nam}] there is no field `nam`
            body    "Grüße \\"{nam}\\""      # CD004[{nam}] there is no field `nam`
        """)


# Several faults


@program
def test_several_faults_each_on_its_line_and_all_other_lines_are_read() -> None:
    """
    fields
        fee     money GBP of                    # CD001[of] `of` can't stand here
        amount  mony GBP                        # CD004[mony] there is no type `mony`
        kind    choice
            optoin big                          # CD003[optoin] there is no line `optoin …` in `kind choice`
    first state new
        team    desk desk                       # CD001[desk] `desk` can't stand here
        on answer > checked                     # CD001[>] `>` can't stand here
            by clerk
        on drop -> dome                         # CD004[dome] there is no state `dome`
            by clerk
    stat checked                                # CD003[stat] there is no line `stat …` at the left margin
        on send -> done
            by clerk
    final state done
    """


def test_a_name_on_a_line_that_cannot_be_read_is_not_called_unknown() -> None:
    judge("""
        fields
            fee     money GBP GBP                   # CD001[GBP] `GBP` can't stand here
            late    yes or no                       # CD001[or] `or` can't stand here
        first state new
            on answer -> checked
                by clerk
                needs fee, late, other              # CD004[other] there is no field `other`
                when fee > 3 GBP and late is yes
            on drop -> done
                by clerk
                when asked has happened
        stat checked                                # CD003[stat] there is no line `stat …`
            on asked -> done
                by clerk
        final state done
        """)


@program
def test_what_may_have_stood_on_a_lost_line_is_not_called_missing() -> None:
    """
    case type letter
        editoin 1                                   # CD003[editoin] there is no line `editoin …` in `case type`
        use "acme"
    promise soon
        within 10 working days
        calender office                             # CD003[calender] there is no line `calender …` in `promise soon`
        met by answer
    fields
        kind choice
            big                                     # CD003[big] there is no line `big …` in `kind choice`
    priority
        skore 10 in 0..100                          # CD003[skore] there is no line `skore …` in `priority`
        band red from 10
    frist state new                                 # CD003[frist] there is no line `frist …` at the left margin
        on answer -> done
            by clerk
    final state done
    """


def test_a_block_with_too_many_faults_is_left() -> None:
    text = HEADER + "fields\n" + "    a (\n" * 60 + NEW.replace("answer", "a") + END
    found = told(text)
    assert len(found) == MOST_FINDINGS_IN_BLOCK
    assert {headline for _, _, headline, _ in found} == {"`(` can't stand here"}


def test_a_file_with_too_many_faults_is_left() -> None:
    found = told(HEADER + "stat x\n" * 2_000 + END)
    assert len(found) == 501
    assert found[-1][0] == 504
    assert found[-1][2] == "more than 500 lines above can't be read; from here on nothing is read"


def test_nine_faults_of_the_study_are_nine_findings() -> None:
    """`faults.case` says where it comes from; each fault bears its number and what is found."""
    text = (Path(__file__).parent / "faults.case").read_text("utf-8")
    document, found = read_case(Source("faults.case", text))
    lines = text.split("\n")
    wanted = [(number, line.partition("# fault: ")[2]) for number, line in enumerate(lines, 1) if "# fault: " in line]
    assert [(finding.span.line, f"{finding.code} {finding.headline}") for finding in found] == wanted
    assert len(wanted) == 9
    assert document is not None
    heads = [line for line in lines if line[:1] not in ("", " ", "#")]
    assert len(document.lines) == len(heads) - 2  # all but the header and the automation
    states = {line.name.text: len(line.lines) for line in document.all("state") if line.name}
    assert states == {
        "new": 5, "in_review": 5, "legal_review": 4, "answering": 5, "waiting_on_customer": 6, "resolved": 4,
        "closed": 1,
    }  # fmt: skip


def test_a_program_is_read_as_it_is_told() -> None:
    """The test of the tests: marks that don't fit are said."""
    for wrong in (CLEAN + "# CD001\n", CLEAN.replace("clerk", "clark"), CLEAN.replace("clerk", "clark # CD004[clerk]")):
        with pytest.raises(AssertionError):
            judge(wrong)
    assert list(files_of("final state x\n--- a.case\nb\n")) == ["main.case", "a.case"]
