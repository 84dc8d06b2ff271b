from statemachine import State, StateMachine


class Letter(StateMachine):
    new = State(initial=True)
    done = State(final=True)

    answer = new.to(done, cond="may_answer")

    def may_answer(self, role: str) -> bool:
        return role in []  # noqa: RUF060 - ruff sees it here, as the list is written out
