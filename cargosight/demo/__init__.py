"""The demo: the whole job in miniature, then a station with a simulated scanner.

Modules:
    folder: where everything goes; an earlier demo is replaced.
    miniature: simulate, train, export, detect, judge.
    trucks: what drives up at the station.
    scanner: sends truck after truck.
    own_station: a station of the demo's own, in processes of its own.
    opening: all of that open, until told to stop.
"""
