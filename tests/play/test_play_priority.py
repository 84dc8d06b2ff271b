"""`then priority is …`: a score, a band, or that it is not known; as lists show it, with age."""

from __future__ import annotations

from play_programs import checked, in_yaml, played

LETTER = """\
case type letter "Letter"
    edition 1
    use "acme"
fields
    impact  scale 1..5  "How many people does it touch?"
        changed by clerk in new
priority
    score   12 * impact in 0..100
    plus    1 each working hour up to 30
    band    amber from 30
    band    green from 0
first state new "New"
    team desk
    on answer -> done
        by clerk
final state done "Done"
scenario "It is told"
    opened  2026-11-02 10:00
    then    priority is not set
    as      clerk change impact to 2
    then    priority is set
    then    priority is 24
    then    priority is green
    wait    7 working hours
    then    priority is 30
    then    priority is amber
"""


def instead(then: str) -> list[str]:
    """What a scenario says is so instead, in both coats."""
    text = LETTER.replace("    then    priority is 24\n", f"    then    {then}\n")
    one, two = played(checked(text)), played(checked(in_yaml(text), "letter.case.yaml"))
    said = [[each.failure.notes[0][1] for each in plays if each.failure is not None] for plays in (one, two)]
    assert said[0] == said[1]
    return said[0]


def test_it_is_as_lists_show_it() -> None:
    assert instead("priority is 24") == []


def test_if_not_what_is_so_instead_is_told() -> None:
    assert instead("priority is 25") == ["the priority is 24 (green)"]
    assert instead("priority is amber") == ["the priority is 24 (green)"]
    assert instead("priority is not set") == ["the priority is 24 (green)"]
    unknown = LETTER.replace("then    priority is not set", "then    priority is 24")
    (story,) = played(checked(unknown))
    assert story.failure is not None
    assert story.failure.notes[0][1] == "the priority is not known"


def test_slips() -> None:
    def found(then: str, of: str = LETTER) -> list[tuple[str, str]]:
        text = of.replace("    then    priority is 24\n", f"    then    {then}\n")
        return [(each.code, each.headline) for each in checked(text).findings if each.severity == "error"]

    assert found("priority is gren") == [("CD004", "there is no band `gren`")]
    assert found('priority is "red"') == [("CD005", 'a priority isn\'t `"red"`')]
    assert found("priority is met") == [("CD004", "there is no band `met`")]
    without = LETTER[: LETTER.index("priority\n")] + LETTER[LETTER.index("first state") :]
    assert ("CD004", "there is no field `priority`") in found("priority is 24", without)


def test_a_field_of_this_name_is_meant_first() -> None:
    text = LETTER.replace("    impact ", '    priority integer 0..9 "Which?"\n    impact ')
    text = text[: text.index('scenario "')] + (
        'scenario "Field"\n    opened 2026-11-02 10:00\n    given priority is 7\n    then priority is 7\n'
    )
    assert [story.failure for story in played(checked(text))] == [None]
