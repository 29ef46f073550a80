"""Make display scans out of counts, as the software of some vendor might."""

from typing import Final

import numpy as np

from data.rendering import render_colour, render_grey
from data.scan import Scan

GAMMAS: Final = (1.0, 3.0)
"""Range from which the grey curve is drawn, see `data.rendering.render_grey`."""

COLOURED: Final = 0.2
"""Share of dual-energy scans rendered in colours."""


def to_display(scan: Scan, random: np.random.Generator) -> Scan:
    """Render a scan, with a grey curve or in colours as drawn.

    Args:
        scan: Any scan; one that is rendered already comes back as it is.
        random: Draws how.

    Returns:
        A display scan of the same pixels, which knows what the scan knew.
    """
    if scan.display is not None:
        return scan
    gamma = float(random.uniform(*GAMMAS))
    if scan.low is not None and random.random() < COLOURED:
        return Scan(display=render_colour(scan, gamma=gamma), info=scan.info)
    grey = render_grey(scan, gamma=gamma)
    return Scan(display=np.repeat(grey[..., None], 3, axis=2), info=scan.info)
