"""Judge the results of `cargosight detect` against a dataset's truth."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from benchmark.calibration.draft import measure_point
from benchmark.folder import ScanResult, read_folder
from benchmark.metrics.average_precision import JudgedScan, Judgement, judge_results
from benchmark.metrics.rates import Rate
from data.truth import FIREARM


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
                f"AP50    {p.ap50:.3f}  ({_say_span(p.ap50_interval)})",
                f"AP50-95 {p.ap50_95:.3f}  ({_say_span(p.ap50_95_interval)})",
                f"Pd      {_say_rate(self.pd)} firearms",
                f"Pfa     {_say_rate(self.pfa)} clean scans",
                "Intervals hold 95 %: of AP by resampling groups, of Pd and Pfa "
                "by Wilson's formula.",
            ]
        )


def judge_folder(
    results: Path, truth: Path, *, split: str, groups: Path | None = None
) -> FolderJudgement:
    """Judge a folder of results.

    Args:
        results: Folder of results, see `benchmark.folder.read_folder`.
        truth: Folder of the dataset.
        split: Which part of it: "train", "validation" or "held-out"; "all" of it.
        groups: CSV of groups.

    Raises:
        ResultError: If a scan of the split has no result or two, or there is nothing to
            judge by.
        DatasetError: If there is no dataset.
    """
    read = read_folder(results, truth, split=split, groups=groups)
    pd, pfa = measure_point([_alarms(one) for one in read], 0)
    bundles = sorted({one.result.bundle.name for one in read})
    precision = judge_results([one.pair for one in read])
    return FolderJudgement(precision, pd, pfa, ", ".join(bundles))


def _alarms(one: ScanResult) -> JudgedScan:
    ours = [found.alarm for found in one.result.detections if found.label == FIREARM]
    return one.pair.select(np.array(ours, bool))


def _say_span(interval: tuple[float, float]) -> str:
    return f"{interval[0]:.3f} to {interval[1]:.3f}"


def _say_rate(rate: Rate | None) -> str:
    if rate is None:
        return "not measured: no"
    return f"{rate.share:.1%}  ({rate.low:.1%} to {rate.high:.1%}) of {rate.trials}"
