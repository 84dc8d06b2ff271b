from dataclasses import dataclass

from statemachine import State, StateMachine


@dataclass
class Facts:
    paid: int = 0
    state: str | None = None


class Letter(StateMachine):
    model: Facts

    new = State(initial=True)
    done = State(final=True)

    pay = new.to(new, on="kept")
    close = new.to(done)

    def kept(self, part: int) -> None:
        self.model.paid += part
        assert self.model.paid <= 100
