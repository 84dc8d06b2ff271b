"""Paths as other programs want them: from the folder in which the command runs, with forward slashes."""

from __future__ import annotations

from pathlib import PurePath
from urllib.parse import quote_from_bytes


def relative(file: str, folder: str) -> str:
    """A file's path from a folder if it is below it; any other path as it was given, without `./`."""
    path = PurePath(file)
    inside = bool(folder) and path.is_absolute() and path.is_relative_to(folder)
    return (path.relative_to(folder) if inside else path).as_posix()


def uri(file: str, folder: str) -> str:
    """The same as a URI reference; a path that stays absolute gets the scheme `file`."""
    path = relative(file, folder)
    quoted = quote_from_bytes(encoded(path))
    if not PurePath(path).is_absolute():
        return quoted
    return f"file://{quoted}" if quoted.startswith("/") else f"file:///{quoted}"


def encoded(text: str) -> bytes:
    """The bytes of a name: bytes that are no UTF-8 came as surrogates (PEP 383), and go as what they were."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
