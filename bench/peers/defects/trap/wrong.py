from statemachine import State, StateMachine


class Letter(StateMachine):
    new = State(initial=True)
    asked = State()
    reminded = State()
    done = State(final=True)

    answer = new.to(done)
    ask = new.to(asked)
    remind = asked.to(reminded)
    ask_again = reminded.to(asked)
