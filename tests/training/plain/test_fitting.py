"""Tests of stock Ultralytics on 8-bit tiles."""

import pytest
import torch
from ultralytics import YOLO
from ultralytics.nn.tasks import load_checkpoint

from data.dataset import hash_file
from data.errors import TrainingError
from tests.training.plain.datasets import write_dataset
from training.plain import fitting
from training.plain.fitting import fit_plain
from training.plain.settings import PlainSettings

SMALL = PlainSettings(
    tile_side=64, tile_overlap=0, batch=1, nominal_batch=1, steps=4, background=1.0
)


class StoppedError(Exception):
    """What breaks a training off."""


def stop_at(step):
    def progress(what, done, _):
        if (what, done) == ("training", step):
            raise StoppedError

    return progress


@pytest.fixture(autouse=True)
def offline(monkeypatch):
    """Refuse whatever Ultralytics would fetch, and trackers that it would bind."""

    def refuse(*asked, **_):
        msg = f"asked the network for {asked}"
        raise AssertionError(msg)

    monkeypatch.setattr("ultralytics.utils.checks.check_font", refuse)
    monkeypatch.setattr("ultralytics.data.utils.check_font", refuse)
    monkeypatch.setattr("ultralytics.utils.downloads.safe_download", refuse)
    monkeypatch.setattr("ultralytics.utils.downloads.is_url", refuse)
    monkeypatch.setattr("ultralytics.utils.callbacks.base.import_module", refuse)


def test_a_training_goes_on_where_it_was_stopped_and_says_nothing(tmp_path, capfd):
    dataset = write_dataset(tmp_path / "dataset")
    out = tmp_path / "plain"
    with pytest.raises(TrainingError, match="start it again to go on"):
        fit_plain(dataset, out, SMALL, progress=stop_at(3))
    state = load_checkpoint(out / "ultralytics" / "weights" / "last.pt")[1]
    assert state["epoch"] == 0
    assert state["optimizer"] is not None

    told = []
    checkpoint = fit_plain(
        dataset, out, SMALL, progress=lambda *step: told.append(step)
    )
    assert told == [("training", 3, 4), ("training", 4, 4)]
    assert checkpoint == out / "checkpoint.pt"
    assert YOLO(str(checkpoint)).names == {0: "firearm"}
    assert sorted(path.name for path in out.iterdir()) == [
        "checkpoint.pt",
        "plain.json",
        "tiles",
    ]

    assert capfd.readouterr() == ("", "")

    before = hash_file(checkpoint)
    assert fit_plain(dataset, out, SMALL, progress=stop_at(1)) == checkpoint
    assert hash_file(checkpoint) == before


def test_other_settings_and_other_folders_are_refused(tmp_path):
    dataset = write_dataset(tmp_path / "dataset")
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "notes.txt").write_text("mine")
    with pytest.raises(TrainingError, match="holds other things"):
        fit_plain(dataset, mine, SMALL, progress=stop_at(1))
    with pytest.raises(TrainingError, match="is a file"):
        fit_plain(dataset, mine / "notes.txt", SMALL, progress=stop_at(1))
    assert (mine / "notes.txt").read_text() == "mine"

    begun = tmp_path / "begun"
    begun.mkdir()
    (begun / "plain.json").write_text(SMALL.model_dump_json())
    other = SMALL.model_copy(update={"seed": 1})
    with pytest.raises(TrainingError, match="begun with other settings"):
        fit_plain(dataset, begun, other, progress=stop_at(1))


def test_a_training_may_go_on_on_another_device(tmp_path):
    out = tmp_path / "begun"
    out.mkdir()
    (out / "plain.json").write_text(SMALL.model_dump_json())
    (out / "checkpoint.pt").write_bytes(b"weights")
    dataset = write_dataset(tmp_path / "dataset")
    moved = SMALL.model_copy(update={"device": "0", "workers": 8})
    assert fit_plain(dataset, out, moved, progress=stop_at(1)).is_file()


@pytest.fixture
def asked(monkeypatch, tmp_path):
    """What Ultralytics is asked; it trains nothing."""
    calls = []

    class Model:
        def __init__(self, start):
            self.start = start

        def add_callback(self, *_):
            pass

        def train(self, **given):
            calls.append((self.start, given))
            weights = tmp_path / "plain" / "ultralytics" / "weights"
            weights.mkdir(parents=True)
            (weights / "best.pt").write_bytes(b"weights")

    monkeypatch.setattr(fitting, "YOLO", Model)
    return calls


def test_nothing_is_stated_but_what_must_be(tmp_path, asked):
    dataset = write_dataset(tmp_path / "dataset")
    settings = SMALL.model_copy(update={"steps": 200, "seed": 7, "base": "default"})
    fit_plain(dataset, tmp_path / "plain", settings, progress=lambda *_: None)
    ((start, given),) = asked
    assert start == str(tmp_path / "plain" / "start.pt")
    del given["trainer"], given["data"], given["save_dir"]
    assert given == {
        "epochs": 100,
        "batch": 1,
        "nbs": 1,
        "imgsz": 64,
        "seed": 7,
        "device": "cpu",
        "workers": 4,
        "close_mosaic": 10,
        "amp": False,
        "plots": False,
        "verbose": False,
        "exist_ok": True,
    }


def test_no_network_is_fetched_to_try_half_precision(tmp_path, asked):
    dataset = write_dataset(tmp_path / "dataset")
    settings = SMALL.model_copy(update={"device": "0"})
    fit_plain(dataset, tmp_path / "plain", settings, progress=lambda *_: None)
    ((_, given),) = asked
    assert (given["amp"], given["device"], given["close_mosaic"]) == ("bf16", "0", 0)


def test_a_checkpoint_cut_off_while_it_was_written_is_not_gone_on_with(tmp_path, asked):
    dataset = write_dataset(tmp_path / "dataset")
    weights = tmp_path / "plain" / "ultralytics" / "weights"
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "plain.json").write_text(SMALL.model_dump_json())
    weights.mkdir(parents=True)
    (weights / "last.pt").write_bytes(b"half")
    fit_plain(dataset, tmp_path / "plain", SMALL, progress=lambda *_: None)
    ((start, given),) = asked
    assert start == "yolo26n.yaml"
    assert "resume" not in given


def test_a_training_stopped_after_its_last_epoch_is_not_run_again(tmp_path, asked):
    dataset = write_dataset(tmp_path / "dataset")
    out = tmp_path / "plain"
    weights = out / "ultralytics" / "weights"
    weights.mkdir(parents=True)
    (out / "plain.json").write_text(SMALL.model_dump_json())
    stripped = {"model": torch.nn.Linear(1, 1), "optimizer": None}
    torch.save(stripped, weights / "last.pt")
    (weights / "best.pt").write_bytes(b"weights")
    checkpoint = fit_plain(dataset, out, SMALL, progress=lambda *_: None)
    assert checkpoint.read_bytes() == b"weights"
    assert asked == []
