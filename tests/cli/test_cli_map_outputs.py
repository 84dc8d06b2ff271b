"""`casedsl map` in all its forms: the suffix says which, several at once, one sentence where it can't be."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from cli_desk import example, run

from casedsl.transit.drawing import Scene, svg
from casedsl.transit.export.forms import FORMS, SUFFIXES

BEGINS = {
    "svg": b"<svg ",
    "png": b"\x89PNG\r\n",
    "pdf": b"%PDF-",
    "html": b"<!doctype html>",
    "dot": b"digraph",
    "mermaid": b"stateDiagram-v2",
    "text": b"Customer complaint\n",
}
HELD = [
    "import sys, importlib.abc",
    "class Held(importlib.abc.MetaPathFinder):",
    "    def find_spec(self, name, path, target=None):",
    "        if name.partition('.')[0] in ('resvg_py', 'reportlab'): raise ImportError(name)",
    "sys.meta_path.insert(0, Held())",
    "from casedsl.cli import main",
    "sys.exit(main())",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return example(tmp_path)


def test_each_suffix_is_a_form_and_all_are_written_at_once(folder: Path) -> None:
    files = [f"map{suffix}" for suffix in SUFFIXES]
    done = run("map", "complaint.case", *(word for file in files for word in ("-o", file)), cwd=folder)
    assert (done.code, done.out) == (0, "")
    assert done.err == "".join(f"drew complaint.case to {file}\n" for file in files)
    for file, form in zip(files, SUFFIXES.values(), strict=True):
        assert (folder / file).read_bytes().startswith(BEGINS[form]), file
    assert set(SUFFIXES.values()) == set(FORMS) == set(BEGINS)


def test_the_form_that_is_named_counts_whatever_the_suffix(folder: Path) -> None:
    assert run("map", "complaint.case", "-o", "map.svg", "--format", "text", cwd=folder).code == 0
    assert (folder / "map.svg").read_bytes().startswith(BEGINS["text"])
    assert run("map", "complaint.case", "-o", "map", cwd=folder).code == 0
    assert (folder / "map").read_bytes().startswith(BEGINS["svg"])


def test_text_is_the_map_in_words(folder: Path) -> None:
    done = run("map", "complaint.case", "--text", cwd=folder)
    assert done.out == run("map", "complaint.case", "--format", "text", cwd=folder).out
    assert done.out.startswith("Customer complaint\n")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ["-o", "a.svg", "-o", "map.jpg"],
            "no form of a map has the suffix of map.jpg; "
            "use one of .svg .png .pdf .html .htm .dot .gv .mmd .mermaid .txt, or say --format",
        ),
        (
            ["-o", "a.svg", "-o", "b.svg", "--format", "svg"],
            "one form for several files would write the same twice; leave it out, and their suffixes decide",
        ),
        (["-o", ""], "an empty name is no file; name a file or a folder"),
        (["-o", "nowhere/a.png"], "there is no folder nowhere for a.png; create it, or name another place"),
    ],
)
def test_a_wrong_call_is_one_sentence_and_writes_nothing(folder: Path, words: list[str], sentence: str) -> None:
    before = sorted(folder.iterdir())
    done = run("map", "complaint.case", *words, cwd=folder)
    assert (done.code, done.out, done.err) == (2, "", f"casedsl: {sentence}\n")
    assert sorted(folder.iterdir()) == before


@pytest.mark.parametrize(("form", "package"), [("png", "resvg-py"), ("pdf", "reportlab")])
def test_without_the_extra_there_is_one_sentence_with_the_way_out(folder: Path, form: str, package: str) -> None:
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(HELD), "map", "complaint.case", "-o", f"map.{form}", "-o", "map.svg"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (root, root / "runtime")))},
        capture_output=True,
        text=True,
        check=False,
    )
    sentence = f"casedsl: a {form.upper()} needs the package {package}; install it with `casedsl[images]`\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", sentence)
    assert not (folder / "map.svg").exists(), "files that belong together are written all or none"


def test_a_definition_with_errors_is_drawn_and_says_so(tmp_path: Path) -> None:
    folder = example(tmp_path, ("by          legal\n        but not", "by          legl\n        but not"))
    done = run("map", "complaint.case", "-o", "map.html", cwd=folder)
    assert done.code == 1
    assert "drew complaint.case to map.html" in done.err
    page = (folder / "map.html").read_text("utf-8")
    assert "not compiled: 1 error" in page
    assert '<body data-artifact="">' in page


def test_letters_that_the_fonts_lack_are_a_warning(tmp_path: Path) -> None:
    folder = example(tmp_path, ('"Legal review"', '"Legal review 案件"'))
    done = run("map", "complaint.case", "-o", "map.svg", "-o", "map.pdf", "-o", "map.txt", cwd=folder)
    assert done.code == 0
    assert "warning: the letters of the map don't have 案 (U+6848) 件 (U+4EF6): fonts of the machine" in done.err
    assert "案件" in (folder / "map.txt").read_text("utf-8")
    assert "warning" not in run("map", "complaint.case", "--text", cwd=folder).err


def test_hostile_letters_reach_no_terminal(tmp_path: Path) -> None:
    folder = example(tmp_path, ('"Legal review"', '"Legal \u202e review \u0085"'))
    done = run("map", "complaint.case", "-o", "map.svg", cwd=folder)
    assert not set("\u202e\u0085") & set(done.err)


@pytest.mark.parametrize("form", ["svg", "html"])
def test_a_map_that_would_leave_a_track_out_is_not_written(
    folder: Path, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def short(scene: Scene, fonts: bool = True) -> str:
        return re.sub(r'<g id="tr-[^"]*" class="track"[^>]*>', "<g>", svg(scene, fonts), count=1)

    monkeypatch.setattr("casedsl.transit.export.forms.svg", short)
    done = run("map", "complaint.case", "-o", f"map.{form}", cwd=folder)
    assert done.code == 2
    assert done.err.startswith("casedsl: the map would not show what the definition says (missing: track ")
    assert done.err.endswith("so it is not written; use --text, and tell us which definition it was\n")
    assert not (folder / f"map.{form}").exists()
