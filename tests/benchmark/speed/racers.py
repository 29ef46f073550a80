"""Racers that need no network: their times and findings are stated."""

import numpy as np

from benchmark.metrics.rates import Home
from benchmark.speed.course import Start
from benchmark.speed.lap import Lap
from benchmark.speed.race import Heat
from data.truth import Truth, TruthObject
from detector.detections import Detections
from tests.detector.seeing import make_counts

BOX = (4.0, 6.0, 20.0, 16.0)


def find(*scores, box=BOX, label=0):
    """Detections on one box, with these scores, best first."""
    return Detections(
        np.array([box] * len(scores), np.float32).reshape(-1, 4),
        np.array(scores, np.float32),
        np.full(len(scores), label),
    )


def make_lap(elapsed_s=1.0, found=None, **times):
    """A lap that takes a stated time, by itself half of it in the session."""
    stated = {
        "encode_s": 0.0,
        "run_s": elapsed_s,
        "merge_s": 0.0,
        "session_s": elapsed_s / 2,
        "tiles": 2,
        "pixels": 2_000_000,
    } | times
    return Lap(elapsed_s, found=find() if found is None else found, **stated)


def make_heat(*times, firearms=0, name="a"):
    """A scan that racers looked at: of each the times or laps of its rounds."""
    laps = tuple(
        tuple(t if isinstance(t, Lap) else make_lap(t) for t in each) for each in times
    )
    truth = Truth(objects=(TruthObject(box=BOX),) * firearms)
    return Heat(truth, Home(name, name), laps)


def make_start(name="a", size=(32, 32)):
    """A scan of air with a firearm in it."""
    truth = Truth(objects=(TruthObject(box=BOX),))
    return Start(make_counts(size, pitch_mm=(4.0, 4.0)), truth, Home(name, name))


class StatedRacer:
    """Takes the stated times, one after the other, and notes when it was asked.

    Args:
        name: Of it.
        times: Of its laps, s; after the last comes the first again.
        diary: Where it notes its name for each lap.
        found: What it finds in each scan.
    """

    def __init__(self, name, times=(1.0,), diary=None, found=None):
        self.name = name
        self._times = times
        self._found = found
        self.diary = [] if diary is None else diary
        self._laps = 0

    def ready(self, scan):
        """Lay a scan ready."""
        del scan
        return self._look

    def _look(self):
        time = self._times[self._laps % len(self._times)]
        self._laps += 1
        self.diary.append(self.name)
        return make_lap(time, self._found)
