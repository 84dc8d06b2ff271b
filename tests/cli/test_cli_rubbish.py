"""Whatever a file holds, a command ends with findings or one sentence that has a way out: no traceback, no half a file.

The sentences that other rooms make are tested there; here it counts that every command passes them on.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from casedsl_runtime.artifact import FORMAT
from casedsl_runtime.store.sqlite import SqliteStore
from cli_desk import EXAMPLE, FRIDAY, NUMBER, Done, contents, example, run, two_years

BRACKETS = b"[" * 200_000
LONG = b"x" * 20_000_000
BINARY = bytes(range(256)) * 40


def sentence(done: Done, code: int = 2) -> str:
    """The one sentence of a command that could not do its work."""
    assert done.code == code, done
    assert done.sentence.startswith("casedsl: ")
    assert len(done.sentence) < 800
    return done.sentence.removeprefix("casedsl: ")


# --- definitions

HEAD = b'case type a "A"\n    edition 1\n    version 1\n    number "A-{sequence}"\n'
DEFINITIONS = {
    "empty": (b"", "the file is empty"),
    "blank": (b" \n\t\n", "the file is empty"),
    "binary": (BINARY, "this is not text in UTF-8"),
    "nul": (HEAD + b"\0\n", "a hidden control character (U+0000)"),
    "brackets": (BRACKETS, "this line has 200,000 characters"),
    "many brackets": (HEAD + b"priority\n    score " + b"(" * 2000 + b"1" + b")" * 2000 + b" in 0..9\n", "CD0"),
    "rows of brackets": (b"(\n" * 100_000, "CD001"),
    "20 MB line": (LONG, "the file has 20.0 MB"),
    "latin-1": ('case type a "Ä"\n'.encode("latin-1"), "this is not text in UTF-8"),
    "utf-16": (HEAD.decode().encode("utf-16"), "this is not text in UTF-8"),
    "carriage returns": (HEAD.replace(b"\n", b"\r"), "lone carriage return"),
    "no header": (b"hello\n", "a file begins with `case type` or `organisation`"),
    "half": ((EXAMPLE / "complaint.case").read_bytes()[:3000], "CD0"),
    "json": (b'{"a": 1}', "a file begins with `case type` or `organisation`"),
    "use in a circle": (HEAD + b'    use "circle"\n', "`circle` uses itself: circle.case -> circle.case"),
    "use of none": (HEAD + b'    use "nowhere"\n', "the file `nowhere.case` doesn't exist"),
    "use of a folder": (HEAD + b'    use "folder"\n', "the file `folder.case` can't be read"),
    "use of rubbish": (HEAD + b'    use "binary"\n', "this is not text in UTF-8"),
    "use of a case type": (HEAD + b'    use "complaint"\n', "is no organisation file"),
    "use of a long name": (HEAD + b'    use "' + b"n" * 3000 + b'"\n', "can't be read"),
}
READERS = {
    "check": ["check", "FILE"],
    "check concise": ["check", "--format", "concise", "FILE"],
    "check json": ["check", "--format", "json", "FILE"],
    "check -": ["check", "-"],
    "map": ["map", "FILE", "-o", "made.svg"],
    "compile": ["compile", "FILE", "-o", "made.casec.json"],
    "calendars lock": ["calendars", "lock", "FILE", "-o", "made.lock"],
}


@pytest.fixture(scope="module")
def yard(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every definition that is none."""
    folder = example(tmp_path_factory.mktemp("yard"))
    (folder / "folder.case").mkdir()
    (folder / "binary.case").write_bytes(BINARY)
    (folder / "circle.case").write_bytes(DEFINITIONS["use in a circle"][0].replace(b"case type", b"organisation"))
    return folder


@pytest.mark.parametrize("name", DEFINITIONS)
def test_a_definition_that_is_none_gets_a_finding(yard: Path, tmp_path: Path, name: str) -> None:
    data, expected = DEFINITIONS[name]
    file = yard / ("circle.case" if name == "use in a circle" else "rubbish.case")
    file.write_bytes(data if name != "use in a circle" else data.replace(b"case type", b"organisation"))
    before = contents(yard).keys()
    for form, words in READERS.items():
        done = run(*(file.name if word == "FILE" else word for word in words), cwd=yard, stdin=data)
        if form == "check -" and name == "use in a circle":
            continue  # what is read from standard input has another name than the file that it uses
        assert done.code == 1, (form, done)
        assert expected in done.out + done.err, form
        assert "Traceback" not in done.err
        assert len(done.out) + len(done.err) < 20_000, form
        if form == "check json":
            assert json.loads(done.out)["findings"]
    drawn = {"made.svg"} if name == "half" else set[str]()  # what is known of it
    assert contents(yard).keys() - drawn == before, "nothing else was written"
    (yard / "made.svg").unlink(missing_ok=True)


@pytest.mark.parametrize(
    "words", [READERS["check"], READERS["map"], READERS["compile"], READERS["calendars lock"], ["demo", "FILE"]]
)
def test_a_definition_that_is_not_there(tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "folder.case").mkdir()
    for file in ("none.case", "folder.case", "none/none.case", "n" * 300):
        assert file[:20] in sentence(run(*(file if word == "FILE" else word for word in words), cwd=tmp_path))
    assert contents(tmp_path) == {}


def test_what_an_author_wrote_does_nothing_to_a_terminal(tmp_path: Path) -> None:
    """Titles and names with escape sequences and marks that turn round the direction of writing."""
    (tmp_path / "x.case").write_text(f'{HEAD.decode()}\nstate a "\u202e\u200f"\n    colour "\u061c\ufeff"\n', "utf-8")
    (tmp_path / "\x1b[31m\u202e.case").write_text("rubbish\n")
    for words in (
        ["check", "."],
        ["check", "--format", "concise", "."],
        ["map", "\x1b[31m\u202e.case"],
        ["check", "\x1b[31mnone"],
    ):
        done = run(*words, cwd=tmp_path)
        assert done.code in (1, 2)
        assert not {"\x1b", "\u202e", "\u200f", "\u061c", "\ufeff"} & {*done.out, *done.err}


# --- the lock

LOCK = (EXAMPLE / "calendars.lock").read_bytes()
LOCKS = {
    "empty": b"",
    "binary": BINARY,
    "cut": LOCK[:500],
    "newer": LOCK.replace(b'"format": 1', b'"format": 2'),
    "foreign": b'{"a": 1}',
    "list": b"[]",
    "brackets": BRACKETS,
    "20 MB": LONG,
    "utf-16": LOCK.decode().encode("utf-16"),
    "not a number": LOCK.replace(b'"format": 1', b'"format": NaN'),
    "a long number": LOCK.replace(b'"format": 1', b'"format": ' + b"9" * 5000),
    "a key twice": LOCK.replace(b"{", b'{"format": 1,', 1),
    "no such zone": LOCK.replace(b"Europe/London", b"Europe/Paris"),
    "no such region": LOCK.replace(b"GB-ENG", b"GB-SCT"),
}


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_that_is_none(yard: Path, tmp_path: Path, name: str) -> None:
    lock = tmp_path / "x.lock"
    lock.write_bytes(LOCKS[name])
    before = contents(yard)
    said = sentence(run("compile", "complaint.case", "-o", tmp_path / "made.casec.json", "--lock", lock, cwd=yard))
    assert "run `casedsl calendars lock`" in said
    assert contents(tmp_path) == {"x.lock": LOCKS[name]}
    assert contents(yard) == before


def test_a_lock_that_is_not_there(tmp_path: Path) -> None:
    folder = example(tmp_path)
    (folder / "calendars.lock").unlink()
    assert sentence(run("compile", "complaint.case", cwd=folder)) == (
        "there is no calendars.lock; run `casedsl calendars lock` with the definition's file"
    )
    (folder / "calendars.lock").mkdir()
    assert "is a folder" in sentence(run("compile", "complaint.case", cwd=folder))
    assert "is a folder" in sentence(run("calendars", "lock", "complaint.case", cwd=folder))
    (folder / "calendars.lock").rmdir()
    (folder / "calendars.lock").write_bytes(BINARY)
    assert run("calendars", "lock", "complaint.case", cwd=folder).code == 0, "a damaged lock is simply made again"


# --- artifacts and bundles


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a compiled case type and a database in which there is a case."""
    folder = example(tmp_path_factory.mktemp("desk"))
    (folder / "calendars.lock").write_bytes(two_years())
    assert run("compile", "complaint.case", cwd=folder).code == 0
    assert run("case", "--now", FRIDAY, "open", "complaint.casec.json", "--as", "pat", cwd=folder).code == 0
    return folder


def damaged(data: bytes) -> dict[str, bytes]:
    return {
        "empty": b"",
        "binary": BINARY,
        "cut": data[:5000],
        "cut at the end": data[:-3],
        "brackets": BRACKETS,
        "20 MB": LONG,
        "foreign": b'{"a": 1}',
        "list": b"[]",
        "newer": data.replace(f'"format": {FORMAT}'.encode(), f'"format": {FORMAT + 1}'.encode()),
        "older": data.replace(f'"format": {FORMAT}'.encode(), b'"format": 1'),
        "no number": data.replace(f'"format": {FORMAT}'.encode(), b'"format": 1e9'),
        "edited": data.replace(b"office", b"0ffice"),
        "utf-16": data.decode().encode("utf-16"),
        "a key twice": data.replace(b"{", f'{{"format": {FORMAT},'.encode(), 1),
    }


@pytest.mark.parametrize("name", damaged(b""))
@pytest.mark.parametrize("which", ["complaint.casec.json", "complaint.calendars.json"])
def test_an_artifact_or_a_bundle_that_is_none(desk: Path, tmp_path: Path, name: str, which: str) -> None:
    for file in ("complaint.casec.json", "complaint.calendars.json", "people.yaml"):
        shutil.copy(desk / file, tmp_path / file)
    (tmp_path / which).write_bytes(damaged((desk / which).read_bytes())[name])
    before = contents(tmp_path)
    said = sentence(run("case", "open", "complaint.casec.json", "--as", "pat", cwd=tmp_path))
    assert said.startswith(f"{which}: "), "the file that is to blame is named"
    assert contents(tmp_path) == before, "no database was made"


def test_an_artifact_or_a_bundle_that_is_not_there(desk: Path, tmp_path: Path) -> None:
    for file in ("complaint.casec.json", "people.yaml"):
        shutil.copy(desk / file, tmp_path / file)
    (tmp_path / "folder.casec.json").mkdir()
    way_out = "look at its name, or write it with `casedsl compile`"
    for file, expected in {
        "none.casec.json": f"there is no file none.casec.json; {way_out}",
        "complaint.casec.json": f"there is no file complaint.calendars.json; {way_out}",
        "folder.casec.json": "folder.casec.json is a folder; name a file in it",
        "x.case": "x.case is a definition; name the artifact that `casedsl compile x.case` writes",
    }.items():
        assert sentence(run("case", "open", file, "--as", "pat", cwd=tmp_path)) == expected
    assert not (tmp_path / "cases.db").exists()


# --- people

PEOPLE = {
    "tag": (b'kim: !!python/object/apply:os.system ["touch HACKED"]\n', "tags, anchors and aliases have no place here"),
    "anchor": (b"kim: &a {name: K, roles: [handler]}\nlee: *a\n", "tags, anchors and aliases have no place here"),
    "alias": (b"kim: *a\n", "tags, anchors and aliases have no place here"),
    "laughs": (b"a: &a [x]\nb: &b [*a,*a]\n", "tags, anchors and aliases have no place here"),
    "brackets": (BRACKETS, "line 1: it is nested too deeply; 8 levels are the most"),
    "braces": (b"{a: " * 200_000, "line 1: it is nested too deeply; 8 levels are the most"),
    "20 MB": (LONG, "it has 20.0 MB, and 1 MB is the most"),
    "a key twice": (
        b"kim: {name: K, roles: []}\nkim: {name: L, roles: []}\n",
        "line 2: the key 'kim' stands twice; keep one",
    ),
    "a list as a key": (b"? [a]\n: b\n", "line 1: a key is one word"),
    "two documents": (
        b"kim: {name: K, roles: []}\n---\nlee: {name: L, roles: []}\n",
        "a second document has no place here",
    ),
    "unknown role": (b"kim: {name: K, roles: [handlr]}\n", "`kim` holds `handlr`, which is no role of complaint"),
    "two roles": (b"kim: {name: K, roles: [supervisor, legal]}\n", "`kim` holds `legal` and `supervisor`"),
    "empty": (b"", "people are given as"),
    "a list": (b"- kim\n", "people are given as"),
    "a word": (b"kim", "people are given as"),
    "no name": (b"kim: {roles: []}\n", "`kim` needs exactly a `name` and `roles`"),
    "escape": (b'kim: {name: "K\\e[31m", roles: []}\n', "`kim` needs a name of one line"),
    "escape in a role": (b'kim: {name: K, roles: ["\\e[31mx"]}\n', "`kim` holds `\\u001b[31mx`"),
    "escape in an id": (b'"\\e]0;x\\a": {name: K, roles: []}\n', "can't be a person's id"),
    "control": (b"kim: {name: \x1b, roles: []}\n", "it holds control characters; delete them"),
    "unclosed": (b"kim: {name: K, roles: [handler\n", "line 2: did not find expected ',' or ']'"),
    "tab": (b"kim:\n\t- x\n", "line 2: found character that cannot start any token"),
    "binary": (BINARY, "is not text in UTF-8"),
    "latin-1": ("kim: {name: Käm, roles: []}\n".encode("latin-1"), "is not text in UTF-8; save it with that encoding"),
    "utf-16": ("kim: {name: Kam, roles: []}\n".encode("utf-16"), "is not text in UTF-8; save it with that encoding"),
    "version": (b"%YAML 9.9\n---\na: b\n", "line 1: found incompatible YAML document"),
}
ASKING = [
    ["show", NUMBER],
    ["why", NUMBER],
    ["do", NUMBER, "approve", "--as", "ana"],
    ["open", "complaint.casec.json", "--as", "pat"],
    ["tick"],
]


@pytest.mark.parametrize("name", PEOPLE)
def test_people_that_are_none(desk: Path, tmp_path: Path, name: str) -> None:
    people = tmp_path / "people.yaml"
    people.write_bytes(PEOPLE[name][0])
    before = contents(desk)
    for words in ASKING if len(PEOPLE[name][0]) < 1000 else ASKING[:1]:
        assert PEOPLE[name][1] in sentence(run("case", "--people", people, *words, cwd=desk))
    assert contents(desk) == before
    assert not (desk / "HACKED").exists()


def test_people_that_are_not_there(desk: Path, tmp_path: Path) -> None:
    for words in ASKING:
        assert sentence(run("case", "--people", "none.yaml", *words, cwd=desk)) == (
            "there is no file none.yaml; look at the name and the folder"
        )
        assert "is a folder" in sentence(run("case", "--people", tmp_path, *words, cwd=desk))


def test_many_people_are_read_in_no_time(desk: Path, tmp_path: Path) -> None:
    """A key that stands twice is found without comparing every pair."""
    people = tmp_path / "people.yaml"
    people.write_text("".join(f"p{n}: {{name: P, roles: []}}\n" for n in range(20_000)))
    assert run("case", "--people", people, "show", NUMBER, cwd=desk).code == 0


# --- demos that lack something


@pytest.mark.parametrize("file", ["complaint.case", "calendars.lock"])
def test_a_demo_with_a_part_missing(tmp_path: Path, file: str) -> None:
    folder = example(tmp_path)
    (folder / file).unlink()
    done = run("demo", "complaint", "-o", "out", cwd=tmp_path)
    assert done.code == 2
    assert done.err.startswith("casedsl: there is no ")
    assert f"complaint/{file}" in done.err
    assert done.err.count("\n") == 1


# --- databases


def _sql(*statements: str) -> partial[None]:
    return partial(_change, statements)


def _change(statements: tuple[str, ...], file: Path) -> None:
    with closing(sqlite3.connect(file)) as database:
        for statement in statements:
            database.execute(statement)
        database.commit()


def _garble(file: Path) -> None:
    data = file.read_bytes()
    file.write_bytes(data[:4096] + b"\xff" * 20_000 + data[24_096:])


def _folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


DATABASES: dict[str, tuple[Callable[[Path], object], str]] = {
    "garbage": (lambda file: file.write_bytes(BINARY), "is not a database, or a damaged one"),
    "text": (lambda file: file.write_text("hello"), "is not a database, or a damaged one"),
    "cut": (lambda file: file.write_bytes(file.read_bytes()[:100_000]), "is not a database, or a damaged one"),
    "garbled": (_garble, "is not a database, or a damaged one"),
    "newer": (
        _sql("insert into migrations values (3, 'later', '')"),
        "this store has taken 3 steps of its tables, this runtime knows 2; install a newer casedsl-runtime",
    ),
    "foreign": (_sql("pragma application_id = 7"), "is the database of another program; name another file"),
    "folder": (_folder, "x.db can't be opened; check that it is a file"),
    "none": (Path.unlink, "there is no database"),
}
WORKING = [
    *ASKING,
    ["list"],
    ["find"],
    ["counts"],
    ["amend", NUMBER, "--as", "kim", "--set", "summary=x", "--reason", "x"],
]


@pytest.mark.parametrize("name", DATABASES)
def test_a_database_that_is_none(desk: Path, tmp_path: Path, name: str) -> None:
    file = tmp_path / "x.db"
    shutil.copy(desk / "cases.db", file)
    DATABASES[name][0](file)
    before = contents(tmp_path)
    for words in WORKING:
        if name == "none" and words[0] == "open":
            continue
        said = sentence(run("case", "--db", file, *words, cwd=desk))
        assert DATABASES[name][1] in said
        assert said.count("x.db") == 1
    assert contents(tmp_path) == before, "what isn't ours is left alone"


@pytest.mark.parametrize("db", ["", "mysql://h/cases", "postgresql:/h/cases", "sqlite:///x.db"])
def test_a_name_that_is_no_database(desk: Path, db: str) -> None:
    before = contents(desk)
    for words in (["list"], ["open", "complaint.casec.json", "--as", "pat"]):
        assert sentence(run("case", "--db", db, *words, cwd=desk)) == (
            f"{db or 'an empty name'} is no database for cases; name a file, or postgresql://user@host/name"
        )
    assert contents(desk) == before


def test_a_database_in_no_folder(desk: Path) -> None:
    assert "there is no folder" in sentence(
        run("case", "--db", "none/x.db", "open", "complaint.casec.json", "--as", "pat", cwd=desk)
    )


def test_a_database_that_is_locked(desk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for door in ("open", "create_or_open"):
        monkeypatch.setattr(SqliteStore, door, staticmethod(partial(getattr(SqliteStore, door), patience_ms=20)))
    file = tmp_path / "x.db"
    shutil.copy(desk / "cases.db", file)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("begin exclusive")
        for words in WORKING:
            done = run("case", "--db", file, *words, cwd=desk)
            if words[0] in ("show", "why", "list", "find", "counts"):
                assert done.code == 0, "who only reads is never kept waiting"
            else:
                assert sentence(done) == f"{file} is in use by another program; try again when it is done"
    assert run("case", "--db", file, "list", cwd=desk).code == 0


@pytest.mark.parametrize(
    "statement", ["update artifacts set content = x'00'", "delete from artifacts", "update journal set header = '{}'"]
)
def test_a_database_that_somebody_changed(desk: Path, tmp_path: Path, statement: str) -> None:
    file = tmp_path / "x.db"
    shutil.copy(desk / "cases.db", file)
    _change((statement,), file)
    said = sentence(run("case", "--db", file, "show", NUMBER, cwd=desk))
    assert "x.db" in said
    assert "from a backup" in said or "install that artifact and bundle again" in said


def test_a_journal_that_somebody_changed_is_shown_and_said_to_be(desk: Path, tmp_path: Path) -> None:
    file = tmp_path / "x.db"
    shutil.copy(desk / "cases.db", file)
    _change(("update journal set payload = replace(payload, 'Pat Doe', 'Eve Doe')",), file)
    done = run("case", "--db", file, "show", NUMBER, cwd=desk)
    assert done.code == 1
    assert "Eve Doe opened the case" in done.out
    assert done.err.startswith("the journal was changed: ")


# --- arguments


@pytest.mark.parametrize(
    "words",
    [
        ["list", "--state", "\udcff"],
        ["list", "--assignee", "\udcff"],
        ["find", "--field", "\udcff=x"],
        ["find", "--field", "category=\x1b[31m"],
        ["find", "--type", "\udcff"],
        ["find", "--after", "priority:1:\udcff"],
        ["find", "--due-by", "\x1b[31m"],
        ["show", "\udcff"],
        ["show", "\x1b[31m"],
        ["show", NUMBER, "--as", "\udcff"],
        ["why", NUMBER, "\x1b[31m", "--as", "kim"],
        ["why", NUMBER, "x", "--as", "\udcff"],
        ["do", NUMBER, "\x1b[31m", "--as", "kim"],
        ["do", NUMBER, "\udcff", "--as", "\udcff"],
        ["do", NUMBER, "withdraw", "--as", "pat", "--note", "\udcff"],
        ["do", NUMBER, "withdraw", "--as", "pat", "--key", "\udcff"],
        ["open", "complaint.casec.json", "--as", "pat", "--set", "summary=\udcff"],
        ["open", "\udcff", "--as", "pat"],
        ["open", "complaint.casec.json", "--as", "kim", "--for", "\udcff"],
        ["open", "complaint.casec.json", "--as", "\udcff"],
        ["amend", NUMBER, "--as", "kim", "--set", "summary=x", "--reason", "\udcff"],
        ["amend", NUMBER, "--as", "kim", "--set", "\udcff=x", "--reason", "x"],
    ],
)
def test_arguments_that_are_no_text(desk: Path, tmp_path: Path, words: list[str]) -> None:
    """Bytes that are no UTF-8 come in as half characters, and a name may hold an escape sequence."""
    file = tmp_path / "x.db"
    shutil.copy(desk / "cases.db", file)
    done = run("case", "--db", file, "--now", FRIDAY, *words, cwd=desk)
    assert done.code in ((0,) if words[0] == "list" or "--after" in words else (1, 2))
    assert "Traceback" not in done.err
    assert not {"\x1b", "\udcff"} & {*done.out, *done.err}
