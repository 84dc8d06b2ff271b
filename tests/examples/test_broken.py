"""The examples in `examples/broken`: they look real, and each has the slips of a real author planted in it.

`permit.case` has slips of structure, which all show at once; `objection.case` has slips of words, names and types, and
while there is one of those nothing is said about structure. Nothing is marked in the files: the lists below say what
must be found. What `casedsl check` prints stands beside each file (`permit.out`), byte for byte, and as a picture in
`docs/broken.svg`. When it changes on purpose, write both anew and read what changed:

    CASEDSL_UPDATE=1 pytest tests/examples/test_broken.py
"""

from __future__ import annotations

import os
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from terminal_picture import WIDEST, picture, uncoloured

from casedsl.cli import casedsl
from casedsl.compile import check
from casedsl.syntax.finding import Finding

ROOT = Path(__file__).resolve().parents[2]
BROKEN = ROOT / "examples" / "broken"
PICTURE = ROOT / "docs" / "broken.svg"
UPDATE = "CASEDSL_UPDATE"

PERMIT = (
    ("CD508", "organisation.case", 25, "team `inspection` assigns its cases to `clerk`, which is not among its people"),
    ("CD009", "permit.case", 26, "field `power` is used nowhere"),
    ("CD507", "permit.case", 49, "a case in `received` can be escalated to `inspector`, who may do nothing there"),
    (
        "CD401",
        "permit.case",
        62,
        "a case in `papers_missing` waits on `resident`, and nobody ever hears that it takes too long",
    ),
    (
        "CD106",
        "permit.case",
        64,
        "`resident` can send `papers_sent` at any time, and `approved`, `refused` say nothing to it",
    ),
    (
        "CD402",
        "permit.case",
        75,
        "in `checked` the alert after 2 working days doesn't come after the prompt after 3 working days",
    ),
    (
        "CD810",
        "permit.case",
        76,
        "from `checked` to `inspected` the case goes to another team and nothing is handed over",
    ),
    ("CD008", "permit.case", 86, "ending `withdrawn` and ending `Withdrawn` differ only in capital letters"),
    ("CD103", "permit.case", 104, "a case that gets to `overdue` goes in a circle for ever"),
    ("CD501", "permit.case", 115, "nobody may do anything that leads out of `approved`"),
    ("CD102", "permit.case", 122, "a case that gets to `refused` never leaves it"),
    ("CD101", "permit.case", 126, "no case can get to `waitlisted`"),
)
OBJECTION = (
    ("CD010", "objection.case", 8, "`retain` isn't part of edition 1 yet"),
    ("CD004", "objection.case", 13, "there is no event `desided`"),
    ("CD803", "objection.case", 22, "whether `permit_no` is asked depends on `evidence`, which is asked later"),
    ("CD005", "objection.case", 25, "`money` alone doesn't say its currency"),
    ("CD003", "objection.case", 30, "there is no line `purpos …` in `first state received`"),
    ("CD005", "objection.case", 31, "`3 days` doesn't say which days are counted"),
    ("CD004", "objection.case", 32, "there is no state `in_reveiw`"),
    ("CD004", "objection.case", 41, "there is no role `Chief`"),
    ("CD114", "objection.case", 44, "`decide` can lead to `signed_off`, which its header doesn't say"),
    ("CD005", "objection.case", 44, "`fine` is money in GBP and `100` is a plain number"),
    ("CD001", "objection.case", 47, "`on ask` doesn't say where the case goes"),
    ("CD002", "objection.case", 59, "`on sign` stands twice"),
    ("CD115", "objection.case", 65, "`closed` is final, and something still happens in it"),
    ("CD004", "objection.case", 71, "there is no field `fine_due`"),
    ("CD011", "objection.case", 72, "template `late` has no `subject`"),
    ("CD508", "organisation.case", 25, "team `inspection` assigns its cases to `clerk`, which is not among its people"),
)
PLANTED = {"permit.case": PERMIT, "objection.case": OBJECTION}


def _found(name: str) -> tuple[Finding, ...]:
    findings = check(str(BROKEN / name), lambda file: Path(file).read_bytes()).findings
    return tuple(finding for finding in findings if finding.severity != "info")


def _printed(
    name: str, colour: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> str:
    """What `casedsl check` prints in the folder of the example; how many there are, on standard error, stands last."""
    monkeypatch.chdir(BROKEN)
    monkeypatch.setenv("CASEDSL_CACHE_DIR", str(folder))
    assert casedsl(["check", "--color", colour, name], standalone_mode=False) == 1
    printed = capfdbinary.readouterr()
    return f"{printed.out.decode()}\n{printed.err.decode()}"


def _held(file: Path, printed: str) -> None:
    if os.environ.get(UPDATE):
        file.write_bytes(printed.encode())
    assert file.read_bytes().decode() == printed, f"look at the difference; {UPDATE}=1 writes {file.name} anew"


@pytest.mark.parametrize("name", PLANTED)
def test_each_slip_is_found_and_nothing_else(name: str) -> None:
    found = [
        (finding.code, Path(finding.span.file).name, finding.span.line, finding.headline) for finding in _found(name)
    ]
    assert found == list(PLANTED[name])


def test_a_dozen_slips_show_at_once_and_each_is_of_another_kind() -> None:
    codes = [code for code, *_ in PERMIT]
    assert len(codes) == len(set(codes)) >= 12
    assert len({code for code, *_ in (*PERMIT, *OBJECTION)}) >= 20


PERMIT_MENDED = {
    "CD508": ("inspector\n    calendar   office\n    assign     least loaded clerk",
              "inspector\n    calendar   office\n    assign     least loaded inspector"),
    "CD009": ('    power      yes/no     "Do you need electricity?"\n', ""),
    "CD507": ("escalate   to inspector", "escalate   to chief"),
    "CD401": ("waiting on resident\n",
              "waiting on resident\n    prompt resident after 1 calendar week\n    move to back after 1 month\n"),
    "CD106": ("final state closed", "anywhere\n    on papers_sent -> stay\n        by resident\nfinal state closed"),
    "CD402": ("alert      chief            after 2", "alert      chief            after 4"),
    "CD810": ("when     gas is yes\n", 'when     gas is yes\n        hand over\n            says "Please look."\n'),
    "CD008": ("Withdrawn", "withdrawn"),
    "CD103": ("    move       to overdue       after 10 working days",
              "    on give_up -> refused\n        by chief\n        hand over\n            says \"Nobody came.\"\n"
              "    move       to overdue       after 10 working days"),
    "CD501": ('"Send the permit"\n', '"Send the permit"\n        by clerk\n'),
    "CD102": ("state refused", "final state refused"),
    "CD101": ("    on decide ->", "    on put_on_list -> waitlisted\n        by clerk\n    on decide ->"),
}  # fmt: skip
OBJECTION_MENDED = {
    "CD010": ("    retain     6 years after closed then erase\n", ""),
    "CD004 event": ("desided", "decide"),
    "CD803": ("asked when evidence is yes", "asked when reason is permit"),
    "CD005 currency": ("waived     money  ", "waived     money GBP"),
    "CD003": ("purpos  ", "purpose "),
    "CD005 days": ("3 days", "3 working days"),
    "CD004 state": ("in_reveiw", "in_review"),
    "CD004 role": ("Chief", "chief"),
    "CD114": ("on decide -> closed", "on decide -> closed or signed_off"),
    "CD005 amount": ("fine > 100", "fine > 100 GBP"),
    "CD001": ('on ask "Ask', 'on ask -> stay "Ask'),
    "CD002": ("on sign -> in_review", "on return -> in_review"),
    "CD115": ("    on reopen -> in_review                         \"Reopen\"\n        by       chief\n"
              '        purpose  "Something new came to light."\n', ""),
    "CD004 field": ("{fine_due}", "{fine}"),
    "CD011": ("template late\n", 'template late\n    subject "We are late"\n'),
    "CD508": PERMIT_MENDED["CD508"],
}  # fmt: skip
MENDED = {"permit.case": PERMIT_MENDED, "objection.case": OBJECTION_MENDED}
"""How an author mends each slip, as a text and what takes its place."""


def _codes_after(name: str, *edits: tuple[str, str]) -> list[str]:
    """What is found when these slips are mended; each text that is replaced stands in one place."""
    texts = {file: (BROKEN / file).read_text("utf-8") for file in (name, "organisation.case")}
    for old, new in edits:
        assert sum(text.count(old) for text in texts.values()) == 1, old
        texts = {file: text.replace(old, new) for file, text in texts.items()}
    findings = check(name, lambda file: texts[file].encode()).findings
    return sorted(finding.code for finding in findings if finding.severity != "info")


@pytest.mark.parametrize(("name", "slip"), [(name, slip) for name, slips in MENDED.items() for slip in slips])
def test_each_finding_goes_with_its_slip(name: str, slip: str) -> None:
    left = _codes_after(name, MENDED[name][slip])
    assert sorted([*left, slip[:5]]) == sorted(code for code, *_ in PLANTED[name])


@pytest.mark.parametrize("name", PLANTED)
def test_nothing_else_is_wrong_behind_the_slips(name: str) -> None:
    assert len(MENDED[name]) == len(PLANTED[name])
    assert _codes_after(name, *MENDED[name].values()) == []


@pytest.mark.parametrize("name", PLANTED)
def test_nothing_is_marked_in_the_file(name: str) -> None:
    text = (BROKEN / name).read_text("utf-8")
    assert re.findall(r"CD\d{3}|broken|wrong|error|fault", text) == []


@pytest.mark.parametrize("name", PLANTED)
def test_what_is_printed_stands_beside_the_file(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    printed = _printed(name, "never", tmp_path, monkeypatch, capfdbinary)
    _held((BROKEN / name).with_suffix(".out"), printed)
    assert max(map(len, printed.splitlines())) <= WIDEST


def test_the_picture_shows_what_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    printed = _printed("permit.case", "always", tmp_path, monkeypatch, capfdbinary)
    golden = (BROKEN / "permit.out").read_text("utf-8")
    assert uncoloured(printed) == golden
    _held(PICTURE, picture(f"$ casedsl check permit.case\n{printed}", "What casedsl check finds in permit.case"))
    words = " ".join(text.text or "" for text in ET.parse(PICTURE).iter("{http://www.w3.org/2000/svg}text"))
    assert words.split() == ["$", "casedsl", "check", "permit.case", *golden.split()]


# The picture itself.


def test_a_piece_stands_in_its_column_with_its_look() -> None:
    drawn = ET.fromstring(picture("\x1b[31mCD101 error:\x1b[0m \x1b[1m<no> way\x1b[0m\n  |   ^^", "t"))
    texts = [(text.text, text.attrib) for text in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert [(text, at["x"], at["y"], at["textLength"], at.get("fill")) for text, at in texts] == [
        ("CD101 error:", "20.0", "33", "93.6", "#ff7b72"),
        ("<no> way", "121.4", "33", "62.4", "#f0f6fc"),
        ("|", "35.6", "51", "7.8", None),
        ("^^", "66.8", "51", "15.6", None),
    ]


def test_a_row_that_no_page_can_show_is_refused() -> None:
    picture("x" * WIDEST, "t")
    with pytest.raises(ValueError, match="111 columns"):
        picture("x" * (WIDEST + 1), "t")
