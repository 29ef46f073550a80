"""Tests of one training, from a dataset to a run folder, killed or not."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
from multiprocessing import active_children
from pathlib import Path

import pytest
import torch

from data.dataset import hash_file, read_dataset
from data.errors import DatasetError, TrainingError
from detector.encoding import Encoding
from detector.run import read_run
from tests.training.tiny import SETTINGS, configure, write_dataset
from training import train as train_module
from training.network import read_network
from training.state import read_progressed
from training.train import train_network

ROOT = Path(__file__).parents[2]
PACKAGES = ("cargosight", "data", "detector", "training", "export", "benchmark")
LEFT = [
    "begun.json",
    "checkpoint.pt",
    "config.json",
    "curves.png",
    "metrics.csv",
    "run.json",
    "seen.txt",
]

KILLED = """
import os, signal, sys
from pathlib import Path
from tests.training.tiny import configure
from training.train import train_network

def progress(what, done, count):
    if what == "training" and done == 5:  # the middle one of the second epoch
        os.kill(os.getpid(), signal.SIGKILL)

dataset, base, out = sys.argv[1:]
config = configure(workers=1, base=base)
train_network(Path(dataset), Path(out), config, progress=progress)
"""


def train(dataset, out, **changes):
    return train_network(dataset, out, configure(**changes), progress=lambda *_: None)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def run_python(*words, cwd=ROOT, **env):
    return subprocess.run(  # noqa: S603 - our own words
        [sys.executable, *map(str, words)],
        cwd=cwd,
        env=os.environ | {"OMP_NUM_THREADS": "1"} | env,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


def find_base(dataset):
    return str(dataset.parent / "base.pt")


def read_metrics(folder):
    with (folder / "metrics.csv").open(newline="") as file:
        return [dict(row) | {"seconds": None} for row in csv.DictReader(file)]


@pytest.fixture(scope="module")
def killed(tiny, tmp_path_factory):
    """Folder of a training that was killed in the middle of its second epoch."""
    out = tmp_path_factory.mktemp("killed") / "run"
    done = run_python("-c", KILLED, tiny, find_base(tiny), out)
    assert done.returncode == -signal.SIGKILL, done.stderr
    return out


@pytest.fixture
def stopped(killed, tmp_path):
    """A copy of it."""
    return shutil.copytree(killed, tmp_path / "run")


def test_a_refiner_wants_a_base_that_has_learned(tiny, tmp_path):
    wish = {"base": "yolo26n.yaml", "refine": True, "silhouettes": 0.0}
    with pytest.raises(TrainingError, match=r"yolo26n\.yaml has not learned"):
        train(tiny, tmp_path / "run", **wish)
    assert not (tmp_path / "run").exists()


def test_a_run_holds_what_was_asked_how_it_went_and_what_came_of_it(trained, tiny):
    out, run = trained
    assert names(out) == LEFT
    assert run == read_run(out)
    rows = read_metrics(out)
    assert [row["number"] for row in rows] == ["1", "2", "3"]
    best = [row for row in rows if row["kept"] == "True"][-1]
    assert run.best_epoch == int(best["number"])
    assert (run.ap50, run.ap50_95) == (float(best["ap50"]), float(best["ap50_95"]))
    assert run.epochs == 3
    assert (run.pd, run.pfa) == (None, 0.05)  # two of its scans are clean
    assert (run.tile_side, run.tile_overlap, run.seed) == (64, 32, 0)
    assert (run.encoding, run.planes) == (Encoding.DUAL, "dual")
    assert (run.base, run.base_sha256) == ("base.pt", hash_file(Path(find_base(tiny))))
    assert run.labels == ("firearm",)
    assert run.dataset == str(tiny.resolve())
    assert run.dataset_sha256 == read_dataset(tiny).sha256
    assert not run.synthetic
    assert run.checkpoint_sha256 == hash_file(out / "checkpoint.pt")
    assert run.seconds > 0
    assert {"numpy", "python", "torch", "ultralytics"} <= set(run.versions)
    begun = json.loads((out / "begun.json").read_text())
    assert (begun["commit"], begun["versions"]) == (run.commit, run.versions)
    asked = configure(encoding="dual", base=find_base(tiny))
    config = asked.model_dump(mode="json")
    assert json.loads((out / "config.json").read_text()) == config


def test_what_is_killed_leaves_its_last_whole_epoch(killed):
    assert not (killed / "run.json").exists()
    assert {"state.pt", "checkpoint.pt", "work"} < set(names(killed))
    assert [row["number"] for row in read_metrics(killed)] == ["1"]
    assert read_progressed(killed / "state.pt").mined


def test_a_killed_training_ends_as_if_it_had_never_been(
    stopped, tiny, trained, tmp_path
):
    """From the command line of a plain checkout, in which nothing is installed."""
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    for package in PACKAGES:
        (checkout / package).symlink_to(ROOT / package)
    settings = SETTINGS | {"base": find_base(tiny)}
    asked = [f"{name} = {json.dumps(each)}" for name, each in settings.items()]
    text = "\n".join(asked).replace('{"share": 0.0}', "{share = 0.0}")
    (tmp_path / "config.toml").write_text(text)
    words = ["train", tiny, "--out", stopped, "--config", tmp_path / "config.toml"]
    done = run_python(
        "-m", "cargosight", *words, cwd=checkout, PYTHONPATH=str(checkout)
    )
    assert done.returncode == 0, done.stderr
    assert "best epoch" in done.stdout
    out, run = trained
    assert names(stopped) == LEFT
    assert read_metrics(stopped) == read_metrics(out)
    ours, theirs = (
        read_network(folder / "checkpoint.pt").state_dict() for folder in (stopped, out)
    )
    for name, part in theirs.items():
        assert torch.equal(ours[name], part), name
    again = read_run(stopped)
    assert (again.best_epoch, again.ap50) == (run.best_epoch, run.ap50)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"learning_rate": 0.1, "seed": 3}, "learning_rate, seed"),
        ({"projection": {"share": 0.0, "most": 5}}, "projection.most"),
        ({"encoding": "display"}, "encoding"),
        ({"base": "yolo11n.yaml"}, "base, the base"),
    ],
)
def test_a_stopped_training_goes_on_with_its_own_settings_only(
    stopped, tiny, changes, named
):
    before = names(stopped)
    with pytest.raises(TrainingError) as caught:
        train(tiny, stopped, **({"base": find_base(tiny)} | changes))
    assert f"({named})" in str(caught.value)
    assert names(stopped) == before


def test_a_stopped_training_goes_on_with_its_own_dataset_only(stopped, tiny, tmp_path):
    other = write_dataset(tmp_path / "other", armed=(2, 1), clean=(0, 0))
    with pytest.raises(TrainingError, match=r"\(the dataset\)"):
        train(other, stopped, base=find_base(tiny))


def test_a_state_that_is_damaged_is_refused(stopped, tiny):
    (stopped / "state.pt").write_bytes(b"nothing")
    with pytest.raises(TrainingError, match="cannot be gone on from"):
        train(tiny, stopped, base=find_base(tiny))


def test_a_training_killed_after_its_last_epoch_is_only_recorded(
    tiny, tmp_path, monkeypatch
):
    def die(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(train_module, "write_run", die)
        with pytest.raises(KeyboardInterrupt):
            train(tiny, tmp_path, epochs=1, steps=1)
    steps = []
    config = configure(epochs=1, steps=1)
    run = train_network(
        tiny, tmp_path, config, progress=lambda *step: steps.append(step[0])
    )
    assert "training" not in steps
    assert (run.best_epoch, run.epochs) == (1, 1)
    assert names(tmp_path) == LEFT


def test_a_finished_run_is_not_overwritten(trained, tiny):
    out, _ = trained
    before = {name: hash_file(out / name) for name in names(out)}
    with pytest.raises(TrainingError, match="holds a finished training"):
        train(tiny, out)
    assert before == {name: hash_file(out / name) for name in names(out)}


@pytest.mark.parametrize("name", ["notes.txt", ".git", "dataset.json"])
def test_a_folder_with_other_things_is_left_alone(tiny, tmp_path, name):
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / name).write_text("mine")
    with pytest.raises(TrainingError, match="holds other things"):
        train(tiny, tmp_path)
    assert names(tmp_path) == sorted(["config.json", name])
    assert (tmp_path / "config.json").read_text() == "{}"


def test_a_file_in_place_of_the_run_is_refused(tiny, tmp_path):
    (tmp_path / "run").write_text("mine")
    with pytest.raises(TrainingError, match="is a file"):
        train(tiny, tmp_path / "run")


def test_a_dataset_without_firearms_or_a_validation_part_is_refused(tmp_path):
    blank = write_dataset(tmp_path / "blank", armed=(0, 1), clean=(2, 0))
    with pytest.raises(TrainingError, match="no firearm to learn from"):
        train(blank, tmp_path / "1")
    alone = write_dataset(tmp_path / "alone", armed=(1, 0), clean=(0, 0))
    with pytest.raises(TrainingError, match="no validation scans"):
        train(alone, tmp_path / "2")


def test_what_cannot_begin_is_refused_before_anything_is_written(tiny, tmp_path):
    out = tmp_path / "run"
    with pytest.raises(DatasetError):
        train(tmp_path / "missing", out)
    with pytest.raises(TrainingError, match="was not found"):
        train(tiny, out, base="no/such.pt")
    with pytest.raises(TrainingError, match="GPUs that torch can use"):
        train(tiny, out, devices="97")
    with pytest.raises(TrainingError, match="3 devices cannot share a batch of 2"):
        train(tiny, out, devices="cpu,cpu,cpu")
    assert not out.exists()


def test_prepared_scans_stay_where_they_are_wished(tiny, tmp_path):
    config = configure(epochs=1, steps=1)
    cache = tmp_path / "cache"
    told = []
    for number in range(2):
        train_network(
            tiny,
            tmp_path / str(number),
            config,
            progress=lambda *step: told.append(step),
            cache=cache,
        )
    assert names(tmp_path / "1") == LEFT
    assert len(names(cache)) == 2  # the two parts of the dataset
    assert told.count(("preparing train scans", 5, 5)) == 1
    assert told.count(("training", 1, 1)) == 2


def test_a_device_that_dies_stops_the_training_which_then_goes_on(tiny, tmp_path):
    out = tmp_path / "run"

    def progress(what, done, _):
        if what == "training" and done == 4:
            kill_children()

    config = configure(devices="cpu,cpu", mine_every=0)
    with pytest.raises(TrainingError) as caught:
        train_network(tiny, out, config, progress=progress)
    (message,) = str(caught.value).splitlines()
    assert "another device did: process 0 terminated with signal SIGKILL" in message
    assert [row["number"] for row in read_metrics(out)] == ["1"]
    run = train(tiny, out, mine_every=0, devices="cpu,cpu")
    assert run.epochs == 3
    assert names(out) == LEFT


def kill_children():
    """Kill the training processes that this one has started."""
    for process in active_children():
        process.kill()


def test_a_small_run_from_the_command_line_says_one_line(small):
    assert small.code == 0, small.err
    assert small.err == ""
    lines = small.out.splitlines()
    assert [line.split(":")[0] for line in lines] == ["run", "bundle"]
    assert names(small.run) == LEFT
    assert read_run(small.run).synthetic


def state_origin(root, *, synthetic):
    """Say of a dataset whether all of it is simulated."""
    index = root / "dataset.json"
    content = json.loads(index.read_text()) | {"synthetic": synthetic}
    index.write_text(json.dumps(content))
    return root


@pytest.mark.parametrize("synthetic", [True, False])
def test_a_training_is_as_synthetic_as_what_it_replays(tmp_path, tiny, synthetic):
    simulated = state_origin(write_dataset(tmp_path / "a"), synthetic=True)
    replayed = state_origin(write_dataset(tmp_path / "b", (2, 2)), synthetic=synthetic)
    config = configure(
        base=str(tiny.parent / "base.pt"),
        replay=str(replayed),
        epochs=1,
        steps=1,
        mine_every=0,
    )
    run = train_network(simulated, tmp_path / "run", config, progress=lambda *_: None)
    assert run.synthetic is synthetic
    assert run.replay_sha256 == read_dataset(replayed).sha256 != run.dataset_sha256
