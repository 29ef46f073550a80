"""Outlines in the plane of the picture, and the plates cut along them."""

import cv2
import numpy as np
import numpy.typing as npt

from data.simulation.geometry.meshes import Mesh

Reals = npt.NDArray[np.float64]
Point = tuple[float, float]


def circle(x: float, y: float, radius: float, sides: int = 12) -> Reals:
    """Points on a circle.

    Args:
        x: Its centre, mm.
        y: Its centre, mm.
        radius: Mm.
        sides: How many points.

    Returns:
        (sides, 2) float64.
    """
    angle = np.arange(sides) * (2 * np.pi / sides)
    return np.stack([x + radius * np.cos(angle), y + radius * np.sin(angle)], axis=1)


def arc(
    centre: Point,
    radius: float,
    start: float,
    stop: float,
    count: int = 8,
) -> Reals:
    """Points along an arc.

    Args:
        centre: (x, y), mm.
        radius: Mm.
        start: Angle of the first point, degrees, anticlockwise from +x.
        stop: Angle of the last point, degrees.
        count: How many points.

    Returns:
        (count, 2) float64.
    """
    angle = np.radians(np.linspace(start, stop, count))
    return np.asarray(centre) + radius * np.stack([np.cos(angle), np.sin(angle)], 1)


def hull(*parts: npt.ArrayLike) -> Reals:
    """Convex outline around points.

    Args:
        parts: Each (2,) or (N, 2): single points, circles, outlines, mm.

    Returns:
        (N, 2) float64, anticlockwise.

    Example:
        >>> hull((0, 0), (2, 0), (1, 1), (2, 2), (0, 2)).shape
        (4, 2)
    """
    points = np.concatenate([np.reshape(part, (-1, 2)) for part in parts])
    corners = cv2.convexHull(points.astype(np.float32))[:, 0].astype(np.float64)
    following = np.roll(corners, -1, axis=0)
    doubled = corners[:, 0] * following[:, 1] - corners[:, 1] * following[:, 0]
    return corners if doubled.sum() > 0 else corners[::-1].copy()


def inset(outline: Reals, wall: float) -> Reals | None:
    """What is left of a convex outline, a wall's thickness off its edges.

    Args:
        outline: (N, 2), convex and anticlockwise, mm.
        wall: Mm.

    Returns:
        (N, 2), or None where the walls fill all of it.

    Example:
        >>> inset(hull((0, 0), (10, 0), (10, 6), (0, 6)), 1).max(axis=0)
        array([9., 5.])
    """
    edges = np.roll(outline, -1, axis=0) - outline
    inwards = np.column_stack([-edges[:, 1], edges[:, 0]])
    inwards /= np.linalg.norm(inwards, axis=1)[:, None]
    limits = np.einsum("ij,ij->i", inwards, outline) + wall
    kept: list[Point] = [(float(x), float(y)) for x, y in outline]
    for (x, y), limit in zip(inwards.tolist(), limits.tolist(), strict=True):
        kept = _cut(kept, (x, y), limit)
    return hull(kept) if len(kept) > 2 else None


def _cut(corners: list[Point], normal: Point, limit: float) -> list[Point]:
    """The part of a convex outline in one half-plane (Sutherland and Hodgman)."""
    depths = [x * normal[0] + y * normal[1] - limit for x, y in corners]
    kept = []
    for i, ((x, y), depth) in enumerate(zip(corners, depths, strict=True)):
        before, (u, v) = depths[i - 1], corners[i - 1]
        if before * depth < 0:
            share = before / (before - depth)
            kept.append((u + share * (x - u), v + share * (y - v)))
        if depth >= 0:
            kept.append((x, y))
    return kept


def extrude(outline: Reals) -> Mesh:
    """A plate of thickness 1 across z.

    Args:
        outline: (N, 2), convex and anticlockwise, mm.
    """
    count = len(outline)
    low = np.column_stack([outline, np.full(count, -0.5)])
    high = np.column_stack([outline, np.full(count, 0.5)])
    faces = []
    for i in range(count):
        j = (i + 1) % count
        faces.append((i, j, j + count, i + count))
    for i in range(1, count - 1, 2):
        last = min(i + 2, count - 1)
        faces.append((0, last, i + 1, i) if last > i + 1 else (0, last, i, i))
        faces.append((count, count + i, count + i + 1, count + last))
    return Mesh(np.concatenate([low, high]), np.array(faces, np.int32))
