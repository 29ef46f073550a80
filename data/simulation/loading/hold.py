"""Room for cargo."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Hold:
    """Room for cargo: a box of x0..x1 along the scan, floor..ceiling, and |z| <= side.

    All in mm.
    """

    x0: float
    x1: float
    floor: float
    ceiling: float
    side: float

    @property
    def length(self) -> float:
        """Extent along the scan, mm."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """Floor to ceiling, mm."""
        return self.ceiling - self.floor

    def turn_round(self, middle_mm: float) -> "Hold":
        """The same, turned by half about the upright line through a middle.

        Args:
            middle_mm: Where on x the line stands.
        """
        return replace(self, x0=2 * middle_mm - self.x1, x1=2 * middle_mm - self.x0)
