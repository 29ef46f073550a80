"""Scenes: many moved and stretched copies of a few meshes, each of some material.

Coordinates are mm: x along the scan, y up, z away from the source.
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from data.physics.basis import to_basis
from data.physics.materials import Material
from data.simulation.geometry.meshes import BOX, CYLINDER, Mesh

Reals = npt.NDArray[np.float64]

_CM_PER_MM: Final = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Copies:
    """Copies of one mesh.

    Attributes:
        mesh: What is copied.
        linear: (N, 3, 3) float64, stretch and turn of each copy, applied to columns.
        shift: (N, 3) float64, where its centre goes, mm.
        amounts: (N, 2) float64, carbon and iron per length of ray, g/cm2 per mm;
            below 0 for a hole in another solid.
    """

    mesh: Mesh
    linear: Reals
    shift: Reals
    amounts: Reals

    @property
    def reach(self) -> Reals:
        """(N, 3) half the extent of each copy's bounding box at the most, mm."""
        squares = np.einsum("nij,nij->ni", self.linear, self.linear)
        return np.asarray(np.sqrt(squares) * self.mesh.radius)

    def touch(self, low: Reals, high: Reals) -> npt.NDArray[np.bool_]:
        """Which copies may touch an upright box.

        Args:
            low: (3,) lowest x, y, z of the box, mm.
            high: (3,) highest x, y, z, mm.

        Returns:
            (N,) bool: False only for copies that are outside for certain.
        """
        reach = self.reach
        above = (self.shift + reach >= low).all(axis=1)
        return np.asarray(above & (self.shift - reach <= high).all(axis=1))

    def chosen(self, which: npt.NDArray[np.bool_]) -> "Copies":
        """Some of the copies.

        Args:
            which: (N,) bool.
        """
        return Copies(
            self.mesh, self.linear[which], self.shift[which], self.amounts[which]
        )


@dataclass(slots=True)
class Solids:
    """Solids of several materials, which add up where they overlap."""

    copies: list[Copies] = field(default_factory=list)

    def add(
        self,
        mesh: Mesh,
        size: npt.ArrayLike,
        centre: npt.ArrayLike,
        material: Material,
        *,
        turn: Reals | None = None,
        fill: npt.ArrayLike = 1.0,
    ) -> None:
        """Add one solid, or many of one kind, or none where a count is 0.

        Args:
            mesh: Its shape.
            size: (3,) or (N, 3), extent before turning, mm; what has none is left out.
            centre: (3,) or (N, 3), mm.
            material: What it is made of.
            turn: (3, 3) or (N, 3, 3), rotation; None leaves it upright.
            fill: (), or (N,): share of its volume that the material fills; below 0
                takes material away.
        """
        sizes, centres = np.atleast_2d(size), np.atleast_2d(centre)
        fills = np.atleast_1d(np.asarray(fill, np.float64))
        turns = np.eye(3)[None] if turn is None else np.reshape(turn, (-1, 3, 3))
        counts = [len(part) for part in (sizes, centres, fills, turns)]
        if 0 in counts:
            return
        count = max(counts)
        dense = np.array(to_basis(material)) * material.density_g_cm3 * _CM_PER_MM
        copies = Copies(
            mesh,
            np.broadcast_to(turns * sizes[:, None, :], (count, 3, 3)),
            np.broadcast_to(centres.astype(np.float64), (count, 3)),
            np.broadcast_to(fills[:, None] * dense, (count, 2)),
        )
        there = np.broadcast_to((sizes != 0).all(axis=1), count)
        self.copies.append(copies if there.all() else copies.chosen(there))

    def add_shell(
        self,
        size: npt.ArrayLike,
        wall: npt.ArrayLike,
        centre: npt.ArrayLike,
        material: Material,
        *,
        turn: Reals | None = None,
        fill: npt.ArrayLike = 1.0,
    ) -> None:
        """Add hollow boxes.

        Args:
            size: (3,) or (N, 3), outside extent, mm.
            wall: (), or (N, 1): thickness, mm.
            centre: (3,) or (N, 3), mm.
            material: What the walls are made of.
            turn: As for `add`.
            fill: As for `add`.
        """
        hollow = np.maximum(np.asarray(size) - 2 * np.asarray(wall), 0)
        self.add(BOX, size, centre, material, turn=turn, fill=fill)
        self.add(BOX, hollow, centre, material, turn=turn, fill=-np.asarray(fill))

    def add_tube(  # noqa: PLR0913 - one solid has that many properties
        self,
        size: npt.ArrayLike,
        wall: npt.ArrayLike,
        centre: npt.ArrayLike,
        material: Material,
        *,
        turn: Reals | None = None,
        fill: npt.ArrayLike = 1.0,
        mesh: Mesh = CYLINDER,
    ) -> None:
        """Add tubes, open at both ends, or rings.

        Args:
            size: (3,) or (N, 3), outside extent before turning: two diameters, then
                the length, mm.
            wall: (), or (N, 1): thickness, mm.
            centre: (3,) or (N, 3), mm.
            material: What the walls are made of.
            turn: As for `add`.
            fill: As for `add`.
            mesh: A coarser or finer cylinder.
        """
        across = np.asarray(wall) * np.array([2.0, 2.0, 0.0])
        hollow = np.maximum(np.asarray(size) - across, 0)
        self.add(mesh, size, centre, material, turn=turn, fill=fill)
        self.add(mesh, hollow, centre, material, turn=turn, fill=-np.asarray(fill))

    def place(
        self, other: "Solids", centre: npt.ArrayLike, turn: Reals | None = None
    ) -> None:
        """Add all of another scene, turned about its origin, then moved.

        Args:
            other: What to add; it stays as it is.
            centre: (3,), where its origin goes, mm.
            turn: (3, 3), rotation; None leaves it as it stands.
        """
        rotation = np.eye(3) if turn is None else turn
        for c in other.copies:
            moved = c.shift @ rotation.T + np.asarray(centre, np.float64)
            self.copies.append(Copies(c.mesh, rotation @ c.linear, moved, c.amounts))

    def scale_amounts(self, factor: float) -> None:
        """Make all materials denser or lighter.

        Args:
            factor: What the amounts are multiplied by.
        """
        self.copies = [
            Copies(c.mesh, c.linear, c.shift, c.amounts * factor) for c in self.copies
        ]

    @property
    def mass_kg(self) -> float:
        """Mass of all solids, kg: about, as carbon and iron stand for the others."""
        grams = 0.0
        for c in self.copies:
            volumes = np.abs(np.linalg.det(c.linear)) * c.mesh.volume
            grams += float(volumes @ c.amounts.sum(axis=1)) / 100
        return grams / 1000

    def amounts_at(self, points: Reals) -> Reals:
        """What is at given points, the sum over all solids there.

        Args:
            points: (P, 3), mm.

        Returns:
            (P, 2), carbon and iron, g/cm2 per mm of ray.
        """
        found = np.zeros((len(points), 2))
        low, high = points.min(axis=0), points.max(axis=0)
        for every in self.copies:
            touched = every.touch(low, high)
            if not touched.any():
                continue
            c = every.chosen(touched)
            back = np.linalg.inv(c.linear)
            local = np.einsum("kij,kpj->kpi", back, points - c.shift[:, None])
            found += c.mesh.contains(local).T @ c.amounts
        return found

    def merge(self) -> "Solids":
        """The same solids with one `Copies` for each mesh, in the order of first use.

        Copies are sorted along x, so that neighbours share cache lines.
        """
        groups: dict[int, list[Copies]] = {}
        for copies in self.copies:
            groups.setdefault(id(copies.mesh), []).append(copies)
        return Solids([_concatenate(group) for group in groups.values()])

    def corners(self) -> Reals:
        """Corners of all solids.

        Returns:
            (P, 3), mm; none if there are no solids.
        """
        points = [
            c.mesh.vertices @ c.linear.transpose(0, 2, 1) + c.shift[:, None]
            for c in self.copies
        ]
        return np.concatenate([np.zeros((0, 3)), *(p.reshape(-1, 3) for p in points)])

    def bounds(self) -> tuple[Reals, Reals]:
        """Smallest box around all solids.

        Returns:
            Two (3,) arrays: lowest and highest x, y, z, mm.

        Raises:
            ValueError: If there are none.
        """
        every = self.corners()
        return every.min(axis=0), every.max(axis=0)


def _concatenate(group: list[Copies]) -> Copies:
    shift = np.concatenate([c.shift for c in group])
    order = np.argsort(shift[:, 0], kind="stable")
    return Copies(
        group[0].mesh,
        np.concatenate([c.linear for c in group])[order],
        shift[order],
        np.concatenate([c.amounts for c in group])[order],
    )
