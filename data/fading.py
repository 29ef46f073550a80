"""Things that a rendering hides: there in counts, and in grey levels no more."""

from typing import Final

from data.rendering import tell_step
from data.truth import FIREARM, Truth, TruthObject

LEAST_STEP: Final = 1.0
"""Grey levels under which rounding may leave nothing of a thing."""


def fades(around: float | None, added: float | None, gamma: float) -> bool:
    """Whether a thing is lost in a rendering; no, where it is not known.

    Args:
        around: Attenuation of all else, nepers.
        added: Attenuation of the thing.
        gamma: Attenuation that darkens the rendering by a factor of e; of colours, see
            `data.display.Rendering.grey_gamma`.

    Example:
        >>> fades(around=5.0, added=0.2, gamma=1.0), fades(5.0, 0.2, gamma=2.4)
        (True, False)
    """
    if around is None or added is None:
        return False
    return tell_step(around, added, gamma) < LEAST_STEP


def fade_truth(truth: Truth, gamma: float) -> Truth:
    """The truth of a scan that is shown as a rendering: firearms it hides are ignored.

    Args:
        truth: Of the counts.
        gamma: Of the rendering.
    """
    objects = tuple(_fade(each, gamma) for each in truth.objects)
    return truth.model_copy(update={"objects": objects})


def _fade(thing: TruthObject, gamma: float) -> TruthObject:
    lost = fades(thing.attenuation_around, thing.contrast, gamma)
    if thing.label != FIREARM or not lost:
        return thing
    return thing.model_copy(update={"ignore": True})
