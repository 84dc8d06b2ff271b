"""`casedsl check --fix`: what can be mended by one edit is mended, in either coat, and only as it was meant."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_desk import run

ACME = (Path(__file__).parents[1] / "rules" / "acme.case").read_text("utf-8")
CASE = """\
case type letter "A letter"
    edition 1
    use "acme"
fields
    kind text   # kept
    spare text  # never used
first state new
    purpos "Nobody has read it."
    on answer -> dome
        by clerk
        needs kind
final state done
"""
YAML = """\
case type: letter
title: A letter
edition: 1
use: acme
fields:
  kind: {type: text}   # kept
  spare: {type: text}  # never used
states:
  new:
    first: yes
    purpos: Nobody has read it.
    on:
      answer: {to: dome, by: clerk, needs: kind}
  done: {final: yes}
"""
TEXTS = {"letter.case": CASE, "letter.case.yaml": YAML}


def folder(path: Path, name: str) -> Path:
    (path / "acme.case").write_text(ACME, "utf-8")
    (path / name).write_text(TEXTS[name], "utf-8")
    return path / name


@pytest.mark.parametrize("name", TEXTS)
def test_safe_fixes_change_the_words_and_nothing_else(name: str, tmp_path: Path) -> None:
    file = folder(tmp_path, name)
    done = run("check", "--fix", "--format", "concise", name, cwd=tmp_path)
    assert file.read_text("utf-8") == TEXTS[name].replace("purpos", "purpose").replace("dome", "done")
    assert "2 fixes carried out" in done.err
    assert done.code == 1  # the unused field is still there
    assert [line.split(": ")[1].split()[0] for line in done.out.splitlines()] == ["CD009"]


@pytest.mark.parametrize("name", TEXTS)
def test_unsafe_fixes_take_what_is_not_used_out(name: str, tmp_path: Path) -> None:
    file = folder(tmp_path, name)
    done = run("check", "--fix", "--unsafe-fixes", name, cwd=tmp_path)
    assert (done.code, done.out) == (0, "")
    kept = "".join(row for row in TEXTS[name].splitlines(keepends=True) if "spare" not in row)
    assert file.read_text("utf-8") == kept.replace("purpos", "purpose").replace("dome", "done")


@pytest.mark.parametrize("name", TEXTS)
def test_a_diff_shows_it_and_writes_nothing(name: str, tmp_path: Path) -> None:
    file = folder(tmp_path, name)
    done = run("check", "--diff", name, cwd=tmp_path)
    assert done.code == 1
    assert file.read_text("utf-8") == TEXTS[name]
    changed = [row for row in done.out.splitlines() if row[:1] in "+-" and row[:3] not in ("+++", "---")]
    assert len(changed) == 4
    assert "purpose" in "".join(changed)
    assert run("check", "--fix", name, cwd=tmp_path).code == 1
    clean = run("check", "--diff", name, cwd=tmp_path)
    assert (clean.code, clean.out) == (0, "")


def test_only_what_is_selected_is_fixed(tmp_path: Path) -> None:
    file = folder(tmp_path, "letter.case")
    text = CASE.replace("purpos ", "purpose ").replace("dome", "done")
    file.write_text(text, "utf-8")
    assert run("check", "--fix", "--unsafe-fixes", "--ignore", "CD009", "letter.case", cwd=tmp_path).code == 0
    assert file.read_text("utf-8") == text
    assert run("check", "--fix", "--unsafe-fixes", "--select", "CD009", "letter.case", cwd=tmp_path).code == 0
    assert "spare" not in file.read_text("utf-8")


def test_standard_input_goes_to_standard_output(tmp_path: Path) -> None:
    folder(tmp_path, "letter.case")
    done = run("check", "--fix", "-", "--stdin-filename", "letter.case", cwd=tmp_path, stdin=CASE.encode())
    assert done.out == CASE.replace("purpos", "purpose").replace("dome", "done")
    assert (tmp_path / "letter.case").read_text("utf-8") == CASE


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--unsafe-fixes"], "--unsafe-fixes says which fixes; say --fix to carry them out, or --diff to see them"),
        (["--fix", "--diff"], "--diff shows what --fix would change and writes nothing; say one of the two"),
        (["--fix", "--watch"], "--watch only looks; run --fix or --diff without it"),
    ],
)
def test_what_does_not_go_together_is_said(words: list[str], sentence: str, tmp_path: Path) -> None:
    folder(tmp_path, "letter.case")
    done = run("check", *words, "letter.case", cwd=tmp_path)
    assert (done.code, sentence in done.err) == (2, True)


def test_what_was_refused_is_not_promised_again(tmp_path: Path) -> None:
    text = YAML.replace("purpos:", "purpose:").replace("  spare: {type: text}  # never used\n", "")
    wrong = text.replace("to: dome,", "to: done, tq: done,").replace("    first", "    purpos: Why\n    first")
    (folder(tmp_path, "letter.case.yaml")).write_text(wrong, "utf-8")
    done = run("check", "--fix", "letter.case.yaml", cwd=tmp_path)
    assert "refused" in done.err
    assert "can be mended" not in done.err
