"""`casedsl map --lock` keeps a layout beside the definition, later maps follow it, and say when it is outdated."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from cli_desk import example, run

MARKER = re.compile(
    r'id="st-(\w+)".*?<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"[^>]*class="marker"', re.S
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return example(tmp_path)


def places(svg: Path) -> dict[str, tuple[float, float]]:
    """The middle of each station."""
    found = MARKER.findall(svg.read_text("utf-8"))
    return {key: (float(x) + float(wide) / 2, float(y) + float(high) / 2) for key, x, y, wide, high in found}


def edited(folder: Path, old: str, new: str) -> None:
    file = folder / "complaint.case"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def test_nothing_is_kept_unless_it_is_asked_for(folder: Path) -> None:
    assert run("map", "complaint.case", "-o", "a.svg", cwd=folder).err == "drew complaint.case to a.svg\n"
    assert not list(folder.glob("*.layout.json"))


def test_a_kept_layout_holds(folder: Path) -> None:
    first = run("map", "complaint.case", "-o", "a.svg", "--lock", cwd=folder)
    assert (first.code, first.err) == (0, "drew complaint.case to a.svg\n")
    lock = folder / "complaint.layout.json"
    assert json.loads(lock.read_text("utf-8"))["stations"].keys() >= {"new", "in_review"}
    again = run("map", "complaint.case", "-o", "b.svg", cwd=folder)
    assert again.err == "drew complaint.case to b.svg\n"
    assert (folder / "a.svg").read_bytes() == (folder / "b.svg").read_bytes()


def test_an_outdated_layout_is_noticed_and_brought_up_to_date(folder: Path) -> None:
    run("map", "complaint.case", "-o", "a.svg", "--lock", cwd=folder)
    edited(
        folder,
        "final state",
        'state extra "Extra"\n    on finish -> closed "Finish"\n        by handler\n\nfinal state',
    )
    park = '    on park -> extra "Park"\n        by handler\n        purpose "It waits."\n'
    edited(folder, "    on send_answer -> resolved", f"{park}    on send_answer -> resolved")
    done = run("map", "complaint.case", "-o", "b.svg", cwd=folder)
    note = "complaint.layout.json is of an older complaint.case (station `extra` is new, and 2 more); "
    assert note + "--lock brings it up to date\n" in done.err
    before, after = places(folder / "a.svg"), places(folder / "b.svg")
    assert set(after) == {*before, "extra"}
    steps = {(round(after[key][0] - at[0]), round(after[key][1] - at[1])) for key, at in before.items()}
    assert len(steps) == 1, "all stations stand to each other as they did"
    assert "is of an older" not in run("map", "complaint.case", "-o", "c.svg", "--lock", cwd=folder).err
    assert "is of an older" not in run("map", "complaint.case", "-o", "c.svg", cwd=folder).err


def test_a_new_layout_takes_the_place_of_the_kept_one(folder: Path) -> None:
    run("map", "complaint.case", "-o", "a.svg", "--lock", cwd=folder)
    lock = folder / "complaint.layout.json"
    whole = lock.read_bytes()
    lock.write_text(re.sub(r'"row":\d+', '"row":1', lock.read_text("utf-8")), "utf-8")
    assert run("map", "complaint.case", "-o", "b.svg", "--relayout", cwd=folder).code == 0
    assert lock.read_bytes() == whole
    assert (folder / "a.svg").read_bytes() == (folder / "b.svg").read_bytes()


@pytest.mark.parametrize("text", ["", "{}", "[]", "\x00", '{"format": 99}', "\ud800"])
def test_a_broken_layout_is_one_sentence_with_a_way_out(folder: Path, text: str) -> None:
    (folder / "complaint.layout.json").write_bytes(text.encode("utf-8", "surrogatepass"))
    done = run("map", "complaint.case", "-o", "a.svg", cwd=folder)
    assert done.code == 2
    assert re.fullmatch(r"casedsl: complaint\.layout\.json can't be used: .*; --relayout makes it anew\n", done.err), (
        done.err
    )
    assert run("map", "complaint.case", "-o", "a.svg", "--relayout", cwd=folder).code == 0


def test_standard_input_has_no_place_for_a_layout(folder: Path) -> None:
    text = (folder / "complaint.case").read_bytes()
    done = run("map", "-", "-o", "a.svg", "--lock", cwd=folder, stdin=text)
    sentence = "casedsl: a definition from standard input has no place for its layout; name its file\n"
    assert (done.code, done.err) == (2, sentence)
    assert run("map", "-", "-o", "a.svg", cwd=folder, stdin=text).code == 0
