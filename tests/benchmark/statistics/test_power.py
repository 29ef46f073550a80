"""What suites can show, judged by drawing and by counting out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, norm  # type: ignore[import-untyped]

from benchmark.statistics import (
    clean_scans_needed,
    firearms_needed,
    firearms_needed_for_share,
    paired_bounds,
    power_not_worse,
    power_of_share,
    wilson_interval,
)
from data.errors import ResultError


def test_one_point_at_8_percent_discordance_needs_about_5000_firearms():
    assert 4900 <= firearms_needed(margin=0.01, discordance=0.08) <= 5100


@pytest.mark.parametrize(
    ("margin", "discordance", "difference"),
    [(0.02, 0.08, 0.0), (0.03, 0.05, 0.0), (0.02, 0.1, -0.005), (0.03, 0.15, 0.01)],
)
def test_as_many_firearms_as_are_needed_pass_the_rule_80_times_of_100(
    margin, discordance, difference
):
    firearms = firearms_needed(margin, discordance, difference=difference)
    assert pass_rule(firearms, margin, discordance, difference) == pytest.approx(
        0.8, abs=0.03
    )
    fail = pass_rule(firearms, margin, max(discordance, margin), -margin)
    assert fail == pytest.approx(0.05, abs=0.012)


def pass_rule(firearms, margin, discordance, difference):
    """Share of 4,000 suites of independent firearms that pass."""
    rng = np.random.default_rng(firearms)
    gain, loss = (discordance + difference) / 2, (discordance - difference) / 2
    drawn = rng.multinomial(firearms, [gain, loss, 1 - gain - loss], 4000)
    # One more inspection holds all that neither gained nor lost.
    most = int(drawn[:, :2].sum(1).max())
    places = np.arange(most)
    gained = places < drawn[:, :1]
    lost = ~gained & (places < drawn[:, :2].sum(1)[:, None])
    ones = np.ones((4000, firearms))
    low = paired_bounds(pad(gained, ones), pad(lost, ones), ones, confidence=0.9)[0]
    return np.mean(low >= -margin)


def pad(flags, like):
    padded = np.zeros(like.shape, np.float32)
    padded[:, : flags.shape[1]] = flags
    return padded


def test_inspections_of_several_firearms_need_as_many_more_as_the_design_effect():
    # Four firearms that are gained, lost or neither together: a design effect of 4.
    rng = np.random.default_rng(1)
    firearms = firearms_needed(margin=0.03, discordance=0.08, design_effect=4)
    inspections = round(firearms / 4)
    fates = rng.choice([-4, 0, 4], (2000, inspections), p=[0.04, 0.92, 0.04])
    gained, lost = np.maximum(fates, 0), np.maximum(-fates, 0)
    low = paired_bounds(gained, lost, np.full(fates.shape, 4), confidence=0.9)[0]
    assert np.mean(low >= -0.03) == pytest.approx(0.8, abs=0.04)


@given(
    st.floats(0.005, 0.2),
    st.floats(0.02, 0.5),
    st.floats(0.5, 0.95),
    st.sampled_from([0.01, 0.025, 0.05, 0.1]),
    st.floats(1, 3),
)
def test_one_firearm_less_would_be_too_few(margin, discordance, power, alpha, effect):
    needed = firearms_needed(margin, discordance, power, alpha, 0.0, effect)
    reached = power_not_worse(0.0, margin, discordance, needed, effect, alpha)
    assert reached >= power - 1e-9
    if needed > 1:
        less = power_not_worse(0.0, margin, discordance, needed - 1, effect, alpha)
        assert less < power + 1e-9


def test_a_candidate_worse_by_the_margin_passes_as_often_as_alpha():
    assert power_not_worse(-0.02, 0.02, 0.1, 900, alpha=0.05) == pytest.approx(
        0.05, abs=0.01
    )
    assert power_not_worse(-0.02, 0.02, 0.1, 900) < power_not_worse(0, 0.02, 0.1, 900)


def test_bundles_that_never_disagree_pass_with_enough_firearms():
    # Of n firearms without any gained or lost the bound is -z^2 / (n + z^2).
    z = norm.ppf(0.95)
    firearms = firearms_needed(margin=0.05, discordance=0.0)
    assert z**2 / (firearms + z**2) <= 0.05 < z**2 / (firearms - 1 + z**2)
    assert power_not_worse(0.0, 0.05, 0.0, firearms) == 1
    assert power_not_worse(0.0, 0.05, 0.0, firearms - 1) == 0


def count_out(share, bound, trials, alpha):
    """Exact chance that Wilson's one-sided bound is on the share's side."""
    hits = np.arange(trials + 1)
    low, high = wilson_interval(hits, trials, 1 - 2 * alpha)
    shown = low > bound if share > bound else high < bound
    return binom.pmf(hits, trials, share)[shown].sum()


@pytest.mark.parametrize("alpha", [0.05, 0.025])
@pytest.mark.parametrize(
    ("share", "bound"),
    [(0.85, 0.8), (0.9, 0.8), (0.95, 0.9), (0.02, 0.05), (0.03, 0.05)],
)
def test_as_many_trials_as_are_needed_show_the_bound_80_times_of_100(
    share, bound, alpha
):
    if share > bound:
        needed = firearms_needed_for_share(share, bound, alpha=alpha)
    else:
        needed = clean_scans_needed(share, bound, alpha=alpha)
    sizes = range(needed, needed + needed // 10)
    chances = [count_out(share, bound, trials, alpha) for trials in sizes]
    assert np.mean(chances) == pytest.approx(0.82, abs=0.025)
    assert min(chances) > 0.74
    said = [power_of_share(share, bound, trials, alpha) for trials in sizes]
    assert np.mean(said) == pytest.approx(np.mean(chances), abs=0.02)


def test_52_silent_scans_show_a_pfa_of_at_most_5_percent():
    assert clean_scans_needed(share=0.0, bound=0.05) == 52
    assert count_out(0.0, 0.05, 52, 0.05) == 1
    assert count_out(0.0, 0.05, 51, 0.05) == 0
    assert power_of_share(0.0, 0.05, 52) == 1
    assert power_of_share(0.0, 0.05, 51) == 0


def test_pd_and_misses_are_two_sides_of_one_thing():
    assert firearms_needed_for_share(0.85, 0.8) == clean_scans_needed(0.15, 0.2)
    twice = firearms_needed_for_share(0.85, 0.8, design_effect=2)
    assert twice == pytest.approx(2 * firearms_needed_for_share(0.85, 0.8), abs=2)
    scans = clean_scans_needed(0.02, 0.05, design_effect=1.5)
    assert scans == pytest.approx(1.5 * clean_scans_needed(0.02, 0.05), abs=2)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: firearms_needed(0.0, 0.08),
        lambda: firearms_needed(1.0, 0.08),
        lambda: firearms_needed(0.01, 1.1),
        lambda: firearms_needed(0.01, 0.08, difference=0.09),
        lambda: firearms_needed(0.01, 0.08, difference=-0.01),
        lambda: firearms_needed(0.01, 0.08, power=0.04),
        lambda: firearms_needed(0.01, 0.08, alpha=0.0),
        lambda: firearms_needed(0.01, 0.08, design_effect=0.9),
        lambda: firearms_needed(0.01, 0.08, design_effect=float("nan")),
        lambda: power_not_worse(0.0, 0.01, 0.08, 0),
        lambda: power_not_worse(0.0, 0.01, 0.08, 10, alpha=1.0),
        lambda: power_of_share(0.8, 0.8, 10),
        lambda: power_of_share(0.8, 1.0, 10),
        lambda: power_of_share(1.2, 0.8, 10),
        lambda: firearms_needed_for_share(0.8, 0.8),
        lambda: clean_scans_needed(0.06, 0.05),
    ],
)
def test_plans_that_cannot_be_are_refused(ask):
    with pytest.raises(ResultError):
        ask()
