from statemachine import State, StateMachine


class Letter(StateMachine):
    class at_work(State.Parallel):
        class checking(State.Compound):
            unchecked = State(initial=True)
            checked = State(final=True)
            check = unchecked.to(checked, cond="is_paid")

        class paying(State.Compound):
            unpaid = State(initial=True)
            paid = State(final=True)
            pay = unpaid.to(paid, cond="is_checked")

    def is_paid(self) -> bool:
        return "paid" in self.configuration_values

    def is_checked(self) -> bool:
        return "checked" in self.configuration_values
