"""What a cache keeps of a check comes back as it was, and nothing else comes back at all."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casedsl.cli.check.cache import Cache
from casedsl.cli.check.outcomes import (
    FilePlaces,
    Outcome,
    read_findings,
    read_outcome,
    with_opinions,
    written,
    written_findings,
    written_opinions,
)
from casedsl.cli.check.outlook import looked_at, rule_names
from casedsl.compile import check
from casedsl.report.fingerprint import marks
from casedsl.report.formats import Shown
from casedsl.rules import RULES, code_of, page_of
from casedsl.syntax.finding import Edit, Finding, Fix, Label
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
    )


def _outcomes() -> st.SearchStrategy[Outcome]:
    findings = st.lists(_findings(), max_size=2).map(tuple)
    codes = st.lists(_texts(), max_size=2).map(tuple)
    ignores = st.lists(st.builds(Ignore, _spans(), st.none() | st.integers(), codes, _texts()), max_size=2).map(tuple)
    ignored = st.lists(st.tuples(_findings(), _texts()), max_size=2).map(tuple)
    heard = st.builds(Heard, _texts(), st.booleans(), st.booleans(), ignores, ignored)
    names = st.lists(st.tuples(st.integers(), st.integers(), _texts()), max_size=2).map(tuple)
    places = st.lists(st.builds(FilePlaces, _texts(), _texts(), names), max_size=2).map(tuple)
    opinions = st.builds(written_opinions, findings, places)
    read = st.dictionaries(_texts(), _texts(), max_size=2)
    return st.builds(Outcome, findings, heard, read, _texts(), places, opinions)


@settings(derandomize=True, deadline=None)
@given(_outcomes())
def test_an_outcome_is_read_as_it_was_written(outcome: Outcome) -> None:
    text = written(outcome)
    assert text.isascii()
    assert read_outcome(text) == outcome
    assert read_findings(written_findings(outcome.findings)) == outcome.findings
    whole = with_opinions(replace(outcome, opinions=written_opinions(outcome.findings, outcome.places)))
    assert whole.findings == tuple(sorted(outcome.findings * 2, key=Finding.place))
    assert whole.places == outcome.places * 2


def test_every_part_of_the_records_is_written() -> None:
    """A new part of a finding would be lost in silence: whoever adds one is sent to `outcomes.py`."""
    records = (Finding, Label, Edit, Fix, Ignore, Heard, Outcome)
    assert [len(fields(record)) for record in records] == [10, 2, 2, 3, 4, 5, 6]
    assert Span("x", 1, 2, 3, 4) == ("x", 1, 2, 3, 4)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 9) | st.text(max_size=3), lambda inner: st.lists(inner, max_size=5)
)


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.data())
def test_whatever_stands_in_an_entry_it_is_an_outcome_or_none(data: st.DataObject) -> None:
    main, _, opinions = written(data.draw(_outcomes())).partition("\n")
    document = json.loads(main)
    key = data.draw(st.sampled_from(sorted(document)))
    document[key] = data.draw(_JSON)
    outcome = read_outcome(f"{json.dumps(document)}\n{opinions}")
    assert outcome is None or read_outcome(written(outcome)) == outcome
    broken = read_outcome(f"{main}\n{json.dumps(data.draw(_JSON))}")
    assert broken is not None
    assert len(with_opinions(broken).findings) >= len(broken.findings)


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
