#!/usr/bin/env python3
"""Run casedsl from a checkout. The machine needs Python 3.11 with pip (or uv), nothing else.

The tools live in an environment of their own, made on first use: `.venv` beside this file, or a folder of the cache
where the checkout can't be written. Debian has no ensurepip and refuses to install outside an environment (PEP 668),
so the environment is made without pip and filled from outside. A stamp in it says what it was made from; the stamp is
written last, so an interrupted set-up starts again.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - an older Python reads this file too: keep what follows readable to 3.6
    sys.stderr.write(f"casedsl needs Python 3.11 or newer, and {sys.executable} is {sys.version.split()[0]}.\n")
    sys.exit(2)

import hashlib
import importlib.util
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

USAGE = """\
usage: ./go demo            a whole case story, told in the terminal
       ./go test [ARGS]     every test; ARGS are pytest's
       ./go lint [PATHS]    ruff and mypy --strict
       ./go bench [ARGS]    the benchmarks
       ./go help            this text
       ./go ...             anything else is casedsl's: ./go check x.case, ./go --help

The first start sets up an environment, once. On Windows: py go demo"""

TOOLS = {
    "test": (["pytest", "-o", "cache_dir=$PYTEST_CACHE_DIR"],),
    "bench": (["bench"],),
    "lint": (["ruff", "check"], ["ruff", "format", "--check"], ["mypy", "--strict"]),
}
"""The commands that run in the repository's folder, with the extra `test` installed: modules for `python -m`."""

CACHES = ("HYPOTHESIS_STORAGE_DIRECTORY", "MYPY_CACHE_DIR", "PYTEST_CACHE_DIR", "RUFF_CACHE_DIR")
"""How to tell the tools where to keep what they remember: in the environment, for the checkout may be read-only."""

ROOT = Path(__file__).resolve().parent


class SetupError(Exception):
    """The environment can't be set up; the text is one sentence for a person."""


def stamp_of(environment: Path) -> Path:
    """The file whose presence says that the environment is whole; it holds the recipe that it was made from."""
    return environment / "go.stamp"


def program(environment: Path, name: str) -> str:
    return str(environment / (f"Scripts/{name}.exe" if os.name == "nt" else f"bin/{name}"))


def recipe(extra: str) -> str:
    """A hash of all that an environment is made from. The folder counts, because an editable install points at it."""
    declared = [(ROOT / folder / "pyproject.toml").read_bytes() for folder in (".", "runtime")]
    version = "{}.{}".format(*sys.version_info)
    return hashlib.sha256(b"\0".join([*declared, version.encode(), os.fsencode(ROOT), extra.encode()])).hexdigest()


def is_ready(environment: Path, extra: str) -> bool:
    """Whether the environment holds what is asked for; one made for the tests holds what users need as well."""
    stamp = stamp_of(environment)
    runs = os.access(program(environment, "python"), os.X_OK)
    return runs and stamp.is_file() and stamp.read_text() in (recipe(extra), recipe("test"))


def places() -> tuple[Path, Path]:
    """Where the environment may be: beside this file, or in the user's cache under the name of this checkout."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or "~/.cache"
    name = hashlib.sha256(os.fsencode(ROOT)).hexdigest()[:12]
    return ROOT / ".venv", Path(os.path.expanduser(cache)).absolute() / "casedsl" / name


def environment_for(extra: str) -> Path:
    """The environment, set up if there is none yet or it was made from something else."""
    beside, cached = places()
    for place in (beside, cached):
        if is_ready(place, extra):
            return place
    writable = os.access(beside if beside.exists() else ROOT, os.W_OK)
    place = beside if writable else cached
    install = installer(program(place, "python"))
    print(f"Setting up {'.venv' if writable else place} (once) …", file=sys.stderr)
    try:
        stamp_of(place).unlink(missing_ok=True)
        make(place)
        fill(install, extra)
        stamp_of(place).write_text(recipe(extra))
    except OSError as error:
        raise SetupError(f"{place} can't be set up ({error}); XDG_CACHE_HOME may name a folder to use.") from error
    return place


def installer(python: str) -> list[str]:
    """The start of a command that installs into the environment of `python` from outside it."""
    uv, pip = shutil.which("uv"), shutil.which("pip")
    quiet = ["--quiet", "--no-input", "--disable-pip-version-check"]
    if uv:
        return [uv, "pip", "install", "--quiet", "--python", python]
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip", "--python", python, "install", *quiet]
    if pip:
        return [pip, "--python", python, "install", *quiet]
    raise SetupError(f"casedsl sets itself up with pip or uv, and {sys.executable} has neither: install python3-pip.")


def make(environment: Path) -> None:
    """An empty environment, unless the one that is there still runs on this version of Python."""
    import venv  # slow to import, and most starts don't need it

    python = program(environment, "python")
    same = f"import sys; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
    if not (os.access(python, os.X_OK) and subprocess.call([python, "-c", same]) == 0):
        venv.create(environment, clear=True, symlinks=os.name != "nt")


def fill(install: list[str], extra: str) -> None:
    """Install both distributions, editable, in one command; what the installer says is shown only if it fails."""
    command = [*install, "-e", "./runtime", "-e", f".[{extra}]" if extra else "."]
    done = subprocess.run(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, errors="replace"
    )
    if done.returncode:
        sys.stderr.write(done.stdout)
        raise SetupError("The set-up failed; the reason stands above. Once it is gone, run the same command again.")


def become(command: list[str]) -> int:
    """Hand over to the command for good, so that signals and the exit code are its own; Windows has to wait for it."""
    if os.name != "nt":
        os.execv(command[0], command)
    return subprocess.call(command)


def main(words: list[str]) -> int:
    command, arguments = words[0] if words else "help", words[1:]
    if command == "help":
        print(USAGE)
        return 0
    tools = TOOLS.get(command)
    try:
        environment = environment_for("test" if tools else "")
    except SetupError as error:
        print(error, file=sys.stderr)
        return 2
    if tools is None:
        os.environ["CASEDSL_PROGRAM"] = sys.argv[0]  # what "try next" tells people to type
        return become([program(environment, "casedsl"), *words])
    caches = environment / "cache" if os.access(environment, os.W_OK) else Path(tempfile.mkdtemp())
    for name in CACHES:
        os.environ.setdefault(name, str(caches / name.lower()))
    os.chdir(ROOT)
    runs = [[program(environment, "python"), "-m", *tool, *arguments] for tool in tools]
    if len(runs) == 1:
        return become(runs[0])
    codes = [subprocess.call(run) for run in runs]
    return int(any(codes))


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
