from statemachine import State, StateMachine


class Letter(StateMachine):
    new = State(initial=True)
    checked = State()
    done = State(final=True)

    decide = new.to(checked, cond="may_decide") | new.to(done, cond="may_decide_2")
    agree = checked.to(done)

    def may_decide(self, amount: int, kind: str) -> bool:
        return kind == "privacy" or amount > 100

    def may_decide_2(self, amount: int) -> bool:
        return amount < 200
