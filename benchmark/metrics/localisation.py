"""How far alarms lie off the firearms that they met."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmark.metrics.matching import NOBODY, Matching
from detector.boxes import Boxes


@dataclass(frozen=True, slots=True)
class Offsets:
    """Distances between the middles of alarms and of the firearms that they met.

    Attributes:
        mm: Of scans with a known pitch, mm.
        unknown: How many alarms met a firearm in scans without a pitch.
    """

    mm: tuple[float, ...] = ()
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class Localisation:
    """How well alarms lead to firearms.

    Attributes:
        median_mm: Median distance of the middles, mm.
        ninth_mm: Distance that nine in ten stay under, mm.
        firearms: Of how many.
    """

    median_mm: float
    ninth_mm: float
    firearms: int


def localisation_update(
    state: Offsets,
    boxes: Boxes,
    truth: Boxes,
    matching: Matching,
    pitch_mm: tuple[float, float] | None,
) -> Offsets:
    """Add the alarms of a scan.

    Args:
        state: So far.
        boxes: (N, 4), its alarms, px.
        truth: (M, 4), its firearms, px.
        matching: Of these.
        pitch_mm: Pixel pitch (x, y), mm; None if unknown.
    """
    rows = np.flatnonzero(matching.truth_of != NOBODY)
    if pitch_mm is None:
        return Offsets(state.mm, state.unknown + len(rows))
    off = _middles(boxes[rows]) - _middles(truth[matching.truth_of[rows]])
    distances = np.hypot(*(off * np.asarray(pitch_mm)).T)
    return Offsets((*state.mm, *(float(d) for d in distances)), state.unknown)


def localisation_compute(state: Offsets) -> Localisation | None:
    """Median and ninth decile of the distances; None if there is none in mm."""
    if not state.mm:
        return None
    median, ninth = np.quantile(state.mm, [0.5, 0.9])
    return Localisation(float(median), float(ninth), len(state.mm))


def _middles(boxes: Boxes) -> npt.NDArray[np.float64]:
    """(N, 2) x, y."""
    corners = boxes.astype(np.float64)
    return np.asarray((corners[:, :2] + corners[:, 2:]) / 2)
