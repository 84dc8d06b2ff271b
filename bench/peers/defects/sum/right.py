from dataclasses import dataclass

from statemachine import State, StateMachine


@dataclass
class Facts:
    paid: int = 0
    state: str | None = None


class Letter(StateMachine):
    model: Facts

    new = State(initial=True)
    checked = State()
    done = State(final=True)

    pay = new.to(checked, cond="too_much") | new.to(new, on="kept")
    agree = checked.to(done)
    close = new.to(done)

    def too_much(self, part: int) -> bool:
        return self.model.paid + part > 100

    def kept(self, part: int) -> None:
        self.model.paid += part
        assert self.model.paid <= 100
