"""`casedsl map` with something laid over it: numbers of a database or a file, findings, an older version, paper."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from cli_desk import FRIDAY, ROOT, example, run, two_years

OPENED = ("--as", "pat", "--set", "summary=It never came", "--set", "category=billing")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example with a database of two cases, one of which was acknowledged an hour after it was opened."""
    folder = example(tmp_path_factory.mktemp("map"))
    (folder / "calendars.lock").write_bytes(two_years())
    for words in (
        ("compile", "complaint.case"),
        ("case", "--now", FRIDAY, "open", "complaint.casec.json", *OPENED),
        ("case", "--now", FRIDAY, "open", "complaint.casec.json", *OPENED),
        ("case", "--now", "2026-11-06T16:00", "do", "CMP-2026-00001", "acknowledge", "--as", "kim",
         "--set", "impact=2", "--set", "urgency=2", "--set", "vulnerable=no"),
    ):  # fmt: skip
        done = run(*words, cwd=folder)
        assert done.code == 0, done.err
    return folder


NOW = ("--now", "2026-11-06T17:00")


def test_numbers_are_counted_from_a_database_and_can_be_read_again(filled: Path) -> None:
    done = run("map", "complaint.case", "--data", "cases.db", *NOW, "--overlay-out", "data.json", cwd=filled)
    assert (done.code, done.out, done.err) == (0, "", "counted cases.db to data.json\n")
    data = json.loads((filled / "data.json").read_bytes())
    assert (data["cases"], data["as_of"]) == (2, "2026-11-06T17:00:00Z")
    assert {each["state"]: each.get("now", 0) for each in data["stations"]}["in_review"] == 1
    assert data["passages"] == [{"from": "new", "to": "in_review", "times": 1, "event": "acknowledge"}]
    counted = run("map", "complaint.case", "--data", "cases.db", *NOW, cwd=filled)
    again = run("map", "complaint.case", "--overlay", "data.json", cwd=filled)
    assert (counted.code, again.code) == (0, 0)
    assert counted.out == again.out
    assert "1 · 1 h" in counted.out, "one case in New, where the other one stayed for an hour"


def test_the_page_gets_the_numbers_as_data(filled: Path) -> None:
    done = run("map", "complaint.case", "--data", "cases.db", *NOW, "-o", "map.html", cwd=filled)
    assert done.code == 0, done.err
    assert "as_of" in (filled / "map.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--data", "none.db"), "there is no database none.db"),
        (("--data", "ftp://somewhere"), "is no database for cases"),
        (("--overlay", "none.json"), "there is no file none.json"),
        (("--overlay", "people.yaml"), "people.yaml is no overlay"),
        (("--data", "cases.db", "--overlay", "data.json"), "give one of them"),
        (("--overlay-out", "x.json"), "name the database with --data"),
        (("--now", FRIDAY), "name the database with --data"),
        (("--diff", "complaint.case", "--findings"), "a comparison is drawn alone"),
        (("--diff", "none.case"), "there is no file none.case"),
        (("--data", "cases.db", "--overlay-out", "complaint.case"), "complaint.case is what this command reads"),
    ],
)  # fmt: skip
def test_what_can_not_be_is_one_sentence(filled: Path, words: tuple[str, ...], sentence: str) -> None:
    done = run("map", "complaint.case", *words, cwd=filled)
    assert done.code == 2
    assert sentence in done.sentence


def test_numbers_of_another_version_are_refused(filled: Path, tmp_path: Path) -> None:
    run("map", "complaint.case", "--data", "cases.db", *NOW, "--overlay-out", "data.json", cwd=filled)
    other = example(tmp_path, ('"Legal review"', '"Lawyers"'))
    done = run("map", "complaint.case", "--overlay", filled / "data.json", cwd=other)
    assert done.code == 2
    assert "is about another version of the definition" in done.sentence
    none = run("map", "complaint.case", "--data", filled / "cases.db", cwd=other)
    assert none.code == 1
    assert "runs this definition" in none.sentence
    assert "2 run other versions of it" in none.sentence


def test_findings_are_flags_and_a_definition_with_errors_is_drawn(tmp_path: Path) -> None:
    broken = ROOT / "examples" / "broken" / "permit.case"
    done = run("map", broken, "--findings", "-o", "map.svg", cwd=tmp_path)
    assert done.code == 1
    drawn = (tmp_path / "map.svg").read_text("utf-8")
    assert drawn.count('class="flag"') >= 10
    assert "not compiled: 9 errors" in drawn
    assert "no case can get to" in drawn
    assert 'class="flag"' not in run("map", broken, cwd=tmp_path).out
    data = run("map", broken, "--data", "cases.db", cwd=tmp_path)
    assert data.code == 1
    assert "correct them first" in data.err


def test_two_versions_are_compared_in_one_picture_and_in_words(tmp_path: Path) -> None:
    old = example(tmp_path / "old")
    new = example(
        tmp_path / "new", ('"Legal review"', '"Lawyers"'), ("after 14 calendar days", "after 15 calendar days")
    )
    told = run("map", "complaint.case", "--diff", old / "complaint.case", "--text", cwd=new)
    assert told.code == 0, told.err
    assert "≠ changed: LA Lawyers\n    name: was Legal review, is Lawyers\n" in told.out
    assert "after: was 14 calendar days, is 15 calendar days" in told.out
    drawn = run("map", "complaint.case", "--diff", old / "complaint.case", cwd=new)
    assert "≠ changed" in drawn.out
    same = run("map", "complaint.case", "--diff", new / "complaint.case", "--text", cwd=new)
    assert same.out == "nothing differs\n"


def test_what_no_map_shows_is_not_said_to_be_the_same(tmp_path: Path) -> None:
    old, new = example(tmp_path / "old"), example(tmp_path / "new", ("Your complaint {number}", "Your letter {number}"))
    told = run("map", "complaint.case", "--diff", old / "complaint.case", "--text", cwd=new)
    assert (told.code, told.out) == (0, "nothing that a map shows differs; what was compiled does\n")


def test_paper_makes_pages_each_a_file_of_its_own(tmp_path: Path) -> None:
    folder = example(tmp_path)
    done = run("map", "complaint.case", "--paper", "A4", "-o", "map.svg", "-o", "map.pdf", cwd=folder)
    assert done.code == 0, done.err
    names = sorted(path.name for path in folder.glob("map-*.svg"))
    assert "map-timetable-1.svg" in names or "map-timetable.svg" in names
    assert "map-1.svg" in names
    assert not (folder / "map.svg").exists()
    assert (folder / "map.pdf").read_bytes().startswith(b"%PDF")
    out = run("map", "complaint.case", "--paper", "A4", cwd=folder)
    assert out.code == 2
    assert f"this map has {len(names)} sheets, each a file of its own" in out.sentence


@pytest.mark.parametrize("option", ["-o", "--overlay-out"])
def test_what_is_read_is_not_written_over(filled: Path, option: str) -> None:
    before = (filled / "cases.db").read_bytes()
    words = ("--format", "svg") if option == "-o" else ()
    done = run("map", "complaint.case", "--data", "cases.db", *NOW, option, "cases.db", *words, cwd=filled)
    assert (done.code, (filled / "cases.db").read_bytes()) == (2, before)
    assert "cases.db is what this command reads" in done.sentence


def test_what_an_older_version_uses_is_not_written_over(tmp_path: Path) -> None:
    old, new = example(tmp_path / "old"), example(tmp_path / "new")
    used = next(file for file in sorted(old.glob("*.case")) if file.name != "complaint.case")
    before = used.read_bytes()
    words = ("map", "complaint.case", "--diff", old / "complaint.case", "-o", used, "--format", "svg")
    done = run(*words, cwd=new)
    assert (done.code, used.read_bytes()) == (2, before)
    assert f"{used.name} is what this command reads" in done.sentence


@pytest.mark.parametrize("option", ["--lock", "--relayout"])
def test_a_comparison_keeps_no_layout(tmp_path: Path, option: str) -> None:
    folder = example(tmp_path)
    done = run("map", "complaint.case", "--diff", "complaint.case", option, cwd=folder)
    assert (done.code, "a comparison keeps no layout" in done.sentence) == (2, True)
    assert not list(folder.glob("*.layout.json"))


def test_a_definition_with_errors_keeps_no_layout(tmp_path: Path) -> None:
    folder = example(tmp_path, ("by          legal\n        but not", "by          legl\n        but not"))
    done = run("map", "complaint.case", "--lock", cwd=folder)
    assert (done.code, "mend them first" in done.sentence) == (1, True)
    assert not list(folder.glob("*.layout.json"))


def test_what_does_not_go_together_is_said(tmp_path: Path) -> None:
    folder = example(tmp_path)
    numbers = ("--data", "cases.db", "--now", "2026-11-06T15:00")
    run("compile", "complaint.case", cwd=folder)
    given = ("--set", "summary=x", "--set", "category=billing")
    opened = run("case", "--now", "2026-11-06T15:00", "open", "complaint.casec.json", "--as", "pat", *given, cwd=folder)
    assert opened.code == 0, opened.err
    both = run("map", "complaint.case", *numbers, "--overlay-out", "a.svg", "-o", "a.svg", cwd=folder)
    assert (both.code, both.err) == (
        2, "casedsl: a.svg can't be the map and the numbers; give --overlay-out a name of its own\n"
    )  # fmt: skip
    dash = run("map", "complaint.case", *numbers, "--overlay-out", "-", cwd=folder)
    assert (dash.code, (folder / "-").exists()) == (2, False)
    words = run("map", "complaint.case", *numbers, "--overlay-out", "q.json", "--text", cwd=folder)
    assert words.out.startswith("Customer complaint\n")
    assert (folder / "q.json").exists()
    two = run("map", "complaint.case", "--text", "--format", "png", cwd=folder)
    assert (two.code, two.err) == (2, "casedsl: --text and --format png are two forms; leave one out\n")


def test_a_comparison_says_what_is_wrong_with_the_older_version(tmp_path: Path) -> None:
    folder = example(tmp_path)
    text = (folder / "complaint.case").read_text("utf-8")
    (folder / "old.case").write_text(text.replace("state answering", "stat answering"), "utf-8")
    (folder / "other.case").write_text(text.replace("case type complaint", "case type claim"), "utf-8")
    told = run("map", "complaint.case", "--diff", "old.case", "-o", "d.svg", cwd=folder)
    assert re.search(r"old\.case has \d+ errors?; it is drawn as far as it is known\n", told.err)
    other = run("map", "complaint.case", "--diff", "other.case", "-o", "d.svg", cwd=folder)
    assert (other.code, other.err) == (
        2, "casedsl: other.case is `claim`, another case type than `complaint`; name an older version of that\n"
    )  # fmt: skip
