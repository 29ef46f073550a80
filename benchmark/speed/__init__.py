"""How long our detector takes, and how long others take for the same scans.

Modules:
    lap: one look at one scan, and who can be asked for one.
    ours: our detector.
    course: the scans.
    race: racers in turn, in several rounds.
    pace: where the time went.
    quality: whether the faster one finds as much.
    figures: all of it, for people and programs.
"""
