"""Share a dataset out, near-duplicates together."""

from pathlib import Path
from typing import Final

from pydantic import ValidationError

from cargosight.progress import Report
from data.catalog.catalog import Catalog, read_catalog, write_version
from data.catalog.history import read_history
from data.catalog.splitting import Dealt, Shares, split_catalog
from data.catalog.version import FOLDER
from data.duplicates import find_pairs, fingerprint_scans
from data.errors import DatasetError

CACHE: Final = "fingerprints.npz"
"""Where fingerprints are kept, beside the catalog."""


def split_dataset(
    root: Path,
    shares: Shares,
    *,
    afresh: bool = False,
    near: bool = True,
    workers: int = 1,
    progress: Report,
) -> tuple[Catalog, Dealt]:
    """Share a dataset out to training, validation and held-out, as a new version.

    Args:
        root: Folder of the dataset.
        shares: How much goes where.
        afresh: Deal training and validation anew; what is held out stays so.
        near: Whether near-duplicates are looked for; without them only what the catalog
            says keeps scans together.
        workers: Processes.
        progress: Told what is being done, and how many of how many are done.

    Raises:
        DatasetError: If there is no such dataset, or it cannot be written.
    """
    before = read_catalog(root)
    pairs = find_near(before, workers, progress) if near else []
    past = read_history(root)
    dealt = split_catalog(before.frame, pairs, shares, history=past, afresh=afresh)
    note = f"shared out into {dealt.groups} groups, seed {shares.seed}"
    return write_version(before, dealt.frame, note=note), dealt


def find_near(
    catalog: Catalog, workers: int, progress: Report
) -> list[tuple[int, int]]:
    """Pairs of rows of a catalog that are near-duplicates.

    Fingerprints are kept beside the catalog, by the content of scans.

    Args:
        catalog: The dataset.
        workers: Processes.
        progress: Told what is being done, and how many of how many are done.
    """
    paths = [catalog.scan_path(row) for row in catalog.frame.iter_rows(named=True)]
    fingerprints = fingerprint_scans(
        paths,
        cache=catalog.root / FOLDER / CACHE,
        workers=workers,
        progress=lambda done, count: progress("taking fingerprints", done, count),
    )
    pairs = find_pairs(
        fingerprints,
        workers=workers,
        progress=lambda done, count: progress("comparing scans", done, count),
    )
    return [(first, other) for first, other, _ in pairs]


def make_shares(validation: float, held_out: float, seed: int) -> Shares:
    """Shares of a dataset's parts.

    Raises:
        DatasetError: If they are out of range, or leave nothing to train on.
    """
    try:
        return Shares(validation=validation, held_out=held_out, seed=seed)
    except ValidationError as error:
        first = error.errors()[0]
        where = " ".join(str(part) for part in first["loc"])
        msg = f"A dataset cannot be shared out so: {where} {first['msg']}."
        raise DatasetError(msg) from error
