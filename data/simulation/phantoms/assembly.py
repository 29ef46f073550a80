"""The shapes that phantoms are put together from: plates, cases, rods, springs.

The plane of the picture is x, y; the rays run along z. Lengths are mm.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from data.physics.materials import STEEL, Material
from data.simulation.geometry.meshes import (
    BOX,
    CYLINDER,
    PRISM,
    Mesh,
    make_cylinder,
    make_ellipsoid,
)
from data.simulation.geometry.solids import Solids
from data.simulation.geometry.turns import turn_about
from data.simulation.phantoms.outlines import extrude, hull, inset

Reals = npt.NDArray[np.float64]
Point = tuple[float, float]
Vector = tuple[float, float, float]

_SQUARE: Final = make_cylinder(4)
_HEXAGON: Final = make_cylinder(6)
_CONE: Final = make_cylinder(14)
_BEAD: Final = make_ellipsoid(4)
_MITRED_FROM: Final = 9.0
"""Diameter under which nobody sees the joints of a bent rod, mm."""


def _taper(first: float, last: float) -> Mesh:
    """A cone along z cut at both ends, of the diameters given and length 1."""
    ends = np.where(_CONE.vertices[:, 2] < 0, first, last)
    scale = np.column_stack([ends, ends, np.ones_like(ends)])
    return Mesh(_CONE.vertices * scale, _CONE.faces)


def _point_along(ways: Reals) -> Reals:
    """Rotations that turn z to each direction, (N, 3) to (N, 3, 3)."""
    along = ways / np.linalg.norm(ways, axis=1)[:, None]
    steep = np.abs(along[:, 2:]) > 0.9
    aside = np.cross(along, np.where(steep, [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]))
    aside /= np.linalg.norm(aside, axis=1)[:, None]
    return np.stack([aside, np.cross(along, aside), along], axis=2)


def _mitre(points: Reals, diameter: float) -> list[Mesh]:
    """Prisms along a path that meet in the planes which halve its bends."""
    ways = np.diff(points, axis=0)
    along = ways / np.linalg.norm(ways, axis=1)[:, None]
    planes = np.concatenate([along[:1], along[1:] + along[:-1], along[-1:]])
    turns = _point_along(along)
    mesh = _choose_mesh(diameter)
    half = len(mesh.vertices) // 2
    rim = mesh.vertices[:half] * [diameter, diameter, 0]
    meshes = []
    for i, turn in enumerate(turns):
        around, reach = rim @ turn.T, 0.45 * np.linalg.norm(ways[i])
        ends = []
        for j in (i, i + 1):
            shift = -(around @ planes[j]) / max(along[i] @ planes[j], 1e-6)
            shift *= min(1.0, reach / max(np.abs(shift).max(), 1e-9))
            ends.append(points[j] + around + shift[:, None] * along[i])
        meshes.append(Mesh(np.concatenate(ends), mesh.faces))
    return meshes


def _deepen(points: npt.ArrayLike) -> Reals:
    """Points of the picture's plane as points in space."""
    flat = np.asarray(points, np.float64)
    if flat.shape[1] == 3:
        return flat
    return np.column_stack([flat, np.zeros(len(flat))])


@dataclass(slots=True)
class Assembly(Solids):
    """Solids, with the shapes that phantoms need."""

    def bar(
        self,
        size: Vector,
        centre: Vector,
        material: Material,
        *,
        lean: float = 0.0,
        fill: float = 1.0,
    ) -> None:
        """Add a box that leans in the plane of the picture.

        Args:
            size: Extent before leaning, mm.
            centre: Mm.
            material: What it is made of.
            lean: Radians, anticlockwise.
            fill: Share of its volume that the material fills.
        """
        self.add(BOX, size, centre, material, turn=turn_about(2, lean), fill=fill)

    def plate(
        self,
        outline: Reals,
        depth: float,
        material: Material,
        *,
        z: float = 0.0,
        fill: float = 1.0,
    ) -> None:
        """Add a plate of any convex outline.

        Args:
            outline: (N, 2), as from `hull`, mm.
            depth: Its extent across the picture, mm.
            material: What it is made of.
            z: Its middle, mm.
            fill: Share of its volume that the material fills; below 0 for a hole.
        """
        self.add(extrude(outline), (1, 1, depth), (0, 0, z), material, fill=fill)

    def case(
        self,
        outline: Reals,
        depth: float,
        wall: float,
        material: Material,
        *,
        z: float = 0.0,
    ) -> None:
        """Add a closed case of a convex outline, hollow inside.

        Args:
            outline: (N, 2), as from `hull`, mm.
            depth: Its extent across the picture, mm.
            wall: Thickness of its walls, mm.
            material: What it is made of.
            z: Its middle, mm.
        """
        self.plate(outline, depth, material, z=z)
        inside = inset(outline, wall)
        if inside is not None and depth > 2 * wall:
            self.plate(inside, depth - 2 * wall, material, z=z, fill=-1)

    def strip(
        self,
        spine: npt.ArrayLike,
        widths: Sequence[float],
        depth: float,
        material: Material,
        *,
        fill: float = 1.0,
    ) -> None:
        """Add a band along a bent line: a stock, a grip, a magazine.

        Args:
            spine: (N, 2), points of its middle line, mm.
            widths: N widths across that line, mm.
            depth: Its extent across the picture, mm.
            material: What it is made of.
            fill: Share of its volume that the material fills.
        """
        middle = np.asarray(spine, np.float64)
        ways = np.gradient(middle, axis=0)
        ways /= np.linalg.norm(ways, axis=1)[:, None]
        aside = np.column_stack([-ways[:, 1], ways[:, 0]])
        aside *= np.asarray(widths)[:, None] / 2
        left, right = middle + aside, middle - aside
        for i in range(len(middle) - 1):
            corners = hull(left[i : i + 2], right[i : i + 2])
            self.plate(corners, depth, material, fill=fill)

    def rod(
        self,
        path: npt.ArrayLike,
        diameter: float,
        material: Material,
        *,
        bore: float = 0.0,
        fill: float = 1.0,
    ) -> None:
        """Add a rod, a tube or a wire along a path.

        Args:
            path: (N, 2) or (N, 3), at least 2 points, mm.
            diameter: Mm.
            material: What it is made of.
            bore: Diameter of the hole along it, mm; 0 for a solid rod.
            fill: Share of its volume that the material fills.
        """
        points = _deepen(path)
        if diameter > _MITRED_FROM and len(points) > 2:
            for across, share in ((diameter, fill), (bore, -fill)):
                for mesh in _mitre(points, across) if across > 0 else ():
                    self.add(mesh, (1, 1, 1), (0, 0, 0), material, fill=share)
            return
        ways, middles = np.diff(points, axis=0), (points[1:] + points[:-1]) / 2
        lengths, turns = np.linalg.norm(ways, axis=1), _point_along(ways)
        mesh = _choose_mesh(diameter)
        for across, share in ((diameter, fill), (bore, -fill)):
            if across > 0:
                sizes = np.column_stack([np.full((len(ways), 2), across), lengths])
                self.add(mesh, sizes, middles, material, turn=turns, fill=share)

    def turned(
        self,
        profile: Sequence[tuple[float, float]],
        material: Material,
        *,
        start: Vector = (0.0, 0.0, 0.0),
        towards: Vector = (1.0, 0.0, 0.0),
        wall: float = 0.0,
    ) -> None:
        """Add what a lathe would make.

        Args:
            profile: (distance along the axis, diameter) of each corner, mm.
            material: What it is made of.
            start: Where the axis begins, mm.
            towards: Where it points, a unit vector.
            wall: Thickness of a hollow thing's wall, mm; 0 for a solid one.
        """
        axis, turn = np.array(towards), _point_along(np.array([towards]))
        for (a, first), (b, last) in pairwise(profile):
            if b <= a:
                continue
            size, centre = (1, 1, b - a), np.array(start) + axis * (a + b) / 2
            self.add(_taper(first, last), size, centre, material, turn=turn)
            inside = [max(d - 2 * wall, 0.1 * d) for d in (first, last)]
            if wall > 0:
                mesh = _taper(*inside)
                self.add(mesh, size, centre, material, turn=turn, fill=-1)

    def ring(
        self,
        centre: Vector,
        diameter: float,
        wall: float,
        depth: float,
        material: Material,
    ) -> None:
        """Add a ring that faces the rays.

        Args:
            centre: Mm.
            diameter: Outside, mm.
            wall: Mm.
            depth: Its extent along the rays, mm.
            material: What it is made of.
        """
        self.add_tube((diameter, diameter, depth), wall, centre, material)

    def spring(
        self,
        start: Point,
        end: Point,
        diameter: float,
        wire: float,
        coils: int,
    ) -> None:
        """Add a coil spring of steel.

        Args:
            start: (x, y) of its beginning, mm.
            end: (x, y) of its end, mm.
            diameter: Of the coil, mm.
            wire: Diameter of the wire, mm.
            coils: How many turns.
        """
        # Five points for two turns: few triangles, and it swings both ways alike.
        turns = np.arange(0, coils + 0.1, 0.4)
        along = np.linspace(start, end, len(turns))
        way = np.subtract(end, start) / np.hypot(*np.subtract(end, start))
        swing = diameter / 2 * np.cos(2 * np.pi * turns)[:, None]
        depth = diameter / 2 * np.sin(2 * np.pi * turns)
        flat = along + swing * [-way[1], way[0]]
        self.rod(np.column_stack([flat, depth]), wire, STEEL)

    def pins(
        self,
        places: npt.ArrayLike,
        diameter: float,
        depth: float,
        material: Material,
        *,
        fill: float = 1.0,
    ) -> None:
        """Add pins along the rays.

        Args:
            places: (N, 2) or (N, 3), their middles, mm.
            diameter: Mm.
            depth: Their length, mm.
            material: What they are made of.
            fill: Share of its volume that the material fills; below 0 for holes.
        """
        size = (diameter, diameter, depth)
        self.add(_HEXAGON, size, _deepen(places), material, fill=fill)

    def knobs(self, places: npt.ArrayLike, diameter: float, material: Material) -> None:
        """Add balls of few faces.

        Args:
            places: (N, 2) or (N, 3), their middles, mm.
            diameter: Mm.
            material: What they are made of.
        """
        self.add(_BEAD, (diameter,) * 3, _deepen(places), material)

    def screws(
        self, places: npt.ArrayLike, length: float, diameter: float = 3.5
    ) -> None:
        """Add steel screws along the rays, each with its head.

        Args:
            places: (N, 2), mm.
            length: Mm.
            diameter: Of the thread, mm.
        """
        points = _deepen(places)
        size = np.array([diameter, diameter, length])
        self.add(_HEXAGON, size, points, STEEL)
        heads = points - [0, 0, length / 2]
        self.add(_HEXAGON, size * [2, 2, 0] + [0, 0, 2.5], heads, STEEL)


def _choose_mesh(diameter: float) -> Mesh:
    """Fewer sides for thinner rods."""
    if diameter <= _MITRED_FROM:
        return _SQUARE
    if diameter <= 15:
        return _HEXAGON
    return PRISM if diameter <= 60 else CYLINDER
