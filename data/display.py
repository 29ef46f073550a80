"""Make display scans out of counts, as the software of some vendor might."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from data.rendering import COLOUR_POWER, GAMMA, render_colour, render_grey
from data.scan import Scan

GAMMAS: Final = (1.0, 3.0)
"""Range from which the grey curve is drawn, see `data.rendering.render_grey`."""

COLOURED: Final = 0.2
"""Share of dual-energy scans rendered in colours."""


@dataclass(frozen=True, slots=True)
class Rendering:
    """How a scan is shown.

    Attributes:
        gamma: Attenuation that darkens a picture by a factor of e.
        air: Brightness of air in the picture that it was; None for counts.
        colour: Whether it is in colours.
    """

    gamma: float = GAMMA
    air: float | None = None
    colour: bool = False

    @property
    def grey_gamma(self) -> float:
        """Gamma of the grey picture that shows what is behind cargo as well."""
        return self.gamma / COLOUR_POWER if self.colour else self.gamma


def draw_rendering(random: np.random.Generator, *, dual: bool) -> Rendering:
    """Draw how counts are shown: more often than not nearly as they are.

    Pictures at hand of a real port are near linear (gamma 1 to 1.5), in which what is
    behind cargo is hardest to see. Half of those drawn are under 1.5.

    Args:
        random: Draws it.
        dual: Whether there are two energies, so that it may be in colours.
    """
    least, most = GAMMAS
    gamma = least + (most - least) * float(random.random()) ** 2
    return Rendering(gamma, colour=dual and bool(random.random() < COLOURED))


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
    how = draw_rendering(random, dual=scan.low is not None)
    if how.colour:
        return Scan(display=render_colour(scan, gamma=how.gamma), info=scan.info)
    grey = render_grey(scan, gamma=how.gamma)
    return Scan(display=np.repeat(grey[..., None], 3, axis=2), info=scan.info)
