"""One scan, and all that is put into it."""

from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from data.errors import ScanError
from data.masks import encode_mask
from data.projection.beams import to_beams
from data.projection.calibration import Measured, calibrate_scan
from data.projection.casting import (
    Cast,
    cast_cutout,
    draw_lying,
    draw_variation,
)
from data.projection.cutout import Cutout
from data.projection.display import (
    check_grey,
    project_into_display,
    to_display_transmission,
)
from data.projection.placing import find_place, find_room
from data.projection.projecting import Insertion, project_into_scan
from data.projection.sharpness import estimate_blur
from data.rendering import GAMMA
from data.scan import Scan
from data.truth import FIREARM, VISIBLE, TruthObject

Levels = npt.NDArray[np.float32]

_LEAST: Final = 1e-3


class Projector:
    """Puts things into one scan, one after the other.

    Args:
        scan: With a pixel pitch; a display scan must be grey.
        measured: What need not be estimated.

    Raises:
        ScanError: If the scan has no pitch or is in colours.
    """

    def __init__(self, scan: Scan, measured: Measured | None = None) -> None:
        self.scan = scan
        self._pitch_mm = check_scan(scan)
        self._gamma = (measured and measured.gamma) or GAMMA
        high = _transmission(scan, self._gamma)
        self._room = find_room(high)
        self._taken = np.zeros_like(self._room.inside)
        self._calibration = None
        if scan.kind != "display":
            self._calibration = calibrate_scan(scan, measured)
            self._blur = self._calibration.blur_px
        else:
            self._blur = (measured and measured.blur_px) or estimate_blur(high)

    def add(
        self,
        rng: np.random.Generator,
        cutout: Cutout,
        label: str,
        *,
        density: float = 1,
    ) -> TruthObject | None:
        """Put a thing somewhere into the scan, varied at random.

        Args:
            rng: Source of chance.
            cutout: The thing.
            label: What it is to the network.
            density: What its attenuation is multiplied by besides; with 0 all is done
                as ever, and nothing is added.

        Returns:
            Its truth; None if no place was found or nothing was added.
        """
        planes = 2 if self.scan.kind == "dual" else 1
        fitted = to_beams(cutout, self.scan.info.energies_mv, planes)
        amid = bool(rng.random() < self._room.filled)
        for choice in (amid, not amid):
            drawn = draw_variation(rng) if choice else draw_lying(rng, fitted)
            variation = replace(drawn, density=drawn.density * density)
            cast = cast_cutout(fitted, variation, self._pitch_mm, self._blur)
            corner = find_place(rng, cast, self._room, self._taken, amid=choice)
            if corner is not None:
                return self._insert(rng, cast, corner, cutout.kind, label)
        return None

    def mark(self) -> Scan:
        """The scan with all that was put into it: synthetic, whatever that was."""
        info = self.scan.info.model_copy(update={"synthetic": True})
        return replace(self.scan, info=info)

    def _insert(
        self,
        rng: np.random.Generator,
        cast: Cast,
        corner: tuple[int, int],
        kind: str,
        label: str,
    ) -> TruthObject | None:
        if self._calibration is None:
            made = project_into_display(rng, self.scan, cast, corner, gamma=self._gamma)
        else:
            made = project_into_scan(rng, self.scan, cast, corner, self._calibration)
        self.scan = made.scan
        if not cast.mask.any() or made.added[cast.mask].max() < _LEAST:
            return None
        return _describe(made, cast, corner, kind, label)


def check_scan(scan: Scan) -> tuple[float, float]:
    """Refuse a scan that nothing can be projected into.

    Args:
        scan: Any scan.

    Returns:
        Its pixel pitch (x, y), mm.

    Raises:
        ScanError: If it has no pitch or is in colours; the message goes on from the
            name of the scan.
    """
    if scan.info.pitch_mm is None:
        msg = "states no pixel pitch. Give --pitch-mm."
        raise ScanError(msg)
    check_grey(scan)
    return scan.info.pitch_mm


def _transmission(scan: Scan, gamma: float) -> Levels:
    if scan.display is not None:
        return to_display_transmission(scan.display, gamma=gamma)
    return scan.transmission("high")


def _describe(
    made: Insertion, cast: Cast, corner: tuple[int, int], kind: str, label: str
) -> TruthObject:
    rows, columns = (np.flatnonzero(cast.mask.any(axis=axis)) for axis in (1, 0))
    y, x = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    return TruthObject(
        box=(
            float(corner[0] + x.start),
            float(corner[1] + y.start),
            float(corner[0] + x.stop),
            float(corner[1] + y.stop),
        ),
        label=label,
        kind=kind,
        mask=encode_mask(cast.mask[y, x]),
        attenuation_around=round(float(made.behind[cast.mask].mean()), 4),
        contrast=round(float(made.added[cast.mask].mean()), 4),
        signal_to_noise=round(made.visible, 2),
        ignore=label == FIREARM and made.visible < VISIBLE,
    )
