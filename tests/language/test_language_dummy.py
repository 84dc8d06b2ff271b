"""A construct that is added to the table is known to every reader and writer, without any other change.

The language of this file has a few lines more: one that stands once, a named one, one of a list, a block with names.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft7Validator

from casedsl.editors.colour import pieces
from casedsl.editors.highlight import highlighting
from casedsl.editors.index import index
from casedsl.editors.pygments_lexer import CaseLexer
from casedsl.editors.schema import schema
from casedsl.editors.textmate import textmate
from casedsl.syntax.alike import same_tree
from casedsl.syntax.case import read_case
from casedsl.syntax.constructs import CONSTRUCTS, Construct
from casedsl.syntax.language import Language
from casedsl.syntax.printing import print_case, print_yaml
from casedsl.syntax.source import Source
from casedsl.syntax.tree import Document, Line
from casedsl.syntax.yaml.reader import read_yaml

DUMMY = Language(
    (
        *CONSTRUCTS,
        Construct(("state",), "mood <name> [since <date>]", "How it feels."),
        Construct(("state",), "nudge <names> after <duration> [because <text>]", "Who is nudged.", "nudges"),
        Construct(("state",), "greet <names> holidays <regions>", "Who is greeted, and where."),
        Construct(("case type file",), 'ritual NAME ["title"] [quietly]', "What is always done.", "rituals"),
        Construct(("ritual",), "step <text>", "How it begins."),
        Construct(("case type file",), "people", "Who is who."),
        Construct(("people",), 'NAME <type> ["title"]', "One of them.", keyword="body", alone=True),
    )
)
CASE = """\
case type letter
    edition 1

# The mood.
first state new "New"
    mood  happy since 2026-11-06  # it lasts
    nudge clerk, chief after 2 working days because "They sleep."

ritual tea "Tea" quietly
    step "Boil water."

people
    mood text "Mood"
"""
YAML = """\
case type: letter
edition: 1

states:
  # The mood.
  new:
    first: yes
    title: New
    mood: happy  # it lasts
    since: 2026-11-06
    nudges:
      - {nudge: [clerk, chief], after: 2 working days, because: They sleep.}

rituals:
  tea:
    title: Tea
    quietly: yes
    step: Boil water.

people:
  mood: {type: text, title: Mood}
"""


def read(text: str) -> Document:
    """The document in either coat, without a finding."""
    reader, file = (
        (read_case, "letter.case") if text.startswith("case type letter") else (read_yaml, "letter.case.yaml")
    )
    document, found = reader(Source(file, text), DUMMY)
    assert found == ()
    assert document is not None
    return document


def lines(document: Document) -> dict[str, Line]:
    return {line.keyword: line for line in (*document.lines, *(each for line in document.lines for each in line.lines))}


@pytest.mark.parametrize("text", [CASE, YAML], ids=["case", "yaml"])
def test_both_readers_know_it(text: str) -> None:
    found = lines(read(text))
    assert [*found["mood"].clauses] == ["mood", "since"]
    assert [*found["nudge"].clauses] == ["nudge", "after", "because"]
    assert found["ritual"].name is not None
    assert found["ritual"].clauses["quietly"].text == "quietly"
    assert [line.keyword for line in found["ritual"].lines] == ["step"]
    assert found["body"].title is not None


def test_both_coats_are_one_tree_and_both_printers_know_it() -> None:
    case, yaml = read(CASE), read(YAML)
    assert same_tree(case, yaml, DUMMY)
    assert same_tree(read(print_case(yaml, DUMMY)), case, DUMMY)
    assert same_tree(read(print_yaml(case, DUMMY)), yaml, DUMMY)


def test_a_misspelt_one_is_told_what_was_meant() -> None:
    _, in_case = read_case(Source("letter.case", CASE.replace("    mood  happy", "    moood happy")), DUMMY)
    _, in_yaml = read_yaml(Source("letter.case.yaml", YAML.replace("mood: happy", "moood: happy")), DUMMY)
    assert in_case[0].way_out == "did you mean `mood`?"
    assert in_yaml[0].way_out == "did you mean `mood`?"
    _, half = read_case(Source("letter.case", CASE.replace(" after 2 working days", "")), DUMMY)
    assert "`after`" in half[0].headline + half[0].way_out


def test_the_schema_knows_it() -> None:
    validator = Draft7Validator(schema(DUMMY))
    said: Any = {
        "case type": "letter",
        "states": {
            "new": {"mood": "happy", "since": "2026-11-06", "nudges": [{"nudge": "a", "after": "3 clock days"}]}
        },
        "rituals": {"tea": {"quietly": "yes", "step": "Boil water."}},
        "people": {"mood": {"type": "text"}},
    }
    assert validator.is_valid(said)
    assert not validator.is_valid({**said, "states": {"new": {"since": "2026-11-06"}}})
    assert not validator.is_valid({**said, "states": {"new": {"nudges": [{"nudge": "a"}]}}})
    assert not validator.is_valid({**said, "people": {"mood": {}}})
    assert not Draft7Validator(schema()).is_valid(said)
    assert "How it feels." in json.dumps(schema(DUMMY))


def test_the_highlighters_know_it() -> None:
    def words(kind: str) -> list[str]:
        return [CASE[start:end] for start, end, shown in pieces(CASE, highlighting(DUMMY)) if shown == kind]

    assert {"mood", "nudge", "ritual", "step", "people"} <= set(words("keyword"))
    assert {"since", "after", "because", "quietly"} <= set(words("clause"))
    assert words("name") == ["letter", "new", "tea", "mood"]
    greeting = "state a\n    greet holidays, after holidays GB-ENG, FR"
    shown = [(greeting[start:end], kind) for start, end, kind in pieces(greeting, highlighting(DUMMY)) if kind]
    assert shown[3:] == [
        ("holidays", "reference"),
        (",", "punctuation"),
        ("after", "reference"),
        ("holidays", "clause"),
        ("GB-ENG", "constant"),
        (",", "punctuation"),
        ("FR", "constant"),
    ]
    assert {"case-type-file-ritual", "state-mood", "people-body"} <= textmate(DUMMY)["repository"].keys()
    assert "(quietly" in json.dumps(textmate(DUMMY))
    assert "quietly" not in json.dumps(textmate())


def test_the_lexer_knows_it() -> None:
    class Lexer(CaseLexer):
        language = DUMMY

    kinds = {value: str(kind) for kind, value in Lexer().get_tokens(CASE)}
    assert kinds["nudge"] == kinds["since"] == "Token.Keyword"
    assert kinds["tea"] == "Token.Name.Class"


def test_the_index_knows_it() -> None:
    said = index(DUMMY)
    assert "| `mood <name> [since <date>]` | `state` | `mood`, `since` | How it feels. |" in said
    assert '| `ritual NAME ["title"] [quietly]` | case type, left margin | `rituals`, by name |' in said
    assert "| `nudge <names> after <duration> [because <text>]` | `state` | `nudges`, a list | Who is nudged. |" in said
