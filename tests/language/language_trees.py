"""Documents out of the table: a strategy that writes every construct there is, built or not, as a tree.

Names may be keywords, texts are hostile (quotes, backslashes, `#`, `: `, braces, other scripts), comments and blank
lines stand wherever they can. What a block can't hold in YAML is left out: a line that stands once stands once, a name
names one line of its collection.
"""

from __future__ import annotations

from functools import cache

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from msgspec.structs import replace

from casedsl.syntax.language import HEADS, LANGUAGE, Language, Row, margin_of
from casedsl.syntax.printing.words import quoted
from casedsl.syntax.shapes import Either, Keyword, Naming, Part, Slot, Title
from casedsl.syntax.span import Span
from casedsl.syntax.tree import Document, Line, Value, Word
from casedsl.syntax.values import Trouble, read_whole

DEEPEST = 4
NOWHERE = Span("made.case", 1, 1, 1, 1)
_LOST_IN_VALUES = {"and", "or", "not", "is", "in", "list", "long", "state", "set", "done", "one", "stay", "next"}
KEYWORDS = sorted({word for keyword in LANGUAGE.keywords for word in keyword.split()} - _LOST_IN_VALUES)
PLAIN = ["a", "b", "handler", "in_review", "x1", "_", "fee", "größe", "no", "yes", "null", "true"]
_HARD = [*"\"\\#:{}[],-?'|>*&!%@`~=", " #", ": ", "- ", "  ", "\t", "<<", "---", "..."]
_SCRIPTS = ["é", "漢", "🙂", "\u00a0", "\u200d", "\ufeff", "\uffff"]

names = st.sampled_from(PLAIN + KEYWORDS)
texts = st.one_of(
    st.sampled_from(["", " ", "Yes", "no", "12:30", "2026-11-02", "1_000", "null", "We answer you", "{number}"]),
    st.lists(st.sampled_from([*_HARD, *_SCRIPTS, "word", "x", " "]), max_size=6).map("".join),
)
strings = texts.map(quoted)
_numbers = st.sampled_from(["0", "7", "100", "2.50"])
_durations = st.sampled_from(["1 working day", "3 calendar days", "2 clock hours", "6 years", "10 days"])


def _listed(item: SearchStrategy[str], between: str, least: int = 1) -> SearchStrategy[str]:
    return st.lists(item, min_size=least, max_size=3).map(between.join)


def _formed(form: str, *parts: SearchStrategy[str]) -> SearchStrategy[str]:
    return st.tuples(*parts).map(lambda said: form.format(*said))


_paths = _listed(st.sampled_from(PLAIN), ".")
_atoms = st.one_of(_numbers, _paths, strings, _durations, st.sampled_from(["2026-11-02", "5%", "10 GBP"]))
_sums = st.recursive(
    _atoms,
    lambda inner: st.one_of(
        _formed("{} + {}", inner, inner),
        _formed("{} - {}", inner, inner),
        _formed("{}*{}", _paths, _numbers),
        _formed("-{}", _paths),
        _formed("3 - -{}", _paths),
        _formed("( {} )", inner),
    ),
    max_leaves=4,
)
_tests = st.one_of(
    _formed("{} is {}", _paths, _sums),
    _formed("{} is not {}", _paths, _sums),
    _formed("{} >= {}", _sums, _sums),
    _formed("{} is one of {}", _paths, _listed(st.sampled_from(PLAIN), ",")),
    _formed("{} in 0 .. 100", _paths),
    _formed("{} is not set", _paths),
    _formed("{} is done", _paths),
    _formed("{} has happened 3 times", _paths),
)
_expressions = st.recursive(
    _tests,
    lambda inner: st.one_of(
        _formed("{} and {}", inner, inner),
        _formed("{} or {}", inner, inner),
        _formed("not ({})", inner),
        _formed("({})", inner),
    ),
    max_leaves=3,
)
_types = st.sampled_from(
    ["text", "long text", "yes/no", "date and time", "money GBP", "scale 1..5", "list of document"]
)
_places = st.one_of(names, _formed("{} as {}", names, names))
_occurrences = _formed("event {}", names) | _formed("state {}", _places)
_actors = st.one_of(names, _formed("{} for {}", names, names))
_regions = st.sampled_from(["GB-ENG", "DE", "DE-BW"])
_moments = st.just("2026-11-06 15:00")

KINDS: dict[str, SearchStrategy[str]] = {
    "name": names,
    "text": strings,
    "number": _numbers,
    "date": st.sampled_from(["2026-11-02", "2027-01-31"]),
    "time": st.just("12:00"),
    "weekdays": _listed(st.sampled_from(["mon-fri", "sat"]), " , "),
    "day_end": st.sampled_from(["closing", "midnight", "16:00"]),
    "calendar": st.one_of(names, st.just("every  day")),
    "opening": st.sampled_from(["mon-thu", "fri", "2026-12-24"]),
    "level": st.one_of(names, st.sampled_from(["1", "5"])),
    "zone": st.sampled_from(["Europe/London", "UTC"]),
    "a_person": st.just("a person"),
    "signed_in": st.just("the signed-in customer"),
    "time_kind": st.sampled_from(["working time", "clock  time"]),
    "names": _listed(names, " , "),
    "needed": _listed(st.one_of(names, st.just("a note")), ", "),
    "actors": _listed(_actors, ", "),
    "places": _listed(_places, " or "),
    "regions": _listed(_regions, ", "),
    "levels": _listed(st.one_of(names, st.sampled_from(["1", "5"])), " , "),
    "spans": _listed(st.sampled_from(["09:00-12:30", "13:30 - 17:30"]), ", "),
    "order": _listed(names, " < ", least=2),
    "moves": st.lists(names, min_size=1, max_size=3, unique=True).flatmap(
        lambda into: st.tuples(*(_formed(f"{each} to {{}}", _sums) for each in into)).map(", ".join)
    ),
    "changes": st.lists(names, min_size=1, max_size=3, unique=True).flatmap(
        lambda into: st.tuples(
            *(st.one_of(_formed(f"{each} to {{}}", _sums), st.just(f"{each} to not set")) for each in into)
        ).map(", ".join)
    ),
    "pairs": st.lists(names, min_size=1, max_size=3, unique=True).flatmap(
        lambda known: st.tuples(*(_formed(f"{each} is {{}}", st.one_of(_sums, _moments)) for each in known)).map(
            ", ".join
        )
    ),
    "slots": st.lists(names, min_size=1, max_size=3, unique=True).flatmap(
        lambda known: st.tuples(*(_formed(f"{each}: {{}}", _types) for each in known)).map(", ".join)
    ),
    "doer": _formed("who did {}", names),
    "fallback": _formed("task {} for {}", strings, names),
    "expression": _expressions,
    "formula": _sums,
    "path": _paths,
    "duration": _durations,
    "beat": st.sampled_from(["working day", "month"]),
    "range": st.sampled_from(["0..100", "1 .. 5"]),
    "size": st.just("20 MB each"),
    "rate": st.just("5% a month"),
    "goal": st.sampled_from(["95%", "under 5%"]),
    "bound": st.sampled_from(["at least 0 GBP", "at most 12", "at least 3 working days"]),
    "agreement": st.just("90% accepted"),
    "moment": _moments,
    "left": st.sampled_from(["3 working days left", "75% used", "missed"]),
    "margin": st.just("3 clear days before hearing_on"),
    "beginning": st.sampled_from(["on a working day", "on  a working day before 16:00"]),
    "due_time": st.sampled_from(["closing", "same time", "18:00", "24:00"]),
    "rolling": st.sampled_from(["forward", "back", "not"]),
    "recount": st.sampled_from(["from the start", "from  the change", "in proportion"]),
    "match": st.sampled_from(["same a and similar b over 80%", "same a"]),
    "place": _places,
    "type": _types,
    "assignment": st.sampled_from(["least loaded handler", "next round robin legal", "another a"]),
    "countable": st.sampled_from(["answer kept", "late missed", "closed as done", "a"]),
    "occurrence": _occurrences,
    "occurrences": _listed(_occurrences, " or "),
    "outcome": st.sampled_from(
        [
            *("state is a as b", "lee may not approve", "a was  prompted", "a was not told", "a was not  sent b"),
            *("b is due", "a is responsible", "a is not set", "a is set", "a is 12 GBP", "a is 2026-11-06 15:00"),
        ]
    ),
}
"""For each kind of value texts that are read as it."""


def valued(kind: str) -> SearchStrategy[Value]:
    """Values of a kind."""
    return KINDS[kind].map(lambda text: _read(kind, text))


def _read(kind: str, text: str) -> Value:
    value = read_whole(kind, text, lambda start, end: NOWHERE)
    assert not isinstance(value, Trouble), f"{text!r} is no {kind}"
    return value


_WORDS = ["# why", '# "quoted', "#", "# a: b {c}", "# # twice", "# 漢", "#'", "#- x"]
_comments = st.sampled_from(_WORDS)
_above = st.lists(st.sampled_from(["", *_WORDS]), max_size=3).map(lambda rows: _single(rows))
_ends = st.lists(_above.filter(lambda rows: bool(rows and rows[-1])), max_size=1).map(
    lambda rows: rows[0] if rows else ()
)
_rarely = st.integers(0, 5).map(lambda drawn: drawn == 0)


def _single(rows: list[str]) -> tuple[str, ...]:
    return tuple(row for place, row in enumerate(rows) if row or (place and rows[place - 1]) or not place)


@st.composite
def documents(draw: st.DrawFn, language: Language = LANGUAGE) -> Document:
    """A document with everything that the table knows."""
    kind = draw(st.sampled_from(HEADS))
    row = language.row("file", kind)
    assert row is not None
    header = draw(_lines(language, row, "made", 0))
    above = header.above[1:] if header.above[:1] == ("",) else header.above
    lines = draw(_blocks(language, margin_of(kind), 0))
    return Document("made.case", kind, replace(header, above=above, end=()), lines, end=draw(_ends))


@st.composite
def _blocks(draw: st.DrawFn, language: Language, block: str, depth: int, least: int = 0) -> tuple[Line, ...]:
    """The lines of a block; those that stand once stand once."""
    rows = language.rows(block)
    chosen = draw(st.lists(st.sampled_from(rows), min_size=least, max_size=4 if depth else 6))
    lines: list[Line] = []
    taken: set[tuple[str, str]] = set()
    for row in chosen:
        name = draw(_named(row.shape.name)) if row.shape.name else ""
        if row.makes != "item" and (row.construct.under or row.keyword, name) in taken:
            continue
        taken.add((row.construct.under or row.keyword, name))
        lines.append(draw(_lines(language, row, name, depth)))
    return tuple(lines)


@cache
def _named(kind: str) -> SearchStrategy[str]:
    return KINDS[kind]


@st.composite
def _lines(draw: st.DrawFn, language: Language, row: Row, name: str, depth: int) -> Line:
    """A line of a row with its clauses, comments and what is below it."""
    said = _Said(draw, row)
    flags = draw(st.sampled_from([None, *row.shape.flags]))
    if flags:
        said.clauses[flags] = Word("FLAG", flags, NOWHERE)
    said.sequence(row.shape.parts)
    named = _read(row.shape.name, name) if name else None
    assert named is None or isinstance(named, Word)
    least = 1 if row.needed else 0
    below = draw(_blocks(language, row.keyword, depth + 1, least)) if row.below and (least or depth < DEEPEST) else ()
    title = said.title
    line = Line(row.keyword, named, title, said.clauses, NOWHERE, NOWHERE, below)
    line = replace(line, above=draw(_above) if draw(_rarely) else (), beside=draw(_comments) if draw(_rarely) else "")
    return replace(line, end=draw(_ends)) if below else line


class _Said:
    """What a line says, part by part."""

    def __init__(self, draw: st.DrawFn, row: Row) -> None:
        self.draw = draw
        self.key = "type" if row.shape.name else row.keyword
        self.clauses: dict[str, Value] = {}
        self.title: Word | None = None

    def sequence(self, parts: tuple[Part, ...]) -> None:
        for place, part in enumerate(parts):
            if isinstance(part, Either):
                ways = [*part.ways, ()] if part.optional else list(part.ways)
                self.sequence(self.draw(st.sampled_from(ways)))
            elif isinstance(part, Keyword):
                self.key = part.key
                if not (place + 1 < len(parts) and isinstance(parts[place + 1], Slot)):
                    self.clauses[part.key] = Word("FLAG", part.word, NOWHERE)
            elif isinstance(part, Title):
                self.title = Word("STRING", self.draw(strings), NOWHERE)
            elif not isinstance(part, Naming):
                self.clauses[self.key] = self.draw(valued(part.kind))
