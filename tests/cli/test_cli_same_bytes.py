"""Same input, same bytes: whatever the hash seed, the time zone, the language and the folder of the process."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from cli_desk import ROOT, contents, example, script

WRONG = """\
case type wrong "Wrong"
    edition 1
    version 1
    use     "organisation"
    number  "W-{sequence}"

fields
    impact  scale 1..5  "Impact"
    impact  yes/no      "Impact"

first state one "One"
    team    nobody
    purpose "The first."
    on go -> two or three "Go"
        by   handler, stranger
        needs impct
        to   two when impact is yes and zeal > 3
        to   three otherwise
    on stop -> nowhere "Stop"
        by   requester

state two "Two"
    team complaints
    on back -> three "Back"
        by handler

state three "Three"
    team complaints
    prompt assignee after 3 hours
    on back -> two "Back"
        by handler

state four "Four"
    purpose "Nobody gets here."

final state over "Over"
    purpose "The end."
    on again -> one "Again"
        by handler
    colour red
"""
"""A definition with something for many rules, so that the order of what is found could differ."""

CALLS = [
    *(["check", "--format", form, "complaint", "wrong.case"] for form in ("full", "concise", "json")),
    ["check", "--color", "always", "wrong.case"],
    *(["certify", "--format", form, "complaint", "wrong.case"] for form in ("text", "json")),
    *(
        ["map", file, "--format", form]
        for form in ("svg", "dot", "mermaid")
        for file in ("complaint/complaint.case", "wrong.case")
    ),
    ["compile", "complaint/complaint.case", "-o", "made/complaint.casec.json"],
    ["calendars", "lock", "complaint/complaint.case", "--years", "2025-2031", "-o", "made/calendars.lock"],
    ["demo", "complaint", "-o", "played"],
    ["case", "--db", "played/cases.db", "--people", "played/people.yaml", "show", "CMP-2026-00001", "--as", "kim"],
    ["case", "--db", "played/cases.db", "--people", "played/people.yaml", "why", "CMP-2026-00001"],
    ["rule"],
]
SCRIPT = f"""
import sys
from casedsl.cli import main
for words in {CALLS!r}:
    sys.argv = ["casedsl", *words]
    print(">", *words, flush=True)
    print(">", *words, file=sys.stderr)
    try:
        main()
    except SystemExit as end:
        print("<", end.code, flush=True)
"""


def everything(folder: Path, seed: str, **settings: str) -> dict[str, object]:
    """All that the commands print and write, in a folder of its own."""
    folder.mkdir(parents=True)
    example(folder)
    (folder / "wrong.case").write_text(WRONG)
    (folder / "organisation.case").write_bytes((folder / "complaint" / "organisation.case").read_bytes())
    (folder / "made").mkdir()
    done = script(SCRIPT, cwd=folder, PYTHONHASHSEED=seed, **settings)
    assert done.code == 0, done.err
    with closing(sqlite3.connect(folder / "played" / "cases.db")) as database:
        rows = list(database.iterdump())
    files = {name: data for name, data in contents(folder).items() if not name.startswith("played/cases.db")}
    return {"out": done.out, "err": done.err, "rows": rows, **files}


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, object]]:
    here = tmp_path_factory.mktemp("same")
    return [
        everything(here / "a", "0", TZ="UTC", LC_ALL="C", PYTHONUTF8="0", PYTHONIOENCODING="utf-8"),
        everything(here / "another folder" / "ü", "4242", TZ="Asia/Kolkata", LC_ALL="C.UTF-8", LANG="de_DE.UTF-8"),
    ]


def test_every_byte_is_the_same(twice: list[dict[str, object]]) -> None:
    one, other = twice
    assert one.keys() == other.keys()
    assert [name for name in one if one[name] != other[name]] == []


def test_there_was_something_to_compare(twice: list[dict[str, object]]) -> None:
    made = {name for name in twice[0] if "/" in name}
    assert made >= {
        "made/complaint.casec.json",
        "made/complaint.calendars.json",
        "made/calendars.lock",
        "played/complaint.svg",
        "played/complaint.casec.json",
        "played/complaint.calendars.json",
        "played/people.yaml",
    }
    out, rows = str(twice[0]["out"]), twice[0]["rows"]
    assert len(set(json.loads(out[out.index("{") : out.index("\n}\n") + 3])["findings"][0])) == 11
    assert out.count("\n< 1\n") + out.count("\n< 0\n") == len(CALLS)
    assert isinstance(rows, list)
    assert sum(row.startswith('INSERT INTO "journal"') for row in rows) == 15


BOTH = (".case", ".case.yaml")
FORMS = ("full", "concise", "json", "jsonl", "sarif", "github", "gitlab", "junit", "rdjson")
LOOKS = [
    *(["check", "--no-cache", "--select", "CD", "--format", form, "broken", "both"] for form in FORMS),
    ["check", "--no-cache", "--diff", "--unsafe-fixes", "broken", "both"],
    ["check", "--no-cache", "--jobs", "2", "broken", "both"],
    ["fmt", "--diff", "both"],
    *(["convert", "-o", "-", f"both/complaint{suffix}"] for suffix in (".case", ".case.yaml")),
    *(["compile", f"both/complaint{suffix}", "-o", "-"] for suffix in (".case", ".case.yaml")),
    *(
        ["certify", "--format", form, f"both/complaint{suffix}"]
        for form, suffix in zip(("text", "json"), BOTH, strict=True)
    ),
    ["schema"],
    ["editor", "textmate"],
]


@pytest.fixture(scope="module")
def looked(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What checking, formatting and converting print under five hash seeds, in either coat."""
    folder = tmp_path_factory.mktemp("seeds")
    shutil.copytree(ROOT / "examples" / "broken", folder / "broken")
    shutil.copytree(ROOT / "examples" / "complaint", folder / "both")
    (folder / "both" / "wrong.case").write_text(WRONG)
    text = SCRIPT.replace(repr(CALLS), repr(LOOKS))
    return [script(text, cwd=folder, PYTHONHASHSEED=seed).out for seed in ("0", "1", "2", "3", "4242")]


def test_five_hash_seeds_print_the_same_bytes(looked: list[str]) -> None:
    assert len(looked[0]) > 200_000
    assert [place for place, text in enumerate(looked) if text != looked[0]] == []


def test_both_coats_compile_to_the_same_bytes(looked: list[str]) -> None:
    pieces = dict(piece.partition("\n")[::2] for piece in looked[0].split("\n> "))
    case, yaml = (pieces[f"compile both/complaint{suffix} -o -"] for suffix in (".case", ".case.yaml"))
    assert case == yaml
    assert case.startswith("{")
