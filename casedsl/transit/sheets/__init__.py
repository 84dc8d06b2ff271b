"""Sheets: a map that is too large for one page as an atlas, and each page of it on paper.

    cutting.py    a sheet and its part of the network: what is inside, who are its neighbours, what is left of lines
    overview.py   the overview: teams as stations, with the ways between them
    halts.py      a journey as a list of visits, and what there is to say at each
    strips.py     a journey as a strip with all its exits; and combs, the same without a trunk
    paper.py      A3 and A4: what fits, at which size, so that no type is smaller than 7 points in print
    binding.py    the atlas of a network: each sheet is laid out, cut again where it doesn't fit or isn't clean, and
                  what still isn't clean is drawn as combs; the page says so
    pages.py      its pages as pictures, and the timetable: the key in columns and pages

An auditor needs three answers: which teams does a case pass through (overview), how does it usually go (a strip for
each journey), and what can happen here (a sheet for each team). Every track of the network stands on the sheet of the
team that it leaves, with both its ends; codes, tints and the colours of lines are the same on all sheets.
"""
