"""The journal's entries: sealing, the chain, forgetting, and every changed byte."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest
from casedsl_runtime import MemoryStore, erased, fold, read_entry, verify_chain
from casedsl_runtime.journal import Draft, Entry, JournalError, canonical, seal
from runtime_samples import Desk, seeded


def history() -> list[Entry]:
    desk = Desk(MemoryStore())
    case = desk.open()
    desk.do(case, "kim", "acknowledge", impact=3)
    desk.tick("2026-03-10 09:00")
    return list(desk.host.history(case))


def test_the_format_is_what_the_specification_says() -> None:
    """Written out by hand, so that the format can't change without a failure here."""
    entry = seal(Draft("C-1", 2, 99, "done", {"note": "Zoë", "n": 1}), "aa", lambda count: bytes(range(count)))
    one, other = bytes(range(16)), bytes(range(16, 32))
    digests = {"n": sha256(one + b"1").hexdigest(), "note": sha256(other + '"Zoë"'.encode()).hexdigest()}
    header = (
        f'{{"at":99,"case":"C-1","digests":{{"n":"{digests["n"]}","note":"{digests["note"]}"}},'
        '"format":1,"kind":"done","n":2,"previous":"aa"}'
    )
    assert entry.header == header
    assert entry.hash == sha256(header.encode()).hexdigest()
    assert entry.body == (
        '{"n":["000102030405060708090a0b0c0d0e0f",1],"note":["101112131415161718191a1b1c1d1e1f","Zoë"]}'
    )


def test_a_header_holds_structure_only() -> None:
    for entry in history():
        for secret in ("Kim", "kim", "acknowledge", "It never came", "Pat"):
            assert secret not in entry.header.replace("happened/acknowledge", "")


def test_an_untouched_chain_holds_and_reads_back() -> None:
    entries = history()
    assert len(entries) > 4
    assert verify_chain(entries) == []
    assert [read_entry(entry.header, entry.body) for entry in entries] == entries


def test_an_erased_value_is_reported_and_the_chain_holds() -> None:
    first, *rest = history()
    kept = {name: pair for name, pair in first.payload.items() if name != "field/summary"}
    forgetful = [first._replace(payload=kept), *rest]
    assert verify_chain(forgetful) == []
    assert erased(forgetful) == ["the value `field/summary` of entry 1 was erased"]
    assert "summary" not in fold(None, forgetful[0]).fields


def test_cut_swapped_moved_and_foreign_entries_are_found() -> None:
    one, two, three, *_ = history()
    assert "entry 3 stands where entry 2 belongs" in verify_chain([one, three])
    assert verify_chain([two, one, three])
    assert "entry 2 is earlier than entry 1" in verify_chain([one, two._replace(at=0)])
    assert verify_chain([one, two._replace(case="other")])
    assert "entry 1 is of no known kind" in verify_chain([one._replace(kind="x")])
    stranger = seal(Draft(one.case, 2, one.at, "done", {}), "", seeded())
    assert verify_chain([one, stranger]) == ["entry 2 does not follow on entry 1: the chain is broken"]


def test_any_flipped_bit_of_a_payload_is_found() -> None:
    """All eight bits of every byte: the text either can't be read, or the chain shows what was changed."""
    entry = history()[1]
    header, payload = entry.header, entry.body.encode()
    for place in range(len(payload)):
        for bit in range(8):
            changed = bytearray(payload)
            changed[place] ^= 1 << bit
            assert _found(header, bytes(changed), entry), (place, bit)


def _found(header: str, payload: bytes, entry: Entry) -> bool:
    try:
        read = read_entry(header, payload.decode())
    except (UnicodeDecodeError, JournalError):
        return True
    problems = verify_chain([entry._replace(n=1, previous=""), read])
    return any("was changed" in problem or "never recorded" in problem for problem in problems)


@pytest.mark.parametrize("field", ["at", "case", "kind", "n", "previous", "digests", "format"])
def test_any_changed_part_of_a_header_is_found(field: str) -> None:
    entries = history()
    header = json.loads(entries[1].header)
    header[field] = {} if field == "digests" else 7 if isinstance(header[field], int) else "x"
    try:
        changed = read_entry(canonical(header), entries[1].body)
    except JournalError:
        return
    assert verify_chain([entries[0], changed, *entries[2:]])


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"n":1}', "[" * 100_000, "null"])
def test_texts_that_are_no_entry_are_refused(text: str) -> None:
    with pytest.raises(JournalError):
        read_entry(text, "{}")
