"""Tests of what a refiner learns from, and that all else of a network rests."""

import math
from typing import Any

import pytest
import torch

from data.errors import TrainingError
from tests.export.networks import noise_tiles
from tests.training.fitting import Told, run
from tests.training.tiny import SIDE, configure, new_base, write_base
from training.base import find_base
from training.learning import make_learner
from training.loss import mark_pardons
from training.network import make_network, read_network
from training.refining import LEAST_SCORE, MOST, Looks, RefinerLoss, Refining

WISH = {"refine": True, "silhouettes": 0.0}
FIREARM = (8.0, 8, 40, 24)


def batch(*ignored):
    """Two tiles, of which the second shows a firearm."""
    x0, y0, x1, y1 = (each / SIDE for each in FIREARM)
    centre = [(x0 + x1) / 2, (y0 + y1) / 2, x1 - x0, y1 - y0]
    pardon = mark_pardons(torch.tensor([*ignored]).reshape(-1, 4), SIDE, (8, 16))
    return {
        "img": torch.zeros(2, 3, SIDE, SIDE),
        "bboxes": torch.tensor([centre]),
        "batch_idx": torch.tensor([1.0]),
        "pardon": torch.stack([pardon, pardon]),
    }


def looks(*rows, logits):
    """Answers (tile, x0, y0, x1, y1, score) and what a refiner says of them."""
    given = torch.tensor([*rows])
    return Looks(given[:, :5], given[:, 5], torch.tensor(logits))


def cost(logit, firearm):
    """Cross-entropy."""
    return math.log1p(math.exp(-logit if firearm else logit))


def test_firearms_and_other_things_count_alike():
    found = looks(
        (1, *FIREARM, 0.9),
        (0, *FIREARM, 0.04),
        (1, 8, 40, 40, 60, 0.16),
        logits=[0.5, 1.0, -1.0],
    )
    others = (0.2 * cost(1, firearm=False) + 0.4 * cost(-1, firearm=False)) / 0.6
    wanted = cost(0.5, firearm=True) + others
    assert RefinerLoss(8)(found, batch()).item() == pytest.approx(wanted, rel=1e-5)


def test_what_is_unsure_or_pardoned_counts_neither_way():
    half = (1, 24.0, 8, 56, 24, 0.5)  # shares a third with the firearm
    pardoned = (0, 8.0, 40, 40, 60, 0.5)
    sure = (1, *FIREARM, 0.9)
    judge, given = RefinerLoss(8), batch((8.0, 40, 40, 60))
    wanted = judge(looks(sure, logits=[0.5]), given)
    found = judge(looks(half, pardoned, sure, logits=[9.0, 9.0, 0.5]), given)
    torch.testing.assert_close(found, wanted)
    unpardoned = judge(looks(pardoned, sure, logits=[9.0, 0.5]), batch())
    assert unpardoned > wanted + 4


def test_a_step_that_shows_no_firearm_can_be_judged():
    given = batch()
    given["bboxes"], given["batch_idx"] = torch.zeros(0, 4), torch.zeros(0)
    found = looks((0, *FIREARM, 0.3), logits=[0.0])
    assert RefinerLoss(8)(found, given).item() == pytest.approx(math.log(2))
    pardoned = batch(FIREARM)
    assert RefinerLoss(8)(looks((0, *FIREARM, 0.3), logits=[0.0]), pardoned) == 0


@pytest.fixture
def base(tmp_path):
    write_base(tmp_path / "base.pt")
    return find_base(str(tmp_path / "base.pt"), configure().encoding)


def test_the_best_answers_of_each_tile_are_looked_at(base):
    network: Any = make_network(base, refiner=True)
    learner = Refining(network)
    found = learner(torch.from_numpy(noise_tiles(3, SIDE)).float() / 255)
    tiles, counts = found.places[:, 0].unique(return_counts=True)
    assert tiles.tolist() == [0, 1, 2]
    assert counts.max() <= MOST
    assert (found.scores >= LEAST_SCORE).all()
    found.logits.sum().backward()
    learned = {n for n, w in network.named_parameters() if w.grad is not None}
    assert learned
    assert all(name.startswith("refiner.") for name in learned)


def test_a_tile_without_answers_is_no_trouble():
    torch.manual_seed(0)
    network: Any = make_network(new_base(), refiner=True)
    with torch.no_grad():
        for layers in network.model[-1].cv3:
            layers[-1].bias.fill_(-30)
    found = Refining(network)(torch.zeros(2, 3, SIDE, SIDE))
    assert torch.isfinite(found.logits).all()


def test_only_the_refiner_learns(pool, tmp_path, base):
    progressed = run(
        pool, tmp_path / "run", Told.of_ap50(*[0.1] * 6), base=base, **WISH
    )
    assert all(math.isfinite(each.loss) for each in progressed.epochs)
    learned: Any = read_network(tmp_path / "run" / "checkpoint.pt")
    before: Any = make_network(base)
    after = learned.model.state_dict()
    for name, value in before.model.state_dict().items():
        torch.testing.assert_close(after[name], value.half().to(value.dtype))
    torch.manual_seed(configure().seed)
    begun: Any = make_network(base, refiner=True)
    for name, weight in learned.refiner.named_parameters():
        assert not torch.allclose(weight, begun.refiner.get_parameter(name), atol=1e-4)


def test_the_detector_rests_whatever_is_asked_of_it(base):
    learner = Refining(make_network(base, refiner=True))
    for mode in (False, True):
        learner.train(mode)
        assert not any(part.training for part in learner.network.model.modules())
        assert learner.network.refiner.training is mode


def test_places_are_as_exact_in_less_precision(base):
    learner = Refining(make_network(base, refiner=True))
    planes = torch.from_numpy(noise_tiles(2, SIDE)).float() / 255
    whole = learner(planes).places
    with torch.autocast("cpu", torch.bfloat16):
        torch.testing.assert_close(learner(planes).places, whole)


def test_a_training_that_was_cut_off_goes_on_as_the_same(pool, tmp_path, base):
    def tell():
        return Told.of_ap50(*[0.1] * 6)

    whole = run(pool, tmp_path / "whole", tell(), base=base, **WISH)

    def stop(done, _):
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(pool, tmp_path / "cut", tell(), base=base, on_step=stop, **WISH)
    again = run(pool, tmp_path / "cut", tell(), base=base, **WISH)
    losses = [[each.loss for each in one.epochs] for one in (whole, again)]
    assert losses[0] == losses[1]


def test_a_refiner_that_rests_asks_for_no_gradients(base):
    network: Any = make_network(base, refiner=True)
    make_learner(network.train(), configure())
    assert not network.refiner.training
    assert not any(weight.requires_grad for weight in network.refiner.parameters())


def test_it_learns_the_same_twice_and_otherwise_with_another_seed(pool, tmp_path, base):
    losses = []
    for name, seed in (("a", 0), ("b", 0), ("c", 1)):
        told = Told.of_ap50(*[0.1] * 6)
        made = run(pool, tmp_path / name, told, base=base, seed=seed, **WISH)
        losses.append([each.loss for each in made.epochs])
    assert losses[0] == losses[1] != losses[2]


def test_where_the_detector_learns_its_refiner_stays(pool, tmp_path, base, caplog):
    run(pool, tmp_path / "first", Told.of_ap50(*[0.1] * 6), base=base, **WISH)
    path = tmp_path / "first" / "checkpoint.pt"
    again = find_base(str(path), configure().encoding)
    assert "rests" not in caplog.text
    run(pool, tmp_path / "next", Told.of_ap50(*[0.1] * 6), base=again)
    assert "The refiner of checkpoint.pt rests" in caplog.text
    first: Any = read_network(path)
    following: Any = read_network(tmp_path / "next" / "checkpoint.pt")
    for name, value in first.refiner.state_dict().items():
        if not name.endswith("num_batches_tracked"):
            torch.testing.assert_close(following.refiner.state_dict()[name], value)
    assert not torch.equal(first.model[0].conv.weight, following.model[0].conv.weight)


def test_silhouettes_are_not_learned_by_it():
    with pytest.raises(TrainingError, match="tells no silhouettes"):
        configure(refine=True)
