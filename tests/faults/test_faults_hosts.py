"""Several hosts on one store: each step of time and each message is done by one of them, also when one is killed."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from faults_child import Forge
from faults_place import Place
from faults_reader import read
from faults_world import HOUR, RUNGS, Office, open_store

CASES = 500
MESSAGES = 150
LATE = 2_000
"""The statement at which a host is killed: it has done some hundred steps by then, and some thousand are left."""


def _hasty(place: Place) -> Office:
    """A host that gets a store ready and waits for no disk."""
    office = place.office()
    if not place.serves:
        office.store._connection.execute("pragma synchronous = off")  # type: ignore[attr-defined]
    return office


def test_ten_thousand_timers_and_three_hosts_of_which_one_is_killed(place: Place, forges: list[Forge]) -> None:
    office = _hasty(place)
    office.host.install(office.files.vigil, office.files.calendars)
    for n in range(CASES):
        assert office.host.open("vigil", f"case-{n}", {"topic": f"case-{n}"}, "pat").accepted
    place.now += (RUNGS + 1) * HOUR
    for forge, statement in zip(forges, (LATE, None, None), strict=True):
        forge.start(place.job(("serve",), statement=statement))
    ended = place.heard(*(forge.end() for forge in forges))
    assert [one.killed for one in ended] == [True, False, False]
    fired = Counter(step for one in ended for step in one.fired)
    assert set(fired.values()) == {1}
    assert ended[0].fired
    assert ended[1].fired or ended[2].fired
    assert len([row for row in read(place.url).of("journal") if row["n"] > 1]) == CASES * RUNGS == 10_000
    assert place.wrong() == place.late() == []
    assert [problem for one in ended for problem in (*one.problems, *one.logged)] == []
    office.store.close()


def test_a_message_is_delivered_once_while_nobody_dies(place: Place, forges: list[Forge]) -> None:
    office = _hasty(place)
    for n in range(MESSAGES):
        case = office.open(f"case-{n}").number or ""
        assert office.do(case, f"take-{n}", "take", "kim").accepted
    for forge in forges:
        forge.start(place.job(("serve",)))
    ended = place.heard(*(forge.end() for forge in forges))
    heard = Counter(id for one in ended for id in one.delivered)
    assert heard == {row["id"]: 1 for row in read(place.url).of("outbox")}
    assert len(heard) == MESSAGES
    assert [problem for one in ended for problem in (*one.problems, *one.logged)] == []
    assert place.wrong() == []
    office.store.close()


WRONG = 3 * HOUR


def remind(case: str, key: str) -> tuple[tuple[str, ...], ...]:
    """A command, another when the case is at hand, and a round of a host."""
    return ("do", case, key, "remind", "pat"), ("do", case, f"{key} again", "remind", "pat"), ("tick",), ("deliver",)


def test_hosts_whose_clocks_are_hours_apart_take_that_of_their_server(postgres_url: str, forge: Forge) -> None:
    """Nothing is done before it is due by the server's clock, and no entry stands at another time than it tells."""
    place = Place(postgres_url)
    office = Office(open_store(place.url, None))
    office.host.install(office.files.vigil, office.files.calendars)  # its time needs no calendar, whatever year it is
    began, _ = office.host.backlog()
    case = office.host.open("vigil", "case", {"topic": "case"}, "pat").number or ""
    for skew in (WRONG, -WRONG, WRONG):
        key = f"remind {len(place.told)}"
        [ended] = place.heard(forge.run(place.job(*remind(case, key), skew=skew)))
        assert (len(ended.told), ended.fired) == (2, [])
    instants = [entry.at for entry in office.host.history(case)]
    assert [began, *instants, office.host.backlog()[0]] == sorted([began, *instants, office.host.backlog()[0]])
    assert place.wrong() == []
    office.store.close()


def test_a_host_whose_clock_is_wrong_makes_no_entry_fall_and_does_nothing_twice(tmp_path: Path, forge: Forge) -> None:
    """A file has no clock: what all its hosts share is that of their machine. This is what happens if they don't."""
    place = Place(str(tmp_path / "cases.db"))
    office = place.office()
    office.install()
    case = office.open("case").number or ""
    for skew in (WRONG, -WRONG, 0, WRONG, -WRONG):
        key = f"remind {len(place.told)}"
        place.heard(forge.run(place.job(*remind(case, key), skew=skew)))
    history = office.host.history(case)
    assert [entry.kind for entry in history] == ["opened", "prompted", "alerted", *["done"] * 10]
    assert [entry.at for entry in history] == sorted(entry.at for entry in history)
    assert place.wrong() == []
    office.store.close()
