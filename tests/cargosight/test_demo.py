"""The demo in miniature runs the whole way, and says what it did."""

import cv2
import pytest

from cargosight.demo import miniature
from cargosight.sheet import write_sheet
from data.errors import DatasetError, ResultError
from detector.bundle import read_bundle


def say_nothing(what: str, done: int, count: int) -> None:
    """Report no progress."""


@pytest.fixture
def tiny(monkeypatch):
    monkeypatch.setattr(miniature, "SCANS", 6)
    short = miniature.EASY.model_copy(update={"length_m": 2.0})
    monkeypatch.setattr(miniature, "EASY", short)
    monkeypatch.setattr(miniature, "EPOCHS", 1)
    monkeypatch.setenv("OMP_NUM_THREADS", "1")


@pytest.mark.usefixtures("tiny")
def test_it_goes_from_nothing_to_overlays_and_can_be_run_again(tmp_path):
    out = tmp_path / "demo"
    for _ in range(2):
        lines = miniature.run_miniature(out, seed=4, progress=say_nothing)

    assert read_bundle(out / "bundle").manifest.name == "demo"
    assert cv2.imread(str(out / "overlays.png")) is not None
    text = "\n".join(lines)
    assert "6 dual-energy scans" in text
    assert "AP50" in text
    assert str(out / "overlays.png") in text
    assert (out / "evaluation" / "report.html").is_file()


@pytest.mark.usefixtures("tiny")
def test_it_does_not_touch_a_folder_that_is_not_its_own(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(DatasetError, match="holds other things"):
        miniature.run_miniature(tmp_path, seed=0, progress=say_nothing)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_sheet_needs_pictures(tmp_path):
    with pytest.raises(ResultError, match="no pictures"):
        write_sheet([], tmp_path / "sheet.png")
    with pytest.raises(ResultError, match="cannot be read"):
        write_sheet([tmp_path / "none.png"], tmp_path / "sheet.png")
