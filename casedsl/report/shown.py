"""What a format gets: the findings, and what it needs to speak of their places."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from casedsl.syntax.finding import Finding, Severity
from casedsl.syntax.places import Places, places_of
from casedsl.syntax.source import Source
from casedsl.syntax.tree import Document


class Shown(Struct, frozen=True):
    """Findings to show.

    Attributes:
      findings: in the order in which they are shown.
      sources: the text of every file that was read, by name.
      documents: what was read of them, definitions and what they use; fingerprints are made of their words.
      places: by file, instead of a document, the names of the places where findings stand: what a cache can keep.
      files: the definitions that were checked, in order; a clean one has no finding.
      colour: whether a format for people colours.
      pages, slugs: the page and the name of a rule by its code; a rule that isn't there is shown by its code alone.
      folder: where the command runs, an absolute path: paths below it are shown from there; empty leaves them as given.
      version: of this package.
      fail_on: the least severity that is a reason to fail.
    """

    findings: tuple[Finding, ...]
    sources: Mapping[str, Source]
    documents: tuple[Document, ...]
    files: tuple[str, ...]
    colour: bool = False
    pages: Mapping[str, str] = {}
    slugs: Mapping[str, str] = {}
    folder: str = ""
    version: str = ""
    places: Mapping[str, Places] = {}
    fail_on: Severity = "warning"

    def known_places(self) -> dict[str, Places]:
        """The names of places by file, from the documents and from what was kept of others."""
        return {document.file: places_of(document) for document in self.documents} | {**self.places}

    def title(self, code: str) -> str:
        """A rule as people call it: `CD103 trap`."""
        return f"{code} {self.slugs[code]}" if code in self.slugs else code
