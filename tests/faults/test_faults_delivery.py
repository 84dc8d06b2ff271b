"""Messages that can't be delivered: tried again later and later by the store's clock, put aside, in nobody's way."""

from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import accumulate, takewhile
from threading import Thread
from typing import Any

import pytest
from casedsl_runtime.audit import next_anchor
from casedsl_runtime.delivery import Delivery, Policy, Retry, Undeliverable, wait
from casedsl_runtime.service import MissingHandler, Service
from faults_child import Forge
from faults_place import Place
from faults_reader import read
from faults_world import START, Clock, Office

POLICY = Policy(first=15, most=600, tries=5)


def letters(office: Office, count: int) -> list[str]:
    """The ids of so many new messages, in the order in which they wait."""
    for n in range(count):
        case = office.open(f"case-{n}").number or ""
        assert office.do(case, f"take-{n}", "take", "kim").accepted
    return [letter.id for letter in office.host.outbox()]


def served(office: Office, send: Callable[[Delivery], None], **named: Any) -> Service:
    return Service(office.host, office.upkeep, {"send": send}, policy=POLICY, **named)


def test_a_poisoned_message_goes_aside_with_its_reason_and_holds_nobody_up(office: Office) -> None:
    poisoned, *others = letters(office, 4)
    arrived: list[str] = []

    def send(letter: Delivery) -> None:
        if letter.id == poisoned:
            raise Undeliverable("there is no such mailbox")
        arrived.append(letter.id)

    service = served(office, send)
    service.round()
    assert arrived == others
    assert [(aside.id, aside.attempts, aside.reason) for aside in office.host.aside()] == [
        (poisoned, 1, "there is no such mailbox")
    ]
    assert service.health.backlog.aside == 1
    service.round()
    assert arrived == others
    assert office.host.again(poisoned)
    served(office, lambda letter: arrived.append(letter.id)).round()
    assert arrived == [*others, poisoned]
    assert not office.host.again(poisoned)


@pytest.mark.parametrize("error", [OSError(111, "refused"), Retry("the server is busy"), ValueError("Pat Doe")])
def test_it_is_tried_later_and_later_by_the_clock_of_the_store(office: Office, clock: Clock, error: Exception) -> None:
    [letter] = letters(office, 1)
    tried: list[int] = []

    def send(delivery: Delivery) -> None:
        if delivery.id == letter:
            tried.append(clock.now)
            raise error

    service = served(office, send)
    waits = takewhile(lambda seconds: seconds is not None, (wait(n, POLICY, letter) for n in range(1, 9)))
    due = list(accumulate((seconds or 0 for seconds in waits), initial=START))
    for clock.now in sorted({at + shift for at in due for shift in (-1, 0, 1)} | {due[-1] + 99_999}):
        service.round()
    assert tried == due
    assert len(due) == POLICY.tries
    [aside] = office.host.aside()
    assert (aside.id, aside.attempts) == (letter, POLICY.tries)
    assert "Pat Doe" not in aside.reason


def test_a_receiver_that_names_a_time_gets_it(office: Office, clock: Clock) -> None:
    letters(office, 1)
    tried: list[int] = []

    def send(_: Delivery) -> None:
        tried.append(clock.now)
        raise Retry("the server is busy", after=500)

    service = served(office, send)
    for clock.now in (START, START + 499, START + 500):
        service.round()
    assert tried == [START, START + 500]


def test_a_message_that_ends_its_host_each_time_goes_aside(place: Place, forge: Forge) -> None:
    """Nobody can say why: whoever tries it is dead. So it is counted before it is tried."""
    office = place.office()
    [letter] = letters(office, 1)
    for _ in range(30):
        [ended] = place.heard(forge.run(place.job(("deliver_and_die",))))
        place.now += 301
    assert not ended.killed
    [aside] = office.host.aside()
    assert (aside.id, aside.reason) == (letter, "no try came to an end, 24 of them; the host may have died of it")
    assert place.wrong() == []
    office.store.close()


def test_a_host_that_is_late_changes_nothing_about_what_others_did(office: Office, clock: Clock) -> None:
    """Its claim has run out while it was busy, and another host was faster."""
    first, second, third, fourth = letters(office, 4)
    case = second.partition("/")[0]
    office.host.claim(300, 4)
    clock.now += 301
    for letter in office.host.claim(300, 4)[:2]:
        office.host.delivered(letter.id)
    assert office.do(case, "finish", "finish", "kim").accepted
    assert office.upkeep.erase_case(case, "sue", "GDPR art. 17(1)(a)").accepted
    office.host.put_aside(third, "there is no such mailbox")
    office.host.put_aside(first, "there is no such mailbox")
    office.host.retry(first, 1, "the server is busy")
    office.host.delivered(second)
    office.host.delivered(third)
    assert [aside.id for aside in office.host.aside()] == []
    clock.now += 301
    assert [letter.id for letter in office.host.claim(300, 9)] == [fourth]
    with office.store.reading() as unit:
        assert unit.letters(case) == []


def test_an_effect_without_a_handler_is_refused_at_the_start_by_name(office: Office) -> None:
    with pytest.raises(MissingHandler, match=r"^missing handler for `send`: .*; register a handler under this name$"):
        Service(office.host, office.upkeep, {"call prices": lambda letter: None})


def test_hosts_that_anchor_at_once_both_go_on(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line follows on the one before it, so only one host can write the next; that is no failure of the other."""
    one, other = place.office(), place.office()
    one.open("one")
    failures: list[BaseException] = []
    monkeypatch.setattr(threading, "excepthook", lambda failure: failures.append(failure.exc_value))
    thread = Thread(target=other.upkeep.anchor)
    with one.store.transaction() as unit:
        heads = unit.unanchored(9)
        if place.serves:
            other.open("two")  # whoever writes a file is alone in it
        unit.anchor(next_anchor(START, heads, None), heads)
        assert len(unit.anchors()) == 1
        thread.start()
        thread.join(0.3)  # it waits for this line, and then for nothing
    thread.join()
    assert failures == []
    other.upkeep.anchor()
    assert place.wrong() == []
    assert {row["changed"] for row in read(place.url).of("cases")} == {0}
    one.store.close()
    other.store.close()
