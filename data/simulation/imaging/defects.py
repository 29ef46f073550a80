"""What goes wrong with scanners: defects, each on its own, at five severities."""

from dataclasses import replace
from typing import Annotated, Final

import numpy as np
import numpy.typing as npt
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from data.simulation.imaging.exposure import Exposure, Response
from data.simulation.imaging.scanner import Scanner
from data.simulation.imaging.warp import Warp

Levels = npt.NDArray[np.float32]

DOSE_LOSS: Final = (2.0, 4.0, 8.0, 20.0, 60.0)
"""Factor by which there are fewer photons."""

BLUR_PX: Final = (1.0, 1.5, 2.2, 3.2, 4.5)
"""Standard deviation of the blur, in place of the detector's own."""

DEAD_ROWS: Final = (0.002, 0.005, 0.012, 0.03, 0.07)
"""Share of the rows that read nothing, singly and in blocks."""

ROW_STRIPES: Final = (0.006, 0.012, 0.025, 0.05, 0.1)
"""Relative error of the gain from row to row, standard deviation."""

COLUMN_STRIPES: Final = (0.006, 0.012, 0.025, 0.05, 0.1)
"""Relative error of the dose from column to column, standard deviation."""

PULSE_MISFIRE: Final = (0.002, 0.005, 0.012, 0.03, 0.07)
"""Share of the columns whose pulse had but 2 to 50 % of its dose."""

SPEED_WARP: Final = (0.03, 0.06, 0.12, 0.2, 0.3)
"""Relative error of the speed, standard deviation, changing over a metre or so."""

BOOM_WOBBLE_PX: Final = (0.5, 1.0, 2.0, 4.0, 7.0)
"""Amplitude of the swing up and down."""

MISREGISTRATION_PX: Final = (0.3, 0.7, 1.2, 2.0, 3.5)
"""How far the low plane lies off the high one."""

SATURATION: Final = (0.9, 0.75, 0.6, 0.42, 0.25)
"""Transmission from which the detector reads no more."""

CROP: Final = (0.05, 0.12, 0.22, 0.35, 0.5)
"""Share of the columns that are missing at one end, and a third of it of the rows."""

DEFECTS: Final = (
    "dose loss",
    "dead rows",
    "row stripes",
    "column stripes",
    "pulse misfire",
    "speed warp",
    "boom wobble",
    "blur",
    "misregistration",
    "saturation",
    "crop",
)
"""The kinds of defect offered."""

MAX_SEVERITY: Final = 5

_SWING_PX: Final = 240.0
_LURCH_PX: Final = 250


def _check_kind(kind: str) -> str:
    if kind not in DEFECTS:
        msg = f"there is no defect {kind!r}; choose one of {', '.join(DEFECTS)}"
        raise ValueError(msg)
    return kind


class Defect(BaseModel):
    """One thing wrong with a scan.

    Attributes:
        kind: One of `DEFECTS`.
        severity: 1, hardly to be seen, to 5, hardly usable.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    kind: Annotated[str, AfterValidator(_check_kind)]
    severity: Annotated[int, Field(ge=1, le=MAX_SEVERITY)]

    def level(self, levels: tuple[float, ...]) -> float:
        """The value of its severity.

        Args:
            levels: One for each severity.
        """
        return levels[self.severity - 1]


def draw_defects(rng: np.random.Generator, scanner: Scanner) -> tuple[Defect, ...]:
    """Draw the defects of one scan from the weaknesses of its scanner."""
    drawn = [
        Defect(kind=w.kind, severity=int(rng.integers(1, w.worst + 1)))
        for w in scanner.weaknesses
        if rng.random() < w.share
    ]
    return tuple(drawn)


def worsen_exposure(exposure: Exposure, defect: Defect) -> Exposure:
    """Dose loss and blur; other defects leave the exposure as it is."""
    if defect.kind == "dose loss":
        factor = defect.level(DOSE_LOSS)
        return replace(exposure, photons=tuple(n / factor for n in exposure.photons))
    if defect.kind == "blur":
        return replace(exposure, blur_px=defect.level(BLUR_PX))
    return exposure


def bend(rng: np.random.Generator, warp: Warp, defect: Defect) -> Warp:
    """Speed warp, boom wobble and crop; other defects leave the warp as it is."""
    if defect.kind == "speed warp":
        return replace(warp, x=_lurch(rng, warp.x, defect.level(SPEED_WARP)))
    if defect.kind == "boom wobble":
        return replace(warp, y=_swing(rng, warp, defect.level(BOOM_WOBBLE_PX)))
    if defect.kind == "crop":
        return _cut(rng, warp, defect.level(CROP))
    return warp


def impair(rng: np.random.Generator, response: Response, defect: Defect) -> Response:
    """Dead rows, stripes, misfires, misregistration and saturation.

    Other defects leave the response as it is.
    """
    height, width = len(response.gain), len(response.pulse)
    if defect.kind == "dead rows":
        alive = _spare(rng, height, defect.level(DEAD_ROWS))
        return replace(response, gain=response.gain * alive)
    if defect.kind == "row stripes":
        error = _scatter(rng, height, defect.level(ROW_STRIPES))
        return replace(response, gain=response.gain * error)
    if defect.kind == "column stripes":
        error = _scatter(rng, width, defect.level(COLUMN_STRIPES))
        return replace(response, pulse=response.pulse * error)
    return _impair_otherwise(rng, response, defect)


def _impair_otherwise(
    rng: np.random.Generator, response: Response, defect: Defect
) -> Response:
    if defect.kind == "pulse misfire":
        share = defect.level(PULSE_MISFIRE)
        weak = rng.uniform(0.02, 0.5, len(response.pulse)).astype(np.float32)
        fired = rng.random(len(weak)) >= share
        fired[rng.integers(len(fired))] = False
        return replace(response, pulse=response.pulse * np.where(fired, 1, weak))
    if defect.kind == "misregistration":
        angle, far = rng.uniform(0, 2 * np.pi), defect.level(MISREGISTRATION_PX)
        off = (float(far * np.cos(angle)), float(far * np.sin(angle)))
        return replace(response, low_offset=off)
    if defect.kind == "saturation":
        return replace(response, brightest=defect.level(SATURATION))
    return response


def _scatter(rng: np.random.Generator, count: int, sigma: float) -> Levels:
    """Factors about 1, some alone, some alike in blocks as of one detector board."""
    block = np.repeat(rng.normal(0, sigma, count // 16 + 1), 16)[:count]
    alone = rng.normal(0, sigma, count)
    return np.asarray(np.clip(1 + (block + alone) / np.sqrt(2), 0.05, 2), np.float32)


def _spare(rng: np.random.Generator, count: int, share: float) -> Levels:
    """1 for rows that live, 0 for a share of them that does not, at least one."""
    alive = np.ones(count, np.float32)
    wanted = max(round(share * count), 1)
    while wanted > 0:
        block = min(int(rng.choice((1, 1, 1, 2, 4))), wanted)
        start = int(rng.integers(max(count - block, 1)))
        alive[start : start + block] = 0
        wanted -= block
    return alive


def _lurch(rng: np.random.Generator, x: Levels, sigma: float) -> Levels:
    """The same stretch of x at a speed that errs, over the same number of columns."""
    nodes = rng.normal(0, sigma, len(x) // _LURCH_PX + 3)
    at = np.linspace(0, len(nodes) - 1, len(x))
    speed = np.clip(1 + np.interp(at, np.arange(len(nodes)), nodes), 0.3, 2.0)
    along = np.concatenate([[0], np.cumsum(speed[1:])])
    scale = (x[-1] - x[0]) / max(along[-1], 1e-6)
    return np.asarray(x[0] + along * scale, np.float32)


def _swing(rng: np.random.Generator, warp: Warp, amplitude: float) -> Levels:
    """A swing that is not quite even."""
    period = _SWING_PX * rng.uniform(0.6, 1.6)
    at = np.arange(len(warp.x))
    phase = 2 * np.pi * at / period + rng.uniform(0, 2 * np.pi)
    second = 0.3 * np.sin(2.3 * phase + rng.uniform(0, 2 * np.pi))
    return np.asarray(warp.y + amplitude * (np.sin(phase) + second), np.float32)


def _cut(rng: np.random.Generator, warp: Warp, share: float) -> Warp:
    """The picture without a share of its columns and rows, each at one end."""
    height, width = warp.shape
    columns, rows = round(share * width), round(share * height / 3)
    x0 = columns if rng.random() < 0.5 else 0
    y0 = rows if rng.random() < 0.5 else 0
    return warp.crop(x0, y0, x0 + width - columns, y0 + height - rows)
