"""A definition and every organisation file that it uses, read once each, with a finding where `use` leads nowhere.

`use` names a file without its suffix, so that it reads alike in both coats: the file in the same coat is meant, and
where there is none, the one in the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import PurePath
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from casedsl.syntax.case import read_case
from casedsl.syntax.finding import Finding
from casedsl.syntax.source import SUFFIXES, YAML, Source, read_source
from casedsl.syntax.tree import Document, Word, text_of

Read: TypeAlias = Callable[[str], bytes]
"""Gives a file's bytes by the name it is shown under; raises OSError if it can't."""


class Reading(Struct, frozen=True):
    """What was read: the document (None where its header can't be read), the organisation files, sources by name."""

    document: Document | None
    used: tuple[Document, ...]
    sources: Mapping[str, Source]
    found: tuple[Finding, ...]


def read_definition(file: str, read: Read) -> Reading:
    """A file and all that it uses. Raises OSError if the file itself can't be read; what it uses becomes findings."""
    sources: dict[str, Source] = {}
    found: list[Finding] = []
    document = _noted(file, _understood(file, read(file)), sources, found)
    if document is None:
        return Reading(None, (), sources, tuple(found))
    used = _used(document, (file,), read, sources, found)
    document = replace(document, cut_off=any(other is None for other in used))
    return Reading(document, tuple(other for other in used if other), sources, tuple(found))


_Understood: TypeAlias = tuple[Source | None, Document | None, tuple[Finding, ...]]


def _noted(file: str, understood: _Understood, sources: dict[str, Source], found: list[Finding]) -> Document | None:
    source, document, findings = understood
    if source is not None:
        sources[file] = source
    found.extend(findings)
    return document


def _understood(file: str, data: bytes) -> _Understood:
    """What a file's bytes say."""
    source = read_source(file, data)
    if isinstance(source, Finding):
        return None, None, (source,)
    return source, *_reader(file)(source)


_shared = lru_cache(32)(_understood)
"""The same for files that are used, kept: many definitions use one organisation."""


def _reader(file: str) -> Callable[[Source], tuple[Document | None, tuple[Finding, ...]]]:
    """The reader of a file's coat, by its name; a `.case` file is read without loading YAML."""
    if file.endswith(SUFFIXES[0]):
        return read_case
    from casedsl.syntax.yaml.reader import read_yaml

    return read_yaml if file.endswith(YAML) else read_case


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
        files = _candidates(document.file, text_of(word))
        circular = next((file for file in files if file in chain), None)
        if circular is not None:
            circle = " -> ".join((*chain[chain.index(circular) :], circular))
            found.append(_broken(word, f"`{text_of(word)}` uses itself: {circle}", "take one `use` out of the circle"))
            continue
        if any(file in sources for file in files):
            continue
        other = _opened(word, files, read, sources, found)
        deeper = _used(other, (*chain, other.file), read, sources, found) if other else ()
        documents += [*deeper, other]
    return documents


def _candidates(user: str, name: str) -> list[str]:
    """The files that a name in `use` can mean: those in the coat of the file that uses it first."""
    suffixes = sorted(SUFFIXES, key=lambda suffix: suffix.endswith(YAML) != user.endswith(YAML))
    return [str(PurePath(user).parent / (name + suffix)) for suffix in suffixes]


def _opened(
    word: Word, files: list[str], read: Read, sources: dict[str, Source], found: list[Finding]
) -> Document | None:
    data = None
    for file in files:
        try:
            data = read(file)
            break
        except FileNotFoundError:
            continue
        except OSError as error:
            found.append(_broken(word, f"the file `{file}` can't be read ({error.strerror})", ""))
            return None
    if data is None:
        way_out = "correct the name; it is written without its suffix"
        found.append(_broken(word, f"the file `{files[0]}` doesn't exist", way_out))
        return None
    document = _noted(file, _shared(file, data), sources, found)
    if document is not None and document.kind != "organisation":
        found.append(_broken(word, f"`{file}` is no organisation file", "what is used begins with `organisation`"))
        return None
    return document


def _broken(word: Word, headline: str, way_out: str) -> Finding:
    return Finding("CD012", "error", word.span, headline, way_out=way_out)
