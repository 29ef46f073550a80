"""The curves of a training are one picture, whole or not there."""

import math
from dataclasses import replace
from pathlib import Path

import cv2
import matplotlib as mpl
import numpy as np
import numpy.typing as npt
import pytest

from training.curves import draw_curves
from training.epoch import Epoch

BLUE = (0, 114, 178)
GREEN = (0, 120, 90)


def _epoch(number: int, of: int) -> Epoch:
    share = number / of
    return Epoch(
        number=number,
        epochs=of,
        loss=9 * math.exp(-share),
        learning_rate=0.002 * (1 - share),
        pd=0.8 * share,
        ap50=0.9 * share,
        ap50_95=0.5 * share,
        seconds=3.0,
        kept=number <= of / 2,
    )


def _epochs(count: int) -> list[Epoch]:
    return [_epoch(number, count) for number in range(1, count + 1)]


def _draw(epochs: list[Epoch], folder: Path) -> npt.NDArray[np.uint8]:
    """The picture, (H, W, 3) in RGB."""
    path = folder / "curves.png"
    draw_curves(epochs, path)
    picture = cv2.imread(str(path))
    assert picture is not None
    return np.asarray(picture[:, :, ::-1], np.uint8)


def _columns(picture: npt.NDArray[np.uint8], colour: tuple[int, int, int]) -> int:
    """Number of columns that the colour is drawn in."""
    near = np.abs(picture.astype(int) - colour).max(axis=2) < 24
    return int(near.any(axis=0).sum())


@pytest.mark.parametrize(("count", "columns"), [(1, 4), (2, 350), (300, 700)])
def test_trainings_short_and_long_have_curves(
    count: int, columns: int, tmp_path: Path
) -> None:
    picture = _draw(_epochs(count), tmp_path)
    assert picture.shape == (1080, 960, 3)
    assert _columns(picture, GREEN) >= columns
    assert [place.name for place in tmp_path.iterdir()] == ["curves.png"]


def test_an_unknown_pd_is_left_out(tmp_path: Path) -> None:
    blind = [replace(epoch, pd=None) for epoch in _epochs(20)]
    assert _columns(_draw(blind, tmp_path), GREEN) == 0
    half = [*blind[:10], *_epochs(20)[10:]]
    known = _columns(_draw(half, tmp_path), GREEN)
    assert 250 < known < 450


def test_the_best_epoch_is_the_last_that_was_kept(tmp_path: Path) -> None:
    drawn = [
        _draw([replace(e, kept=e.number in kept) for e in _epochs(20)], tmp_path)
        for kept in ((5, 15), (15,), (5,))
    ]
    plots = [picture[60:] for picture in drawn]
    assert np.array_equal(plots[0], plots[1])
    assert not np.array_equal(plots[0], plots[2])


def test_the_best_epoch_has_a_line_through_all_panels(tmp_path: Path) -> None:
    epochs = _epochs(20)
    none = _draw([replace(epoch, kept=False) for epoch in epochs], tmp_path)
    line = (_draw(epochs, tmp_path) != none).any(axis=2)[60:].any(axis=1)
    assert line.sum() > 0.4 * len(line)


def test_a_loss_of_nothing_can_be_drawn(tmp_path: Path) -> None:
    done = [replace(epoch, loss=0.0) for epoch in _epochs(3)]
    assert _columns(_draw(done, tmp_path), BLUE) > 450


def test_no_setting_of_matplotlib_is_changed(tmp_path: Path) -> None:
    before = dict(mpl.rcParams)
    _draw(_epochs(2), tmp_path)
    assert dict(mpl.rcParams) == before


def test_an_old_picture_stays_when_drawing_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = _draw(_epochs(2), tmp_path)

    def fail(*_: object, **__: object) -> None:
        raise OSError

    monkeypatch.setattr("matplotlib.figure.Figure.savefig", fail)
    with pytest.raises(OSError):  # noqa: PT011 - ours
        draw_curves(_epochs(3), tmp_path / "curves.png")
    monkeypatch.undo()
    kept = cv2.imread(str(tmp_path / "curves.png"))
    assert kept is not None
    assert np.array_equal(kept[:, :, ::-1], old)
