"""`casedsl init`: a definition to begin with, and all that it takes to run it.

A template is one of the examples, whole and tested, under a name of one's own: who starts has a case type that is
clean, compiles and plays its scenarios, and changes it line by line. Questions are asked on a terminal only, and each
has an option.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

import click
from msgspec import Struct

from casedsl.cli.compiling import LOCK
from casedsl.cli.rim import Stop, put, unwritable, write_files
from casedsl.cli.shipped import shipped
from casedsl.report.plain import plain
from casedsl.syntax.source import SUFFIX, SUFFIXES, stem_of

TEMPLATES = MappingProxyType(
    {
        "complaint": "a customer complains; a handler, a legal adviser and a supervisor answer in ten working days",
        "it_incident": "something in IT doesn't work; service desk, engineers and suppliers restore it",
    }
)
Coat = Callable[[str, bytes], tuple[str, bytes]]
"""How a definition is dressed: the name and text of its `.case` file in, the name and text of the file to write out."""


def _in_yaml(file: str, text: bytes) -> tuple[str, bytes]:
    from casedsl.syntax.coats import CASE_COAT, Unfit, read_to_print  # the readers, for who wants this coat
    from casedsl.syntax.printing import print_yaml

    whole = read_to_print(file, text, CASE_COAT)
    if isinstance(whole, Unfit):
        raise Stop(whole.sentence, 3)
    return f"{stem_of(file)}{SUFFIXES[1]}", print_yaml(whole.document).encode()


_COATS: Mapping[str, Coat] = MappingProxyType({"case": lambda file, text: (file, text), "yaml": _in_yaml})

_ORGANISATION, _PEOPLE = f"organisation{SUFFIX}", "people.yaml"
_NAME = re.compile(r"[A-Za-z_]\w*")
_HEAD = re.compile(r'^case type \w+ "[^"\n]*"$', re.MULTILINE)


class Start(Struct, frozen=True):
    """What is to be written: which template, in which coat, where, and what the case type is called."""

    template: str
    coat: str
    folder: Path
    name: str


@click.command("init", epilog="Example: casedsl init parking --template it_incident")
@click.argument("folder", required=False)
@click.option("--template", type=click.Choice(list(TEMPLATES)), help="What to begin with; complaint if not given.")
@click.option("--coat", type=click.Choice(["case", "yaml"]), help="How the definition is written; case if not given.")
@click.option("--name", help="What the case type is called; the folder's name if not given, else the template's.")
@click.option("-y", "--yes", is_flag=True, help="Ask nothing, on a terminal neither.")
def init(folder: str | None, template: str | None, coat: str | None, name: str | None, yes: bool) -> int:
    """Write a case type to begin with into FOLDER: definition, organisation, people and calendars.

    What isn't said is asked on a terminal; elsewhere it is the default. Nothing that is there is overwritten.
    """
    asks = not yes and _on_a_terminal()
    template = template or _asked(asks, "Which template", "complaint", list(TEMPLATES), TEMPLATES)
    coat = coat or _asked(asks, "Which coat", "case", list(_COATS))
    folder = folder or _asked(asks, "Which folder", name or template)
    start = Start(template, coat, Path(folder), _name(name, folder, template))
    files = _files(start)
    _write({str(start.folder / file): data for file, data in files.items()})
    put(_tree(start, list(files)) + "\n" + _next(start, next(iter(files))))
    return 0


def _on_a_terminal() -> bool:
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))


def _asked(
    asks: bool,
    question: str,
    default: str,
    choices: list[str] | None = None,
    meaning: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """The answer to a question, or its default where nobody is asked."""
    if not asks:
        return default
    for choice in meaning:
        click.echo(f"  {choice.ljust(max(map(len, meaning)))}  {meaning[choice]}", err=True)
    kind = click.Choice(choices) if choices else None
    return str(click.prompt(question, default=default, type=kind, err=True))


def _name(name: str | None, folder: str, template: str) -> str:
    """What the case type is called: as asked for, else like its folder if that can be a name."""
    if name is not None:
        if _NAME.fullmatch(name) is None:
            way = "a name begins with a letter from a to z and goes on with letters, digits and `_`"
            raise Stop(f"--name: {name[:60]!r} is no name; {way}")
        if not _is_free(name):
            raise Stop(f"--name: {name} is the name of the organisation's file; choose another")
        return name
    like = re.sub(r"[\s.-]+", "_", Path(folder).resolve().name.lower())
    return like if _NAME.fullmatch(like) and _is_free(like) else template


def _is_free(name: str) -> bool:
    """Whether a file of this name would not be the organisation's, also where letters are not told apart by size."""
    return f"{name}{SUFFIX}".lower() != _ORGANISATION


def _files(start: Start) -> dict[str, bytes]:
    """The files to write, by their names in the folder; the case type stands first."""
    source, dress = _source(start.template), _COATS[start.coat]
    head = (source / f"{start.template}{SUFFIX}").read_text("utf-8")
    title = "" if start.name == start.template else _title(start.name)
    case_type = _HEAD.sub(f'case type {start.name} "{title}"', head, count=1) if title else head
    definition = dict([dress(f"{start.name}{SUFFIX}", case_type.encode())])
    organisation = dict([dress(_ORGANISATION, (source / _ORGANISATION).read_bytes())])
    return definition | organisation | {file: (source / file).read_bytes() for file in (_PEOPLE, LOCK)}


def _title(name: str) -> str:
    return name.replace("_", " ").strip().capitalize() or name


def _source(template: str) -> Path:
    folder = shipped(template)
    if folder is None:
        raise Stop(f"the template {template} is not installed; install casedsl again, or take another template")
    return folder


def _write(files: Mapping[str, bytes]) -> None:
    """Write all files, or none and leave no folder behind."""
    for file in files:
        if os.path.lexists(file):
            raise Stop(f"{file} is there already; name another folder, or move it away")
    folder = Path(next(iter(files))).parent
    made = list[Path]()
    written = False
    try:
        for each in reversed([folder, *folder.parents]):
            if not each.exists():
                each.mkdir()
                made.append(each)
        write_files(files)
        written = True
    except OSError as error:
        raise Stop(unwritable(str(error.filename), error)) from None
    finally:
        if not written:
            _take_back(files, made)


def _take_back(files: Iterable[str], made: list[Path]) -> None:
    """Leave everything as it was; none of the files was there before."""
    for file in files:
        if os.path.isfile(file):
            os.unlink(file)
    for folder in reversed(made):
        folder.rmdir()


def _tree(start: Start, files: list[str]) -> str:
    """What was written, with a word about each file."""
    words = ("the case type: read this first", "its calendars, roles and teams", "who there is, to try it",
             "holidays and time zones, locked")  # fmt: skip
    signs = ["├── "] * (len(files) - 1) + ["└── "]
    width = max(map(len, files))
    rows = (f"{sign}{file.ljust(width)}   {word}\n" for sign, file, word in zip(signs, files, words, strict=True))
    return plain(f"{_shown(start.folder)}/\n" + "".join(rows))


def _next(start: Start, case_type: str) -> str:
    """Three commands that work as they stand here."""
    program = shlex.quote(os.environ.get("CASEDSL_PROGRAM", "casedsl"))
    definition = _shown(start.folder / case_type)
    drawing = _shown(start.folder / f"{start.name}.svg")
    return plain(
        "What to try next\n"
        f"  change a line, see it said  {program} check {shlex.quote(definition)}\n"
        f"  draw its map                {program} map {shlex.quote(definition)} -o {shlex.quote(drawing)}\n"
        f"  play a whole case           {program} demo {shlex.quote(_shown(start.folder))}\n"
    )


def _shown(path: Path) -> str:
    """A path that no command takes for an option."""
    return f"./{path}" if str(path).startswith("-") else str(path)
