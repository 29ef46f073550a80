"""Put a thing into a picture whose air level and grey curve are not known.

An approximation: brightness is taken as air exp(-attenuation / gamma), with air the
picture's own brightest mode and gamma 2.4, as `data.rendering` shows scans. A vendor's
curve is another one, so that contrast is wrong by as much as its gamma is: see
docs/projection.md.
"""

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from data.errors import ScanError
from data.formats import estimate_air
from data.physics.noise import estimate_noise
from data.projection.casting import Cast
from data.projection.hardening import add_attenuation
from data.projection.projecting import Insertion, place_window
from data.rendering import GAMMA
from data.scan import Picture, Scan

Levels = npt.NDArray[np.float32]

_GREY_TOLERANCE: Final = 6
_DARKEST: Final = 0.5
_STEP: Final = 0.5  # of a grey level: what rounding and a JPEG make uncertain


def check_grey(scan: Scan) -> None:
    """Refuse a display scan in colours: what they would become is not known.

    Raises:
        ScanError: If its planes differ by more than a JPEG makes them.
    """
    if scan.display is None:
        return
    spread = np.ptp(scan.display[::4, ::4].astype(np.int16), axis=2)
    if np.quantile(spread, 0.999) > _GREY_TOLERANCE:
        msg = "is in colours, into which nothing can be projected. Give grey or counts."
        raise ScanError(msg)


def to_display_transmission(
    picture: Picture, *, gamma: float = GAMMA, air: float | None = None
) -> Levels:
    """Transmission that a grey picture is assumed to show.

    Args:
        picture: (H, W, 3) uint8, grey.
        gamma: Attenuation that darkens by a factor of e; 1 for a linear picture.
        air: Brightness of air; None estimates it.

    Returns:
        (H, W) float32, 0 to about 1.
    """
    grey = picture[..., 0]
    level = air or display_air(picture)
    shown = np.maximum(grey.astype(np.float32), np.float32(_DARKEST)) / level
    return np.asarray(shown ** np.float32(gamma), np.float32)


def display_air(picture: Picture) -> float:
    """Brightness of air in a grey picture, 1 to 255.

    Args:
        picture: (H, W, 3) uint8.
    """
    return float(estimate_air(picture[..., 0].astype(np.uint16)))


def project_into_display(
    rng: np.random.Generator,
    scan: Scan,
    cast: Cast,
    corner: tuple[int, int],
    *,
    gamma: float = GAMMA,
) -> Insertion:
    """Put a thing into a grey display scan.

    Args:
        rng: Source of chance, for noise.
        scan: A display scan.
        cast: What to put there; its high plane counts.
        corner: Column and row of its upper left pixel; all of it must be in the scan.
        gamma: Of the grey curve that is assumed.

    Raises:
        ScanError: If it is a scan with counts, or in colours.
    """
    if scan.display is None:
        msg = "The scan has counts. Project into these."
        raise ScanError(msg)
    check_grey(scan)
    window = place_window(corner, cast.mask.shape)
    transmission = to_display_transmission(scan.display, gamma=gamma)
    noise = estimate_noise(transmission)
    through = np.asarray(cv2.blur(transmission, (3, 3)), np.float32)[window]
    behind = -np.log(np.clip(through, 1e-6, 1)).astype(np.float32)
    added = add_attenuation(behind, cast.attenuation[0], None)
    seen = noise / np.sqrt(np.maximum(through * np.exp(-added), 1e-6))
    step = gamma * _STEP / np.maximum(scan.display[window][..., 0], 1)
    # alpha has variance noise^2 / T: what is there has the part of the larger T.
    more = seen * np.sqrt(-np.expm1(-added))
    drawn = rng.standard_normal(added.shape, dtype=np.float32) * more
    factor = np.exp((np.clip(drawn, -1, 1) - added) / np.float32(gamma))
    picture = scan.display.copy()
    shown = picture[window] * factor[..., None]
    picture[window] = np.clip(np.rint(shown), 0, 255).astype(np.uint8)
    info = scan.info.model_copy(update={"synthetic": True})
    # Where rounding leaves the grey level as it was there is nothing to be seen.
    changed = picture[window][..., 0] != scan.display[window][..., 0]
    visible = float(np.sqrt((added**2 / (seen**2 + step**2))[changed].sum()))
    return Insertion(Scan(display=picture, info=info), added, behind, visible)
