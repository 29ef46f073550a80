"""Tests of the devices that a training runs on, and of what they share."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import torch
from torch.multiprocessing.spawn import start_processes

from data.errors import TrainingError
from tests.training.tiny import configure, new_base
from tests.training.together import SETTINGS, train
from training import devices
from training.devices import Team, find_port, join_team, name_devices, run_beside
from training.network import make_network

ROOT = Path(__file__).parents[2]
CPU = torch.device("cpu")


def read(folder, rank):
    return torch.load(folder / f"{rank}.pt", weights_only=True)


@pytest.fixture(scope="module")
def pair(tiny, tmp_path_factory):
    """What two processes left that trained together."""
    folder = tmp_path_factory.mktemp("pair")
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-m", "tests.training.together", str(tiny), str(folder)],
        cwd=ROOT,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def single(tiny, tmp_path_factory):
    """What one process left that trained alike."""
    folder = tmp_path_factory.mktemp("single")
    train(0, tiny, folder, 1, 0)
    return folder


def test_two_devices_draw_the_tiles_that_one_would(pair, single):
    parts = [read(pair, rank)["drawn"] for rank in range(2)]
    whole = read(single, 0)["drawn"]
    assert len(whole) == SETTINGS["steps"] * SETTINGS["batch"]
    assert not set(parts[0]) & set(parts[1])
    assert sorted([*parts[0], *parts[1]]) == sorted(whole)


def test_two_devices_end_with_the_same_weights_and_mined_places(pair):
    first, second = (read(pair, rank) for rank in range(2))
    network = make_network(new_base())
    for name, weight in network.named_parameters():
        ours, theirs = first["weights"][name], second["weights"][name]
        assert torch.equal(ours, theirs), name
        assert ours.shape == weight.shape
    assert first["mined"] == second["mined"] != []


def test_two_devices_learn_as_one_does(pair, single):
    """Not quite: each normalises by the firearms in its own half of a step."""
    ours, theirs = (read(folder, 0)["loss"] for folder in (pair, single))
    assert len(ours) == len(theirs) == SETTINGS["epochs"]
    assert ours == pytest.approx(theirs, rel=0.2)


def test_the_first_device_alone_writes(pair):
    assert sorted(path.name for path in pair.iterdir()) == [
        "0.pt",
        "1.pt",
        "checkpoint.pt",
        "own-0",
        "own-1",
        "state.pt",
    ]
    assert read(pair, 1)["loss"] == []


def test_devices_are_named_by_words_and_numbers(monkeypatch):
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 3)
    assert name_devices("cpu") == [CPU]
    assert name_devices("cpu,cpu") == [CPU, CPU]
    assert name_devices("0,2") == [torch.device("cuda:0"), torch.device("cuda:2")]


@pytest.mark.parametrize(
    ("asked", "count", "why"),
    [
        ("0", 0, "this machine has 0 GPUs"),
        ("0,1,2", 2, "this machine has 2 GPUs"),
        ("1,1", 2, "names a GPU twice"),
    ],
)
def test_gpus_that_a_machine_lacks_are_refused(monkeypatch, asked, count, why):
    monkeypatch.setattr(torch.cuda, "device_count", lambda: count)
    with pytest.raises(TrainingError, match=why) as caught:
        name_devices(asked)
    assert f"--devices {asked}" in str(caught.value)


def test_mps_is_refused_where_there_is_none(monkeypatch):
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    with pytest.raises(TrainingError, match="--devices mps"):
        name_devices("mps")


def test_one_device_shares_with_nobody():
    with join_team(CPU, 0, 1, 0) as team:
        network = make_network(new_base())
        assert team.wrap(network) is network
        assert team.share({"a": 1}) == {"a": 1}
        assert team.share(what=True)
        assert not team.share(what=False)
    assert not torch.distributed.is_initialized()


@pytest.mark.parametrize(("world", "fits"), [(1, 2), (2, 4)])
def test_the_batch_that_fits_is_parted_among_the_devices(monkeypatch, world, fits):
    asked = []

    def fit(_, __, ___, batch):
        asked.append(batch)
        return batch <= 2

    monkeypatch.setattr(Team, "_fits", fit)
    team = Team(CPU, 0, world)
    assert team.find_batch(configure(batch=16), new_base()) == fits
    assert asked == [8 // world, 4 // world, 2 // world][: len(asked)]


def end_badly(_, how):
    """The part of a device that meets nobody."""
    if how == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    message = "no room for tiles\nand more"
    raise ValueError(message)


def wait_long(*_):
    """The part of a device that does not come to an end."""
    threading.Event().wait(60)


@pytest.mark.parametrize(
    ("how", "why"), [("killed", "signal SIGKILL"), ("failed", "and more")]
)
def test_a_device_that_never_comes_is_not_waited_for(how, why):
    def meet(ask):
        with join_team(CPU, 0, 2, find_port(), ask):
            pytest.fail("they met")

    with (
        pytest.raises(TrainingError, match=why) as caught,
        run_beside(end_badly, (how,), 1) as ask,
    ):
        meet(ask)
    (message,) = str(caught.value).splitlines()
    assert message.startswith("Training stopped")
    assert not torch.distributed.is_initialized()


def test_the_others_end_when_the_first_fails():
    started = []

    def fail(ask):
        assert not ask()
        message = "the first failed"
        raise TrainingError(message)

    def note(*given, **more):
        started.append(start_processes(*given, **more))
        return started[0]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("training.devices.start_processes", note)
        with (
            pytest.raises(TrainingError, match="the first failed"),
            run_beside(wait_long, (), 1) as ask,
        ):
            fail(ask)
    assert [process.is_alive() for process in started[0].processes] == [False]


def test_none_beside_need_not_be_waited_for():
    with run_beside(wait_long, (), 0) as ask:
        assert ask()


def test_precision_is_mixed_where_it_is_asked_for_and_can_be(monkeypatch):
    for can in (True, False):
        monkeypatch.setitem(devices.CAN_MIX, "cpu", lambda can=can: can)
        for asked in (True, False):
            with devices.mix_precision(CPU, asked=asked):
                product = torch.ones(2, 2) @ torch.ones(2, 2)
            mixed = product.dtype == torch.bfloat16
            assert mixed == (asked and can)
