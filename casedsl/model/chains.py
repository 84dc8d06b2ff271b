"""The tree of an expression as the grammar leaves it: shells around values, chains that lean to the left."""

from __future__ import annotations

from collections.abc import Iterator

from casedsl.syntax.tree import Phrase, Value


def inner(value: Value | None) -> Value | None:
    """A value without the shells that the grammar puts around expressions."""
    while isinstance(value, Phrase) and value.kind in ("expression", "formula"):
        value = value.parts[0]
    return value


def flat(node: Phrase) -> list[Value]:
    """The parts of a chain of the same operator, in order. A chain leans to the left, so it is unwound from its end."""
    waiting: list[Value] = [node]
    found: list[Value] = []
    while waiting:
        part = waiting.pop()
        if isinstance(part, Phrase) and part.kind == node.kind:
            waiting += part.parts
        else:
            found.append(part)
    return found[::-1]


def sign_of(node: Phrase) -> str:
    """Of a sum: its minus is read and left out of the tree."""
    return "+" if len(node.parts) == 3 else "-"


def signed_terms(node: Value, sign: str = "+") -> Iterator[tuple[str, Value]]:
    if isinstance(node, Phrase) and node.kind == "sum":
        yield from signed_terms(node.parts[0], sign)
        yield sign_of(node), node.parts[-1]
    else:
        yield sign, node
