"""Refuse a training whose held-out scans were learned from."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from data.dataset import Dataset
from data.errors import TrainingError
from data.files import replacing
from detector.seen import SEEN, is_whole, read_seen, shorten, to_text

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a network will have learned from.

    Attributes:
        names: Scans, as `detector.seen.shorten` names them.
        whole: Whether these are all: not if the base does not say what it learned from.
    """

    names: frozenset[str]
    whole: bool


def gather_seen(datasets: Sequence[Dataset], base: str) -> Seen:
    """Which scans a network will have learned from after a training.

    Validation scans count: they decide which epoch is kept.

    Args:
        datasets: What it learns from.
        base: What it starts from, as `--base` names it; what that has learned from is
            counted where it is written down; else a warning is logged.

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
    folder = _find_folder(Path(base))
    earlier = frozenset() if folder is None else read_seen(folder) or frozenset()
    used |= dict.fromkeys(earlier, f"{base} has learned from it")
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
    whole = folder is None or is_whole(folder)
    if not whole:
        logger.warning(
            "%s does not say which scans it has learned from: nobody can tell whether "
            "what is held out is new to it.",
            base,
        )
    return Seen(frozenset(used), whole)


def keep_seen(seen: Seen, out: Path) -> None:
    """Write down in a run's folder what its network will have learned from.

    What is there from before stays: the base may have moved away from its own list.

    Args:
        seen: What is known now.
        out: The folder.
    """
    before = read_seen(out)
    if before is not None:
        seen = Seen(seen.names | before, is_whole(out))
    with replacing(out / SEEN) as draft:
        draft.write_text(to_text(seen.names, whole=seen.whole), "ascii")


def _find_folder(base: Path) -> Path | None:
    """Where it may be written down; what Ultralytics offers has seen no scan."""
    if not base.exists() or base.suffix == ".yaml":
        return None
    return base if base.is_dir() else base.parent
