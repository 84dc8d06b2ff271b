"""The SARIF log fits the schema that OASIS publishes, and says what the findings say."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

import pytest
from msgspec.structs import replace
from report_programs import CIRCLE, FORK, PAGES, SLUGS, at, made, shown, validator

from casedsl.report.formats import FORMATS, Shown
from casedsl.report.sarif import MOST_RESULTS, MOST_SHOWN, MOST_STEPS
from casedsl.syntax.finding import Edit, Finding, Fix, Label, Severity


def run_of(about: Shown) -> dict[str, Any]:
    """The one run of the log, which fits the schema."""
    log = json.loads(FORMATS["sarif"](about))
    validator("sarif-2.1.0.json").validate(log)
    (run,) = log["runs"]
    assert isinstance(run, dict)
    return run


def test_a_way_is_a_code_flow() -> None:
    (result,) = run_of(shown(CIRCLE, version="1.2.3"))["results"]
    ((flow,),) = [each["threadFlows"] for each in result["codeFlows"]]
    told = [
        (step["location"]["physicalLocation"]["region"]["startLine"], step["location"]["message"]["text"])
        for step in flow["locations"]
    ]
    assert result["ruleId"] == "CD103"
    assert told == [
        (7, "`new` -> `asked` on `ask`"),
        (10, "`asked` -> `reminded` on `remind`"),
        (14, "`reminded` -> `asked` after 3 working days"),
    ]


def test_a_result_says_what_the_finding_says() -> None:
    run = run_of(shown(CIRCLE))
    (result,) = run["results"]
    assert result["level"] == "error"
    assert result["message"]["text"].split("\n")[0] == "a case that gets to `asked` goes in a circle for ever"
    assert result["locations"][0]["logicalLocations"] == [{"fullyQualifiedName": "state asked"}]
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "letter.case"},
        "region": {"startLine": 9, "startColumn": 1, "endLine": 9, "endColumn": 12},
    }
    (related,) = result["relatedLocations"]
    assert (related["physicalLocation"]["region"]["startLine"], related["message"]["text"]) == (
        12,
        "in the same circle",
    )
    assert list(result["partialFingerprints"]) == ["casedsl/v1"]
    assert result["properties"] == {"about": [{"kind": "state", "name": "asked"}]}
    assert run["columnKind"] == "unicodeCodePoints"


def test_rules_carry_their_pages() -> None:
    driver = run_of(shown(CIRCLE))["tool"]["driver"]
    assert [rule["id"] for rule in driver["rules"]] == sorted(PAGES)
    rule = driver["rules"][run_of(shown(CIRCLE))["results"][0]["ruleIndex"]]
    assert (rule["id"], rule["name"]) == ("CD103", "trap")
    assert rule["shortDescription"]["text"].startswith("From every state that can be reached, some way leads out")
    assert rule["help"]["text"] == PAGES["CD103"]
    assert rule["help"]["markdown"] in PAGES["CD103"]
    assert "helpUri" not in rule


def test_a_rule_without_a_page_is_named_by_its_code() -> None:
    driver = run_of(made(Finding("CD999", "info", at(1), "it is so")))["tool"]["driver"]
    assert driver == {"name": "casedsl", "rules": [{"id": "CD999"}]}


def test_every_checked_file_is_named_also_a_clean_one() -> None:
    run = run_of(replace(made(), files=("a b.case", "a b.case")))
    assert run["results"] == []
    assert run["artifacts"] == [{"location": {"uri": "a%20b.case"}, "roles": ["analysisTarget"]}]


@pytest.mark.parametrize(
    ("file", "folder", "uri"),
    [
        ("a.case", "/home/me", "a.case"),
        ("./a.case", "", "a.case"),
        ("/home/me/cases/a.case", "/home/me", "cases/a.case"),
        ("/home/you/a.case", "/home/me", "file:///home/you/a.case"),
        ("../a.case", "/home/me", "../a.case"),
        ("a:b ü#%20?.case", "", "a%3Ab%20%C3%BC%23%2520%3F.case"),
        ("\udcff.case", "", "%FF.case"),
    ],
)
def test_paths_are_uris_from_the_folder(file: str, folder: str, uri: str) -> None:
    run = run_of(made(Finding("CD101", "error", at(1, file=file), "it is so"), folder=folder))
    assert run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def fixed(*edits: Edit, safe: bool = True) -> dict[str, Any]:
    finding = Finding("CD202", "warning", at(1), "it is so", fix=Fix("change it", safe, edits))
    result = run_of(made(finding))["results"][0]
    assert isinstance(result, dict)
    return result


def test_a_fix_that_is_text_is_passed_on() -> None:
    (fix,) = fixed(Edit(at(7, 3, 4), "b"), Edit(at(2, 1, 2), ""), Edit(at(2, file="o.case"), "c"), safe=False)["fixes"]
    assert fix["description"]["text"] == "change it (unsafe: look at it first)"
    told = [
        (change["artifactLocation"]["uri"], [each["insertedContent"]["text"] for each in change["replacements"]])
        for change in fix["artifactChanges"]
    ]
    assert told == [("letter.case", ["", "b"]), ("o.case", ["c"])]
    assert fix["artifactChanges"][0]["replacements"][1]["deletedRegion"] == {
        "startLine": 7,
        "startColumn": 3,
        "endLine": 7,
        "endColumn": 7,
    }


def test_a_fix_that_takes_lines_out_or_meets_itself_is_not_passed_on_by_half() -> None:
    assert "fixes" not in fixed(Edit(at(7), "b"), Edit(at(8), None))
    assert "fixes" not in fixed(Edit(at(7, 1, 4), "b"), Edit(at(7, 4, 4), "c"))
    assert "fixes" not in fixed()


def test_braces_are_doubled_and_nothing_reads_as_a_link() -> None:
    finding = Finding("CD004", "error", at(1), "there is no `{answer.due}`, see [here](http://evil.example)")
    text = run_of(made(finding))["results"][0]["message"]["text"]
    assert text == "there is no `{{answer.due}}`, see [here] (http://evil.example)"


def many(count: int, *last: Severity) -> dict[str, Any]:
    severities: list[Severity] = ["info"] * (count - len(last))
    findings = (
        Finding("CD101", kind, at(number), "it is so") for number, kind in enumerate([*severities, *last], start=1)
    )
    log = json.loads(FORMATS["sarif"](made(*findings)))
    run = log["runs"][0]
    assert isinstance(run, dict)
    return run


def notes(run: dict[str, Any]) -> list[str]:
    return [each["message"]["text"] for each in run["invocations"][0]["toolExecutionNotifications"]]


def test_what_is_too_much_is_cut_and_said() -> None:
    run = many(MOST_RESULTS + 2, "error", "warning")
    assert len(run["results"]) == MOST_RESULTS
    assert [result["level"] for result in run["results"][-2:]] == ["error", "warning"]
    assert run["results"][-3]["locations"][0]["physicalLocation"]["region"]["startLine"] == MOST_RESULTS - 2
    assert notes(run) == ["25,000 of 25,002 findings are in this log, the gravest; check fewer files at once"]


def test_what_is_not_shown_is_said() -> None:
    assert notes(many(MOST_SHOWN)) == []
    assert notes(many(MOST_SHOWN + 1)) == ["there are 5,001 findings; GitHub shows 5,000 of them"]


def test_a_way_that_is_too_long_is_cut_and_said() -> None:
    steps = tuple(Label(at(number), "on") for number in range(1, MOST_STEPS + 2))
    run = run_of(made(Finding("CD101", "error", at(1), "it is so", steps=steps)))
    assert len(run["results"][0]["codeFlows"][0]["threadFlows"][0]["locations"]) == MOST_STEPS
    assert notes(run) == ["the way of 1 findings is longer than 1,000 steps and is cut there"]


def test_uris_lead_back_to_the_files() -> None:
    about = shown(FORK, "übung/a b.case")
    run = run_of(about)
    uris = {each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for each in run["results"]}
    assert {unquote(uri) for uri in uris} == {finding.span.file for finding in about.findings}
    assert {result["ruleId"] for result in run["results"]} <= SLUGS.keys()
