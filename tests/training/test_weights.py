"""Tests of how weights move while a network is fitted, and of what is kept of them."""

import pytest
import torch

from tests.training.fitting import Told, run
from training import fit as fit_module
from training.network import make_network, read_network


@pytest.fixture
def steps(monkeypatch):
    """Weights of a network that is fitted: as it begins, then after each step."""
    noted = []

    def make(*given, **wishes):
        network = make_network(*given, **wishes)
        noted.append(copy_weights(network))
        kept.append(network)
        return network

    kept: list[torch.nn.Module] = []
    monkeypatch.setattr(fit_module, "make_network", make)
    return noted, lambda *_: noted.append(copy_weights(kept[0]))


def copy_weights(network):
    return {name: each.detach().clone() for name, each in network.named_parameters()}


def test_the_head_learns_first(pool, tmp_path, steps):
    noted, note = steps
    wish = {"epochs": 1, "steps": 20, "warm_up": 0}
    run(pool, tmp_path, Told.of_ap50(0.1), head_first=2, on_step=note, **wish)
    before, *after = noted
    last = max(before, key=lambda name: int(name.split(".")[1])).split(".")[1]
    moved = [
        {
            "head" if name.startswith(f"model.{last}.") else "trunk"
            for name, weight in step.items()
            if not torch.equal(weight, before[name])
        }
        for step in after
    ]
    assert moved == [*[{"head"}] * 2, *[{"head", "trunk"}] * 18]


def test_what_is_kept_is_the_mean_of_as_many_steps_as_wished_for(pool, tmp_path, steps):
    noted, note = steps
    wish = {"epochs": 1, "steps": 12, "warm_up": 0, "learning_rate": 0.01}
    run(pool, tmp_path, Told.of_ap50(0.1), average=5, on_step=note, **wish)
    name = next(name for name in noted[0] if name.endswith("conv.weight"))
    mean, *after = (step[name] for step in noted)
    for number, weight in enumerate(after, start=1):
        mean = mean + max(1 / 5, 1 / (number + 1)) * (weight - mean)
    kept = read_network(tmp_path / "checkpoint.pt").state_dict()[name]
    assert torch.allclose(kept.float(), mean, atol=2e-4)
    assert not torch.allclose(after[-1], mean, atol=2e-3)


def test_unless_a_mean_is_wished_for_what_is_kept_is_close_to_the_last(
    pool, tmp_path, steps
):
    noted, note = steps
    wish = {"epochs": 1, "steps": 12, "warm_up": 0, "learning_rate": 0.01}
    run(pool, tmp_path, Told.of_ap50(0.1), on_step=note, **wish)
    name = next(name for name in noted[0] if name.endswith("conv.weight"))
    kept = read_network(tmp_path / "checkpoint.pt").state_dict()[name].float()
    last, before = (noted[place][name] for place in (-1, -2))
    assert (kept - last).abs().max() < (kept - before).abs().max()
