"""Gather what a training learns from: scans, and things to project into them."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from data.dataset import INDEX, Dataset, Sample, read_dataset, read_index
from data.errors import TrainingError
from data.splits import Split
from data.truth import FIREARM
from training.config import TrainingConfig
from training.drawing import Pool, find_spots
from training.prepared import PreparedScan, prepare_samples
from training.things import Thing, Things, make_phantoms, read_things

logger = logging.getLogger(__name__)

Progress = Callable[[str, int, int], None]

THINGS: Final = "things"


@dataclass(frozen=True, slots=True)
class Gatherer:
    """Gathers for one training.

    Attributes:
        config: What it is asked to do.
        cache: Where prepared scans and phantoms are kept.
        workers: Processes that prepare them.
        progress: Told what is being done, and how many of how many are done.
    """

    config: TrainingConfig
    cache: Path
    workers: int
    progress: Progress

    def gather_pool(self, dataset: Dataset) -> Pool:
        """The training part of a dataset, with things to project.

        Raises:
            TrainingError: If there is nothing to learn from.
        """
        scans = self._prepare(dataset, self._choose(dataset))
        spots = find_spots(scans, self.config)
        things = None
        if self.config.projection.share and spots.open:
            things = self._gather_things(dataset)
        if not spots.labelled and things is None:
            msg = f"{dataset.root} has no {FIREARM} to learn from in its training part."
            raise TrainingError(msg)
        return Pool(scans, spots, things)

    def gather_replay(self) -> Pool | None:
        """What a share of the tiles is drawn from besides, if that is wished for."""
        if self.config.replay is None or not self.config.replay_share:
            return None
        whole = Gatherer(
            self.config.model_copy(update={"scans": None}),
            self.cache,
            self.workers,
            self.progress,
        )
        return whole.gather_pool(read_dataset(Path(self.config.replay)))

    def gather_watched(self, dataset: Dataset) -> list[PreparedScan]:
        """Scans to validate on: no more than wished for, half of them clean if can be.

        Raises:
            TrainingError: If there are none.
        """
        scans = self._prepare(dataset, _of_split(dataset, "validation"))
        order = np.random.default_rng(self.config.seed).permutation(len(scans))
        clean = [int(i) for i in order if scans[i].clean]
        armed = [int(i) for i in order if not scans[i].clean]
        most = self.config.validation_scans
        half = max(most // 2, most - len(clean))
        chosen = armed[:half]
        chosen += clean[: most - len(chosen)]
        return [scans[i] for i in sorted(chosen)]

    def _choose(self, dataset: Dataset) -> Sequence[Sample]:
        samples = _of_split(dataset, "train")
        count = self.config.scans
        if count is None or count >= len(samples):
            return samples
        order = np.random.default_rng(self.config.seed).permutation(len(samples))
        return [samples[int(i)] for i in sorted(order[:count])]

    def _prepare(
        self, dataset: Dataset, samples: Sequence[Sample]
    ) -> list[PreparedScan]:
        return prepare_samples(
            dataset,
            samples,
            self.config,
            self.cache,
            workers=self.workers,
            progress=lambda done, count: self.progress(
                f"preparing {samples[0].split} scans", done, count
            ),
        )

    def _gather_things(self, dataset: Dataset) -> Things:
        wish = self.config.projection
        if wish.cutouts is None:
            return self._make_phantoms(wish.firearms)
        benign: Path | Sequence[Thing] = (
            self._make_phantoms(0).harmless
            if wish.benign is None
            else Path(wish.benign)
        )
        return read_things(
            Path(wish.cutouts),
            benign,
            pitch_mm=wish.cutout_pitch_mm,
            groups=None if wish.groups is None else Path(wish.groups),
            split="train",
            seed=find_seed(dataset, self.config),
        )

    def _make_phantoms(self, firearms: int) -> Things:
        return make_phantoms(
            self.cache / THINGS,
            firearms=firearms,
            harmless=self.config.projection.others,
            seed=self.config.seed,
            workers=self.workers,
            progress=lambda done, count: self.progress("making phantoms", done, count),
        )


def find_seed(dataset: Dataset, config: TrainingConfig) -> int:
    """The seed by which cut-outs were parted: the dataset's, else the training's."""
    index = dataset.root / INDEX
    seed = read_index(index).seed if index.is_file() else None
    return config.seed if seed is None else seed


def warn_of_long(pool: Pool, config: TrainingConfig) -> None:
    """Tell of firearms that are longer than a tile, and seldom find room in one.

    Args:
        pool: What tiles are drawn from.
        config: How large they are.
    """
    firearms = () if pool.things is None else pool.things.firearms
    side = config.tile_side * config.scale.pitch_mm
    long = sum(each.length_mm > side for each in firearms)
    if long:
        logger.warning(
            "%d of %d firearms to project are longer than a tile (%d px, %.2f m): most "
            "fit slanted at best, and seldom lie. Choose a larger tile_side.",
            long,
            len(firearms),
            config.tile_side,
            side / 1000,
        )


def _of_split(dataset: Dataset, split: Split) -> list[Sample]:
    samples = [sample for sample in dataset.samples if sample.split == split]
    if not samples:
        msg = f"{dataset.root} has no {split} scans. A training needs some."
        raise TrainingError(msg)
    return samples
