"""A disk that is full, a file that may only be read: one sentence, nothing half, and the same key again."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from casedsl_runtime import StoreError
from faults_child import Forge
from faults_place import Place
from faults_reader import Told
from faults_world import Office


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = Place(str(tmp_path / "cases.db"))
    office = made.office()
    office.install()
    office.store.close()
    return made


def work(place: Place, office: Office, n: int) -> None:
    """A case, and something that happens in it; keys are the same for the same n."""
    opened = office.open(f"case-{n}")
    case = opened.number or ""
    done = office.do(case, f"take-{n}", "take", "kim")
    for scope, key, outcome in (("open errand", f"case-{n}", opened), (case, f"take-{n}", done)):
        assert outcome.accepted
        hashes = tuple(entry.hash for entry in outcome.entries)
        place.told.append(Told(scope, key, outcome.accepted, outcome.number, hashes))


def until_full(place: Place, office: Office, more: Callable[[], None], *, times: int) -> set[str]:
    """Work, and make a little room whenever there is none, so many times; always the same keys until they are answered.
    Yields the sentences that were said."""
    said, n, failures = set[str](), 0, 0
    while failures < times:
        try:
            work(place, office, n)
            n += 1
        except StoreError as error:
            said.add(str(error))
            failures += 1
            assert place.wrong() == []
            more()
        assert n < 2_000, "the disk is never full"
    assert len(place.told) > 4, said
    assert place.wrong() == []
    assert office.problems() == []
    return said


def test_a_file_that_may_not_grow(place: Place) -> None:
    """One page after the other: so each statement that needs one finds none, once."""
    office = place.office()
    execute = office.store._connection.execute  # type: ignore[attr-defined]
    [pages] = execute("pragma page_count").fetchone()
    execute(f"pragma max_page_count = {pages}")

    def more() -> None:
        nonlocal pages
        pages += 1
        execute(f"pragma max_page_count = {pages}")

    assert until_full(place, office, more, times=40) == {f"the disk with {place.url} is full; make room and try again"}
    office.store.close()


def test_a_limit_to_files(place: Place, forge: Forge) -> None:
    """The system refuses to let the log of the database grow, as it does where a quota is used up."""
    [ended] = place.heard(forge.run(place.job(("limit", 400_000), ("load", 1, "limited", 400))))
    [sentence] = set(ended.problems)
    assert sentence.startswith(f"{place.url} can't be read or written (SQLITE_IOERR")
    assert "look at its disk" in sentence
    assert place.wrong() == []
    office = place.office()
    work(place, office, 1)
    assert place.wrong() == []
    assert office.problems() == []
    office.store.close()


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Callable[[str], int]]:
    """A file system of its own in a folder, and how to give it another size."""
    mount = ["mount", "-t", "tmpfs", "-o"]
    if subprocess.run([*mount, f"size={size}", "none", str(folder)], capture_output=True).returncode:
        pytest.skip("only the administrator may mount a small disk here; the other tests of this page run")
    try:
        yield lambda wider: subprocess.check_call([*mount, f"remount,size={wider}", "none", str(folder)])
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.skipif(shutil.which("mount") is None, reason="there is no `mount` here")
def test_a_small_disk(tmp_path: Path) -> None:
    folder, size = tmp_path / "small", 1_000
    folder.mkdir()
    with small_disk(folder, f"{size}k") as resize:
        place = Place(str(folder / "cases.db"))
        office = place.office()
        office.install()

        def more() -> None:
            nonlocal size
            size += 8
            resize(f"{size}k")

        said = until_full(place, office, more, times=20)
        assert said == {f"the disk with {place.url} is full; make room and try again"}
        office.store.close()


@pytest.mark.parametrize("closed", ["the file", "the file and its folder"])
def test_a_file_that_may_only_be_read(forge: Forge, closed: str) -> None:
    """As root nothing is closed, so the process becomes nobody first."""
    folder = Path(tempfile.mkdtemp(prefix="casedsl-", dir="/tmp"))
    try:
        place = Place(str(folder / "cases.db"))
        office = place.office()
        office.install()
        work(place, office, 1)
        office.store.close()
        before = Path(place.url).read_bytes()
        os.chmod(place.url, 0o444)
        os.chmod(folder, 0o777 if closed == "the file" else 0o555)
        [ended] = place.heard(forge.run(place.job(("as_nobody",))))
        [sentence] = ended.problems
        assert "may only be read; give this user the right" in sentence or "can't be opened; check that" in sentence
        os.chmod(folder, 0o777)
        assert Path(place.url).read_bytes() == before
        assert place.wrong() == []
    finally:
        shutil.rmtree(folder)
