"""A priority that ages, as people see it: in the list of cases, in the answer to "why", and not in the journal."""

from __future__ import annotations

from pathlib import Path

from cli_desk import Done, example, run, two_years

BANDS = "    band        red     from 70\n"
AGES = '    plus        2 each working day after 3 working days up to 60 because "Nobody is forgotten."\n'
OLD, NEW = "CMP-2026-00001", "CMP-2026-00002"


def test_the_older_case_overtakes_the_newer(tmp_path: Path) -> None:
    folder = example(tmp_path, (BANDS, AGES + BANDS))
    (folder / "calendars.lock").write_bytes(two_years())
    assert run("compile", "complaint.case", cwd=folder).code == 0

    def case(now: str, *words: str) -> Done:
        done = run("case", "--now", now, *words, cwd=folder)
        assert done.code == 0, done.err
        return done

    def opened(now: str, impact: int, urgency: int) -> None:
        given = ("--set", "summary=It never came", "--set", "category=billing")
        levels = ("--set", f"impact={impact}", "--set", f"urgency={urgency}")
        case(now, "open", "complaint.casec.json", "--as", "pat", *given, *levels)

    def listed(now: str) -> list[str]:
        rows = case(now, "list").out.splitlines()[1:]
        return [f"{row.split()[0]} {' '.join(row.split()[-2:])}" for row in rows]

    opened("2026-11-02T10:00", 3, 1)
    opened("2026-11-09T10:00", 3, 2)
    assert listed("2026-11-09T10:00") == [f"{NEW} 48 amber", f"{OLD} 42 amber"]
    case("2026-11-12T17:30", "tick")
    assert listed("2026-11-12T17:30") == [f"{OLD} 52 amber", f"{NEW} 48 amber"]
    why = case("2026-11-12T17:30", "why", OLD).out
    waited = "waited 8 working days because Nobody is forgotten. (10)"
    assert f"  priority 52 amber = 12 * impact (36) + 6 * urgency (6) + {waited}\n" in why
    journal = case("2026-11-12T17:30", "show", OLD).out
    assert "priority 42 amber" in journal
    assert "waited" not in journal
