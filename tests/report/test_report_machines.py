"""JSON, GitHub commands, GitLab reports, JUnit and rdjson say what the findings say, and nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
from msgspec.structs import replace
from report_programs import CIRCLE, FORK, HERE, at, made, shown, validator

from casedsl.report.formats import FORMATS, Shown
from casedsl.syntax.finding import Edit, Finding, Fix, Label, Severity, Subject
from casedsl.syntax.source import Source

ROOT = HERE.parents[1]
NAMES = ("full", "concise", "json", "jsonl", "sarif", "github", "gitlab", "junit", "rdjson")
WITH_FINGERPRINTS = ("sarif", "gitlab")


def test_these_are_the_formats() -> None:
    assert tuple(FORMATS) == NAMES


@pytest.mark.parametrize("name", [name for name in NAMES if name not in WITH_FINGERPRINTS])
def test_only_fingerprints_need_documents(name: str) -> None:
    about = shown(FORK)
    assert FORMATS[name](replace(about, documents=())) == FORMATS[name](about)


@pytest.mark.parametrize("name", WITH_FINGERPRINTS)
def test_fingerprints_are_made_of_documents_or_of_what_was_kept_of_them(name: str) -> None:
    about = shown(FORK)
    kept = replace(about, documents=(), places=about.known_places())
    assert FORMATS[name](kept) == FORMATS[name](about) != FORMATS[name](replace(about, documents=()))


def test_the_same_findings_give_the_same_bytes_under_any_hash_seed() -> None:
    script = (
        "import hashlib; from report_programs import FORK, shown; from casedsl.report.formats import FORMATS;"
        "print({name: hashlib.sha256(show(shown(FORK)).encode()).hexdigest() for name, show in FORMATS.items()})"
    )
    path = os.pathsep.join([str(HERE), str(ROOT), str(ROOT / "runtime")])
    seen = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={"PYTHONPATH": path, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "4711")
    }
    assert len(seen) == 1


def test_json_has_everything() -> None:
    label, step = Label(at(2), "here"), Label(at(3), "there")
    fix = Fix("change it", False, (Edit(at(1), "x"), Edit(at(2), None)))
    notes = (("why", "because"),)
    about = (Subject("state", "asked"), Subject("role", "clerk"))
    finding = Finding("CD101", "info", at(1, 5, 2), "so", "this", (label,), notes, "go", (step,), fix, about)
    (told,) = json.loads(FORMATS["json"](made(finding)))["findings"]
    place = {"file": "letter.case", "line": 1, "column": 5, "end line": 1, "end column": 7}
    assert told.pop("place") == place
    assert told.pop("labels")[0]["text"] == "here"
    assert told.pop("steps")[0]["place"]["line"] == 3
    edits = told.pop("fix")
    assert (edits["title"], edits["safe"]) == ("change it", False)
    assert [(edit["place"]["line"], edit["text"]) for edit in edits["edits"]] == [(1, "x"), (2, None)]
    assert told == {
        "code": "CD101",
        "severity": "info",
        "headline": "so",
        "about": [{"kind": "state", "name": "asked"}, {"kind": "role", "name": "clerk"}],
        "label": "this",
        "notes": [{"head": "why", "text": "because"}],
        "way out": "go",
    }


def test_json_lines_are_the_findings_of_the_document() -> None:
    about = shown(FORK)
    document = json.loads(FORMATS["json"](about))
    lines = [json.loads(line) for line in FORMATS["jsonl"](about).splitlines()]
    assert [line.pop("version") for line in lines] == [document["version"]] * len(lines) == [1] * len(lines)
    assert lines == document["findings"]
    assert len(lines) == len(about.findings) >= 4


def test_a_command_for_github() -> None:
    assert FORMATS["github"](shown(CIRCLE)) == (
        "::error file=letter.case,line=9,endLine=9,col=1,endColumn=12,title=CD103 trap::"
        "a case that gets to `asked` goes in a circle for ever"
        "%0Aa way there: new -(ask)-> asked"
        "%0Athe circle: asked -(remind)-> reminded -(after 3 working days)-> asked"
        "%0Away out: add a transition from one of `asked`, `reminded` to a state outside\n"
    )


@pytest.mark.parametrize(("severity", "command"), [("error", "error"), ("warning", "warning"), ("info", "notice")])
def test_github_has_a_command_for_each_severity(severity: Any, command: str) -> None:
    finding = Finding("CD999", severity, replace(at(1), end_line=3), "it is so")
    wanted = f"::{command} file=letter.case,line=1,endLine=3,title=CD999::it is so\n"
    assert FORMATS["github"](made(finding)) == wanted


ISSUE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["description", "check_name", "fingerprint", "severity", "location"],
    "properties": {
        "description": {"type": "string", "minLength": 1},
        "check_name": {"type": "string", "minLength": 1},
        "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
        "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
        "location": {
            "type": "object",
            "required": ["path", "lines"],
            "properties": {
                "path": {"type": "string", "pattern": "^(?!\\./)"},
                "lines": {"type": "object", "required": ["begin"], "properties": {"begin": {"type": "integer"}}},
            },
        },
    },
}
"""What GitLab documents of an issue of a Code Quality report."""


def test_a_report_for_gitlab() -> None:
    about = shown(FORK, "cases/letter.case")
    issues = json.loads(FORMATS["gitlab"](about))
    jsonschema.validate(issues, {"type": "array", "items": ISSUE})
    first = about.findings[0]
    assert issues[0]["description"] == f"{first.code} {first.headline} ({first.way_out})"
    assert issues[0]["check_name"] == "CD004 unknown-name"
    assert issues[0]["location"] == {"path": "cases/letter.case", "lines": {"begin": 7, "end": 7}}
    assert len({issue["fingerprint"] for issue in issues}) == len(issues) == len(about.findings)


def test_gitlab_tells_one_finding_in_two_files_apart() -> None:
    two = made(*(Finding("CD101", "warning", at(1, file=file), "it is so") for file in ("a.case", "b.case")))
    assert len({issue["fingerprint"] for issue in json.loads(FORMATS["gitlab"](two))}) == 2
    assert {issue["severity"] for issue in json.loads(FORMATS["gitlab"](two))} == {"minor"}
    assert json.loads(FORMATS["gitlab"](made())) == []


def suites(about: Shown) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(FORMATS["junit"](about)))


def test_each_finding_is_a_test_and_a_clean_file_passes() -> None:
    kinds = [Finding("CD101", kind, at(2, 3), "it is so") for kind in ("error", "warning", "info")]
    about = replace(made(*kinds), files=("clean.case", "letter.case"), slugs={"CD101": "unreachable-state"})
    root = ElementTree.fromstring(FORMATS["junit"](about))
    assert root.attrib == {"name": "casedsl", "tests": "4", "failures": "2", "errors": "0", "skipped": "1"}
    clean, letter = suites(about)
    assert clean.attrib == {"name": "clean.case", "tests": "1", "failures": "0", "errors": "0", "skipped": "0"}
    assert [(case.get("name"), len(case)) for case in clean] == [("check", 0)]
    assert letter.attrib == {"name": "letter.case", "tests": "3", "failures": "2", "errors": "0", "skipped": "1"}
    assert [[(kind.tag, kind.get("type")) for kind in case] for case in letter] == [
        [("failure", "error")],
        [("failure", "warning")],
        [("skipped", "info")],
    ]
    assert letter[0].attrib == {
        "name": "CD101 unreachable-state at 2:3",
        "classname": "letter.case",
        "file": "letter.case",
        "line": "2",
    }


@pytest.mark.parametrize(("fail_on", "failures"), [("error", "1"), ("warning", "2"), ("info", "3")])
def test_a_test_fails_where_the_command_would(fail_on: Severity, failures: str) -> None:
    kinds: tuple[Severity, ...] = ("info", "warning", "error")
    about = made(*(Finding("CD101", kind, at(2, 3), "it is so") for kind in kinds), fail_on=fail_on)
    root = ElementTree.fromstring(FORMATS["junit"](about))
    assert root.get("failures") == failures == str(len(root.findall("*/*/failure")))


def test_a_failed_test_shows_the_frame() -> None:
    about = shown(CIRCLE)
    ((case,),) = suites(about)
    assert case[0].get("message", "").startswith("a case that gets to `asked` goes in a circle for ever (add ")
    assert case[0].text == FORMATS["full"](about)
    assert "\n   | ^^^^^^^^^^^\n" in FORMATS["junit"](about)


def test_what_is_found_in_a_file_that_was_only_used_has_a_suite_too() -> None:
    about = replace(made(Finding("CD004", "error", at(1, file="acme.case"), "it is so")), files=("letter.case",))
    assert [suite.get("name") for suite in suites(about)] == ["letter.case", "acme.case"]


def test_reviewdog_gets_what_its_schema_names_and_nothing_else() -> None:
    """Its reader refuses a report with a field that it doesn't know."""
    for about in (shown(FORK), shown(CIRCLE), made(), made(Finding("CD999", "info", at(1), "it is so"))):
        validator("rdjson.json", exact=True).validate(json.loads(FORMATS["rdjson"](about)))


def diagnostic(finding: Finding, text: str) -> dict[str, Any]:
    about = made(finding, sources={"letter.case": Source("letter.case", text)})
    document = json.loads(FORMATS["rdjson"](about))
    validator("rdjson.json", exact=True).validate(document)
    (told,) = document["diagnostics"]
    assert isinstance(told, dict)
    return told


def test_reviewdog_counts_bytes() -> None:
    told = diagnostic(Finding("CD999", "info", at(2, 4, 1), "it is so"), "first\na𐐀üb\n")
    assert told["location"]["range"] == {"start": {"line": 2, "column": 8}, "end": {"line": 2, "column": 9}}
    unknown = json.loads(FORMATS["rdjson"](made(Finding("CD999", "info", at(2, 4, 1), "it is so"))))
    assert unknown["diagnostics"][0]["location"]["range"] == {"start": {"line": 2}, "end": {"line": 2}}


def test_reviewdog_gets_all_edits_of_a_fix_as_one() -> None:
    fix = Fix("swap", True, (Edit(at(2, 4, 3), "one"), Edit(at(1, 1, 3), "two")))
    told = diagnostic(Finding("CD999", "info", at(1), "it is so", fix=fix), "one ü\nah two.\n")
    (suggestion,) = told["suggestions"]
    assert suggestion["text"] == "two ü\nah one"
    assert suggestion["range"] == {"start": {"line": 1, "column": 1}, "end": {"line": 2, "column": 7}}


@pytest.mark.parametrize("edit", [Edit(at(2), None), Edit(at(1, file="acme.case"), "x")])
def test_reviewdog_gets_no_half_of_a_fix(edit: Edit) -> None:
    fix = Fix("change", True, (Edit(at(1), "x"), edit))
    assert "suggestions" not in diagnostic(Finding("CD999", "info", at(1), "it is so", fix=fix), "one\ntwo\n")


def test_the_gravest_severity_is_that_of_the_report() -> None:
    kinds = [Finding("CD101", kind, at(1), "it is so") for kind in ("info", "warning")]
    assert json.loads(FORMATS["rdjson"](made(*kinds)))["severity"] == "WARNING"
    assert "severity" not in json.loads(FORMATS["rdjson"](made()))
