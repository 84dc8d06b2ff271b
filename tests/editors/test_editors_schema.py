"""The JSON Schema, by an independent validator: it takes every definition, and refuses only what the reader refuses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from editors_oracle import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from casedsl.editors.__main__ import SCHEMA
from casedsl.editors.patterns import EXAMPLES as LOOKS
from casedsl.editors.patterns import pattern_of_kind
from casedsl.editors.schema import schema, schema_text
from casedsl.syntax.case import read_case
from casedsl.syntax.language import LANGUAGE
from casedsl.syntax.printing import print_yaml
from casedsl.syntax.source import Source
from casedsl.syntax.span import Span
from casedsl.syntax.values import Trouble, read_whole
from casedsl.syntax.yaml.reader import read_yaml

BUILT = Draft7Validator(schema())
WHOLE = Draft7Validator(schema(later=True))
TWINS = sorted(Path(__file__).parent.glob("whole_*.case.yaml"))
CLEAN = sorted(file for file in (ROOT / "examples").rglob("*.case*") if file.parent.name != "broken")


class Core(yaml.CSafeLoader):
    """YAML 1.2 as editors read it: `on`, `yes` and `12:00` are texts, `4` is a number."""


Core.yaml_implicit_resolvers = {}
for tag, pattern, first in (
    ("bool", "true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", "~|null|Null|NULL|", "~nN"),
    ("int", "[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
):
    Core.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), [*first, ""])


def loaded(text: str) -> Any:
    """What an editor validates: JSON, whose keys are texts."""
    return json.loads(json.dumps(yaml.load(text, Core)))


@cache
def in_yaml(file: Path) -> str:
    if file.suffix == ".yaml":
        return file.read_text("utf-8")
    document, _ = read_case(Source(file.name, file.read_text("utf-8")))
    assert document is not None
    return print_yaml(document)


def faults(text: str, validator: Draft7Validator = BUILT) -> list[str]:
    return [error.message for error in validator.iter_errors(loaded(text))]


def test_the_schema_is_a_schema() -> None:
    Draft7Validator.check_schema(schema())
    Draft7Validator.check_schema(schema(later=True))


def test_the_file_is_the_schema() -> None:
    """If this fails, run `python -m casedsl.editors`."""
    assert SCHEMA.read_text("utf-8") == schema_text()
    assert json.loads(schema_text()) == schema()


@pytest.mark.parametrize("file", CLEAN, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_every_example_is_valid_in_its_yaml_coat(file: Path) -> None:
    assert faults(in_yaml(file)) == []


@pytest.mark.parametrize("file", TWINS, ids=lambda file: file.name)
def test_the_whole_language_is_valid_with_what_is_not_built(file: Path) -> None:
    assert faults(file.read_text("utf-8"), WHOLE) == []
    assert faults(file.read_text("utf-8")) != []


LETTER = """\
case type: letter
edition: 1
use: acme
fields:
  kind: {type: choice, title: 2026, options: {question: {}, objection: }}
  fee: {type: money GBP, default: 0 GBP}
promises:
  answer: {within: 10 working days, calendar: office, met by: reply, timers: [{tell: clerk, when: missed}]}
priority: {score: 5, in: 0..100, bands: {red: {from: 70}}}
states:
  new:
    first: yes
    timers:
      - {prompt: clerk, after: 2 working hours}
    on:
      reply:
        to: [done, new]
        by: clerk
        routes: [{to: done, when: fee > 0 GBP}, {to: new, otherwise: yes}]
        set: {fee: 2 GBP}
  done: {final: yes}
"""


def test_the_frame_of_the_faults_is_valid() -> None:
    assert faults(LETTER) == []
    assert not [finding for finding in read_yaml(Source("letter.case.yaml", LETTER))[1] if finding.severity == "error"]


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("met by", "met_by", "'met_by' was unexpected"),
        ("first: yes", "first: maybe", "is not one of"),
        ("first: yes", "purpos: Why", "'purpos' was unexpected"),
        ("{type: choice,", "{typ: choice,", "'typ' was unexpected"),
        ("within: 10 working days", "within: ten days", "does not match"),
        ("within: 10 working days", "within: 10", "is not of type"),
        ("within: 10 working days", "within: [10 working days]", "is not of type"),
        ("in: 0..100, ", "", "'in' is a dependency of 'score'"),
        ("score: 5, ", "", "'score' is a dependency of 'in'"),
        ("{from: 70}", "{}", "'from' is a required property"),
        ("{tell: clerk, when: missed}", "{tel: clerk, when: missed}", "is not valid under any"),
        ("[{tell: clerk, when: missed}]", "{tell: clerk, when: missed}", "is not of type 'array'"),
        ("{to: new, otherwise: yes}", "{to: new}", "is not valid under any"),
        ("set: {fee: 2 GBP}", "set: fee to 2 GBP", "is not of type 'object'"),
        ("to: [done, new]", "to: []", "is not valid under any"),
        ("by: clerk", "by: [clerk, [chief]]", "is not valid under any"),
        ("states:\n  new:", "states:\n  two words:", "does not match any"),
        ("done: {final: yes}", "done: final", "is not of type 'object'"),
        ("case type: letter", "casetype: letter", "is a required property"),
        ("case type: letter", "case type: letter\norganisation: acme", "'organisation' was unexpected"),
        ("use: acme", "use:", "is not of type"),
        ("{score: 5, in: 0..100, bands: {red: {from: 70}}}", "{}", "should be non-empty"),
        ("{red: {from: 70}}", "{}", "should be non-empty"),
        ("[{tell: clerk, when: missed}]", "[]", "should be non-empty"),
        ("edition: 1", "edition: 1\ncalendars: {office: {zone: UTC}}", "'calendars' was unexpected"),
    ],
)
def test_a_typical_fault_is_refused_by_the_schema_and_by_the_reader(right: str, wrong: str, said: str) -> None:
    assert LETTER.count(right) == 1
    text = LETTER.replace(right, wrong)
    assert any(said in fault for fault in faults(text)), faults(text)
    assert read_yaml(Source("letter.case.yaml", text))[1] != ()


def test_clauses_that_belong_together_stand_together() -> None:
    addition = {"plus": 5, "after": "5 working days", "up to": 9}
    written = {"case type": "letter", "priority": {"score": 5, "in": "0..9", "additions": [addition]}}
    assert not WHOLE.is_valid(written)
    addition["each"] = "working day"
    assert WHOLE.is_valid(written)
    del addition["after"]
    assert WHOLE.is_valid(written)


def test_a_reader_of_the_older_yaml_finds_flags_too() -> None:
    assert BUILT.is_valid(yaml.safe_load("organisation: acme\nedition: 1\nroles: {writer: {outside: yes}}"))


def test_what_is_not_built_says_so() -> None:
    tip = schema(later=True)["definitions"]["fields-field"]["properties"]["tip"]
    assert tip["deprecationMessage"] == "read, but not built in edition 1"
    assert "tip" not in schema()["definitions"]["fields-field"]["properties"]
    assert "class" not in schema()["definitions"]["case-type-file-template"]["properties"]


def test_what_is_shown_about_a_key_is_its_meaning() -> None:
    known = schema()["definitions"]
    meaning = "The events that keep the promise, and the field that says when."
    assert known["case-type-file-promise"]["properties"]["met by"]["description"] == meaning
    assert known["state-prompt"]["properties"]["after"]["description"].startswith("Belongs to `prompt`: ")


@pytest.mark.parametrize(
    "kind", sorted({c.kind for rows in LANGUAGE.blocks.values() for r in rows for c in r.shape.clauses} - {""})
)
def test_every_kind_has_an_example_that_is_one(kind: str) -> None:
    wanted = {
        "text",
        "names",
        "needed",
        "actors",
        "places",
        "regions",
        "weekdays",
        "levels",
        "spans",
        "order",
        "moves",
        "changes",
        "pairs",
        "slots",
        "fallback",
    }
    if kind in wanted:
        return
    assert not isinstance(read_whole(kind, LOOKS[kind], lambda start, end: Span("", 1, start, 1, end)), Trouble)
    assert re.search(pattern_of_kind(kind), LOOKS[kind])


def test_every_pattern_is_one_in_javascript_too() -> None:
    """There, in Unicode mode, a backslash stands only before a sign that means something."""
    for found in patterns(schema(later=True)):
        escaped = re.findall(r"\\(.)", found)
        assert set(escaped) <= set(r"dsb.()[]{}*+?|^$\/"), found
        assert r"\w" not in found


def patterns(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from [value["pattern"]] if isinstance(value.get("pattern"), str) else []
        yield from value.get("patternProperties", {})
        for inner in value.values():
            yield from patterns(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from patterns(inner)


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every map and list with a key or number of it."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield value, key
        yield from places(inner)


STRANGE = st.sampled_from(
    [[], {}, "", "yes", "two words", "3 days", "äöü", "a or b", 7, ["new"], [["new"]], {"new": {}}]
)


@settings(derandomize=True, deadline=None, max_examples=150)
@given(st.data())
def test_what_the_schema_refuses_the_reader_refuses(data: st.DataObject) -> None:
    """A definition with a change anywhere: a key gone, misspelt, or beside another; a value of another shape."""
    text = data.draw(st.sampled_from([LETTER, *map(in_yaml, CLEAN)]))
    definition = deepcopy(loaded(text))
    holder, key = data.draw(st.sampled_from(list(places(definition))))
    change = data.draw(st.sampled_from(["gone", "key", "value", "listed"]))
    if change == "gone" or (change == "key" and isinstance(holder, list)):
        del holder[key]
    elif change == "key":
        holder[data.draw(st.sampled_from([key[:-1], f"{key}s", "title", "when", "state"]))] = holder.pop(key)
    else:
        holder[key] = [holder[key]] if change == "listed" else data.draw(STRANGE)
    changed = json.dumps(definition, ensure_ascii=False)
    if not BUILT.is_valid(definition):
        assert read_yaml(Source("changed.case.yaml", changed + "\n"))[1] != (), changed
