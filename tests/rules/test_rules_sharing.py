"""Names that files share and nobody uses: judged over all files that were checked, and only if everybody was asked."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casedsl.analysis.sharing import Shared, Sharing, Unused, unused
from casedsl.compile import Checked
from casedsl.rules.names import unused_shared
from casedsl.syntax.finding import Edit
from casedsl.syntax.span import Span
from casedsl.together import check_all

SEEDED = settings(derandomize=True, deadline=None)

TOWN = """\
organisation town "The town"
    edition 1
calendar office
    zone Europe/London
    open mon-fri hours 09:00-17:00
calendar night
    zone Europe/London
    open mon-fri hours 00:00-24:00
role clerk
role chief
role mayor
role ghost
may be both clerk, ghost
team desk
    people clerk
    calendar office
team board
    people mayor
    calendar office
"""
LETTER = """\
case type letter
    edition 1
    use "town"
first state new
    team desk
    on answer -> done
        by clerk
final state done
"""
CARD = LETTER.replace("letter", "card").replace("by clerk", "by chief").replace("team desk", "team board")
BROKEN = LETTER.replace("by clerk", "by clrek")


def together(files: dict[str, str], *names: str) -> dict[str, Checked]:
    def read(name: str) -> bytes:
        if name not in files:
            raise FileNotFoundError(2, "No such file", name)
        return files[name].encode()

    return {checked.file: checked for checked in check_all(names or tuple(files), read)}


def spare(files: dict[str, str], *names: str) -> list[str]:
    """The headlines about shared names, file by file."""
    results = together(files, *names).values()
    return [found.headline for checked in results for found in checked.findings if found.code == "CD009"]


def test_a_shared_name_is_unused_if_no_file_uses_it() -> None:
    files = {"town.case": TOWN, "letter.case": LETTER}
    results = together(files)
    assert [finding.headline for finding in results["town.case"].findings if finding.code == "CD009"] == [
        "calendar `night` is used nowhere",
        "role `chief` is used nowhere",
        "role `ghost` is used nowhere",
        "team `board` is used nowhere",
    ]
    assert results["letter.case"].findings == together(files, "letter.case")["letter.case"].findings
    (first, *_, last) = (finding for finding in results["town.case"].findings if finding.code == "CD009")
    assert first.notes == (("why", "`letter.case` could, and none does"),)
    assert last.fix is not None
    assert last.fix.edits == (Edit(last.span, None),)


def test_a_name_that_any_file_uses_is_used() -> None:
    files = {"town.case": TOWN, "letter.case": LETTER, "card.case": CARD}
    assert spare(files) == ["calendar `night` is used nowhere", "role `ghost` is used nowhere"]


def test_what_may_be_both_names_is_not_taken_out() -> None:
    checked = together({"town.case": TOWN, "letter.case": LETTER})["town.case"]
    assert [finding.fix is None for finding in checked.findings if finding.code == "CD009"] == [
        False,
        False,
        True,
        False,
    ]


@pytest.mark.parametrize(
    "names",
    [
        ("town.case",),
        ("letter.case",),
        ("letter.case", "card.case"),
        ("town.case", "other.case"),
        ("town.case", "shop.case"),
    ],
)
def test_nothing_is_said_where_not_everybody_was_asked(names: tuple[str, ...]) -> None:
    other = LETTER.replace('"town"', '"village"')
    village = TOWN.replace("town", "village")
    shop = 'organisation shop\n    edition 1\n    use "town"\nrole buyer\n'
    files = {
        "town.case": TOWN,
        "letter.case": LETTER,
        "card.case": CARD,
        "other.case": other,
        "village.case": village,
        "shop.case": shop,
    }
    assert spare(files, *names) == []


def test_a_file_that_can_not_be_read_whole_may_use_anything_of_what_it_uses() -> None:
    files = {"town.case": TOWN, "letter.case": LETTER, "broken.case": BROKEN}
    assert spare(files) == []
    files["broken.case"] = BROKEN.replace('"town"', '"village"')
    files["village.case"] = TOWN.replace("town", "village")
    assert len(spare(files)) == 4


@pytest.mark.parametrize("text", ["cas type x\n", 'case type x\n    edition 1\n    ues "town"\nfirst state new\n', ""])
def test_a_file_of_which_it_is_not_known_what_it_uses_may_use_everything(text: str) -> None:
    assert spare({"town.case": TOWN, "letter.case": LETTER, "broken.case": text}) == []


def test_what_is_used_through_another_file_is_used() -> None:
    shop = 'organisation shop\n    edition 1\n    use "town"\nteam sales\n    people ghost\n    calendar night\n'
    card = CARD.replace('"town"', '"shop"').replace("final state", "    on wait -> new\n        by clerk\nfinal state")
    card = card.replace("final state", "state second\n    team desk\n    on go -> done\n        by mayor\nfinal state")
    card = card.replace("-> new", "-> second")
    assert spare({"town.case": TOWN, "shop.case": shop, "card.case": card}, "town.case", "card.case") == []
    assert spare({"town.case": TOWN, "shop.case": shop, "card.case": card}) == ["team `sales` is used nowhere"]
    assert "role `ghost` is used nowhere" in spare({"town.case": TOWN, "card.case": CARD})


def test_a_file_answers_for_its_own_names_only() -> None:
    shop = 'organisation shop\n    edition 1\n    use "town"\nrole buyer\n'
    files = {"town.case": TOWN, "shop.case": shop, "card.case": CARD.replace('"town"', '"shop"')}
    results = together(files, "shop.case", "card.case").values()
    said = unused_shared(checked.sharing for checked in results)
    assert [finding.headline for finding in said] == ["role `buyer` is used nowhere"]


def test_a_file_in_another_folder_is_the_same_file() -> None:
    files = {
        "town.case": TOWN,
        "letters/../town.case": TOWN,
        "letters/letter.case": LETTER.replace('"town"', '"../town"'),
    }
    assert len(spare(files, "town.case", "letters/letter.case")) == 4


@pytest.mark.parametrize(
    "line",
    [
        "state asked\n    waiting on ghost\n    on go -> done\n        by clerk\n",
        "state asked\n    on go -> done\n        by clerk for ghost\n",
        "state asked\n    team desk\n    alert ghost after 1 working day\n    on go -> done\n        by clerk\n",
        "state asked\n    team desk\n    escalate to ghost after 1 working day\n    on go -> done\n        by clerk\n",
        "state asked\n    on go -> done\n        by clerk\n        send t to ghost\n"
        'template t\n    subject "a"\n    body "b"\n',
        "fields\n    f text\n        changed by ghost\nstate asked\n    on go -> done\n        by clerk\n",
        "promise p\n    within 1 working day\n    calendar office\n    met by answer\n    tell ghost when missed\n"
        "state asked\n    on go -> done\n        by clerk\n",
    ],
)
def test_each_use_of_a_role_counts(line: str) -> None:
    letter = LETTER.replace("final state", line + "final state").replace(
        "-> done\n        by clerk\n", "-> asked\n        by clerk\n", 1
    )
    files = {"town.case": TOWN, "letter.case": letter}
    assert together(files)["letter.case"].understood
    assert "role `ghost` is used nowhere" not in spare(files)
    assert "role `chief` is used nowhere" in spare(files)


def test_a_calendar_that_a_promise_counts_in_is_used() -> None:
    promise = "promise p\n    within 1 working day\n    calendar night\n    met by answer\n"
    assert "calendar `night` is used nowhere" not in spare({"town.case": TOWN, "letter.case": LETTER + promise})


def test_an_ignore_in_the_shared_file_holds() -> None:
    town = TOWN.replace("role ghost\n", "role ghost  # casedsl: ignore[CD009] -- from next year on\n")
    checked = together({"town.case": town, "letter.case": LETTER})["town.case"]
    assert [(finding.headline, reason) for finding, reason in checked.ignored] == [
        ("role `ghost` is used nowhere", "from next year on")
    ]
    assert "role `ghost` is used nowhere" not in [finding.headline for finding in checked.findings]


ROLES = ("a", "b", "c")


@st.composite
def runs(draw: st.DrawFn) -> list[Sharing]:
    """A few files: each may share roles, use some of the others, and name roles."""
    files = [f"{number}.case" for number in range(draw(st.integers(1, 5)))]
    place = {file: Span(file, 1, 1, 1, 2) for file in files}
    found = []
    for file in files:
        asks = draw(st.booleans())
        uses = None if draw(st.integers(0, 30)) == 30 else draw(st.lists(st.sampled_from(files), unique=True))
        named = frozenset(("role", name) for name in draw(st.sets(st.sampled_from(ROLES), max_size=1)))
        own = () if asks else tuple(Shared("role", name, place[file]) for name in draw(st.sets(st.sampled_from(ROLES))))
        found.append(
            Sharing(file, asks, None if uses is None else tuple(uses), draw(st.integers(0, 3)) < 3, named, own)
        )
    return found


@settings(SEEDED, max_examples=600)
@given(runs())
def test_the_judgement_over_all_files_is_the_plain_one(run: list[Sharing]) -> None:
    """The oracle asks of each name by itself, as the rule's page says it."""
    wanted = set()
    for file in run:
        users = [other for other in run if file.file in (other.uses or ())]
        asked = any(other.asks for other in users) and all(other.whole for other in users)
        for shared in file.defines:
            used = any((shared.kind, shared.name) in other.named for other in (file, *users))
            if asked and not used and all(other.uses is not None for other in run):
                wanted.add(Unused(shared, tuple(sorted(other.file for other in users if other.asks))))
    assert set(unused(run)) == wanted
    assert [finding.headline for finding in unused_shared(run)] == [
        f"role `{each.shared.name}` is used nowhere" for each in unused(run)
    ]
