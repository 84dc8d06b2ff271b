from dataclasses import dataclass

from statemachine import State, StateMachine


@dataclass
class Facts:
    decider: str | None = None
    approver: str | None = None
    state: str | None = None


class Letter(StateMachine):
    model: Facts

    new = State(initial=True)
    decided = State()
    hurried = State()
    approved = State(final=True)

    decide = new.to(decided, on="decide_kept")
    approve = decided.to(approved, cond="may_approve", on="approve_kept") | hurried.to(approved, on="approve_kept")
    hurry = decided.to(hurried)

    def may_approve(self, who: str) -> bool:
        return who != self.model.decider

    def decide_kept(self, who: str) -> None:
        self.model.decider = who

    def approve_kept(self, who: str) -> None:
        self.model.approver = who

    def on_enter_approved(self) -> None:
        assert self.model.approver != self.model.decider
