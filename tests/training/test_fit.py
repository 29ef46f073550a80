"""Tests of fitting, epoch by epoch: when it stops, and how it goes on."""

import errno
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from ultralytics.nn.tasks import DetectionModel

from benchmark.metrics.rates import Rate
from data.errors import TrainingError
from tests.training.fitting import CPU, POOR, QUICK, Told, run
from tests.training.tiny import SIDE, configure, new_base
from training import fit as fit_module
from training.base import Base
from training.devices import Team
from training.drawing import Drawer
from training.fit import Fitting, Watchers, fit
from training.network import make_network, read_network
from training.silhouettes import Silhouettes
from training.state import STATE, read_progressed, save_state


def make_rate(share, of=4):
    return Rate(share, 0.0, 1.0, trials=of, hits=round(share * of), groups=of)


def fail(pool, folder, **changes):
    with pytest.raises(TrainingError) as caught:
        run(pool, folder, Told.of_ap50(*[0.1] * 6), **changes)
    (message,) = str(caught.value).splitlines()
    return message


def test_it_tells_of_every_step_and_every_epoch(pool, tmp_path):
    steps = []
    watch = Told.of_ap50(0.1, 0.3, 0.2)
    progressed = run(
        pool,
        tmp_path,
        watch,
        epochs=3,
        on_step=lambda *step: steps.append(step),
    )
    assert steps == [(number + 1, 6) for number in range(6)]
    epochs = progressed.epochs
    assert [(one.number, one.epochs) for one in epochs] == [(1, 3), (2, 3), (3, 3)]
    assert [one.ap50 for one in epochs] == [0.1, 0.3, 0.2]
    assert [one.kept for one in epochs] == [True, True, False]
    assert all(one.loss > 0 and one.seconds > 0 for one in epochs)
    assert epochs[0].learning_rate > epochs[2].learning_rate > 0
    assert progressed.best == epochs[1]


def test_the_checkpoint_is_that_of_the_best_epoch(pool, tmp_path):
    first, worse = tmp_path / "first", tmp_path / "worse"
    run(pool, worse, Told.of_ap50(0.3, 0.1), epochs=2, steps=2)
    kept = (worse / "checkpoint.pt").read_bytes()

    def stop(done, _):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(pool, first, Told.of_ap50(0.3), epochs=2, steps=2, on_step=stop)
    one, other = (
        read_network(folder / "checkpoint.pt").state_dict() for folder in (first, worse)
    )
    assert kept == (worse / "checkpoint.pt").read_bytes()
    assert all(torch.equal(part, other[name]) for name, part in one.items())


def test_it_stops_after_as_many_epochs_without_a_better_one_as_patience_says(
    pool, tmp_path
):
    watch = Told.of_ap50(0.2, 0.5, 0.4, 0.45, 0.9, 0.9)
    progressed = run(pool, tmp_path, watch, patience=2)
    assert len(progressed.epochs) == 4
    assert progressed.best is not None
    assert progressed.best.number == 2


def test_a_better_epoch_renews_patience_and_none_is_endless(pool, tmp_path):
    for patience, values in ((2, (0.2, 0.1, 0.3, 0.2)), (0, (0.4, 0.3, 0.2, 0.1))):
        folder, watch = tmp_path / str(patience), Told.of_ap50(*values)
        progressed = run(pool, folder, watch, patience=patience, epochs=4, steps=4)
        assert len(progressed.epochs) == 4


def test_patience_counts_epochs_from_before_it_was_stopped(pool, tmp_path):
    def stop(done, _):
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(pool, tmp_path, Told.of_ap50(0.5, 0.4, 0.3), patience=3, on_step=stop)
    assert len(read_progressed(tmp_path / STATE).epochs) == 3
    watch = Told.of_ap50(0.2, 0.9, 0.9)
    progressed = run(pool, tmp_path, watch, patience=3)
    assert [one.ap50 for one in progressed.epochs] == [0.5, 0.4, 0.3, 0.2]
    again = run(pool, tmp_path, Told(), patience=3)  # it would ask for figures
    assert again == progressed


@pytest.mark.parametrize(("clean", "known"), [(0, False), (19, False), (20, True)])
def test_pd_is_known_from_twenty_clean_scans_on(pool, tmp_path, clean, known):
    figures = replace(POOR, pd=make_rate(0.75), pfa=make_rate(0.0), clean=clean)
    progressed = run(pool, tmp_path, Told(figures), epochs=1, steps=1)
    assert progressed.epochs[0].pd == (0.75 if known else None)


def test_epochs_are_ranked_by_pd_and_then_by_ap50(pool, tmp_path):
    rows = [(0.5, 0.3), (0.25, 0.9), (0.5, 0.4), (0.5, 0.35), (0.75, 0.1)]
    figures = [
        replace(POOR, pd=make_rate(pd), ap50=ap50, clean=20) for pd, ap50 in rows
    ]
    progressed = run(pool, tmp_path, Told(*figures), epochs=5, steps=5)
    kept = [one.kept for one in progressed.epochs]
    assert kept == [True, False, True, False, True]


def test_time_that_is_up_ends_each_epoch_early(pool, tmp_path):
    steps = []
    run(
        pool,
        tmp_path,
        Told.of_ap50(0.1, 0.2),
        epochs=2,
        steps=1000,
        minutes=1e-6,
        on_step=lambda *step: steps.append(step),
    )
    assert steps == [(1, 1000), (501, 1000)]


def test_a_loss_that_is_not_finite_is_refused(pool, tmp_path):
    network = make_network(new_base())
    weights = {name: part.numpy().copy() for name, part in network.state_dict().items()}
    weights["model.0.conv.weight"][:] = np.nan
    base = Base("odd", "yolo26n.yaml", layout=dict(network.yaml), weights=weights)
    assert "no longer finite" in fail(pool, tmp_path, base=base)
    assert not (tmp_path / "checkpoint.pt").exists()
    assert not (tmp_path / STATE).exists()


def test_want_of_memory_says_which_batch_fits(pool, tmp_path, monkeypatch):
    forward = DetectionModel.forward

    def run_out(self, tiles, *rest, **more):
        if tiles.shape[0] > 2:
            message = "CUDA out of memory. Tried to allocate 2.00 GiB.\nGPU 0 has more"
            raise RuntimeError(message)
        return forward(self, tiles, *rest, **more)

    monkeypatch.setattr(DetectionModel, "forward", run_out)
    message = fail(pool, tmp_path, batch=8)
    assert "CUDA out of memory" in message
    assert message.endswith("A batch of 2 fits: give --batch 2.")


def test_where_no_batch_fits_smaller_tiles_are_advised(pool, tmp_path, monkeypatch):
    forward = DetectionModel.forward

    def run_out(self, tiles, *rest, **more):
        if tiles.shape[-1] == SIDE:
            raise MemoryError
        return forward(self, tiles, *rest, **more)

    monkeypatch.setattr(DetectionModel, "forward", run_out)
    assert "Try a smaller --tile" in fail(pool, tmp_path, batch=4)


def test_what_filled_the_memory_is_let_go_before_a_batch_is_tried(
    pool, tmp_path, monkeypatch
):
    held = []

    class Ballast:
        """Stands for what a step has put into memory."""

        def __del__(self):
            held.append("gone")

    def run_out(*_):
        ballast = Ballast()
        message = f"out of memory for {type(ballast).__name__}"
        raise RuntimeError(message)

    def find_batch(*_):
        held.append("asked")

    monkeypatch.setattr(Fitting, "_step", run_out)
    monkeypatch.setattr(Team, "find_batch", find_batch)
    fail(pool, tmp_path)
    assert held == ["gone", "asked"]


def test_other_errors_of_torch_are_told_in_one_line(pool, tmp_path, monkeypatch):
    def break_down(*_):
        message = "shapes cannot be multiplied\nand more"
        raise RuntimeError(message)

    monkeypatch.setattr(Fitting, "_step", break_down)
    message = fail(pool, tmp_path)
    assert message.startswith("Training stopped: shapes cannot be multiplied. Check")


@pytest.mark.parametrize(
    ("error", "free", "full"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), 10**12, True),
        (OSError(errno.EIO, "Input/output error"), 0, False),
        (RuntimeError("[enforce fail at inline_container.cc:672] pos"), 2**20, True),
        (RuntimeError("[enforce fail at inline_container.cc:672] pos"), 2**40, False),
    ],
)
def test_a_full_disk_is_told_and_what_was_finished_goes_on(
    pool, tmp_path, monkeypatch, error, free, full
):
    def fill(*given):
        if (tmp_path / STATE).exists():
            raise error
        save_state(*given)

    with monkeypatch.context() as patch:
        patch.setattr(fit_module, "save_state", fill)
        patch.setattr(fit_module, "disk_usage", lambda _: SimpleNamespace(free=free))
        message = fail(pool, tmp_path)
    assert ("is full. Free some of it" in message) is full
    assert len(run(pool, tmp_path, Told.of_ap50(*[0.1] * 5)).epochs) == 6


def test_the_state_of_another_network_is_refused(pool, tmp_path):
    run(pool, tmp_path, Told.of_ap50(0.1), epochs=1, steps=1)
    layout = dict(make_network(new_base()).yaml)
    layout["scales"] = {"n": [0.5, 0.25, 1024]}
    other = Base("other", "yolo26n.yaml", layout=layout)
    message = fail(pool, tmp_path, base=other)
    assert "cannot be gone on from" in message


def test_only_weights_of_convolutions_decay():
    network = make_network(new_base())
    config = configure(weight_decay=0.25)
    make = fit_module._make_optimizer  # noqa: SLF001
    optimizer = make(network, network, config)
    groups = optimizer.param_groups
    for decayed, plain in (groups[:2], groups[2:]):
        assert (decayed["weight_decay"], plain["weight_decay"]) == (0.25, 0)
        assert {weight.ndim for weight in decayed["params"]} == {4}
        assert {weight.ndim for weight in plain["params"]} == {1}
    assert [group["trunk"] for group in groups] == [True, True, False, False]
    head = sum(weight.requires_grad for weight in network.model[-1].parameters())
    assert sum(len(group["params"]) for group in groups[2:]) == head
    count = sum(len(group["params"]) for group in groups)
    assert count == sum(weight.requires_grad for weight in network.parameters())


def test_the_head_of_silhouettes_learns_as_a_head_does_and_is_not_kept(pool, tmp_path):
    network = make_network(new_base())
    learner = Silhouettes(network)
    make = fit_module._make_optimizer  # noqa: SLF001
    groups = make(learner, network, configure()).param_groups
    heads = {id(weight) for group in groups[2:] for weight in group["params"]}
    assert {id(weight) for weight in learner.head.parameters()} < heads
    assert len(heads) == sum(
        weight.requires_grad
        for part in (learner.head, network.model[-1])
        for weight in part.parameters()
    )
    for name, weight in (("with", 4.0), ("without", 0.0)):
        wish = {"epochs": 1, "steps": 2, "silhouettes": weight}
        run(pool, tmp_path / name, Told.of_ap50(0.1), **wish)
        state = torch.load(tmp_path / name / STATE, weights_only=True)["network"]
        assert any(each.startswith("head.") for each in state) is (name == "with")
        kept = read_network(tmp_path / name / "checkpoint.pt")
        assert kept.state_dict().keys() == network.state_dict().keys()


def test_silhouettes_change_what_is_learned(pool, tmp_path):
    trunks: list[Any] = []
    for name, weight in (("none", 0.0), ("some", 4.0), ("again", 4.0)):
        draw(pool, tmp_path / name, silhouettes=weight)
        network: Any = read_network(tmp_path / name / "checkpoint.pt")
        trunks.append(network.model[0].conv.weight)
    none, some, again = trunks
    assert not torch.equal(none, some)
    assert torch.equal(some, again)


class Noting(Drawer):
    """Draws tiles and notes which."""

    def __init__(self, *given):
        super().__init__(*given)
        self.tokens = []

    def draw(self, token, *, still=False):
        """Draw one."""
        self.tokens.append(token)
        return super().draw(token, still=still)


def draw(pool, folder, **changes):
    """Tokens of the tiles that a training of 6 steps has drawn, and how it went."""
    config = configure(**(QUICK | changes))
    drawer = Noting(pool, config)
    watch = Told.of_ap50(*[0.1] * config.epochs)
    watchers = Watchers(lambda *_: None, lambda _: None)
    fit(config, new_base(), drawer, watch, folder, team=Team(CPU), watchers=watchers)
    return drawer.tokens, read_progressed(folder / STATE)


def test_echoed_steps_draw_half_of_the_tiles_and_learn_as_many_steps(pool, tmp_path):
    once, _ = draw(pool, tmp_path / "once", epochs=2, workers=0)
    twice, progressed = draw(pool, tmp_path / "twice", epochs=2, echo=2, workers=0)
    assert once == [(epoch, number) for epoch in range(2) for number in range(3)]
    assert twice == [(epoch, number) for epoch in range(2) for number in range(2)]
    assert len(progressed.epochs) == 2


def test_a_training_in_less_precision_learns_the_same_twice(pool, tmp_path):
    losses = [
        [each.loss for each in draw(pool, tmp_path / name, amp=True)[1].epochs]
        for name in ("a", "b")
    ]
    assert losses[0] == losses[1]
