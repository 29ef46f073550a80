"""Test scans: a firearm that is not there is projected into some scans.

Whoever decides is told right after, and looks at the real scan then. Until that moment
nobody but a supervisor may be able to tell a test scan from another one: what is shown,
stored alarms and the order of things are alike.

Modules:
    choosing: which scans, so that nobody can foresee it.
    patch: what is shown in place of the real columns: `test.npz`.
    window: columns that are held back until a thing can be put into them.
    projection: put a thing into them.
    showing: all of it, for a lane.
    lag: how far behind the scanner pages show columns.
    recording: a test in the records, and which alarms are of it.
    telling: tell whoever decided, and have the real scan looked at.
    rates: who found how many.
"""
