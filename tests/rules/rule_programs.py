"""Programs as tests of a rule: a definition that says on each line what the rule must find there.

    waiting on customer                 # CD401[customer] waits on `customer`

A mark is a code, in brackets the text under the carets (may be left out), and a part of the headline. All errors must
be marked, and everything that the rules in question find; what other rules warn of is theirs. A program that doesn't
begin with a header gets one (`case type letter`, which uses `acme`). A line `--- name.case` begins another file.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import wraps
from pathlib import Path
from textwrap import dedent

from rule_subjects import wrong_subjects

from casedsl.artifact.lock import Lock
from casedsl.compile import Checked, check
from casedsl.syntax.finding import Finding

ACME = (Path(__file__).parent / "acme.case").read_bytes()
HEADER = 'case type letter "Letter"\n    edition 1\n    use "acme"\n'
_MARK = re.compile(r"# (CD\d{3})(?:\[([^\]]*)\])?((?:(?!# CD\d{3}).)*)")
_FILE = re.compile(r"^--- (\S+)\n", re.M)


def files_of(text: str) -> dict[str, bytes]:
    """The files of a program, and `acme.case`."""
    first, *rest = _FILE.split(dedent(text).lstrip("\n"))
    begun = first if first.startswith(("case type", "organisation")) else HEADER + first
    others = {name: body.encode() for name, body in zip(rest[::2], rest[1::2], strict=True)}
    return {"main.case": begun.encode(), "acme.case": ACME, **others}


def look(text: str, *, lock: Lock | None = None, today: date | None = None) -> Checked:
    """What is found in a program; what each finding says that it is about is true."""
    files = files_of(text)

    def read(name: str) -> bytes:
        if name not in files:
            raise FileNotFoundError(2, "No such file", name)
        return files[name]

    checked = check("main.case", read, lock=lock, today=today)
    wrong = wrong_subjects(checked)
    assert not wrong, wrong
    return checked


def the_one(text: str, code: str) -> Finding:
    """The only finding of a rule in a program."""
    (finding,) = (finding for finding in look(text).findings if finding.code == code)
    return finding


def carets(checked: Checked, finding: Finding) -> str:
    span = finding.span
    return checked.sources[span.file].lines()[span.line - 1][span.column - 1 : span.end_column - 1]


def judge(text: str, *codes: str) -> None:
    """Compare what is found with the marks."""
    checked = look(text)
    wanted = [
        (file, number, *mark)
        for file, body in files_of(text).items()
        for number, line in enumerate(body.decode().split("\n"), 1)
        for mark in _MARK.findall(line)
    ]
    told = [f"{each.span} {each.code}[{carets(checked, each)}] {each.headline}" for each in checked.findings]
    for finding in checked.findings:
        if finding.severity == "error" or finding.code in codes:
            mark = next((mark for mark in wanted if _fits(mark, finding, checked)), None)
            assert mark is not None, f"not expected:\n{told}"
            assert finding.way_out, finding
            wanted.remove(mark)
    assert not wanted, f"not found: {wanted}\n{told}"


def _fits(mark: tuple[str, int, str, str, str], finding: Finding, checked: Checked) -> bool:
    file, number, code, place, headline = mark
    here = (finding.span.file, finding.span.line, finding.code) == (file, number, code)
    return here and place in ("", carets(checked, finding)) and headline.strip() in finding.headline


def program(*codes: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """A test whose docstring is the program that it tests, about some rules."""

    def decorated(test: Callable[[], None]) -> Callable[[], None]:
        @wraps(test)
        def run() -> None:
            judge(test.__doc__ or "", *codes)
            test()

        return run

    return decorated
