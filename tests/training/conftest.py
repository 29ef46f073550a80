"""Small tiles gain nothing by a second thread, and it would wait for other programs."""

import pytest
import torch

from tests.training.tiny import configure, write_base, write_dataset
from training.train import train_network

torch.set_num_threads(1)


@pytest.fixture(scope="session")
def tiny(tmp_path_factory):
    """Folder of a dataset of tiny scans, to be looked at only."""
    root = tmp_path_factory.mktemp("tiny")
    write_base(root / "base.pt")
    return write_dataset(root / "dataset")


@pytest.fixture(scope="session")
def trained(tiny):
    """Folder of a training on it that nothing disturbed, and its record."""
    out = tiny.parent / "run"
    config = configure(base=str(tiny.parent / "base.pt"))
    run = train_network(tiny, out, config, progress=lambda *_: None)
    return out, run
