"""All metrics agree with plain loops, on cases with ties, empties and duplicates."""

import numpy as np
import pytest

from benchmark.metrics.curves import ScoredScan, curve_update, froc_compute, roc_compute
from benchmark.metrics.localisation import (
    Offsets,
    localisation_compute,
    localisation_update,
)
from benchmark.metrics.matching import match_detections
from benchmark.metrics.rates import (
    Home,
    Tally,
    any_compute,
    false_alarms_update,
    mean_compute,
    pd_firearm_update,
    pd_inspection_update,
    pfa_compute,
    pfa_update,
    rate_compute,
)
from tests.benchmark.metrics.plain import Counts, roc_area

CASES = 200
EXACT = 1e-9


def draw_boxes(rng, count):
    corner = rng.integers(0, 12, (count, 2)) * 5.0
    boxes = np.concatenate([corner, corner + rng.integers(2, 5, (count, 2)) * 5.0], 1)
    return boxes.astype(np.float32)


def draw_scan(rng, number):
    """One scan: few places and few scores, so that ties and duplicates are many."""
    truth = draw_boxes(rng, rng.integers(0, 4))
    boxes = draw_boxes(rng, rng.integers(0, 7))
    if len(truth) and len(boxes) > 1:
        boxes[0] = boxes[1] = truth[0]
    return {
        "inspection": f"i{number // rng.integers(1, 4)}",
        "boxes": boxes,
        "scores": rng.integers(1, 6, len(boxes)).astype(np.float32) / 8,
        "truth": truth,
        "ignored": draw_boxes(rng, rng.integers(0, 2)),
        "pitch": (4.0, 5.0) if rng.random() < 0.8 else None,
    }


def draw_case(seed):
    rng = np.random.default_rng(seed)
    return [draw_scan(rng, number) for number in range(rng.integers(1, 9))]


def match(scan, kept):
    return match_detections(
        scan["boxes"][kept],
        scan["scores"][kept],
        scan["truth"],
        ignored=scan["ignored"],
    )


def measure(scans, threshold):
    """All rates at a threshold, by the functions under test."""
    pd = inspections = pfa = false = Tally()
    offsets = Offsets()
    for scan in scans:
        kept = scan["scores"] >= threshold
        home = Home(scan["inspection"], scan["inspection"])
        matching = match(scan, kept)
        pd = pd_firearm_update(pd, home, matching)
        inspections = pd_inspection_update(inspections, home, matching)
        held = len(scan["truth"]) + len(scan["ignored"])
        pfa = pfa_update(pfa, home, int(kept.sum()), held)
        false = false_alarms_update(false, home, matching)
        offsets = localisation_update(
            offsets, scan["boxes"][kept], scan["truth"], matching, scan["pitch"]
        )
    return (
        rate_compute(pd),
        any_compute(inspections),
        pfa_compute(pfa),
        mean_compute(false),
        localisation_compute(offsets),
    )


def same(rate, hits, trials):
    if trials == 0:
        return rate is None
    return rate.share == pytest.approx(hits / trials, abs=EXACT)


@pytest.mark.parametrize("seed", range(CASES))
def test_rates_are_those_of_plain_loops(seed):
    scans = draw_case(seed)
    for threshold in (0.0, 0.375, 0.625):
        plain = Counts(scans, threshold)
        pd, inspections, pfa, false, localisation = measure(scans, threshold)
        assert same(pd, plain.found, plain.firearms)
        assert same(inspections, plain.hit, plain.armed)
        assert same(pfa, plain.alarmed, plain.clean)
        assert false.mean == pytest.approx(plain.false / plain.scans, abs=EXACT)
        assert (localisation is None) == (not plain.offsets)
        if localisation is not None:
            middle = np.median(plain.offsets)
            assert localisation.median_mm == pytest.approx(middle, abs=EXACT)


@pytest.mark.parametrize("seed", range(CASES))
def test_curves_are_those_of_plain_loops(seed):
    scans = draw_case(seed)
    state: tuple[ScoredScan, ...] = ()
    for scan in scans:
        everything = np.ones(len(scan["scores"]), bool)
        state = curve_update(
            state,
            Home(scan["inspection"], scan["inspection"]),
            scan["scores"],
            match(scan, everything),
            clean=not len(scan["truth"]) + len(scan["ignored"]),
        )
    froc = froc_compute(state)
    roc = roc_compute(state)
    plain = Counts(scans, 0.0)
    assert (froc is None) == (plain.firearms == 0)
    assert (roc is None) == (plain.armed == 0 or plain.clean == 0)
    for curve, kind in ((froc, "froc"), (roc, "roc")):
        if curve is None:
            continue
        for place, threshold in enumerate(curve.thresholds):
            at = Counts(scans, threshold)
            pd, cost = (
                (at.found / at.firearms, at.false / at.scans)
                if kind == "froc"
                else (at.hit / at.armed, at.alarmed / at.clean)
            )
            assert curve.pd[place] == pytest.approx(pd, abs=EXACT)
            assert curve.cost[place] == pytest.approx(cost, abs=EXACT)
            assert curve.pd_low[place] <= pd <= curve.pd_high[place]
    if roc is not None:
        assert roc.area == pytest.approx(roc_area(scans), abs=EXACT)
