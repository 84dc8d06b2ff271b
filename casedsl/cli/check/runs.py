"""Many files checked: each once, from the cache where nothing changed, in several processes if asked.

What comes back is in the order of the files and the same whatever the cache held and however many processes worked. A
file that is known needs no parser, so nothing of the compiler is loaded before a file has to be read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from msgspec import Struct

from casedsl.cli.check.cache import Cache
from casedsl.cli.check.outcomes import Outcome, with_opinions
from casedsl.cli.rim import STDIN, Stamp, Stop, read_bytes, reader, stamp_of, unreadable
from casedsl.cli.smt import asking_z3
from casedsl.report.selection import Names
from casedsl.syntax.source import Source, read_source, source_again
from casedsl.syntax.span import Span

if TYPE_CHECKING:  # a check that finds all in its cache looks at nobody
    from casedsl.analysis.people import Roster

MOST_IN_BATCH = 8
"""How many files a process checks before it asks for more: who interrupts the command waits for no longer."""


class Terms(Struct, frozen=True):
    """What a run depends on besides the files: what standard input is called, from which day on calendars must reach
    far enough (without a day nothing is said about that), which people there are (the same), whether z3 is asked too,
    and whether anybody asks for opinions."""

    stdin_name: str
    today: date | None = None
    roster: Roster | None = None
    smt: bool = False
    opinions: bool = False


class Result(Struct, frozen=True):
    """One file of a run: its outcome, the bytes of the files that its findings stand in, a stamp from just before each
    file was read, and whether it was new to the cache."""

    outcome: Outcome
    texts: Mapping[str, bytes]
    stamps: Mapping[str, Stamp]
    new: bool


class Disk(Struct):
    """The files of a run, each read once: what two definitions use is the same for both, even while somebody writes."""

    read_new: Callable[[str], bytes] = read_bytes
    stamps: dict[str, Stamp] = {}
    _bytes: dict[str, bytes | OSError] = {}
    _digests: dict[str, str] = {}

    def read(self, file: str) -> bytes:
        """A file's bytes; raises OSError if it can't be read."""
        if file not in self._bytes:
            self.stamps[file] = stamp_of(file)
            try:
                self._bytes[file] = self.read_new(file)
            except OSError as error:
                self._bytes[file] = error
        found = self._bytes[file]
        if isinstance(found, OSError):
            raise found
        return found

    def digest(self, file: str) -> str:
        """A digest of a file's bytes, or the reason why there are none."""
        if file not in self._digests:
            try:
                self._digests[file] = hashlib.sha256(self.read(file)).hexdigest()
            except (OSError, ValueError) as error:
                self._digests[file] = f"{type(error).__name__}: {getattr(error, 'strerror', '')}"
        return self._digests[file]


def run(files: Sequence[str], terms: Terms, cache: Cache, jobs: int = 1) -> list[Result | str]:
    """Every file, checked; in place of the first that can't be read the sentence about it, and no more."""
    if jobs > 1 and len(files) > 1:
        return _in_processes(files, terms, cache, jobs)
    return _batch(files, terms, cache)


def _in_processes(files: Sequence[str], terms: Terms, cache: Cache, jobs: int) -> list[Result | str]:
    """The same, by several processes; where the system lets nobody have them, by this one."""
    from concurrent.futures import ProcessPoolExecutor  # most runs have one process

    piped = [file for file in files if file == STDIN]
    named = [file for file in files if file != STDIN]
    size = max(1, min(MOST_IN_BATCH, -(-len(named) // (jobs * 4))))
    batches = [named[start : start + size] for start in range(0, len(named), size)]
    work = partial(_batch, terms=terms, cache=cache)
    try:
        with ProcessPoolExecutor(min(jobs, len(batches) or 1), initializer=_leave_interrupts) as pool:
            done = pool.map(work, batches)
            own = _batch(piped, terms, cache)
            found = dict(zip(named, chain.from_iterable(done), strict=False)) | dict(zip(piped, own, strict=False))
    except (ImportError, NotImplementedError, OSError):
        return _batch(files, terms, cache)
    return [found[file] for file in files if file in found]


def _leave_interrupts() -> None:
    """Who interrupts the command ends the process that was started, and that ends the others."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _batch(files: Iterable[str], terms: Terms, cache: Cache) -> list[Result | str]:
    """Some files, checked one after another; in place of the first that can't be read its sentence, and no more."""
    disk, done = Disk(), list[Result | str]()
    for file in files:
        piped = file == STDIN
        here = Disk(reader(terms.stdin_name)) if piped else disk
        try:
            done.append(_result(terms.stdin_name if piped else file, here, terms, cache))
        except OSError as error:
            return [*done, unreadable(file, error)]
        except Stop as stop:
            return [*done, str(stop)]
    return done


def _result(file: str, disk: Disk, terms: Terms, cache: Cache) -> Result:
    disk.read(file)
    known = cache.outcome(file, disk.digest(file), disk.digest)
    outcome = known or _checked(file, disk, terms, cache)
    outcome = with_opinions(outcome) if terms.opinions else outcome
    texts = {name: data for name in _places(outcome) if (data := _bytes(disk, name)) is not None}
    return Result(outcome, texts, {name: disk.stamps[name] for name in outcome.read}, known is None)


def _checked(file: str, disk: Disk, terms: Terms, cache: Cache) -> Outcome:
    """A file that has to be read."""
    from casedsl.cli.check.outlook import looked_at  # the compiler: a second's tenth that a known file doesn't pay

    with asking_z3(terms.smt):
        outcome = looked_at(file, disk.read, disk.digest, terms.today, terms.roster)
    cache.keep(outcome)
    return outcome


def _bytes(disk: Disk, name: str) -> bytes | None:
    try:
        return disk.read(name)
    except OSError:
        return None


def _places(outcome: Outcome) -> Iterable[str]:
    """The files that the findings of an outcome point at."""
    spans: Iterable[Span] = chain.from_iterable(
        (finding.span, *(label.span for label in (*finding.labels, *finding.steps))) for finding in outcome.findings
    )
    return dict.fromkeys(span.file for span in spans if span.file in outcome.read)


def sources_of(results: Iterable[Result]) -> dict[str, Source]:
    """The texts in which something was found, for the frames around it."""
    sources: dict[str, Source] = {}
    for result in results:
        understood = {each.file for each in result.outcome.places}
        for name, data in result.texts.items():
            if name not in sources:
                source = source_again(name, data) if name in understood else read_source(name, data)
                sources |= {name: source} if isinstance(source, Source) else {}
    return sources


def names_of(cache: Cache) -> Names:
    """The rules there are, from the cache where that knows them."""
    kept = cache.names()
    if kept is None:
        from casedsl.cli.check.outlook import rule_names

        kept = rule_names()
        cache.keep_names(kept)
    return kept
