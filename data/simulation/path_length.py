"""How much of each basis material every ray meets.

The scanner moves the object along x past a fan of rays in planes of constant x, all
from one source line: in its plane a ray is y = source_y + tan (z - source_z). A closed
mesh is met by its rays in pairs, so that the sum over its faces of the signed z of
every hit is the z-length inside, and the mesh needs no sorting of hits: an "L-buffer"
of signed lengths. Lengths add up, and a mesh of negative amount cuts a hole.
"""

import math
from dataclasses import dataclass

import cv2
import numba
import numpy as np
import numpy.typing as npt

from data.simulation.solids import Copies, Solids

Levels = npt.NDArray[np.float32]
Reals = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Fan:
    """The rays of one picture, through the middle of each pixel.

    Column c is at x = x0 + (c + 0.5) pitch, row r at tan = top - (r + 0.5) step: row 0
    is the highest.

    Attributes:
        width: Columns.
        height: Rows.
        x0: Where column 0 begins, mm.
        pitch: Between columns, mm.
        top: Tangent where row 0 begins.
        step: Between rows, tangent.
        source: (y, z) of the source, mm.
    """

    width: int
    height: int
    x0: float
    pitch: float
    top: float
    step: float
    source: tuple[float, float]

    def tangents(self) -> Reals:
        """(H,) float64, tangent of each row's ray."""
        return np.asarray(self.top - (np.arange(self.height) + 0.5) * self.step)

    def window(self, x0: int, y0: int, x1: int, y1: int) -> "Fan":
        """The same rays, of the pixels [x0, x1) x [y0, y1) only."""
        return Fan(
            x1 - x0,
            y1 - y0,
            self.x0 + x0 * self.pitch,
            self.pitch,
            self.top - y0 * self.step,
            self.step,
            self.source,
        )

    def surround(self, low: Reals, high: Reals) -> tuple[int, int, int, int]:
        """Pixels that the projection of a box cannot leave, clipped to the picture.

        Args:
            low: (3,) lowest x, y, z of the box, mm.
            high: (3,) highest x, y, z, mm.

        Returns:
            x0, y0, x1, y1 of a half-open rectangle; empty (x1 <= x0 or y1 <= y0) if
            the box is outside the picture.
        """
        y, z = self.source
        tangents = [
            (h - y) / (d - z) for h in (low[1], high[1]) for d in (low[2], high[2])
        ]
        first = math.floor((self.top - max(tangents)) / self.step)
        last = math.ceil((self.top - min(tangents)) / self.step)
        left = math.floor((low[0] - self.x0) / self.pitch)
        right = math.ceil((high[0] - self.x0) / self.pitch)
        return (
            max(left, 0),
            max(first, 0),
            min(right, self.width),
            min(last, self.height),
        )


def project_solids(solids: Solids, fan: Fan) -> tuple[Levels, Levels]:
    """Areal densities of carbon and iron along every ray.

    Args:
        solids: What the rays pass through, all of it beyond the source.
        fan: The rays.

    Returns:
        Two (H, W) float32 arrays, g/cm2: carbon, iron. A material outside the two
        makes one of them negative.
    """
    sums = np.zeros((2, fan.width, fan.height), np.float32)
    for copies in _merge(solids):
        _add_copies(
            copies.mesh.vertices,
            copies.mesh.faces,
            copies.linear,
            copies.shift,
            copies.amounts,
            (fan.x0 / fan.pitch, fan.pitch, fan.top, fan.step, *fan.source),
            sums,
        )
    sums *= np.sqrt(1 + fan.tangents() ** 2).astype(np.float32)
    carbon, iron = (np.asarray(cv2.transpose(plane), np.float32) for plane in sums)
    return carbon, iron


def _merge(solids: Solids) -> list[Copies]:
    """One `Copies` for each mesh, in the order of first use."""
    groups: dict[int, list[Copies]] = {}
    for copies in solids.copies:
        groups.setdefault(id(copies.mesh), []).append(copies)
    return [_concatenate(group) for group in groups.values()]


def _concatenate(group: list[Copies]) -> Copies:
    """All copies of one mesh, along x so that neighbours share cache lines."""
    shift = np.concatenate([c.shift for c in group])
    order = np.argsort(shift[:, 0], kind="stable")
    return Copies(
        group[0].mesh,
        np.concatenate([c.linear for c in group])[order],
        shift[order],
        np.concatenate([c.amounts for c in group])[order],
    )


@numba.njit(cache=True, nogil=True)  # type: ignore[misc,unused-ignore]
def _add_copies(vertices, faces, linear, shift, amounts, fan, sums):  # type: ignore[no-untyped-def]  # noqa: PLR0913, PLR0917
    moved, corners = np.empty_like(vertices), np.empty((4, 3))
    for k in range(linear.shape[0]):
        flip = 1.0 if np.linalg.det(linear[k]) >= 0 else -1.0
        for i in range(vertices.shape[0]):
            for j in range(3):
                moved[i, j] = shift[k, j] + (
                    linear[k, j, 0] * vertices[i, 0]
                    + linear[k, j, 1] * vertices[i, 1]
                    + linear[k, j, 2] * vertices[i, 2]
                )
        carbon, iron = amounts[k, 0] * flip, amounts[k, 1] * flip
        for face in range(faces.shape[0]):
            for i in range(4):
                for j in range(3):
                    corners[i, j] = moved[faces[face, i], j]
            _add_face(corners, (carbon, iron), fan, sums)


@numba.njit(cache=True, nogil=True)  # type: ignore[misc,unused-ignore]
def _add_face(corners, amounts, fan, sums):  # type: ignore[no-untyped-def]
    """Add the signed z of every hit on one face, by its plane n . p = rest."""
    offset, pitch, _top, _step, source_y, source_z = fan
    first = max(math.floor(corners[:, 0].min() / pitch - offset - 0.5), 0)
    last = math.ceil(corners[:, 0].max() / pitch - offset - 0.5)
    a, b, c, d = corners
    ux, uy, uz = c[0] - a[0], c[1] - a[1], c[2] - a[2]
    vx, vy, vz = d[0] - b[0], d[1] - b[1], d[2] - b[2]
    nx, ny, nz = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
    rest = nx * a[0] + ny * (a[1] - source_y) + nz * (a[2] - source_z)
    for column in range(first, min(last + 1, sums.shape[1])):
        x = (offset + column + 0.5) * pitch
        hits, y0, z0, y1, z1 = _cut(corners, x)
        if hits == 2 and rest != nx * x:
            ends, plane = (y0, z0, y1, z1), (rest - nx * x, ny, nz)
            _add_segment(ends, plane, amounts, fan, sums[:, column])


@numba.njit(cache=True, nogil=True)  # type: ignore[misc,unused-ignore]
def _cut(corners, x):  # type: ignore[no-untyped-def]
    """Where the plane at x cuts a convex face: count, y0, z0, y1, z1.

    Edges run from low to high x, so that two faces that share an edge get the very
    same point on it, and no ray slips between them.
    """
    hits, y0, z0, y1, z1 = 0, 0.0, 0.0, 0.0, 0.0
    for i in range(4):
        p, q = i, (i + 1) % 4
        if corners[p, 0] > corners[q, 0]:
            p, q = q, p
        if corners[p, 0] <= x < corners[q, 0]:
            t = (x - corners[p, 0]) / (corners[q, 0] - corners[p, 0])
            y = corners[p, 1] + t * (corners[q, 1] - corners[p, 1])
            z = corners[p, 2] + t * (corners[q, 2] - corners[p, 2])
            if hits == 0:
                y0, z0 = y, z
            else:
                y1, z1 = y, z
            hits += 1
    return hits, y0, z0, y1, z1


@numba.njit(cache=True, nogil=True, fastmath=True)  # type: ignore[misc,unused-ignore]
def _add_segment(ends, plane, amounts, fan, sums):  # type: ignore[no-untyped-def]
    """Add the signed z of the hits of one column's rays on a cut face.

    The source lies on the inner side of faces that rays leave through: `rest` > 0.
    """
    y0, z0, y1, z1 = ends
    rest, ny, nz = plane
    _offset, _pitch, top, step, source_y, source_z = fan
    row0 = (top - (y0 - source_y) / (z0 - source_z)) / step - 0.5
    row1 = (top - (y1 - source_y) / (z1 - source_z)) / step - 0.5
    first = max(math.ceil(min(row0, row1)), 0)
    end = min(math.ceil(max(row0, row1)), sums.shape[1])
    sign = 1.0 if rest > 0 else -1.0
    near, far = np.float32(min(z0, z1)), np.float32(max(z0, z1))
    facing = np.float32((ny * (top - 0.5 * step) + nz) / rest)
    slope = np.float32(ny * step / rest)
    shift, one = np.float32(source_z), np.float32(1)
    to_carbon = np.float32(amounts[0] * sign)
    to_iron = np.float32(amounts[1] * sign)
    carbon, iron = sums[0], sums[1]
    for row in range(first, end):
        z = one / (facing - slope * np.float32(row)) + shift
        z = min(max(z, near), far)
        carbon[row] += to_carbon * z
        iron[row] += to_iron * z
