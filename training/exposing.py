"""Expose a window of a scan otherwise: less dose, more scatter, blur, uneven gain."""

from functools import lru_cache
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from data.physics.noise import estimate_noise
from training.config import Exposure

Levels = npt.NDArray[np.float32]

_ROW: Final = 1 << 23


def vary_exposure(
    random: np.random.Generator,
    levels: Levels,
    noise: tuple[float, ...],
    settings: Exposure,
    wide: Levels | None,
) -> tuple[Levels, tuple[float, ...]]:
    """Show a window as another exposure of the same things would.

    Blur comes first, as the detector's; then scatter, (1 - s) T + s W with W the mean
    signal from far around; then gain of rows and pulses; then the noise of a dose that
    is a share d of what it was, of variance a^2 (1 / d - 1) T with a the noise in air.

    Args:
        random: Draws how much of each.
        levels: (P, h, w) float32, transmission.
        noise: Standard deviation of each plane in air.
        settings: The limits.
        wide: (P, h, w) float32, signal from far around; None adds no scatter.

    Returns:
        The window, and the noise that it has now.
    """
    if random.random() >= settings.share:
        return levels, noise
    levels, noise = _blur(random, levels, noise, settings.most_blur_px)
    if wide is not None:
        share = np.float32(random.uniform(0, settings.most_scatter))
        levels = (1 - share) * levels + share * wide
    levels = _vary_gain(random, levels, settings.most_gain)
    return _lower_dose(random, levels, noise, settings.least_dose)


def _blur(
    random: np.random.Generator,
    levels: Levels,
    noise: tuple[float, ...],
    most: float,
) -> tuple[Levels, tuple[float, ...]]:
    sigma = random.uniform(-most, most)
    if sigma <= 0.2:
        return levels, noise
    soft = [cv2.GaussianBlur(plane, (0, 0), sigma) for plane in levels]
    return np.stack(soft), tuple(estimate_noise(plane) for plane in soft)


def _vary_gain(random: np.random.Generator, levels: Levels, most: float) -> Levels:
    planes, height, width = levels.shape
    rows = random.standard_normal((planes, height, 1), np.float32)
    pulses = random.standard_normal((planes, 1, width), np.float32)
    how = random.uniform(0, most, 2).astype(np.float32) * (random.random(2) < 0.5)
    return np.asarray(levels * (1 + how[0] * rows) * (1 + how[1] * pulses), np.float32)


def _lower_dose(
    random: np.random.Generator,
    levels: Levels,
    noise: tuple[float, ...],
    least: float,
) -> tuple[Levels, tuple[float, ...]]:
    dose = float(np.exp(random.uniform(np.log(least), 0)))
    air = np.array(noise, np.float32)[:, None, None]
    spread = air * np.sqrt((1 / dose - 1) * np.maximum(levels, 0))
    noisy = levels + draw_normal(random, levels.shape) * spread
    return np.asarray(noisy, np.float32), tuple(each / dose**0.5 for each in noise)


def draw_normal(random: np.random.Generator, shape: tuple[int, ...]) -> Levels:
    """Normal noise, cut out of a long row of it anywhere: a tenth of the time."""
    row, count = _make_row(), int(np.prod(shape))
    if count >= len(row):
        return random.standard_normal(shape, np.float32)
    start = int(random.integers(len(row) - count))
    return row[start : start + count].reshape(shape)


@lru_cache(maxsize=1)
def _make_row() -> Levels:
    return np.random.default_rng(0).standard_normal(_ROW, np.float32)
