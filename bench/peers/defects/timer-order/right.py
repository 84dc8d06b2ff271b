from statemachine import State, StateMachine
from statemachine.contrib.timeout import timeout

DAY = 0.01  # there is no clock that a test can turn


class Letter(StateMachine):
    new = State(initial=True, invoke=[timeout(5 * DAY, on="alert"), timeout(8 * DAY, on="move")])
    done = State(final=True)

    alert = new.to.itself(internal=True)
    move = new.to(done)
    answer = new.to(done)
