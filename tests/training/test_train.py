"""Tests of one training, from a dataset to a run folder."""

import csv
import hashlib
import json

import cv2
import numpy as np
import pytest

from data.dataset import DatasetIndex, IndexedScan, hash_file
from data.errors import DatasetError, TrainingError
from data.formats import write_scan
from data.truth import Truth, TruthObject
from detector.encoding import Encoding
from detector.run import read_run
from tests.data.formats.samples import make_dual
from training import train as train_module
from training.config import TrainingConfig, make_config
from training.fit import Epoch
from training.train import train_network

BOX = (4.0, 6.0, 30.0, 20.0)


def make_epoch(number, *, kept=True):
    return Epoch(number, 2, 1.5, 0.0, 0.0, 0.1, kept)


def write_dataset(root, splits=("train", "validation"), boxes=(BOX,)):
    """A dataset with one scan in each split, all with the same boxes."""
    root.mkdir()
    truth = Truth(objects=tuple(TruthObject(box=box) for box in boxes))
    rows = []
    for split in splits:
        write_scan(make_dual(40, 30), root / f"{split}.tiff")
        (root / f"{split}.json").write_text(truth.model_dump_json())
        rows.append(
            IndexedScan(scan=f"{split}.tiff", truth=f"{split}.json", split=split)
        )
    index = DatasetIndex(name="tiny", synthetic=False, scans=tuple(rows))
    (root / "dataset.json").write_text(index.model_dump_json())
    return root


def write_yolo_dataset(root):
    for split in ("train", "val"):
        (root / split / "images").mkdir(parents=True)
        (root / split / "labels").mkdir()
        picture = np.full((40, 60, 3), 200, np.uint8)
        cv2.imwrite(str(root / split / "images" / "a.png"), picture)
        (root / split / "labels" / "a.txt").write_text("0 0.5 0.5 0.5 0.5")
    (root / "data.yaml").write_text(
        "train: train/images\nval: val/images\nnames: [firearm]\n"
    )
    return root


def configure(**given):
    return make_config(None, {"tile_side": 64} | given)


def train(dataset, out, **given):
    return train_network(dataset, out, configure(**given), progress=lambda *_: None)


@pytest.fixture
def fitted(monkeypatch):
    """Replace the fitting: it leaves a checkpoint and tells of two epochs."""
    calls = []

    def fit(config, base, tiles, folder, *, watchers):
        calls.append((config, base, tiles))
        folder.mkdir(parents=True)
        for number in (1, 2):
            watchers.on_batch(number, 2)
            watchers.on_epoch(make_epoch(number))
        (folder / "best.pt").write_bytes(b"weights")
        return folder / "best.pt"

    monkeypatch.setattr(train_module, "fit", fit)
    return calls


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_run_holds_what_was_asked_how_it_went_and_what_came_of_it(small):
    assert small.code == 0, small.err
    assert names(small.run) == [
        "checkpoint.pt",
        "config.json",
        "metrics.csv",
        "run.json",
    ]
    config = TrainingConfig.model_validate_json(
        (small.run / "config.json").read_bytes()
    )
    run = read_run(small.run)
    assert (config.tile_side, config.epochs, config.encoding) == (96, 2, Encoding.DUAL)
    assert (run.tile_side, run.tile_overlap, run.epochs) == (96, 48, 2)
    assert (run.base, run.base_sha256, run.labels) == (
        "yolo26n.yaml",
        None,
        ("firearm",),
    )
    assert run.checkpoint_sha256 == hash_file(small.run / "checkpoint.pt")
    assert run.synthetic
    assert run.scale.pitch_mm == 12
    assert {"albumentations", "numpy", "python", "torch", "ultralytics"} <= set(
        run.versions
    )


def test_the_epoch_on_record_is_the_one_whose_checkpoint_was_kept(small):
    with (small.run / "metrics.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["number"] for row in rows] == ["1", "2"]
    kept = [row for row in rows if row["kept"] == "True"][-1]
    run = read_run(small.run)
    assert run.best_epoch == int(kept["number"])
    assert (run.ap50, run.ap50_95) == (float(kept["ap50"]), float(kept["ap50_95"]))


def test_nothing_is_printed_by_what_trains_and_exports(small):
    assert small.err == ""
    lines = small.out.splitlines()
    assert [line.split(":")[0] for line in lines] == ["run", "bundle"]


def test_what_is_told_and_recorded_belongs_to_the_dataset(tmp_path, fitted):
    dataset = write_dataset(tmp_path / "dataset")
    told = []
    run = train_network(
        dataset, tmp_path / "run", configure(), progress=lambda *step: told.append(step)
    )
    assert told == [
        ("encoding train", 1, 1),
        ("encoding validation", 1, 1),
        ("training", 1, 2),
        ("training", 2, 2),
    ]
    assert run == read_run(tmp_path / "run")
    assert run.dataset == str(dataset.resolve())
    assert not run.synthetic
    assert run.best_epoch == 2
    assert run.checkpoint_sha256 == hashlib.sha256(b"weights").hexdigest()
    assert len(fitted) == 1


def test_a_finished_run_is_not_overwritten(small):
    before = {name: hash_file(small.run / name) for name in names(small.run)}
    with pytest.raises(TrainingError, match="holds a finished training"):
        train(small.dataset, small.run)
    assert before == {name: hash_file(small.run / name) for name in names(small.run)}


def test_an_unfinished_run_is_replaced_with_all_it_left(tmp_path, fitted):
    out = tmp_path / "run"
    (out / "work" / "train").mkdir(parents=True)
    for name in ("config.json", "metrics.csv", "checkpoint.pt", ".metrics-0a1b.csv"):
        (out / name).write_text("of before")
    train(write_dataset(tmp_path / "dataset"), out, seed=5)
    assert names(out) == ["checkpoint.pt", "config.json", "metrics.csv", "run.json"]
    assert json.loads((out / "config.json").read_text())["seed"] == 5
    assert "of before" not in (out / "metrics.csv").read_text()
    assert (out / "checkpoint.pt").read_bytes() == b"weights"
    assert len(fitted) == 1


@pytest.mark.parametrize("name", ["notes.txt", ".git", "dataset.json"])
def test_a_folder_with_other_things_is_left_alone(tmp_path, fitted, name):
    out = tmp_path / "run"
    out.mkdir()
    (out / "config.json").write_text("{}")
    (out / name).write_text("mine")
    with pytest.raises(TrainingError, match="holds other things"):
        train(write_dataset(tmp_path / "dataset"), out)
    assert names(out) == sorted(["config.json", name])
    assert (out / "config.json").read_text() == "{}"
    assert fitted == []


def test_a_file_in_place_of_the_run_is_refused(tmp_path, fitted):
    (tmp_path / "run").write_text("mine")
    with pytest.raises(TrainingError, match="is a file"):
        train(write_dataset(tmp_path / "dataset"), tmp_path / "run")
    assert fitted == []


def test_a_dataset_without_firearms_is_refused(tmp_path, fitted):
    dataset = write_dataset(tmp_path / "dataset", boxes=())
    with pytest.raises(TrainingError, match="no firearm to learn from"):
        train(dataset, tmp_path / "run")
    assert names(tmp_path / "run") == ["config.json"]
    assert fitted == []


def test_a_validation_part_without_a_tile_is_refused(tmp_path, fitted):
    dataset = write_dataset(tmp_path / "dataset")
    (dataset / "validation.json").write_text(Truth().model_dump_json())
    with pytest.raises(TrainingError, match="no firearm in its validation part"):
        train(dataset, tmp_path / "run", background=0.2)
    assert fitted == []


def test_a_dataset_without_a_validation_part_is_refused(tmp_path, fitted):
    dataset = write_dataset(tmp_path / "dataset", splits=("train", "held-out"))
    with pytest.raises(TrainingError, match="no validation scans"):
        train(dataset, tmp_path / "run")
    assert fitted == []


def test_what_is_no_dataset_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(DatasetError):
        train(tmp_path / "missing", tmp_path / "run")
    dataset = write_dataset(tmp_path / "dataset")
    with pytest.raises(TrainingError, match="was not found"):
        train(dataset, tmp_path / "run", base="no/such.pt")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("error", [TrainingError("stopped"), KeyboardInterrupt()])
def test_a_training_that_fails_leaves_no_work_and_no_record(
    tmp_path, monkeypatch, error
):
    def fit(*_, watchers):
        watchers.on_epoch(make_epoch(1))
        raise error

    monkeypatch.setattr(train_module, "fit", fit)
    with pytest.raises(type(error)):
        train(write_dataset(tmp_path / "dataset"), tmp_path / "run")
    assert names(tmp_path / "run") == ["config.json", "metrics.csv"]


def test_the_encoding_is_that_of_the_scans_unless_it_is_stated(tmp_path, fitted):
    counts = write_dataset(tmp_path / "counts")
    pictures = write_yolo_dataset(tmp_path / "pictures")
    assert train(counts, tmp_path / "1").encoding is Encoding.DUAL
    assert train(pictures, tmp_path / "2").encoding is Encoding.DISPLAY
    assert train(counts, tmp_path / "3", encoding="display").encoding == "display"
    asked = json.loads((tmp_path / "2" / "config.json").read_text())
    assert asked["encoding"] == "display"
    assert [config.encoding.value for config, *_ in fitted] == [
        "dual",
        "display",
        "display",
    ]
