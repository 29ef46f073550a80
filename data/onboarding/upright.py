"""Tell how a stored plane must be turned: which way is up, which way is along."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Reals = npt.NDArray[np.float32]

_EDGE: Final = 0.05
_UNCLEAR: Final = 1.15
_CLEAR: Final = 1.5
_TRUSTED: Final = 0.3


@dataclass(frozen=True, slots=True)
class Turn:
    """How to turn a stored plane upright.

    Attributes:
        quarter_turns: Counter-clockwise.
        along: "rows" if stored rows run along the scan, else "columns".
        along_sure: 0 to 1.
        up_sure: 0 to 1.
        why: The evidence, in words.
    """

    quarter_turns: int
    along: str
    along_sure: float
    up_sure: float
    why: str


def find_turn(alpha: Reals) -> Turn:
    """Tell from a container: it is longer than high, and heavier below than above.

    Left and right cannot be told, so no mirroring is ever found.

    Args:
        alpha: (H, W) attenuation of a plane as stored.
    """
    height, width = alpha.shape
    lying = width >= height
    aspect = max(width, height) / min(width, height)
    along_sure = float(np.clip((aspect - _UNCLEAR) / (_CLEAR - _UNCLEAR), 0, 1))
    if along_sure < _TRUSTED:
        why = (
            f"the stored picture is {aspect:.1f} times as long as wide, too square to "
            "tell, and left as it is"
        )
        return Turn(0, "rows", 0.0, 0.0, why)
    turned = alpha if lying else np.rot90(alpha)
    lean, sure = _find_lean(turned)
    turns = (0 if lying else 1) + (0 if lean > 0 else 2)
    words = "longer along its rows" if lying else "longer along its columns"
    heavy = "the denser side is taken for the floor"
    why = f"the stored picture is {words} ({aspect:.1f} to 1); {heavy} ({lean:+.2f})"
    name = "rows" if lying else "columns"
    return Turn(turns % 4, name, along_sure, sure, why)


def _find_lean(alpha: Reals) -> tuple[float, float]:
    """How much heavier below than above, -1 to 1, and how sure."""
    profile = np.minimum(alpha, 4.0).mean(axis=1)
    half = len(profile) // 2
    above, below = float(profile[:half].sum()), float(profile[-half:].sum())
    weight = (below - above) / max(below + above, 1e-6)
    rim = max(int(len(profile) * _EDGE), 2)
    top, bottom = float(profile[:rim].mean()), float(profile[-rim:].mean())
    edge = (bottom - top) / max(bottom + top, 1e-6)
    lean = 0.5 * weight + 0.5 * edge
    agree = np.sign(weight) == np.sign(edge)
    return lean, float(np.clip(abs(lean) * (2.5 if agree else 1.0), 0, 1))
