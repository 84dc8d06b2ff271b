"""The comparison with peers is what its files say: the page holds the stored results, and casedsl's column is so now.

The other tools are asked by `./go bench peers` alone; they need not be installed here.
"""

from __future__ import annotations

import json

import pytest

from bench import peers
from bench.peers.tools import DEFECTS, HERE, TOOLS, Answer, Tool
from bench.peers.verdicts import WORDS, defects, seen_by, table, verdict

ANEW = "`./go bench peers casedsl --keep` writes it again"
PAIRS = [(tool, name) for tool in TOOLS for name in defects()]


def test_casedsl_sees_what_its_column_says() -> None:
    ours, *_ = TOOLS
    told = {name: (each["verdict"], each["false"]) for name, each in peers.kept()["seen"]["casedsl"].items()}
    assert {name: (each["verdict"], each["false"]) for name, each in seen_by(ours).items()} == told, ANEW


def test_the_page_holds_the_stored_results() -> None:
    page = peers.PAGE.read_text("utf-8")
    assert peers.written(page, peers.kept()) == page, ANEW
    assert all(text in page for text in peers.blocks(peers.kept()).values())


def test_every_tool_has_a_verdict_with_its_version_on_every_defect() -> None:
    kept = peers.kept()
    assert list(kept["seen"]) == list(kept["versions"]) == [tool.name for tool in TOOLS]
    assert all(list(column) == list(defects()) for column in kept["seen"].values())
    assert all(kept["versions"][tool.name].keys() == {*tool.packages} for tool in TOOLS)


@pytest.mark.parametrize(("tool", "name"), PAIRS, ids=lambda each: getattr(each, "name", each))
def test_a_defect_is_a_pair_of_files_or_a_reason_why_a_tool_has_none(tool: Tool, name: str) -> None:
    watched = {"sismic.yaml": "property.yaml"}.get(tool.suffix, tool.suffix)
    wrong, right = (
        [each.read_text("utf-8") for end in (tool.suffix, watched) for each in (DEFECTS / name).glob(f"{twin}.{end}")]
        for twin in ("wrong", "right")
    )
    assert len(wrong) == len(right)
    assert (wrong == []) == (tool.name in defects()[name].get("unsayable", {}))
    assert wrong != right or not wrong


def _answer(**said: list[str]) -> Answer:
    return {"before": [], "tried": [], "running": [], **said}


@pytest.mark.parametrize(
    ("wrong", "right", "seen", "false"),
    [
        (_answer(before=["a"], running=["b"]), _answer(), "before", []),
        (_answer(tried=["a"], running=["b"]), _answer(), "tried", []),
        (_answer(running=["b"]), _answer(), "running", []),
        (_answer(), _answer(), "unseen", []),
        (_answer(before=["a"]), _answer(before=["a"]), "unseen", ["a"]),
        (_answer(before=["a"], running=["b"]), _answer(before=["a"]), "running", ["a"]),
        (_answer(), _answer(running=["b"]), "unseen", ["b"]),
        (_answer(before=["CD010: not yet"]), _answer(before=["CD010: not yet"]), "unsayable", []),
    ],
)
def test_the_earliest_stage_at_which_only_the_wrong_file_is_spoken_of_counts(
    wrong: Answer, right: Answer, seen: str, false: list[str]
) -> None:
    result = verdict(wrong, right)
    assert (result["verdict"], result["false"]) == (seen, false)


def test_the_table_counts_what_it_shows() -> None:
    kept = peers.kept()["seen"]
    lines = [line.strip("| ").split(" | ") for line in table(kept).splitlines()]
    for place, tool in enumerate(kept, 1):
        column = [line[place] for line in lines[2:]]
        shown, totals = column[: len(defects())], column[len(defects()) :]
        words = (WORDS["before"], WORDS["tried"], WORDS["running"])
        assert totals[:3] == [str(shown.count(word)) for word in words], tool


def test_a_tool_that_is_not_installed_keeps_its_column(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    absent = Tool("sismic", "sismic.yaml", ("no-such-package",), "none.py", TOOLS[1].versions, list)
    monkeypatch.setattr(peers, "TOOLS", (absent,))
    assert peers.measured([], peers.kept()) == peers.kept()
    assert capsys.readouterr().out == "sismic is not installed, so its column is the one that was kept\n"


def test_a_tool_of_another_name_is_refused() -> None:
    with pytest.raises(SystemExit, match="there is no tool `drools`; there are casedsl, harel, "):
        peers.main(["drools"])


def test_node_is_asked_in_the_versions_that_the_page_names() -> None:
    wanted = json.loads((HERE / "package.json").read_text("utf-8"))["dependencies"]
    kept = peers.kept()["versions"]["xstate"]
    assert kept == {name: wanted[name] for name in kept}
