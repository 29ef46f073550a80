"""Scans at the network's scale, things, and small datasets, for the tests of tiles."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from data.dataset import DatasetIndex, IndexedScan
from data.formats import write_scan
from data.projection.cutout import Cutout
from data.projection.placing import find_room
from data.truth import Truth, TruthObject
from tests.data.projection.things import ENERGIES, make_box, make_cutout
from training.prepared import SHRINK, Entry, PreparedScan
from training.silhouettes import mark_scan
from training.store import Place

NOWHERE = Place(0, (), "float16")
NOISE = 0.003

KNOWN = Entry(
    name="scan.tiff",
    split="train",
    group=None,
    boxes=(),
    ignored=(),
    behind=(),
    added=(),
    energies_mv=ENERGIES,
    noise=(NOISE, NOISE),
    readout=(0.0, 0.0),
    blur_px=0.5,
    scatter=0.005,
    wall=0.2,
    air=None,
    gamma=2.4,
    pitched=True,
    planes=NOWHERE,
    overview=NOWHERE,
    wide=None,
    inside=None,
    marks=NOWHERE,
)


@dataclass(frozen=True)
class Named:
    """A thing of some kind: an L of 120 x 80 mm."""

    kind: str
    strength: float = 1.0

    @property
    def length_mm(self) -> float:
        """Its longer side."""
        return 120.0

    def cut(self, energies_mv: tuple[float, ...], planes: int) -> Cutout:
        """It, with as many planes as asked for."""
        whole: Cutout = make_cutout(pitch=2.0)
        return replace(
            whole,
            attenuation=self.strength * whole.attenuation[:planes],
            energies_mv=energies_mv,
        )


def make_prepared(
    planes=None, *, boxes=(), ignored=(), wide=None, inside=None, **known: Any
) -> PreparedScan:
    """A scan with the planes given, (P, h, w); else a box, empty and half full."""
    if planes is None:
        planes = np.stack(make_box(air_noise=NOISE))
    planes = np.asarray(planes)
    if planes.dtype != np.uint8:
        planes = planes.astype(np.float16)
        shown = planes[0].astype(np.float32)
        inside = find_room(shown).inside if inside is None else inside
    else:
        shown = planes.min(axis=2).astype(np.float32) / 255
    height, width = shown.shape
    small = shown[: height // SHRINK * SHRINK, : width // SHRINK * SHRINK]
    blocks = small.reshape(height // SHRINK, SHRINK, width // SHRINK, SHRINK)
    return PreparedScan(
        known=replace(KNOWN, **known),
        planes=planes,
        overview=blocks.mean(axis=(1, 3)),
        wide=wide,
        inside=inside,
        marks=mark_scan(
            make_truth(*boxes, ignored=ignored), (width, height), (1.0, 1.0)
        ),
        boxes=np.array(boxes, np.float32).reshape(-1, 4),
        ignored=np.array(ignored, np.float32).reshape(-1, 4),
    )


def make_truth(*boxes, ignored=()):
    """Firearms at the boxes given."""
    seen = [TruthObject(box=box) for box in boxes]
    unseen = [TruthObject(box=box, ignore=True) for box in ignored]
    return Truth(objects=(*seen, *unseen))


def write_scans(root, scans, *, seed=None):
    """Write a dataset.

    Args:
        root: Its folder.
        scans: Rows of name, split, scan and truth.
        seed: Of the dataset.
    """
    (root / "scans").mkdir(parents=True, exist_ok=True)
    rows = []
    for name, split, scan, truth in scans:
        names = f"scans/{name}.tiff", f"scans/{name}.json"
        write_scan(scan, root / names[0])
        (root / names[1]).write_text(truth.model_dump_json())
        rows.append(IndexedScan(scan=names[0], truth=names[1], split=split))
    index = DatasetIndex(name="tiny", seed=seed, synthetic=False, scans=tuple(rows))
    (root / "dataset.json").write_text(index.model_dump_json())
    return root
