"""What lies over a map without moving it: numbers from a store of cases, and what `check` has found.

    data.py       the file of an overlay: how many cases are where, how long they stay; bound to the artifact's hash
    counting.py   such an overlay, counted from the journals of cases
    heat.py       an overlay joined to a network: numbers for each station and track
    plates.py     room for plates on a finished plan
    discs.py      heat and its numbers on a plan
    flags.py      findings of `check`, at the station or the track that they are about
    signs.py      flags, and the marks of a difference, on a plan
    wearing.py    all of them as something that a plan can wear

A plan is made without knowing of any of them, so the same case type looks the same with and without, today and next
year.
"""
