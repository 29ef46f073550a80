"""Closed convex meshes of unit size, centred on the origin, faces turned outwards."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

Reals = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Mesh:
    """A closed convex surface.

    Attributes:
        vertices: (V, 3) float64.
        faces: (F, 4) int32, rows of `vertices`, anticlockwise seen from outside: flat
            convex quadrangles. A triangle names its last corner twice.
    """

    vertices: Reals
    faces: npt.NDArray[np.int32]

    @property
    def volume(self) -> float:
        """Enclosed volume, by the divergence theorem."""
        return _measure_volume(self)

    @property
    def radius(self) -> float:
        """Distance of the farthest vertex from the origin."""
        return _measure_radius(self)

    def contains(self, points: Reals) -> npt.NDArray[np.bool_]:
        """Which points are inside a convex mesh: on the inner side of every face.

        Args:
            points: (..., 3).

        Returns:
            (...) bool.

        Example:
            >>> make_box().contains(np.array([[0.4, 0, 0], [0.6, 0, 0]]))
            array([ True, False])
        """
        normals, rests = _list_planes(self)
        return np.asarray((points @ normals.T <= rests).all(axis=-1))


@lru_cache(maxsize=256)
def _measure_radius(mesh: Mesh) -> float:
    return float(np.linalg.norm(mesh.vertices, axis=1).max())


@lru_cache(maxsize=256)
def _measure_volume(mesh: Mesh) -> float:
    a, b, c, d = (mesh.vertices[mesh.faces[:, i]] for i in range(4))
    six = np.einsum("ij,ij->", a, np.cross(b, c) + np.cross(c, d))
    return float(six / 6)


@lru_cache(maxsize=256)
def _list_planes(mesh: Mesh) -> tuple[Reals, Reals]:
    """Of each face its outward normal, (F, 3), and normal . point on it, (F,)."""
    a, b, c, d = (mesh.vertices[mesh.faces[:, i]] for i in range(4))
    normals = np.cross(c - a, d - b)
    return normals, np.einsum("ij,ij->i", normals, a)


@lru_cache(maxsize=1)
def make_box() -> Mesh:
    """A cube of side 1.

    Example:
        >>> make_box().volume
        1.0
    """
    vertices = np.array(
        [[x, y, z] for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)]
    )
    faces = (
        (0, 1, 3, 2),
        (4, 6, 7, 5),
        (0, 4, 5, 1),
        (2, 3, 7, 6),
        (0, 2, 6, 4),
        (1, 5, 7, 3),
    )
    return Mesh(vertices, np.array(faces, np.int32))


@lru_cache(maxsize=8)
def make_cylinder(sides: int = 20) -> Mesh:
    """A cylinder of diameter 1 and length 1 along z.

    Args:
        sides: Sides of the polygon that stands for its circle, which it inscribes; an
            even number.
    """
    angle = np.arange(sides) * (2 * np.pi / sides)
    circle = np.stack([np.cos(angle) / 2, np.sin(angle) / 2], axis=1)
    low = np.column_stack([circle, np.full(sides, -0.5)])
    high = np.column_stack([circle, np.full(sides, 0.5)])
    faces = [(i, j, j + sides, i + sides) for i, j in _pairs(sides)]
    for i in range(1, sides - 1, 2):
        faces.append((0, i + 2 if i + 2 < sides else 0, i + 1, i))
        faces.append((sides, sides + i, sides + i + 1, sides + (i + 2) % sides))
    return Mesh(np.concatenate([low, high]), np.array(faces, np.int32))


def _pairs(count: int) -> list[tuple[int, int]]:
    """Each corner of a ring with the next one."""
    return [(i, (i + 1) % count) for i in range(count)]


@lru_cache(maxsize=4)
def make_ellipsoid(rings: int = 8) -> Mesh:
    """A ball of diameter 1, as a polyhedron with its vertices on the ball.

    Args:
        rings: Bands from pole to pole; there are twice as many around.
    """
    around = 2 * rings
    polar = np.pi * np.arange(1, rings) / rings
    turn = 2 * np.pi * np.arange(around) / around
    grid = np.stack(
        [
            np.outer(np.sin(polar), np.cos(turn)),
            np.outer(np.sin(polar), np.sin(turn)),
            np.repeat(np.cos(polar)[:, None], around, axis=1),
        ],
        axis=-1,
    ).reshape(-1, 3)
    vertices = np.concatenate([grid, [[0, 0, 1], [0, 0, -1]]]) / 2
    top, bottom = len(grid), len(grid) + 1
    last = (rings - 2) * around
    faces = []
    for i, j in _pairs(around):
        faces += [(top, i, j, j), (bottom, last + j, last + i, last + i)]
        for row in range(0, last, around):
            below = row + around
            faces.append((row + i, below + i, below + j, below + j))
            faces.append((row + i, below + j, row + j, row + j))
    return Mesh(vertices, np.array(faces, np.int32))


@lru_cache(maxsize=4)
def make_pillow(rings: int = 6, *, roundness: float = 0.5) -> Mesh:
    """A ball swollen towards a cube of side 1: a sack, a bag.

    Args:
        rings: As for `make_ellipsoid`.
        roundness: 1 for the ball; towards 0 for the cube (a superquadric).
    """
    ball = make_ellipsoid(rings)
    unit = 2 * ball.vertices
    swollen = np.sign(unit) * np.abs(unit) ** roundness
    return Mesh(swollen / 2, ball.faces)


BOX: Final = make_box()
CYLINDER: Final = make_cylinder()
PRISM: Final = make_cylinder(10)
SACK: Final = make_pillow()
