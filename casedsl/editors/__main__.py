"""`python -m casedsl.editors` in a checkout: write what is made from the table of constructs and kept in files."""

from __future__ import annotations

from pathlib import Path

from casedsl.editors.index import with_index
from casedsl.editors.schema import schema_text
from casedsl.editors.textmate import textmate_text

ROOM = Path(__file__).resolve().parent
SCHEMA, TEXTMATE = ROOM / "data" / "case.schema.json", ROOM / "data" / "case.tmLanguage.json"
PAGE = ROOM.parent.parent / "docs" / "language.md"


def main() -> None:
    SCHEMA.write_text(schema_text(), "utf-8")
    TEXTMATE.write_text(textmate_text(), "utf-8")
    PAGE.write_text(with_index(PAGE.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
