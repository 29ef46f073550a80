"""What resampling should give, written plainly; and scans to encode."""

from dataclasses import replace
from itertools import pairwise

import numpy as np

from data.physics.beam import steel_curve
from data.physics.transmission import FLOOR
from data.scan import Scan, ScanInfo

AIR, DARK = 60000.0, 100.0
FIELDS = ("x0", "matter", "planes", "busy", "opaque", "overview")


def average_columns(rows, count, across):
    """Means of a piecewise constant function over (j, j + 1) / across, where it is.

    Args:
        rows: (H, W), the steps.
        count: How many means.
        across: Means for one step, up to 1.
    """
    width = rows.shape[1]
    sums = np.zeros((len(rows), width + 1))
    sums[:, 1:] = np.cumsum(rows.astype(float), axis=1)
    edges = np.minimum(np.arange(count + 1) / across, width)
    integral = np.array([np.interp(edges, np.arange(width + 1), one) for one in sums])
    return np.diff(integral, axis=1) / np.diff(edges)


def interpolate_columns(rows, count, across):
    """Straight lines between the middles of columns, level beyond the outer ones."""
    places = (np.arange(count) + 0.5) / across - 0.5
    middles = np.arange(rows.shape[1])
    return np.array([np.interp(places, middles, one.astype(float)) for one in rows])


def resample_plainly(plane, count, height, across):
    """A plane at another size: averaged where it shrinks, interpolated where not.

    Args:
        plane: (H, W).
        count: Columns wanted.
        height: Rows wanted.
        across: Columns wanted for one of the plane; the last may be cut.
    """
    down = height / len(plane)
    rows = _resample_columns(plane.T, height, down).T
    return _resample_columns(rows, count, across)


def _resample_columns(rows, count, factor):
    make = average_columns if factor <= 1 else interpolate_columns
    return make(rows, count, factor)


def average_plainly(level):
    """3 x 3 means; beyond the edges the picture is mirrored at the outer pixels."""
    padded = level.astype(float)
    for axis, side in enumerate(level.shape):
        places = np.abs(np.arange(-1, side + 1)).clip(0, side - 1)
        places[-1] = max(side - 2, 0)
        padded = padded.take(places, axis=axis)
    views = np.lib.stride_tricks.sliding_window_view(padded, (3, 3))
    return views.mean(axis=(2, 3))


def encode_plainly(high, low, energies_mv, noise):
    """The planes of DUAL before they are rounded, by their formulas.

    Args:
        high: (H, W), transmission at the higher energy.
        low: (H, W), at the lower one.
        energies_mv: Of both, MV.
        noise: Of both, in air.
    """
    through = np.clip(high.astype(float), 1e-9, 1)
    means = [np.maximum(average_plainly(one), FLOOR) for one in (high, low)]
    alpha, below = (-np.log(mean) for mean in means)
    steel = np.interp(alpha, *steel_curve(*energies_mv))
    variance = (0.003 + 0.004 * alpha) ** 2
    for mean, air in zip(means, noise, strict=True):
        variance = variance + (air / 3) ** 2 / mean + (FLOOR / mean) ** 2
    off = (below - steel) / np.sqrt(variance)
    return [
        np.minimum(-np.log(through) / 11 * 255, 255),
        through**0.4 * 255,
        128 + 127 * np.tanh(off / 4),
    ]


def make_scan(kind, size, pitch_mm, seed=0, **info):
    """A noisy scan of any kind, with steps of thickness in it.

    Args:
        kind: "dual", "single" or "display".
        size: Width and height, px.
        pitch_mm: (x, y).
        seed: Of the noise.
        **info: What else is known.
    """
    width, height = size
    random = np.random.default_rng(seed)
    known = {"pitch_mm": pitch_mm, "pitch_source": "file"}
    if kind == "display":
        picture = random.integers(0, 256, (height, width, 3), np.uint8)
        picture[:, width // 3 : width // 2] = 255
        return Scan(display=picture, info=ScanInfo(**(known | info)))
    alpha = np.zeros((height, width))
    for _ in range(4):
        x, y = random.integers(0, width), random.integers(0, height)
        alpha[y:, x : x + width // 3 + 1] += random.choice([0.3, 1.0, 5.0])
    counts = [
        random.poisson(2e4 * np.exp(-alpha * factor)) * ((AIR - DARK) / 2e4) + DARK
        for factor in ((1.0, 1.1) if kind == "dual" else (1.0,))
    ]
    planes = [np.clip(np.rint(one), 0, 65535).astype(np.uint16) for one in counts]
    energies = (6.0, 4.0)[: len(planes)]
    return Scan(
        high=planes[0],
        low=planes[1] if kind == "dual" else None,
        air=np.full((len(planes), height), AIR, np.float32),
        dark=np.full((len(planes), height), DARK, np.float32),
        info=ScanInfo(**({"energies_mv": energies} | known | info)),
    )


def take(scan, columns):
    """Some columns of a scan as a scan of their own."""
    planes = {
        name: getattr(scan, name)[:, columns]
        for name in ("high", "low", "display")
        if getattr(scan, name) is not None
    }
    return replace(scan, **planes)


def cut_up(scan, ends):
    """A scan in pieces that end at columns."""
    width = scan.size[0]
    places = [0, *sorted({end for end in ends if 0 < end < width}), width]
    return [take(scan, slice(start, stop)) for start, stop in pairwise(places)]


def check_same_blocks(blocks, others):
    """Fail unless blocks are the same to the last bit."""
    assert len(blocks) == len(others)
    for one, other in zip(blocks, others, strict=True):
        for name in FIELDS:
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
