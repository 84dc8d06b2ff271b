"""The JSON Schema of a certificate in JSON, so that who keeps certificates can check what they are given."""

from __future__ import annotations

from typing import get_args

from casedsl.certifying.certificate import Standing
from casedsl.certifying.telling import VERSION
from casedsl.report.plain import dumped

_DRAFT = "http://json-schema.org/draft-07/schema#"
_TEXT: dict[str, object] = {"type": "string"}
_LINE = {"type": "integer", "minimum": 1}
_SHA = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_HASH = {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"}


def schema_text() -> str:
    return dumped(_schema()) + "\n"


def _schema() -> dict[str, object]:
    return {
        "$schema": _DRAFT,
        "title": "What is proved of case types",
        **_record(
            {
                "version": {"const": VERSION},
                "certificates": _list(_certificate()),
                "refused": _list(_record({"file": _TEXT, "why": _TEXT})),
            }
        ),
    }


def _certificate() -> dict[str, object]:
    return _record(
        {
            "file": _TEXT,
            "case type": _TEXT,
            "case type version": {"type": "integer"},
            "compiler": _TEXT,
            "artifact": _HASH,
            "files": _list(_record({"file": _TEXT, "sha256": _SHA})),
            "theorems": _list(_theorem()),
            "not decided": _list(_finding()),
            "found": _list(_finding()),
            "ignored": _list(_record({"finding": _finding(), "reason": _TEXT})),
        }
    )


def _theorem() -> dict[str, object]:
    place = _record({"name": _TEXT, "file": _TEXT, "line": _LINE})
    return _record(
        {
            "id": _TEXT,
            "theorem": _TEXT,
            "standing": {"enum": list(get_args(Standing))},
            "why": _TEXT,
            "looked at": _TEXT,
            "places": _list(place),
            "left out": _list(place),
            "assumes": _list(_TEXT),
        }
    )


def _finding() -> dict[str, object]:
    """A finding as `check --output-format json` writes it; what it says besides is told there."""
    required = ["code", "severity", "place", "headline"]
    return {"type": "object", "required": required, "properties": {"code": {"pattern": "^CD[0-9]{3}$"}}}


def _record(properties: dict[str, object]) -> dict[str, object]:
    return {"type": "object", "additionalProperties": False, "required": list(properties), "properties": properties}


def _list(items: dict[str, object]) -> dict[str, object]:
    return {"type": "array", "items": items}
