"""Colours: what the reader reads as a name is shown as a name, everything else of a line as the language's word."""

from __future__ import annotations

import tomllib
from importlib import import_module
from pathlib import Path

import pytest
from editors_oracle import EXAMPLES, NAMES, ROOT, WHOLE, TextMate, lines_of, misread, names_in, said
from hypothesis import given, settings
from hypothesis import strategies as st
from pygments.lexer import Lexer
from pygments.token import Comment, Error, Keyword, Name, Number, Operator, String, Text

from casedsl.editors.__main__ import TEXTMATE
from casedsl.editors.colour import pieces
from casedsl.editors.highlight import highlighting
from casedsl.editors.pygments_lexer import TOKENS, CaseLexer
from casedsl.editors.textmate import SCOPES, textmate, textmate_text
from casedsl.syntax.complaints import RESERVED
from casedsl.syntax.grammar import tables_data
from casedsl.syntax.language import LANGUAGE

RULES = highlighting()
ENGINE = TextMate(textmate())
COMPLAINT = (ROOT / "examples" / "complaint" / "complaint.case").read_text("utf-8")
FILES = [*EXAMPLES, ROOT / "tests" / "language" / "faults.case", *WHOLE]
LINE_WORDS = {word for keyword in LANGUAGE.keywords for word in keyword.split()}
WORDLIKE = sorted((LINE_WORDS | set(tables_data()["words"]) | {"days", "hour", "GBP", "mon"}) - set(RESERVED))
files = pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")


def shown(text: str) -> dict[int, str]:
    return {at: kind for start, end, kind in pieces(text, RULES) for at in range(start, end)}


@files
def test_words_and_names_are_shown_as_the_reader_reads_them(file: Path) -> None:
    text = file.read_text("utf-8")
    assert len(said(text)) > 10
    assert misread(text, shown(text)) == []


@settings(derandomize=True, deadline=None, max_examples=40)
@given(st.data())
def test_a_name_that_is_spelled_like_a_word_is_shown_as_a_name(data: st.DataObject) -> None:
    """A field may be called `by` or `when`: any names of the example become words of the language. Only an option named
    `set` is not told apart where `is` stands before it: `is set` asks whether something is set."""
    rows = COMPLAINT.split("\n")
    spots = [
        (word.span.line - 1, word.span.column - 1, word.text) for line in lines_of(COMPLAINT) for word in names_in(line)
    ]
    for row, column, name in sorted(
        data.draw(st.lists(st.sampled_from(spots), unique=True, max_size=60)), reverse=True
    ):
        other = data.draw(st.sampled_from(WORDLIKE))
        if other == "set" and rows[row][:column].rstrip().endswith(("is", "is not")):
            continue
        rows[row] = rows[row][:column] + other + rows[row][column + len(name) :]
    text = "\n".join(rows)
    assert misread(text, shown(text)) == []


@pytest.mark.parametrize(
    ("block", "line", "shows"),
    [
        ("state a", "on on -> to", "keyword name operator reference"),
        ("state a", "prompt after after 2 working days", "keyword reference clause number word unit"),
        ("", "first state state", "flag keyword name"),
        ("state a", "team team_x   # when", "keyword reference"),
        ("state a", "move      to   back after 1 year", "keyword reference clause number unit"),
        ("on a -> b", "when by is not set", "keyword reference word word word"),
        ("on a -> b", "when not when > 5 GBP", "keyword word reference operator number unit"),
        ("on a -> b", "by by for to, for", "keyword reference word reference punctuation reference"),
        ("on a -> b", "but not  who  did decide", "keyword word reference"),
        ("fields", "by long text", "name type type"),
        ("fields", "by list of yes", "name type type type"),
    ],
)
def test_the_words_of_a_line(block: str, line: str, shows: str) -> None:
    text = f"{block}\n    {line}" if block else line
    kinds = [kind for start, _, kind in pieces(text, RULES) if start >= len(text) - len(line)]
    assert [kind for kind in kinds if kind not in ("", "comment")][: len(shows.split())] == shows.split()


def test_a_field_may_bear_any_name() -> None:
    text = 'fields\n    when   text "When?"\n        default 1\n    option choice\n        option by "By"\n'
    assert [text[start:end] for start, end, kind in pieces(text, RULES) if kind == "name"] == ["when", "option", "by"]


def test_a_gap_and_an_escape_are_shown_inside_a_text() -> None:
    text = 'template late\n    body "{answer.due}: \\"late\\" # {number"  # said'
    kinds = [(text[start:end], kind) for start, end, kind in pieces(text, RULES)]
    assert ("{answer.due}", "gap") in kinds
    assert ('\\"', "escape") in kinds
    assert kinds[-1] == ("# said", "comment")
    assert ("# {number", "comment") not in kinds


def test_a_line_that_stands_nowhere_shows_no_keyword() -> None:
    """What isn't read isn't coloured: so one sees it."""
    text = 'case type a\n    editon 1\nfirst state b\n    within 3 days "x"\n'
    assert [text[s:e] for s, e, kind in pieces(text, RULES) if kind == "keyword"] == ["case type", "state"]


# TextMate.


@files
def test_the_textmate_grammar_shows_the_same(file: Path) -> None:
    text = file.read_text("utf-8")
    assert different(text) == []


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.sampled_from(COMPLAINT.split("\n")), st.integers(0, 3), st.integers(0, 60)), max_size=12))
def test_the_textmate_grammar_shows_the_same_of_any_lines(rows: list[tuple[str, int, int]]) -> None:
    different_rows = [" " * 4 * depth + row.strip()[: 60 - cut] for row, depth, cut in rows]
    assert different("\n".join(different_rows)) == []


def different(text: str) -> list[str]:
    """The characters that the engine shows in another way than the colours."""
    scopes, kinds = ENGINE.scopes(text), shown(text)
    wanted = {at: SCOPES[kind] for at, kind in kinds.items() if kind}
    same = {at for at, scope in wanted.items() if scopes.get(at, "").startswith(scope)}
    return [text[max(0, at - 9) : at + 9] for at in sorted((wanted.keys() | scopes.keys()) - same)]


def test_every_keyword_at_the_head_of_a_line_has_a_keyword_s_scope() -> None:
    scopes = ENGINE.scopes(COMPLAINT)
    heads = [line for line in lines_of(COMPLAINT) if line.keyword != "field"]
    starts = [0, *(at + 1 for at, sign in enumerate(COMPLAINT) if sign == "\n")]
    for line in heads:
        at = starts[line.span.line - 1] + line.head.column - 1
        assert scopes[at].startswith(("keyword.other.case", "storage.modifier")), line.keyword
    assert {line.keyword for line in heads} >= {"state", "on", "to", "promise", "hand over", "template"}


def test_names_that_a_line_defines_have_a_scope_of_their_own() -> None:
    scopes = ENGINE.scopes(COMPLAINT)
    at = COMPLAINT.index("state legal_review") + len("state ")
    assert scopes[at] == "entity.name.type.state.case"
    assert scopes[COMPLAINT.index("case type complaint") + len("case type ")] == "entity.name.type.case-type.case"


def test_the_file_is_the_grammar() -> None:
    """If this fails, run `python -m casedsl.editors`."""
    assert TEXTMATE.read_text("utf-8") == textmate_text()


def test_every_rule_of_the_grammar_is_used_and_exists() -> None:
    text = textmate_text()
    for name in textmate()["repository"]:
        assert f'"#{name}"' in text, name


# Pygments.


@files
def test_pygments_shows_all_of_a_file(file: Path) -> None:
    text = file.read_text("utf-8")
    tokens = list(CaseLexer(stripnl=False, ensurenl=False).get_tokens(text))
    assert "".join(value for _, value in tokens) == text
    assert not [value for kind, value in tokens if kind is Error]
    unknown = [value for kind, value in tokens if kind is Text]
    assert unknown == [] or file.parent.name == "broken" or file.name == "faults.case"


@settings(derandomize=True, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"])) | st.text('ab "#{}\\\n \tfirst state'))
def test_pygments_loses_no_character(text: str) -> None:
    tokens = list(CaseLexer().get_tokens_unprocessed(text))
    assert "".join(value for _, _, value in tokens) == text
    assert [at for at, _, _ in tokens] == [sum(len(value) for _, _, value in tokens[:n]) for n in range(len(tokens))]


def test_the_tokens_of_a_line() -> None:
    tokens = [token for token in CaseLexer().get_tokens('final state done "Done" # end\n') if not token[1].isspace()]
    assert tokens == [
        (Keyword.Declaration, "final"),
        (Keyword, "state"),
        (Name.Class, "done"),
        (String, '"Done"'),
        (Comment.Single, "# end"),
    ]
    assert (Operator.Word, "is") in CaseLexer().get_tokens("    when a is 3\n")
    assert (Number, "3") in CaseLexer().get_tokens("    when a is 3\n")


def test_pygments_finds_the_lexer() -> None:
    """By the entry point that the package declares; whether it is installed so depends on the environment."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    module, _, name = project["entry-points"]["pygments.lexers"]["casedsl"].partition(":")
    lexer = getattr(import_module(module), name)
    assert issubclass(lexer, Lexer)
    assert "*.case" in lexer.filenames


def test_every_kind_has_a_scope_and_a_token() -> None:
    rules = [rule for lines in RULES.blocks.values() for line in lines for rule in (line.head, *line.rest)]
    kinds = {kind for rule in (*rules, *RULES.other, *RULES.inside) for kind in rule.shows if kind}
    assert kinds == SCOPES.keys() == TOKENS.keys()
    assert kinds > NAMES
