"""Run scans a second time: a station that answers otherwise is not to be relied on."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from benchmark.acceptance.record import Repeats
from benchmark.evaluation.record import Evaluation
from benchmark.evaluation.running import LEAST_SCORE, RunOptions
from data.formats import read_scan
from detector.batch import as_result
from detector.bundle import Bundle
from detector.pipeline import Detector
from detector.results import Result

MOST: Final = 10
"""Scans that are run again, spread evenly over the suite."""

_BOX_PX: Final = 1.0
_SCORE: Final = 0.01


@dataclass(frozen=True, slots=True)
class _Difference:
    """How two results of one scan differ."""

    identical: bool
    same: bool
    score: float


def repeat_scans(evaluation: Evaluation, bundle: Bundle, how: RunOptions) -> Repeats:
    """Run some scans of an evaluation again, and compare.

    Args:
        evaluation: A finished one.
        bundle: That it is of.
        how: How it was run.

    Raises:
        DeviceError: If the device is not there.
    """
    differences = list(_repeat(evaluation, bundle, how))
    return Repeats(
        scans=len(differences),
        identical=sum(each.identical for each in differences),
        same=sum(each.same for each in differences),
        score=max(each.score for each in differences),
    )


def _repeat(
    evaluation: Evaluation, bundle: Bundle, how: RunOptions
) -> Iterator[_Difference]:
    scans = evaluation.suite.scans
    chosen = np.linspace(0, len(scans) - 1, min(len(scans), MOST)).round().astype(int)
    detector = Detector(bundle, how.device, how.threads, least_score=LEAST_SCORE)
    for number in chosen:
        scan = scans[number]
        picture = read_scan(evaluation.suite.path(scan))
        detector.operating_point = evaluation.point(scan.kind)
        findings = detector.detect(picture)
        again = as_result(picture, findings, bundle, scan.scan)
        yield compare_results(evaluation.results[scan.scan], again)


def compare_results(first: Result, second: Result) -> _Difference:
    """Say whether two results of one scan agree.

    Args:
        first: One of them.
        second: The other.
    """
    highest = [max((d.score for d in r.detections), default=0) for r in (first, second)]
    return _Difference(
        first.detections == second.detections,
        _agree(first, second),
        abs(highest[0] - highest[1]),
    )


def _agree(first: Result, second: Result) -> bool:
    """Whether the alarms are the same, in whatever order."""
    ours, theirs = (
        np.array(sorted((*d.box, d.score) for d in result.detections if d.alarm))
        for result in (first, second)
    )
    if len(ours) != len(theirs):
        return False
    off = np.abs(ours - theirs).reshape(-1, 5)
    return bool((off <= [_BOX_PX] * 4 + [_SCORE]).all())
