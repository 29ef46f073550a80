"""A thing that can be projected, and drawing one of many."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from data.errors import TrainingError
from data.projection.cutout import Cutout
from data.simulation.chance import pick

Mask = npt.NDArray[np.bool_]


class Thing(Protocol):
    """One thing in air."""

    @property
    def kind(self) -> str:
        """What it is, such as "pistol"."""
        ...

    @property
    def length_mm(self) -> float:
        """The longer side of the upright box around it, mm."""
        ...

    def cut(self, energies_mv: tuple[float, ...], planes: int) -> Cutout:
        """The thing as the beams of a scan show it.

        Args:
            energies_mv: Of the scan, MV; empty if unknown.
            planes: How many planes the scan has, 1 or 2.

        Returns:
            Its attenuation has as many planes.
        """
        ...


@dataclass(frozen=True, slots=True)
class Things:
    """What is projected.

    Attributes:
        firearms: Whole ones, or pieces of them.
        harmless: What must raise no alarm, toys among it.
    """

    firearms: Sequence[Thing]
    harmless: Sequence[Thing]

    def draw_firearm(self, rng: np.random.Generator) -> Thing:
        """Draw a kind, each as likely, then one firearm of it.

        Args:
            rng: Source of chance.

        Raises:
            TrainingError: If there are none.
        """
        _check(self.firearms, "firearms")
        kind = pick(rng, sorted({each.kind for each in self.firearms}))
        return pick(rng, [each for each in self.firearms if each.kind == kind])

    def draw_harmless(self, rng: np.random.Generator) -> Thing:
        """Draw a harmless thing, each as likely.

        Args:
            rng: Source of chance.

        Raises:
            TrainingError: If there are none.
        """
        _check(self.harmless, "harmless things")
        return pick(rng, self.harmless)


def measure_length(mask: Mask, pitch_mm: tuple[float, float]) -> float:
    """The longer side of the upright box around a thing, mm.

    Args:
        mask: (H, W) bool, the thing, with any margin.
        pitch_mm: Pixel pitch (x, y), mm.
    """
    columns, rows = (np.flatnonzero(mask.any(axis=axis)) for axis in (0, 1))
    if not len(rows):
        return 0.0
    across, down = pitch_mm
    width, height = (1 + int(each[-1] - each[0]) for each in (columns, rows))
    return max(width * across, height * down)


def _check(things: Sequence[Thing], name: str) -> None:
    if not things:
        msg = (
            f"There are no {name} to project. Ask for at least 1 phantom, or add some."
        )
        raise TrainingError(msg)
