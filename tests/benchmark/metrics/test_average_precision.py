"""Tests of average precision: three implementations, and the interval over groups."""

import time

import numpy as np
import pytest

from benchmark.metrics.average_precision import (
    JudgedScan,
    evaluate_coco,
    evaluate_fast,
    judge_results,
    pair_result,
    resample_precision,
)
from benchmark.statistics.bootstrap import bootstrap_weights
from data.errors import ResultError
from data.truth import Truth, TruthObject
from detector.results import BundleName, Result, ResultDetection

NONE = np.zeros((0, 4), np.float32)

CASES = 200
SHOWN = 12
"""The first cases are known to be neither trivial nor hopeless."""


def random_scan(rng, group, firearms=3, ignored=0, false=3, digits=None):
    """A scan with jittered hits, doubles, misses and mistakes."""
    low = rng.uniform(0, 200, (firearms + ignored, 2))
    every = np.concatenate([low, low + rng.uniform(8, 60, low.shape)], axis=1)
    seen = every[rng.random(len(every)) < 0.8]
    seen = np.concatenate([seen, seen[rng.random(len(seen)) < 0.2]])
    hits = seen + rng.normal(0, 3, seen.shape)
    low = rng.uniform(0, 200, (rng.integers(0, false + 1), 2))
    wrong = np.concatenate([low, low + rng.uniform(8, 60, low.shape)], axis=1)
    boxes = np.concatenate([hits, wrong]).reshape(-1, 4)
    boxes = np.concatenate(
        [
            np.minimum(boxes[:, :2], boxes[:, 2:]),
            np.maximum(boxes[:, :2], boxes[:, 2:]),
        ],
        axis=1,
    )
    scores = np.concatenate(
        [rng.beta(4, 2, len(hits)), rng.beta(2, 4, len(wrong))]
    ).astype(np.float32)
    if digits is not None:
        boxes, every, scores = boxes.round(), every.round(), scores.round(digits)
    return JudgedScan(
        boxes.astype(np.float32),
        scores,
        every[:firearms].astype(np.float32),
        every[firearms:].astype(np.float32),
        group,
    )


def ap_plainly(scans, threshold):
    """Average precision of scans without ignored truths, written as it is defined."""
    rows = []
    for scan in scans:
        free = list(scan.truth.astype(float))
        for i in np.argsort(-scan.scores, kind="stable"):
            ious = []
            for truth in free:
                a, b = scan.boxes[i].astype(float), truth
                w = min(a[2], b[2]) - max(a[0], b[0])
                h = min(a[3], b[3]) - max(a[1], b[1])
                common = max(w, 0) * max(h, 0)
                areas = [(c[2] - c[0]) * (c[3] - c[1]) for c in (a, b)]
                ious.append(common / (sum(areas) - common))
            hit = bool(ious) and max(ious) >= threshold
            if hit:
                free.pop(int(np.argmax(ious)))
            rows.append((float(scan.scores[i]), hit))
    rows.sort(key=lambda row: -row[0])
    total = sum(len(scan.truth) for scan in scans)
    points, right = [], 0
    for count, (_, hit) in enumerate(rows, start=1):
        right += hit
        points.append((right / total, right / count))
    sampled = [
        max((p for r, p in points if r >= recall), default=0.0)
        for recall in np.linspace(0, 1, 101)
    ]
    return float(np.mean(sampled))


@pytest.mark.parametrize("seed", range(CASES))
def test_three_implementations_of_average_precision_agree(seed):
    rng = np.random.default_rng(seed)
    scans = [random_scan(rng, str(i), int(rng.integers(0, 5))) for i in range(8)]
    ap50, ap50_95 = evaluate_coco(scans)
    assert evaluate_fast(scans) == pytest.approx((ap50, ap50_95), abs=1e-9)
    assert ap_plainly(scans, 0.5) == pytest.approx(ap50, abs=1e-9)
    assert 0.2 < ap50 < 1 or seed >= SHOWN


@pytest.mark.parametrize("seed", range(CASES))
def test_ignored_truths_and_equal_scores_are_treated_as_coco_does(seed):
    rng = np.random.default_rng(seed)
    scans = [random_scan(rng, str(i), 3, ignored=2, digits=1) for i in range(6)]
    assert evaluate_fast(scans) == pytest.approx(evaluate_coco(scans), abs=1e-9)


def scan_of(boxes, scores, truth, group="a"):
    return JudgedScan(
        np.array(boxes, np.float32).reshape(-1, 4),
        np.array(scores, np.float32),
        np.array(truth, np.float32).reshape(-1, 4),
        NONE,
        group,
    )


def test_perfect_detections_have_an_average_precision_of_one():
    gun = (0, 0, 20, 10)
    judged = judge_results([scan_of([gun], [0.9], [gun])], repetitions=10)
    assert judged.ap50 == judged.ap50_95 == 1
    assert judged.ap50_interval == (0, 1)  # one scan says nothing of others


def test_no_detections_at_all_have_none():
    scans = [scan_of([], [], [(0, 0, 20, 10)]), scan_of([], [], [])]
    judged = judge_results(scans, repetitions=10)
    assert (judged.ap50, judged.ap50_95) == (0, 0)
    assert (judged.scans, judged.truths, judged.groups) == (2, 1, 1)


def test_mistakes_on_scans_without_truth_cost_precision():
    gun = (0, 0, 20, 10)
    alone = [scan_of([gun], [0.5], [gun])]
    beside = [*alone, scan_of([gun], [0.9], [])]
    assert evaluate_coco(beside)[0] == pytest.approx(evaluate_coco(alone)[0] / 2)
    assert evaluate_fast(beside) == pytest.approx(evaluate_coco(beside))


def test_without_any_truth_there_is_nothing_to_judge():
    with pytest.raises(ResultError, match="no truth"):
        judge_results([scan_of([(0, 0, 1, 1)], [0.5], [])])


def test_a_reweighted_draw_is_the_evaluation_of_repeated_scans():
    rng = np.random.default_rng(7)
    scans = [random_scan(rng, str(i)) for i in range(5)]
    drawn = bootstrap_weights(5, 200, seed=3)
    fast = resample_precision(scans, np.arange(5), drawn)
    slow = [
        evaluate_fast([s for s, n in zip(scans, row, strict=True) for _ in range(n)])
        for row in drawn
    ]
    assert fast == pytest.approx(np.array(slow), abs=1e-9)
    judged = judge_results(scans, repetitions=200, seed=3)
    low, high = judged.ap50_interval
    assert np.percentile(fast[:, 0], 0.5) <= low < judged.ap50 < high <= 1


def test_groups_that_vary_together_widen_the_interval():
    rng = np.random.default_rng(11)
    good = [random_scan(rng, "", false=0) for _ in range(12)]
    poor = [scan_of([(0, 0, 9, 9)], [0.95], s.truth) for s in good]

    def width(names):
        scans = [
            JudgedScan(s.boxes, s.scores, s.truth, s.ignored, name)
            for s, name in zip([*good, *poor], names, strict=True)
        ]
        low, high = judge_results(scans, repetitions=400).ap50_interval
        return high - low

    apart = width([str(i) for i in range(24)])
    together = width([str(i // 6) for i in range(24)])
    assert together > 1.3 * apart


def test_the_interval_is_the_same_for_the_same_seed():
    rng = np.random.default_rng(2)
    scans = [random_scan(rng, str(i)) for i in range(6)]
    first, second = (judge_results(scans, repetitions=50, seed=9) for _ in range(2))
    assert first == second


def test_150_objects_are_judged_with_2000_repetitions_in_seconds():
    rng = np.random.default_rng(1)
    scans = [random_scan(rng, str(i // 3), 1, false=30) for i in range(150)]
    start = time.perf_counter()
    judged = judge_results(scans)
    assert time.perf_counter() - start < 20
    assert (judged.truths, judged.groups, judged.repetitions) == (150, 50, 2000)
    assert judged.ap50_interval[0] < judged.ap50 < judged.ap50_interval[1]


def test_results_are_paired_with_the_truth_of_their_label():
    seen = TruthObject(box=(0.0, 0.0, 20.0, 10.0))
    unseen = TruthObject(box=(40.0, 0.0, 60.0, 10.0), ignore=True)
    found = ResultDetection(box=(0, 0, 20, 10), score=0.5, label="firearm", alarm=True)
    other = ResultDetection(box=(0, 0, 9, 9), score=0.9, label="knife", alarm=True)
    result = Result(
        scan="a.png",
        width=100,
        height=50,
        opaque_fraction=None,
        elapsed_s=0.1,
        bundle=BundleName(name="demo", sha256="0" * 64),
        operating_point="draft",
        detections=(found, other),
    )
    pair = pair_result(result, Truth(objects=(seen, unseen)), group="g")
    assert pair.boxes.tolist() == pair.truth.tolist() == [[0, 0, 20, 10]]
    assert pair.ignored.tolist() == [[40, 0, 60, 10]]
    assert evaluate_coco([pair])[0] == 1
