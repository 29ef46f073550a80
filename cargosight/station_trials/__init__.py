"""Try a whole station: real processes, real connections, real kills.

Modules:
    rig: a station of its own, with a login and tokens.
    cluster: a PostgreSQL of its own.
    page: what a page does: log in, ask, decide.
    watching: the live events of a page, and when they came.
    scanners: play trucks to lanes.
    operating: decide on what waits, as an operator would.
    reference: what a truck's alarms are when nothing goes wrong.
    checking: whether anything is lost or doubled.
    killing: kill what runs, at random moments.
    trial: a station under load: what all trials share.
    loads, kills, troubles: the trials.
"""
