"""A small definition for tests of `casedsl check`, and folders of them."""

from __future__ import annotations

import shutil
from pathlib import Path

from cli_desk import ROOT

ACME = ROOT / "tests" / "rules" / "acme.case"
LETTER = """\
case type letter "Letter"
    edition 1
    use "acme"
first state new "New"
    on answer -> done
        by clerk
state lost "Lost"
    on answer -> done
        by clerk
state asked "Asked"
    waiting on customer
    on answer -> done
        by clerk
    on remind -> asked
        by clerk
final state done "Done"
"""
"""Two errors that rules about the model find, in lines 7 and 10, a few opinions (CD109), and no more."""
SOUND = """\
case type letter "Letter"
    edition 1
    use "acme"
first state new "New"
    on answer -> done
        by clerk
        purpose "The customer knows."
final state done "Done"
"""
SLIP = SOUND.replace("-> done", "-> doen")
"""A name that isn't defined: what resolving finds, in line 5."""


def write(folder: Path, **texts: str) -> Path:
    """A folder with these definitions, by name without suffix, and the organisation that they use."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(ACME, folder / "acme.case")
    for name, text in texts.items():
        (folder / f"{name}.case").write_text(text, "utf-8")
    return folder


def beside(line: int, comment: str, text: str = LETTER) -> str:
    """The text with a comment at the end of a line."""
    rows = text.splitlines()
    rows[line - 1] += f"  # {comment}"
    return "".join(f"{row}\n" for row in rows)


def above(line: int, comment: str, text: str = LETTER) -> str:
    """The text with a comment on a line of its own before a line."""
    rows = text.splitlines()
    rows.insert(line - 1, f"# {comment}")
    return "".join(f"{row}\n" for row in rows)
