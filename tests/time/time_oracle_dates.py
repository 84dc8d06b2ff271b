"""A second opinion on deadlines that are counted by dates: it looks at each date in turn, and knows nothing of casedsl.

It is told what a person would be told: the hours, when the clock ran, and the words of the promise.
"""

from __future__ import annotations

from dataclasses import dataclass

from time_oracle import Hours, Running, _at_minute, instant, openings, plain
from whenever import Date, PlainDateTime

REACH = 150


@dataclass(frozen=True)
class Words:
    """How a length is counted: the kind of its days, the time of the last one, and the other words of a promise."""

    working: bool
    clear: bool
    due_at: int | str  # minutes of the day, or "closing" or "same time"
    rolls: str = "not"
    advances: bool = False
    cut_off: int | None = None


class Walker:
    """One calendar: its working dates, with the instants at which they begin and end."""

    def __init__(self, hours: Hours, start: int) -> None:
        self.zone, self.first = hours.zone, plain(hours.zone, start).date().subtract(days=40)
        self.ends: dict[Date, int] = {}
        self.begins: dict[Date, int] = {}
        over = 0
        for day, low, high in openings(hours, self.first, REACH + 40):
            if day not in self.ends:
                over = max(self.ends.values(), default=0)
            if max(low, over) < high:
                self.begins.setdefault(
                    day, max(low, over, instant(self.zone, PlainDateTime(day.year, day.month, day.day)))
                )
            self.ends[day] = max(high, self.ends.get(day, high))

    def mark(self, day: Date, due_at: int | str, start: int) -> int:
        """The instant at which a date counts."""
        if due_at == "closing":
            return self.ends[day] if day in self.ends else _at_minute(self.zone, day, 1440)
        if due_at == "same time":
            return instant(self.zone, day.at(plain(self.zone, start).time()))
        return _at_minute(self.zone, day, int(due_at))

    def start(self, started: int, words: Words) -> int:
        """The instant from which is counted."""
        here = plain(self.zone, started)
        late = words.cut_off is not None and here.hour * 60 + here.minute >= words.cut_off
        if not words.advances or (here.date() in self.ends and not late):
            return started
        return self.begins[min(day for day in self.ends if day > here.date())]

    def rolled(self, day: Date, rolls: str) -> Date:
        while rolls != "not" and day not in self.ends:
            day = day.add(days=1) if rolls == "forward" else day.subtract(days=1)
        return day

    def due(self, running: Running, started: int, count: int, words: Words) -> int | None:
        """The deadline `count` dates (or working days) after the start; of clear days one more has to be over."""
        begins = self.start(started, words)
        running = [(max(low, begins), high, name) for low, high, name in running if high is None or high > begins]
        if words.rolls != "back":
            return self._forward(running, begins, count + words.clear, words)
        for i, (low, high, name) in enumerate(running):
            lasting = [*running[:i], (low, None, name)]
            day = self._number(lasting, begins, count + words.clear, words)
            end = max(low, self.mark(self.rolled(day, "back"), words.due_at, begins))
            if high is None or end <= high:
                return end
        return None

    def _dates(self, begins: int, words: Words) -> list[Date]:
        first = plain(self.zone, begins).date()
        dates = [first.add(days=number) for number in range(1, REACH - 40)]
        return [day for day in dates if not words.working or day in self.ends]

    def _counts(self, running: Running, day: Date, begins: int, words: Words) -> bool:
        at = self.mark(day, words.due_at, begins)
        return any(low < at and (high is None or at <= high) for low, high, _ in running)

    def _number(self, running: Running, begins: int, count: int, words: Words) -> Date:
        dates = (day for day in self._dates(begins, words) if self._counts(running, day, begins, words))
        return [next(dates) for _ in range(count)][-1]

    def _forward(self, running: Running, begins: int, count: int, words: Words) -> int | None:
        for day in self._dates(begins, words):
            if self._counts(running, day, begins, words):
                count -= 1
                if count <= 0 and (words.rolls == "not" or words.working or day in self.ends):
                    return self.mark(day, words.due_at, begins)
        return None

    def last_before(self, event: Date, count: int, words: Words) -> int:
        """The end of the last date with so many clear (working) dates between it and the event; if the days aren't
        clear its own counts too."""
        day, between = event, 0
        while True:
            day = day.subtract(days=1)
            counts = not words.working or day in self.ends
            if words.clear and between >= count:
                break
            between += counts
            if not words.clear and between >= count:
                break
        return self.mark(self.rolled(day, words.rolls), words.due_at, 0)
