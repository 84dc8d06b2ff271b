"""What was meant: a misspelt word of a line is one fault with one code in both coats, and a tie is no guess."""

from __future__ import annotations

import pytest
from language_programs import ACME, HEADER, looked_at, program, under_carets

from casedsl.cli.check.fixing import fixed
from casedsl.syntax.finding import Finding

NEW = "first state new\n    on go -> done\n        by clerk\n"
END = "final state done\n"
YAML = """\
case type: letter
edition: 1
use: acme
states:
  new:
    first: yes
    on:
      go: {to: done, by: clerk}
  done: {final: yes}
"""


def found(text: str, file: str = "main.case") -> list[Finding]:
    return list(looked_at({file: text}, file).findings)


def mended(text: str, file: str = "main.case") -> str:
    def read(name: str) -> bytes:
        if name not in (file, "acme.case"):
            raise FileNotFoundError(2, "No such file", name)
        return text.encode() if name == file else ACME

    return fixed([file], read, unsafe=False).new.get(file, text.encode()).decode()


# A misspelt word of a line.


@program
def test_a_misspelt_word_of_a_line() -> None:
    """
    fields
        fee money GBP
    promise soon
        within 10 working days
        calendar office
        met by go att fee                # CD003[att] there is no word `att` in `met by`
        pauses in new at msot 3 working days    # CD003[at msot] there is no word `at msot` in `pauses in`
        pauses in new by whole das       # CD003[by whole das] there is no word `by whole das` in `pauses in`
    first state new
        team desk
        prompt clerk afer 2 working days    # CD003[afer] there is no word `afer` in `prompt`
        alert chief after 3 working days wiht clerk    # CD003[wiht] there is no word `wiht` in `alert`
        prompt clerk 2 working days      # CD001[2] `2` can't stand here
        prompt clerk whenever            # CD001[whenever] `whenever` can't stand here
        on go -> done
            by clerk
            to done othrwise             # CD003[othrwise] there is no word `othrwise` in `to`
            to done whn fee > 3 GBP      # CD003[whn] there is no word `whn` in `to`
            when fee > 3 GBP adn fee is set    # CD001[adn] `adn` can't stand here
    final state done
    """


@pytest.mark.parametrize(("wrong", "right"), [("afer", "after"), ("wiht", "with"), ("aftr", "after"), ("wth", "with")])
def test_it_is_one_fault_with_one_code_in_both_coats_and_mended_in_both(wrong: str, right: str) -> None:
    case = f"{HEADER}{NEW}    prompt clerk after 2 working days with clerk\n{END}"
    timers = "    timers:\n      - {prompt: clerk, after: 2 working days, with: clerk}\n"
    yaml = YAML.replace("    on:\n", f"{timers}    on:\n", 1)
    for text, file in ((case, "main.case"), (yaml, "main.case.yaml")):
        assert "CD003" not in {each.code for each in found(text, file)}
        (finding,) = found(text.replace(right, wrong, 1), file)
        assert (finding.code, finding.way_out) == ("CD003", f"did you mean `{right}`?")
        assert finding.headline.endswith(f"`{wrong}` in `prompt`")
        checked = looked_at({file: text.replace(right, wrong, 1)}, file)
        assert under_carets(checked, finding.span) == wrong
        assert mended(text.replace(right, wrong, 1), file) == text


# Ties.


def test_of_two_that_are_equally_near_both_are_named_and_none_is_written() -> None:
    """`sate` could be `state` only, `stae` could be `state` or `stage`."""
    (finding,) = found(f"{HEADER}{NEW}{END}stae other\n    on go -> done\n        by clerk\n")
    assert (finding.code, finding.way_out, finding.fix) == ("CD003", "did you mean `stage` or `state`?", None)
    (finding,) = found(f"{HEADER}{NEW}{END}sate other\n    on go -> done\n        by clerk\n")
    assert finding.way_out == "did you mean `state`?"
    assert finding.fix is not None


def test_so_it_is_with_keys_and_items() -> None:
    """`typ` could be `type` and `tip`; a timer `alrt` only `alert`."""
    (finding,) = found(YAML.replace("states:", "fields:\n  kind:\n    typ: text\nstates:", 1), "main.case.yaml")
    assert (finding.way_out, finding.fix) == ("did you mean `tip` or `type`?", None)
    timers = "    timers:\n      - {alrt: clerk, after: 2 working days}\n    on:\n"
    (finding,) = found(YAML.replace("    on:\n", timers, 1), "main.case.yaml")
    assert finding.way_out == "did you mean `alert`?"
    assert finding.fix is not None
    assert finding.fix.safe


def test_of_three_that_are_equally_near_none_is_named() -> None:
    states = "".join(f"state do{sign}e\n    on go -> done\n        by clerk\n" for sign in "tvz")
    text = f"{HEADER}{NEW.replace('-> done', '-> doxe')}{states}{END}"
    (finding,) = [each for each in found(text) if each.code == "CD004"]
    assert finding.way_out.startswith("there are: ")
    assert finding.fix is None


def test_a_word_that_another_is_near_to_is_mended_only_if_it_is_asked_for() -> None:
    (finding,) = found(f"{HEADER}{NEW}{END}staet other\n    on go -> done\n        by clerk\n")
    assert finding.way_out == "did you mean `state`?"
    assert finding.fix is not None
    assert not finding.fix.safe
