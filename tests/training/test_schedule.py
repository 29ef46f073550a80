"""Tests of how many steps a training takes, and how fast it learns at each."""

from itertools import pairwise
from typing import Any

import pytest
import torch

from tests.training.tiny import configure
from training.schedule import TRUNK, measure_progress, plan_steps, set_learning_rate


def list_rates(whole, **changes):
    config = configure(learning_rate=0.01, **changes)
    weight = torch.nn.Parameter(torch.zeros(1))
    groups: list[dict[str, Any]] = [{"params": [weight]}, {"params": []}]
    optimizer = torch.optim.AdamW(groups, lr=1.0)
    rates = []
    for step in range(whole):
        set_learning_rate(optimizer, config, step, whole, step / whole)
        first, second = (group["lr"] for group in optimizer.param_groups)
        assert first == second
        rates.append(first)
    return rates


@pytest.mark.parametrize(
    ("steps", "epochs", "tiles", "planned"),
    [
        (3000, 10, 7, 300),
        (1, 10, 7, 1),
        (None, 10, 7, 4),
        (None, 10, 8, 4),
        (None, 10, 0, 1),
    ],
)
def test_steps_are_those_stated_or_those_that_the_tiles_need(
    steps, epochs, tiles, planned
):
    assert plan_steps(configure(steps=steps, epochs=epochs), tiles) == planned


def test_the_rate_rises_evenly_then_falls_to_a_hundredth():
    rates = list_rates(200, warm_up=10)
    assert rates[:10] == pytest.approx([0.001 * n for n in range(1, 11)])
    assert max(rates) == pytest.approx(0.01)
    assert all(one > other for one, other in pairwise(rates[10:]))
    assert rates[105] == pytest.approx(0.00505, rel=0.02)
    assert rates[-1] == pytest.approx(0.0001, rel=0.02)


def test_the_rate_falls_to_the_share_that_is_stated():
    rates = list_rates(200, warm_up=10, last_rate=0.4)
    assert max(rates) == pytest.approx(0.01)
    assert rates[105] == pytest.approx(0.007, rel=0.02)
    assert rates[-1] == pytest.approx(0.004, rel=0.02)


def test_a_share_of_all_lets_the_rate_stay():
    assert list_rates(60, warm_up=0, last_rate=1.0)[10:] == [0.01] * 50


def test_the_trunk_rests_as_long_as_the_head_learns_first():
    weight = torch.nn.Parameter(torch.zeros(1))
    groups: list[dict[str, Any]] = [{"params": [weight], TRUNK: True}, {"params": []}]
    optimizer = torch.optim.AdamW(groups, lr=1.0)
    config = configure(head_first=9)
    for step in range(50):
        set_learning_rate(optimizer, config, step, 50, step / 50)
        trunk, head = (group["lr"] for group in optimizer.param_groups)
        assert trunk == (0 if step < 5 else head)  # a tenth of all
        assert head > 0


def test_the_rise_takes_a_tenth_of_all_steps_at_most():
    rates = list_rates(50, warm_up=300)
    assert rates.index(max(rates)) in {4, 5}


@pytest.mark.parametrize("whole", [1, 2])
def test_trainings_of_a_step_or_two_learn_too(whole):
    assert all(0 < rate <= 0.01 for rate in list_rates(whole, warm_up=0))


@pytest.mark.parametrize(
    ("minutes", "step", "seconds", "progress"),
    [
        (None, 5, 1e9, 0.05),
        (10.0, 5, 0.0, 0.05),
        (10.0, 5, 300.0, 0.5),
        (10.0, 80, 300.0, 0.8),
        (10.0, 5, 900.0, 1.0),
    ],
)
def test_what_is_done_counts_in_steps_or_in_time_if_that_is_more(
    minutes, step, seconds, progress
):
    config = configure(minutes=minutes)
    assert measure_progress(config, step, 100, seconds) == pytest.approx(progress)
