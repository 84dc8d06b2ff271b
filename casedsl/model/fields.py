"""Fields: what is known about a case, each with a type and a unit."""

from __future__ import annotations

from casedsl_runtime.vocabulary import FieldType
from casedsl_runtime.vocabulary import Value as Constant
from msgspec.structs import replace

from casedsl.model.bounds import bounds_of
from casedsl.model.desk import Desk
from casedsl.model.expressions import Names, Typist
from casedsl.model.lines import clause, name_of, title_of
from casedsl.model.records import Field, Formula, Option
from casedsl.model.scope import Scope
from casedsl.model.values import LARGEST, digits_of, whole, words_of
from casedsl.syntax.tree import Line, Phrase, Value

_PLAIN: dict[str, FieldType] = {
    "text": "text",
    "long text": "long text",
    "yes/no": "yes/no",
    "choice": "choice",
    "integer": "integer",
    "date": "date",
    "date and time": "date and time",
}
_WORDS = ("set", "done", "not")
_LATER = ("email", "document")
_KNOWN = (*_PLAIN, "scale", "money")


def fields_of(lines: list[Line], scope: Scope, desk: Desk) -> dict[str, Field]:
    """The fields in their order. An `asked when` may read the fields above it: a form is read from the top."""
    shaped = {name_of(line): field for line in lines if (field := _shaped(line, scope, desk))}
    desk.lose(*(line for line in lines if name_of(line) not in shaped))
    names = Names(shaped, scope.names["event"].keys(), scope.names["promise"].keys())
    done: dict[str, Field] = {}
    for line in lines:
        if name_of(line) in shaped:
            field = shaped[name_of(line)]
            done[field.name] = _completed(line, field, names, done, desk)
    return done


def _shaped(line: Line, scope: Scope, desk: Desk) -> Field | None:
    """A field with its type, options and bounds; what refers to other fields comes later."""
    value = line.clauses["type"]
    field = Field(name_of(line), title_of(line), "text", line.head)
    typed = _typed(value, field, desk)
    if typed is None:
        return None
    options = tuple(_option(below, desk) for below in line.all("option"))
    if typed.type == "choice" and not options:
        desk.missing(line, f"choice `{typed.name}` has no options", 'add `option NAME "Title"` below it')
    if typed.type != "choice" and options:
        desk.wrong(
            options[0].span, f"`{typed.name}` is {value.text}, and only a choice has options", "make it a `choice`"
        )
        options = ()
    change = next(line.all("changed by"), None)
    by = scope.bound("role", change.clauses["changed by"], desk) if change else ()
    states = scope.bound("state", change.clauses.get("in"), desk) if change else ()
    return _with_access(replace(typed, options=options, changed_by=by, changed_in=states), line, scope, desk)


def _with_access(field: Field, line: Line, scope: Scope, desk: Desk) -> Field:
    """The field with who supplies it and who sees it. Without classes everybody sees everything, so a line that lets
    somebody see it would promise a protection that isn't there."""
    seen = next(line.all("seen by"), None)
    by = scope.bound("role", seen.clauses["seen by"], desk) if seen else ()
    after = scope.one("event", seen.clauses.get("after"), desk) if seen else None
    sensitivity = scope.one("class", clause(line, "class"), desk)
    if seen and not scope.names["class"] and "class" not in desk.silent:
        headline = f"`{field.name}` says who sees it, and without `classes` everybody does"
        desk.error("CD011", seen.head, headline, "add `classes` with an `order` to the organisation file")
    sources = scope.bound("role", clause(line, "from"), desk)
    return replace(field, sources=sources, sensitivity=sensitivity, seen_by=by, seen_after=after)


def _option(line: Line, desk: Desk) -> Option:
    if name_of(line) in _WORDS:
        desk.error(
            "CD004",
            line.head,
            f"`{name_of(line)}` has a meaning behind `is` and can't name an option",
            "choose another name",
        )
    return Option(name_of(line), title_of(line), line.head)


def _typed(value: Value, field: Field, desk: Desk) -> Field | None:
    words = list(words_of(value))
    kinds = {word.kind: word for word in words}
    name = words[0].text if words else value.text
    if value.text in _PLAIN:
        return replace(field, type=_PLAIN[value.text])
    if name in ("scale", "integer") and "NUMBER" in kinds:
        return _bounded(value, field, name, desk)
    if name == "money" and "CURRENCY" in kinds:
        currency = kinds["CURRENCY"].text
        return replace(field, type="money", currency=currency, digits=digits_of(currency))
    if name in ("money", "scale"):
        desk.wrong(
            value.span,
            f"`{name}` alone doesn't say its {'currency' if name == 'money' else 'range'}",
            "write `money GBP`" if name == "money" else "write `scale 1..5`",
        )
    elif name in _LATER or value.text.startswith("list"):
        desk.unbuilt(value.span, f"the type `{value.text}`")
    elif name in _PLAIN:
        more = "currency" if "CURRENCY" in kinds else "range"
        desk.wrong(value.span, f"the type `{name}` has no {more}", f"write `{name}` alone")
    elif words:
        desk.unknown("type", words[0], _KNOWN)
    return None


def _bounded(value: Value, field: Field, name: str, desk: Desk) -> Field | None:
    bounds = value.parts[-1] if isinstance(value, Phrase) else None
    low, high = (whole(word, desk) for word in words_of(bounds))
    if low is None or high is None:
        return None
    if low >= high:
        desk.wrong(value.span, f"nothing lies in `{low}..{high}`", f"write the lower bound first: `{name} 1..5`")
        return None
    return replace(field, type="scale" if name == "scale" else "integer", low=low, high=min(high, LARGEST))


def _completed(line: Line, field: Field, names: Names, above: dict[str, Field], desk: Desk) -> Field:
    asked, default = clause(line, "asked when"), clause(line, "default")
    typist = Typist(names, desk)
    guard = typist.guard(asked)
    problem = _undecided(field.name, guard, above) if guard else None
    if asked is not None and problem is not None:
        desk.error("CD803", asked.span, f"whether `{field.name}` is asked depends on {problem[0]}", problem[1])
        guard = None
    bounds = bounds_of(line, field, names.fields, desk)
    value, at = _default(default, field, typist, desk), default.span if default is not None else None
    return replace(field, asked_when=guard, default=value, bounds=bounds, default_at=at)


def _undecided(name: str, guard: Formula, above: dict[str, Field]) -> tuple[str, str] | None:
    """What an `asked when` depends on besides the fields above, and the way out; None for nothing."""
    late = next((read for read in guard.reads if read not in above), None)
    if late == name:
        return f"`{name}` itself", "let it depend on a field above it"
    if late is not None:
        return f"`{late}`, which is asked later", f"move `{late}` above `{name}`: a form is read from the top"
    if guard.events or guard.promises:
        return f"`{(*guard.events, *guard.promises)[0]}`, which is no field", "let it depend on a field above it"
    return None


def _default(value: Value | None, field: Field, typist: Typist, desk: Desk) -> Constant:
    """A default is a constant that fits the field."""
    formula = typist.setting(value, field) if value is not None else None
    if formula is None or value is None:
        return None
    constant = constant_of(formula.expression)
    if constant is None:
        desk.wrong(value.span, f"the default of `{field.name}` isn't a constant", "write one value")
    return constant if fits(field, constant, value, desk) else None


def fits(field: Field, constant: Constant, value: Value, desk: Desk) -> bool:
    """Whether a constant lies in the field's range and, for a text, says something; else a finding."""
    if isinstance(constant, int) and field.low is not None and field.high is not None:
        if field.low <= constant <= field.high:
            return True
        headline = f"`{value.text}` doesn't lie in `{field.low}..{field.high}`"
        desk.wrong(value.span, headline, "choose a value of the range")
        return False
    if isinstance(constant, str) and not constant.strip():
        desk.wrong(value.span, f"a text that says nothing can't be the value of `{field.name}`", "leave it unset")
        return False
    return True


def constant_of(expression: tuple[object, ...]) -> Constant:
    """The value of an expression that is one constant, None for any other."""
    if expression[0] == "const":
        return expression[1]  # type: ignore[return-value]
    inner = expression[1]
    if expression[0] == "neg" and isinstance(inner, tuple) and inner[0] == "const":
        return -inner[1]  # type: ignore[no-any-return]
    return None
