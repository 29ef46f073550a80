"""The smallest datasets and trainings that have all the parts of large ones."""

from pathlib import Path

import numpy as np
import torch
from ultralytics.nn.tasks import yaml_model_load

from data.dataset import DatasetIndex, IndexedScan, read_dataset
from data.formats import write_scan
from data.formats.levels import fill_levels
from data.masks import encode_mask
from data.scan import Scan, ScanInfo
from data.splits import Split
from data.truth import Truth, TruthObject
from training.base import Base
from training.config import make_config
from training.network import make_network, save_checkpoint
from training.prepared import prepare_samples

SIDE = 64
SIZE = (72, 80)
"""Of an object, with 8 columns of air after it."""

AIR = 40
"""Columns of air before it."""

INFO = ScanInfo(pitch_mm=(4.0, 4.0), energies_mv=(6.0, 4.0), scanner="tiny")
SETTINGS = {
    "tile_side": SIDE,
    "batch": 2,
    "epochs": 3,
    "steps": 9,
    "still_epochs": 1,
    "workers": 0,
    "mine_every": 1,
    "mined": 1.0,
    "background": 2.0,
    "silhouettes": 4.0,
    "tracking": "none",
    "projection": {"share": 0.0},
}


def configure(**changes):
    """Settings of three epochs, three steps each, that mine and learn silhouettes."""
    return make_config(None, SETTINGS | changes)


def make_scan(number, box=None, air=AIR):
    """A scan of a block of cargo in air, with a dark bar where the box is."""
    random = np.random.default_rng(number)
    width, height = air + SIZE[0], SIZE[1]
    level = np.ones((height, width))
    level[8 : height - 4, air : width - 8] = random.uniform(0.3, 0.6)
    level *= random.uniform(0.97, 1, level.shape)
    if box is not None:
        x0, y0, x1, y1 = box
        level[y0:y1, x0:x1] *= 0.3
    planes = [(60000 * level**power).astype(np.uint16) for power in (1.0, 1.1)]
    return Scan(
        high=planes[0],
        low=planes[1],
        air=fill_levels([60000.0, 60000.0], height),
        dark=fill_levels([0.0, 0.0], height),
        info=INFO,
    )


def write_dataset(root, armed=(3, 3), clean=(2, 2), *, unseen=0, air=AIR):
    """A dataset of tiny scans.

    Args:
        root: Its folder.
        armed: How many scans with a firearm the parts to train and to validate on have.
        clean: How many without.
        unseen: How many of those to validate on have one that nobody could see.
        air: Columns of air before each object.
    """
    root.mkdir(parents=True)
    rows = []
    splits: tuple[Split, ...] = ("train", "validation")
    for split, guns, empty in zip(splits, armed, clean, strict=True):
        for number in range(guns + empty):
            name = f"{split}-{number}"
            seed = number + 100 * (split == "validation")
            row = 14 + 3 * (seed % 7)
            box = (air + 10, row, air + 50, row + 16) if number < guns else None
            write_scan(make_scan(seed, box, air), root / f"{name}.tiff")
            hidden = split == "validation" and number < unseen
            mask = encode_mask(np.ones((16, 40), bool))
            objects = [TruthObject(box=b, ignore=hidden, mask=mask) for b in [box] if b]
            truth = Truth(objects=tuple(objects))
            (root / f"{name}.json").write_text(truth.model_dump_json())
            rows.append(
                IndexedScan(scan=f"{name}.tiff", truth=f"{name}.json", split=split)
            )
    index = DatasetIndex(name="tiny", synthetic=False, scans=tuple(rows))
    (root / "dataset.json").write_text(index.model_dump_json())
    return Path(root)


def prepare(dataset, folder, split="validation", **changes):
    """The scans of a part of a dataset, prepared."""
    content = read_dataset(dataset)
    samples = [sample for sample in content.samples if sample.split == split]
    return prepare_samples(
        content,
        samples,
        configure(**changes),
        folder,
        workers=1,
        progress=lambda *_: None,
    )


def new_base():
    """A network that was never trained, half as wide as the smallest."""
    layout = yaml_model_load("yolo26n.yaml")
    layout["scales"] = {"n": [0.5, 0.125, 1024]}
    return Base("tiny", "yolo26n.yaml", layout=layout)


def write_base(path):
    """Write a checkpoint that sees firearms everywhere, so that there is much to mine.

    Args:
        path: The `.pt` file.
    """
    torch.manual_seed(0)
    network = make_network(new_base())
    with torch.no_grad():
        for layers in network.model[-1].cv3:
            layers[-1].bias.fill_(-2)
    save_checkpoint(network, path)
