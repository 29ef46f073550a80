"""Tests of the second look at answers: what it scores anew, and where it goes along."""

import math
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from detector.encoding import Encoding
from tests.export.networks import enliven, noise_tiles
from tests.training.tiny import SIDE, new_base
from training.base import find_base
from training.loading import to_planes
from training.network import (
    answer_tiles,
    detect,
    make_network,
    read_network,
    save_checkpoint,
)
from training.refiner import (
    LEAST_SCORE,
    MOST,
    WHOLE_SCORE,
    Refiner,
    forget_refiner,
    join_scores,
    let_refine,
    refines,
    renew_scores,
)

CPU = torch.device("cpu")


def liven(refiner, spread=0.5):
    """Have a refiner that has not learned tell answers apart."""
    torch.manual_seed(3)
    nn.init.normal_(refiner.last.weight, std=spread)


@pytest.fixture
def network():
    torch.manual_seed(2)
    made: Any = make_network(new_base(), refiner=True)
    enliven(made)
    liven(made.refiner)
    return made.eval()


@pytest.fixture
def refiner():
    torch.manual_seed(4)
    made = Refiner([4, 8], [8, 16]).eval()
    liven(made)
    return made


def maps(count=2, side=SIDE, seed=0):
    random = torch.Generator().manual_seed(seed)
    return [
        torch.rand(count, c, side // s, side // s, generator=random)
        for c, s in ((4, 8), (8, 16))
    ]


def answers(*scores):
    """(1, K, 6): small boxes one beside the other."""
    rows = [[9.0 * n, 4, 9.0 * n + 8, 20, score, 0] for n, score in enumerate(scores)]
    return torch.tensor([rows])


def odds(score):
    return score / (1 - score)


@pytest.mark.parametrize("logit", [-3.0, 0.0, 2.0])
def test_the_new_odds_are_the_geometric_mean_of_both(logit):
    for score in (0.02, 0.5, 0.97):
        joined = join_scores(torch.tensor([score]), torch.tensor([logit])).item()
        wanted = math.sqrt(odds(score) * math.exp(logit))
        assert odds(joined) == pytest.approx(wanted, rel=1e-3)


def test_scores_stay_scores_however_sure_both_are():
    sure = join_scores(torch.tensor([1.0, 1, 0, 0]), torch.tensor([90.0, -90, 90, -90]))
    assert torch.isfinite(sure).all()
    assert sure.min() >= 0
    assert sure.max() <= 1


def test_only_what_is_worth_it_is_scored_anew_and_the_best_comes_first(refiner):
    given = answers(0.9, 0.3, 0.2, LEAST_SCORE / 2, 0.001, 0)
    with torch.no_grad():
        found = refiner.refine(maps(1), given)[0]
        logits = refiner(maps(1), torch.cat([torch.zeros(3, 1), given[0, :3, :4]], 1))
    scores = found[:, 4].tolist()
    assert scores == sorted(scores, reverse=True)
    by_box = {row[0]: row[4] for row in found.tolist()}
    anew = renew_scores(given[0, :3, 4], logits).tolist()
    assert anew == join_scores(given[0, :3, 4], logits).tolist()
    assert [by_box[9.0 * n] for n in range(3)] == pytest.approx(anew, abs=1e-6)
    assert anew != pytest.approx([0.9, 0.3, 0.2], abs=0.01)
    left = [by_box[9.0 * n] for n in range(3, 6)]
    assert left == pytest.approx([LEAST_SCORE / 2, 0.001, 0])


@pytest.mark.parametrize("logit", [-5.0, 5.0])
def test_what_a_refiner_says_fades_in(logit):
    scores = torch.linspace(0.005, 0.04, 701)
    anew = renew_scores(scores, torch.full_like(scores, logit))
    assert (anew[scores <= LEAST_SCORE] == scores[scores <= LEAST_SCORE]).all()
    whole = scores >= WHOLE_SCORE
    torch.testing.assert_close(
        anew[whole], join_scores(scores, torch.tensor(logit))[whole]
    )
    assert (anew[1:] - anew[:-1]).abs().max() < 0.002
    assert ((anew > scores) == (logit > 0))[scores > LEAST_SCORE + 1e-5].all()


def test_no_more_than_the_best_of_a_tile_are_looked_at(refiner):
    rows = torch.arange(MOST + 5.0).expand(2, -1)
    corners = torch.stack([rows * 20, rows * 0, rows * 20 + 9, rows * 0 + 9], 2)
    scores = 0.9 - rows / 100
    many = torch.cat([corners, scores[..., None], rows[..., None] * 0], 2)
    with torch.no_grad():
        found = refiner.refine(maps(2), many)
    for after in found.tolist():
        at = {row[0]: row[4] for row in after}
        same = [at[20.0 * n] == pytest.approx(0.9 - n / 100) for n in range(MOST + 5)]
        assert all(same[MOST:])
        assert not any(same[:MOST])


def test_of_answers_for_one_thing_only_the_best_is_scored_anew(refiner):
    best = [0.0, 0, 40, 20, 0.6, 0]
    double = [0.0, 4, 40, 24, 0.5, 0]  # shares two thirds with it
    beside = [0.0, 9, 40, 29, 0.4, 0]  # shares a third with it
    other = [0.0, 0, 40, 20, 0.3, 1]  # of another class
    given = torch.tensor([[best, double, beside, other]])
    with torch.no_grad():
        found = refiner.rescore(maps(1), given)[0]
        alone = refiner.rescore(maps(1), given, apart=False)[0]
    assert found[1].item() == pytest.approx(0.5)
    assert abs(alone[1].item() - 0.5) > 0.001
    assert found[[0, 3]].tolist() == pytest.approx(alone[[0, 3]].tolist())
    assert found[2].item() == pytest.approx(0.4)  # on the second by over half


def test_where_nothing_is_worth_it_nothing_changes(refiner):
    given = answers(LEAST_SCORE, 0.004, 0)
    with torch.no_grad():
        found = refiner.refine(maps(1), given)
    torch.testing.assert_close(found, given)


def test_a_tile_is_told_the_same_whatever_is_beside_it(refiner):
    both = torch.cat([answers(0.4, 0.3, 0.002), answers(0.7, 0.008, 0.6)])
    with torch.no_grad():
        together = refiner.refine(maps(2), both)
        for n in range(2):
            alone = refiner.refine([each[[n]] for each in maps(2)], both[[n]])
            torch.testing.assert_close(alone[0], together[n])
    torch.testing.assert_close(together[0, -1], both[0, -1])


def test_it_sees_what_is_there_and_not_what_is_far(refiner):
    place = torch.tensor([[0.0, 0, 0, 16, 16]])
    seen = maps(1, 256)
    with torch.no_grad():
        before = refiner(seen, place)
        far = [each.clone() for each in seen]
        for each in far:
            each[..., each.shape[2] // 2 :, :] = 0
        torch.testing.assert_close(refiner(far, place), before)
        for each in seen:
            each[..., :2, :2] = 0
        assert not torch.allclose(refiner(seen, place), before)


def test_a_network_answers_what_its_refiner_makes_of_it(network):
    tiles = noise_tiles(3, SIDE)
    planes = to_planes(torch.from_numpy(tiles))
    with torch.no_grad(), network.refiner.listening(network.model[-1]) as heard:
        plain = detect(network, planes)
    assert len(heard) == 1
    with torch.no_grad():
        wanted = network.refiner.refine(heard[0], plain)
    found = answer_tiles(network, tiles, CPU)
    np.testing.assert_allclose(found, wanted.numpy(), atol=1e-6)
    assert np.abs(found[..., 4] - plain[..., 4].numpy()).max() > 0.01
    assert not network.model[-1]._forward_pre_hooks  # noqa: SLF001


def test_without_it_a_network_answers_as_before(network):
    tiles = noise_tiles(2, SIDE)
    planes = to_planes(torch.from_numpy(tiles))
    with torch.no_grad():
        plain = detect(network, planes).numpy()
    forget_refiner(network)
    assert not refines(network)
    np.testing.assert_array_equal(answer_tiles(network, tiles, CPU), plain)
    forget_refiner(network)


def test_what_has_a_refiner_keeps_it(network):
    kept = network.refiner
    let_refine(network)
    assert network.refiner is kept


@pytest.mark.parametrize("wished", [False, True])
def test_a_checkpoint_goes_on_with_its_refiner(tmp_path, network, wished):
    path = tmp_path / "checkpoint.pt"
    save_checkpoint(network, path)
    again = make_network(find_base(str(path), Encoding.DUAL), refiner=wished)
    assert refines(again)
    tiles = noise_tiles(2, SIDE)
    wanted = answer_tiles(read_network(path), tiles, CPU)
    np.testing.assert_allclose(answer_tiles(again.eval(), tiles, CPU), wanted)


def test_a_network_without_the_wish_has_none():
    assert not refines(make_network(new_base()))
