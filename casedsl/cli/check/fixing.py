"""`casedsl check --fix`: the fixes of findings, carried out in the texts of their files.

A fix is kept only if the new text says what the old one said with just this change, its finding is gone and no error
is new; everything is checked again after each. What isn't understood hides what is wrong with the rest: mending it may
bring that to light, and is right all the same. Nothing is written here: who asks gets the new bytes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias

from msgspec import Struct

from casedsl.cli.definitions import unique
from casedsl.compile import Checked, check
from casedsl.report.plain import plain
from casedsl.syntax.coats import coat_of
from casedsl.syntax.finding import Edit, Finding
from casedsl.syntax.mending.edits import TextEdit, carried_out, difference, stretch_of
from casedsl.syntax.mending.meant import as_meant
from casedsl.syntax.mending.taking import text_edits
from casedsl.syntax.source import Source, read_source
from casedsl.syntax.span import Span
from casedsl.syntax.tree import Document
from casedsl.syntax.use import Read

MOST_ROUNDS = 200
"""More fixes than this are not tried in one run; the next run goes on."""

Look: TypeAlias = Callable[[Sequence[str], Read], Sequence[Checked]]
"""How definitions are checked: each alone, or with what only all of them show, as `casedsl.together` does."""
_Key: TypeAlias = tuple[str, str, str, str]
_Cuts: TypeAlias = dict[str, tuple[TextEdit, ...]]
_Blamed: TypeAlias = Callable[[Finding], bool]
_OF_A_WORD = frozenset(("CD001", "CD002", "CD003", "CD004", "CD005", "CD010"))
"""What is wrong with a word at its place, whatever the rest says; what is wrong with the rest waits until then."""


class Fixed(Struct, frozen=True):
    """What became of the fixes.

    Attributes:
      old, new: the bytes of the files that change, before and after.
      applied: the findings whose fixes were carried out, as they were found.
      refused: findings whose fixes were not, each with the reason.
      unsafe: findings whose fixes may change what the author meant, and were not asked for.
      checked: the definitions as they are with the new texts.
    """

    old: Mapping[str, bytes]
    new: Mapping[str, bytes]
    applied: tuple[Finding, ...]
    refused: tuple[tuple[Finding, str], ...]
    unsafe: tuple[Finding, ...]
    checked: tuple[Checked, ...]

    def diff(self) -> str:
        """The changes of all files as a unified diff."""
        return "".join(plain(difference(file, self.old[file], self.new[file])) for file in sorted(self.new))

    def summary(self) -> str:
        """How many fixes, in a sentence; empty where there were none at all."""
        said = [f"{_number(len(self.applied))} carried out"] if self.applied else []
        said += [f"{_number(len(self.refused))} refused"] if self.refused else []
        said += [f"{_number(len(self.unsafe))} with --unsafe-fixes"] if self.unsafe else []
        return ", ".join(said)


def each_alone(files: Sequence[str], read: Read) -> tuple[Checked, ...]:
    """Definitions checked each by itself: what one of them doesn't use may be another's."""
    return tuple(check(file, read) for file in files)


def fixed(files: Sequence[str], read: Read, unsafe: bool, look: Look = each_alone) -> Fixed:
    """Carry out the safe fixes of some definitions, and with `unsafe` the others too. Raises OSError if a file can't be
    read."""
    work = _Work(files, read, look)
    for _ in range(MOST_ROUNDS):
        todo = [finding for finding in work.findings if work.is_open(finding, unsafe)]
        if not todo or not work.round(todo):
            break
    return work.done(unsafe)


class _Work(Struct):
    """The files as they are so far."""

    files: Sequence[str]
    read_old: Read
    look: Look
    new: dict[str, bytes] = {}
    applied: list[Finding] = []
    refused: dict[_Key, tuple[Finding, str]] = {}
    checked: tuple[Checked, ...] = ()
    findings: tuple[Finding, ...] = ()

    def __post_init__(self) -> None:
        self.see(tuple(self.look(self.files, self.read)))

    def see(self, checked: tuple[Checked, ...]) -> None:
        self.checked = checked
        self.findings = unique(finding for result in checked for finding in result.findings)

    def read(self, file: str) -> bytes:
        return self.new[file] if file in self.new else self.read_old(file)

    def is_open(self, finding: Finding, unsafe: bool) -> bool:
        """Whether a finding has a fix that is asked for and was not refused."""
        return finding.fix is not None and (finding.fix.safe or unsafe) and self.key(finding) not in self.refused

    def round(self, todo: list[Finding]) -> bool:
        """Try the fixes together; if that isn't what was meant, one by one up to the first that is. False if nothing
        is left to try."""
        together = self.apart(todo)
        if len(together) > 1 and self.tried(together) == "":
            return True
        for finding in todo:
            why = self.tried([finding])
            if not why:
                return True
            self.refused[self.key(finding)] = (finding, why)
        return False

    def apart(self, todo: list[Finding]) -> list[Finding]:
        """Those of the fixes that touch different text, in order."""
        chosen: list[Finding] = []
        taken: _Cuts = {}
        for finding in todo:
            cuts = self.cuts([finding])
            if cuts is not None and not any(_touch(cuts[file], taken.get(file, ())) for file in cuts):
                chosen.append(finding)
                taken |= {file: taken.get(file, ()) + edits for file, edits in cuts.items()}
        return chosen

    def cuts(self, findings: Iterable[Finding]) -> _Cuts | None:
        """The edits of some fixes by file; None if one of them can't be carried out."""
        cuts: _Cuts = {}
        for file, edits in _by_file(findings).items():
            source, document = self.text(file, self.read(file))
            found = text_edits(source, document, edits) if source is not None else None
            if found is None:
                return None
            cuts[file] = found
        return cuts

    def text(self, file: str, data: bytes) -> tuple[Source | None, Document | None]:
        source = read_source(file, data)
        return (None, None) if isinstance(source, Finding) else (source, coat_of(file).read(source)[0])

    def tried(self, findings: list[Finding]) -> str:
        """Carry out some fixes and keep them if all is as it was meant; else the reason why they are not kept."""
        cuts = self.cuts(findings)
        if cuts is None:
            return "what it changes isn't found in the file"
        drafts = {file: carried_out(self.read(file), edits) for file, edits in cuts.items()}
        for file, edits in _by_file(findings).items():
            source, old = self.text(file, self.read(file))
            _, new = self.text(file, drafts[file])
            if source is None or not as_meant(source, old, new, edits):
                return "the file would say something else"
        known, blamed = self.findings, self.blamed(drafts, cuts, findings)
        after = tuple(self.look(self.files, lambda file: drafts[file] if file in drafts else self.read(file)))
        why = _worse(known, unique(found for result in after for found in result.findings), findings, blamed)
        if not why:
            self.new |= drafts
            self.applied += findings
            self.see(after)
        return why

    def blamed(self, drafts: Mapping[str, bytes], cuts: _Cuts, mended: list[Finding]) -> _Blamed:
        """Which new errors speak against some fixes: all of them, unless what is mended hid some; then those about the
        very words that the fixes wrote."""
        if not any(finding.code in _OF_A_WORD for finding in mended):
            return lambda error: True
        texts = {file: self.text(file, draft)[0] for file, draft in drafts.items()}
        news = {file: (source, _written(cuts[file])) for file, source in texts.items() if source is not None}
        return lambda error: error.code in _OF_A_WORD and any(_meets(span, news) for span in _spans(error))

    def key(self, finding: Finding) -> _Key:
        """What a finding is known by while lines move: its code and headline, its file and the text of its row."""
        file, line = finding.span.file, finding.span.line
        sources = (result.sources[file] for result in self.checked if file in result.sources)
        rows = next((source.lines() for source in sources), [])
        return finding.code, finding.headline, file, rows[line - 1].strip() if line <= len(rows) else ""

    def done(self, unsafe: bool) -> Fixed:
        new = {file: data for file, data in self.new.items() if data != self.read_old(file)}
        old = {file: self.read_old(file) for file in new}
        waiting = () if unsafe else tuple(each for each in self.findings if each.fix and not each.fix.safe)
        left = {self.key(finding) for finding in self.findings}
        refused = tuple(said for key, said in self.refused.items() if key in left)
        return Fixed(old, new, tuple(self.applied), refused, waiting, self.checked)


def _by_file(findings: Iterable[Finding]) -> dict[str, tuple[Edit, ...]]:
    edits: dict[str, dict[Edit, None]] = {}
    for finding in findings:
        for edit in finding.fix.edits if finding.fix else ():
            edits.setdefault(edit.span.file, {})[edit] = None
    return {file: tuple(each) for file, each in edits.items()}


def _touch(some: Iterable[TextEdit], others: tuple[TextEdit, ...]) -> bool:
    return any(one.start < two.end and two.start < one.end for one in some for two in others)


def _written(cuts: tuple[TextEdit, ...]) -> list[tuple[int, int]]:
    """Where the words that edits bring stand in the new text."""
    places, shift = [], 0
    for cut in sorted(cuts):
        places.append((cut.start + shift, cut.start + shift + len(cut.text)))
        shift += len(cut.text) - (cut.end - cut.start)
    return places


def _meets(span: Span, news: Mapping[str, tuple[Source, list[tuple[int, int]]]]) -> bool:
    """Whether a span touches a word that is new."""
    if span.file not in news:
        return False
    source, places = news[span.file]
    start, end = stretch_of(source, span)
    return any(start < last and first < end for first, last in places)


def _spans(finding: Finding) -> tuple[Span, ...]:
    return (finding.span, *(label.span for label in finding.labels))


def _worse(before: Iterable[Finding], after: Iterable[Finding], mended: list[Finding], blamed: _Blamed) -> str:
    """Why the findings after some fixes are not what they should be; empty if they are."""
    were, are = (Counter(map(_same, found)) for found in (before, after))
    gone = Counter(map(_same, mended))
    if any(are[key] > were[key] - number for key, number in gone.items()):
        return "the finding would stay"
    errors = [each for each in after if each.severity == "error" and blamed(each)]
    new = next((each for each in errors if are[_same(each)] > were[_same(each)]), None)
    return f"there would be a new error: {new.headline}" if new is not None else ""


def _same(finding: Finding) -> tuple[str, str, str]:
    return finding.span.file, finding.code, finding.headline


def _number(many: int) -> str:
    return f"{many} fix{'es' * (many != 1)}"
