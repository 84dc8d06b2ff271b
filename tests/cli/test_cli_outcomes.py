"""What a cache keeps of a check comes back as it was, and nothing else comes back at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from casedsl.cli.check.cache import Cache
from casedsl.cli.check.outcomes import FilePlaces, Found, Outcome, read, with_opinions, written
from casedsl.cli.check.outlook import looked_at, rule_names
from casedsl.compile import check
from casedsl.report.fingerprint import marks
from casedsl.report.formats import Shown
from casedsl.rules import RULES, code_of, page_of
from casedsl.syntax.finding import Edit, Finding, Fix, Kind, Label, Subject
from casedsl.syntax.ignores import Heard, Ignore
from casedsl.syntax.places import Places
from casedsl.syntax.span import Span


def _texts() -> st.SearchStrategy[str]:
    return st.text(st.characters(codec=None), max_size=12)


def _spans() -> st.SearchStrategy[Span]:
    number = st.integers(0, 10**6)
    return st.builds(Span, _texts(), number, number, number, number)


def _findings() -> st.SearchStrategy[Finding]:
    labels = st.lists(st.builds(Label, _spans(), _texts()), max_size=2).map(tuple)
    edits = st.lists(st.builds(Edit, _spans(), st.none() | _texts()), max_size=2).map(tuple)
    return st.builds(
        Finding,
        code=_texts(),
        severity=st.sampled_from(["error", "warning", "info"]),
        span=_spans(),
        headline=_texts(),
        label=_texts(),
        labels=labels,
        notes=st.lists(st.tuples(_texts(), _texts()), max_size=2).map(tuple),
        way_out=_texts(),
        steps=labels,
        fix=st.none() | st.builds(Fix, _texts(), st.booleans(), edits),
        about=st.lists(st.builds(Subject, st.sampled_from(get_args(Kind)), _texts()), max_size=2).map(tuple),
    )


def _outcomes() -> st.SearchStrategy[Outcome]:
    findings = st.lists(_findings(), max_size=2).map(tuple)
    codes = st.lists(_texts(), max_size=2).map(tuple)
    ignores = st.lists(st.builds(Ignore, _spans(), st.none() | st.integers(), codes, _texts()), max_size=2).map(tuple)
    ignored = st.lists(st.tuples(_findings(), _texts()), max_size=2).map(tuple)
    heard = st.builds(Heard, _texts(), st.booleans(), st.booleans(), ignores, ignored)
    names = st.lists(st.tuples(st.integers(), st.integers(), _texts()), max_size=2).map(tuple)
    places = st.lists(st.builds(FilePlaces, _texts(), _texts(), names), max_size=2).map(tuple)
    opinions = st.builds(Found, findings, places).map(written)
    known = st.dictionaries(_texts(), _texts(), max_size=2)
    return st.builds(Outcome, findings, heard, known, _texts(), places, opinions)


@settings(derandomize=True, deadline=None)
@given(_outcomes())
def test_an_outcome_is_read_as_it_was_written(outcome: Outcome) -> None:
    text = written(outcome)
    assert text.isascii()
    assert read(Outcome, text) == outcome
    whole = with_opinions(replace(outcome, opinions=written(Found(outcome.findings, outcome.places))))
    assert whole.findings == tuple(sorted(outcome.findings * 2, key=Finding.place))
    assert whole.places == outcome.places * 2


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 9) | st.text(max_size=3), lambda inner: st.lists(inner, max_size=5)
)


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.data())
def test_whatever_stands_in_an_entry_it_is_an_outcome_or_none(data: st.DataObject) -> None:
    document = json.loads(written(data.draw(_outcomes())))
    key = data.draw(st.sampled_from(sorted(document)))
    document[key] = data.draw(_JSON)
    outcome = read(Outcome, json.dumps(document))
    assert outcome is None or read(Outcome, written(outcome)) == outcome
    assert read(Outcome, json.dumps(data.draw(_JSON))) is None


@settings(derandomize=True, deadline=None)
@given(_outcomes(), _JSON)
def test_opinions_that_cannot_be_read_are_none(outcome: Outcome, opinions: object) -> None:
    broken = replace(outcome, opinions=json.dumps(opinions))
    assert with_opinions(broken) == replace(broken, findings=tuple(sorted(outcome.findings, key=Finding.place)))


def _pages() -> list[tuple[str, str]]:
    return [(code_of(rule), page_of(code_of(rule)) or "") for rule in RULES]


@pytest.mark.parametrize(("code", "page"), _pages())
def test_what_is_kept_of_a_document_gives_the_same_fingerprints(code: str, page: str) -> None:
    body = page.partition("Wrong:\n")[2].partition("Right:\n")[0].strip("\n")
    files = {"page.case": "\n".join(row[4:] for row in body.split("\n")).encode() + b"\n"}

    def read(name: str) -> bytes:
        if name not in files:
            raise FileNotFoundError(2, "No such file", name)
        return files[name]

    definition = check("page.case", read)
    outcome = with_opinions(looked_at("page.case", read, lambda name: "digest"))
    places = {kept.file: Places(kept.home, (), _spots(kept)) for kept in outcome.places}
    findings, sources = definition.findings, definition.sources
    whole = Shown(findings, sources, definition.documents, ("page.case",))
    assert marks(Shown(findings, sources, (), ("page.case",), places=places)) == marks(whole)


def _spots(kept: FilePlaces) -> dict[int, list[tuple[Span, str]]]:
    at: dict[int, list[tuple[Span, str]]] = {}
    for line, column, name in kept.names:
        at.setdefault(line, []).append((Span(kept.file, line, column, line, column + 1), name))
    return at


def test_the_names_of_rules_are_kept(tmp_path: Path) -> None:
    kept = Cache(tmp_path, "stamp")
    assert kept.names() is None
    kept.keep_names(rule_names())
    assert kept.names() == rule_names()
    assert Cache(tmp_path, "another").names() is None
