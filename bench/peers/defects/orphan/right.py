from statemachine import State, StateMachine


class Letter(StateMachine):
    new = State(initial=True)
    kept = State()
    done = State(final=True)

    answer = new.to(done)
    keep = new.to(kept)
    drop = kept.to(done)
