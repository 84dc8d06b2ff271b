from statemachine import State, StateMachine
from statemachine.contrib.timeout import timeout

DAY = 0.1  # there is no clock that a test can turn


class Letter(StateMachine):
    class at_work(State.Parallel):
        class work(State.Compound):
            waits = State(initial=True, invoke=timeout(3 * DAY, on="waited"))
            ready = State()
            answered = State(final=True)
            waited = waits.to(ready)
            answer = ready.to(answered)

        class promise(State.Compound):
            running = State(initial=True, invoke=timeout(4 * DAY, on="too_late"))
            missed = State(final=True)
            kept = State(final=True)
            too_late = running.to(missed)
            answer = running.to(kept)
