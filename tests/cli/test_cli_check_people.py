"""`casedsl check --people`: whether the people of a list can do all that is left to them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_desk import example, run

KIM = "kim: {name: Kim, roles: [handler]}\n"
OTHERS = "lee: {name: Lee, roles: [handler, legal]}\nsam: {name: Sam, roles: [supervisor]}\n"
WITHOUT = "CD504 warning: of the people in people.yaml nobody may ever `approve`"


def folder(tmp_path: Path, people: str) -> Path:
    file = example(tmp_path) / "complaint.case"
    file.with_name("people.yaml").write_text(people, "utf-8")
    return file.parent


def test_the_people_of_the_example_can_do_it_all_and_each_can_be_away(tmp_path: Path) -> None:
    file = example(tmp_path) / "complaint.case"
    assert run("check", "--people", "people.yaml", file.name, cwd=file.parent).out == ""


def test_without_a_lawyer_nobody_approves_and_without_a_list_nothing_is_said(tmp_path: Path) -> None:
    here = folder(tmp_path, KIM + OTHERS.replace(", legal", ""))
    done = run("check", "--people", "people.yaml", "--format", "concise", "complaint.case", cwd=here)
    assert done.code == 1
    assert WITHOUT in done.out
    assert run("check", "complaint.case", cwd=here).out == ""


def test_the_settings_name_the_list_from_their_own_folder(tmp_path: Path) -> None:
    here = folder(tmp_path, KIM + OTHERS.replace(", legal", ""))
    (here / "casedsl.toml").write_text('people = "people.yaml"\n', "utf-8")
    assert "nobody may ever `approve`" in run("check", str(here / "complaint.case"), cwd=tmp_path).out
    (here / "casedsl.toml").write_text("people = 3\n", "utf-8")
    done = run("check", "complaint.case", cwd=here)
    assert (done.code, done.err) == (2, 'casedsl: casedsl.toml:1: `people` is a file, as in "people.yaml"\n')


def test_another_list_is_another_answer_also_from_the_cache(tmp_path: Path) -> None:
    here = folder(tmp_path, KIM + OTHERS.replace(", legal", ""))
    settings = {"CASEDSL_CACHE_DIR": str(tmp_path / "kept")}
    words = ("check", "--people", "people.yaml", "complaint.case")
    for _ in range(2):
        assert WITHOUT in run(*words, cwd=here, settings=settings).out
        assert run("check", "complaint.case", cwd=here, settings=settings).out == ""
    (here / "people.yaml").write_text(KIM + OTHERS + "ana: {name: Ana, roles: [legal]}\n", "utf-8")
    assert "CD504" not in run(*words, cwd=here, settings=settings).out


def test_a_machine_reads_it_too(tmp_path: Path) -> None:
    here = folder(tmp_path, KIM + OTHERS.replace(", legal", ""))
    words = ("check", "--people", "people.yaml", "complaint.case", "--format")
    assert "CD504" in {each["code"] for each in json.loads(run(*words, "json", cwd=here).out)["findings"]}
    (done,) = json.loads(run(*words, "sarif", cwd=here).out)["runs"]
    assert {result["ruleId"] for result in done["results"]} == {"CD504"}


def test_what_is_found_with_a_list_is_explained_with_it(tmp_path: Path) -> None:
    here = folder(tmp_path, KIM + OTHERS.replace(", legal", ""))
    listed = run("check", "--people", "people.yaml", "--format", "concise", "complaint.case", cwd=here).out
    place = f"CD504:{listed.splitlines()[0].split(':')[1]}"
    words = ("explain", "complaint.case", place)
    assert WITHOUT in run(*words, "--people", "people.yaml", cwd=here).out
    assert run(*words, cwd=here).err.startswith(f"casedsl: {place} is no finding of complaint.case")
    assert "the people of a list" in run(*words, "--people", "people.yaml", "--as-test", cwd=here).err
    (here / "casedsl.toml").write_text('people = "people.yaml"\n', "utf-8")
    assert WITHOUT in run("explain", "complaint.case", place, cwd=here).out


@pytest.mark.parametrize("command", [("check",), ("explain", "CD504:1")], ids=["check", "explain"])
@pytest.mark.parametrize(
    ("people", "sentence"),
    [
        ("lee: {name: Lee, roles: [supervisor, legal]}\n", "`lee` holds `legal` and `supervisor`: add `may be both"),
        ("lee: [\n", "people.yaml is no YAML: line 2"),
        ("lee: {name: Lee}\n", "people.yaml: `lee` needs exactly a `name` and `roles`"),
        ("- lee\n", "people.yaml: people are given as"),
        ("", "people.yaml: people are given as"),
    ],
)
def test_what_is_no_list_of_people_ends_the_command_with_a_sentence(
    people: str, sentence: str, command: tuple[str, ...], tmp_path: Path
) -> None:
    name, *place = command
    done = run(name, "--people", "people.yaml", "complaint.case", *place, cwd=folder(tmp_path, people))
    assert (done.code, done.out) == (2, "")
    assert sentence in done.err
    assert "Traceback" not in done.err


def test_a_list_that_is_not_there(tmp_path: Path) -> None:
    file = example(tmp_path) / "complaint.case"
    done = run("check", "--people", "nobody.yaml", file.name, cwd=file.parent)
    assert (done.code, done.err) == (2, "casedsl: there is no file nobody.yaml; look at the name and the folder\n")
