"""Programs as tests: a definition that says on each line what must be found there.

    on answer -> done
        by clerk
        when fee > 100      # CD005[100] is money in GBP

A mark is a code, in brackets the text under the carets (may be left out), and a part of the headline. A line may bear
several. What is found must be what is marked, no more and no less; a program without marks must be sound. Of warnings
and infos only those are compared whose code is marked somewhere in the program: small programs need not be tidy. One
that doesn't begin with a header gets one (`case type letter`, which uses `acme`, the organisation of the rules' pages).
A line `--- name.case` begins another file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from functools import wraps
from pathlib import Path
from textwrap import dedent

from msgspec.structs import replace

from casedsl.compile import Checked, check
from casedsl.syntax.finding import Finding
from casedsl.syntax.span import Span

ROOT = Path(__file__).resolve().parents[2]
ACME = (ROOT / "tests" / "rules" / "acme.case").read_bytes()
HEADER = 'case type letter "Letter"\n    edition 1\n    use "acme"\n'
END = "final state done\n"
_MARK = re.compile(r"# (CD\d{3})(?:\[((?:[^\]]|\](?=[^ ]))+)\])?((?:(?!# CD\d{3}).)*)")
_FILE = re.compile(r"^--- (\S+)\n", re.M)


def looked_at(files: Mapping[str, bytes | str], file: str = "main.case", also: Collection[str] = ()) -> Checked:
    """What `casedsl check` finds in files that exist in this mapping only; `acme.case` is always there. The errors, and
    of warnings and infos those with a code in `also`."""
    known = {"acme.case": ACME} | {
        name: text.encode() if isinstance(text, str) else text for name, text in files.items()
    }

    def read(name: str) -> bytes:
        if name not in known:
            raise FileNotFoundError(2, "No such file", name)
        return known[name]

    checked = check(file, read)
    kept = (finding for finding in checked.findings if finding.severity == "error" or finding.code in also)
    return replace(checked, findings=tuple(kept))


def files_of(text: str) -> dict[str, str]:
    """The files of a program."""
    first, *rest = _FILE.split(dedent(text).lstrip("\n"))
    begun = first if first.startswith(("case type", "organisation")) else HEADER + first
    return {"main.case": begun, **dict(zip(rest[::2], rest[1::2], strict=True))}


def under_carets(checked: Checked, span: Span) -> str:
    """The text that a span marks."""
    if span.file not in checked.sources:
        return ""
    return checked.sources[span.file].lines()[span.line - 1][span.column - 1 : span.end_column - 1]


def judge(text: str, also: Collection[str] = ()) -> Checked:
    """Check a program against its marks; also those of its warnings and infos whose code is in `also`, so that nothing
    can be found unmarked."""
    files = files_of(text)
    wanted = {
        (file, number): list(_MARK.findall(line))
        for file, body in files.items()
        for number, line in enumerate(body.split("\n"), 1)
        if _MARK.search(line)
    }
    checked = looked_at(files, also={*also, *(code for marks in wanted.values() for code, *_ in marks)})
    told = "\n".join(f"{finding.span}: {finding.code} {finding.headline}" for finding in checked.findings)
    for finding in checked.findings:
        assert in_our_voice(finding), finding
        marks = wanted.get((finding.span.file, finding.span.line), [])
        mark = next((mark for mark in marks if _fits(mark, finding, checked)), None)
        assert mark is not None, f"not expected, or not so:\n{told}"
        marks.remove(mark)
    missing = {place: marks for place, marks in wanted.items() if marks}
    assert not missing, f"not found: {missing}\n{told or 'nothing was found'}"
    assert checked.sound or wanted
    return checked


def in_our_voice(finding: Finding) -> bool:
    """A fact in the author's words: lower case (but for a currency), no full stop, no word of our trade."""
    headline = finding.headline
    begins = headline[:1] in '`"' or headline[:1].islower() or headline[:3].isupper()
    ends = headline.endswith((".", "!", "?")) or finding.way_out.endswith(".")
    trade = re.search(r"\b(invalid|illegal|token|parse[rd]?|syntax|null|I|you|we)\b", re.sub("`[^`]*`", "", headline))
    return begins and not ends and not trade and "\n" not in headline + finding.way_out


def _fits(mark: tuple[str, str, str], finding: Finding, checked: Checked) -> bool:
    code, place, headline = mark
    marked = under_carets(checked, finding.span)
    under = place in ("", marked, re.sub(" +", " ", marked))
    return code == finding.code and under and headline.strip() in finding.headline


def program_about(code: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """A test whose docstring is a program in which a warning or an info with this code stands wherever it is marked,
    and nowhere else."""

    def of(test: Callable[[], None]) -> Callable[[], None]:
        @wraps(test)
        def run() -> None:
            judge(test.__doc__ or "", (code,))
            test()

        return run

    return of


def program(test: Callable[[], None]) -> Callable[[], None]:
    """A test whose docstring is the program that it tests."""

    @wraps(test)
    def run() -> None:
        judge(test.__doc__ or "")
        test()

    return run
