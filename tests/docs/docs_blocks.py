"""The code blocks of the documentation, and what can be done with each kind.

    ```case                       a whole file: `case type NAME`, `organisation NAME`, or below `# file: NAME.case`
    ```case fragment of NAME      lines to add to the case type NAME of the same page, below the lines they belong to
    ```case guards of NAME        expressions, one a line, each as the `when` of an event of NAME
    ```case excerpt of NAME       lines that stand so in `examples/NAME/NAME.case`
    ```yaml of NAME               the case type NAME of the same page in the other coat: the same tree and comments
    ```text                       what the block above prints: a case block its findings, a python block its output
    ```console                    `$ casedsl …` and what it prints, in a copy of the complaint's folder, in order
    ```python                     a program, run in the same folder; `python continued` begins with those above it
    ```text figure                a drawing, or commands that set a machine up: not run

A comment `# CD101` in a case block stands on a line that is reported with that code; without one nothing is reported
that stops compilation, and no warning whose code is marked in the block: a fragment need not use all that it shows. A
line `…` in output stands for any lines, `…` in a line for any characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from msgspec.structs import replace

from casedsl.compile import Checked, check

ROOT = Path(__file__).resolve().parents[2]
ACME = ROOT / "tests" / "rules" / "acme.case"
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
KINDS = re.compile(
    r"case|case (fragment|guards|excerpt) of \w+|yaml of \w+|text|console|python|python continued|text figure"
)
_FENCE = re.compile(r"^(?P<fence>`{3,}) *(?P<info>[^`\n]*)\n(?P<body>.*?)^(?P=fence) *$", re.M | re.S)
_HEAD = re.compile(r"(?:# file: (?P<file>\w+)\.case\n)?(?:case type|organisation) +(?P<name>\w+)")
_MARK = re.compile(r"#.*?\b(CD\d{3})$")


@dataclass(frozen=True, slots=True)
class Block:
    """A code block: where it stands, what it says that it is, what is in it; `before` are the blocks above it."""

    page: Path
    line: int
    info: str
    body: str
    before: tuple[Block, ...] = field(repr=False)

    def __str__(self) -> str:
        return f"{self.page.name}:{self.line}"

    @property
    def kind(self) -> str:
        return self.info.partition(" of ")[0]

    @property
    def of(self) -> str:
        return self.info.partition(" of ")[2]


def blocks_of(page: Path) -> list[Block]:
    """The blocks of a page, in order."""
    text, found = page.read_text("utf-8"), list[Block]()
    for fence in _FENCE.finditer(text):
        line = text.count("\n", 0, fence.start()) + 1
        found.append(Block(page, line, fence["info"].strip(), fence["body"], tuple(found)))
    return found


def files_before(block: Block) -> dict[str, str]:
    """The whole files of a page up to and with a block, by name."""
    whole = (other for other in (*block.before, block) if other.kind == "case" and other.info == "case")
    return {file_of(other): other.body for other in whole}


def file_of(block: Block) -> str:
    head = _HEAD.match(block.body)
    assert head, f"{block}: a whole file begins with `case type NAME`, `organisation NAME` or `# file: NAME.case`"
    return f"{head['file'] or head['name']}.case"


def programs(block: Block) -> Iterator[tuple[str, str]]:
    """The programs that a case block makes, each as the name of its file and its text."""
    if block.kind == "case":
        yield file_of(block), block.body
        return
    frame = files_before(block).get(f"{block.of}.case")
    assert frame is not None, f"{block}: no block above is the case type `{block.of}`"
    if block.kind == "case fragment":
        yield f"{block.of}.case", "\n".join(merged(frame.splitlines(), block.body.splitlines())) + "\n"
    else:
        for guard in block.body.splitlines():
            yield f"{block.of}.case", _guarded(frame, guard)


def _guarded(frame: str, guard: str) -> str:
    """The frame with an event in its first state that asks for this guard, and for every field that it may read."""
    first = re.search(r"^first state (\w+)", frame, re.M)
    assert first
    fields = re.findall(r"^    (\w+) ", frame.partition("\nfields\n")[2].partition("\n\n")[0], re.M)
    event = ["    on guarded -> stay", f"        needs {', '.join(fields)}", f"        when {guard}"]
    return "\n".join(merged(frame.splitlines(), [f"state {first[1]}", *event])) + "\n"


def merged(frame: list[str], fragment: list[str]) -> list[str]:
    """The frame with the lines of a fragment: what stands below a line that the frame has too goes to the end of that
    line's block; all other lines go to the end."""
    for line, below in _parts(fragment):
        place = next((i for i, known in enumerate(frame) if below and _same(known, line)), None)
        if place is None:
            frame = [*frame, line, *below]
            continue
        end = place + 1
        while end < len(frame) and frame[end].startswith(" " * (_depth(line) + 1)):
            end += 1
        frame = [*frame[: place + 1], *merged(frame[place + 1 : end], below), *frame[end:]]
    return frame


def _parts(lines: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Each line of the outermost level with the lines below it."""
    start = 0
    for i in range(1, len(lines) + 1):
        if i == len(lines) or _depth(lines[i]) <= _depth(lines[start]):
            yield lines[start], lines[start + 1 : i]
            start = i


def _same(known: str, line: str) -> bool:
    """Whether two lines are the same but for their title and the words `first` and `final`."""
    return _depth(known) == _depth(line) and _key(known) == _key(line)


def _key(line: str) -> str:
    return re.sub(r"^(first|final) ", "", " ".join(re.sub(r'"[^"]*"', "", line).split()))


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def expected(program: str) -> list[tuple[int, str]]:
    """The findings that the comments of a program speak of, each as its line and code."""
    marks = ((number, _MARK.search(line)) for number, line in enumerate(program.splitlines(), 1))
    return [(number, mark[1]) for number, mark in marks if mark]


def checked(block: Block, file: str, program: str) -> Checked:
    """The program, checked beside the other files of its page and the organisation `acme`; without opinions, which are
    shown only to who asks for them."""
    files: Mapping[str, str] = {"acme.case": ACME.read_text("utf-8"), **files_before(block), file: program}

    def read(name: str) -> bytes:
        if name not in files:
            raise FileNotFoundError(2, "No such file", name)
        return files[name].encode()

    found = check(file, read)
    return replace(found, findings=tuple(finding for finding in found.findings if finding.severity != "info"))


def fits(printed: str, shown: str) -> bool:
    """Whether output is as shown: `…` alone on a line stands for any lines, in a line for any characters."""
    rows = (
        r"(?:.*\n)*" if row == "…" else re.escape(row).replace("…", ".*") + r"\n" for row in shown.rstrip().split("\n")
    )
    return re.fullmatch("".join(rows), printed.rstrip() + "\n") is not None
