"""Tests of what `cargosight mine` puts scans in order by."""

import numpy as np
import pytest

from cargosight.mining.candidates import rank_false_alarms, rank_uncertain
from cargosight.mining.looking import Look, mirror
from cargosight.mining.portrait import EDGES, Portrait, draw_portrait
from cargosight.mining.queueing import Candidate, build_queue
from cargosight.mining.scoring import measure_discord, measure_doubt
from cargosight.mining.strangeness import rank_odd
from cargosight.mining.wishes import read_shares, share_out
from data.errors import ResultError
from detector.results import BundleName, Result, ResultDetection
from tests.detector.seeing import make_counts, make_display

THRESHOLD = 0.25


def make_look(score=0.0, threshold=THRESHOLD, box=(0.0, 0.0, 10.0, 10.0), **changes):
    """A look at a scan with one detection."""
    found = ResultDetection(box=box, score=score, label="firearm", alarm=False)
    result = Result(
        scan="a",
        width=64,
        height=32,
        opaque_fraction=None,
        elapsed_s=0.0,
        bundle=BundleName(name="b", sha256="0" * 64),
        operating_point="draft",
        detections=(found,),
    )
    return Look(sha256="0" * 64, threshold=threshold, result=result, **changes)


def test_doubt_is_greatest_at_the_operating_point_whatever_it_is():
    for threshold in (0.05, 0.25, 0.8):
        doubts = [
            measure_doubt(make_look(score, threshold))
            for score in (0.01, threshold, 0.99)
        ]
        assert doubts[1] == pytest.approx(1)
        assert max(doubts[0], doubts[2]) < 0.5


def test_discord_is_what_the_mirror_image_does_not_confirm():
    same, fainter = make_look(0.25), make_look(0.05)
    elsewhere = make_look(0.25, box=(40.0, 0.0, 50.0, 10.0))
    assert measure_discord(same, same) == 0
    assert 0.2 < measure_discord(same, fainter) < 0.5
    assert measure_discord(same, elsewhere) == pytest.approx(0.5, abs=1e-3)
    assert measure_discord(fainter, elsewhere) == pytest.approx(0.5, abs=1e-3)


def test_of_two_scans_as_uncertain_the_one_that_the_mirror_disputes_comes_first():
    looks = {0: make_look(0.25), 1: make_look(0.25), 2: make_look(0.01)}
    asked = []

    def look_again(numbers):
        asked.extend(numbers)
        return {0: make_look(0.25), 1: make_look(0.02)}

    ranked = rank_uncertain(looks, look_again, most=2)
    assert asked == [0, 1]
    assert [one.number for one in ranked] == [1, 0, 2]
    assert "mirrored" in ranked[0].words
    assert "mirrored" not in ranked[1].words


def test_faint_scores_on_clean_scans_are_no_false_alarms():
    looks = {0: make_look(0.05), 1: make_look(0.07), 2: make_look(0.5)}
    assert [one.number for one in rank_false_alarms(looks)] == [2, 1]


def make_portrait(noise=0.01, scanner="S1", kind="dual"):
    return Portrait(
        kind=kind,
        scanner=scanner,
        figures={"noise": noise},
        histogram=(1.0, *[0.0] * len(EDGES)),
    )


def test_odd_scans_are_spread_over_what_is_odd():
    rng = np.random.default_rng(0)
    known = [make_portrait(0.01 * factor) for factor in rng.uniform(0.9, 1.1, 40)]
    noisy = [make_portrait(0.05), make_portrait(0.0501)]
    others = [make_portrait(0.01), make_portrait(0.002)]
    ranked = rank_odd([*noisy, *others], known)
    first, second = (one.number for one in ranked[:2])
    assert {first, second} in ({0, 3}, {1, 3})
    assert 2 not in {one.number for one in ranked}
    assert "noise" in ranked[0].words
    assert rank_odd(noisy, []) == []


def test_another_scanner_or_kind_is_odd_though_its_figures_are_not():
    known = [make_portrait(noise) for noise in (0.009, 0.01, 0.011)]
    (found,) = rank_odd([make_portrait(scanner="S2"), make_portrait()], known)
    assert (found.number, "S2" in found.words) == (0, True)
    (found,) = rank_odd([make_portrait(kind="single")], known)
    assert "single" in found.words


def test_a_portrait_is_drawn_of_every_kind_of_scan():
    assert draw_portrait(make_display((64, 32))).kind == "display"
    tiny = draw_portrait(make_counts((4, 4)))
    assert tiny.histogram[0] == 1
    dark = draw_portrait(make_counts((64, 32), [(0, 0, 32, 32)]))
    assert dark.histogram[0] == pytest.approx(0.5)
    assert dark.figures["matter"] == pytest.approx(0.5, abs=0.1)


def candidates(reason, *numbers):
    return [Candidate(number, reason, 1.0, "") for number in numbers]


def test_the_queue_is_mixed_as_the_shares_say_from_its_start():
    ranked = {"a": candidates("a", *range(10)), "b": candidates("b", *range(10, 20))}
    queue = build_queue(ranked, {"a": 6, "b": 2}, {})
    assert [one.reason for one in queue[:4]].count("b") == 1
    assert [one.reason for one in queue].count("b") == 2


def test_places_that_a_reason_cannot_fill_go_to_the_others():
    ranked = {"a": candidates("a", 0), "b": candidates("b", 0, 1, 2, 3)}
    queue = build_queue(ranked, {"a": 2, "b": 2}, {1: 5, 2: 5})
    assert [one.number for one in queue] == [0, 1, 3]


def test_shares_are_read_and_shared_out_wholly():
    assert sum(share_out(7, read_shares("odd=1,uncertain=1")).values()) == 7
    for wrong in ("odd", "odd=-1", "odd=nan", "even=1", "odd=0"):
        with pytest.raises(ResultError):
            read_shares(wrong)


def test_mirroring_turns_every_plane_and_twice_is_none():
    for scan in (
        make_counts((8, 4), [(0, 0, 3, 2)]),
        make_display((8, 4), [(0, 0, 3, 2)]),
    ):
        for name in ("high", "low", "display"):
            plane, turned, back = (
                getattr(each, name)
                for each in (scan, mirror(scan), mirror(mirror(scan)))
            )
            if plane is not None:
                assert (turned[:, -1] == plane[:, 0]).all()
                assert (turned != plane).any()
                assert (back == plane).all()
