"""Tests of tiles in the YOLO layout."""

import cv2
import numpy as np
import pytest

from data.dataset import read_dataset
from data.errors import TrainingError
from detector.scale import Scale
from tests.training.plain.datasets import BOX, write_dataset
from training.plain.settings import PlainSettings
from training.plain.yolo_folder import count_tiles, write_yolo_folder

SETTINGS = PlainSettings(tile_side=64, tile_overlap=0, background=1.0)


def write(dataset, folder, settings=SETTINGS, told=None):
    steps = [] if told is None else told
    return write_yolo_folder(
        read_dataset(dataset),
        folder,
        settings,
        progress=lambda *step: steps.append(step),
    )


def read_tile(index):
    place = index.parent / "images" / "train" / "000000.png"
    tile = cv2.imread(str(place), cv2.IMREAD_UNCHANGED)
    assert tile is not None
    return tile


@pytest.fixture
def dataset(tmp_path):
    """300 x 90 px at 2 mm: 150 x 45 px at 4 mm, 3 tiles, a firearm in the first."""
    return write_dataset(tmp_path / "dataset")


def test_what_is_written_is_read_back_as_a_dataset(tmp_path, dataset):
    index = write(dataset, tmp_path / "tiles")
    assert (count_tiles(index, "train"), count_tiles(index, "val")) == (2, 2)
    samples = read_dataset(index.parent).samples
    assert [s.split for s in samples] == ["train", "train", "validation", "validation"]
    armed = samples[0].truth((64, 64)).boxes()
    np.testing.assert_allclose(armed, [np.array(BOX) / 2], atol=1e-4)
    clean = samples[1].truth((64, 64)).boxes()
    assert len(clean) == 0


def test_tiles_are_8_bit_with_air_beyond_the_scan(tmp_path, dataset):
    index = write(dataset, tmp_path / "tiles")
    tile = read_tile(index)
    assert (tile.shape, tile.dtype) == ((64, 64, 3), np.uint8)
    assert (tile[45:] == 255).all()
    assert (tile[:6, :9] == 128).all()
    assert (tile[8:16, 12:28] == 17).all()


def test_colours_are_written_so_that_they_are_read_alike(tmp_path):
    root = tmp_path / "dataset"
    for part in ("train", "val"):
        for folder in ("images", "labels"):
            (root / part / folder).mkdir(parents=True)
        red = np.full((40, 60, 3), (10, 20, 200), np.uint8)
        cv2.imwrite(str(root / part / "images" / "a.png"), red)
        (root / part / "labels" / "a.txt").write_text("0 0.5 0.5 0.5 0.5")
    (root / "data.yaml").write_text(
        "train: train/images\nval: val/images\nnames: [firearm]\n"
    )
    index = write(root, tmp_path / "tiles")
    tile = read_tile(index)
    assert tile[20, 30].tolist() == [10, 20, 200]


def test_background_is_thinned_and_firearms_are_kept(tmp_path, dataset):
    settings = SETTINGS.model_copy(update={"background": 0.0})
    index = write(dataset, tmp_path / "tiles", settings)
    assert count_tiles(index, "train") == 1
    assert len(read_dataset(index.parent).samples[0].truth((64, 64)).boxes()) == 1


def test_what_is_finished_is_kept_and_what_was_begun_is_made_anew(tmp_path, dataset):
    folder = tmp_path / "tiles"
    (folder / "drawn" / "train").mkdir(parents=True)
    (folder / "images" / "train").mkdir(parents=True)
    (folder / "images" / "train" / "999999.png").write_bytes(b"of before")
    told: list[tuple[str, int, int]] = []
    index = write(dataset, folder, told=told)
    assert count_tiles(index, "train") == 2
    assert told[0] == ("drawing train", 1, 1)
    assert sorted(path.name for path in folder.iterdir()) == [
        "data.yaml",
        "images",
        "labels",
    ]
    again: list[tuple[str, int, int]] = []
    assert write(dataset, folder, told=again) == index
    assert again == []


def test_a_dataset_with_nothing_to_learn_from_is_refused(tmp_path):
    clean = write_dataset(tmp_path / "clean", boxes=())
    with pytest.raises(TrainingError, match="no firearm in its train part"):
        write(clean, tmp_path / "1")
    alone = write_dataset(tmp_path / "alone", splits=("train",))
    with pytest.raises(TrainingError, match="its validation part, or no scans"):
        write(alone, tmp_path / "2")
    assert not (tmp_path / "1" / "data.yaml").exists()


def test_the_scale_is_that_of_the_settings(tmp_path, dataset):
    settings = SETTINGS.model_copy(update={"scale": Scale(pitch_mm=2.0)})
    index = write(dataset, tmp_path / "tiles", settings)
    boxes = read_dataset(index.parent).samples[0].truth((64, 64)).boxes()
    np.testing.assert_allclose(boxes, [BOX], atol=1e-4)
