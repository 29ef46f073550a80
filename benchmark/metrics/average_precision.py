"""Average precision of a label, by the rules of COCO, with an interval over groups.

The figures themselves come from faster-coco-eval. The interval resamples groups of
scans (near-duplicates vary together) and needs thousands of evaluations, so the matches
are made once here and re-weighted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array  # type: ignore[import-untyped]

from benchmark.statistics.bootstrap import (
    Interval,
    bootstrap_weights,
    percentile_interval,
)
from data.errors import ResultError
from data.truth import FIREARM, Truth
from detector.boxes import Boxes, box_areas, intersect_boxes, iou_matrix
from detector.results import Result

Values = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

THRESHOLDS: Final = np.linspace(0.5, 0.95, 10)
"""Intersections over union that COCO averages over."""

RECALLS: Final = np.linspace(0, 1, 101)
"""Where COCO samples precision."""

MOST_DETECTIONS: Final = 100
"""Detections of a scan that COCO looks at, best first."""

UNKNOWN: Final = Interval(0.0, 1.0)
"""Where all draws agree they tell nothing of what was not drawn."""

_CHUNK: Final = 250


@dataclass(frozen=True, slots=True, eq=False)
class JudgedScan:
    """What was found in a scan, and what is in it.

    Attributes:
        boxes: (N, 4) float32, detections of one label, px.
        scores: (N,) float32, their scores.
        truth: (M, 4) float32, truths of that label that count, px.
        ignored: (I, 4) float32, truths that do not count.
        group: Scans of one group are not independent, such as views of one bag.
    """

    boxes: Boxes
    scores: npt.NDArray[np.float32]
    truth: Boxes
    ignored: Boxes
    group: str

    def select(self, kept: Flags) -> "JudgedScan":
        """The same with some of the detections.

        Args:
            kept: (N,) bool, which.
        """
        return replace(self, boxes=self.boxes[kept], scores=self.scores[kept])


@dataclass(frozen=True, slots=True)
class Judgement:
    """Average precision of a label.

    Attributes:
        ap50: At an intersection over union of 0.5.
        ap50_interval: Its 95 % interval, from resampled groups (BCa).
        ap50_95: Mean over 0.5, 0.55, ... 0.95.
        ap50_95_interval: Its 95 % interval.
        scans: How many were judged.
        truths: How many truths counted.
        groups: How many groups the scans make up.
        repetitions: How often the groups were resampled.
    """

    ap50: float
    ap50_interval: tuple[float, float]
    ap50_95: float
    ap50_95_interval: tuple[float, float]
    scans: int
    truths: int
    groups: int
    repetitions: int


@dataclass(frozen=True, slots=True, eq=False)
class _Matches:
    """Detections of all scans, best score first, and what each came to.

    Attributes:
        right: (T, N) bool, whether it met a truth at each threshold.
        counted: (T, N) bool, whether it counts: on an ignored truth it does not.
        groups: (N,) number of its scan's group.
        truths: (G,) truths of each group.
    """

    right: Flags
    counted: Flags
    groups: npt.NDArray[np.intp]
    truths: Values


def pair_result(
    result: Result, truth: Truth, *, group: str, label: str = FIREARM
) -> JudgedScan:
    """Lay the results of a scan beside its truth.

    Args:
        result: What was found, as `cargosight detect` wrote it.
        truth: What is in the scan.
        group: See `JudgedScan`.
        label: Of what is judged.
    """
    return JudgedScan(
        result.boxes(label),
        result.scores(label),
        truth.boxes(label),
        truth.boxes(label, ignored=True),
        group,
    )


def judge_results(
    pairs: Sequence[JudgedScan], *, repetitions: int = 2000, seed: int = 0
) -> Judgement:
    """Measure average precision and how sure it is.

    Args:
        pairs: The scans, those without a truth too.
        repetitions: How often groups are drawn with replacement for the 95 % percentile
            interval. Draws without any truth are left out.
        seed: Of the draws.

    Raises:
        ResultError: If no scan has a truth that counts, or faster-coco-eval is missing.
    """
    truths = sum(len(pair.truth) for pair in pairs)
    if truths == 0:
        msg = "There is no truth to judge the results by. Give scans with firearms."
        raise ResultError(msg)
    ap50, ap50_95 = evaluate_coco(pairs)
    groups = sorted({pair.group for pair in pairs})
    place = {group: number for number, group in enumerate(groups)}
    homes = np.array([place[pair.group] for pair in pairs], np.intp)
    weights = bootstrap_weights(len(groups), repetitions, seed)
    drawn = resample_precision(pairs, homes, weights)
    intervals = [
        percentile_interval(column, weights, value) or UNKNOWN
        for column, value in zip(drawn.T, (ap50, ap50_95), strict=True)
    ]
    return Judgement(
        ap50,
        (intervals[0].low, intervals[0].high),
        ap50_95,
        (intervals[1].low, intervals[1].high),
        len(pairs),
        truths,
        len(groups),
        repetitions,
    )


def evaluate_coco(pairs: Sequence[JudgedScan]) -> tuple[float, float]:
    """AP50 and AP50-95 as faster-coco-eval computes them.

    Ignored truths are given to it as crowds, which neither count nor punish.

    Raises:
        ResultError: If faster-coco-eval is not installed.
    """
    try:
        import faster_coco_eval as coco  # noqa: PLC0415
    except ImportError as error:
        msg = "Judging needs faster-coco-eval. Install requirements/measure.lock."
        raise ResultError(msg) from error
    found = _coco_detections(pairs)
    if not found:
        return 0.0, 0.0
    truth = coco.COCO(_coco_truth(pairs))
    judge = coco.COCOeval_faster(
        truth, truth.loadRes(found), "bbox", print_function=_say_nothing
    )
    judge.params.maxDets = [1, 10, MOST_DETECTIONS]
    judge.evaluate()
    judge.accumulate()
    precision = judge.eval["precision"][:, :, 0, 0, -1]
    return float(precision[0].mean()), float(precision.mean())


def evaluate_fast(pairs: Sequence[JudgedScan]) -> tuple[float, float]:
    """AP50 and AP50-95 by the same rules, as the interval uses them."""
    matches = _match_all(pairs, np.zeros(len(pairs), np.intp), 1)
    (ap50, ap50_95) = _average(matches, np.ones((1, 1)))[0]
    return float(ap50), float(ap50_95)


def _coco_truth(pairs: Sequence[JudgedScan]) -> dict[str, Any]:
    rows = [
        (number, box, crowd)
        for number, pair in enumerate(pairs, start=1)
        for boxes, crowd in ((pair.truth, 0), (pair.ignored, 1))
        for box in boxes.tolist()
    ]
    return {
        "images": [{"id": number} for number in range(1, len(pairs) + 1)],
        "categories": [{"id": 1, "name": "judged"}],
        "annotations": [
            {"id": place, "image_id": number, "category_id": 1, "iscrowd": crowd}
            | _coco_box(box)
            for place, (number, box, crowd) in enumerate(rows, start=1)
        ],
    }


def _coco_detections(pairs: Sequence[JudgedScan]) -> list[dict[str, Any]]:
    return [
        {"image_id": number, "category_id": 1, "score": score} | _coco_box(box)
        for number, pair in enumerate(pairs, start=1)
        for box, score in zip(pair.boxes.tolist(), pair.scores.tolist(), strict=True)
    ]


def _coco_box(box: list[float]) -> dict[str, Any]:
    x0, y0, x1, y1 = box
    width, height = x1 - x0, y1 - y0
    return {"bbox": [x0, y0, width, height], "area": width * height}


def _say_nothing(*_: object) -> None:
    """What faster-coco-eval is given to print with."""


def _match_all(
    pairs: Sequence[JudgedScan], homes: npt.NDArray[np.intp], groups: int
) -> _Matches:
    """Match every scan at every threshold, and put the detections in order."""
    truths = np.bincount(homes, [len(p.truth) for p in pairs], minlength=groups)
    orders = [np.argsort(-p.scores, kind="stable")[:MOST_DETECTIONS] for p in pairs]
    matched = [_match_scan(p, order) for p, order in zip(pairs, orders, strict=True)]
    scores = [p.scores[order] for p, order in zip(pairs, orders, strict=True)]
    best_first = np.argsort(-np.concatenate(scores), kind="stable")
    right, counted = (
        np.concatenate(part, axis=1)[:, best_first]
        for part in zip(*matched, strict=True)
    )
    own = np.repeat(homes, [len(order) for order in orders])[best_first]
    return _Matches(right, counted, own, truths.astype(np.float64))


def _match_scan(pair: JudgedScan, order: npt.NDArray[np.intp]) -> tuple[Flags, Flags]:
    """COCO's matching: (T, N) whether right, and whether counted."""
    boxes = pair.boxes[order].astype(np.float64)
    iou = iou_matrix(boxes, pair.truth.astype(np.float64))
    common = intersect_boxes(boxes[:, None], pair.ignored[None].astype(np.float64))
    areas = np.maximum(box_areas(boxes), 1e-12)
    inside = (box_areas(common) / areas[:, None]).max(axis=1, initial=0)
    right = np.zeros((len(THRESHOLDS), len(boxes)), bool)
    for row, threshold in zip(right, THRESHOLDS, strict=True):
        free = iou.copy()
        for place in range(len(boxes)):
            best = _last_best(free[place])
            if best >= 0 and free[place, best] >= threshold:
                row[place] = True
                free[:, best] = 0
    return right, right | (inside[None] < THRESHOLDS[:, None])


def _last_best(values: Values) -> int:
    """Place of the largest value, of equals the last, as COCO takes it; -1 if none."""
    return len(values) - 1 - int(values[::-1].argmax()) if len(values) else -1


def resample_precision(
    pairs: Sequence[JudgedScan],
    homes: npt.NDArray[np.intp],
    weights: npt.NDArray[np.int64],
) -> Values:
    """Average precision of resampled groups.

    Args:
        pairs: The scans.
        homes: (S,) number of the group of each.
        weights: (R, G), how often each group is drawn.

    Returns:
        (R, 2) AP50 and AP50-95; NaN where a draw has no truth.
    """
    matches = _match_all(pairs, homes, weights.shape[1])
    chunks = np.array_split(weights.astype(np.float64), -(-len(weights) // _CHUNK))
    return np.concatenate([_average(matches, chunk) for chunk in chunks])


def _average(matches: _Matches, weights: Values) -> Values:
    """(R, 2) AP50 and AP50-95 if each group came as often as each row says."""
    total = weights @ matches.truths
    each = [
        _average_at(right, counted, matches.groups, weights, total)
        for right, counted in zip(matches.right, matches.counted, strict=True)
    ]
    drawn = np.stack([each[0], np.mean(each, axis=0)], axis=1)
    drawn[total == 0] = np.nan
    return drawn


def _average_at(
    right: Flags,
    counted: Flags,
    groups: npt.NDArray[np.intp],
    weights: Values,
    total: Values,
) -> Values:
    """(R,) average precision at one threshold.

    Precision is at its best right after a detection that is right, so only those are
    rows; those that are wrong are summed up before the next that is right.
    """
    rows, wrong = np.flatnonzero(right), np.flatnonzero(counted & ~right)
    before = np.searchsorted(rows, wrong)
    used = before < len(rows)
    cells = (np.ones(int(used.sum())), (before[used], groups[wrong[used]]))
    mistakes = coo_array(cells, shape=(len(rows), weights.shape[1])).tocsr()
    hits = np.cumsum(weights.T[groups[rows]], axis=0)
    missteps = np.cumsum(mistakes @ weights.T, axis=0)
    precision = hits / np.maximum(hits + missteps, np.spacing(1))
    envelope = np.maximum.accumulate(precision[::-1], axis=0)[::-1]
    recall = hits / np.maximum(total, np.spacing(1))
    pairs = zip(envelope.T, recall.T, strict=True)
    return np.array([_sample(curve, reached) for curve, reached in pairs])


def _sample(envelope: Values, recall: Values) -> float:
    """Mean precision over the recalls that COCO samples."""
    places = np.searchsorted(recall, RECALLS, side="left")
    padded = np.append(envelope, 0.0)
    return float(padded[np.minimum(places, len(envelope))].mean())
