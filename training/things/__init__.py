"""What a training projects into its tiles: firearms and harmless things.

Modules:
    thing: one of them, and drawing one of many.
    phantoms: a pool of phantoms of the simulator; posing: how one of them lies.
    pool: the files of that pool.
    scanned: things that were scanned in air.
"""

from training.things.phantoms import make_phantoms
from training.things.scanned import read_things
from training.things.thing import Thing, Things

__all__ = ["Thing", "Things", "make_phantoms", "read_things"]
