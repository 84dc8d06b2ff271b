"""The two coats of a definition: how a file is read and printed, by its name; and what printing is held to.

A text that is printed anew is read again: it must be the same tree with the same comments. If it isn't, that is an
error of the printer, and the text is not used.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from casedsl.syntax.alike import same_tree
from casedsl.syntax.case import read_case
from casedsl.syntax.comments import comments_of
from casedsl.syntax.finding import Finding
from casedsl.syntax.printing import print_case, print_yaml
from casedsl.syntax.source import YAML, Source, read_source
from casedsl.syntax.tree import Document
from casedsl.syntax.yaml.nodes import read_nodes
from casedsl.syntax.yaml.reader import read_yaml

Reads: TypeAlias = Callable[[Source], tuple[Document | None, tuple[Finding, ...]]]


class Coat(Struct, frozen=True):
    """One way to write a definition.

    Attributes:
      name: what it is called on the command line.
      suffix: what its files end with.
    """

    name: str
    suffix: str
    read: Reads
    printed: Callable[[Document], str]


CASE_COAT = Coat("case", ".case", read_case, print_case)
YAML_COAT = Coat("yaml", ".case.yaml", read_yaml, print_yaml)
COATS = {coat.name: coat for coat in (CASE_COAT, YAML_COAT)}


class PrintError(Exception):
    """What was printed doesn't say what it was printed from: an error of the printer, never of the author."""


class Whole(Struct, frozen=True):
    """A text of which every line was read, and the coat in which it was."""

    source: Source
    document: Document
    coat: Coat


class Unfit(Struct, frozen=True):
    """Why a text can't be printed anew, in one sentence."""

    sentence: str


def coat_of(file: str) -> Coat:
    """The coat in which a file of this name is written."""
    return YAML_COAT if file.endswith(YAML) else CASE_COAT


def read_to_print(file: str, data: bytes, coat: Coat) -> Whole | Unfit:
    """A definition that can be printed: every line was read, and nothing stands in it that a tree doesn't keep."""
    source = read_source(file, data)
    if isinstance(source, Finding):
        return Unfit(f"{file} can't be read: {source.headline}; {source.way_out}")
    document, found = coat.read(source)
    if document is None or found:
        first = f"{found[0].span}: {found[0].headline}" if found else str(source.file)
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        return Unfit(f"{first}{more}; correct it first, `casedsl check` says how")
    if coat is YAML_COAT and read_nodes(source).aliased:
        return Unfit(f"{file} has anchors or aliases, which no formatter can keep; write out what they stand for first")
    return Whole(source, document, coat)


def neat(whole: Whole) -> str | Unfit:
    """A definition as it should look. Raises PrintError where that would say something else."""
    return printed_as(whole, whole.document, whole.coat, whole.source.file, ordered=True)


def printed_as(whole: Whole, document: Document, coat: Coat, file: str, *, ordered: bool) -> str | Unfit:
    """The text of a file in a coat that says what a document says, which was read from `whole`; `ordered` if unlike
    lines must stay in their order. Raises PrintError where the text would say something else."""
    text = coat.printed(document)
    source = read_source(file, text.encode())
    again, found = (None, (source,)) if isinstance(source, Finding) else coat.read(source)
    if found:
        return Unfit(f"{found[0].span}: what is meant can't be written in this file: {found[0].headline}")
    if again is None or not same_tree(document, again, ordered=ordered):
        raise PrintError(f"{file}: what was printed is another tree")
    if coat.printed(again) != text:
        raise PrintError(f"{file}: printing changes what was printed")
    if _comments(whole.source, whole.coat) != _comments(Source(file, text), coat):
        raise PrintError(f"{file}: a comment would be lost")
    return text


def _comments(source: Source, coat: Coat) -> Counter[str]:
    known = replace(source, file=f"{source.file}{coat.suffix}")
    return Counter(comment.text.rstrip() for comment in comments_of(known))
