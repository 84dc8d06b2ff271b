"""What an expression reads: fields, events and due instants."""

from __future__ import annotations

from casedsl_runtime.vocabulary import Expression


def reads_of(expression: Expression) -> frozenset[str]:
    """The fields that an expression reads, or asks whether they are set."""
    head, *rest = expression
    if head in ("field", "is set", "not set"):
        return frozenset((str(rest[0]),))
    return frozenset[str]().union(*(reads_of(part) for part in rest if isinstance(part, tuple)))


def events_in(expression: Expression) -> dict[str, int]:
    """The events that an expression counts, each with how far."""
    head, *rest = expression
    if head == "happened":
        return {str(rest[0]): int(rest[1])}  # type: ignore[arg-type]
    found: dict[str, int] = {}
    for part in rest:
        for name, times in events_in(part).items() if isinstance(part, tuple) else ():
            found[name] = max(times, found.get(name, 0))
    return found


def reads_dues(expression: Expression) -> bool:
    """Whether an expression reads when a promise is due."""
    return expression[0] == "due" or any(reads_dues(part) for part in expression[1:] if isinstance(part, tuple))


def dues_in(expression: Expression) -> tuple[Expression, ...]:
    """The comparisons in an expression that read when a promise is due."""
    head, *rest = expression
    if head in ("and", "or", "not"):
        return tuple(atom for part in rest for atom in dues_in(part))  # type: ignore[arg-type]
    return (expression,) if reads_dues(expression) else ()


def atoms_of(expression: Expression) -> tuple[Expression, ...]:
    """The comparisons of fields in an expression, each once; `is not set` is the contrary of `is set`."""
    head, *rest = expression
    if head in ("and", "or", "not"):
        found = (atom for part in rest for atom in atoms_of(part))  # type: ignore[arg-type]
        return tuple(dict.fromkeys(found))
    if head == "not set":
        return (("is set", *rest),)
    return () if head in ("happened", "const") or reads_dues(expression) else (expression,)
