"""The examples that come with the program: in a checkout beside the package, in an installed one inside it."""

from __future__ import annotations

from pathlib import Path

_HOME = Path(__file__).resolve().parent.parent
_FOLDERS = (_HOME.parent / "examples", _HOME / "examples")


def shipped(name: str) -> Path | None:
    """The folder of an example; None if it was left out of this installation."""
    return next((folder / name for folder in _FOLDERS if (folder / name).is_dir()), None)
