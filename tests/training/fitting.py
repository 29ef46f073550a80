"""Trainings of a few steps, and a watch that says what it was told to."""

from dataclasses import replace

import torch

from tests.training.tiny import configure, new_base
from training.devices import Team
from training.drawing import Drawer
from training.fit import Watchers, fit
from training.state import STATE, read_progressed
from training.watch import Figures

CPU = torch.device("cpu")
QUICK = {"epochs": 6, "steps": 6, "batch": 1, "mine_every": 0}
POOR = Figures(None, None, 0.5, 0.0, 0.0, 0, (), (), ())


class Told:
    """A watch that says what it was told to, epoch after epoch."""

    def __init__(self, *figures):
        self.figures = list(figures)

    def measure(self, *_):
        """The next figures."""
        return self.figures.pop(0)

    @classmethod
    def of_ap50(cls, *values):
        """Figures that differ in AP50 alone."""
        return cls(*(replace(POOR, ap50=value) for value in values))


def run(pool, folder, watch, *, on_step=lambda *_: None, base=None, **changes):
    """Fit and return the progress on record."""
    config = configure(**(QUICK | changes))
    watchers = Watchers(on_step, lambda _: None)
    fit(
        config,
        base or new_base(),
        Drawer(pool, config),
        watch,
        folder,
        team=Team(CPU),
        watchers=watchers,
    )
    return read_progressed(folder / STATE)
