from statemachine import State, StateMachine


class Letter(StateMachine):
    new = State(initial=True)
    checked = State()
    done = State(final=True)

    decide = new.to(checked, cond="may_decide") | new.to(done)
    agree = checked.to(done)

    def may_decide(self, amount: int) -> bool:
        return amount > 20 and amount < 50
