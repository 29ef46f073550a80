"""One thread and a quiet Ultralytics, whichever test is the first to import it."""

from data.environment import prepare_environment

prepare_environment()

import pytest  # noqa: E402 - Ultralytics reads its environment when it is imported
import torch  # noqa: E402

from data.dataset import read_dataset  # noqa: E402
from tests.training.tiny import configure, write_base, write_dataset  # noqa: E402
from training.gathering import Gatherer  # noqa: E402
from training.train import train_network  # noqa: E402

# Small tiles gain nothing by a second thread, and it would wait for other programs.
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


@pytest.fixture(scope="session")
def pool(tiny, tmp_path_factory):
    """What tiles of it are drawn from."""
    cache = tmp_path_factory.mktemp("pool")
    gatherer = Gatherer(configure(), cache, 1, lambda *_: None)
    return gatherer.gather_pool(read_dataset(tiny))
