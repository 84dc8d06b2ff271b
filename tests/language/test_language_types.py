"""Expressions: types and units, one guard a line, with what is found in it."""

from __future__ import annotations

import re

import pytest
from casedsl_runtime import expr
from casedsl_runtime.vocabulary import Expression
from language_programs import END, HEADER, judge, looked_at, program, under_carets

FIELDS = """\
promise answer_in_time
    within 10 working days
    calendar office
    met by send
fields
    fee money GBP
    euros money EUR
    yen money JPY
    count integer
    impact scale 1..5
    kind choice
        option big
        option small
    size choice
        option wide
    late yes/no
    words text
    story long text
    day date
    other_day date
    moment date and time
"""
GUARDS = """
fee > 100 GBP
fee is not 100.50 GBP
100 GBP > fee
yen > 100 JPY
- fee < 5 GBP
fee * 2 + 5 GBP >= 100 GBP
2 * fee > 3 GBP
fee > 100                                   # CD005[100] `fee` is money in GBP and `100` is a plain number
100 > fee                                   # CD005[fee] `100` is a plain number and `fee` is money in GBP
fee > 100 EUR                               # CD005[100 EUR] `fee` is money in GBP and `100 EUR` is money in EUR
euros > fee                                 # CD005[fee] `euros` is money in EUR and `fee` is money in GBP
fee + 1 > 3 GBP                             # CD005[1] `fee` is money in GBP and `1` is a plain number
fee * fee > 3 GBP                           # CD005[fee * fee] money in GBP can't be multiplied by money in GBP
fee > 100.555 GBP                           # CD005[100.555] GBP has 2 decimals and `100.555` has 3
yen > 100.5 JPY                             # CD005[100.5] JPY has 0 decimals and `100.5` has 1
fee > 1000000000000000 GBP                  # CD005[1000000000000000] this amount has more than 15 digits
fee in 1..5                                 # CD005[fee] `fee` is money in GBP, and a range is of plain numbers
fee is one of big, small  # CD005[fee] `fee` is money in GBP, and only a choice is `one of` its options
count > 999999999999999
count > 9999999999999999                    # CD005[9999999999999999] this number has more than 15 digits
count > 1.5                                 # CD005[1.5] `1.5` is no whole number
count - count - 1 * count in 1..5
count in 5..1                               # CD005[5..1] nothing lies in `5..1`
count > 5 hours                             # CD005[5 hours] `5 hours` doesn't say which hours are counted
impact + 2 > count
impact > 5%                                 # CD010[5%] `5%` in an expression
impact is fee                               # CD005[fee] `impact` is a plain number and `fee` is money in GBP
kind is big
kind is not small
kind is one of big, small
kind is Big                                 # CD004[Big] there is no option `Big` of `kind`
kind is one of big, wide                    # CD004[wide] there is no option `wide` of `kind`
kind is size                                # CD004[size] there is no option `size` of `kind`
kind is "big"                               # CD005["big"] `kind` is a choice and `"big"` is text
kind is 3                                   # CD005[3] `kind` is a choice and `3` is a plain number
kind > big                                  # CD005[kind > big] `kind` is a choice, and its options have no order
kind > 3                                    # CD005[3] `kind` is a choice and `3` is a plain number
kind                                        # CD005[kind] `kind` is a choice, and neither holds nor doesn't
kind + 1 > 2                                # CD005[1] `kind` is a choice and `1` is a plain number
- kind > 3                                  # CD005[- kind] `kind` is a choice, which has no opposite
kind in 1..2                                # CD005[kind] `kind` is a choice, and a range is of plain numbers
big is kind                                 # CD005[big] `big` is an answer to `kind`, and an answer stands behind `is`
late is yes
not late is no and late is not yes
late is Yes                                 # CD004[Yes] there is no answer `Yes` to `late`
late is true                                # CD004[true] there is no answer `true` to `late`
late is 1                                   # CD005[1] `late` is yes or no and `1` is a plain number
late                                        # CD005[late] `late` is yes or no, and neither holds nor doesn't
not late                                    # CD005[late] `late` is yes or no, and neither holds nor doesn't
yes is late                                 # CD005[yes] `yes` is an answer to `late`
late > 3                                    # CD005[3] `late` is yes or no and `3` is a plain number
words is "x"
words is not story
words > "x"                                 # CD005[words > "x"] `words` is text, which has no order
words + "x" is "xx"                         # CD005[words + "x"] text can't be added to text
words is 3                                  # CD005[3] `words` is text and `3` is a plain number
words                                       # CD005[words] `words` is text, and neither holds nor doesn't
day > 2026-11-06
day + 3 calendar days > other_day
day - 2 calendar weeks < 2026-11-06
day + 1 month - 1 year > other_day
day - other_day > 14 calendar days
day - other_day + 3 calendar days > 2 calendar weeks
day is 2026-02-30                           # CD005[2026-02-30] there is no day 2026-02-30
day > 2026                                  # CD005[2026] `day` is a date and `2026` is a plain number
day is "2026-11-06"                         # CD005["2026-11-06"] `day` is a date and `"2026-11-06"` is text
day - other_day > 3                         # CD005[3] `day - other_day` is a number of calendar days
day - other_day > 1 month                   # CD005[1 month] `1 month` is a length of time in calendar months
day + other_day > day                       # CD005[day + other_day] a date can't be added to a date
3 calendar days + day > other_day           # CD005[3 calendar days + day] `day` stands behind it
day + 3 days > other_day                    # CD005[3 days] `3 days` doesn't say which days are counted
day + 3 working days > other_day            # CD005[3 working days] working time depends on a calendar
day + 3 clear days > other_day              # CD005[3 clear days] clear days lie between two days
day + 3 clear working days > other_day      # CD005[3 clear working days] clear days lie between two days
day + 3 clear hours > other_day             # CD005[3 clear hours] clear time has no hours
day + 3 clear working months > other_day    # CD005[3 clear working months] clear working time has no months
day + 3 clock hours > other_day  # CD005[3 clock hours] `day` is a date and `3 clock hours` is a length of clock time
day + 3 working weeks > other_day           # CD005[3 working weeks] working time has no weeks
day + 3 calendar hours > other_day          # CD005[3 calendar hours] calendar time has no hours
day + 3 clock months > other_day            # CD005[3 clock months] clock time has no months
day + 0 calendar days > other_day           # CD005[0 calendar days] `0 calendar days` is no length of time
day + 10001 calendar days > other_day       # CD005[10001 calendar days] `10001 calendar days` is no length of time
moment + 2 clock hours > answer_in_time.due
answer_in_time.due - 1 clock day > moment
moment > day                                # CD005[day] `moment` is a date and time and `day` is a date
moment + 1 calendar day > moment            # CD005[1 calendar day] `moment` is a date and time
moment - moment > 3 clock hours  # CD005[moment - moment] a date and time can't be subtracted from a date and time
answer_in_time.due > 3                      # CD005[3] `answer_in_time.due` is a date and time
answer_in_time.done > moment                # CD004[done] there is no value `done` of `answer_in_time`
answr_in_time.due > moment                  # CD004[answr_in_time] there is no promise `answr_in_time`
3 clock hours > 120 clock minutes
1 month > 30 calendar days                  # CD005[30 calendar days] `1 month` is a length of time in calendar months
2 calendar weeks is 14 calendar days
fee is set and kind is not set
feee is set                                 # CD004[feee] there is no field `feee`
1 is set                                    # CD005[1] `1` is no field
answer_in_time.due is set                   # CD005[answer_in_time.due] `answer_in_time.due` is no field
fee is set and late                         # CD005[late] `late` is yes or no
(fee is set) is yes                         # CD005[fee is set] `fee is set` holds or doesn't, and a value belongs here
(fee > 3 GBP) > 2  # CD005[fee > 3 GBP] `fee > 3 GBP` holds or doesn't, and a value belongs here
missing > absent  # CD004[missing] there is no field `missing` # CD004[absent] there is no field
send has happened and not send has happened 2 times
sent has happened                           # CD004[sent] there is no event `sent`
send has happened 0 times                   # CD005[send has happened 0 times] `send has happened 0 times` always holds
send.it has happened                        # CD005[send.it has happened] `send` is an event, and has no parts
checklist is done                           # CD010[checklist is done] `checklist is done`
"a" is "b" or 2026-01-01 > 2026-01-02
(fee > 3 GBP or late is yes) and (kind is big or not (count > 3))
"""


def _lines() -> list[str]:
    return [line for line in GUARDS.split("\n") if line]


def _definition(guard: str) -> str:
    return f"{HEADER}{FIELDS}first state new\n    on send -> done\n        by clerk\n        when {guard}\n{END}"


def _whatever_it_says(guard: str) -> str:
    """The guard at an event that needs what it may read, and that can be done without it too: only its types matter."""
    bare, _, mark = guard.partition("  #")
    needs = ", ".join(re.findall(r"^    (\w+) ", FIELDS.partition("fields\n")[2], re.M))
    when = f"when ({bare.strip()}) or drop has happened"
    event = f"    on send -> done\n        by clerk\n        needs {needs}\n        {when}"
    other = "    on drop -> done\n        by clerk\n"
    return f"{HEADER}{FIELDS}first state new\n{event}{f'  #{mark}' if mark else ''}\n{other}{END}"


@pytest.mark.parametrize("line", _lines(), ids=lambda line: re.split("  +# ", line)[0])
def test_a_guard(line: str) -> None:
    checked = judge(_whatever_it_says(line))
    if not checked.sound:
        return
    assert checked.case_type is not None
    formula = checked.case_type.states["new"].transitions[0].when
    assert formula is not None
    known = expr.Names(checked.case_type.fields, ["send", "drop"], ["answer_in_time"])
    assert list(expr.problems(formula.expression, known)) == []
    assert expr.compile_expression(formula.expression)(expr.Quietly({}, {}, {})) in (True, False)


@pytest.mark.parametrize(
    ("guard", "lowered"),
    [
        ("fee > 100.50 GBP", (">", ("field", "fee"), ("const", 10_050))),
        ("yen is 5 JPY", ("==", ("field", "yen"), ("const", 5))),
        ("not late is yes", ("not", ("==", ("field", "late"), ("const", True)))),
        ("late is not no", ("!=", ("field", "late"), ("const", False))),
        ("kind is one of big, small", ("one of", ("field", "kind"), "big", "small")),
        ("impact in 2..4", ("in range", ("field", "impact"), 2, 4)),
        ("fee is not set", ("not set", "fee")),
        ("send has happened 3 times", ("happened", "send", 3)),
        ("count - 1 - impact * 2 < - count",
            ("<", ("-", ("-", ("field", "count"), ("const", 1)), ("*", ("field", "impact"), ("const", 2))),
                ("neg", ("field", "count")))),
        ("day - 2 calendar weeks < day + 1 month",
            ("<", ("shift date", ("field", "day"), -14, "day"), ("shift date", ("field", "day"), 1, "month"))),
        ("day - other_day > 3 calendar days",
            (">", ("days between", ("field", "day"), ("field", "other_day")), ("const", 3))),
        ("moment - 2 clock hours < answer_in_time.due",
            ("<", ("shift instant", ("field", "moment"), -7_200), ("due", "answer_in_time"))),
        ("late is yes or late is no and fee is set or kind is set",
            ("or", ("==", ("field", "late"), ("const", True)),
                ("and", ("==", ("field", "late"), ("const", False)), ("is set", "fee")), ("is set", "kind"))),
        ('words is "a \\"b\\" \\\\"', ("==", ("field", "words"), ("const", 'a "b" \\'))),
    ],
)  # fmt: skip
def test_what_a_guard_becomes(guard: str, lowered: Expression) -> None:
    case_type = looked_at({"main.case": _definition(guard)}).case_type
    assert case_type is not None
    formula = case_type.states["new"].transitions[0].when
    assert formula is not None
    assert (formula.expression, formula.text) == (lowered, guard)


@pytest.mark.parametrize(
    ("guard", "way_out"),
    [
        ("fee > 100", "write `100 GBP`"),
        ("fee > 100 EUR", "there are no rates of exchange here: write an amount in GBP"),
        ("fee > 100.555 GBP", "round the amount"),
        ("kind is bgi", "did you mean `big`?"),
        ("kind is BIG", "did you mean `big`?"),
        ("kind is huge", "there are: `big`, `small`"),
        ('kind is "big"', "write it without quotes: `big`"),
        ("kind > big", "name the options: `kind is one of big, …`"),
        ("big is kind", "write `kind is big`"),
        ("yes is late", "write `late is yes`"),
        ("late", "write `late is yes`"),
        ("count", "compare it: `is`, `>`, `in`, `is set`"),
        ('day is "2026-11-06"', "write it without quotes: `2026-11-06`"),
        ("day - other_day > 1", "write `1 calendar day`"),
        ("3 calendar days + day > day", "write `day + 3 calendar days`"),
        ("day + 3 days > day", "write `3 working days`, `3 calendar days` or `3 clock days`"),
        ("moment + 3 minutes > moment", "write `3 working minutes` or `3 clock minutes`"),
        ("count in 5..1", "write `1..5`"),
        ("sned has happened", "did you mean `send`?"),
        ("Fee is set", "did you mean `fee`?"),
        ("send.it has happened", "write `send has happened`"),
        ("send has happened 0 times", "count from 1"),
        ("answer_in_time.deu > moment", "did you mean `due`?"),
    ],
)  # fmt: skip
def test_the_way_out_of_a_guard(guard: str, way_out: str) -> None:
    assert [finding.way_out for finding in looked_at({"main.case": _definition(guard)}).findings] == [way_out]


def test_both_sides_are_marked() -> None:
    checked = looked_at({"main.case": _definition("fee * 2 > 100")})
    finding = checked.findings[0]
    assert (under_carets(checked, finding.span), finding.label) == ("100", "a plain number")
    assert [(under_carets(checked, label.span), label.text) for label in finding.labels] == [
        ("fee * 2", "money in GBP")
    ]


@program
def test_what_is_set_and_what_is_the_default_fits() -> None:
    """
    fields
        fee     money GBP
            default 5                       # CD005[5] `5` is a plain number, and money in GBP belongs here
        refund  money GBP
            default -12.50 GBP
        kind    choice
            option big
            default bigg                    # CD004[bigg] there is no option `bigg` of `kind`
        count   integer 1..9
            default 12                      # CD005[12] `12` doesn't lie in `1..9`
        more    integer
            default 5 + 3                   # CD005[5 + 3] the default of `more` isn't a constant
        same    integer
            default more                    # CD005[more] the default of `same` isn't a constant
        late    yes/no
            default no
        words   text
            default " "                     # CD005[" "] a text that says nothing can't be the value of `words`
        day     date
            default 2026-02-29              # CD005[2026-02-29] there is no day 2026-02-29
        moment  date and time
            default 2026-02-28              # CD005[2026-02-28] `2026-02-28` is a date, and a date and time belongs here
    first state new
        on answer -> done
            by  clerk
            set fee to 5, refund to fee * 2, kind to big, count to more + 1, late to yes, words to "x"  # CD005[5] `5`
            clears moment
        on drop -> done
            by  clerk
            set kind to small, count to 10, late to maybe  # CD004[small] of `kind` # CD005[10] # CD004[maybe] to `late`
            clears moments                                  # CD004[moments] there is no field `moments`
        on leave -> done
            by  clerk
            set day to day + 1 month, words to fee          # CD005[fee] `fee` is money in GBP, and text belongs here
        on forget -> done
            by  clerk
            set more to 1, more to 2                        # CD002[more to 2] `more` is set twice
    final state done
    """


@program
def test_a_score_is_a_sum_of_plain_numbers() -> None:
    """
    fields
        impact scale 1..5
        fee    money GBP
        kind   choice
            option big
    priority
        score 12 * impact - 3 + fee + kind in 0..100  # CD005[fee] `fee` is money in GBP # CD005[kind] `kind` is a
        plus  10 when impact up to 50                   # CD005[impact] `impact` is a plain number, and neither holds
        plus  1.5 when impact > 3 up to 50              # CD005[1.5] `1.5` is no whole number
        band  red   from 50
        band  amber from 200                            # CD005 no score reaches band `amber`: scores lie in 0..100
        band  green from 50                             # CD002[band green] two bands begin at 50
    first state new
        on answer -> done
            by clerk
    final state done
    """


@program
def test_a_range_that_holds_nothing_is_one_finding() -> None:
    """
    fields
        impact scale 5..1                               # CD005[scale 5..1] nothing lies in `5..1`
    priority
        score impact in 100..0                          # CD005[100..0] nothing lies in `100..0`
        band  red from 50
    first state new
        on answer -> done
            by clerk
            when impact > 3
    final state done
    """
