"""Where the commands touch the world: files in, files out, colour, and the one sentence that ends a command."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import NoReturn, TypeAlias

import click

from casedsl.syntax.spelling import did_you_mean, nearest

STDIN = "-"
MOST_STDIN = 20_000_000
PIPE_CLOSED = 141
"""What a program that writes to a pipe which nobody reads any more ends with: 128 + SIGPIPE."""


class Stop(Exception):
    """Ends a command with one clear sentence and an exit code."""

    def __init__(self, sentence: str, code: int = 2) -> None:
        super().__init__(sentence)
        self.code = code


class Group(click.Group):
    """Commands under one name; who asks for one that isn't there is told which there are."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name, known = args[0], self.list_commands(ctx)
        if name not in known and not name.startswith("-"):
            way_out = did_you_mean(nearest(name, known), "") or f"there are: {', '.join(known)}"
            ctx.fail(f"there is no command {name!r}; {way_out}")
        return super().resolve_command(ctx, args)


def read_bytes(file: str) -> bytes:
    """The bytes of a file; a folder or an unreadable file raises OSError."""
    return Path(file).read_bytes()


def reader(stdin_name: str) -> Callable[[str], bytes]:
    """Reads files by name; `-` and the name given to it are standard input, read once."""
    kept: list[bytes] = []

    def read(file: str) -> bytes:
        if file != stdin_name:
            return read_bytes(file)
        if not kept:
            if sys.stdin is None:
                raise Stop("standard input is closed; name a file, or send the definition through a pipe")
            kept.append(sys.stdin.buffer.read(MOST_STDIN))
        return kept[0]

    return read


NO_NAME = "an empty name is no file; name a file or a folder"


Data: TypeAlias = bytes | Iterable[bytes]
"""What is written: all of it, or part by part where it may be too much to hold."""

Stamp: TypeAlias = tuple[int, int, int] | None
"""When a file changed last, its size and its number; None if there is none."""


def stamp_of(file: str) -> Stamp:
    """A file's stamp as it is now."""
    try:
        about = os.stat(file)
    except (OSError, ValueError):
        return None
    return about.st_mtime_ns, about.st_size, about.st_ino


def unreadable(file: str, error: OSError) -> str:
    """Why a file can't be read, in one sentence with a way out."""
    if not file:
        return NO_NAME
    if isinstance(error, FileNotFoundError):
        return f"there is no file {file if file == file.strip() else repr(file)}; look at the name and the folder"
    if isinstance(error, IsADirectoryError):
        return f"{file} is a folder; name a file in it"
    if isinstance(error, PermissionError):
        return f"{file} may not be opened by you; ask for permission, or use another file"
    return f"{file} can't be opened: {error.strerror or error}"


def unwritable(file: str, error: OSError) -> str:
    """Why a file can't be written, in one sentence with a way out."""
    if not file:
        return NO_NAME
    if isinstance(error, FileNotFoundError):
        return f"there is no folder {Path(file).parent} for {Path(file).name}; create it, or name another place"
    if isinstance(error, IsADirectoryError):
        return f"{file} is a folder; name a file in it"
    if isinstance(error, PermissionError):
        return f"{file} may not be written by you; ask for permission, or name another place"
    return f"{file} can't be written ({error.strerror or error}); name another place"


def write_file(file: str, data: Data, read: Iterable[str] = ()) -> None:
    """Write a file whole or not at all, and never over one that the command has read."""
    write_files({file: data}, read)


def write_files(files: Mapping[str, Data], read: Iterable[str] = ()) -> None:
    """Write files that belong together: each is written in full beside its place before any takes its place."""
    drafts: dict[str, Path] = {}
    file = ""
    try:
        for file, data in files.items():
            target = Path(file)
            spare(file, read)
            if target.exists() and not target.is_file() and not target.is_dir():
                with target.open("wb") as stream:  # a device or a pipe: there is nothing that could be replaced
                    stream.writelines(_parts(data))
            else:
                drafts[_draft(target.resolve(), data)] = target.resolve()
        for draft, target in drafts.items():
            os.replace(draft, target)
    except OSError as error:
        raise Stop(unwritable(file, error)) from None
    finally:
        for draft in drafts:
            Path(draft).unlink(missing_ok=True)


def spare(file: str, read: Iterable[str]) -> None:
    """Stop before a file is written over that the command has read."""
    target = Path(file)
    try:
        same = target.exists() and any(Path(other).exists() and target.samefile(other) for other in read)
    except OSError as error:
        raise Stop(unwritable(file, error)) from None
    if same:
        raise Stop(f"{file} is what this command reads; write to another file")


def _parts(data: Data) -> Iterable[bytes]:
    return (data,) if isinstance(data, bytes) else data


def _draft(target: Path, data: Data) -> str:
    """The name of a new file beside the target that holds the data, with the target's permissions."""
    if target.is_dir():
        raise IsADirectoryError
    import tempfile  # most commands write no file

    handle, draft = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:100]}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.writelines(_parts(data))
        os.chmod(draft, target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask())
    except BaseException:
        os.unlink(draft)
        raise
    return draft


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def put(data: str | bytes) -> None:
    """Data on standard output, as UTF-8 whatever the terminal's encoding."""
    if sys.stdout is None:
        raise Stop("standard output is closed; send it to a file or a pipe")
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data.encode("utf-8", "replace") if isinstance(data, str) else data)
        sys.stdout.flush()
    except BrokenPipeError:
        leave_pipe()
    except OSError as error:
        discard_output()
        raise Stop(f"standard output can't be written ({error.strerror}); send it elsewhere") from None


def leave_pipe() -> NoReturn:
    """End because nobody reads on: in silence, as every program in a pipe does."""
    discard_output()
    raise SystemExit(PIPE_CLOSED)


def discard_output() -> None:
    """What is still in the buffer has nowhere to go; without this, Python would try again at its end, and complain."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def say(text: str) -> None:
    """Talk, on standard error."""
    click.echo(text, err=True)


def coloured(choice: str, stream: object = None) -> bool:
    """Whether to colour: as asked, else on a terminal, unless NO_COLOR or TERM=dumb say otherwise."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    target = stream or sys.stdout
    return bool(getattr(target, "isatty", lambda: False)()) and os.environ.get("TERM") != "dumb"


color_option = click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    help="Colour on a terminal, always or never.",
)
stdin_option = click.option(
    "--stdin-filename",
    "stdin_name",
    default="stdin.case",
    metavar="NAME",
    help="What `-` is called in messages, and where `use` looks.",
)
