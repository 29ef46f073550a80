"""What became of each placement: found or missed, in each scan that shows it."""

from dataclasses import dataclass

import numpy as np

from benchmark.acceptance.record import Box, PlacementOutcome, ShownOutcome
from benchmark.acceptance.sheet import TestSheet
from benchmark.evaluation.ledger import Ledger, ScanRow
from benchmark.metrics.matching import LEAST_IOU
from data.truth import FIREARM
from detector.boxes import iou_matrix


@dataclass(frozen=True, slots=True)
class _Meeting:
    """The detection that met a piece."""

    score: float | None = None
    box: Box | None = None
    alarm: bool = False
    ignored: bool = False


def follow_placements(sheet: TestSheet, ledger: Ledger) -> tuple[PlacementOutcome, ...]:
    """Look up every placement in an evaluation of the site's suite.

    A firearm is met one to one, as everywhere. A confuser is met by the best detection
    that overlaps it by an IoU of 0.3 or more.

    Args:
        sheet: That the suite was sealed with.
        ledger: Of the evaluation.
    """
    rows = {row.scan.inspection: n for n, row in enumerate(ledger.scans)}
    outcomes = []
    for placement in sheet.placements:
        firearm = sheet.piece_of(placement).label == FIREARM
        shown = []
        for each in placement.scans:
            number, box = rows[each.file], each.box or (0.0, 0.0, 0.0, 0.0)
            met = (
                _meet_firearm(ledger, number, box)
                if firearm
                else _meet_confuser(ledger.scans[number], box)
            )
            shown.append(
                ShownOutcome(
                    file=each.file,
                    scan=ledger.scans[number].scan.scan,
                    truth=box,
                    score=met.score,
                    box=met.box,
                    alarm=met.alarm,
                    ignored=met.ignored,
                )
            )
        outcomes.append(PlacementOutcome(id=placement.id, shown=tuple(shown)))
    return tuple(outcomes)


def _meet_firearm(ledger: Ledger, number: int, box: Box) -> _Meeting:
    for row in ledger.firearms:
        if row.scan == number and row.truth.box == box:
            score = row.score if row.box is not None else None
            return _Meeting(score, row.box, row.found)
    return _Meeting(ignored=True)


def _meet_confuser(row: ScanRow, box: Box) -> _Meeting:
    judged = row.judged
    overlap = iou_matrix(judged.boxes, np.array([box], np.float32))[:, 0]
    near = np.flatnonzero(overlap >= LEAST_IOU)
    if not near.size:
        return _Meeting()
    best = near[judged.scores[near].argmax()]
    score = float(judged.scores[best])
    x0, y0, x1, y1 = (float(side) for side in judged.boxes[best])
    return _Meeting(score, (x0, y0, x1, y1), score >= row.threshold)
