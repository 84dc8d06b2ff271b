"""The JSON Schema of the YAML coat: an editor completes keys, shows what they mean and marks what can't stand there.

It is draft 7, the newest that every editor's YAML support reads (Visual Studio Code, the JetBrains editors, Neovim and
Emacs by way of yaml-language-server); nothing in it wants a later one. It knows shapes and words, not names: whether a
state exists is for `casedsl check`. What it refuses, the reader refuses; the reader refuses more.

Editors read scalars by YAML 1.2: `4` is a number, `2026-11-02`, `12:00` and `yes` are texts. So a value may be a number
where the grammar takes a number alone, any scalar may be a text, and a flag may be `true`, which an older reader makes
of `yes`.
"""

from __future__ import annotations

import json
from typing import Any

from msgspec import Struct

from casedsl.editors.kinds import is_number
from casedsl.editors.patterns import EXAMPLES, pattern_of_kind
from casedsl.syntax.constructs import EDITION
from casedsl.syntax.language import HEADS, LANGUAGE, Language, Row, margin_of
from casedsl.syntax.shapes import Clause, Either, Part
from casedsl.syntax.shapes import Keyword as Fixed
from casedsl.syntax.yaml.values import LISTS, PAIRS, RECORDS, YES

DRAFT = "http://json-schema.org/draft-07/schema#"
_Schema = dict[str, Any]
_FLAG: _Schema = {"enum": [YES, True]}
_TEXT: _Schema = {"type": ["string", "number", "boolean"]}


def schema_text(language: Language = LANGUAGE, later: bool = False) -> str:
    """The schema as a file: one line for each definition, so that a change shows."""
    data = schema(language, later)
    definitions = data.pop("definitions")
    rows = ",\n".join(f"  {json.dumps(name)}: {json.dumps(body)}" for name, body in definitions.items())
    return json.dumps(data, indent=1)[:-2] + f',\n "definitions": {{\n{rows}\n }}\n}}\n'


def schema(language: Language = LANGUAGE, later: bool = False) -> _Schema:
    """The schema as data. With `later` it also knows what is read but not built yet, and says so."""
    return _Builder(language, later).whole()


class _Keys(Struct):
    """The keys of a map.

    Attributes:
      needs: keys that must be there.
      pairs: a key, and keys that must stand beside it.
      ways: alternatives: exactly one of these sets of keys must be there.
    """

    known: dict[str, _Schema] = {}
    needs: list[str] = []
    pairs: dict[str, list[str]] = {}
    ways: list[list[list[str]]] = []

    def add(self, other: _Keys) -> None:
        self.known |= other.known
        self.needs += other.needs
        self.pairs |= other.pairs
        self.ways += other.ways

    def schema(self, meaning: str) -> _Schema:
        made: _Schema = {"description": meaning, "type": "object", "properties": self.known}
        made["additionalProperties"] = False
        if self.needs:
            made["required"] = self.needs
        if self.pairs:
            made["dependencies"] = self.pairs
        if self.ways:
            made["allOf"] = [{"oneOf": [{"required": way} for way in ways]} for ways in self.ways]
        return made


class _Builder:
    """Writes the definitions that a schema refers to, each once."""

    def __init__(self, language: Language, later: bool) -> None:
        self.language, self.later = language, later
        self.definitions: dict[str, _Schema] = {}

    def whole(self) -> _Schema:
        heads = [row for head in HEADS if (row := self.language.row("file", head))]
        roots = {row.keyword: self.file(row) for row in heads}
        choice: _Schema = {}
        for row in reversed(heads):
            wants = {"if": {"required": [row.keyword]}, "then": roots[row.keyword], "else": choice}
            choice = wants if choice else roots[row.keyword]
        return {
            "$schema": DRAFT,
            "$id": f"urn:casedsl:case:edition-{EDITION}",
            "title": "Case definition",
            "description": f"A case type or an organisation, edition {EDITION}, in YAML.",
            "type": "object",
            "properties": {row.keyword: {"description": row.construct.meaning} for row in heads},
            **choice,
            "definitions": dict(sorted(self.definitions.items())),
        }

    def file(self, row: Row) -> _Schema:
        """A file whose first line is this one: the line's block and the left margin are its keys."""
        keys = _Keys({row.keyword: self.described(self.value(row.shape.name), row)}, [row.keyword])
        keys.add(self.own(row))
        keys.add(self.block(row.keyword))
        keys.add(self.block(margin_of(row.keyword)))
        return self.defined(row.keyword, keys.schema(row.construct.meaning))

    def block(self, block: str) -> _Keys:
        """The keys that the lines of a block make."""
        keys = _Keys()
        items: dict[str, list[Row]] = {}
        for row in self.language.rows(block):
            if not (row.construct.built or self.later):
                continue
            if row.makes == "one":
                keys.add(self.beside(row))
            elif row.makes == "block":
                keys.known[row.keyword] = self.line(row)
            elif row.makes == "named":
                keys.known[row.construct.under] = self.named(row)
            elif row.makes == "item":
                items.setdefault(row.construct.under, []).append(row)
        for under, rows in items.items():
            lines = [self.line(row) for row in rows]
            one = {"anyOf": lines} if len(lines) > 1 else lines[0]
            keys.known[under] = {"type": "array", "items": one, "minItems": 1}
        return keys

    def named(self, row: Row) -> _Schema:
        """A collection of lines by name."""
        return {"description": self.meaning(row), **_by_name(row.shape.name, self.line(row))}

    def line(self, row: Row) -> _Schema:
        """A line as a map: its words, and the lines below it."""
        name = f"{row.construct.blocks[0]} {row.keyword}".replace(" ", "-")
        if name in self.definitions:
            return {"$ref": f"#/definitions/{name}"}
        names = [below for below in self.language.rows(row.keyword) if below.makes == "bare"]
        if names:
            made = self.named(names[0]) | {"description": self.meaning(row)}
            return self.defined(name, made)
        keys = self.own(row)
        if row.below:
            keys.add(self.block(row.keyword))
        made = keys.schema(self.meaning(row))
        if row.needed or row.makes not in ("named", "bare"):
            made["minProperties"] = 1
        elif not (keys.needs or keys.ways):
            made["type"] = ["object", "null"]
        return self.defined(name, made)

    def defined(self, name: str, made: _Schema) -> _Schema:
        name = name.replace(" ", "-")
        self.definitions[name] = made
        return {"$ref": f"#/definitions/{name}"}

    def own(self, row: Row) -> _Keys:
        """The keys of a line's own words, without its name."""
        keys = _Keys(dict.fromkeys(row.shape.flags, _FLAG))
        if row.shape.title:
            keys.known["title"] = {"description": "What people read instead of the name."} | _TEXT
            keys.needs += ["title"] if row.shape.titled else []
        for clause in row.shape.clauses:
            if row.built(clause.key) or self.later:
                keys.known[clause.key] = self.described(self.clause(clause), row, clause.key)
        _together(row.shape.parts, row.shape.clauses, keys)
        return keys

    def beside(self, row: Row) -> _Keys:
        """The keys of a line that stands once: they stand in the map of its block, beside each other."""
        keys, first = self.own(row), row.keyword
        if not row.shape.clauses:
            keys.known[first] = self.described(_FLAG, row)
        for key in keys.known:
            if key != first:
                keys.pairs[key] = [first, *keys.pairs.get(key, [])]
        needed = [key for key in keys.needs if key != first]
        if needed:
            keys.pairs[first] = needed
        return _Keys(keys.known, pairs=keys.pairs)

    def clause(self, clause: Clause) -> _Schema:
        return self.value(clause.kind) if clause.kind else _FLAG

    def value(self, kind: str) -> _Schema:
        """A kind of value, as a definition of its own."""
        name = f"value-{kind}"
        if name not in self.definitions:
            self.defined(name, self.made(kind))
        return {"$ref": f"#/definitions/{name}"}

    def made(self, kind: str) -> _Schema:
        if kind == "text":
            return _TEXT
        if kind in LISTS:
            one = self.value(LISTS[kind].item)
            return {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]}
        if kind in PAIRS:
            return _by_name("name", self.value(PAIRS[kind].kind))
        if kind in RECORDS:
            parts = {key: self.value(of) for key, of in RECORDS[kind]}
            return {"type": "object", "properties": parts, "required": list(parts), "additionalProperties": False}
        made: _Schema = {"type": ["string", "number"] if is_number(kind) else "string"}
        if kind in EXAMPLES:
            made |= {"examples": [EXAMPLES[kind]]}
        pattern = pattern_of_kind(kind)
        return made | ({"pattern": pattern} if pattern else {})

    def described(self, value: _Schema, row: Row, key: str = "") -> _Schema:
        """A value with what its line means; beside a `$ref` draft 7 reads nothing, so it stands in an `allOf`."""
        built = row.construct.built and row.built(key)
        meaning = self.meaning(row) if key in ("", row.keyword) else f"Belongs to `{row.keyword}`: {self.meaning(row)}"
        body = {"allOf": [value]} if "$ref" in value else value
        return {"description": meaning, **({} if built else {"deprecationMessage": _LATER}), **body}

    def meaning(self, row: Row) -> str:
        return row.construct.meaning if row.construct.built else f"{row.construct.meaning} ({_LATER})"


def _by_name(kind: str, value: _Schema) -> _Schema:
    """A map from names of a kind to values."""
    names = {pattern_of_kind(kind): value}
    return {"type": "object", "patternProperties": names, "additionalProperties": False, "minProperties": 1}


_LATER = f"read, but not built in edition {EDITION}"


def _together(parts: tuple[Part, ...], clauses: tuple[Clause, ...], keys: _Keys) -> None:
    """Which keys of a line stand together: those that must, and one of several ways."""
    keys.needs += [clause.key for clause in clauses if not clause.optional and clause.key in keys.known]
    for part in parts:
        if not isinstance(part, Either):
            continue
        ways = [known for way in part.ways if (known := [key for key in _keys(way) if key in keys.known])]
        if not part.optional and len(ways) > 1:
            keys.ways.append(ways)
        for way in ways:
            for key in way:
                if len(way) > 1:
                    keys.pairs[key] = [other for other in way if other != key]
        for parts_of_way in part.ways:
            _within(parts_of_way, keys)


def _within(way: tuple[Part, ...], keys: _Keys) -> None:
    """What may stand in a way stands with what must stand there: `after` with `each`."""
    must = [key for key in _keys(way) if key in keys.known]
    for inner in (inner for part in way if isinstance(part, Either) for inner in part.ways):
        for key in _keys(inner):
            if key in keys.known and must:
                keys.pairs[key] = [*keys.pairs.get(key, []), *must]


def _keys(way: tuple[Part, ...]) -> list[str]:
    """The keys that a way must have."""
    return [part.key for part in way if isinstance(part, Fixed)]
