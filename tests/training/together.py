"""Two processes that train one network on the processor, watched from inside.

Run as `python -m tests.training.together DATASET FOLDER`: each leaves `RANK.pt` in the
folder, its last weights and the numbers of the tiles that it drew.
"""

import sys
from pathlib import Path

import torch
from torch.multiprocessing.spawn import start_processes

from data.dataset import read_dataset
from tests.training.tiny import configure
from training.base import find_base
from training.devices import find_port, join_team
from training.drawing import Drawer
from training.fit import Fitting, Watchers
from training.gathering import Gatherer
from training.watch import Watch

WORLD = 2
SETTINGS = {"batch": 4, "epochs": 2, "steps": 4, "background": 0.0}


class Noting(Drawer):
    """A drawer that notes what it drew."""

    def draw(self, token, *, still=False):
        """Draw, and note."""
        self.drawn = [*getattr(self, "drawn", []), token]
        return super().draw(token, still=still)


def train(rank, dataset, folder, world, port):
    """The part of one of them."""
    torch.set_num_threads(1)
    config = configure(**SETTINGS)
    content = read_dataset(dataset)
    base = find_base(str(dataset.parent / "base.pt"), config.encoding)
    own = folder / f"own-{rank}"
    gatherer = Gatherer(config, own, 1, lambda *_: None)
    drawer = Noting(gatherer.gather_pool(content), config)
    watch = Watch(gatherer.gather_watched(content), config, own) if not rank else None
    epochs = []
    watchers = Watchers(
        lambda *_: None, lambda progressed: epochs.append(progressed.epochs[-1].loss)
    )
    with join_team(torch.device("cpu"), rank, world, port) as team:
        fitting = Fitting(config, base, drawer, watch, folder, team)
        fitting.run(watchers)
        weights = fitting._network.state_dict()  # noqa: SLF001 - nothing else has them
        mined = drawer.pool.spots.mined
    found = {"weights": weights, "drawn": drawer.drawn, "loss": epochs}
    torch.save(found | {"mined": [spot.x for spot in mined]}, folder / f"{rank}.pt")


def main(dataset, folder):
    """Run both."""
    start_processes(
        train, (dataset, folder, WORLD, find_port()), nprocs=WORLD, start_method="spawn"
    )


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
