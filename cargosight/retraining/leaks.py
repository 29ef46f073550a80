"""No suite may hold a scan that was learned from: its figures would flatter.

Validation scans count: they decide which epoch is kept. So do those of the replayed
dataset, as a training counts them.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from benchmark.suite.sealed import Suite, SuiteScan
from cargosight.progress import Report
from cargosight.retraining.gathering import Gathered
from cargosight.retraining.survey import Part, Survey, count_workers, hash_file_picture
from data.dataset import Dataset
from data.errors import SuiteError
from data.parallel import map_ordered
from data.splits import Split
from detector.seen import read_seen, shorten
from training.seen import gather_seen

PLACES: Final[dict[Part, str]] = {
    "train": "training part of the dataset",
    "validation": "validation part of the dataset",
    "replay": "training part of the replayed dataset",
}

NEW: Final[dict[Split, str]] = {
    "train": PLACES["train"],
    "validation": PLACES["validation"],
}
OLD: Final[dict[Split, str]] = {
    "train": PLACES["replay"],
    "validation": "validation part of the replayed dataset",
}

Learned = dict[str, tuple[str, str]]
"""Where each scan that is learned from is, and its name, by its hash."""

Hashes = dict[str, list[str]]
"""Hashes of each scan of a suite, by its file."""


def check_files(gathered: Gathered) -> None:
    """Refuse a suite with a file that is or was learned from, byte for byte.

    Suites are made by writing scans anew. They know which files these came from; what
    they do not know, `check_pictures` finds.

    Args:
        gathered: What the retraining goes by.

    Raises:
        SuiteError: If a suite holds one: it says which.
        TrainingError: If a scan that a dataset holds out is or was learned from.
    """
    replay = gathered.replay
    datasets = [gathered.dataset] if replay is None else [gathered.dataset, replay]
    gather_seen(datasets, str(gathered.request.champion.resolve()))
    old = {} if replay is None else _hash_files(replay, OLD)
    learned = old | _hash_files(gathered.dataset, NEW)
    seen = read_seen(gathered.champion.root) or frozenset()
    for suite in _list_suites(gathered):
        hashes = {scan.scan: [*_list_hashes(scan)] for scan in suite.scans}
        _refuse(suite, hashes, learned)
        _refuse_seen(suite, hashes, seen)


def _hash_files(dataset: Dataset, parts: Mapping[Split, str]) -> Learned:
    """Of the splits that are learned from, each with what its part is called."""
    return {
        sample.sha256: (parts[sample.split], sample.name)
        for sample in dataset.samples
        if sample.split in parts
    }


def _refuse_seen(suite: Suite, scans: Hashes, seen: frozenset[str]) -> None:
    met = [scan for scan, own in scans.items() if {*map(shorten, own)} & seen]
    if met:
        more = f", and {len(met) - 1} more of it" if len(met) > 1 else ""
        msg = (
            f"The champion has learned from {met[0]} of the suite {suite.name} in "
            f"{suite.root}{more}: neither is to be judged on it. Name another suite."
        )
        raise SuiteError(msg)


def _list_hashes(scan: SuiteScan) -> Iterator[str]:
    """Of its files and of the one that it came from."""
    yield from (sha256 for name, sha256 in scan.files.items() if name != scan.truth)
    if scan.source_sha256 is not None:
        yield scan.source_sha256


def check_pictures(
    gathered: Gathered, survey: Survey, *, workers: int, progress: Report
) -> None:
    """Refuse a suite with a scan that is learned from, whatever file holds it.

    Args:
        gathered: What the retraining goes by.
        survey: Of what is learned from.
        workers: Processes that read.
        progress: Told how many scans of how many were compared.

    Raises:
        SuiteError: If a suite holds one: it says which.
        ScanFileError: If a scan of a suite cannot be read.
    """
    learned: Learned = {
        scan.picture: (PLACES[scan.part], scan.name) for scan in reversed(survey.scans)
    }
    suites = _list_suites(gathered)
    count, done = sum(len(suite.scans) for suite in suites), 0
    for suite in suites:
        paths = [suite.path(scan) for scan in suite.scans]
        most = count_workers(len(paths), workers)
        pictures = map_ordered(hash_file_picture, paths, workers=most)
        met: Hashes = {}
        for scan, picture in zip(suite.scans, pictures, strict=True):
            met[scan.scan] = [picture]
            done += 1
            progress("comparing with suites", done, count)
        _refuse(suite, met, learned)


def _list_suites(gathered: Gathered) -> list[Suite]:
    return [*gathered.suites, *gathered.calibrations.values()]


def _refuse(suite: Suite, scans: Hashes, learned: Learned) -> None:
    met = [
        (scan, learned[known[0]])
        for scan, hashes in scans.items()
        if (known := [each for each in hashes if each in learned])
    ]
    if met:
        scan, (place, name) = met[0]
        more = f", and {len(met) - 1} more" if len(met) > 1 else ""
        msg = (
            f"{scan} of the suite {suite.name} in {suite.root} is {name} of the "
            f"{place}{more}: it would be judged on what it learned from. Take "
            "these scans out of the dataset, or name another suite."
        )
        raise SuiteError(msg)
