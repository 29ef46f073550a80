"""A folder of results laid beside the truth of a dataset."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmark.metrics.average_precision import JudgedScan, pair_result
from benchmark.suite.making import read_groups
from data.dataset import Sample, read_dataset
from data.errors import ResultError
from data.truth import Truth
from detector.results import Result, read_result

ALL: Final = "all"
"""Every part of a dataset."""


@dataclass(frozen=True, slots=True, eq=False)
class ScanResult:
    """What was found in a scan, and what is in it.

    Attributes:
        scan: Its file.
        result: As `cargosight detect` wrote it.
        truth: Of the scan.
        pair: Both, as they are judged.
    """

    scan: Path
    result: Result
    truth: Truth
    pair: JudgedScan


def read_folder(
    results: Path, truth: Path, *, split: str, groups: Path | None = None
) -> list[ScanResult]:
    """Read the results of a part of a dataset, with its truth.

    Args:
        results: What `cargosight detect DATASET... --out` wrote; a result is found by
            the name of its scan.
        truth: Folder of the dataset.
        split: Which part of it: "train", "validation" or "held-out"; "all" of it.
        groups: CSV with the columns `file` and `group`, if the dataset does not know
            its groups; without either each scan is a group of its own.

    Returns:
        One for each scan, in the dataset's order.

    Raises:
        ResultError: If a scan of the split has no result or two, there is no scan, or
            scans share a name.
        DatasetError: If there is no dataset.
    """
    samples = [
        sample
        for sample in read_dataset(truth, to_train=False).samples
        if split in (ALL, sample.split)
    ]
    if not samples:
        msg = f"{truth} has no {split} scans. Choose another --split."
        raise ResultError(msg)
    _check_names(samples)
    found = _list_results(results)
    known = read_groups(groups) if groups else {}
    return [
        _pair(sample, read_result(_find(found, sample, results)), known)
        for sample in samples
    ]


def _check_names(samples: Sequence[Sample]) -> None:
    names = Counter(sample.scan.name for sample in samples)
    again = [name for name, times in names.items() if times > 1]
    if again:
        msg = (
            f"Results are found by the names of scans, and several are {again[0]}. "
            "Rename them, or choose one --split."
        )
        raise ResultError(msg)


def _list_results(results: Path) -> Mapping[str, Sequence[Path]]:
    found: dict[str, list[Path]] = {}
    for path in sorted(results.rglob("*.json")):
        found.setdefault(path.name.removesuffix(".json"), []).append(path)
    return found


def _find(found: Mapping[str, Sequence[Path]], sample: Sample, results: Path) -> Path:
    places = found.get(sample.scan.name, [])
    if len(places) != 1:
        msg = (
            f"{results} has {len(places)} results for {sample.scan.name}. "
            "Detect in the whole dataset, into an empty folder."
        )
        raise ResultError(msg)
    return places[0]


def _pair(sample: Sample, result: Result, groups: Mapping[str, str]) -> ScanResult:
    group = groups.get(sample.scan.name) or sample.group or sample.name
    truth = sample.truth((result.width, result.height))
    pair = pair_result(result, truth, group=group)
    return ScanResult(sample.scan, result, truth, pair)
