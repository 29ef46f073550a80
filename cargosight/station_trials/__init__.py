"""Try a whole station: real processes, real connections, real kills.

Modules:
    rig: a station of its own, with scanners and an operator.
    watching: the live events of a page, and when they came.
    scanners: play trucks to lanes.
    operating: decide on what waits, as an operator would.
    reference: what a truck's alarms are when nothing goes wrong.
    checking: whether anything is lost or doubled.
    killing: kill what runs, at random moments.
    latency, load, kills: the trials.
"""
