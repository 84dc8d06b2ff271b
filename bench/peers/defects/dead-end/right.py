from statemachine import State, StateMachine


class Letter(StateMachine):
    new = State(initial=True)
    parked = State()
    done = State(final=True)

    answer = new.to(done)
    park = new.to(parked)
    take_up = parked.to(new)
