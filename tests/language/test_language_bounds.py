"""What nobody writes and a program might: refused at once where it passes a bound, and never worth a second thought."""

from __future__ import annotations

import cProfile
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from language_programs import ACME, looked_at

from casedsl.compile import check
from casedsl.report.text import MOST_FRAMED, full
from casedsl.syntax.finding import Finding
from casedsl.syntax.source import MOST_WORDS, Source, read_source
from casedsl.syntax.span import Span
from casedsl.syntax.spelling import edits

SEEDED = settings(derandomize=True, deadline=None, max_examples=200)
TOO_MANY = "word 200,001 of the file stands here; a definition has at most 200,000 words and signs"
HEAD = 'case type letter "Letter"\n    edition 1\n    use "acme"\n'
YAML = "case type: letter\nedition: 1\nuse: acme\n"


def calls(text: str, file: str = "main.case") -> int:
    def read(name: str) -> bytes:
        if name not in files:
            raise FileNotFoundError(2, "No such file", name)
        return files[name]

    files = {"acme.case": ACME, file: text.encode()}
    with cProfile.Profile() as profile:
        check(file, read)
    return sum(each.callcount for each in profile.getstats())


# Words.


@pytest.mark.parametrize(
    ("file", "row", "words", "column"),
    [
        ("main.case", "a>1 or " * 500, 2_000, 1),
        ("main.case", '"a text" ' * 400 + '"# none" x=(y)', 406, 1),
        ("main.case", "a " * 100 + "# " + "b " * 100, 100, 1),
        ("main.case", "a " * 100 + '# "b ' + "c " * 100, 100, 1),
        ("main.case.yaml", "k: 'b c' " * 10 + "# " + "d " * 50, 60, 1),
        ("main.case.yaml", '- "' + "(a or b) " * 400 + '"', 2_003, 1),
    ],
)
def test_a_word_too_many_is_shown_at_its_place(file: str, row: str, words: int, column: int) -> None:
    count = MOST_WORDS // words
    whole = (row + "\n") * count + "w " * (MOST_WORDS - count * words)
    assert isinstance(read_source(file, whole.encode()), Source)
    refused = read_source(file, f"{whole}\nlast".encode())
    assert isinstance(refused, Finding)
    assert (refused.headline, refused.span) == (TOO_MANY, Span(file, count + 2, column, count + 2, column))


def test_a_word_too_many_costs_no_reading() -> None:
    assert calls(HEAD + ("    on go -> done\n        when " + "(a>1)or" * 600 + "\n") * 200) < 3_000


@pytest.mark.parametrize(("times", "said"), [(100, []), (400, ["aliases make more than 400,000 letters of this file"])])
def test_what_aliases_repeat_has_an_end(times: int, said: list[str]) -> None:
    long = " and ".join(f"a > {number}" for number in range(250))
    events = "".join(f"      e{number}: {{to: done, by: clerk, when: *long}}\n" for number in range(times))
    text = f"{YAML}fields:\n  a: {{type: integer 0..9}}\nx: &long {long}\nstates:\n  s0:\n    on:\n{events}"
    checked = looked_at({"main.case.yaml": text}, "main.case.yaml")
    assert [each.headline for each in checked.findings if "aliases" in each.headline] == said


# Names.


@SEEDED
@given(st.text("ab", max_size=7), st.text("ab", max_size=7))
def test_few_edits_are_counted_and_many_are_three(one: str, two: str) -> None:
    assert edits(one, two) == min(_counted(one, two), 3)


def _counted(one: str, two: str) -> int:
    """The whole table of Damerau and Levenshtein, row by row."""
    table = {(i, 0): i for i in range(len(one) + 1)} | {(0, j): j for j in range(len(two) + 1)}
    for i, j in product(range(1, len(one) + 1), range(1, len(two) + 1)):
        ways = [table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + (one[i - 1] != two[j - 1])]
        if i > 1 and j > 1 and (one[i - 1], one[i - 2]) == (two[j - 2], two[j - 1]):
            ways.append(table[i - 2, j - 2] + 1)
        table[i, j] = min(ways)
    return table[len(one), len(two)]


def test_many_names_and_long_ones_are_not_all_compared() -> None:
    lines = "".join(f"    on e{number} -> t{number:05}\n        by clerk\n" for number in range(90))
    states = "".join(f'state s{number:05} "S"\n    on go -> a\n        by clerk\n' for number in range(800))
    few = calls(f'{HEAD}first state a "A"\n{lines}')
    many = calls(f'{HEAD}first state a "A"\n{lines}{states}') - calls(f'{HEAD}first state a "A"\n{states}')
    assert many < few + 30_000 * 180  # 30,000 are compared, not 72,000
    long = calls(f'{HEAD}first state a "A"\n{lines.replace("t", "t" * 2_000)}state {"t" * 2_000} "T"\n')
    assert long < 2 * few


def test_lines_that_nobody_is_told_of_cost_less() -> None:
    wrong = [f"    om go{number} -> b\n" for number in range(2_000)]
    few, many = (calls(f'{HEAD}first state a "A"\n{"".join(lines)}') for lines in (wrong[:200], wrong))
    assert many < 5 * few
    keys = [f"k{number}: v\n" for number in range(4_000)]
    assert calls(YAML + "".join(keys), "main.case.yaml") < 2 * calls(YAML + "".join(keys[:1_000]), "main.case.yaml")


# What is shown.


def test_a_thousand_frames_are_enough() -> None:
    source = Source("main.case", "row\n" * 2_000)
    infos = [Finding("CD109", "info", Span("main.case", n, 1, n, 4), f"info {n}") for n in range(1, 1_501)]
    error = Finding("CD101", "error", Span("main.case", 1_900, 1, 1_900, 4), "the error")
    told = full([*infos, error], {"main.case": source})
    assert told.count("   --> ") == MOST_FRAMED
    assert "CD101 error: the error\n" in told
    assert told.splitlines()[-1] == (
        "… and 501 more, none of them graver: `--output-format concise` shows all, one line each; "
        "`--statistics` counts them"
    )
    assert "more" not in full(infos[:MOST_FRAMED], {"main.case": source})
