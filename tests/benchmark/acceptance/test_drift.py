"""A week is steady, drifted, or too small to tell; and traffic is not a fault."""

import numpy as np
import pytest

from benchmark.acceptance.baseline import FEWEST, gather_rows, is_common
from benchmark.acceptance.drift import EXIT_CODES, LEAST_RATE, judge_week
from benchmark.acceptance.figures import FIGURES
from benchmark.acceptance.sheet import CLEAN
from benchmark.acceptance.traffic import match_traffic
from tests.benchmark.acceptance.sites import draw_rows


def answers(week):
    return {figure.key: figure.answer for figure in week.figures}


def drifted(week):
    return {key for key, answer in answers(week).items() if answer == "drifted"}


def pick(week, key):
    return next(figure for figure in week.figures if figure.key == key)


def test_a_week_like_acceptance_is_steady():
    week = judge_week("2026-W14", draw_rows(60, 1), draw_rows(200, 2))
    assert (week.answer, week.exit_code) == ("steady", 0)
    assert week.sentence == "2026-W14, 200 scans: STEADY."
    assert not any(figure.advice for figure in week.figures)


@pytest.mark.parametrize(
    ("key", "shift"),
    [
        ("air", -0.03),
        ("noise", 0.004),
        ("row_stripes", 0.01),
        ("dead_rows", 0.005),
        ("blur_x", 0.6),
        ("opaque", 0.2),
        ("highest", 0.3),
    ],
)
def test_what_has_shifted_is_named_with_what_to_do(key, shift):
    week = judge_week("w", draw_rows(60, 1), draw_rows(100, 2, **{key: shift}))
    assert drifted(week) == {key}
    assert (week.answer, week.exit_code) == ("drifted", 1)
    figure = pick(week, key)
    assert figure.name in week.sentence
    assert figure.advice.endswith(".")
    assert figure.p is not None
    assert figure.p <= 0.01


def test_a_fault_that_comes_and_goes_is_found_and_counted():
    week = draw_rows(100, 2)
    week.columns["dead_rows"][:20] = 0.01
    judged = judge_week("w", draw_rows(60, 1), week)
    assert drifted(judged) == {"dead_rows"}
    assert pick(judged, "dead_rows").outside == 20
    assert pick(judged, "dead_rows").shift == 0
    assert pick(judged, "noise").outside < 5


def test_shifts_are_stated_in_the_figures_own_unit_and_in_deviations():
    week = judge_week("w", draw_rows(500, 1), draw_rows(500, 2, air=-0.03, noise=0.004))
    air, noise = pick(week, "air"), pick(week, "noise")
    assert air.baseline == pytest.approx(1.0, abs=0.001)
    assert air.shift == pytest.approx(-0.03, abs=0.001)
    assert air.sigmas == pytest.approx(-15, abs=3)
    assert air.limit == 0.01
    assert noise.shift == pytest.approx(0.5, abs=0.02)
    assert noise.limit == pytest.approx(0.15)


def test_a_shift_within_what_matters_is_steady_however_many_scans_there_are():
    week = judge_week("w", draw_rows(2000, 1), draw_rows(20000, 2, air=0.006))
    assert pick(week, "air").sigmas > 2
    assert answers(week)["air"] == "steady"


def test_of_few_scans_it_cannot_be_told_and_it_is_said_how_many_are_needed():
    week = judge_week("w", draw_rows(60, 1), draw_rows(8, 2))
    assert (week.answer, week.exit_code) == ("too few", 3)
    needed = pick(week, "noise").needed
    assert f"TOO FEW TO TELL: {max(needed, pick(week, 'alarms').needed)}" in (
        week.sentence
    )
    enough = judge_week("w", draw_rows(60, 1), draw_rows(needed, 2))
    assert answers(enough)["noise"] == "steady"


def test_few_scans_are_enough_for_what_is_plain_to_see():
    week = judge_week("w", draw_rows(60, 1), draw_rows(8, 2, noise=0.02))
    assert drifted(week) == {"noise"}


def test_more_alarms_and_fewer_alarms_are_drift():
    base = draw_rows(200, 1, alarms=0.3)
    assert "alarms" in drifted(judge_week("w", base, draw_rows(200, 2, alarms=0.7)))
    assert "alarms" in drifted(judge_week("w", base, draw_rows(200, 2, alarms=0.02)))
    assert "alarms" not in drifted(judge_week("w", base, draw_rows(200, 2, alarms=0.3)))


def test_a_change_of_alarms_that_does_not_matter_is_steady():
    base = draw_rows(20_000, 1, alarms=0.05)
    week = judge_week("w", base, draw_rows(20_000, 2, alarms=0.05 + LEAST_RATE / 2))
    assert pick(week, "alarms").p < 0.01
    assert answers(week)["alarms"] == "steady"


def test_a_figure_that_acceptance_hardly_measured_is_left_out():
    base = draw_rows(60, 1)
    base.columns["blur_x"][:40] = np.nan
    assert "blur_x" not in answers(judge_week("w", base, draw_rows(60, 2)))
    assert not is_common(np.full(0, np.nan))


def test_a_figure_that_the_week_lacks_cannot_be_told():
    week = draw_rows(60, 2)
    week.columns["blur_x"][:] = np.nan
    judged = judge_week("w", draw_rows(60, 1), week)
    assert answers(judged)["blur_x"] == "too few"
    assert pick(judged, "blur_x").found is None


def test_many_figures_are_not_many_chances_to_cry_wolf():
    alarmed = [
        judge_week("w", draw_rows(60, 2 * n), draw_rows(200, 2 * n + 1)).answer
        == "drifted"
        for n in range(150)
    ]
    assert np.mean(alarmed) <= 0.02


def test_a_week_of_denser_cargo_drifts_unless_traffic_is_matched():
    base = draw_rows(400, 1)
    dense = base.columns["attenuation"]
    base.columns["highest"][:] = 0.1 + 0.2 * dense
    week = base.select(np.flatnonzero(dense > np.median(dense)))
    plain = judge_week("w", base, week)
    assert {"attenuation", "highest"} <= drifted(plain)
    matched = judge_week("w", base, week, match=True)
    assert drifted(matched) == set()
    assert answers(matched)["attenuation"] == "not compared"
    assert matched.unlike == 0


def test_matching_does_not_hide_what_is_wrong():
    base = draw_rows(200, 1)
    week = draw_rows(200, 2, attenuation=0.4, noise=0.004)
    assert drifted(judge_week("w", base, week, match=True)) == {"noise"}


def test_what_is_like_nothing_of_acceptance_is_counted_and_not_compared():
    week = draw_rows(60, 2)
    week.columns["attenuation"][:20] = 9.0
    judged = judge_week("w", draw_rows(60, 1), week, match=True)
    assert (judged.scans, judged.unlike) == (60, 20)
    assert "20 like none of acceptance" in judged.sentence
    assert pick(judged, "noise").scans == 40


def test_a_week_that_is_all_unlike_cannot_be_told():
    week = draw_rows(60, 2, attenuation=20.0)
    judged = judge_week("w", draw_rows(60, 1), week, match=True)
    assert (judged.answer, judged.unlike) == ("too few", 60)
    assert pick(judged, "noise").needed is None


def test_matched_weights_make_the_mix_that_of_the_week():
    base, week = draw_rows(400, 1), draw_rows(300, 2, attenuation=0.5)
    known = base.columns["attenuation"]
    np.clip(
        week.columns["attenuation"],
        known.min(),
        known.max(),
        out=week.columns["attenuation"],
    )
    week.columns["width"][:100] = 1200
    base.columns["width"][:200] = 1300
    found = match_traffic(base, week)
    assert found.alike.all()
    assert found.weights.sum() == pytest.approx(300)
    short = base.columns["width"] < 2000
    assert found.weights[short].sum() == pytest.approx(100)
    middle = np.median(base.columns["attenuation"])
    ours = found.weights[base.columns["attenuation"] > middle].sum()
    assert ours == (week.columns["attenuation"] > middle).sum()


def test_every_figure_says_what_to_do_and_how_much_matters():
    keys = [figure.key for figure in FIGURES]
    assert len(set(keys)) == len(keys)
    assert all(figure.advice.endswith(".") and figure.least > 0 for figure in FIGURES)
    assert all(f.restore(f.lay(0.3)) == pytest.approx(0.3) for f in FIGURES)
    assert set(EXIT_CODES.values()) == {0, 1, 3}
    assert FEWEST <= CLEAN


def test_rows_know_what_was_not_measured():
    rows = gather_rows([{"air": 1.0, "noise": None}], [2])
    assert rows.columns["air"].tolist() == [1.0]
    assert np.isnan(rows.columns["noise"]).all()
    assert rows.alarming.share == 1
