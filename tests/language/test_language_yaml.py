"""The YAML coat: the same tree and the same findings as the `.case` coat, and no file that breaks the reader."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from language_programs import in_our_voice, looked_at, under_carets

from casedsl.compile import Checked
from casedsl.syntax.case import read_case
from casedsl.syntax.finding import Finding
from casedsl.syntax.source import Source
from casedsl.syntax.tree import Line, Value, Word, text_of
from casedsl.syntax.yaml.reader import read_yaml

SEEDED = settings(derandomize=True, deadline=None, max_examples=60)
TWINS = Path(__file__).parent / "twins"
YAML = {name: (TWINS / f"{name}.case.yaml").read_text("utf-8") for name in ("complaint", "organisation")}
HEADER = "case type: letter\nedition: 1\nuse: acme\n"
NEW = "states:\n  new:\n    first: yes\n    on:\n      answer: {to: done, by: clerk}\n  done: {final: yes}\n"


def found(text: str) -> list[Finding]:
    """What is found in a YAML file that uses `acme`."""
    return list(looked_at({"main.case.yaml": text}, "main.case.yaml").findings)


def told(text: str) -> list[tuple[int, str, str, str]]:
    """Line, place, headline and way out of what is found."""
    checked = looked_at({"main.case.yaml": text}, "main.case.yaml")
    return [
        (each.span.line, under_carets(checked, each.span), each.headline, each.way_out) for each in checked.findings
    ]


def value(of: Value) -> object:
    return (of.kind, text_of(of)) if isinstance(of, Word) else (of.kind, tuple(map(value, of.parts)))


def shape(line: Line) -> tuple[object, ...]:
    """A line without its places; lines in an order of their own, for the coats group them differently."""
    clauses = tuple(sorted((key, repr(value(each))) for key, each in line.clauses.items()))
    name = line.name.text if line.name else ""
    return (line.keyword, name, text_of(line.title), clauses, tuple(sorted(map(shape, line.lines), key=repr)))


@pytest.mark.parametrize("name", YAML)
def test_the_twins_are_one_tree(name: str) -> None:
    case, in_case = read_case(Source(f"{name}.case", (TWINS / f"{name}.case").read_text("utf-8")))
    yaml, in_yaml = read_yaml(Source(f"{name}.case.yaml", YAML[name]))
    assert case is not None
    assert yaml is not None
    assert (in_case, in_yaml) == ((), ())
    for one, other in ((case, yaml), (yaml, case)):
        shapes = {shape(line) for line in (other.header, *other.lines)}
        assert [line.head for line in (one.header, *one.lines) if shape(line) not in shapes] == []


def test_the_twins_have_the_same_findings() -> None:
    def all_of(suffix: str) -> list[tuple[str, str]]:
        files = {f"{name}{suffix}": (TWINS / f"{name}{suffix}").read_text("utf-8") for name in YAML}
        findings = looked_at(files, f"complaint{suffix}").findings
        return sorted((each.code, each.headline) for each in findings)

    assert all_of(".case") == all_of(".case.yaml") != []


def test_a_sound_file_is_sound() -> None:
    assert found(HEADER + NEW) == []


# What can't be read.


@pytest.mark.parametrize(
    ("text", "line", "place", "headline", "way_out"),
    [
        ("stats:\n  new: {}\n", 4, "stats", "there is no key `stats` at the left margin", "did you mean `states`?"),
        ("states:\n  new: {purpos: x}\n", 5, "purpos", "there is no key `purpos` in `state new`",
            "did you mean `purpose`?"),
        ("states:\n  new: {subject: x}\n", 5, "subject", "a key `subject` doesn't stand in `state new`",
            "what may stand there: `checklist`, `final`, `first`, `on`, `purpose`, `shown as` …"),
        ("states:\n  new:\n    on:\n      go: {by: clerk}\n", 7, "go", "`on go` doesn't say where the case goes",
            "`to` belongs below the event, for example `to: resolved`, or `to: stay`"),
        ("states:\n  new:\n    on:\n      go: {to: done, when: fee > and 3}\n", 7, "and",
            "`and` is a word of expressions and can't be a name", "a value or a name belongs here"),
        ("states:\n  new:\n    on:\n      go: {to: done, when: fee >}\n", 7, "}", "the value ends too early",
            "what may stand here: `(`, `-`, a date, a name, a number, a percentage …"),
        ("states:\n  new:\n    on:\n      go: {to: done, by: 'a, b'}\n", 7, ",", "several stand in a list",
            "write `[a, b]`"),
        ("states:\n  new: {first: true}\n", 5, "true", "`first` is said by `yes`", "write `yes`, or leave the key out"),
        ("states:\n  new: {purpose: }\n", 5, "purpose", "`purpose` says nothing", "what may stand there: a text"),
        ("states:\n  new: {purpose: [x]}\n", 5, "[", "`purpose` is no list but one value", "write it behind the colon"),
        ("states: [new]\n", 4, "[", "`states` holds states by name",
            "write `NAME: …` below it, without a dash"),
        ("states:\n  new:\n    timers: {prompt: clerk}\n", 6, "{", "`timers` is a list",
            "begin each with a dash: `- {prompt: …, after: …}`"),
        ("states:\n  new:\n    timers: [{promt: clerk, after: 1 working day}]\n", 6, "promt",
            "there is no item `promt` in this list", "did you mean `prompt`?"),
        ("states:\n  new:\n    timers: [{prompt: clerk}]\n", 6, "prompt", "`prompt` has no `after`",
            "add `after: …` below it"),
        ("states:\n  new:\n    on:\n      go: {to: done, routes: [{to: done, when: a is set, otherwise: yes}]}\n",
            7, "to", "`when` and `otherwise` can't stand together", "keep one of `when`, `otherwise`"),
        ("states:\n  new: {first: yes, final: yes}\n", 5, "new", "`first` and `final` can't stand together",
            "keep one of `first`, `final`"),
        ("fields:\n", 4, "fields", "nothing stands below `fields`", "indent below it: a name"),
        ("priority: {in: 0..100}\n", 4, "in", "`in` stands here without `score`", "add `score: …` beside it"),
        ("priority: {score: 1}\n", 4, "score", "`score` has no `in`", "add `in: …` beside it"),
        ("states:\n  2nd: {}\n", 5, "2nd", "`2nd` is no name",
            "a name has letters, digits and `_`, and begins with a letter"),
        ("use: other\n", 4, "use", "`use` stands twice", "keep one of the two lines"),
        ("states:\n  a: {}\n  a: {}\n", 6, "a", "`state a` stands twice", "keep one of the two lines"),
    ],
)  # fmt: skip
def test_what_cannot_stand_in_a_mapping(text: str, line: int, place: str, headline: str, way_out: str) -> None:
    assert (line, place, headline, way_out) in told(HEADER + text)


@pytest.mark.parametrize(
    ("text", "line", "headline"),
    [
        ("", 1, "the file is empty"),
        ("- a\n", 1, "a file begins with `case type` or `organisation`"),
        ("# only a comment\n", 1, "a file begins with `case type` or `organisation`"),
        ("---\n", 1, "a file begins with `case type` or `organisation`"),
        ("edition: 1\n", 1, "a file begins with `case type` or `organisation`"),
        (HEADER + "fields: !!map {}\n", 4, "`!!map` is a tag, and a definition has none"),
        (HEADER + "states: &a {new: {}}\nstages: {s: *b}\n", 5, "`*b` repeats something that isn't there"),
        (HEADER + "states: &a {new: *a}\n", 4, "`*a` stands inside of what it repeats"),
        (HEADER + "states:\n  <<: {new: {}}\n", 5, "a merge key brings in what stands elsewhere"),
        (HEADER + "---\na: b\n", 5, "a second document begins here"),
        (HEADER + "fields: {? [a] : b}\n", 4, "a key is one word"),
        (HEADER + 'number: "CMP\n', 4, "this text in quotes doesn't end"),
        (HEADER + "fields: [a, b\n", 4, "a bracket isn't closed"),
        (HEADER + "states:\n\tnew: {}\n", 5, "this line is indented with a tab"),
        (HEADER + "number: a: b\n", 4, "a second `: ` stands on this line"),
        (HEADER + "fields:\n    a: {}\n  b: {}\n", 6, "this line is indented otherwise than those around it"),
        (HEADER + "number: @x\n", 4, "a word can't begin so"),
        (HEADER + "nmbr\n", 4, "`:` is missing behind a key"),
        (HEADER + 'number: "\\q"\n', 4, "this escape means nothing"),
        (HEADER + "fields: " + "[" * 2_000 + "\n", 4, "this is nested more than 40 levels deep"),
    ],
)
def test_what_is_no_yaml_of_ours(text: str, line: int, headline: str) -> None:
    assert (line, headline) in [(each.span.line, each.headline) for each in found(text)]
    assert all(each.code.startswith("CD0") or each.code == "CD104" for each in found(text))


def test_several_faults_are_several_findings() -> None:
    text = HEADER + 'number: "CMP\nversion: : 1\n' + NEW.replace("by: clerk", "by: clark") + "promises: [x\n"
    assert [each.span.line for each in found(text)] == [4, 5, 10, 12]


def test_aliases_swell_to_a_bound() -> None:
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    bomb += "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12))
    assert "aliases make more than 100,000 values of this file" in [each.headline for each in found(HEADER + bomb)]


def test_an_alias_stands_for_what_it_repeats() -> None:
    text = HEADER + NEW.replace("{to: done, by: clerk}", "&a {to: done, by: clerk}\n      drop: *a")
    assert found(text) == []


# Laws.


def holds(checked: Checked) -> None:
    for each in checked.findings:
        assert in_our_voice(each), each
        for span in (each.span, *(label.span for label in each.labels)):
            assert span.line == span.end_line
            assert 1 <= span.column <= span.end_column
            rows = checked.sources[span.file].lines() if span.file in checked.sources else []
            assert not rows or span.line <= len(rows)
            assert not rows or span.end_column <= len(rows[span.line - 1]) + 2, each


def edited(edit: Callable[[st.DrawFn, list[str], int], None]) -> Callable[[st.DrawFn, str], str]:
    def on_text(draw: st.DrawFn, text: str) -> str:
        rows = text.split("\n")
        edit(draw, rows, draw(st.integers(0, len(rows) - 1)))
        return "\n".join(rows)

    return on_text


@edited
def drop(draw: st.DrawFn, rows: list[str], at: int) -> None:
    del rows[at]


@edited
def shift(draw: st.DrawFn, rows: list[str], at: int) -> None:
    rows[at] = " " * draw(st.integers(0, 9)) + rows[at].lstrip()


@edited
def put(draw: st.DrawFn, rows: list[str], at: int) -> None:
    place = draw(st.integers(0, len(rows[at])))
    sign = draw(st.sampled_from([*"[]{}:#&*!|>'\"%@`,-?\t", ": ", " #", "- ", "<<: *a", "é", "🎉"]))
    rows[at] = rows[at][:place] + sign + rows[at][place + draw(st.integers(0, 2)) :]


@st.composite
def definitions(draw: st.DrawFn) -> dict[str, str]:
    texts = {f"{name}.case.yaml": text for name, text in YAML.items()}
    for _ in range(draw(st.integers(1, 3))):
        name = draw(st.sampled_from(sorted(texts)))
        texts[name] = draw(st.sampled_from([drop, shift, put]))(draw, texts[name])
    return texts


@SEEDED
@given(definitions())
def test_whatever_becomes_of_the_twins(files: dict[str, str]) -> None:
    holds(looked_at(files, "complaint.case.yaml"))


@SEEDED
@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    holds(looked_at({"main.case.yaml": data}, "main.case.yaml"))
    holds(looked_at({"main.case.yaml": HEADER.encode() + data}, "main.case.yaml"))
