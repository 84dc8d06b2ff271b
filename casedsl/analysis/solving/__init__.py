"""A decision procedure of our own for guards: is there a case in which these hold together?

`asking.py` is the door. `reading.py` turns lowered expressions into atoms over variables, `ranges.py` says what a field
can hold, `grid.py` cuts each variable into the few classes of values that the atoms tell apart, `search.py` looks for
classes that fit, `arithmetic.py` for numbers in them (`derived.py` ties products and dates moved by `months.py` to what
they are made of), `witness.py` names of a case only what matters.

The meaning is that of the runtime's `expr.py`: two values, and a comparison that reads something unset is false.
"""
