"""Firearms, scans and false alarms of an evaluation, row by row: what is counted."""

from dataclasses import dataclass

import numpy as np

from benchmark.evaluation.record import Evaluation
from benchmark.metrics.average_precision import JudgedScan, pair_result
from benchmark.metrics.curves import NEVER
from benchmark.metrics.matching import (
    LEAST_IOU,
    NOBODY,
    Matching,
    match_detections,
)
from benchmark.metrics.rates import Home
from benchmark.suite.sealed import SuiteScan
from data.truth import FIREARM, Truth, TruthObject
from detector.boxes import iou_matrix
from detector.results import Result

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class ScanRow:
    """One scan.

    Attributes:
        scan: What the suite says of it.
        truth: What is in it.
        result: What was found.
        judged: Its detections and firearms, as arrays.
        matching: Of all its detections with its firearms: it holds for each threshold.
        threshold: Score from which a detection is an alarm, to the precision of scores.
    """

    scan: SuiteScan
    truth: Truth
    result: Result
    judged: JudgedScan
    matching: Matching
    threshold: float

    @property
    def home(self) -> Home:
        """Where it belongs."""
        return Home(self.scan.inspection, self.scan.group)

    @property
    def clean(self) -> bool:
        """Whether there is no firearm in it, ignored ones too."""
        return not len(self.judged.truth) + len(self.judged.ignored)

    @property
    def alarms(self) -> int:
        """How many detections are alarms."""
        return int((self.judged.scores >= self.threshold).sum())

    @property
    def highest(self) -> float:
        """Highest score, `NEVER` without any detection."""
        return float(np.max(self.judged.scores, initial=NEVER))


@dataclass(frozen=True, slots=True)
class FirearmRow:
    """One firearm that counts.

    Attributes:
        scan: Number of its scan.
        truth: What is known of it.
        score: Of the detection that met it, `NEVER` if none did.
        found: Whether that was an alarm.
        box: Of that detection, px of the scan; None if none met it.
    """

    scan: int
    truth: TruthObject
    score: float
    found: bool
    box: Box | None


@dataclass(frozen=True, slots=True)
class FalseRow:
    """One detection that met no firearm.

    Attributes:
        scan: Number of its scan.
        score: Its score.
        alarm: Whether it was an alarm.
        box: px of the scan.
        near: The harmless thing or toy that it lies on, such as "harmless: drill"; None
            for mere cargo.
    """

    scan: int
    score: float
    alarm: bool
    box: Box
    near: str | None


@dataclass(frozen=True, slots=True)
class Ledger:
    """All rows of an evaluation.

    Attributes:
        evaluation: What they are of.
        scans: In the suite's order.
        firearms: Those that count, in the order of scans and of their truth files.
        false_alarms: Detections that met nothing, alarms or not, in the order of scans.
        ignored: How many firearms nobody could see.
    """

    evaluation: Evaluation
    scans: tuple[ScanRow, ...]
    firearms: tuple[FirearmRow, ...]
    false_alarms: tuple[FalseRow, ...]
    ignored: int


def keep_ledger(evaluation: Evaluation, threshold: float | None = None) -> Ledger:
    """Match all detections of an evaluation with the truth, and write down the rows.

    Args:
        evaluation: A finished one.
        threshold: Score of an alarm, in place of the operating points' own.

    Raises:
        TruthError: If a truth file of the suite is none.
    """
    count = len(evaluation.suite.scans)
    scans = tuple(_row(evaluation, number, threshold) for number in range(count))
    return Ledger(
        evaluation,
        scans,
        tuple(f for number, row in enumerate(scans) for f in _firearms(number, row)),
        tuple(f for number, row in enumerate(scans) for f in _mistakes(number, row)),
        sum(len(row.judged.ignored) for row in scans),
    )


def _row(evaluation: Evaluation, number: int, given: float | None) -> ScanRow:
    scan, truth = evaluation.suite.scans[number], evaluation.truth(number)
    result = evaluation.results[scan.scan]
    judged = pair_result(result, truth, group=scan.group)
    matching = match_detections(
        judged.boxes, judged.scores, judged.truth, ignored=judged.ignored
    )
    wanted = evaluation.point(scan.kind).threshold if given is None else given
    threshold = float(np.float32(wanted))
    return ScanRow(scan, truth, result, judged, matching, threshold)


def _firearms(number: int, row: ScanRow) -> list[FirearmRow]:
    counted = [o for o in row.truth.objects if o.label == FIREARM and not o.ignore]
    rows = []
    for truth, met in zip(counted, row.matching.detection_of, strict=True):
        score = NEVER if met == NOBODY else float(row.judged.scores[met])
        box = None if met == NOBODY else _as_box(row.judged.boxes[met])
        rows.append(FirearmRow(number, truth, score, score >= row.threshold, box))
    return rows


def _mistakes(number: int, row: ScanRow) -> list[FalseRow]:
    others = [o for o in row.truth.objects if o.label != FIREARM]
    boxes = np.array([o.box for o in others], np.float32).reshape(-1, 4)
    wrong = np.flatnonzero(row.matching.mistaken)
    iou = iou_matrix(row.judged.boxes[wrong], boxes)
    rows = []
    for place, near in zip(wrong, iou, strict=True):
        score = float(row.judged.scores[place])
        box = _as_box(row.judged.boxes[place])
        on = others[int(near.argmax())] if near.max(initial=0) >= LEAST_IOU else None
        named = None if on is None else f"{on.label}: {on.kind or 'unknown'}"
        rows.append(FalseRow(number, score, score >= row.threshold, box, named))
    return rows


def _as_box(box: np.ndarray[tuple[int], np.dtype[np.float32]]) -> Box:
    x0, y0, x1, y1 = (float(side) for side in box)
    return x0, y0, x1, y1
