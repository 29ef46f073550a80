"""A phantom: what stands for one thing, in one to four big pieces."""

from dataclasses import dataclass

from data.simulation.geometry.solids import Solids


@dataclass(frozen=True, slots=True, eq=False)
class Phantom:
    """One thing about its own origin.

    Attributes:
        kind: What it is.
        pieces: Each big piece by its name, all in the frame of the whole thing.
    """

    kind: str
    pieces: dict[str, Solids]

    @property
    def solids(self) -> Solids:
        """The whole thing: all pieces together."""
        return Solids([c for piece in self.pieces.values() for c in piece.copies])
