"""Judge the results of `cargosight detect` against a dataset's truth."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from benchmark.calibration.draft import measure_point
from benchmark.metrics.average_precision import (
    JudgedScan,
    Judgement,
    judge_results,
    pair_result,
)
from benchmark.metrics.rates import Rate
from benchmark.suite.making import read_groups
from data.dataset import Sample, read_dataset
from data.errors import ResultError
from data.truth import FIREARM
from detector.results import Result, read_result


@dataclass(frozen=True, slots=True)
class FolderJudgement:
    """What a folder of results is worth.

    Attributes:
        precision: Average precision, over all detections.
        pd: Share of firearms met by an alarm, at IoU 0.3; None without firearms.
        pfa: Share of clean scans with an alarm; None without clean scans.
        bundle: Which bundle looked.
    """

    precision: Judgement
    pd: Rate | None
    pfa: Rate | None
    bundle: str

    def as_json(self) -> str:
        """All figures, in one line."""
        return json.dumps(asdict(self))

    def as_text(self) -> str:
        """All figures, for a person."""
        p = self.precision
        return "\n".join(
            [
                f"bundle {self.bundle}: {p.scans} scans in {p.groups} groups, "
                f"{p.truths} firearms",
                f"AP50    {p.ap50:.3f}  ({_span(p.ap50_interval)})",
                f"AP50-95 {p.ap50_95:.3f}  ({_span(p.ap50_95_interval)})",
                f"Pd      {_say(self.pd)} firearms",
                f"Pfa     {_say(self.pfa)} clean scans",
                "Intervals hold 95 %: of AP by resampling groups, of Pd and Pfa "
                "by Wilson's formula.",
            ]
        )


def judge_folder(
    results: Path, truth: Path, *, split: str, groups: Path | None = None
) -> FolderJudgement:
    """Judge a folder of results.

    Args:
        results: What `cargosight detect DATASET... --out` wrote; a result is found by
            the name of its scan.
        truth: Folder of the dataset.
        split: Which part of it: "train", "validation" or "held-out".
        groups: CSV with the columns `file` and `group`, if the dataset does not know
            its groups; without either each scan is a group of its own.

    Raises:
        ResultError: If a scan of the split has no result or two, or there is nothing to
            judge by.
        DatasetError: If there is no dataset.
    """
    samples = [
        s for s in read_dataset(truth, to_train=False).samples if s.split == split
    ]
    found = _list_results(results)
    known = read_groups(groups) if groups else {}
    read = [read_result(_find(found, sample, results)) for sample in samples]
    pairs = [
        _pair(sample, result, known)
        for sample, result in zip(samples, read, strict=True)
    ]
    if not pairs:
        msg = f"{truth} has no {split} scans. Choose another --split."
        raise ResultError(msg)
    pd, pfa = measure_point(
        [_alarms(p, r) for p, r in zip(pairs, read, strict=True)], 0
    )
    bundles = sorted({result.bundle.name for result in read})
    return FolderJudgement(judge_results(pairs), pd, pfa, ", ".join(bundles))


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


def _pair(sample: Sample, result: Result, groups: Mapping[str, str]) -> JudgedScan:
    group = groups.get(sample.scan.name) or sample.group or sample.name
    truth = sample.truth((result.width, result.height))
    return pair_result(result, truth, group=group)


def _alarms(pair: JudgedScan, result: Result) -> JudgedScan:
    ours = [found.alarm for found in result.detections if found.label == FIREARM]
    alarms = np.array(ours, bool)
    return JudgedScan(
        pair.boxes[alarms],
        pair.scores[alarms],
        pair.truth,
        pair.ignored,
        pair.group,
    )


def _span(interval: tuple[float, float]) -> str:
    return f"{interval[0]:.3f} to {interval[1]:.3f}"


def _say(rate: Rate | None) -> str:
    if rate is None:
        return "not measured: no"
    return f"{rate.share:.1%}  ({rate.low:.1%} to {rate.high:.1%}) of {rate.trials}"
