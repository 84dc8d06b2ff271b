"""`casedsl fmt` and `casedsl convert`: what is written, what is left alone, and how each way ends."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_desk import ROOT, contents, run

from casedsl.syntax import coats

UGLY = 'case type a\n    edition 1\n\n\nstate new "New" # why\n  \n    team    b\n'
NEAT = "case type a\n    edition     1\n\n" + 'state new "New"'.ljust(50) + "  # why\n\n    team        b\n"
IN_YAML = "case type: a\nedition: 1\n\nstates:\n  new:  # why\n    title: New\n\n    team: b\n"
EXAMPLES = sorted(
    path
    for path in (ROOT / "examples").rglob("*.case*")
    if path.name.endswith((".case", ".case.yaml")) and "broken" not in path.parts
)


def put(folder: Path, name: str, text: str | bytes) -> Path:
    file = folder / name
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


# fmt


def test_files_are_formatted_in_place(tmp_path: Path) -> None:
    put(tmp_path, "a.case", UGLY)
    put(tmp_path, "b.case.yaml", IN_YAML.replace(": 1", ":   1"))
    put(tmp_path, "c.case", NEAT)
    done = run("fmt", ".", cwd=tmp_path)
    assert (done.code, done.out, done.err) == (0, "", "2 files formatted, 1 file needs no change\n")
    assert contents(tmp_path) == {"a.case": NEAT.encode(), "b.case.yaml": IN_YAML.encode(), "c.case": NEAT.encode()}
    done = run("fmt", "a.case", "-q", cwd=tmp_path)
    assert (done.code, done.out, done.err) == (0, "", "")


def test_check_lists_what_would_change_and_writes_nothing(tmp_path: Path) -> None:
    put(tmp_path, "a.case", UGLY)
    put(tmp_path, "c.case", NEAT)
    done = run("fmt", "--check", ".", cwd=tmp_path)
    assert (done.code, done.out) == (1, "a.case\n")
    assert done.err == "1 file would be formatted, 1 file needs no change\n"
    assert contents(tmp_path)["a.case"] == UGLY.encode()
    assert run("fmt", "--check", "c.case", cwd=tmp_path).code == 0


def test_a_diff_shows_what_would_change_and_writes_nothing(tmp_path: Path) -> None:
    put(tmp_path, "a.case", UGLY)
    done = run("fmt", "--diff", "a.case", cwd=tmp_path)
    assert done.code == 0
    assert done.out.startswith(
        "--- a.case\n+++ a.case\n@@ -1,7 +1,6 @@\n case type a\n-    edition 1\n+    edition     1\n \n"
    )
    assert contents(tmp_path) == {"a.case": UGLY.encode()}
    assert run("fmt", "--diff", "--check", "a.case", cwd=tmp_path).code == 1


def test_what_can_t_be_read_whole_stays_as_it_is_and_the_others_are_formatted(tmp_path: Path) -> None:
    wrong = UGLY.replace("team ", "teem ")
    put(tmp_path, "a.case", wrong)
    put(tmp_path, "b.case", UGLY)
    done = run("fmt", "a.case", "b.case", cwd=tmp_path)
    assert done.code == 1
    assert done.err.splitlines() == [
        "casedsl: a.case:7:5: there is no line `teem …` in `state new`; correct it first, `casedsl check` says how",
        "1 file formatted, 1 file left as it is",
    ]
    assert contents(tmp_path) == {"a.case": wrong.encode(), "b.case": NEAT.encode()}


def test_standard_input_is_written_to_standard_output(tmp_path: Path) -> None:
    done = run("fmt", "-", cwd=tmp_path, stdin=UGLY.encode())
    assert (done.code, done.out, done.err) == (0, NEAT, "1 file formatted\n")
    done = run("fmt", "-", "--stdin-filename", "x.case.yaml", cwd=tmp_path, stdin=IN_YAML.encode())
    assert (done.code, done.out) == (0, IN_YAML)
    done = run("fmt", "-", "--check", cwd=tmp_path, stdin=UGLY.encode())
    assert (done.code, done.out) == (1, "stdin.case\n")


def test_line_ends_and_the_mark_of_a_file_stay(tmp_path: Path) -> None:
    file = put(tmp_path, "a.case", b"\xef\xbb\xbf" + UGLY.replace("\n", "\r\n").encode()[:-2])
    assert run("fmt", "a.case", cwd=tmp_path).code == 0
    assert file.read_bytes() == b"\xef\xbb\xbf" + NEAT.replace("\n", "\r\n").encode()


def test_the_last_line_gets_an_end(tmp_path: Path) -> None:
    file = put(tmp_path, "a.case", NEAT.removesuffix("\n"))
    assert run("fmt", "--check", "a.case", cwd=tmp_path).code == 1
    assert run("fmt", "a.case", cwd=tmp_path).code == 0
    assert file.read_text() == NEAT


def test_anchors_are_refused(tmp_path: Path) -> None:
    text = IN_YAML + "  old: &x {team: b}\n"
    file = put(tmp_path, "a.case.yaml", text)
    done = run("fmt", "a.case.yaml", cwd=tmp_path)
    assert done.code == 1
    assert "a.case.yaml has anchors or aliases, which no formatter can keep" in done.err
    assert file.read_text() == text


@pytest.mark.parametrize("words", [["fmt", "a.case"], ["convert", "a.case"]])
def test_a_fault_of_the_printer_is_ours_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    put(tmp_path, "a.case", UGLY)
    monkeypatch.setattr(coats, "same_tree", lambda *trees, **how: False)
    done = run(*words, cwd=tmp_path)
    assert done.code == 3
    assert "what was printed is another tree; this is an error of casedsl, not of your file" in done.sentence
    assert contents(tmp_path) == {"a.case": UGLY.encode()}


def test_a_file_that_is_not_there_ends_the_command(tmp_path: Path) -> None:
    for words in (["fmt", "a.case"], ["convert", "a.case"]):
        done = run(*words, cwd=tmp_path)
        assert (done.code, done.sentence) == (
            2,
            "casedsl: there is no file a.case; look at the name and the folder",
        )


def test_hostile_texts_do_nothing_to_a_terminal(tmp_path: Path) -> None:
    put(tmp_path, "a.case", UGLY.replace('"New"', '"\u200bNew"'))
    done = run("fmt", "--diff", "a.case", cwd=tmp_path)
    assert "\u200b" not in done.out
    assert "\\u200bNew" in done.out


# convert


def test_a_definition_is_converted_both_ways(tmp_path: Path) -> None:
    put(tmp_path, "a.case", UGLY)
    done = run("convert", "a.case", cwd=tmp_path)
    assert (done.code, done.out, done.err) == (0, "", "wrote a.case.yaml\n")
    assert (tmp_path / "a.case.yaml").read_text() == IN_YAML
    done = run("convert", "a.case.yaml", "-o", "b.case", cwd=tmp_path)
    assert (done.code, done.err) == (0, "wrote b.case\n")
    assert (tmp_path / "b.case").read_text() == NEAT
    assert (tmp_path / "a.case").read_text() == UGLY


def test_nothing_is_written_over_unless_it_is_said(tmp_path: Path) -> None:
    put(tmp_path, "a.case", UGLY)
    put(tmp_path, "a.case.yaml", "mine")
    done = run("convert", "a.case", cwd=tmp_path)
    assert (done.code, done.sentence) == (
        2,
        "casedsl: a.case.yaml is there already; name another file with -o, or say --force",
    )
    assert (tmp_path / "a.case.yaml").read_text() == "mine"
    assert run("convert", "a.case", "--force", cwd=tmp_path).code == 0
    assert (tmp_path / "a.case.yaml").read_text() == IN_YAML
    done = run("convert", "a.case", "-o", "a.case", "--force", cwd=tmp_path)
    assert done.code == 2
    assert (tmp_path / "a.case").read_text() == UGLY


def test_standard_input_is_converted(tmp_path: Path) -> None:
    done = run("convert", "-", "--from", "case", cwd=tmp_path, stdin=UGLY.encode())
    assert (done.code, done.out, done.err) == (0, IN_YAML, "")
    done = run("convert", "-", "--from", "yaml", "--to", "case", cwd=tmp_path, stdin=IN_YAML.encode())
    assert (done.code, done.out) == (0, NEAT)
    done = run("convert", "-", cwd=tmp_path, stdin=UGLY.encode())
    assert (done.code, done.sentence) == (
        2,
        "casedsl: standard input has no name that says its coat; say --from case or --from yaml",
    )
    put(tmp_path, "a.txt", UGLY)
    done = run("convert", "a.txt", "--from", "case", "-o", "-", cwd=tmp_path)
    assert (done.code, done.out) == (0, IN_YAML)


def test_the_same_coat_is_no_conversion(tmp_path: Path) -> None:
    put(tmp_path, "a.case", UGLY)
    done = run("convert", "a.case", "--to", "case", cwd=tmp_path)
    assert done.code == 2
    assert done.sentence == "casedsl: a.case is written in the coat `case` already; `casedsl fmt` formats it"


def test_what_the_other_coat_can_t_keep_is_said(tmp_path: Path) -> None:
    put(tmp_path, "a.case", UGLY + "        # below\n")
    done = run("convert", "a.case", cwd=tmp_path)
    assert done.code == 0
    assert done.err.splitlines() == [
        "wrote a.case.yaml",
        "a.case:7:5: the comment below this line now stands above it",
    ]
    put(tmp_path, "b.case", UGLY + "    team c\n")
    done = run("convert", "b.case", cwd=tmp_path)
    assert done.code == 1
    assert done.sentence.startswith("casedsl: b.case:8:5: `team` stands twice in `state new`")
    assert not (tmp_path / "b.case.yaml").exists()


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda path: path.name)
def test_examples_go_there_and_back(file: Path, tmp_path: Path) -> None:
    """Formatted, converted and converted back, an example is what it was formatted to."""
    copy = put(tmp_path, file.name, file.read_bytes())
    assert run("fmt", copy.name, cwd=tmp_path).code == 0
    other = f"there{'.case' if copy.name.endswith('yaml') else '.case.yaml'}"
    done = run("convert", copy.name, "-o", other, cwd=tmp_path)
    assert (done.code, done.err) == (0, f"wrote {other}\n")
    done = run("convert", other, "-o", "-", cwd=tmp_path)
    assert done.out == copy.read_text("utf-8")
