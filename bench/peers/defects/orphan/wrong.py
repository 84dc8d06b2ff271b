from statemachine import State, StateMachine


class Letter(StateMachine):
    new = State(initial=True)
    kept = State()
    done = State(final=True)

    answer = new.to(done)
    drop = kept.to(done)
