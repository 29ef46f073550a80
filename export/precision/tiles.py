"""Tiles of validation scans: what ranges and differences are measured on."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from data.dataset import read_dataset
from data.display import to_display
from data.errors import ExportError
from data.formats import read_scan
from detector.encoding import EncodedScan, Encoding, encode_scan
from detector.manifest import GraphEntry, GraphKind
from detector.runtime import TileBatch
from detector.tiles import extract_tile, plan_tiles

SCANS: Final = 48
TILES: Final = 192


@dataclass(frozen=True, slots=True, eq=False)
class DrawnTiles:
    """Tiles, and where they are from.

    Attributes:
        tiles: (N, 3, S, S) uint8.
        scans: How many scans they are from.
        dataset_sha256: Of the dataset's content.
    """

    tiles: TileBatch
    scans: int
    dataset_sha256: str


def draw_tiles(
    dataset: Path, kind: GraphKind, entry: GraphEntry, *, seed: int
) -> DrawnTiles:
    """Draw tiles as a graph sees them, from scans and from places in them.

    Args:
        dataset: Folder of the dataset; its validation part is drawn from.
        kind: Of the graph. For "display", scans with counts are rendered.
        entry: How the graph sees scans.
        seed: Of the draws.

    Raises:
        ExportError: If the dataset has no validation scans.
        DatasetError: If it is no dataset.
        EncodingError: If its scans are not those that the graph takes.
    """
    found = read_dataset(dataset, to_train=False)
    samples = [sample for sample in found.samples if sample.split == "validation"]
    if not samples:
        msg = (
            f"{dataset} has no validation scans to find ranges on. "
            "Give one with a validation part."
        )
        raise ExportError(msg)
    random = np.random.default_rng(seed)
    encoding = Encoding(kind)
    cut = []
    for number in random.permutation(len(samples))[:SCANS]:
        scan = read_scan(samples[number].scan)
        if encoding is Encoding.DISPLAY:
            scan = to_display(scan, np.random.default_rng((seed, int(number))))
        cut.append(_cut(encode_scan(scan, encoding, entry.scale), encoding, entry))
    tiles = np.concatenate(cut)
    places = np.sort(random.permutation(len(tiles))[:TILES])
    return DrawnTiles(tiles[places], len(cut), found.sha256)


def _cut(scan: EncodedScan, encoding: Encoding, entry: GraphEntry) -> TileBatch:
    """The tiles of a scan: (N, 3, S, S)."""
    side = entry.tile_side
    return np.stack(
        [
            extract_tile(scan.planes, tile, side=side, fill=encoding.air)
            for tile in plan_tiles(*scan.size, side=side, overlap=entry.tile_overlap)
        ]
    )
