"""The score of a priority over all cases: what it can be, what it hangs on, and whether the author's claims hold.

`sheet.py` writes a priority down as parts over a few values of each field, `walks.py` goes through all cases and keeps
apart only what the score tells apart, `between.py` says what is so of numbers that are not looked at one by one,
`flow.py` what lines carry from field to field, `lives.py` tries out two cases in which they do, `judging.py` asks the
questions, `records.py` holds the answers; `runs.py` is what a single case is worth when it runs.

The meaning is that of the runtime's `fields.py` and `ageing.py`.
"""
