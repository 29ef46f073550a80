"""How large firearms are: what no firearm is smaller or larger than.

Sizes are of the longer side of a box, mm at the object's plane. Ends of the ranges, as
the makers state them:

- North American Arms NAA-22S, a revolver: 102 mm long and 57 mm high. Whatever way a
  whole firearm lies, its box is not much smaller than such a thing is high.
- Smith & Wesson Model 500 with a 10.5 in barrel, a revolver: 457 mm (18 in) long.
- Barrett M82A1, a rifle: 1448 mm (57 in) long. Service rifles end at about 1300 mm:
  Mosin-Nagant M1891, 1306 mm.

A scan is magnified by where in the container a thing stands, and boxes are drawn by
hand: `SPARE` is allowed for that.
"""

from dataclasses import dataclass
from typing import Final

SPARE: Final = 0.15
"""Share by which a box may be off at either end."""


@dataclass(frozen=True, slots=True)
class SizeRange:
    """Longer sides of the boxes of whole firearms of a kind, mm.

    Attributes:
        least: None is smaller, however it lies.
        usual: From where to where most are, seen from the side.
        most: None is larger.
    """

    least: float
    usual: tuple[float, float]
    most: float

    @property
    def low(self) -> float:
        """What is smaller is wrong, mm."""
        return self.least * (1 - SPARE)

    @property
    def high(self) -> float:
        """What is larger is wrong, mm."""
        return self.most * (1 + SPARE)


HANDGUN: Final = SizeRange(57.0, (120.0, 300.0), 460.0)
LONG_GUN: Final = SizeRange(57.0, (400.0, 1300.0), 1450.0)
ANY: Final = SizeRange(57.0, (120.0, 1300.0), 1450.0)

_HANDGUNS: Final = frozenset({"pistol", "revolver", "handgun", "derringer"})
_LONG_GUNS: Final = frozenset({"rifle", "carbine", "shotgun", "bullpup", "long gun"})


def find_size_range(kind: str | None) -> SizeRange:
    """The sizes of a kind of firearm.

    Args:
        kind: As truth has it; those that are not known may be of any size that a
            firearm has.

    Example:
        >>> find_size_range("pistol").most, find_size_range(None).most
        (460.0, 1450.0)
    """
    name = (kind or "").lower()
    if name in _HANDGUNS:
        return HANDGUN
    return LONG_GUN if name in _LONG_GUNS else ANY
