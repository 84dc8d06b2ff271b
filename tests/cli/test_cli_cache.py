"""What `casedsl check` remembers changes nothing but the time that it takes."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from cli_desk import EXAMPLE, Done, run, script
from letters import LETTER, SLIP, SOUND, above, beside, write

import casedsl.cli.check.cache as cache_module
from casedsl.cli.check.cache import MOST_ENTRY, Cache, cache_folder, compiler_stamp
from casedsl.cli.check.outcomes import (
    Outcome,
)
from casedsl.cli.check.outlook import looked_at
from casedsl.syntax.finding import Finding
from casedsl.syntax.ignores import Heard
from casedsl.syntax.span import Span

ALL = ["full", "concise", "json", "jsonl", "sarif", "github", "gitlab", "junit", "rdjson"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Definitions with everything that findings can have: frames in several files, ways, fixes, ignores."""
    folder = write(tmp_path / "cases", letter=LETTER, slip=SLIP, sound=SOUND, cut="case type", binary="")
    (folder / "binary.case").write_bytes(b"case\xff")
    (folder / "lost.case").write_text(SOUND.replace('"acme"', '"nowhere"'), "utf-8")
    ignored = beside(7, "casedsl: ignore[CD101] -- x", above(10, "casedsl: ignore[CD102] -- y"))
    (folder / "ignored.case").write_text(ignored, "utf-8")
    trap = LETTER.replace("-> done", "-> lost", 1).replace("on answer -> done", "on again -> lost", 1)
    (folder / "trap.case").write_text(trap, "utf-8")
    return folder


def checked(folder: Path, *words: str, cache: Path | None = None, stdin: bytes = b"") -> Done:
    where = {} if cache is None else {"CASEDSL_CACHE_DIR": str(cache)}
    return run("check", *words, cwd=folder, settings=where, stdin=stdin)


def entries(cache: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (cache / "check").iterdir()} if cache.exists() else {}


# --- the same, whatever is remembered


@pytest.mark.parametrize("form", ALL)
def test_what_is_remembered_is_shown_byte_by_byte(folder: Path, tmp_path: Path, form: str) -> None:
    words = [".", "--format", form, "--select", "CD", "--color", "always"]
    fresh = checked(folder, *words)
    cold = checked(folder, *words, cache=tmp_path / "kept")
    kept = entries(tmp_path / "kept")
    warm = checked(folder, *words, cache=tmp_path / "kept")
    assert fresh == cold == warm
    assert (fresh.code, "CD101" in fresh.out, "CD012" in fresh.out) == (1, True, True)
    assert len(kept) >= 9, "each file has an entry"
    assert entries(tmp_path / "kept") == kept
    assert checked(folder, *words, "--no-cache", cache=tmp_path / "kept") == fresh


WARM = """
import atexit, sys
atexit.register(lambda: print("LOADED", *sys.modules))
from casedsl.cli import main
main()
"""


@pytest.mark.parametrize("form", ["full", "sarif"])
def test_what_is_remembered_needs_no_compiler(folder: Path, tmp_path: Path, form: str) -> None:
    words = ["check", ".", "--format", form, "--ignore", "CD106", "--statistics"][: 6 if form == "sarif" else 7]
    done = [script(WARM, *words, cwd=folder, CASEDSL_CACHE_DIR=str(tmp_path / "kept")) for _ in range(2)]
    loaded = [{*each.out.partition("LOADED")[2].split()} for each in done]
    compiler = {
        "casedsl.compile",
        "casedsl.rules",
        "casedsl.model.records",
        "casedsl.syntax.case",
        "casedsl.syntax.values",
    }
    assert compiler <= loaded[0]
    assert (compiler | {"lark", "yaml", "tomllib", "concurrent.futures"}) & loaded[1] == set()


# --- what makes a file new


def test_a_change_of_any_file_that_was_read_is_seen(folder: Path, tmp_path: Path) -> None:
    ask = partial(checked, folder, "--format", "concise", cache=tmp_path / "kept")
    assert "CD101" in ask("letter.case").out
    (folder / "letter.case").write_text(SOUND, "utf-8")
    assert ask("letter.case").code == 0
    acme = (folder / "acme.case").read_text("utf-8")
    (folder / "acme.case").write_text(acme.replace("role clerk ", "role klerk "), "utf-8")
    assert "there is no role `clerk`" in ask("letter.case").out
    (folder / "acme.case").write_text(acme, "utf-8")
    assert ask("letter.case").code == 0
    (folder / "acme.case").unlink()
    assert "`acme.case` doesn't exist" in ask("letter.case").out
    (folder / "acme.case").mkdir()
    assert "`acme.case` can't be read (Is a directory)" in ask("letter.case").out
    (folder / "acme.case").rmdir()
    (folder / "acme.case").write_text(acme, "utf-8")
    assert ask("letter.case").code == 0


def test_a_missing_file_that_appears_is_seen(folder: Path, tmp_path: Path) -> None:
    ask = partial(checked, folder, "lost.case", cache=tmp_path / "kept")
    assert ask().code == ask().code == 1
    shutil.copy(folder / "acme.case", folder / "nowhere.case")
    assert ask().code == 0


def test_the_name_that_is_shown_belongs_to_what_is_remembered(folder: Path, tmp_path: Path) -> None:
    inside = checked(folder, "letter.case", cache=tmp_path / "kept")
    outside = checked(tmp_path, "cases/letter.case", cache=tmp_path / "kept")
    assert outside.out == inside.out.replace("letter.case", "cases/letter.case")


def test_another_compiler_or_another_day_asks_again(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked(folder, "sound.case", cache=tmp_path / "kept")
    before = len(entries(tmp_path / "kept"))
    checked(folder, "sound.case", "--today", "2026-11-06", cache=tmp_path / "kept")
    assert len(entries(tmp_path / "kept")) == before + 1
    monkeypatch.setattr(cache_module, "compiler_stamp", lambda: "another")
    checked(folder, "sound.case", cache=tmp_path / "kept")
    assert len(entries(tmp_path / "kept")) == before + 2


def test_the_stamp_holds_every_source_of_the_compiler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = {path.name for path in cache_module._sources()}
    assert {"structure.py", "compile.py", "finding.py", "artifact.py", "expr.lark", "records.py"} <= names
    first, changed = compiler_stamp(), tmp_path / "x.py"
    changed.write_text("1")
    monkeypatch.setattr(cache_module, "_sources", lambda: iter([changed]))
    one = compiler_stamp()
    changed.write_text("2")
    assert len({first, one, compiler_stamp()}) == 3


def test_standard_input_is_remembered_too(folder: Path, tmp_path: Path) -> None:
    ask = partial(checked, folder, "-", "--stdin-filename", "piped.case", cache=tmp_path / "kept")
    first = ask(stdin=LETTER.encode())
    assert ask(stdin=LETTER.encode()) == first
    assert "piped.case:7:1" in first.out
    assert ask(stdin=SOUND.encode()).code == 0


# --- a cache that is damaged, closed or strange


def _forge(change: Callable[[dict[str, object]], object]) -> Callable[[bytes], bytes]:
    """An entry with a right sum and something else in it."""

    def forged(data: bytes) -> bytes:
        document = json.loads(data.partition(b"\n")[2])
        whole = json.dumps(change(document) if "heard" in document else [[1]]).encode()
        return cache_module._sum(whole) + b"\n" + whole

    return forged


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: b"",
    "cut": lambda data: data[: len(data) // 2],
    "one bit": lambda data: data[:-3] + bytes([data[-3] ^ 1]) + data[-2:],
    "other text": lambda data: b"hello\n",
    "binary": lambda data: bytes(range(256)) * 20,
    "huge": lambda data: data + b" " * MOST_ENTRY,
    "nested": lambda data: cache_module._sum(b"[" * 200_000) + b"\n" + b"[" * 200_000,
    "no map": _forge(lambda document: []),
    "no findings": _forge(lambda document: {**document, "findings": None}),
    "a finding less": _forge(lambda document: {**document, "findings": [[1, 2, 3]]}),
    "another form": _forge(lambda document: {**document, "form": 99}),
    "another file": _forge(lambda document: {**document, "heard": {**document["heard"], "file": "other.case"}}),  # type: ignore[dict-item]
    "reads nothing": _forge(lambda document: {**document, "read": {}}),
    "reads nonsense": _forge(lambda document: {**document, "read": {**document["read"], "\0": "x"}}),  # type: ignore[dict-item]
    "a key less": _forge(lambda document: {key: document[key] for key in list(document)[1:]}),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_entry_is_none(folder: Path, tmp_path: Path, name: str) -> None:
    words = ["letter.case", "sound.case", "acme.case", "--ignore", "CD106"]
    fresh = checked(folder, *words)
    checked(folder, *words, cache=tmp_path / "kept")
    kept = entries(tmp_path / "kept")
    for path in (tmp_path / "kept" / "check").iterdir():
        path.write_bytes(DAMAGE[name](path.read_bytes()))
    assert checked(folder, *words, cache=tmp_path / "kept") == fresh
    again = entries(tmp_path / "kept")
    assert {name: again[name] for name in kept if name in again} == kept, "what was damaged is written again"


def test_an_entry_that_is_too_big_is_none(tmp_path: Path) -> None:
    kept = Cache(tmp_path, "stamp")
    kept.keep_findings("x", ())
    assert kept.findings("x") == ()
    [path] = tmp_path.iterdir()
    data = b"[" + b" " * MOST_ENTRY + b"]"
    path.write_bytes(cache_module._sum(data) + b"\n" + data)
    assert kept.findings("x") is None
    path.unlink()
    kept.keep_findings("x", tuple(Finding("CD101", "error", Span("x", 1, 1, 1, 1), "x" * 1000) for _ in range(1000)))
    assert [*tmp_path.iterdir()] == [], "nor is it written"


def test_strange_things_in_the_folder_do_not_matter(folder: Path, tmp_path: Path) -> None:
    fresh = checked(folder, "letter.case", cache=tmp_path / "kept")
    for path in (tmp_path / "kept" / "check").iterdir():
        path.unlink()
        path.mkdir()
    assert checked(folder, "letter.case", cache=tmp_path / "kept") == fresh
    shutil.rmtree(tmp_path / "kept")
    (tmp_path / "kept").write_text("a file")
    assert checked(folder, "letter.case", cache=tmp_path / "kept") == fresh


NOBODY = f"""
import os, sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from pathlib import Path
from cli_desk import run
cache = {{"CASEDSL_CACHE_DIR": sys.argv[1]}}
run("check", "letter.case", cwd=Path.cwd())
if os.getuid() == 0:
    try:
        os.setgroups([]), os.setgid(65534), os.setuid(65534)
    except OSError:
        sys.exit(77)
done = run("check", "letter.case", cwd=Path.cwd(), settings=cache)
print(done.code, done.err, done.out)
"""
"""Load all while that is allowed, become nobody, then check with a cache that is closed."""


@pytest.mark.skipif(os.name != "posix", reason="permissions are those of POSIX")
@pytest.mark.parametrize("mode", [0o555, 0o000])
def test_a_folder_that_may_not_be_written_or_read_is_no_cache(mode: int) -> None:
    with tempfile.TemporaryDirectory() as name:  # the folders of pytest are closed to nobody
        Path(name).chmod(0o755)
        folder, kept = write(Path(name) / "cases", letter=LETTER), Path(name) / "kept"
        fresh = checked(folder, "letter.case", cache=kept)
        before = entries(kept)
        (folder / "letter.case").write_text(LETTER + "\n", "utf-8")
        (kept / "check").chmod(mode)
        done = script(NOBODY, kept, cwd=folder)
        (kept / "check").chmod(0o700)
        if done.code == 77:
            pytest.skip("this process may not become another user")
        assert (done.code, done.err) == (0, "")
        assert done.out == f"{fresh.code} {fresh.err} {fresh.out}\n"
        assert entries(kept) == before


# --- where it is, and how big


@pytest.mark.parametrize(
    ("system", "settings", "expected"),
    [
        ("linux", {"HOME": "/home/kim"}, "/home/kim/.cache/casedsl/check"),
        ("linux", {"HOME": "/home/kim", "XDG_CACHE_HOME": "/var/x"}, "/var/x/casedsl/check"),
        ("linux", {"HOME": "/home/kim", "XDG_CACHE_HOME": "relative"}, None),
        ("linux", {"HOME": "/home/kim", "CASEDSL_CACHE_DIR": "/own"}, "/own/check"),
        ("darwin", {"HOME": "/Users/kim"}, "/Users/kim/Library/Caches/casedsl/check"),
        ("win32", {"LOCALAPPDATA": "/local"}, "/local/casedsl/check"),
    ],
)
def test_where_the_cache_is(
    monkeypatch: pytest.MonkeyPatch, system: str, settings: dict[str, str], expected: str | None
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    for name in ("HOME", "XDG_CACHE_HOME", "CASEDSL_CACHE_DIR", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    found = cache_folder()
    assert (found and found.as_posix()) == expected


def test_the_cache_can_be_found_and_emptied(folder: Path, tmp_path: Path) -> None:
    where = {"CASEDSL_CACHE_DIR": str(tmp_path / "kept")}
    assert run("cache", "dir", cwd=folder, settings=where) == Done(0, f"{tmp_path / 'kept' / 'check'}\n", "")
    assert run("cache", "clean", cwd=folder, settings=where).err == "took 0 entries out of the cache\n"
    checked(folder, "sound.case", cache=tmp_path / "kept")
    (tmp_path / "kept" / "check" / "mine.txt").write_text("not ours")
    assert run("cache", "clean", cwd=folder, settings=where).err == "took 1 entry out of the cache\n"
    assert [*entries(tmp_path / "kept")] == ["mine.txt"]


def test_the_cache_is_the_users_own(folder: Path, tmp_path: Path) -> None:
    checked(folder, "sound.case", cache=tmp_path / "kept")
    assert stat.S_IMODE((tmp_path / "kept" / "check").stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "kept" / "check").iterdir()} == {0o600}


def test_a_cache_that_has_grown_loses_its_oldest_entries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache_module, "MOST_ENTRIES", 8)
    kept = Cache(tmp_path, "stamp")
    for number in range(12):
        kept.keep_findings(str(number), ())
        path = tmp_path / kept._key("run", str(number))
        os.utime(path, (number, number))
    (tmp_path / "mine.txt").write_text("not ours")
    kept.prune()
    left = [number for number in range(12) if kept.findings(str(number)) is not None]
    assert left == [6, 7, 8, 9, 10, 11], "three quarters of the most, the newest"
    assert (tmp_path / "mine.txt").exists()
    monkeypatch.setattr(cache_module, "MOST_BYTES", 4 * (tmp_path / kept._key("run", "9")).stat().st_size)
    kept.prune()
    assert [number for number in range(12) if kept.findings(str(number)) is not None] == [9, 10, 11]


def test_a_run_prunes(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache_module, "MOST_ENTRIES", 4)
    checked(folder, ".", cache=tmp_path / "kept")
    assert len(entries(tmp_path / "kept")) <= 4


# --- how fast


def test_a_thousand_known_files_are_checked_in_a_second(tmp_path: Path) -> None:
    """One process, 1,000 files of the example's size, CPU time; the bound is five times what it takes."""
    folder = tmp_path / "many"
    folder.mkdir()
    shutil.copy(EXAMPLE / "organisation.case", folder)
    text = (EXAMPLE / "complaint.case").read_text("utf-8")
    for number in range(1000):
        (folder / f"c{number}.case").write_text(text, "utf-8")
    kept = Cache(tmp_path / "kept" / "check", repr((compiler_stamp(), "None", "None", "")))
    known = looked_at(str(folder / "c0.case"), lambda name: Path(name).read_bytes(), lambda name: "digest")
    assert known.findings == ()
    digests = hashlib.sha256
    organisation = digests((folder / "organisation.case").read_bytes()).hexdigest()
    for number in range(1000):
        name = f"c{number}.case"
        read = {name: digests(text.encode()).hexdigest(), "organisation.case": organisation}
        heard = Heard(name, False, True, (), ())
        kept.keep(Outcome((), heard, read, known.sharing.replace("c0.case", name)))
    timed = (
        "import resource, sys\nsys.argv[0] = 'casedsl'\nfrom casedsl.cli import main\n"
        "try: main()\nfinally: print(resource.getrusage(resource.RUSAGE_SELF).ru_utime)\n"
    )
    done = script(timed, "check", ".", cwd=folder, CASEDSL_CACHE_DIR=str(tmp_path / "kept"))
    assert done.err.endswith(" in 1001 files\n")
    assert float(done.out.splitlines()[-1]) < 3
