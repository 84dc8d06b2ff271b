"""Expressions: typed with units, and lowered to the operators that the runtime knows.

The language of expressions is small on purpose, so that every guard can be decided by a checker: no functions, no
loops, whole numbers of bounded size, money in minor units, text only compared. Types carry units: money has its
currency, days are not hours, a date is not an instant. What doesn't fit is a finding that says both sides.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

from casedsl_runtime.vocabulary import Expression
from msgspec import Struct
from msgspec.structs import replace

from casedsl.model.chains import flat, inner, sign_of, signed_terms
from casedsl.model.desk import Desk
from casedsl.model.records import Field, Formula
from casedsl.model.types import Type, Typed, type_of
from casedsl.model.values import duration, minor_units, real_date, whole, words_of
from casedsl.syntax.finding import Label
from casedsl.syntax.tree import Phrase, Value, Word, text_of

ORDERED = ("number", "money", "date", "instant", "days", "calendar", "seconds")
_SIGNS = {"AT_LEAST": ">=", "AT_MOST": "<="}


class Names(Struct, frozen=True):
    """What an expression may name: fields, events (for `has happened`) and promises (for `answer.due`)."""

    fields: Mapping[str, Field]
    events: Collection[str] = ()
    promises: Collection[str] = ()


class Typist(Struct):
    """Reads one expression after another, putting findings on a desk; notes what each one reads."""

    names: Names
    desk: Desk
    reads: list[str] = []
    events: list[str] = []
    promises: list[str] = []
    claims: list[Value] = []

    def guard(self, value: Value | None) -> Formula | None:
        """An expression that holds or doesn't."""
        return self._formula(value, self.claim)

    def number(self, value: Value | None) -> Formula | None:
        """An expression whose value is a plain number."""
        return self._formula(value, lambda node: self.of_type(node, Type("number")))

    def setting(self, value: Value, target: Field) -> Formula | None:
        """An expression whose value fits a field."""
        return self._formula(value, lambda node: self.fitting(node, target))

    def limit(self, value: Phrase, target: Field) -> Formula | None:
        """What the value of a field must be no less than, or no more than, or between which numbers."""
        return self._formula(value, lambda node: self._limit(node, target))

    def _formula(self, value: Value | None, read: Callable[[Value], Expression | None]) -> Formula | None:
        self.reads, self.events, self.promises, self.claims = [], [], [], []
        node = inner(value)
        if node is None or value is None:
            return None
        expression = read(node)
        if expression is None:
            return None
        reads, events, promises = (tuple(dict.fromkeys(names)) for names in (self.reads, self.events, self.promises))
        return Formula(expression, node.text, node.span, reads, events, promises, tuple(self.claims))

    def _limit(self, node: Value, target: Field) -> Expression | None:
        assert isinstance(node, Phrase)
        self.reads.append(target.name)
        held, limit = ("field", target.name), node.parts[-1]
        if isinstance(limit, Phrase) and limit.kind == "range":
            ends = self._ends(limit)
            return None if ends is None else ("in range", held, *ends)
        operand = self.of_type(limit, type_of(target))
        if operand is None:
            return None
        if self.reads.count(target.name) > 1:
            way_out = "compare it with another field, or with a value"
            self.desk.wrong(limit.span, f"`{target.name}` is compared with itself", way_out)
            return None
        return (_SIGNS.get(node.parts[0].kind, node.parts[0].text), held, operand)

    def _ends(self, bounds: Phrase) -> tuple[int, int] | None:
        low, high = (whole(word, self.desk) for word in words_of(bounds))
        if low is None or high is None:
            return None
        if low > high:
            self.desk.wrong(bounds.span, f"nothing lies in `{bounds.text}`", f"write `{high}..{low}`")
            return None
        return low, high

    # Claims: what holds or doesn't.

    def claim(self, node: Value) -> Expression | None:
        read = _CLAIM_READERS.get(node.kind) if isinstance(node, Phrase) else None
        if isinstance(node, Phrase) and read is not None:
            self.claims.append(node)
            return read(self, node)
        typed = self.operand(node)
        if typed is not None:
            hint = (
                f"write `{node.text} is yes`" if typed[0].name == "yes/no" else "compare it: `is`, `>`, `in`, `is set`"
            )
            self.desk.wrong(node.span, f"`{node.text}` is {typed[0]}, and neither holds nor doesn't", hint)
        return None

    def _either(self, node: Phrase) -> Expression | None:
        return self._joined("or", node)

    def _both(self, node: Phrase) -> Expression | None:
        return self._joined("and", node)

    def _joined(self, operator: str, node: Phrase) -> Expression | None:
        parts = [self.claim(part) for part in flat(node)]
        known = [part for part in parts if part is not None]
        return (operator, *known) if len(known) == len(parts) else None

    def _not(self, node: Phrase) -> Expression | None:
        inner = self.claim(node.parts[-1])
        return None if inner is None else ("not", inner)

    def _compare(self, node: Phrase) -> Expression | None:
        left, sign, right = node.parts
        target = self._field(left)
        if target is not None and target.type == "choice" and self._is_option(target, right):
            headline = f"`{left.text}` is a choice, and its options have no order"
            self.desk.wrong(node.span, headline, f"name the options: `{left.text} is one of {right.text}, …`")
            return None
        one, two = self.operand(left), self.operand(right)
        if one is None or two is None:
            return None
        if not self._alike(left, one[0], right, two[0]):
            return None
        if one[0].name not in ORDERED:
            self.desk.wrong(node.span, f"`{left.text}` is {one[0]}, which has no order", "compare it with `is`")
            return None
        return (sign.text, one[1], two[1])

    def _alike(self, left: Value, one: Type, right: Value, two: Type) -> bool:
        """Whether two operands have the same type and unit; else a finding that shows both."""
        counted_in_days = (Type("days"), Type("calendar", "day"))
        if one == two or (one in counted_in_days and two in counted_in_days):
            return True
        way_out = _bridge(one, right, two) or _bridge(two, left, one)
        headline = f"`{left.text}` is {one} and `{right.text}` is {two}"
        self.desk.error("CD005", right.span, headline, way_out, label=str(two), labels=(Label(left.span, str(one)),))
        return False

    def _is_option(self, target: Field, node: Value) -> bool:
        return _single(node) and node.text in target.choices

    def _equal(self, node: Phrase) -> Expression | None:
        return self._same("==", node.parts[0], node.parts[-1])

    def _unequal(self, node: Phrase) -> Expression | None:
        return self._same("!=", node.parts[0], node.parts[-1])

    def _same(self, operator: str, left: Value, right: Value) -> Expression | None:
        target = self._field(left)
        if target is not None and target.type in ("choice", "yes/no") and _single(right):
            value = self._option(target, next(words_of(right)))
            self.reads.append(target.name)
            return None if value is None else (operator, ("field", target.name), ("const", value))
        if self._turned(left, right):
            return None
        one = self.operand(left)
        bare = _single(right) and right.text not in self.names.fields
        open_end = one is None and (bare or left.kind in _CLAIM_READERS)
        two = None if open_end else self.operand(right)  # it may be an option of what could not be typed
        if one is None or two is None or not self._alike(left, one[0], right, two[0]):
            return None
        return (operator, one[1], two[1])

    def _turned(self, left: Value, right: Value) -> bool:
        """Whether a comparison begins with an option or an answer, which stands behind `is`; then it is a finding."""
        target, word = self._field(right), next(words_of(left), None)
        if target is None or word is None or not _single(left) or word.text in self.names.fields:
            return False
        if not (self._is_option(target, left) or (target.type == "yes/no" and word.text in ("yes", "no"))):
            return False
        headline = f"`{left.text}` is an answer to `{target.name}`, and an answer stands behind `is`"
        self.desk.wrong(left.span, headline, f"write `{target.name} is {left.text}`")
        return True

    def _option(self, target: Field, word: Word) -> str | bool | None:
        if target.type == "yes/no":
            if word.text in ("yes", "no"):
                return word.text == "yes"
            self.desk.unknown("answer", word, ("yes", "no"), f"to `{target.name}`")
            return None
        options = target.choices
        if word.text in options:
            return word.text
        if not options:  # said at the field
            return None
        self.desk.unknown("option", word, options, f"of `{target.name}`")
        return None

    def _one_of(self, node: Phrase) -> Expression | None:
        left, *rest = (part for part in node.parts if part.kind != "ONE_OF")
        target = self._field(left)
        if target is None or target.type != "choice":
            typed = self.operand(left)
            if typed is not None:
                self.desk.wrong(
                    left.span,
                    f"`{left.text}` is {typed[0]}, and only a choice is `one of` its options",
                    "compare it with `is`, or write a range: `in 1..3`",
                )
            return None
        self.reads.append(target.name)
        values = [self._option(target, word) for part in rest for word in words_of(part)]
        known = [value for value in values if value is not None]
        return ("one of", ("field", target.name), *known) if len(known) == len(values) else None

    def _in_range(self, node: Phrase) -> Expression | None:
        left, bounds = node.parts[0], node.parts[-1]
        typed = self.operand(left)
        ends = self._ends(bounds) if isinstance(bounds, Phrase) else None
        if typed is None or ends is None:
            return None
        if typed[0].name != "number":
            self.desk.wrong(
                left.span, f"`{left.text}` is {typed[0]}, and a range is of plain numbers", "use `>` and `<`"
            )
            return None
        return ("in range", typed[1], *ends)

    def _is_set(self, node: Phrase) -> Expression | None:
        tested = node.parts[0]
        if self._due(tested):
            self.desk.wrong(tested.span, f"`{tested.text}` is no field", "only a field is set or not set")
            return None
        target = self._field(tested, report=True)
        if target is None:
            return None
        self.reads.append(target.name)
        return ("not set" if any(part.kind == "NOT" for part in node.parts) else "is set", target.name)

    def _is_done(self, node: Phrase) -> Expression | None:
        self.desk.unbuilt(node.span, f"`{node.text}`")
        return None

    def _happened(self, node: Phrase) -> Expression | None:
        word, *more = words_of(node.parts[0])
        times = next((part for part in node.parts if part.kind == "NUMBER"), None)
        count = whole(times, self.desk) if times else 1
        if word.text not in self.names.events:
            self.desk.unknown("event", word, self.names.events)
            return None
        if more:
            self.desk.wrong(
                node.span, f"`{word.text}` is an event, and has no parts", f"write `{word.text} has happened`"
            )
            return None
        self.events.append(word.text)
        if count == 0:
            self.desk.wrong(node.span, f"`{node.text}` always holds", "count from 1")
        if not count:
            return None
        return ("happened", word.text, count)

    # Operands: what has a type.

    def of_type(self, node: Value, wanted: Type) -> Expression | None:
        typed = self.operand(node)
        if typed is None:
            return None
        if typed[0] != wanted:
            headline = f"`{node.text}` is {typed[0]}, and {wanted} belongs here"
            self.desk.wrong(node.span, headline, _bridge(wanted, node, typed[0]))
            return None
        return typed[1]

    def fitting(self, node: Value, target: Field) -> Expression | None:
        """A value for a field: an option, yes or no, or an operand of the field's type."""
        if target.type in ("choice", "yes/no") and _single(node):
            value = self._option(target, next(words_of(node)))
            return None if value is None else ("const", value)
        return self.of_type(node, type_of(target))

    def operand(self, node: Value) -> Typed | None:
        if isinstance(node, Word):
            return self._constant(node)
        read = _OPERAND_READERS.get(node.kind)
        if read is not None:
            return read(self, node)
        self.desk.wrong(node.span, f"`{node.text}` holds or doesn't, and a value belongs here")
        return None

    def _inside(self, node: Phrase) -> Typed | None:
        return self.operand(node.parts[0])

    def _constant(self, word: Word) -> Typed | None:
        if word.kind == "NUMBER":
            number = whole(word, self.desk)
            return None if number is None else (Type("number"), ("const", number))
        if word.kind == "DATE":
            day = real_date(word, self.desk)
            return None if day is None else (Type("date"), ("const", day))
        if word.kind == "STRING":
            return Type("text"), ("const", text_of(word))
        self.desk.unbuilt(word.span, f"`{word.text}` in an expression")
        return None

    def _path(self, node: Phrase) -> Typed | None:
        promise = self._due(node)
        if promise:
            self.promises.append(promise)
            return Type("instant"), ("due", promise)
        target = self._field(node, report=True)
        if target is None:
            return None
        self.reads.append(target.name)
        return type_of(target), ("field", target.name)

    def _due(self, node: Value) -> str:
        """The promise whose due instant a path names, nothing where it names none."""
        if not (isinstance(node, Phrase) and node.kind == "path" and len(node.parts) == 2):
            return ""
        promise, of = (each.text for each in node.parts)
        return promise if of == "due" and promise in self.names.promises else ""

    def _field(self, node: Value, report: bool = False) -> Field | None:
        """The field that a path names; with `report`, a finding where it names none."""
        if not (isinstance(node, Phrase) and node.kind == "path"):
            if report:
                self.desk.wrong(node.span, f"`{node.text}` is no field", "only a field is set or not set")
            return None
        if len(node.parts) == 1 and node.text in self.names.fields:
            return self.names.fields[node.text]
        words = list(words_of(node)) if report else []
        if report and len(words) == 1:
            self.desk.unknown("field", words[0], self.names.fields)
        elif report and words[0].text not in self.names.promises:
            self.desk.unknown("promise", words[0], self.names.promises)
        elif report:
            self.desk.unknown("value", words[1], ("due",), f"of `{words[0].text}`")
        return None

    def _money(self, node: Phrase) -> Typed | None:
        amount, currency = words_of(node)
        units = minor_units(amount, currency, self.desk)
        return None if units is None else (Type("money", currency.text), ("const", units))

    def _duration(self, node: Phrase) -> Typed | None:
        time = duration(node, self.desk)
        if time is None:
            return None
        length = time.duration
        if length.kind in ("clear", "clear working"):
            clear = "clear days lie between two days, and an expression has no second one"
            self.desk.wrong(node.span, clear, "count calendar days, or let a promise do it")
            return None
        if length.kind == "working":
            self.desk.wrong(
                node.span,
                "working time depends on a calendar, and an expression has none",
                "count calendar days, or let a promise or a timer do it",
            )
            return None
        if length.kind == "clock":
            return Type("seconds"), ("const", length.count * {"minute": 60, "hour": 3600, "day": 86400}[length.unit])
        count = length.count * (7 if length.unit == "week" else 1)
        unit = "day" if length.unit == "week" else length.unit
        return Type("calendar", unit), ("const", count)

    def _minus(self, node: Phrase) -> Typed | None:
        typed = self.operand(node.parts[-1])
        if typed is not None and typed[0].name not in ("number", "money"):
            self.desk.wrong(node.span, f"`{node.parts[-1].text}` is {typed[0]}, which has no opposite")
            return None
        return None if typed is None else (typed[0], ("neg", typed[1]))

    def _product(self, node: Phrase) -> Typed | None:
        left, right = node.parts[0], node.parts[-1]
        one, two = self.operand(left), self.operand(right)
        if one is None or two is None:
            return None
        kinds = {one[0].name, two[0].name}
        if kinds == {"number"}:
            return Type("number"), ("*", one[1], two[1])
        if kinds == {"number", "money"}:
            return (one[0] if one[0].name == "money" else two[0]), ("*", one[1], two[1])
        self.desk.wrong(node.span, f"{one[0]} can't be multiplied by {two[0]}", "multiply by a plain number")
        return None

    def _sum(self, node: Phrase) -> Typed | None:
        left, right = node.parts[0], node.parts[-1]
        sign = sign_of(node)
        one, two = self.operand(left), self.operand(right)
        if one is None or two is None:
            return None
        if one[0].name == "date" and two[0].name == "calendar":
            return one[0], ("shift date", one[1], _signed(two[1], sign), two[0].of)
        if one[0].name == "instant" and two[0].name == "seconds":
            return one[0], ("shift instant", one[1], _signed(two[1], sign))
        if one[0].name == two[0].name == "date" and sign == "-":
            return Type("days"), ("days between", one[1], two[1])
        if sign == "+" and two[0].name in ("date", "instant") and one[0].name in ("calendar", "seconds"):
            headline = f"`{left.text}` is {one[0]}, and `{right.text}` stands behind it"
            self.desk.wrong(node.span, headline, f"write `{right.text} {sign} {left.text}`")
            return None
        if not self._alike(left, one[0], right, two[0]):
            return None
        if one[0].name not in ("number", "money", "days"):
            done = "added to" if sign == "+" else "subtracted from"
            self.desk.wrong(node.span, f"{two[0]} can't be {done} {one[0]}")
            return None
        return one[0], (sign, one[1], two[1])

    def terms(self, value: Value | None) -> Iterator[Formula]:
        """The terms of a sum of plain numbers, each as a formula of its own: the named parts of a score."""
        node = inner(value)
        if node is None:
            return
        for sign, term in signed_terms(node):
            formula = self.number(term)
            if formula is not None and sign == "-":
                yield replace(formula, expression=("neg", formula.expression), text=f"- {formula.text}")
            elif formula is not None:
                yield formula


_CLAIM_READERS: Mapping[str, Callable[[Typist, Phrase], Expression | None]] = {
    "expr": Typist._either,
    "conj": Typist._both,
    "neg": Typist._not,
    "compare": Typist._compare,
    "equal": Typist._equal,
    "unequal": Typist._unequal,
    "one_of": Typist._one_of,
    "within": Typist._in_range,
    "is_set": Typist._is_set,
    "happened": Typist._happened,
    "is_done": Typist._is_done,
}
_OPERAND_READERS: Mapping[str, Callable[[Typist, Phrase], Typed | None]] = {
    "path": Typist._path,
    "money": Typist._money,
    "duration": Typist._duration,
    "minus": Typist._minus,
    "sum": Typist._sum,
    "term": Typist._product,
    "formula": Typist._inside,
    "expression": Typist._inside,
}


def _bridge(wanted: Type, node: Value, given: Type) -> str:
    """What to write so that a value becomes one of the wanted type, where that is plain."""
    if wanted.name == "money" and given.name == "number" and node.text.replace(".", "").isdigit():
        return f"write `{node.text} {wanted.of}`"
    if wanted.name == "money" and given.name == "money":
        return f"there are no rates of exchange here: write an amount in {wanted.of}"
    if wanted.name == "days" and given.name == "number" and node.text.isdigit():
        return f"write `{node.text} calendar day{'' if node.text == '1' else 's'}`"
    if given.name == "text" and node.kind == "STRING" and wanted.name != "text":
        return f"write it without quotes: `{node.text[1:-1]}`"
    return ""


def _single(node: Value) -> bool:
    """Whether a value is one bare name: the only thing that an option can be."""
    return isinstance(node, Phrase) and node.kind == "path" and len(node.parts) == 1


def _signed(constant: Expression, sign: str) -> int:
    amount = constant[1]
    assert isinstance(amount, int)
    return amount if sign == "+" else -amount
