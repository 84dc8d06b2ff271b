"""`casedsl case find` and `counts`: cases by what is known of them. 2026-11-06 is a Friday."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from cli_desk import FRIDAY, NUMBER, Done, example, run, two_years
from letters import ACME

FIRST, SECOND, THIRD = (f"{NUMBER[:-1]}{n}" for n in (1, 2, 3))
OPEN = ("open", "complaint.casec.json", "--as", "pat", "--set")
JUDGED = ("--set", "impact=3", "--set", "urgency=2", "--set", "vulnerable=no")
TABLE = """\
number          case type  state                team        assignee  priority  time acts
CMP-2026-00001  complaint  closed as withdrawn  complaints  kim       ended     -
CMP-2026-00003  complaint  new                  complaints  kim       unknown   Monday 9 November 2026, 10:00
CMP-2026-00002  complaint  in_review            complaints  lee       48 amber  Monday 9 November 2026, 17:30
"""


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three complaints: one ended, one judged, one that nobody has looked at."""
    folder = example(tmp_path_factory.mktemp("hall"))
    (folder / "calendars.lock").write_bytes(two_years())
    assert run("compile", "complaint.case", cwd=folder).code == 0
    for words in (
        [*OPEN, "category=billing", "--set", "summary=Ärger mit Straße"],
        [*OPEN, "category=delivery", "--set", "summary=It came late"],
        [*OPEN, "category=delivery", "--set", "summary=It never came"],
        ["do", SECOND, "acknowledge", "--as", "kim", *JUDGED],
        ["do", FIRST, "withdraw", "--as", "pat", "--note", "Found it"],
    ):
        done = run("case", "--now", FRIDAY, *words, cwd=folder)
        assert done.code == 0, done
    return folder


def find(hall: Path, *words: str) -> Done:
    return run("case", "find", *words, cwd=hall)


def numbers(done: Done) -> list[str]:
    assert done.code == 0, done
    return [line.split()[0] for line in done.out.splitlines()[1:]]


def test_everything_is_found_by_falling_priority_unknown_first(hall: Path) -> None:
    assert find(hall) == Done(0, TABLE, "3 cases\n")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--number", SECOND], [SECOND]),
        (["--open"], [THIRD, SECOND]),
        (["--ended"], [FIRST]),
        (["--state", "in_review"], [SECOND]),
        (["--assignee", "kim", "--open"], [THIRD]),
        (["--person", "pat", "--order", "number"], [FIRST, SECOND, THIRD]),
        (["--person", "kim", "--order", "number"], [FIRST, THIRD]),
        (["--person", "sam"], []),
        (["--team", "complaints", "--open"], [THIRD, SECOND]),
        (["--team", "legal_desk"], []),
        (["--band", "amber"], [SECOND]),
        (["--type", "complaint", "--order", "due"], [THIRD, SECOND]),
        (["--due-by", "2026-11-06"], []),
        (["--due-by", "2026-11-09T10:00"], [THIRD]),
        (["--due-by", "2026-11-09T09:59"], []),
        (["--due-by", "2026-11-09"], [THIRD, SECOND]),
        (["--due-by", "2026-11-08T24:00"], None),
        (["--field", "category=delivery"], [THIRD, SECOND]),
        (["--field", "category=billing"], [FIRST]),
        (["--field", "vulnerable=no"], [SECOND]),
        (["--field", "vulnerable=yes"], []),
        (["--field", "impact>=3", "--field", "impact<=3"], [SECOND]),
        (["--field", "impact >= 4"], []),
        (["--field", "impact<=2"], []),
        (["--field", "impact<=2", "--field", "impact>=1"], []),
        (["--field", "impact<=3", "--field", "impact>=1"], [SECOND]),
        (["--field", "refund=0 GBP", "--open"], [THIRD, SECOND]),
        (["--text", "IT CAME"], [THIRD, SECOND]),
        (["--text", "it lat"], [SECOND]),
        (["--text", "arger STRASSE"], [FIRST]),
        (["--text", "it", "--state", "new"], [THIRD]),
        (["--text", '"; drop table cases'], []),
    ],
)
def test_each_question_finds_its_cases(hall: Path, words: list[str], expected: list[str] | None) -> None:
    if expected is None:
        assert find(hall, *words).code == 2
    else:
        assert numbers(find(hall, *words)) == expected


def test_pages_go_on_where_the_last_one_ended(hall: Path) -> None:
    for order, expected in (("number", [FIRST, SECOND, THIRD]), ("due", [THIRD, SECOND]), ("priority", None)):
        seen: list[str] = []
        after: list[str] = []
        for _ in range(3):
            page = json.loads(find(hall, "--order", order, "--limit", "1", "--json", *after).out)
            seen += [row["number"] for row in page["cases"]]
            if page["next"] is None:
                break
            assert find(hall, "--order", order, "--limit", "1", *after).err == (
                f"1 case; there are more: --after {page['next']}\n"
            )
            after = ["--after", page["next"]]
        assert page["next"] is None
        assert seen == (expected or numbers(find(hall)))
    assert find(hall, "--after", f"number:0:{THIRD}", "--order", "number") == Done(0, "", "there are no more cases\n")


def test_json_says_what_stands_in_the_row(hall: Path) -> None:
    done = find(hall, "--number", SECOND, "--json")
    assert json.loads(done.out) == {
        "cases": [
            {
                "number": SECOND, "case type": "complaint", "state": "in_review", "ending": None, "open": True,
                "team": "complaints", "assignee": "lee", "score": 48, "band": "amber",
                "opened": "2026-11-06T15:00:00Z", "time acts": "2026-11-09T17:30:00Z",
            }
        ],
        "next": None,
    }  # fmt: skip
    assert done.err == ""
    assert json.loads(find(hall, "--state", "nowhere", "--json").out) == {"cases": [], "next": None}


def test_counts(hall: Path) -> None:
    assert run("case", "counts", cwd=hall) == Done(
        0, "team        state      open\ncomplaints  in_review     1\ncomplaints  new           1\n"
        "all                       2\n", ""
    )  # fmt: skip
    assert json.loads(run("case", "counts", "--json", cwd=hall).out) == [
        {"team": "complaints", "state": "in_review", "open": 1},
        {"team": "complaints", "state": "new", "open": 1},
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--state", "nwe"], "there is no state `nwe` here; did you mean `new`?"),
        (["--team", "x"], "there is no team `x` here; there are: `complaints`, `legal_desk`"),
        (["--band", "ambr"], "there is no band `ambr` here; did you mean `amber`?"),
        (["--assignee", "zoe"], "no case fits; ask for less"),
    ],
)
def test_nothing_found_says_which_name_is_to_blame(hall: Path, words: list[str], said: str) -> None:
    assert find(hall, *words) == Done(0, "", f"{said}\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--type", "complant"], "there is no case type `complant` here; did you mean `complaint`?"),
        (["--field", "categry=x"], "there is no field `categry`; did you mean `category`?"),
        (["--field", "category"], "`category` asks for no value; write `category=value`"),
        (["--field", ""], "`` asks for no value; write `field=value`"),
        (["--field", "impact>3"], "`impact>3` leaves its bound out; a range has it within, so write `impact>=3`"),
        (["--field", "impact=3.5"], "`impact` takes a whole number, not '3.5'"),
        (["--field", "impact=9"], "`impact` takes a number from 1 to 5, not '9'"),
        (["--field", "category=x"], "`category` takes one of billing, delivery, privacy, other, not 'x'"),
        (["--field", "category>=x"], "`category` has no order; ask for one value with `category=…`"),
        (["--field", "summary=x"], "`summary` is a text; find its words with --text"),
        (["--field", "refund>=12 EUR"], "`refund` is in GBP, not in EUR; convert the amount"),
        (["--field", "impact=3", "--field", "impact=4"], "`impact` is asked for twice; ask for one value, or for one"),
        (["--field", "impact=3", "--field", "impact>=4"], "`impact` is asked for twice"),
        (["--field", "impact>=3", "--field", "impact>=4"], "`impact>=` stands twice; keep the narrower one"),
        (["--due-by", "soon"], "--due-by takes a date and time such as 2026-11-06T15:00, not 'soon'"),
        (["--after", "x"], "--after takes the place that a page ended with; copy it from there"),
        (["--after", "due:1:X"], "--after: this page was ordered by due; say --order due, or begin again"),
        (["--after", f"priority:{'9' * 16}:X"], "--after takes the place that a page ended with"),
    ],
)
def test_a_question_that_is_none_gets_one_sentence(hall: Path, words: list[str], said: str) -> None:
    done = find(hall, *words)
    assert done.code == 2
    assert done.sentence.startswith(f"casedsl: {said}")


@pytest.mark.parametrize("option", ["--number", "--person", "--assignee", "--state", "--text", "--ending", "--team"])
@pytest.mark.parametrize("rubbish", ["\udcff", "\x1b[31m", "\0", "'", "%", "x" * 5000])
def test_rubbish_finds_nothing(hall: Path, option: str, rubbish: str) -> None:
    done = find(hall, option, rubbish)
    assert done.code == 0
    assert done.out == "" or option == "--text"  # a text without words asks for none
    assert not {"\x1b", "\udcff", "\0"} & {*done.out, *done.err}
    assert "Traceback" not in done.err


def test_case_types_that_differ_in_a_field_are_told_apart_by_type(hall: Path, tmp_path: Path) -> None:
    """Two case types in one database, with people of both in one file."""
    for file in ("cases.db", "complaint.casec.json", "complaint.calendars.json"):
        shutil.copy(hall / file, tmp_path / file)
    (tmp_path / "acme.case").write_text(ACME.read_text("utf-8").replace("Europe/London", "Europe/Berlin"), "utf-8")
    (tmp_path / "parcel.case").write_text(
        'case type parcel "Parcel"\n    edition 1\n    version 1\n    use "acme"\n    number "P-{sequence}"\n'
        'fields\n    impact money EUR "Impact"\n'
        'first state new "New"\n    team desk\n    on close -> done\n        by clerk\n        purpose "It is done."\n'
        'final state done "Done"\n',
        "utf-8",
    )
    people = (hall / "people.yaml").read_text("utf-8") + "cle: {name: Cle Vor, roles: [clerk], mail: cle@example.org}\n"
    (tmp_path / "people.yaml").write_text(people, "utf-8")
    (tmp_path / "calendars.lock").unlink(missing_ok=True)
    assert run("calendars", "lock", "parcel.case", "--years", "2026-2027", cwd=tmp_path).code == 0
    assert run("compile", "parcel.case", cwd=tmp_path).code == 0
    opened = ("open", "parcel.casec.json", "--as", "cle", "--set", "impact=3 EUR")
    assert run("case", "--now", FRIDAY, *opened, cwd=tmp_path).code == 0
    asked = run("case", "find", "--field", "impact=3", cwd=tmp_path)
    assert asked.sentence.endswith(
        "`impact` is not the same in every case type here; say with --type which one is meant"
    )
    assert numbers(run("case", "find", "--field", "impact=3", "--type", "parcel", cwd=tmp_path)) == ["P-1"]
    assert numbers(run("case", "find", "--field", "impact=3", "--type", "complaint", cwd=tmp_path)) == [SECOND]
    in_zones = run("case", "find", "--due-by", "2026-11-09", cwd=tmp_path)
    assert in_zones.sentence.startswith("casedsl: --due-by: these case types are in several zones; write an offset")
    assert numbers(run("case", "find", "--due-by", "2026-11-09T11:00+01:00", cwd=tmp_path)) == [THIRD]
    for number in ("P-1", SECOND):
        assert run("case", "show", number, "--as", "cle", cwd=tmp_path).code == 0
    assert run("case", "--now", FRIDAY, "do", "P-1", "close", "--as", "cle", cwd=tmp_path).code == 0
    (tmp_path / "people.yaml").write_text(people.replace("[clerk]", "[clrk]"), "utf-8")
    wrong = run("case", "show", "P-1", cwd=tmp_path)
    assert "`cle` holds `clrk`, which is no role of parcel or complaint; their roles are " in wrong.sentence


def test_an_empty_database_says_so(hall: Path, tmp_path: Path) -> None:
    shutil.copy(hall / "cases.db", tmp_path / "x.db")
    with closing(sqlite3.connect(tmp_path / "x.db")) as database:
        for table in ("cases", "journal", "people", "field_values", "case_types"):
            database.execute(f"delete from {table}")
        database.commit()
    done = run("case", "--db", "x.db", "find", cwd=tmp_path)
    assert done == Done(0, "", "there are no cases yet; `casedsl case open` opens one\n")
    assert run("case", "--db", "x.db", "counts", cwd=tmp_path).out == "team  state  open\nall             0\n"
