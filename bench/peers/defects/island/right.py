from statemachine import State, StateMachine


class Letter(StateMachine):
    new = State(initial=True)
    kept = State()
    open = State()
    done = State(final=True)

    answer = new.to(done)
    keep = new.to(kept)
    look_up = kept.to(open)
    put_back = open.to(kept)
    drop = open.to(done)
