"""`casedsl store …` and `casedsl verify`: proof, anchors, erasing, copies. 2026-11-06 is a Friday."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from cli_desk import FRIDAY, NUMBER, Done, example, run, two_years

SECOND = NUMBER[:-1] + "2"
CANARY = "It lay in the rain at 7 Elm Street"
JUDGED = ("--set", "impact=3", "--set", "urgency=2", "--set", "vulnerable=no")
RULE = "GDPR art. 17(1)(a)"
ERASE = ("--rule", RULE, "--as", "sam")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two complaints: the first has ended, the second is in review."""
    folder = example(tmp_path_factory.mktemp("archive"))
    (folder / "calendars.lock").write_bytes(two_years())
    assert run("compile", "complaint.case", cwd=folder).code == 0
    for words in (
        ["open", "complaint.casec.json", "--as", "pat", "--set", "category=billing", "--set", f"summary={CANARY}"],
        ["open", "complaint.casec.json", "--as", "pat", "--set", "category=delivery", "--set", f"summary={CANARY}"],
        ["do", NUMBER, "withdraw", "--as", "pat", "--note", "Found it"],
        ["do", SECOND, "acknowledge", "--as", "kim", *JUDGED],
    ):
        done = run("case", "--now", FRIDAY, *words, cwd=folder)
        assert done.code == 0, done
    return folder


@pytest.fixture
def desk(archive: Path) -> Iterator[Path]:
    """The archive; afterwards its database is as before, and nothing is left beside it."""
    files = set(archive.iterdir())
    before = (archive / "cases.db").read_bytes()
    yield archive
    for file in set(archive.iterdir()) - files:
        file.unlink()
    (archive / "cases.db").write_bytes(before)


def store(desk: Path, *words: str) -> Done:
    return run("store", "--now", FRIDAY, *words, cwd=desk)


def sql(desk: Path, *statements: str) -> None:
    with closing(sqlite3.connect(desk / "cases.db")) as database:
        for statement in statements:
            database.execute(statement)
        database.commit()


# --- proof


@pytest.mark.parametrize("words", [["verify"], ["store", "verify"]])
def test_what_is_whole_is_said_to_be(desk: Path, words: list[str]) -> None:
    assert run(*words, cwd=desk) == Done(0, "", "2 cases: all holds\n")
    assert run(*words, NUMBER, cwd=desk) == Done(0, "", "1 case: all holds\n")
    assert json.loads(run(*words, "--json", cwd=desk).out) == {"cases": 2, "problems": [], "erasures": []}
    unknown = run(*words, "CMP-2026-00003", cwd=desk)
    assert (unknown.code, unknown.sentence) == (
        1, "casedsl: there is no case CMP-2026-00003 in cases.db; `casedsl case list` shows the numbers"
    )  # fmt: skip
    for rubbish in ("\udcff", "\x1b[31m", ""):
        assert run(*words, rubbish, cwd=desk).code == 1


def test_what_was_changed_is_named(desk: Path) -> None:
    sql(desk, """update journal set payload = replace(payload, 'Found it', 'Lost it.')""")
    for words in (["verify"], ["verify", NUMBER], ["store", "verify", "--erased"]):
        done = run(*words, cwd=desk)
        assert done.code == 1
        assert done.out == f"{NUMBER}: the value `note` of entry 2 was changed\n"
        assert done.err.endswith(": 1 problem; restore what is wrong from a backup\n")
    assert run("verify", SECOND, cwd=desk).code == 0
    found = json.loads(run("verify", "--json", cwd=desk).out)["problems"]
    assert found == [{"case": NUMBER, "problem": "the value `note` of entry 2 was changed"}]


def test_a_damaged_snapshot_is_a_problem_and_no_crash(desk: Path) -> None:
    sql(desk, f"update cases set snapshot = 'x' where number = '{NUMBER}'")
    done = run("verify", NUMBER, cwd=desk)
    assert done.code == 1
    assert done.out.startswith(f"{NUMBER}: the snapshot of case {NUMBER} was damaged")


def test_an_anchor_is_printed_to_be_kept_and_given_back(desk: Path) -> None:
    first = store(desk, "anchor")
    assert first.code == 0
    assert first.err == "keep this line elsewhere\n"
    assert first.out.startswith("1:")
    assert len(first.out.strip()) == 66
    again = store(desk, "anchor")
    assert again == Done(0, first.out, "nothing has changed since this anchor\n")
    assert run("verify", "--anchor", first.out.strip(), cwd=desk).code == 0
    for n, said in ((1, "anchor 1 is not the one of which a copy was kept"), (2, "anchor 2 is gone")):
        done = run("verify", "--anchor", f"{n}:{'0' * 64}", cwd=desk)
        assert done.code == 1
        assert done.out.startswith(f"the store: {said}")
    for rubbish in ("1", "x:y", f"1:{'g' * 64}", ""):
        assert run("verify", "--anchor", rubbish, cwd=desk).sentence.startswith("casedsl: --anchor takes an anchor as")


def test_what_only_an_anchor_shows(desk: Path) -> None:
    """Whoever cuts the tail and mends all that hangs on it is given away by the anchor; so is a case that is gone."""
    store(desk, "anchor")
    sql(desk, f"delete from cases where number = '{NUMBER}'")
    sql(desk, *(f"delete from {each} where \"case\" = '{NUMBER}'" for each in ("journal", "people", "field_values")))
    for words in (["verify"], ["verify", NUMBER]):
        done = run(*words, cwd=desk)
        assert (done.code, f"{NUMBER}: case {NUMBER} is gone: an anchor fixed it" in done.out) == (1, True)
    assert run("verify", SECOND, cwd=desk).code == 0


# --- erasing


WENT = "entry 1: field/summary, supplier/summary"


def test_an_erasure_is_seen_first_and_then_done(desk: Path) -> None:
    before = (desk / "cases.db").read_bytes()
    seen = store(desk, "erase", "field", SECOND, "summary", *ERASE, "--dry-run")
    assert seen == Done(0, f"{SECOND}: 2 values would be erased, under {RULE}\n    {WENT}\n", "")
    assert (desk / "cases.db").read_bytes() == before
    done = store(desk, "erase", "field", SECOND, "summary", *ERASE)
    assert done.out == seen.out.replace("would be erased", "erased")
    assert done.err == "backups and exports from before still hold what went\n"
    told = f"{SECOND}: entry 3, Friday 6 November 2026, 15:00: Sam Reid erased the field summary, under {RULE}\n"
    assert store(desk, "erasures", SECOND) == Done(0, f"{told}    {WENT}\n", "")
    assert run("verify", "--erased", cwd=desk) == Done(0, f"{told}    {WENT}\n", "2 cases: all holds\n")
    assert run("verify", NUMBER, "--erased", cwd=desk).out == ""
    shown = run("case", "show", SECOND, cwd=desk)
    assert f"Sam Reid erased the field summary, under {RULE}\n       of {WENT}\n" in shown.out
    assert (shown.code, CANARY in shown.out) == (0, False)
    assert run("case", "find", "--text", "elm", cwd=desk).out.count("CMP-") == 1


def test_erasures_for_programs(desk: Path) -> None:
    assert store(desk, "erase", "field", SECOND, "summary", *ERASE).code == 0
    expected = {
        "case": SECOND, "entry": 3, "at": "2026-11-06T15:00:00Z", "by": "Sam Reid", "rule": RULE,
        "what": "the field summary", "values": {"1": ["field/summary", "supplier/summary"]},
    }  # fmt: skip
    assert json.loads(store(desk, "erasures", SECOND, "--json").out) == [expected]
    assert json.loads(run("verify", "--erased", "--json", cwd=desk).out)["erasures"] == [expected]
    assert json.loads(store(desk, "erasures", NUMBER, "--json").out) == []
    assert store(desk, "erasures", NUMBER) == Done(0, "", f"nothing was erased from {NUMBER}\n")


def test_a_whole_case_is_erased_when_it_has_ended(desk: Path) -> None:
    refused = store(desk, "erase", "case", SECOND, *ERASE)
    assert (refused.code, refused.out) == (1, "")
    assert refused.err == f"refused: case {SECOND} is open; end it before it is erased\n"
    done = store(desk, "erase", "case", NUMBER, *ERASE)
    assert done.code == 0
    assert "entry 1: actor, assignee, " in done.out
    shown = run("case", "show", NUMBER, cwd=desk)
    assert shown.code == 0, shown
    assert all(gone not in shown.out for gone in ("Found it", CANARY, "Pat Doe"))
    assert run("verify", cwd=desk) == Done(0, "", "2 cases: all holds\n")
    assert run("case", "why", NUMBER, cwd=desk).code == 0


def test_a_person_is_erased_where_no_open_case_needs_them(desk: Path) -> None:
    done = store(desk, "erase", "person", "pat", *ERASE, "--dry-run")
    assert done.code == 1
    assert done.out.startswith(f"{NUMBER}: ")
    assert done.err == (
        f"refused: case {SECOND} is open and needs them; end it, or hand it over, before they are erased\n"
    )
    assert run("verify", "--erased", cwd=desk).out == ""
    done = store(desk, "erase", "person", "pat", *ERASE)
    assert done.code == 1
    assert done.err.splitlines()[1:] == [
        "backups and exports from before still hold what went",
        "`pat` is still in the file of people",
    ]
    assert "Pat Doe" not in run("case", "show", NUMBER, cwd=desk).out
    assert store(desk, "erase", "person", "nobody", *ERASE) == Done(0, "", "nothing is known of them in any case\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["case", "X", *ERASE], "there is no case X in cases.db; `casedsl case list` shows the numbers"),
        (["field", "X", "summary", *ERASE], "there is no case X in cases.db"),
        (["case", NUMBER, "--rule", RULE, "--as", "sma"], "there is no person `sma` in people.yaml; did you mean sam?"),
        (["person", "\x1b[31m", *ERASE], "a person is named by an id of one line"),
    ],
)
def test_an_erasure_that_is_none(desk: Path, words: list[str], said: str) -> None:
    done = store(desk, "erase", *words)
    assert done.code == 1
    assert done.sentence.startswith(f"casedsl: {said}")


def test_refusals_read_well(desk: Path) -> None:
    for words, said in (
        (["field", SECOND, "sumary", *ERASE], "there is no field `sumary`; the fields are summary, category, "),
        (["field", SECOND, "category", *ERASE], f"`category` may decide how case {SECOND} goes on; amend it, or "),
        (["case", NUMBER, "--rule", " ", "--as", "sam"], "an erasure names the rule under which it is done; give one"),
    ):
        done = store(desk, "erase", *words)
        assert done.code == 1
        assert said in done.err
        assert done.err.startswith("refused: ")
        assert done.err.count("\n") == 1
    for words in (["case", NUMBER, "--as", "sam"], ["field", NUMBER, *ERASE], ["person", "pat", "--rule", "x"]):
        assert store(desk, "erase", *words).code == 2


# --- copies


def test_a_backup_is_a_store(desk: Path) -> None:
    done = store(desk, "backup", "copy.db")
    assert done == Done(0, "", "copied cases.db to copy.db; `casedsl verify --db copy.db` proves that it is whole\n")
    assert run("verify", "--db", "copy.db", cwd=desk).err == "2 cases: all holds\n"
    assert run("case", "--db", "copy.db", "list", cwd=desk).out == run("case", "list", cwd=desk).out
    assert store(desk, "backup", "copy.db").sentence == ("casedsl: copy.db is there already; name a file that isn't")
    assert store(desk, "backup", "none/copy.db").code == 2
    assert not (desk / "none").exists()


def test_an_export_is_read_into_another_database_to_the_byte(desk: Path) -> None:
    printed = store(desk, "export")
    assert (printed.code, printed.err) == (0, "")
    assert all(json.loads(line) is not None for line in printed.out.splitlines())
    assert store(desk, "export", "-o", "all.jsonl") == Done(0, "", "")
    assert (desk / "all.jsonl").read_text("utf-8") == printed.out
    done = run("store", "--db", "other.db", "import", "all.jsonl", cwd=desk)
    assert done == Done(0, "", "2 cases came into other.db; `casedsl verify` proves that all holds\n")
    assert run("store", "--db", "other.db", "export", cwd=desk).out == printed.out
    assert run("case", "--db", "other.db", "show", SECOND, cwd=desk) == run("case", "show", SECOND, cwd=desk)
    piped = run("store", "--db", "third.db", "import", "-", cwd=desk, stdin=printed.out.encode())
    assert piped.code == 0
    refused = run("store", "--db", "other.db", "import", "all.jsonl", cwd=desk)
    assert refused.code == 2
    assert refused.sentence == (
        "casedsl: all.jsonl can't be imported into other.db: there is something in this store already; import into an"
        " empty one"
    )


@pytest.mark.parametrize("name", ["binary", "empty", "cut", "changed", "json", "latin-1"])
def test_an_import_of_rubbish_leaves_nothing(desk: Path, name: str) -> None:
    good = store(desk, "export").out
    lines = good.splitlines(keepends=True)
    rubbish = {
        "binary": bytes(range(256)),
        "empty": b"",
        "cut": "".join(lines[:-2]).encode(),
        "changed": good.replace("Found it", "Lost it.").encode(),
        "json": b'{"a": 1}\n',
        "latin-1": "é\n".encode("latin-1"),
    }
    (desk / "bad.jsonl").write_bytes(rubbish[name])
    before = {file.name for file in desk.iterdir()}
    done = run("store", "--db", "new.db", "import", "bad.jsonl", cwd=desk)
    assert done.code == 2, done
    assert done.sentence.startswith("casedsl: ")
    assert {file.name for file in desk.iterdir()} == before


def test_copies_that_can_not_be_made(desk: Path) -> None:
    for words, said in (
        (["import", "none.jsonl"], "there is no file none.jsonl"),
        (["import", "."], "is a folder"),
        (["export", "-o", "none/x"], "there is no folder none for x"),
        (["export", "-o", "cases.db"], "cases.db is what this command reads; write to another file"),
        (["export", "-o", "."], "is a folder"),
    ):
        assert said in run("store", *words, cwd=desk).sentence
    assert run("verify", cwd=desk).code == 0
    assert not list(desk.glob(".*"))


@pytest.mark.parametrize(
    "words",
    [
        ["verify"], ["anchor"], ["erasures", NUMBER], ["erase", "case", NUMBER, *ERASE], ["backup", "x.db"], ["export"],
        ["aside"], ["again", "--all"],
    ],
)  # fmt: skip
def test_no_database_is_made_by_looking_for_one(tmp_path: Path, words: list[str]) -> None:
    done = run("store", *words, cwd=tmp_path)
    assert (done.code, done.sentence) == (
        2,
        "casedsl: there is no database cases.db; look at its name, or make one with `casedsl case open` or"
        " `casedsl store import`",
    )
    assert list(tmp_path.iterdir()) == []


WORDS = [
    ["verify"], ["anchor"], ["erasures", NUMBER], ["erase", "field", NUMBER, "summary", *ERASE], ["backup", "x.db"],
    ["export"], ["import", "people.yaml"], ["aside"], ["again", "--all"],
]  # fmt: skip


@pytest.mark.parametrize("rubbish", [b"hello", bytes(range(256)) * 40])
def test_a_database_that_is_none_is_left_alone(desk: Path, rubbish: bytes) -> None:
    (desk / "odd.db").write_bytes(rubbish)
    before = {file.name for file in desk.iterdir()}
    for words in WORDS:
        done = run("store", "--db", "odd.db", *words, cwd=desk)
        assert done.code == 2
        assert "odd.db is not a database, or a damaged one" in done.sentence
    assert (desk / "odd.db").read_bytes() == rubbish
    assert {file.name for file in desk.iterdir()} == before


@pytest.mark.parametrize(
    "words",
    [
        ["verify", "\udcff"], ["verify", "--anchor", "\udcff"], ["erasures", "\x1b[31m"],
        ["again", "\udcff", "\x1b[31m"],
        ["erase", "case", "\udcff", *ERASE], ["erase", "field", SECOND, "\udcff", *ERASE],
        ["erase", "person", "\udcff", *ERASE], ["erase", "person", "pat", "--called", "\udcff", *ERASE],
        ["erase", "case", NUMBER, "--rule", "\udcff", "--as", "sam"],
        ["erase", "case", NUMBER, "--rule", "x", "--as", "\udcff"],
        ["backup", "\udcff"], ["export", "-o", "\udcff/x"], ["import", "\udcff"],
    ],
)  # fmt: skip
def test_arguments_that_are_no_text(desk: Path, words: list[str]) -> None:
    done = store(desk, *words)
    assert done.code in (0, 1, 2)
    assert "Traceback" not in done.err
    assert not {"\x1b", "\udcff"} & {*done.out, *done.err}
    assert run("verify", cwd=desk).code == 0


# --- what could not be delivered


def test_what_was_put_aside_is_listed_and_tried_again(desk: Path) -> None:
    assert store(desk, "aside") == Done(0, "", "nothing is put aside\n")
    assert store(desk, "again", "--all") == Done(0, "", "0 messages will be tried anew\n")
    sql(desk, "update outbox set state = 'aside', reason = '`pat` has no mail address; add one', attempts = 1")
    listed = json.loads(store(desk, "aside", "--json").out)
    assert [row["why"] for row in listed] == ["`pat` has no mail address; add one"] * len(listed)
    assert listed
    table = store(desk, "aside")
    assert table.out.splitlines()[0].split() == ["id", "case", "effect", "tries", "why"]
    assert listed[0]["id"] in table.out
    unknown = "casedsl: no message `x` is put aside; `casedsl store aside` lists them"
    assert store(desk, "again", "x").sentence == unknown
    assert store(desk, "again", listed[0]["id"]) == Done(0, "", "1 message will be tried anew\n")
    assert store(desk, "again", "--all").err.startswith(f"{len(listed) - 1} message")
    assert store(desk, "aside").out == ""
    assert store(desk, "again").sentence.startswith("casedsl: say which messages by their ids")


def test_a_copy_of_the_archive_is_not_touched(archive: Path, tmp_path: Path) -> None:
    """The fixture's own promise: each test begins with the same database."""
    shutil.copy(archive / "cases.db", tmp_path / "x.db")
    assert run("verify", "--db", "x.db", "--erased", cwd=tmp_path) == Done(0, "", "2 cases: all holds\n")
