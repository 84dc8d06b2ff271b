"""The printer: what it prints is read as the same tree with the same comments, and looks as it should in both coats."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from language_trees import KINDS, documents, strings
from msgspec.structs import replace

from casedsl.syntax.alike import comments_in, same_tree
from casedsl.syntax.case import read_case
from casedsl.syntax.coats import CASE_COAT, COATS, YAML_COAT, Coat, Unfit, Whole
from casedsl.syntax.constructs import CONSTRUCTS, Construct
from casedsl.syntax.converting import Converted, converted
from casedsl.syntax.language import LANGUAGE, Language
from casedsl.syntax.printing import print_case, print_yaml
from casedsl.syntax.printing.scalars import scalar
from casedsl.syntax.printing.words import written
from casedsl.syntax.source import Source
from casedsl.syntax.span import Span
from casedsl.syntax.tree import Document, Line, Word
from casedsl.syntax.values import Trouble, read_whole
from casedsl.syntax.yaml.reader import read_yaml

SEEDED = settings(
    derandomize=True,
    deadline=None,
    max_examples=120,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
TWINS = Path(__file__).parent / "twins"
NAMES = ("complaint", "organisation")
HEADER = 'case type letter "Letter"\n    edition     1\n\n'


def read(coat: Coat, text: str) -> Document:
    """A text of which every line must be read."""
    document, found = coat.read(Source(f"made{coat.suffix}", text))
    assert found == ()
    assert document is not None
    return document


def neat(rows: str) -> str:
    """Rows below a header, as they are printed."""
    return print_case(read(CASE_COAT, HEADER + rows)).removeprefix(HEADER)


def yaml_of(rows: str) -> str:
    """The same in YAML."""
    return print_yaml(read(CASE_COAT, HEADER + rows)).removeprefix("case type: letter\ntitle: Letter\nedition: 1\n")


def _with_ends(line: Line, ends: tuple[str, ...]) -> Line:
    """A line with comments below every line that has none below it."""
    lines = tuple(_with_ends(below, ends) for below in line.lines)
    return replace(line, lines=lines, end=line.end or ends)


def commented(document: Document) -> Document:
    """A document with a comment below every line, also where YAML has no place for one."""
    header, *lines = (_with_ends(line, ("# below",)) for line in (document.header, *document.lines))
    return replace(document, header=header, lines=tuple(lines))


# Laws.


@SEEDED
@given(documents(), st.sampled_from([*COATS.values()]))
def test_what_is_printed_is_read_as_the_same_tree(document: Document, coat: Coat) -> None:
    text = coat.printed(document)
    again = read(coat, text)
    assert same_tree(document, again, ordered=coat is CASE_COAT)
    assert coat.printed(again) == text


@SEEDED
@given(documents())
def test_from_yaml_to_case_and_back_everything_stays(document: Document) -> None:
    text = print_yaml(document)
    there = converted(Whole(Source("made.case.yaml", text), read(YAML_COAT, text), YAML_COAT), "made.case")
    assert isinstance(there, Converted)
    assert there.lost == ()
    back = converted(Whole(Source("made.case", there.text), read(CASE_COAT, there.text), CASE_COAT), "made.case.yaml")
    assert back == Converted(text, ())


@settings(SEEDED, max_examples=60)
@given(documents())
def test_no_comment_is_lost_where_yaml_has_no_place_for_it(document: Document) -> None:
    text = print_case(commented(document))
    whole = Whole(Source("made.case", text), read(CASE_COAT, text), CASE_COAT)
    assert same_tree(commented(document), whole.document, ordered=True)
    done = converted(whole, "made.case.yaml")
    assert isinstance(done, Converted)
    assert Counter(comments_in(read(YAML_COAT, done.text))) == Counter(comments_in(whole.document))
    assert any("now stand" in sentence for sentence in done.lost)


@SEEDED
@given(strings, st.booleans())
def test_a_text_is_the_same_text_for_every_reader_of_yaml(text: str, flow: bool) -> None:
    """PyYAML reads YAML 1.1; what a scalar means to it doesn't matter, where it ends does."""
    import yaml

    said = scalar(text, flow)
    row = f"[{said}, {said}]" if flow else f"{said}  # beside"
    for loader in (yaml.BaseLoader, getattr(yaml, "CBaseLoader", yaml.BaseLoader)):
        assert yaml.load(f"k: {row}\n", loader) == {"k": [text, text] if flow else text}


def test_there_are_texts_for_every_kind_of_value() -> None:
    """If this fails, a kind is new: write texts of it into `language_trees.KINDS`."""
    clauses = {clause.kind for rows in LANGUAGE.blocks.values() for row in rows for clause in row.shape.clauses}
    names = {row.shape.name for rows in LANGUAGE.blocks.values() for row in rows}
    assert clauses | names <= {*KINDS, ""}


def test_a_new_construct_can_be_printed_at_once() -> None:
    dummy = Construct(("state",), "greets <names> [with <text> | silently]", "A greeting.", "greetings")
    language = Language((*CONSTRUCTS, dummy))
    text = HEADER + 'state new\n    greets      a, b    with "Hi"\n    greets      c       silently\n'
    document, found = read_case(Source("made.case", text), language)
    assert document is not None
    assert found == ()
    assert print_case(document, language) == text
    rows = "states:\n  new:\n    greetings:\n      - {greets: [a, b], with: Hi}\n      - {greets: c, silently: yes}\n"
    assert print_yaml(document, language).endswith(f"\n{rows}")
    again, found = read_yaml(Source("made.case.yaml", print_yaml(document, language)), language)
    assert again is not None
    assert found == ()
    assert same_tree(document, again, language)


# The look of `.case`.


def test_values_stand_in_one_column_and_a_longer_keyword_pushes_its_own_line_only() -> None:
    text = """\
state new
    team        office
    escalate to chief after 1 working day
    waiting on  clerk
    purpose     "Why"
"""
    assert neat(text.replace("team   ", "team").replace("to chief", "to     chief")) == text
    long = '\n    call        a.b with c as d\n    on failure  task "x" for y\n'
    assert neat(f"automation a{long}") == f"automation a{long}"


def test_fields_are_a_table_and_what_is_too_long_pushes_its_own_line_only() -> None:
    text = """\
fields
    summary         long text   "What happened?"
    date_of_receipt date        "When did it come?"
    fee             money GBP
        default     0 GBP
    the_name_of_the_person_who_called text        "Who called?"
"""
    assert neat("\n".join(" ".join(row.split()) if row[:1] != " " else row for row in text.split("\n"))) == text


def test_lines_of_a_kind_share_a_column_and_a_single_one_has_none() -> None:
    text = """\
state new "New"
    team        complaints
    prompt      assignee            after 1 working day
    escalate to supervisor          after 5 working days with late
    move to     closed as answered  after 10 working days
state old
    prompt      assignee after 1 working day
""".replace(" with late", "")
    squeezed = text.replace("          ", " ").replace("    complaints", " complaints")
    assert neat(squeezed) == text


def test_a_column_is_as_wide_as_its_longest_cell_of_at_most_22_characters() -> None:
    for size, width in ((3, 4), (4, 8), (22, 24), (23, 4)):
        names = ("x" * size, "y")
        rows = [f"    prompt      {name} after 1 working day\n" for name in names]
        padded = [f"    prompt      {name.ljust(width - 1)} after 1 working day\n" for name in names]
        assert neat("state new\n" + "".join(rows)) == "state new\n" + "".join(padded)


def test_titles_of_transitions_and_comments_have_columns_of_their_own() -> None:
    text = """\
state new "New"                                     # beside
    on ask -> stay                                  "Ask"
        by          handler                         # who
        needs       a note
    on ask_the_customer_for_everything_that_is_missing -> stay "Ask for all"
"""
    assert neat(" ".join(text.split("  " * 18)).replace("by          ", "by ")) == text


@pytest.mark.parametrize(
    ("kind", "text", "neatly"),
    [
        ("formula", "12*impact+ 6 *urgency", "12 * impact + 6 * urgency"),
        ("formula", "a-b - -c", "a - b - -c"),
        ("formula", "( -a )*2", "(-a) * 2"),
        ("expression", 'a.b is"x  y"and not(c>=-3)', 'a.b is "x  y" and not (c >= -3)'),
        ("expression", "day is 2026-11-02 or n in 1 .. 5", "day is 2026-11-02 or n in 1..5"),
        ("expression", r'a is "\a\"\\"', r'a is "a\"\\"'),
        ("expression", "kind is one of a,b", "kind is one of a, b"),
        ("spans", "09:00 - 12:30,13:30-17:30", "09:00-12:30, 13:30-17:30"),
        ("slots", "a:yes/no,b :money  GBP", "a: yes/no, b: money GBP"),
        ("moves", "a  to 0  GBP,b to c - 1", "a to 0 GBP, b to c - 1"),
        ("changes", "a  to not  set,b to 3", "a to not set, b to 3"),
        ("signed_in", "the  signed-in customer", "the signed-in customer"),
        ("range", "0 .. 100", "0..100"),
        ("regions", "GB-ENG ,GB-SCT", "GB-ENG, GB-SCT"),
        ("order", "a<b", "a < b"),
    ],
)
def test_blanks_between_the_words_of_a_value(kind: str, text: str, neatly: str) -> None:
    value = read_whole(kind, text, lambda start, end: Span("a", 1, 1, 1, 1))
    assert not isinstance(value, Trouble)
    assert written(value) == neatly


def test_comments_and_single_blank_lines_stay() -> None:
    text = """\
# at the beginning

case type letter "Letter"                           # beside
    # first in the block
    edition     1

    # second

    use         "acme"
    # last in the block

# above
state new

    # below a name
    team        a                                   # "quoted" # twice
        # below a value
final state done
# at the end
"""
    several = "\n\n" + text.replace("\n\n", "\n\n\n\n") + "\n\n"
    assert print_case(read(CASE_COAT, several)) == text


# The look of YAML.


@pytest.mark.parametrize("name", NAMES)
def test_the_twins_are_printed_as_they_are(name: str) -> None:
    """Two rows of the design's own are longer than 100 characters; they are printed as blocks."""
    document = read(CASE_COAT, (TWINS / f"{name}.case").read_text("utf-8"))
    wanted = (TWINS / f"{name}.case.yaml").read_text("utf-8").splitlines()
    printed = [row for row in print_yaml(document).split("\n") if row]
    assert not [row for row in wanted if row not in printed and len(row) <= 100]
    twin = read(YAML_COAT, (TWINS / f"{name}.case.yaml").read_text("utf-8"))
    assert same_tree(document, twin, comments=False)
    assert comments_in(document) == comments_in(twin)


def test_a_line_without_lines_below_is_in_braces_if_it_fits() -> None:
    before = "\nstates:\n  a:\n    on:\n"
    for size in (74, 75, 76):
        title = "y" * size
        row = f"      e: {{to: b, title: {title}}}\n"
        rows = f"      e:\n        to: b\n        title: {title}\n"
        assert len(row) == size + 26
        fits = len(row) - 1 <= 100
        assert yaml_of(f'state a\n    on e -> b "{title}"\n') == before + (row if fits else rows)


def test_a_blank_line_before_a_collection_stands_above_its_key() -> None:
    rows = "# about states\nstate new\n    # about a team\n    team a\n\nstate done\n    # end\n    team b\n"
    assert yaml_of(rows) == (
        "\nstates:\n  # about states\n  new:\n    # about a team\n    team: a\n\n  done:\n    # end\n    team: b\n"
    )


@pytest.mark.parametrize(
    ("text", "block", "flow"),
    [
        ("a, b", "a, b", '"a, b"'),
        ("no", "no", "no"),
        ("12:30", "12:30", "12:30"),
        ("a: b", '"a: b"', '"a: b"'),
        ("a:", '"a:"', '"a:"'),
        ("a #b", '"a #b"', '"a #b"'),
        ("a#b", "a#b", "a#b"),
        ("- a", '"- a"', '"- a"'),
        ("-a", '"-a"', '"-a"'),
        ("{a}", '"{a}"', '"{a}"'),
        ("...", '"..."', '"..."'),
        ("", '""', '""'),
        (" a", '" a"', '" a"'),
        ("a\tb", '"a\\tb"', '"a\\tb"'),
        ('say "a"', 'say "a"', 'say "a"'),
        ('"a\\b"', '"\\"a\\\\b\\""', '"\\"a\\\\b\\""'),
        ("über", "über", "über"),
        ("\ufeffa", '"\\uFEFFa"', '"\\uFEFFa"'),
    ],
)
def test_scalars_are_plain_where_that_is_safe(text: str, block: str, flow: str) -> None:
    assert (scalar(text, False), scalar(text, True)) == (block, flow)


# What YAML can't hold.


def test_what_stands_twice_is_not_converted() -> None:
    for rows, said in (
        ("state new\nstate new\n", "made.case:5:1: `state new` stands twice in the file"),
        ("state new\n    team a\n    team b\n", "made.case:6:5: `team` stands twice in `state new`"),
        ("state n\n    on e -> n\n        set a to 1, a to 2\n", "made.case:6:9: `a` stands twice in `set`"),
    ):
        document = read(CASE_COAT, HEADER + rows)
        done = converted(Whole(Source("made.case", HEADER + rows), document, CASE_COAT), "made.case.yaml")
        assert isinstance(done, Unfit)
        assert done.sentence == f"{said}, and in YAML a key stands once; take one of them out"


def test_what_is_moved_is_said() -> None:
    rows = (
        "state new\n    team a\n        # below\n    on e -> new\n    prompt a after 1 working day\n    on f -> new\n"
    )
    text = HEADER.replace("1\n", "1\n    # end of header\n") + rows
    done = converted(Whole(Source("made.case", text), read(CASE_COAT, text), CASE_COAT), "made.case.yaml")
    assert isinstance(done, Converted)
    assert done.lost == (
        "made.case:10:5: in YAML lines of one kind stand together, so this one moves up in `state new`",
        "made.case:6:5: the comment below this line now stands above it",
        "made.case:1:1: the comments at the end of the header now stand above the next line",
    )


def test_a_comment_at_a_part_of_a_line_is_said_to_move() -> None:
    text = "case type: a\nedition: 1\nstates:\n  new:\n    # why first\n    first: yes\n"
    text += "    title: New  # beside\n    team: b  # stays\n"
    whole = Whole(Source("a.case.yaml", text), read(YAML_COAT, text), YAML_COAT)
    done = converted(whole, "a.case")
    assert isinstance(done, Converted)
    assert [sentence.split(": ")[0] for sentence in done.lost] == ["a.case.yaml:5:5", "a.case.yaml:7:17"]
    commented = ['first state new "New"'.ljust(50) + "  # beside", "    team        b".ljust(50) + "  # stays"]
    assert done.text.splitlines() == ["case type a", "    edition     1", "# why first", *commented]


# Equality.


def test_trees_are_told_apart() -> None:
    rows = 'state new "New" # beside\n    team x\n    on e -> a or b\n'
    rows += '        by c, d\n        when a is "x" and b > 1\n        # end\n'
    one = read(CASE_COAT, HEADER + rows)
    edits = [('"New"', '"Now"'), ("a or b", "b or a"), ("> 1", "> 2"), ("and", "or"), ('"x"', '"y"'), (" e ", " f ")]
    edits += [("c, d", "c, e"), ("team x", "team y")]
    for old, new in edits:
        other = read(CASE_COAT, HEADER + rows.replace(old, new))
        assert not same_tree(one, other, comments=False)
    for old in ("beside", "end"):
        other = read(CASE_COAT, HEADER + rows.replace(f"# {old}", "# else"))
        assert same_tree(one, other, comments=False)
        assert not same_tree(one, other)


def test_the_order_of_unlike_lines_can_be_left_out_that_of_like_ones_never() -> None:
    lines = ["    team a\n", "    on e -> new\n", "    on f -> new\n"]
    one, moved, swapped = (
        read(CASE_COAT, HEADER + "state new\n" + "".join(lines[place] for place in order))
        for order in ((0, 1, 2), (1, 0, 2), (0, 2, 1))
    )
    assert same_tree(one, moved)
    assert not same_tree(one, moved, ordered=True)
    assert not same_tree(one, swapped)


def test_a_name_is_no_flag() -> None:
    line = read(CASE_COAT, HEADER + "state new\n").lines[0]
    assert isinstance(line.name, Word)
    assert line.clauses == {}
