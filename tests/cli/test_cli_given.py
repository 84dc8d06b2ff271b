"""Values as they are typed: what is taken, what is refused with which sentence, and wall-clock times in their zone."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

import pytest
from casedsl_runtime.artifact import CompiledCalendar, Field, Workflow
from casedsl_runtime.vocabulary import Value
from cli_desk import EXAMPLE
from hypothesis import given, settings
from hypothesis import strategies as st

from casedsl import check
from casedsl.artifact.bundle import compile_bundle
from casedsl.artifact.lock import Lock, make_lock
from casedsl.artifact.lower import lowered
from casedsl.cli.given import given as values_of
from casedsl.cli.given import instant, value_of
from casedsl.cli.rim import Stop

ZONES = (
    "Europe/London",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/St_Johns",
    "Asia/Kolkata",
    "Africa/Casablanca",
    "Pacific/Auckland",
    "Europe/Dublin",
)
FIRST, LAST = 2026, 2028


@cache
def zone(name: str) -> CompiledCalendar:
    text = f'organisation o "O"\n    edition 1\n\ncalendar c\n    zone {name}\n    open mon-sun hours 09:00-17:00\n'
    definition = check("o.case", lambda _: text.encode())
    assert definition.organisation is not None, definition.findings
    lock = make_lock((), {name}, FIRST, LAST)
    assert isinstance(lock, Lock)
    bundle, problems = compile_bundle([definition.organisation.calendars["c"]], lock)
    assert problems == ()
    return bundle.calendars[0]


@cache
def oracle(name: str) -> ZoneInfo:
    """The zone of the package that the lock was made from, read by the standard library."""
    folder, _, file = name.rpartition("/")
    with (resources.files("tzdata") / "zoneinfo" / folder / file).open("rb") as stream:
        return ZoneInfo.from_file(stream, name)


def near_changes(name: str) -> st.SearchStrategy[datetime]:
    """Wall-clock times around the changes of a zone's clocks, and anywhere in its years."""
    anywhere = st.datetimes(datetime(FIRST, 1, 2), datetime(LAST, 12, 30))
    changes = zone(name).changes[1:]
    if not changes:
        return anywhere
    around = st.builds(
        lambda change, seconds: datetime(1970, 1, 1) + timedelta(seconds=change + seconds),
        st.sampled_from(changes),
        st.integers(-16 * 3600, 16 * 3600),
    )
    return st.one_of(around, around, anywhere)


@settings(derandomize=True, deadline=None, max_examples=400, database=None)
@given(st.sampled_from(ZONES).flatmap(lambda name: st.tuples(st.just(name), near_changes(name))))
def test_wall_clock_times_are_those_of_the_zone(case: tuple[str, datetime]) -> None:
    """A time that the clocks skip is as much later, of one that comes twice the first is meant: fold=0 of PEP 495."""
    name, moment = case[0], case[1].replace(microsecond=0)
    expected = int(moment.replace(tzinfo=oracle(name), fold=0).timestamp())
    assert instant(f"{moment:%Y-%m-%dT%H:%M:%S}", zone(name)) == expected
    assert instant(f"{moment:%Y-%m-%d %H:%M:%S}", zone(name)) == expected


@pytest.mark.parametrize(
    ("name", "text", "utc"),
    [
        ("Europe/London", "2026-10-25T01:30", "2026-10-25T00:30+00:00"),
        ("America/New_York", "2026-11-01T01:30", "2026-11-01T05:30+00:00"),
        ("Europe/London", "2026-03-29T01:30", "2026-03-29T01:30+00:00"),
        ("America/New_York", "2026-03-08T02:30", "2026-03-08T07:30+00:00"),
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:45+00:00"),
    ],
)
def test_times_that_come_twice_or_never(name: str, text: str, utc: str) -> None:
    assert instant(text, zone(name)) == int(datetime.fromisoformat(utc).timestamp())


def test_an_offset_is_taken_at_its_word() -> None:
    london = zone("Europe/London")
    assert instant("2026-07-01T12:00Z", london) == instant("2026-07-01T13:00", london)
    assert instant("2026-07-01 14:00:00+02:00", london) == instant("2026-07-01T12:00", None)
    assert instant("2026-10-25T01:30+00:00", london) - instant("2026-10-25T01:30", london) == 3600


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "now",
        "2026-11-06",
        "20261106T150000",
        "2026-W45-5",
        "2026-11-06T24:00",
        "2026-11-06T15",
        "1899-12-31T23:59",
        "2026-02-30T10:00",
        "2026-11-06T15:00:30.5",
        "0001-01-01T00:00+14:00",
        "9999-12-31T23:59-14:00",
        "2026-11-06T15:00 ",
        "2026-11-06T15:00+99:00",
        "٢٠٢٦-11-06T15:00",
        "2026-11-06T15:00\n",
        "-2026-11-06T15:00",
    ],
)
@pytest.mark.parametrize("name", [None, "Europe/London"])
def test_what_is_no_date_and_time(text: str, name: str | None) -> None:
    with pytest.raises(Stop) as stop:
        instant(text, zone(name) if name else None)
    assert str(stop.value) == f"--now takes a date and time such as 2026-11-06T15:00, not {text!r}"
    assert stop.value.code == 2


def test_a_time_beyond_the_locked_years_needs_an_offset() -> None:
    with pytest.raises(Stop) as stop:
        instant("2040-06-01T12:00", zone("Europe/London"))
    assert str(stop.value) == (
        "--now: calendar `c` knows no day after 2028-12-31; run `casedsl calendars lock` for more years, "
        "or write an offset such as +00:00 behind it"
    )
    assert instant("2040-06-01T12:00+01:00", zone("Europe/London")) == instant("2040-06-01T11:00", None)


NAMES = {
    "money": "refund",
    "yes/no": "vulnerable",
    "scale": "impact",
    "date and time": "met",
    "text": "line",
    "date": "day",
}
MORE = """\
    met        date and time  "When did you meet?"
    line       text           "In one line?"
    day        date           "On which day?"
    question """


@cache
def workflow() -> Workflow:
    """The example's, with a field of every type."""

    def read(file: str) -> bytes:
        return (EXAMPLE / file).read_text("utf-8").replace("    question ", MORE, 1).encode()

    definition = check("complaint.case", read)
    assert definition.case_type is not None
    assert definition.sound, definition.findings
    return lowered(definition.case_type)


def field(type_: str) -> Field:
    found = next(each for each in workflow().fields if each.name == NAMES[type_])
    assert found.type == type_
    return found


@pytest.mark.parametrize(
    ("type_", "text", "value"),
    [
        ("money", "12000 GBP", 1_200_000),
        ("money", "12000", 1_200_000),
        ("money", "120.5", 12_050),
        ("money", "0.05GBP", 5),
        ("money", "-0.50", -50),
        ("money", " 7 ", 700),
        ("yes/no", "yes", True),
        ("yes/no", "no", False),
        ("scale", "3", 3),
        ("scale", "-3", -3),
        ("text", " as it is ", " as it is "),
        ("date", "2026-02-30", "2026-02-30"),
        ("date and time", "2026-07-01 12:00", 1_782_903_600),
    ],
)
def test_values_that_are_taken(type_: str, text: str, value: Value) -> None:
    assert value_of(field(type_), text, zone("Europe/London")) == value


@pytest.mark.parametrize(
    ("type_", "text", "sentence"),
    [
        ("money", "12,000", "`refund` takes an amount such as 120.50 GBP, not '12,000'"),
        ("money", "£12", "`refund` takes an amount such as 120.50 GBP, not '£12'"),
        ("money", "12.", "`refund` takes an amount such as 120.50 GBP, not '12.'"),
        ("money", ".5", "`refund` takes an amount such as 120.50 GBP, not '.5'"),
        ("money", "1e3", "`refund` takes an amount such as 120.50 GBP, not '1e3'"),
        ("money", "nan", "`refund` takes an amount such as 120.50 GBP, not 'nan'"),
        ("money", "12 gbp", "`refund` takes an amount such as 120.50 GBP, not '12 gbp'"),
        ("money", "١٢", "`refund` takes an amount such as 120.50 GBP, not '١٢'"),
        ("money", "1" * 14, f"`refund` takes an amount such as 120.50 GBP, not {'1' * 14!r}"),
        ("money", "12 EUR", "`refund` is in GBP, not in EUR; convert the amount"),
        ("money", "1.005", "GBP has 2 decimals; round '1.005'"),
        ("yes/no", "true", "`vulnerable` takes yes or no, not 'true'"),
        ("yes/no", "Yes", "`vulnerable` takes yes or no, not 'Yes'"),
        ("scale", "3.5", "`impact` takes a whole number, not '3.5'"),
        ("scale", "+3", "`impact` takes a whole number, not '+3'"),
        ("scale", "9" * 16, f"`impact` takes a whole number, not {'9' * 16!r}"),
        ("scale", "³", "`impact` takes a whole number, not '³'"),
        ("date and time", "2026-07-01", "met takes a date and time such as 2026-11-06T15:00, not '2026-07-01'"),
    ],
)
def test_values_that_are_refused(type_: str, text: str, sentence: str) -> None:
    with pytest.raises(Stop) as stop:
        value_of(field(type_), text, zone("Europe/London"))
    assert (str(stop.value), stop.value.code) == (sentence, 2)


@pytest.mark.parametrize(
    ("pairs", "sentence"),
    [
        (["refund"], "`refund` gives no value; write `refund=value`"),
        ([""], "`` gives no value; write `field=value`"),
        (["refnd=1"], "there is no field `refnd`; did you mean `refund`?"),
        (
            ["zzzzzzzz=1"],
            "there is no field `zzzzzzzz`; there are: summary, category, impact, urgency, vulnerable, met, line, day, "
            "question, findings, outcome, remedy, refund",
        ),
        (["line=a", "line=b"], "`line` is given twice; give it once"),
    ],
)
def test_pairs_that_are_refused(pairs: list[str], sentence: str) -> None:
    with pytest.raises(Stop) as stop:
        values_of(pairs, workflow(), None)
    assert str(stop.value) == sentence


def test_nothing_behind_the_sign_unsets_and_later_signs_belong_to_the_value() -> None:
    assert values_of(["refund=", "line=a=b"], workflow(), None) == {"refund": None, "line": "a=b"}
