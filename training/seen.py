"""Refuse a training whose held-out scans were learned from."""

from collections.abc import Sequence
from pathlib import Path

from data.dataset import Dataset
from data.errors import TrainingError
from detector.seen import read_seen, shorten


def gather_seen(datasets: Sequence[Dataset], base: str) -> frozenset[str]:
    """Which scans a network will have learned from after a training.

    Validation scans count: they decide which epoch is kept.

    Args:
        datasets: What it learns from.
        base: What it starts from, as `--base` names it; what that has learned from is
            counted where it is written down.

    Returns:
        Scans, as `detector.seen.shorten` names them.

    Raises:
        TrainingError: If a scan that is held out is among them: what is measured on it
            would flatter.
    """
    used = {
        shorten(sample.sha256): "it is in another part too"
        for dataset in datasets
        for sample in dataset.samples
        if sample.split != "held-out"
    }
    used |= dict.fromkeys(_read_earlier(Path(base)), f"{base} has learned from it")
    held = {
        shorten(sample.sha256): sample.name
        for dataset in datasets
        for sample in dataset.samples
        if sample.split == "held-out"
    }
    met = sorted(held.keys() & used.keys(), key=held.__getitem__)
    if met:
        more = f" and {len(met) - 1} more are" if len(met) > 1 else " is"
        msg = (
            f"The scan {held[met[0]]}{more} held out, but {used[met[0]]}. Start from "
            "another --base, or hold out other scans."
        )
        raise TrainingError(msg)
    return frozenset(used)


def _read_earlier(base: Path) -> frozenset[str]:
    if not base.exists():  # what Ultralytics offers has learned from none of ours
        return frozenset()
    return read_seen(base if base.is_dir() else base.parent) or frozenset()
