"""A thing that can be projected, and drawing one of many."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from data.errors import TrainingError
from data.projection.cutout import Cutout
from data.simulation.chance import pick


class Thing(Protocol):
    """One thing in air."""

    @property
    def kind(self) -> str:
        """What it is, such as "pistol"."""
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


def measure_length(thing: Thing) -> float:
    """The longer side of a thing's picture, mm.

    Args:
        thing: The thing.
    """
    cutout = thing.cut((), 1)
    height, width = cutout.mask.shape
    across, down = cutout.pitch_mm
    return float(max(width * across, height * down))


def _check(things: Sequence[Thing], name: str) -> None:
    if not things:
        msg = (
            f"There are no {name} to project. Ask for at least 1 phantom, or add some."
        )
        raise TrainingError(msg)
