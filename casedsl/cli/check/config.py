"""The settings of a project: `casedsl.toml`, or `[tool.casedsl]` in pyproject.toml, read strictly.

A file's settings stand in the nearest configuration above it. A key that nobody knows is an error with its place: one
that is silently passed over is found only after it has done harm.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from msgspec import Struct

from casedsl.cli.rim import Stamp, Stop, read_bytes, stamp_of, unreadable
from casedsl.syntax.spelling import did_you_mean, nearest

OWN, SHARED = "casedsl.toml", "pyproject.toml"
FORMATS = ("full", "concise", "json", "jsonl", "sarif", "github", "gitlab", "junit", "rdjson")
_WRONG_TOML = re.compile(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", re.S)


class Key(Struct, frozen=True):
    """A setting: what it is if nobody says it, how its value is checked, and how a right one is described."""

    default: object
    fits: Callable[[object], bool]
    form: str


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) and each.strip() for each in value)


def _lists(value: object) -> bool:
    return isinstance(value, dict) and all(name.strip() and _texts(each) for name, each in value.items())


def _jobs(value: object) -> bool:
    return value == "auto" or (isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 1000)


def _one_of(words: tuple[str, ...]) -> Key:
    return Key(words[0], lambda value: value in words, f"one of {', '.join(words)}")


KEYS: Mapping[str, Key] = {
    "include": Key(None, _texts, 'a list of patterns, as in ["forms/**"]'),
    "exclude": Key([], _texts, 'a list of patterns, as in ["drafts"]'),
    "select": Key(None, _texts, 'a list of rules, as in ["CD1", "no-timer"]'),
    "ignore": Key([], _texts, 'a list of rules, as in ["CD104"]'),
    "per-file-ignores": Key({}, _lists, 'a table of patterns with rules, as in { "old/**" = ["CD104"] }'),
    "fail-on": Key("warning", lambda value: value in ("error", "warning", "info"), "one of error, warning, info"),
    "output-format": _one_of(FORMATS),
    "people": Key(None, lambda value: isinstance(value, str) and bool(value.strip()), 'a file, as in "people.yaml"'),
    "cache": Key(True, lambda value: isinstance(value, bool), "true or false"),
    "jobs": Key(1, _jobs, 'a whole number from 1 on, or "auto"'),
}
"""All settings. One that isn't set is None where there is no value that says the same."""


class Config(Struct, frozen=True):
    """The settings of one file, as they stand there.

    Attributes:
      file: how the file is shown; empty where there is none.
      folder: the absolute path of the folder that patterns are relative to.
      values, lines: by key: what is said, and on which line.
    """

    file: str = ""
    folder: str = ""
    values: Mapping[str, object] = {}
    lines: Mapping[str, int] = {}

    def origin(self, key: str) -> str:
        """Where a setting comes from."""
        if key not in self.values:
            return "default"
        return f"{self.file}:{self.lines[key]}" if key in self.lines else self.file

    def path_of(self, file: str) -> str:
        """A file's path as patterns see it."""
        return os.path.relpath(os.path.abspath(file), self.folder).replace(os.sep, "/")


class Configs:
    """The configurations of one run, each read once.

    Attributes:
      looked_at: every file that was looked for, there or not, with its stamp from before: what a watcher watches.
    """

    def __init__(self, named: str | None = None, off: bool = False, seen: dict[str, Stamp] | None = None) -> None:
        self.looked_at: dict[str, Stamp] = {} if seen is None else seen
        self._folders: dict[str, Config] = {}
        if named is not None:
            self.looked_at[named] = stamp_of(named)
        self._named = read_config(named) if named is not None else Config() if off else None

    def of(self, file: str) -> Config:
        """The configuration nearest to a file."""
        return self._named or self.of_folder(os.path.dirname(os.path.abspath(file)))

    def of_folder(self, folder: str) -> Config:
        """The configuration nearest to an absolute folder."""
        if self._named is not None:
            return self._named
        if folder not in self._folders:
            above = os.path.dirname(folder)
            config = self._in(folder)
            self._folders[folder] = config or (self.of_folder(above) if above != folder else Config())
        return self._folders[folder]

    def _in(self, folder: str) -> Config | None:
        """The configuration in a folder itself."""
        for name in (OWN, SHARED):
            file = os.path.join(folder, name)
            self.looked_at[_shown(file)] = stamp_of(file)
            if os.path.isfile(file):
                config = read_config(_shown(file), must=False)
                if config:
                    return config
        return None


def read_config(file: str, must: bool = True) -> Config | None:
    """The configuration in a file; ends the command if it can't be read, has an unknown key or a wrong value. A
    pyproject.toml without the table is none, unless it must be one."""
    try:
        data = read_bytes(file)
    except OSError as error:
        raise Stop(unreadable(file, error)) from None
    shared = Path(file).name == SHARED
    table = None if shared and not must and b"casedsl" not in data else _table(file, data, shared)
    if table is None:
        if must:
            raise Stop(f"{file} has no table [tool.casedsl]; add one, or name another file")
        return None
    text = data.decode("utf-8")
    lines = {key: line for key in table if (line := _line_of(key, text, "tool.casedsl" if shared else ""))}
    for key, value in table.items():
        _require(key, value, f"{file}:{lines[key]}" if key in lines else file)
    return Config(file, os.path.dirname(os.path.abspath(file)), table, lines)


def _table(file: str, data: bytes, shared: bool) -> Mapping[str, object] | None:
    """The table of settings in a TOML file."""
    import tomllib  # most runs meet no configuration

    try:
        document = tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError:
        raise Stop(f"{file} is not text in UTF-8; save it with that encoding") from None
    except tomllib.TOMLDecodeError as error:
        found = _WRONG_TOML.fullmatch(str(error))
        place = f"{file}:{found[2]}:{found[3]}" if found and found[2] else file
        raise Stop(f"{place}: this can't be read as TOML: {_lower(found[1] if found else str(error))}") from None
    except RecursionError:
        raise Stop(f"{file} is nested too deeply to be read as TOML") from None
    if not shared:
        return document
    tool = document.get("tool")
    table = tool.get("casedsl") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise Stop(f"{file}: `tool.casedsl` is a table; write [tool.casedsl]")
    return table


def _require(key: str, value: object, place: str) -> None:
    """End the command if there is no such key, or its value is none."""
    if key not in KEYS:
        dashed = key.replace("_", "-")
        near = (dashed,) if dashed in KEYS else nearest(dashed, KEYS)
        way_out = did_you_mean(near) or f"there are: {', '.join(KEYS)}"
        raise Stop(f"{place}: there is no setting `{key}`; {way_out}")
    if not KEYS[key].fits(value):
        raise Stop(f"{place}: `{key}` is {KEYS[key].form}")


def _line_of(key: str, text: str, table: str) -> int | None:
    """The line on which a key is written: below the head of its table, or in a head of its own."""
    name = rf"(?:{re.escape(key)}|\"{re.escape(key)}\"|'{re.escape(key)}')"
    prefix = rf"{re.escape(table)}\s*\.\s*" if table else ""
    written, head = re.compile(rf"\s*{name}\s*[.=]"), re.compile(rf"\s*\[\[?\s*{prefix}{name}\s*[.\]]")
    here = ""
    for number, row in enumerate(text.split("\n"), 1):
        if head.match(row):
            return number
        section = re.match(r"\s*\[\s*([^\[\]\"']+?)\s*\]\s*(?:#.*)?$", row)
        here = section[1] if section else here
        if here == table and written.match(row):
            return number
    return None


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _shown(file: str) -> str:
    """A path as people read it: relative to the working folder if it lies below."""
    relative = os.path.relpath(file)
    return file if relative.startswith("..") else relative
