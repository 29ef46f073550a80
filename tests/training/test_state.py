"""Tests of what a training goes on from."""

from typing import Any

import pytest
import torch
from torch import nn
from ultralytics.utils.torch_utils import ModelEMA

from data.errors import TrainingError
from training.drawing import Spot
from training.epoch import Epoch
from training.state import Progressed, load_state, read_progressed, save_state


def make_parts(seed=0, width=3) -> Any:
    torch.manual_seed(seed)
    network = nn.Sequential(nn.Conv2d(3, width, 1), nn.BatchNorm2d(width))
    return network, ModelEMA(network), torch.optim.AdamW(network.parameters())


def learn(network, average, optimizer, steps=2):
    for step in range(steps):
        network(torch.full((1, 3, 4, 4), 1.0 + step)).square().sum().backward()
        optimizer.step()
        optimizer.zero_grad()
        average.update(network)


def make_epoch(number, *, kept=True, pd=None):
    return Epoch(number, 9, 1.5, 1e-3, pd, 0.25, 0.125, 2.5, kept)


def list_all(network, average, optimizer):
    parts = [*network.state_dict().values(), *average.ema.state_dict().values()]
    moments = [
        moment for state in optimizer.state.values() for moment in state.values()
    ]
    return [*parts, *moments, torch.tensor(average.updates)]


def test_everything_comes_back_and_goes_on_as_if_never_stopped(tmp_path):
    parts = make_parts()
    learn(*parts)
    progressed = Progressed(
        [make_epoch(1), make_epoch(2, kept=False, pd=0.5)], [Spot(3, 1.5, 2.0)]
    )
    save_state(tmp_path / "state.pt", parts[0], parts[1], parts[2], progressed)
    others = make_parts(seed=1)
    assert load_state(tmp_path / "state.pt", *others) == progressed
    assert read_progressed(tmp_path / "state.pt") == progressed
    for _ in range(2):
        for one, other in zip(list_all(*parts), list_all(*others), strict=True):
            assert torch.equal(one, other)
        learn(*parts)
        learn(*others)
    assert [path.name for path in tmp_path.iterdir()] == ["state.pt"]


def test_the_best_epoch_is_the_last_that_was_kept():
    assert Progressed().best is None
    epochs = [make_epoch(1), make_epoch(2), make_epoch(3, kept=False)]
    assert Progressed(epochs).best == epochs[1]


def test_without_a_file_nothing_was_finished(tmp_path):
    assert load_state(tmp_path / "state.pt", *make_parts()) == Progressed()


def test_a_file_that_is_damaged_or_of_another_network_is_refused(tmp_path):
    path = tmp_path / "state.pt"
    network, average, optimizer = make_parts(width=5)
    save_state(path, network, average, optimizer, Progressed())
    with pytest.raises(TrainingError, match="cannot be gone on from") as caught:
        load_state(path, *make_parts())
    assert len(str(caught.value).splitlines()) == 1
    path.write_bytes(path.read_bytes()[:900])
    with pytest.raises(TrainingError, match="cannot be gone on from"):
        load_state(path, *make_parts())


def test_nothing_in_a_file_is_executed(tmp_path):
    class Trap:
        def __reduce__(self):
            return (pytest.fail, ("it was executed",))

    torch.save({"network": Trap()}, tmp_path / "state.pt")
    with pytest.raises(TrainingError, match="cannot be gone on from"):
        load_state(tmp_path / "state.pt", *make_parts())
