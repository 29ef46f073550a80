"""A cut-out turned, sized and resampled to the pixels of a scan."""

from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from data.projection.cutout import Cutout

Levels = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
Reals = npt.NDArray[np.float64]

COVERED: Final = 1 / 3
"""Share of a pixel from which a thing counts as being on it."""

_MARGIN_PX: Final = 4
_MOST_SAMPLES: Final = 12
_ROUNDING: Final = 1e-6
_DEPTH: Final = (0.87, 1.17)
_SIZE: Final = (0.93, 1.07)
_DENSITY: Final = (0.75, 1.3)
_THICKNESS: Final = (0.7, 1.4)
_LEVEL: Final = 0.08


@dataclass(frozen=True, slots=True)
class Variation:
    """How a cut-out is varied; all of it keeps to what X-rays could have shown.

    Attributes:
        angle: Rotation about the rays, radians, anticlockwise.
        mirrored: Whether left and right are swapped: it may lie on either side.
        depth: Magnification along the fan of rays (y), nearer the source or farther
            off. The object's motion (x) magnifies nothing.
        size: Scale of the thing itself; its thickness goes with it.
        density: How much more it attenuates, besides.
        offset: Where in a pixel its middle goes, (x, y), 0 to 1 px.
    """

    angle: float = 0.0
    mirrored: bool = False
    depth: float = 1.0
    size: float = 1.0
    density: float = 1.0
    offset: tuple[float, float] = (0.0, 0.0)

    @property
    def thickness(self) -> float:
        """What the attenuation is multiplied by, 0.7 to 1.4; 0 if the density is 0."""
        if self.density == 0:
            return 0.0
        return float(np.clip(self.size * self.density, *_THICKNESS))


@dataclass(frozen=True, slots=True, eq=False)
class Cast:
    """A thing in air as a scan would show it.

    Attributes:
        attenuation: (P, h, w) float32, nepers: blurred as the scan is.
        mask: (h, w) bool, pixels of which the thing covers a third or more.
        middle: Where the middle of the cut-out came to lie, (x, y) px.
    """

    attenuation: Levels
    mask: Mask
    middle: tuple[float, float]


def draw_variation(rng: np.random.Generator) -> Variation:
    """Draw how a cut-out is varied.

    Args:
        rng: Source of chance.
    """
    return Variation(
        angle=rng.uniform(-np.pi, np.pi),
        mirrored=bool(rng.random() < 0.5),
        depth=rng.uniform(*_DEPTH),
        size=rng.uniform(*_SIZE),
        density=rng.uniform(*_DENSITY),
        offset=(rng.random(), rng.random()),
    )


def draw_lying(rng: np.random.Generator, cutout: Cutout) -> Variation:
    """Draw how a cut-out is varied that lies on its long side, nearly level.

    Args:
        rng: Source of chance.
        cutout: What lies.
    """
    drawn = draw_variation(rng)
    level = lay_flat(cutout)
    about = np.pi * rng.integers(2) + rng.normal(0, _LEVEL)
    return replace(drawn, angle=float(about + (-level if drawn.mirrored else level)))


def cast_cutout(
    cutout: Cutout,
    variation: Variation,
    pitch_mm: tuple[float, float],
    blur_px: float,
) -> Cast:
    """Show a cut-out with the pixels of a scan.

    Transmission, not attenuation, is averaged over the area of each pixel, as a
    detector does, then blurred by what the scan is blurrier than the cut-out.

    Args:
        cutout: What is shown.
        variation: How it is varied.
        pitch_mm: Pixel pitch (x, y) of the scan, mm.
        blur_px: Blur of the scan, standard deviation.
    """
    linear = _stretch(cutout, variation, pitch_mm)
    matrix, size, samples = _plan(cutout, linear, variation.offset)
    blur = _extra_blur(cutout, pitch_mm, blur_px)
    through = np.exp(-variation.thickness * cutout.attenuation)
    planes = [_resample(p, matrix, size, samples, 1.0) for p in through]
    covered = _resample(cutout.mask.astype(np.float32), matrix, size, samples, 0.0)
    soft = np.stack([_blur(plane, blur) for plane in planes])
    attenuation = -np.log(np.clip(soft, 1e-6, 1)).astype(np.float32)
    middle = (size[0] // 2 + variation.offset[0], size[1] // 2 + variation.offset[1])
    return _crop(Cast(attenuation, covered >= COVERED, middle))


def lay_flat(cutout: Cutout) -> float:
    """The angle that turns the long side of a cut-out level, radians.

    Args:
        cutout: Of any outline.
    """
    points = _list_ends(cutout.mask) * (cutout.pitch_mm[0], -cutout.pitch_mm[1])
    _, (wide, tall), degrees = cv2.minAreaRect(points.astype(np.float32))
    angle = np.radians(degrees if wide >= tall else degrees + 90)
    level = (angle + np.pi / 2) % np.pi - np.pi / 2
    return float(-level)


def _list_ends(mask: Mask) -> npt.NDArray[np.intp]:
    """Column and row of both ends of each row; their hull is that of all pixels."""
    rows = np.flatnonzero(mask.any(axis=1))
    first = mask[rows].argmax(axis=1)
    last = mask.shape[1] - 1 - mask[rows, ::-1].argmax(axis=1)
    return np.column_stack([np.concatenate([first, last]), np.tile(rows, 2)])


def _stretch(
    cutout: Cutout, variation: Variation, pitch_mm: tuple[float, float]
) -> Reals:
    """(2, 2), from pixels of the cut-out to pixels of the scan; y points down."""
    cosine, sine = np.cos(variation.angle), np.sin(variation.angle)
    flip = np.diag([-1.0 if variation.mirrored else 1.0, 1.0])
    turn = np.array([[cosine, sine], [-sine, cosine]])
    scale = np.diag([variation.size, variation.size * variation.depth])
    to_mm, to_px = np.diag(cutout.pitch_mm), np.diag(1 / np.array(pitch_mm))
    return np.asarray(to_px @ scale @ turn @ flip @ to_mm)


def _plan(
    cutout: Cutout, linear: Reals, offset: tuple[float, float]
) -> tuple[Reals, tuple[int, int], int]:
    """Cut-out pixel to sample of the scan's grid; the grid's size; samples a pixel."""
    height, width = cutout.mask.shape
    reach = np.abs(linear) @ np.array([width, height]) / 2
    across, down = (int(np.ceil(r)) + _MARGIN_PX for r in reach)
    finest = 1 / max(np.linalg.norm(linear, axis=0).min(), 1e-6)
    samples = int(np.clip(np.ceil(finest - _ROUNDING), 1, _MOST_SAMPLES))
    middle = np.array([across, down]) + np.array(offset)
    centre = np.array([width - 1, height - 1]) / 2
    shift = samples * middle - 0.5 - samples * linear @ centre
    size = (2 * across + 1, 2 * down + 1)
    return np.column_stack([samples * linear, shift]), size, samples


def _resample(
    plane: Levels, matrix: Reals, size: tuple[int, int], samples: int, outside: float
) -> Levels:
    fine = cv2.warpAffine(
        plane.astype(np.float32),
        matrix,
        (size[0] * samples, size[1] * samples),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=outside,
    )
    return np.asarray(cv2.resize(fine, size, interpolation=cv2.INTER_AREA), np.float32)


def _extra_blur(
    cutout: Cutout, pitch_mm: tuple[float, float], blur_px: float
) -> tuple[float, float]:
    """What the scan is blurrier than the cut-out, (x, y) px."""
    scales = zip(cutout.pitch_mm, pitch_mm, strict=True)
    own = [cutout.blur_px * mine / theirs for mine, theirs in scales]
    across, down = (float(np.sqrt(max(blur_px**2 - b**2, 0.0))) for b in own)
    return across, down


def _blur(plane: Levels, sigmas: tuple[float, float]) -> Levels:
    if min(sigmas) <= 0:
        return plane
    across, down = sigmas
    soft = cv2.GaussianBlur(plane, (0, 0), sigmaX=across, sigmaY=down)
    return np.asarray(soft, np.float32)


def _crop(cast: Cast) -> Cast:
    """Cut off what neither attenuates nor is covered."""
    there = cast.mask | (cast.attenuation.max(axis=0) > 1e-4)
    rows, columns = (np.flatnonzero(there.any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return cast
    window = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    middle = (cast.middle[0] - columns[0], cast.middle[1] - rows[0])
    return Cast(cast.attenuation[:, *window], cast.mask[window], middle)
