"""From `grammar/expr.lark` to tables: lark makes the LALR tables of all kinds of values, and they are kept as data.

The tables are committed beside the grammar (`grammar/expr.json`), so that reading a definition neither loads lark nor
builds anything; a test holds them to the grammar. Where the grammar was changed since, they are built in memory.
`python -m casedsl.syntax.grammar` writes them.
"""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

ROOM = Path(__file__).resolve().parent.parent
FOLDER = next(folder for folder in (ROOM.parent / "grammar", ROOM / "grammar") if (folder / "expr.lark").is_file())
GRAMMAR, TABLES = FOLDER / "expr.lark", FOLDER / "expr.json"
_SILENT = {"OR", "AND", "K_IS", "K_IN"}


def tables_data() -> dict[str, Any]:
    """The tables as data: those that are kept, else built from the grammar."""
    grammar = GRAMMAR.read_bytes()
    if TABLES.is_file():
        data: dict[str, Any] = json.loads(TABLES.read_bytes())
        if data.get("grammar") == sha256(grammar).hexdigest():
            return data
    return built_tables(grammar.decode("utf-8"))


def built_tables(grammar: str) -> dict[str, Any]:
    """What lark makes of a grammar: every rule without a `_` is a kind of value, and a start of its own.

    `words` are terminals that are one word, by that word; `patterns` all others in the order in which they are tried.
    A rule is `[what it makes, how many symbols it takes, [[place, whether its parts are taken over]], whether one part
    alone stands for it]`. An action of a state is `n` to shift and go to state n, or `-n - 1` to reduce by rule n.
    """
    from lark import Lark  # here, so that reading loads it only to build
    from lark.parsers.lalr_analysis import Shift

    kinds = sorted(line.partition(":")[0].strip("?") for line in grammar.splitlines() if _begins_rule(line))
    lark = Lark(grammar, parser="lalr", start=kinds, maybe_placeholders=False)
    table = lark.parser.parser._parse_table
    rules = sorted(lark.rules, key=lambda rule: (str(rule.origin.name), rule.order, str(rule.expansion)))
    numbers = {rule: number for number, rule in enumerate(rules)}
    order = _states_in_order(table, kinds, Shift)
    renamed = {state: number for number, state in enumerate(order)}

    def action(step: Any, arg: Any) -> int | None:
        return renamed[arg] if step is Shift else -numbers[arg] - 1 if arg in numbers else None

    states = [
        {
            str(symbol): done
            for symbol, step in sorted(table.states[state].items())
            if (done := action(*step)) is not None
        }
        for state in order
    ]
    terminals = [terminal for terminal in lark.terminals if terminal.name != "WS"]
    words = {t.pattern.value: t.name for t in terminals if t.pattern.value.isidentifier() and not t.priority}
    rest = sorted(
        (t for t in terminals if t.name not in words.values() and t.name != "NAME"),
        key=lambda t: (-t.priority, -t.pattern.max_width, -len(t.pattern.value), t.name),
    )
    return {
        "grammar": sha256(grammar.encode("utf-8")).hexdigest(),
        "words": dict(sorted(words.items())),
        "patterns": [[t.name, t.pattern.to_regexp()] for t in rest],
        "rules": [_rule(rule) for rule in rules],
        "origins": [str(rule.origin.name) for rule in rules],
        "starts": {kind: renamed[table.start_states[kind]] for kind in kinds},
        "ends": {kind: renamed[table.end_states[kind]] for kind in kinds},
        "states": states,
    }


def _states_in_order(table: Any, kinds: list[str], shift: Any) -> list[Any]:
    """The states as they are met from the starts, in an order that depends on the grammar alone."""
    order = dict.fromkeys(table.start_states[kind] for kind in kinds)
    waiting = list(order)
    for state in waiting:
        for _, (step, target) in sorted(table.states[state].items()):
            if step is shift and target not in order:
                order[target] = None
                waiting.append(target)
    return waiting


def _begins_rule(line: str) -> bool:
    return (line[:1].isalpha() and line[0].islower()) or line.startswith("?")


def _rule(rule: Any) -> list[Any]:
    """How a rule's parts become a node. Words that the grammar names only to be read (`","`, `"of"`) are left out."""
    kept = [
        [place, symbol.name.startswith("__")]
        for place, symbol in enumerate(rule.expansion)
        if not getattr(symbol, "filter_out", False) and symbol.name not in _SILENT
    ]
    makes = str(rule.alias or rule.origin.name)
    return [makes, len(rule.expansion), kept, bool(rule.options.expand1 and not rule.alias)]


def tables_text(grammar: str) -> str:
    """The tables as the file holds them: one line for each state and rule, so that a change shows."""
    data = built_tables(grammar)
    rows = []
    for key, value in data.items():
        if isinstance(value, list):
            lines = ",\n".join(json.dumps(each, separators=(",", ":")) for each in value)
            rows.append(f"{json.dumps(key)}: [\n{lines}\n]")
        else:
            rows.append(f"{json.dumps(key)}: {json.dumps(value)}")
    return "{\n" + ",\n".join(rows) + "\n}\n"


if __name__ == "__main__":
    TABLES.write_text(tables_text(GRAMMAR.read_text("utf-8")), "utf-8")
