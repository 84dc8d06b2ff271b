"""A definition and every organisation file that it uses, read once each, with a finding where `use` leads nowhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import TypeAlias

from casedsl.syntax.case import read_case
from casedsl.syntax.finding import Finding
from casedsl.syntax.source import Source, read_source
from casedsl.syntax.tree import Document, Word, text_of

Read: TypeAlias = Callable[[str], bytes]
"""Gives a file's bytes by the name it is shown under; raises OSError if it can't."""

SUFFIX = ".case"


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: the document (None where its header can't be read), the organisation files, sources by name."""

    document: Document | None
    used: tuple[Document, ...]
    sources: Mapping[str, Source]
    found: tuple[Finding, ...]


def read_definition(file: str, read: Read) -> Reading:
    """A file and all that it uses. Raises OSError if the file itself can't be read; what it uses becomes findings."""
    sources: dict[str, Source] = {}
    found: list[Finding] = []
    document = _read(file, read(file), sources, found)
    if document is None:
        return Reading(None, (), sources, tuple(found))
    used = _used(document, (file,), read, sources, found)
    document = replace(document, cut_off=any(other is None for other in used))
    return Reading(document, tuple(other for other in used if other), sources, tuple(found))


def _read(file: str, data: bytes, sources: dict[str, Source], found: list[Finding]) -> Document | None:
    source = read_source(file, data)
    if isinstance(source, Finding):
        found.append(source)
        return None
    sources[file] = source
    document, findings = read_case(source)
    found.extend(findings)
    return document


def _used(
    document: Document, chain: tuple[str, ...], read: Read, sources: dict[str, Source], found: list[Finding]
) -> list[Document | None]:
    """The organisation files behind a document's `use` lines, each once, those used by others first; None for one that
    can't be read."""
    documents: list[Document | None] = []
    if document.header.torn and not any(document.header.all("use")):
        documents.append(None)  # the line may have been lost
    for line in document.header.all("use"):
        word = line.clauses["use"]
        if not isinstance(word, Word):
            continue
        file = str(PurePath(document.file).parent / (text_of(word) + SUFFIX))
        if file in chain:
            circle = " -> ".join((*chain[chain.index(file) :], file))
            found.append(_broken(word, f"`{text_of(word)}` uses itself: {circle}", "take one `use` out of the circle"))
            continue
        if file in sources:
            continue
        other = _opened(word, file, read, sources, found)
        documents += [*(_used(other, (*chain, file), read, sources, found) if other else ()), other]
    return documents


def _opened(word: Word, file: str, read: Read, sources: dict[str, Source], found: list[Finding]) -> Document | None:
    try:
        data = read(file)
    except OSError as error:
        reason = "doesn't exist" if isinstance(error, FileNotFoundError) else f"can't be read ({error.strerror})"
        way_out = "correct the name; it is written without its suffix" if isinstance(error, FileNotFoundError) else ""
        found.append(_broken(word, f"the file `{file}` {reason}", way_out))
        return None
    document = _read(file, data, sources, found)
    if document is not None and document.kind != "organisation":
        found.append(_broken(word, f"`{file}` is no organisation file", "what is used begins with `organisation`"))
        return None
    return document


def _broken(word: Word, headline: str, way_out: str) -> Finding:
    return Finding("CD012", "error", word.span, headline, way_out=way_out)
