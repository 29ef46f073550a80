"""Small trucks, and a clock that goes as fast as it is asked to."""

import numpy as np

from benchmark.live.trucks import Truck
from tests.detector.seeing import make_counts

MM = (4.0, 4.0)


def write_truck(path, width=200, boxes=((40, 20, 74, 50),), **changes):
    """A truck of 96 rows with things in it."""
    scan = make_counts((width, 96), boxes, pitch_mm=MM)
    planes = np.stack([scan.high, scan.low])
    np.ascontiguousarray(planes.transpose(2, 0, 1)).tofile(path)
    levels = {"air": scan.air, "dark": scan.dark} | changes
    return Truck(path, width, info=scan.info, **levels)


class QuickClock:
    """Is at the moment that was waited for last."""

    def __init__(self):
        self.moment = 0.0

    def now(self):
        """The time, s."""
        return self.moment

    def wait_until(self, moment):
        """Make it be a time."""
        self.moment = max(moment, self.moment)
