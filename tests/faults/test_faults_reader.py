"""The reader that judges after a fault: it knows none of our code, and finds what is wrong."""

from __future__ import annotations

import ast
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import faults_reader
import pytest
from faults_place import Place
from faults_reader import Told, overdue, problems, read
from faults_world import HOUR


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A store in which something of everything has happened."""
    place = Place(str(tmp_path_factory.mktemp("whole") / "cases.db"))
    office = place.office()
    office.install()
    for n in range(3):
        assert office.open(f"case-{n}").accepted
    place.now += 2 * HOUR
    office.host.tick()
    assert office.do("E-000001", "take-0", "take", "kim").accepted
    assert not office.do("E-000002", "finish-1", "finish", "kim").accepted
    office.upkeep.anchor()
    assert office.do("E-000001", "finish-0", "finish", "kim").accepted
    assert office.amend("E-000002", "amend-1", 7).accepted
    assert office.do("E-000003", "withdraw-2", "withdraw", "pat").accepted
    assert office.upkeep.erase_case("E-000003", "sue", "GDPR art. 17(1)(a)").accepted
    office.upkeep.anchor()
    assert office.do("E-000002", "remind-1", "remind", "pat").accepted
    office.store.close()
    return place


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            yield str(node.module)


def test_it_imports_nothing_of_ours() -> None:
    found = {name.partition(".")[0] for name in imported(Path(faults_reader.__file__))}
    assert found <= sys.stdlib_module_names | {"psycopg"}
    assert {"hashlib", "json", "sqlite3"} <= found


def test_it_finds_nothing_where_all_is_well(whole: Place) -> None:
    assert problems(read(whole.url)) == []
    told = Told("E-000001", "take-0", True, "E-000001", ())
    assert problems(read(whole.url), [told]) == []
    assert overdue(read(whole.url), whole.now) == []


DAMAGES = {
    "delete from journal where \"case\" = 'E-000002' and n = 3": "stands at place",
    "delete from journal where \"case\" = 'E-000002' and n = 5": "its journal ends elsewhere",
    "delete from journal where \"case\" = 'E-000001'": "it has no journal",
    "delete from cases where number = 'E-000001'": "it has a journal and is no case",
    "update journal set payload = replace(payload, 'take-0', 'take-9')": "`note` is not what was recorded",
    "update journal set header = replace(header, 'alerted', 'prompted') where n = 3": "does not follow on",
    "update journal set payload = '{}' where \"case\" = 'E-000002' and n = 3": "is gone without a word",
    "update cases set snapshot = replace(snapshot, '\"fee\":7', '\"fee\":8')": "by values that they don't have",
    "update cases set snapshot = replace(snapshot, '\"last_by\":\"kim\"', '\"last_by\":\"lee\"')":
        "`happened` of the snapshot is not what the journal says",
    "update cases set next_due = next_due + 1": "the row says next_due",
    "update cases set open = 1 where number = 'E-000001'": "the row says open 1, and the snapshot 0",
    "update cases set assignee = null where number = 'E-000002'": "the row says assignee None",
    "update cases set changed = 1 - changed where number = 'E-000001'": "wrong about whether it changed",
    "update journal set key = null, request = null where key = 'take-0'": "E-000001: entry 4 belongs to no key",
    "insert into outcomes values ('E-000001', 'other', 'x', 1, 'E-000001', '[]', 4, 4)": "belongs to 2 keys",
    "insert into outcomes values ('E-000001', 'other', 'x', 1, 'E-000001', '[]', 9, 9)": "entries that are not there",
    "insert into outcomes values ('E-000001', 'other', 'x', 1, 'E-000001', '[]', 3, 3)": "entry 3 was asked by nobody",
    "update outcomes set accepted = 0 where number = 'E-000001'": "refused for no reason, or with an entry",
    "delete from outbox where id = 'E-000001/4/0/pat'": "the message E-000001/4/0/pat is not in the outbox",
    "update outbox set id = 'x' where id = 'E-000001/4/0/pat'": "the message x is in the outbox, and no entry",
    "update outbox set state = 'delivered' where id = 'E-000001/4/0/pat'": "is delivered, and its words are",
    "update sequences set last = 2": "2 numbers were given, and there are 3 cases",
    "delete from people where person = 'pat'": "people are found where they are not",
    "delete from anchors where n = 1": "anchor 2 does not follow",
    "update anchors set at = at + 1 where n = 2": "anchor 2 was changed",
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES)
def test_it_finds_what_is_wrong(whole: Place, tmp_path: Path, damage: str) -> None:
    path = str(tmp_path / "damaged.db")
    shutil.copy(whole.url, path)
    with sqlite3.connect(path) as connection:
        assert connection.execute(damage).rowcount > 0
    connection.close()
    assert any(DAMAGES[damage] in problem for problem in problems(read(path))), problems(read(path))


def test_it_finds_what_was_promised_and_is_not_so(whole: Place) -> None:
    lost = Told("E-000001", "lost", True, "E-000001", ())
    other = Told("E-000002", "finish-1", True, "E-000002", ())
    gone = Told("E-000001", "take-0", True, "E-000001", ("0" * 64,))
    assert problems(read(whole.url), [lost, other, gone]) == [
        "E-000001: lost was acknowledged and is not there",
        "E-000002: finish-1 was acknowledged otherwise than it stands",
        "E-000001: an entry of take-0 was acknowledged and is not there",
    ]


def test_it_finds_what_should_have_happened(whole: Place) -> None:
    assert [problem.partition(":")[0] for problem in overdue(read(whole.url), whole.now + 99 * HOUR)] == ["E-000002"]


@pytest.mark.parametrize("kind", ["prompted", "missed"])
def test_it_finds_time_that_acts_twice_or_too_early(whole: Place, kind: str) -> None:
    """A journal that is whole in every other way: its last entry says that time took a step."""
    tables = read(whole.url)
    rows = tables.of("journal")
    [last] = [row for row in rows if row["case"] == "E-000002" and row["n"] == 5]
    last["header"] = last["header"].replace('"kind":"done"', f'"kind":"{kind}"')
    [case] = [row for row in tables.of("cases") if row["number"] == "E-000002"]
    case["head"] = sha256(last["header"].encode()).hexdigest()
    assert any("entry 5 is a step of time at" in problem for problem in problems(tables))
