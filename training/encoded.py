"""Encode the scans of a dataset once, onto disk, for a training to cut tiles from."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from data.dataset import Sample
from data.display import to_display
from data.errors import EncodingError
from data.formats import read_scan
from detector.boxes import scale_boxes
from detector.encoding import Encoding, encode_scan
from training.config import TrainingConfig
from training.tiles import LabelledScan


def encode_samples(
    samples: Sequence[Sample],
    config: TrainingConfig,
    folder: Path,
    progress: Callable[[int, int], None],
) -> list[LabelledScan]:
    """Encode scans and map their planes from files.

    Args:
        samples: Of one split.
        config: Encoding and scale.
        folder: Where the planes go, one file a scan.
        progress: Told how many of how many are done.

    Returns:
        The encoded scans with the boxes of their firearms.

    Raises:
        ScanFileError: If a scan cannot be read.
        TruthError: If the truth of a scan is damaged.
        EncodingError: If a scan is of another kind than the encoding.
    """
    folder.mkdir(parents=True, exist_ok=True)
    encoded = []
    for number, sample in enumerate(samples):
        place = folder / f"{number:06d}.npy"
        random = np.random.default_rng((config.seed, number))
        encoded.append(_encode(sample, config, place, random))
        progress(number + 1, len(samples))
    return encoded


def _encode(
    sample: Sample, config: TrainingConfig, place: Path, random: np.random.Generator
) -> LabelledScan:
    scan = read_scan(sample.scan)
    truth = sample.truth(scan.size)
    if config.encoding is Encoding.DISPLAY:
        scan = to_display(scan, random)
    try:
        encoded = encode_scan(scan, config.encoding, config.scale)
    except EncodingError as error:
        msg = f"{sample.scan}: {error}"
        raise EncodingError(msg) from error
    np.save(place, encoded.planes)
    boxes = scale_boxes(truth.boxes(), *encoded.factors)
    return LabelledScan(np.load(place, mmap_mode="r"), boxes, sample.scan.name)
