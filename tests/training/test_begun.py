"""Tests of what a training began with, and of what may change when it goes on."""

import json

import pytest

from data.errors import TrainingError
from data.versions import read_versions
from tests.training.tiny import configure
from training import begun as begun_module
from training.base import Base
from training.begun import BEGUN, PACKAGES, begin, find_commit
from training.config import CONFIG

SCANS = "0" * 64
BASE = Base("small.yaml", "small.yaml", sha256="1" * 64)


def fail(out, config=None, base=BASE, scans=SCANS):
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    with pytest.raises(TrainingError) as caught:
        begin(out, config or configure(), base, scans)
    assert before == {path.name: path.read_bytes() for path in out.iterdir()}
    (message,) = str(caught.value).splitlines()
    return message


def test_a_new_folder_is_claimed_with_all_that_was_asked(tmp_path):
    begun = begin(tmp_path, configure(), BASE, SCANS)
    assert (begun.base_sha256, begun.dataset_sha256) == (BASE.sha256, SCANS)
    assert begun.versions == read_versions(PACKAGES)
    assert {"python", "torch", "ultralytics"} <= set(begun.versions)
    asked = json.loads((tmp_path / CONFIG).read_text())
    assert asked == configure().model_dump(mode="json")
    assert sorted(path.name for path in tmp_path.iterdir()) == [BEGUN, CONFIG]


def test_the_same_training_goes_on_as_it_began(tmp_path):
    begun = begin(tmp_path, configure(), BASE, SCANS)
    assert begin(tmp_path, configure(), BASE, SCANS) == begun


def test_devices_workers_and_tracking_may_differ(tmp_path):
    begun = begin(tmp_path, configure(), BASE, SCANS)
    config = configure(devices="cpu,cpu", workers=7, tracking="http://127.0.0.1:5000")
    assert begin(tmp_path, config, BASE, SCANS) == begun
    asked = json.loads((tmp_path / CONFIG).read_text())
    assert (asked["devices"], asked["workers"]) == ("cpu,cpu", 7)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"learning_rate": 0.01}, "learning_rate"),
        ({"seed": 5, "batch": 4}, "batch, seed"),
        ({"augmentation": {"mosaic": 0.0}}, "augmentation.mosaic"),
        ({"scale": {"pitch_mm": 5.0}}, "scale.pitch_mm"),
        ({"steps": None}, "steps"),
    ],
)
def test_other_settings_are_refused_and_named(tmp_path, changes, named):
    begin(tmp_path, configure(), BASE, SCANS)
    assert f"with other settings ({named})" in fail(tmp_path, configure(**changes))


def test_what_is_compared_by_its_content_may_have_moved(tmp_path):
    asked, moved = (
        configure(base=f"{place}/a.pt", replay=f"{place}/old") for place in ("a", "b")
    )
    begun = begin(tmp_path, asked, BASE, SCANS, "2" * 64)
    assert begin(tmp_path, moved, BASE, SCANS, "2" * 64) == begun
    assert json.loads((tmp_path / CONFIG).read_text())["base"] == "b/a.pt"


def test_a_layout_that_has_no_content_goes_by_its_name(tmp_path):
    new = Base("yolo26n.yaml", "yolo26n.yaml")
    begin(tmp_path, configure(base="yolo26n.yaml"), new, SCANS)
    other = configure(base="yolov5n.yaml")
    assert "(base)" in fail(tmp_path, other, base=new)


def test_another_base_or_dataset_is_refused(tmp_path):
    begin(tmp_path, configure(), BASE, SCANS)
    other = Base("small.yaml", "small.yaml", sha256="2" * 64)
    assert "(the base)" in fail(tmp_path, base=other)
    assert "(the dataset)" in fail(tmp_path, scans="3" * 64)


@pytest.mark.parametrize("content", ["", "{}", "[1", '{"surprise": 1}'])
def test_a_damaged_record_of_the_beginning_is_refused(tmp_path, content):
    begin(tmp_path, configure(), BASE, SCANS)
    (tmp_path / BEGUN).write_text(content)
    assert "is damaged" in fail(tmp_path)


def test_a_package_that_is_not_installed_stops_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(begun_module, "PACKAGES", ("no-such-package-at-all",))
    begun = begin(tmp_path, configure(), BASE, SCANS)
    assert begun.versions["no-such-package-at-all"] == "not installed"


def test_without_git_there_is_no_commit(monkeypatch):
    monkeypatch.setattr("training.begun.shutil.which", lambda _: None)
    assert find_commit() is None


def test_outside_a_repository_there_is_no_commit(monkeypatch, tmp_path):
    monkeypatch.setattr(begun_module, "__file__", str(tmp_path / "begun.py"))
    assert find_commit() is None


def test_another_replayed_dataset_is_refused(tmp_path):
    begin(tmp_path, configure(), BASE, SCANS, "2" * 64)
    assert begin(tmp_path, configure(), BASE, SCANS, "2" * 64).replay_sha256 == "2" * 64
    with pytest.raises(TrainingError, match=r"other settings \(the replayed one\)"):
        begin(tmp_path, configure(), BASE, SCANS, "3" * 64)
