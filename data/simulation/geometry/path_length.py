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

from data.simulation.geometry.solids import Solids

Levels = npt.NDArray[np.float32]
Reals = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Fan:
    """The rays of one picture, through the middle of each pixel.

    Column c is at x = x0 + (c + 0.5) pitch, row r at tan = top - (r + 0.5) step: row 0
    is the highest. The plane of the rays may be a little skew to the travel, and the
    object may climb a little on its way.

    Attributes:
        width: Columns.
        height: Rows.
        x0: Where column 0 begins, mm.
        pitch: Between columns, mm.
        top: Tangent where row 0 begins.
        step: Between rows, tangent.
        source: (y, z) of the source, mm.
        skew: How far back the plane of the rays lies per depth, mm per mm of z.
        slope: How far the object climbs, mm per mm of x.
        sway: (W,) how far the object is above its path in each column, mm: source and
            detectors swing together.
    """

    width: int
    height: int
    x0: float
    pitch: float
    top: float
    step: float
    source: tuple[float, float]
    skew: float = 0.0
    slope: float = 0.0
    sway: Reals | None = None

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
            self.skew,
            self.slope,
            None if self.sway is None else self.sway[x0:x1],
        )

    @property
    def swing(self) -> tuple[float, float]:
        """Lowest and highest sway, mm."""
        if self.sway is None or not len(self.sway):
            return 0.0, 0.0
        return float(self.sway.min()), float(self.sway.max())

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
        low, high = self._shear(low, high)
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

    def _shear(self, low: Reals, high: Reals) -> tuple[Reals, Reals]:
        """Bounds of what skew, slope and sway make of a box."""
        lean = sorted((self.skew * low[2], self.skew * high[2]))
        x = (low[0] + lean[0], high[0] + lean[1])
        rise = sorted((self.slope * x[0], self.slope * x[1]))
        down, up = self.swing
        return (
            np.array([x[0], low[1] + rise[0] + down, low[2]]),
            np.array([x[1], high[1] + rise[1] + up, high[2]]),
        )


@dataclass(frozen=True, slots=True, eq=False)
class PathLengths:
    """How much the rays of a fan have met so far.

    Attributes:
        fan: The rays.
        sums: (2, W, H) float32, carbon and iron, g/cm2 along z; columns come first, as
            solids are met column by column.
    """

    fan: Fan
    sums: Levels

    @classmethod
    def none(cls, fan: Fan) -> "PathLengths":
        """Nothing met yet.

        Args:
            fan: The rays.
        """
        return cls(fan, np.zeros((2, fan.width, fan.height), np.float32))

    def add(self, solids: Solids, *, until: float = math.inf) -> None:
        """Meet some more.

        Args:
            solids: What the rays pass through, all of it beyond the source.
            until: Only what is nearer to the source than this z counts, mm.
        """
        fan = self.fan
        sway = np.zeros(fan.width) if fan.sway is None else fan.sway
        for copies in solids.merge().copies:
            _add_copies(
                copies.mesh.vertices,
                copies.mesh.faces,
                copies.linear,
                copies.shift,
                copies.amounts,
                (fan.skew, fan.slope, sway),
                (fan.x0 / fan.pitch, fan.pitch, fan.top, fan.step, *fan.source, until),
                self.sums,
            )

    def areal(self) -> tuple[Levels, Levels]:
        """Areal densities along the rays; the sums are used up.

        Returns:
            Two (H, W) float32 arrays, g/cm2: carbon, iron.
        """
        np.multiply(
            self.sums,
            np.sqrt(1 + self.fan.tangents() ** 2).astype(np.float32),
            out=self.sums,
        )
        carbon, iron = (cv2.transpose(plane) for plane in self.sums)
        return np.asarray(carbon, np.float32), np.asarray(iron, np.float32)


def project_solids(
    solids: Solids, fan: Fan, *, until: float = math.inf
) -> tuple[Levels, Levels]:
    """Areal densities of carbon and iron along every ray.

    Args:
        solids: What the rays pass through, all of it beyond the source.
        fan: The rays.
        until: Only what is nearer to the source than this z counts, mm.

    Returns:
        Two (H, W) float32 arrays, g/cm2: carbon, iron. A material outside the two
        makes one of them negative.
    """
    lengths = PathLengths.none(fan)
    lengths.add(solids, until=until)
    return lengths.areal()


def select_solids(solids: Solids, fan: Fan) -> Solids:
    """The solids that some ray may meet.

    Args:
        solids: Many.
        fan: A few rays, such as a window of a picture.

    Returns:
        Those that are not out of the picture for certain.
    """
    x0, x1 = fan.x0, fan.x0 + fan.width * fan.pitch
    top, bottom = fan.top, fan.top - fan.height * fan.step
    source_y, source_z = fan.source
    kept = []
    for copies in solids.copies:
        shift, reach = copies.shift.copy(), copies.reach.copy()
        shift[:, 0] += fan.skew * shift[:, 2]
        shift[:, 1] += fan.slope * shift[:, 0]
        reach[:, 0] += abs(fan.skew) * reach[:, 2]
        reach[:, 1] += abs(fan.slope) * reach[:, 0] + max(map(abs, fan.swing))
        near = (shift[:, 0] + reach[:, 0] >= x0) & (shift[:, 0] - reach[:, 0] <= x1)
        depth = shift[:, 2] - source_z
        slack = reach[:, 1] + reach[:, 2] * max(abs(top), abs(bottom))
        height = shift[:, 1] - source_y
        near &= (height + slack >= bottom * depth) & (height - slack <= top * depth)
        kept.append(copies.chosen(near))
    return Solids([copies for copies in kept if len(copies.shift)])


@numba.njit(cache=True, nogil=True)  # type: ignore[misc,unused-ignore]
def _add_copies(vertices, faces, linear, shift, amounts, shear, fan, sums):  # type: ignore[no-untyped-def]  # noqa: PLR0913, PLR0917
    moved, corners = np.empty_like(vertices), np.empty((4, 3))
    edges = np.empty((4, 6))
    for k in range(linear.shape[0]):
        flip = 1.0 if np.linalg.det(linear[k]) >= 0 else -1.0
        for i in range(vertices.shape[0]):
            for j in range(3):
                moved[i, j] = shift[k, j] + (
                    linear[k, j, 0] * vertices[i, 0]
                    + linear[k, j, 1] * vertices[i, 1]
                    + linear[k, j, 2] * vertices[i, 2]
                )
            moved[i, 0] += shear[0] * moved[i, 2]
            moved[i, 1] += shear[1] * moved[i, 0]
        carbon, iron = amounts[k, 0] * flip, amounts[k, 1] * flip
        for face in range(faces.shape[0]):
            for i in range(4):
                for j in range(3):
                    corners[i, j] = moved[faces[face, i], j]
            _add_face(corners, edges, (carbon, iron), shear[2], fan, sums)


@numba.njit(cache=True, nogil=True)  # type: ignore[misc,unused-ignore]
def _add_face(corners, edges, amounts, sway, fan, sums):  # type: ignore[no-untyped-def]
    """Add the signed z of every hit on one face, by its plane n . p = rest."""
    offset, pitch, _top, _step, source_y, source_z, _until = fan
    first = max(math.floor(corners[:, 0].min() / pitch - offset - 0.5), 0)
    last = math.ceil(corners[:, 0].max() / pitch - offset - 0.5)
    a, b, c, d = corners
    ux, uy, uz = c[0] - a[0], c[1] - a[1], c[2] - a[2]
    vx, vy, vz = d[0] - b[0], d[1] - b[1], d[2] - b[2]
    nx, ny, nz = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
    rest = nx * a[0] + ny * (a[1] - source_y) + nz * (a[2] - source_z)
    count = _list_edges(corners, edges)
    for column in range(first, min(last + 1, sums.shape[1])):
        x = (offset + column + 0.5) * pitch
        hits, y0, z0, y1, z1 = _cut(edges, count, x)
        up = sway[column]
        beyond = rest - nx * x + ny * up
        if hits == 2 and beyond != 0:
            ends, plane = (y0 + up, z0, y1 + up, z1), (beyond, ny, nz)
            _add_segment(ends, plane, amounts, fan, sums, column)


@numba.njit(cache=True, nogil=True)  # type: ignore[misc,unused-ignore]
def _list_edges(corners, edges):  # type: ignore[no-untyped-def]
    """Edges of a face as x from, x to, y, its slope, z, its slope; how many.

    They run from low to high x, so that two faces that share an edge get the very same
    point on it, and no ray slips between them.
    """
    count = 0
    for i in range(4):
        p, q = corners[i], corners[(i + 1) % 4]
        if p[0] > q[0]:
            p, q = q, p
        run = q[0] - p[0]
        if run > 0:
            edges[count, 0], edges[count, 1] = p[0], q[0]
            edges[count, 2], edges[count, 3] = p[1], (q[1] - p[1]) / run
            edges[count, 4], edges[count, 5] = p[2], (q[2] - p[2]) / run
            count += 1
    return count


@numba.njit(cache=True, nogil=True)  # type: ignore[misc,unused-ignore]
def _cut(edges, count, x):  # type: ignore[no-untyped-def]
    """Where the plane at x cuts a convex face: count, y0, z0, y1, z1."""
    hits, y0, z0, y1, z1 = 0, 0.0, 0.0, 0.0, 0.0
    for i in range(count):
        if edges[i, 0] <= x < edges[i, 1]:
            along = x - edges[i, 0]
            y = edges[i, 2] + along * edges[i, 3]
            z = edges[i, 4] + along * edges[i, 5]
            if hits == 0:
                y0, z0 = y, z
            else:
                y1, z1 = y, z
            hits += 1
    return hits, y0, z0, y1, z1


@numba.njit(  # type: ignore[misc,unused-ignore]
    cache=True, nogil=True, fastmath=True, error_model="numpy"
)
def _add_segment(ends, plane, amounts, fan, sums, column):  # type: ignore[no-untyped-def]
    """Add the signed z of the hits of one column's rays on a cut face.

    The source lies on the inner side of faces that rays leave through: `rest` > 0.
    """
    y0, z0, y1, z1 = ends
    rest, ny, nz = plane
    _offset, _pitch, top, step, source_y, source_z, until = fan
    row0 = (top - (y0 - source_y) / (z0 - source_z)) / step - 0.5
    row1 = (top - (y1 - source_y) / (z1 - source_z)) / step - 0.5
    first = max(math.ceil(min(row0, row1)), 0)
    end = min(math.ceil(max(row0, row1)), sums.shape[2])
    sign = 1.0 if rest > 0 else -1.0
    near = np.float32(min(z0, z1, until))
    far = np.float32(min(max(z0, z1), until))
    facing = np.float32((ny * (top - 0.5 * step) + nz) / rest)
    slope = np.float32(ny * step / rest)
    shift, one = np.float32(source_z), np.float32(1)
    to_carbon = np.float32(amounts[0] * sign)
    to_iron = np.float32(amounts[1] * sign)
    if end <= first:
        return
    # Slices and a counting float are what the compiler turns into vector code.
    carbon, iron = sums[0, column, first:end], sums[1, column, first:end]
    at = np.float32(first)
    for row in range(len(carbon)):
        z = one / (facing - slope * at) + shift
        z = min(max(z, near), far)
        carbon[row] += to_carbon * z
        iron[row] += to_iron * z
        at += one
