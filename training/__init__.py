"""Fine-tune a detector on annotated scans.

Modules:
    train: one training, from a dataset to a run folder.
    config: what a training is asked to do.
    base: what it starts from.
    encoded: scans encoded once, onto disk.
    tiles: labelled tiles cut from them.
    augment: tiles varied as physics allows.
    fit: Ultralytics, fed with our tiles.
"""

from training.config import TrainingConfig, make_config
from training.train import train_network

__all__ = ["TrainingConfig", "make_config", "train_network"]
