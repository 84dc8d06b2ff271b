from statemachine import State, StateMachine


class Letter(StateMachine):
    new = State(initial=True)
    answered = State()
    objected = State()
    done = State(final=True)

    answer = new.to(answered) | objected.to(answered)
    object = answered.to(objected) | objected.to(answered) | new.to(objected)
    file = answered.to(done)
