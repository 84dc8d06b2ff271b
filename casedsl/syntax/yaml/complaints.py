"""What is said about a mapping that can't be read: the same findings as about lines, in the words of YAML."""

from __future__ import annotations

from casedsl.syntax.complaints import Place, trouble_finding
from casedsl.syntax.finding import Edit, Finding, Fix, Label
from casedsl.syntax.language import Language, Row
from casedsl.syntax.lines import LineTrouble, begins_with_value
from casedsl.syntax.span import Span
from casedsl.syntax.spelling import brief, did_you_mean, listed, nearest, only_near
from casedsl.syntax.values import Trouble, spellings, starts, takes, wanted
from casedsl.syntax.yaml.keys import ANY, Key
from casedsl.syntax.yaml.nodes import Mapping, Node, Scalar, Sequence
from casedsl.syntax.yaml.places import Content, content_of

MOST_FINDINGS = 500


class Complaints:
    """Collects what is found in one file, up to a number that nobody reads any more; `lost` are the rows that could not
    be read: what seems to be missing below a key may have stood there."""

    def __init__(self, file: str, rows: list[str], language: Language, lost: frozenset[int] = frozenset()) -> None:
        self.file, self.rows, self.language, self.lost = file, rows, language, lost
        self.found: list[Finding] = []

    def say(
        self, code: str, span: Span, headline: str, way_out: str, fix: Fix | None = None, first: Span | None = None
    ) -> None:
        if len(self.found) < MOST_FINDINGS:
            labels = (Label(first, "it stands here first"),) if first else ()
            found = Finding(code, "error", span, brief(headline), labels=labels, way_out=brief(way_out), fix=fix)
            self.found.append(found)

    def span(self, node: Node) -> Span:
        """A scalar, or the first sign of a list or mapping."""
        row, column = node.start
        if isinstance(node, Scalar) and node.text:
            content = content_of(self.file, node, self.rows)
            return content.span(0, len(content.text)) if content.text else _one(self.file, row, column)
        return _one(self.file, row, column)

    # Keys.

    def no_header(self, root: Mapping) -> None:
        key = root.pairs[0][0] if root.pairs else None
        span = self.span(key) if key else _one(self.file, *root.start)
        way_out = "write `case type: NAME`, or `organisation: NAME`, as its first key"
        self.say("CD001", span, "a file begins with `case type` or `organisation`", way_out)

    def twice(self, key: Scalar, first: Scalar) -> None:
        span = self.span(key)
        fix = Fix("take the second one out", False, (Edit(span, None),))
        self.say("CD002", span, f"`{_said(key)}` stands twice", "keep one of the two", fix, self.span(first))

    def unknown_key(self, key: Scalar, keys: dict[str, Key], owner: str) -> None:
        """A key that has no meaning here."""
        if len(self.found) >= MOST_FINDINGS:
            return
        word, names = _said(key), sorted(known for known in keys if known != ANY)
        meant = word in self.language.keywords
        where = f"in `{owner}`" if owner else "at the left margin"
        headline = f"a key `{word}` doesn't stand {where}" if meant else f"there is no key `{word}` {where}"
        near = nearest(word, names)
        way_out = did_you_mean(near) or f"what may stand there: {listed(names)}"
        self.say("CD003", self.span(key), headline, way_out, None if meant else self.respelled(key, near, names))

    def respelled(self, key: Scalar, near: tuple[str, ...], names: list[str]) -> Fix | None:
        """The key as it was meant: no fix if two names are equally near, an unsafe one if another is near too (`typ`
        could be `type`, and `tip`)."""
        if len(near) != 1:
            return None
        return Fix(f"write `{near[0]}`", only_near(_said(key), names) is not None, (Edit(self.span(key), near[0]),))

    def alone(self, key: Scalar, keyword: str) -> None:
        headline = f"`{_said(key)}` stands here without `{keyword}`"
        self.say("CD001", self.span(key), headline, f"add `{keyword}: …` beside it")

    def clause_missing(self, key: Scalar, keyword: str, missing: str) -> None:
        self.say("CD001", self.span(key), f"`{keyword}` has no `{missing}`", f"add `{missing}: …` beside it")

    def lacks(self, key: Scalar, row: Row, missing: str) -> None:
        """A line without something that it must have."""
        word = row.shape.keyword or row.keyword
        headline = f"`{word} {_said(key)}` has no `{missing}`" if row.shape.name else f"`{word}` has no `{missing}`"
        way_out = f"add `{missing}: …` below it"
        if word == "on" and missing == "to":
            headline = f"`on {_said(key)}` doesn't say where the case goes"
            way_out = "`to` belongs below the event, for example `to: resolved`, or `to: stay`"
        self.say("CD001", self.span(key), headline, way_out)

    def both(self, key: Scalar, words: list[str]) -> None:
        """Words of which one may stand."""
        headline = f"{' and '.join(f'`{word}`' for word in words)} can't stand together"
        self.say("CD001", self.span(key), headline, f"keep one of {listed(words)}")

    def bodiless(self, key: Scalar, row: Row) -> None:
        self.empty(key, self._below(row))

    def empty(self, key: Scalar, way_out: str) -> None:
        """A key below which something must stand, unless that was lost."""
        if key.end[0] + 1 not in self.lost:
            self.say("CD001", self.span(key), f"nothing stands below `{_said(key)}`", way_out)

    # Shapes.

    def no_mapping(self, key: Scalar, value: Node, row: Row) -> None:
        if isinstance(value, Scalar) and not value.text:
            self.bodiless(key, row)
            return
        self.say("CD001", self.span(value), f"`{_said(key)}` is no {_kind(value)} but a mapping", self._below(row))

    def no_collection(self, key: Scalar, value: Node, row: Row) -> None:
        headline = f"`{_said(key)}` holds {row.keyword}s by name"
        if isinstance(value, Scalar) and not value.text:
            self.empty(key, "write `NAME: …` below it")
            return
        self.say("CD001", self.span(value), headline, "write `NAME: …` below it, without a dash")

    def no_list(self, key: Scalar, value: Node, rows: tuple[Row, ...]) -> None:
        way_out = f"begin each with a dash: `- {{{_item(rows[0])}}}`"
        if isinstance(value, Scalar) and not value.text:
            self.empty(key, way_out)
            return
        self.say("CD001", self.span(value), f"`{_said(key)}` is a list", way_out)

    def no_item(self, item: Node, rows: tuple[Row, ...]) -> None:
        headline = f"a {_kind(item)} can't stand in this list"
        self.say("CD001", self.span(item), headline, f"write `- {{{_item(rows[0])}}}`")

    def unknown_item(self, item: Mapping, rows: tuple[Row, ...]) -> None:
        words = sorted(row.keyword for row in rows)
        keys = [key for key, _ in item.pairs]
        key = next((key for key in keys if nearest(_said(key), words)), keys[0])
        near = nearest(_said(key), words)
        way_out = did_you_mean(near) or f"what may stand there: {listed(words)}"
        fix = self.respelled(key, near, words)
        self.say("CD003", self.span(key), f"there is no item `{_said(key)}` in this list", way_out, fix)

    def no_scalar(self, key: Scalar, node: Node, listed: bool) -> None:
        headline = f"`{_said(key)}` is no {_kind(node)} but {'a list of words' if listed else 'one value'}"
        self.say("CD001", self.span(node), headline, "write it behind the colon")

    def no_pairs(self, key: Scalar, between: str) -> None:
        way_out = "write each as `NAME: VALUE`" + (f"; in a line it is `NAME{between}VALUE`" if between != ": " else "")
        self.say("CD001", self.span(key), f"`{_said(key)}` is a mapping of names to values", way_out)

    def no_record(self, key: Scalar, names: tuple[str, ...]) -> None:
        self.say("CD001", self.span(key), f"`{_said(key)}` holds {listed(names)}", "write each as a key below it")

    def no_flag(self, key: Scalar, node: Scalar) -> None:
        self.say("CD001", self.span(node), f"`{_said(key)}` is said by `yes`", "write `yes`, or leave the key out")

    # Values.

    def nothing(self, key: Scalar, kind: str) -> None:
        could = ["a text"] if kind == "text" else ["`yes`"]
        if kind not in ("", "text"):
            could = [spellings()[name] for name in wanted(starts(kind))]
        way_out = f"what may stand there: {', '.join(sorted(could)[:6])}"
        if key.end[0] + 1 not in self.lost:
            self.say("CD001", self.span(key), f"`{_said(key)}` says nothing", way_out)

    def value(self, content: Content, trouble: Trouble, several: bool) -> None:
        """A scalar that is no value of its kind."""
        if several and content.text.startswith((",", "or "), trouble.at):
            parts = content.text.replace(" or ", ", ")
            span = content.span(trouble.at, trouble.at + 1)
            self.say("CD001", span, "several stand in a list", f"write `[{parts}]`")
            return
        could = tuple(sorted({spellings()[name] for name in wanted(trouble.stack)})) if not trouble.deep else ()
        name = not trouble.deep and takes(trouble.stack, "NAME")
        place = Place(content.text, content.span, what="value")
        found = trouble_finding(place, LineTrouble(trouble.at, could, name, deep=trouble.deep), self.language)
        if len(self.found) < MOST_FINDINGS:
            self.found.append(found)

    def _below(self, row: Row) -> str:
        below = self.language.rows(row.keyword)
        names = [spelled for each in below if not each.shape.keyword for spelled in begins_with_value(each)]
        words = sorted({each.construct.under or each.keyword for each in below})
        return f"indent below it: {', '.join(names) if names else listed(words)}"


def _one(file: str, row: int, column: int) -> Span:
    return Span(file, row + 1, column + 1, row + 1, column + 2)


def _said(key: Scalar) -> str:
    return " ".join(key.text.split())


def _kind(node: Node) -> str:
    return "list" if isinstance(node, Sequence) else "mapping" if isinstance(node, Mapping) else "single value"


def _item(row: Row) -> str:
    """How an item of a list begins."""
    clauses = [clause for clause in row.shape.clauses if not clause.optional]
    return ", ".join(f"{clause.key}: …" for clause in clauses[:2]) or "title: …"
