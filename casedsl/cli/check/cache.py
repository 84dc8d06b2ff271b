"""What was found in files that haven't changed since: kept in a folder of the user's, by what the files hold.

An entry is found by the compiler's own sources, the checked file's name as it is shown, and its bytes; it holds the
digests of all files that were read, and counts only while these are the same. A cache only ever saves time: without a
folder, with a damaged entry or on a full disk the files are checked as if there were none. Entries are text with a sum
of its own, never anything that would be executed.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from msgspec import Struct

from casedsl import __version__
from casedsl.cli.check.outcomes import Found, Outcome, read, written
from casedsl.report.selection import Names
from casedsl.syntax.finding import Finding

MOST_ENTRY = 1_000_000
MOST_ENTRIES = 20_000
MOST_BYTES = 64_000_000
_SUFFIX = ".casedsl-check"


class Cache(Struct, frozen=True):
    """A folder of entries that one version of the compiler understands; `folder` is None where there is none."""

    folder: Path | None
    stamp: str

    def outcome(self, file: str, digest: str, digest_of: Callable[[str], str]) -> Outcome | None:
        """What is known of a file with these bytes, if all that was read then is the same now."""
        text = self._text(self._key("check", file, digest))
        outcome = None if text is None else read(Outcome, text)
        if outcome is None or outcome.file != file or file not in outcome.read:
            return None
        return outcome if all(digest_of(name) == known for name, known in outcome.read.items()) else None

    def keep(self, outcome: Outcome) -> None:
        """Keep an outcome for the next time."""
        self._write(self._key("check", outcome.file, outcome.read[outcome.file]), written(outcome))

    def findings(self, digest: str) -> tuple[Finding, ...] | None:
        """What is known to be found in a run of which this is the digest."""
        text = self._text(self._key("run", digest))
        found = None if text is None else read(Found, text)
        return None if found is None else found.findings

    def keep_findings(self, digest: str, findings: Iterable[Finding]) -> None:
        """Keep what was found in a run."""
        self._write(self._key("run", digest), written(Found(tuple(findings))))

    def names(self) -> Names | None:
        """The rules that this compiler has."""
        text = self._text(self._key("names"))
        return None if text is None else read(Names, text)

    def keep_names(self, names: Names) -> None:
        """Keep the rules."""
        self._write(self._key("names"), written(names))

    def prune(self) -> None:
        """Take the oldest entries out of a folder that has grown too big, until a quarter of it is free."""
        entries = sorted((stat.st_mtime_ns, path, stat.st_size) for path, stat in _entries(self.folder))
        size, count = sum(each for _, _, each in entries), len(entries)
        if size <= MOST_BYTES and count <= MOST_ENTRIES:
            return
        for _, path, each in entries:
            if size <= MOST_BYTES * 3 // 4 and count <= MOST_ENTRIES * 3 // 4:
                return
            size, count = size - each, count - 1
            with suppress(OSError):
                path.unlink()

    def _key(self, *words: str) -> str:
        name = json.dumps([self.stamp, *words])
        return hashlib.sha256(name.encode()).hexdigest()[:40] + _SUFFIX

    def _text(self, name: str) -> str | None:
        """The text of an entry that is a file, small enough and whole."""
        if self.folder is None:
            return None
        path = os.path.join(self.folder, name)
        try:
            if not stat.S_ISREG(os.stat(path).st_mode):
                return None
            with open(path, "rb") as stream:
                sum_, _, text = stream.read(MOST_ENTRY + 1).partition(b"\n")
        except OSError:
            return None
        return text.decode("ascii") if text.isascii() and sum_ == _sum(text) else None

    def _write(self, name: str, text: str) -> None:
        """Write an entry beside its place and move it there, so that nobody ever reads half of it."""
        data = text.encode("ascii")
        if self.folder is None or len(data) + 100 > MOST_ENTRY:
            return
        import tempfile  # a check that finds all in its cache writes nothing

        draft = None
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, draft = tempfile.mkstemp(dir=self.folder, suffix=_SUFFIX)
            with os.fdopen(handle, "wb") as stream:
                stream.write(_sum(data) + b"\n" + data)
            os.replace(draft, self.folder / name)
        except OSError:
            if draft is not None:
                with suppress(OSError):
                    os.unlink(draft)


def no_cache() -> Cache:
    """A cache that keeps nothing."""
    return Cache(None, "")


def user_cache(*terms: object) -> Cache:
    """The cache of this user, for this compiler and for what a check depends on besides the files."""
    return Cache(cache_folder(), repr((compiler_stamp(), *map(str, terms))))


def cache_folder() -> Path | None:
    """Where entries are: CASEDSL_CACHE_DIR, else the place that the system has for what can be made again (the XDG base
    directories, or their like). None if the user has no folder at all."""
    own = os.environ.get("CASEDSL_CACHE_DIR")
    if own:
        return Path(own).absolute() / "check"
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or os.path.expanduser("~\\AppData\\Local")
    else:
        home = "~/Library/Caches" if sys.platform == "darwin" else "~/.cache"
        base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser(home)
    return Path(base) / "casedsl" / "check" if os.path.isabs(base) else None


def clean() -> int:
    """Take out all entries, and nothing else that may lie there; how many there were."""
    taken = 0
    for path, _ in list(_entries(cache_folder())):
        with suppress(OSError):
            path.unlink()
            taken += 1
    return taken


def compiler_stamp() -> str:
    """A digest of all that decides what is found: the sources of the compiler, its grammar and the runtime records, and
    the versions of Python and of the packages that read."""
    found = hashlib.sha256(repr((__version__, sys.version_info[:3], sys.platform)).encode())
    for path in sorted(_sources()):
        with suppress(OSError):
            data = path.read_bytes()
            found.update(f"{path.name}\0{len(data)}\0".encode() + data)
    return found.hexdigest()


def _sources() -> Iterator[Path]:
    """The files that make up the compiler; for packages that read, the one that says their version."""
    own = Path(__file__).resolve().parents[2]
    yield from own.rglob("*.py")
    for folder in (own / "grammar", own.parent / "grammar"):
        yield from (*folder.glob("*.lark"), *folder.glob("*.json"))
    for package in ("casedsl_runtime", "lark", "yaml"):
        spec = find_spec(package)
        if spec and spec.origin:
            origin = Path(spec.origin)
            yield from origin.parent.glob("*.py") if package == "casedsl_runtime" else (origin,)


def _entries(folder: Path | None) -> Iterator[tuple[Path, os.stat_result]]:
    """The entries in a folder, with what the system knows about each."""
    try:
        if folder is not None:
            with os.scandir(folder) as found:
                for each in found:
                    if each.name.endswith(_SUFFIX) and each.is_file(follow_symlinks=False):
                        yield Path(each.path), each.stat(follow_symlinks=False)
    except OSError:
        return


def _sum(data: bytes) -> bytes:
    return hashlib.sha256(data).hexdigest().encode()
