"""What others wrote passes through every format as text and nothing more, and comes back when the output is read."""

from __future__ import annotations

import json
import os
import re
from pathlib import PurePath
from typing import Any
from urllib.parse import unquote_to_bytes
from xml.etree import ElementTree

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from report_programs import validator

from casedsl.report.formats import FORMATS, Shown
from casedsl.report.plain import one_line, plain
from casedsl.report.text import full
from casedsl.syntax.finding import Edit, Finding, Fix, Label, Severity, Subject, subjects
from casedsl.syntax.source import Source
from casedsl.syntax.span import Span

NASTY = (
    "\x1b[2J\x1b]0;title\x07", "\x9b31m", "</script><script>", "::error::no", "\n::error file=x::no", "##[add-mask]e",
    "##vso[task.setvariable]x", "]]>", "<!--", "&lt;", "\u202eesrever\u2066", "\u200b", "\ufeff", "\ufffe",
    "\U000e0041", "\n", "\r\n", "\t", "\u2028", "\x85", "%0A", "%25", "%", "%0A::error::x", ":", ",", "=", "'\"`", "\\",
    "\\u001b", "\x00", "\ud800", "\udcff", "\U0001f600", "{0}", "}}", "[a](http://evil)", "..", "/", " ", "ü",
    "x" * 3000,
)  # fmt: skip
ALWAYS_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
"""What no output may hold raw: control characters, what turns a text round or hides, and half characters."""

_piece = st.sampled_from(NASTY) | st.text(max_size=4)
texts = st.lists(_piece, max_size=5).map("".join)
files = st.lists(_piece, min_size=1, max_size=4).map("".join)


@st.composite
def findings(draw: st.DrawFn, file: str) -> Finding:
    def span() -> Span:
        line, column = draw(st.integers(1, 4)), draw(st.integers(1, 9))
        return Span(file, line, column, line, column + draw(st.integers(0, 5)))

    def labels() -> tuple[Label, ...]:
        return tuple(Label(span(), text) for text in draw(st.lists(texts, max_size=2)))

    edits = tuple(Edit(span(), text) for text in draw(st.lists(texts, max_size=1)))
    return Finding(
        draw(st.sampled_from(["CD001", "CD101"])),
        draw(st.sampled_from([*_levels])),
        span(),
        draw(texts),
        draw(texts),
        labels(),
        tuple(draw(st.lists(st.tuples(st.sampled_from(["why", "example"]), texts), max_size=2))),
        draw(texts),
        labels(),
        Fix(draw(texts), draw(st.booleans()), edits) if edits else None,
        subjects("field", *draw(st.lists(texts, max_size=2))),
    )


_levels: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "notice"}


@st.composite
def hostile(draw: st.DrawFn) -> Shown:
    """Findings in one or two files with bad names and bad texts."""
    names = draw(st.lists(files, min_size=1, max_size=2, unique=True))
    found = [finding for name in names for finding in draw(st.lists(findings(name), min_size=1, max_size=2))]
    sources = {name: Source(name, draw(texts) + "\n") for name in names if draw(st.booleans())}
    return Shown(tuple(found), sources, (), tuple(names), folder=draw(st.sampled_from(["", "/home/me"])))


def _everywhere(text: str) -> Finding:
    """A finding in which a text stands wherever one can."""
    span = Span(f"{text}.case", 1, 2, 1, 4)
    label = (Label(span, text),)
    notes = (("why", f"{text} and {text}"),)
    fix, about = Fix(text, True, (Edit(span, text),)), (Subject("state", text),)
    return Finding("CD101", "error", span, text, text, label, notes, text, label, fix, about)


_each = tuple(_everywhere(text) for text in (*NASTY, "".join(NASTY)))
EACH = Shown(
    _each,
    {finding.span.file: Source(finding.span.file, f"{finding.headline}\n") for finding in _each},
    (),
    tuple(dict.fromkeys(finding.span.file for finding in _each)),
)
"""Every nasty text by itself in every place, and all of them together."""


def whole(text: str) -> str:
    """A text as JSON can hold it: half a surrogate pair is shown as its code."""
    return re.sub("[\ud800-\udfff]", lambda half: f"\\u{ord(half[0]):04x}", text)


def posix(file: str) -> str:
    return PurePath(file).as_posix()


def lines_of(finding: Finding) -> list[str]:
    """What a reader must see of a finding, a line each."""
    told = [finding.headline, *(f"{head}: {text}" for head, text in finding.notes)]
    return [one_line(line) for line in [*told, *([f"way out: {finding.way_out}"] if finding.way_out else [])]]


def short(finding: Finding) -> str:
    return one_line(finding.headline + (f" ({finding.way_out})" if finding.way_out else ""))


many = settings(derandomize=True, deadline=None, max_examples=40)


@pytest.mark.parametrize("name", list(FORMATS))
@given(about=hostile())
@example(about=EACH)
@settings(parent=many, max_examples=20)
def test_nothing_in_an_output_acts(name: str, about: Shown) -> None:
    output = FORMATS[name](about)
    hidden = ALWAYS_HIDDEN.search(output)
    assert hidden is None, (hidden, output)
    assert output.encode("utf-8").decode("utf-8") == output
    assert "##[" not in output
    assert "##vso[" not in output
    if name != "github":
        assert [line for line in output.split("\n") if line.lstrip().startswith("::")] == []
    assert FORMATS[name](about) == output


@given(about=hostile())
@example(about=EACH)
@many
def test_json_gives_back_the_very_text(about: Shown) -> None:
    document = json.loads(FORMATS["json"](about))
    lines = [json.loads(line) for line in FORMATS["jsonl"](about).split("\n")[:-1]]
    assert len(document["findings"]) == len(lines) == len(about.findings)
    for finding, told, line in zip(about.findings, document["findings"], lines, strict=True):
        assert told == {key: value for key, value in line.items() if key != "version"}
        assert told["headline"] == whole(finding.headline)
        assert [(each["kind"], each["name"]) for each in told["about"]] == [
            (subject.kind, whole(subject.name)) for subject in finding.about
        ]
        assert told["place"]["file"] == whole(finding.span.file)
        assert told["way out"] == whole(finding.way_out)
        assert [each["text"] for each in told["labels"]] == [whole(label.text) for label in finding.labels]
        assert [each["text"] for each in told["steps"]] == [whole(step.text) for step in finding.steps]
        assert [each["text"] for each in told["notes"]] == [whole(text) for _, text in finding.notes]
        if finding.fix is not None:
            assert [each["text"] for each in told["fix"]["edits"]] == [whole(e.text or "") for e in finding.fix.edits]


def undone(text: str) -> str:
    """A SARIF message as its reader shows it: doubled braces mean one."""
    assert not re.search(r"\[[^\]]*\]\(", text)
    assert not re.search(r"(?<!\{)\{(\{\{)*(?!\{)|(?<!\})\}(\}\})*(?!\})", text)
    return text.replace("{{", "{").replace("}}", "}")


def parted(text: str) -> str:
    return text.replace("](", "] (")


@given(about=hostile())
@example(about=EACH)
@many
def test_sarif_gives_back_what_was_shown(about: Shown) -> None:
    log = json.loads(FORMATS["sarif"](about))
    validator("sarif-2.1.0.json").validate(log)
    results = log["runs"][0]["results"]
    assert len(results) == len(about.findings)
    for finding, told in zip(about.findings, results, strict=True):
        assert undone(told["message"]["text"]) == parted("\n".join(lines_of(finding)))
        uri = told["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert re.fullmatch(r"(file://)?[A-Za-z0-9%/._~-]*", uri)
        assert unquote_to_bytes(uri.removeprefix("file://")) == bytes_of(posix(finding.span.file))
        steps = [step for flow in told.get("codeFlows", ()) for step in flow["threadFlows"][0]["locations"]]
        assert len(steps) == len(finding.steps)
        if finding.fix is not None:
            (change,) = told["fixes"][0]["artifactChanges"]
            inserted = [each["insertedContent"]["text"] for each in change["replacements"]]
            assert inserted == [whole(edit.text or "") for edit in finding.fix.edits]


def bytes_of(file: str) -> bytes:
    try:
        return file.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return file.encode("utf-8", "surrogatepass")


def commands(output: str) -> list[tuple[str, dict[str, str], str]]:
    """Workflow commands as the runner reads them: from the log, line by line, whatever a program calls a line."""
    found = []
    for line in re.split("\r\n|\n|\r", output)[:-1]:
        assert line.startswith("::"), line
        head, _, data = line[2:].partition("::")
        command, _, told = head.partition(" ")
        properties = dict(each.split("=", 1) for each in told.split(","))
        found.append((command, {key: unescaped(value) for key, value in properties.items()}, unescaped(data)))
    return found


def unescaped(text: str) -> str:
    signs = {"%25": "%", "%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ","}
    return re.sub("%(25|0D|0A|3A|2C)", lambda code: signs[code[0]], text)


@given(about=hostile())
@example(about=EACH)
@many
def test_github_reads_one_command_for_each_finding(about: Shown) -> None:
    read = commands(FORMATS["github"](about))
    assert len(read) == len(about.findings)
    for finding, (command, properties, message) in zip(about.findings, read, strict=True):
        assert command == _levels[finding.severity]
        assert properties == {
            "file": one_line(posix(finding.span.file)),
            "line": str(finding.span.line),
            "endLine": str(finding.span.end_line),
            "col": str(finding.span.column),
            "endColumn": str(finding.span.end_column),
            "title": finding.code,
        }
        assert message.split("\n") == lines_of(finding)


@given(about=hostile())
@example(about=EACH)
@many
def test_gitlab_gives_back_paths_and_words(about: Shown) -> None:
    issues = json.loads(FORMATS["gitlab"](about))
    assert len({issue["fingerprint"] for issue in issues}) == len(issues) == len(about.findings)
    for finding, issue in zip(about.findings, issues, strict=True):
        assert issue["description"] == f"{finding.code} {short(finding)}"
        assert issue["location"]["path"] == whole(posix(finding.span.file))


@given(about=hostile())
@example(about=EACH)
@many
def test_junit_gives_back_what_was_shown(about: Shown) -> None:
    root = ElementTree.fromstring(FORMATS["junit"](about))
    assert {element.tag for element in root.iter()} <= {"testsuites", "testsuite", "testcase", "failure", "skipped"}
    cases = [case for suite in root for case in suite if len(case)]
    order = sorted(about.findings, key=lambda finding: about.files.index(finding.span.file))
    for finding, case in zip(order, cases, strict=True):
        assert case.get("classname") == one_line(posix(finding.span.file))
        assert case[0].get("message") == short(finding)
        assert case[0].text == full((finding,), about.sources)
    assert [suite.get("name") for suite in root] == [one_line(posix(file)) for file in about.files]


@given(about=hostile())
@example(about=EACH)
@many
def test_reviewdog_gives_back_what_was_shown(about: Shown) -> None:
    document: dict[str, Any] = json.loads(FORMATS["rdjson"](about))
    validator("rdjson.json", exact=True).validate(document)
    assert len(document["diagnostics"]) == len(about.findings)
    for finding, told in zip(about.findings, document["diagnostics"], strict=True):
        assert told["message"].split("\n") == lines_of(finding)
        assert told["location"]["path"] == whole(posix(finding.span.file))
        for suggestion in told.get("suggestions", ()):
            assert finding.fix is not None
            assert suggestion["text"] == whole(finding.fix.edits[0].text or "")


@given(about=hostile())
@example(about=EACH)
@many
def test_a_line_for_people_is_one_line(about: Shown) -> None:
    rows = FORMATS["concise"](about).split("\n")[:-1]
    assert len(rows) == len(about.findings)
    for finding, row in zip(about.findings, rows, strict=True):
        assert one_line(str(finding.span)) in row
        assert short(finding).strip() in row
        assert all(line in FORMATS["full"](about) for line in lines_of(finding)[:1])


@given(texts)
@many
def test_a_text_made_plain_stays_as_it_is(text: str) -> None:
    assert plain(plain(text)) == plain(text)
    assert ALWAYS_HIDDEN.search(plain(text)) is None


def test_a_name_of_bytes_that_are_no_text_stays_what_it_is() -> None:
    """PEP 383: what the operating system calls a file may be no UTF-8."""
    name = os.fsdecode(b"a\xff.case")
    about = Shown((Finding("CD101", "error", Span(name, 1, 1, 1, 1), "it is so"),), {}, (), (name,))
    uri = json.loads(FORMATS["sarif"](about))["runs"][0]["artifacts"][0]["location"]["uri"]
    assert os.fsencode(name) == unquote_to_bytes(uri)
