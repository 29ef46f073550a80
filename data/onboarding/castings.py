"""Find the corner castings at a container's ends, near and far.

Rays fan out from a source, so that the near side of a container looks taller than the
far side. A point at height y over the underside and at depth z behind the mid-plane
lies at row

    top + k (H - s H) / (D - W / 2) - k (y - s H) / (D + z)

where H is the container's height, W its width, s the source's height as a share of H, D
its distance from the mid-plane and k the pixels per unit of tangent. The pitch at the
mid-plane is D / k. Castings are 118 mm high and 162 mm deep (ISO 1161).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

Wide = npt.NDArray[np.float64]

CASTING_LENGTH_MM: Final = 178.0
CASTING_HEIGHT_MM: Final = 118.0
CASTING_DEPTH_MM: Final = 162.0
WIDTH_MM: Final = 2438.0

_OUTER: Final = WIDTH_MM / 2
_INNER: Final = _OUTER - CASTING_DEPTH_MM
_CAP: Final = 4.0
_STEP: Final = 0.5
_STRONG: Final = 0.9
_EARLY: Final = 1.5
_MARGIN: Final = 6.0
_DISTANCES: Final = np.geomspace(3500, 14000, 20)
_SOURCES: Final = np.linspace(-0.5, 0.4, 25)
_CLOSEST: Final = 3000.0
_FARTHEST: Final = 20_000.0
_HEIGHTS: Final = np.linspace(0.5, 1.0, 150)
_TOPS: Final = np.linspace(-0.006, 0.006, 3)
_FINE_SOURCES: Final = np.linspace(-0.5, 0.4, 37)
_FINE_HEIGHTS: Final = np.linspace(0.5, 1.0, 180)
_FINE_TOPS: Final = np.linspace(-0.008, 0.008, 5)
"""Where the pitch is supposed, there is time for a finer grid."""
_REFINED: Final = (0.6, 0.15)


@dataclass(frozen=True, slots=True)
class Ends:
    """What the castings of a container say.

    Attributes:
        near: Height of the near side, px.
        source: Height of the source over the underside, share of the height.
        distance: Source to mid-plane, mm.
        height_mm: Height of the container that was supposed.
        offset: Row of the near side's upper edge less that of the roof, px.
        fit: Share of the edges that are where they should be, 0 to 1.
    """

    near: float
    source: float
    distance: float
    height_mm: float
    offset: float
    fit: float

    @property
    def pitch_mm(self) -> float:
        """Pixel pitch at the mid-plane, mm."""
        scale = self.near * (self.distance - _OUTER) / self.height_mm
        return self.distance / scale

    def row(self, y: float, z: float) -> float:
        """Row of a point below the near side's upper edge, px.

        Args:
            y: Height over the underside, mm.
            z: Depth behind the mid-plane, mm.
        """
        return float(_project(self._parameters, y, z))

    @property
    def _parameters(self) -> tuple[Wide, ...]:
        values = (self.near, self.distance, self.source, self.height_mm)
        return tuple(np.asarray(value) for value in values)


def find_castings(
    profiles: Sequence[Wide],
    roofs: Sequence[float],
    height_mm: float,
    pitch_mm: float | None = None,
) -> Ends:
    """Fit the edges of castings to the attenuation along both ends.

    Args:
        profiles: (H,) attenuation over the outer part of the castings' length, of each
            end.
        roofs: Row of the roof at each end, px.
        height_mm: Height of the container that is supposed.
        pitch_mm: Pixel pitch that is supposed; None leaves it free.
    """
    edges = [_find_edges(profile) for profile in profiles]
    room = min(len(p) - roof for p, roof in zip(profiles, roofs, strict=True))
    grid: tuple[Wide, ...] = (_TOPS * room, _HEIGHTS * room, _DISTANCES, _SOURCES)
    if pitch_mm is not None:
        fine = (axis * room for axis in (_FINE_TOPS, _FINE_HEIGHTS))
        grid = (*fine, np.array([pitch_mm]), _FINE_SOURCES)
    found = _search(edges, roofs, grid, height_mm)
    for scale in _REFINED:
        narrow = _narrow(found, room, scale)
        if pitch_mm is not None:
            narrow = (*narrow[:2], np.array([pitch_mm]), narrow[3])
        found = _search(edges, roofs, narrow, height_mm)
    return found


def _find_edges(profile: Wide) -> tuple[Wide, Wide, Wide]:
    """How much a profile rises and falls at each row, -0.3 to 1, a little broadened.

    The third counts, up to each row, rises that are too strong for a post.
    """
    capped = np.minimum(profile, _CAP)
    reach = max(round(len(profile) * 0.003), 2)
    kernel = np.concatenate([np.ones(reach), -np.ones(reach)]) / reach
    step = np.convolve(np.pad(capped, reach, mode="edge"), kernel, "valid")[:-1]
    rises = np.clip(step / _STEP, -0.3, 1.0)
    falls = np.clip(-step / _STEP, -0.3, 1.0)
    early = np.cumsum(rises > _STRONG) / reach
    return _blur(rises), _blur(falls), np.asarray(early, np.float64)


def _blur(edges: Wide) -> Wide:
    return np.asarray(cv2.GaussianBlur(edges[None], (0, 0), 1.0)[0], np.float64)


def _narrow(found: Ends, room: float, scale: float) -> tuple[Wide, ...]:
    steps = np.linspace(-1, 1, 11) * scale
    return (
        found.offset + steps * 0.006 * room,
        found.near + steps * 0.008 * room,
        np.clip(found.distance * np.exp(steps * 0.1), 3000, 15000),
        found.source + steps * 0.05,
    )


def _project(parameters: tuple[Wide, ...], y: float, z: float) -> Wide:
    near, distance, source, height = parameters
    scale = near * (distance - _OUTER) / height
    low = source * height
    top = scale * (height - low) / (distance - _OUTER)
    return np.asarray(top - scale * (y - low) / (distance + z))


def _search(
    edges: Sequence[tuple[Wide, Wide, Wide]],
    roofs: Sequence[float],
    grid: tuple[Wide, ...],
    height: float,
) -> Ends:
    """The best of a grid of offsets, near heights, distances and sources.

    A single distance below a metre is a pitch: distances then follow from it.
    """
    offset, near, distance, source = (
        axis.reshape([-1 if i == k else 1 for k in range(4)])
        for i, axis in enumerate(grid)
    )
    if distance.max() < 1000:
        larger = np.maximum(distance * near / height, 1.01)
        distance = _OUTER * larger / (larger - 1)
    rows = _list_rows((near, distance, source, np.asarray(height)), height)
    score = sum(
        _judge(pair, roof + offset, rows)
        for pair, roof in zip(edges, roofs, strict=True)
    )
    score = np.asarray(score) / (len(edges) * _FULL)
    possible = (distance > _CLOSEST) & (distance < _FARTHEST)
    score = np.where(possible, score, -1.0)
    best = np.unravel_index(int(np.argmax(score)), score.shape)
    axes = (near, source, distance, offset)
    n, s, d, o = (float(np.broadcast_to(axis, score.shape)[best]) for axis in axes)
    return Ends(n, s, d, height, o, float(score[best]))


_FULL: Final = 1.0 + 0.7 + 1.5 + 1.5 + 0.5 + 0.6


def _list_rows(parameters: tuple[Wide, ...], height: float) -> dict[str, Wide]:
    """Rows of edges below the near side's upper edge, px."""
    sides = ((-_OUTER, -_INNER), (_INNER, _OUTER))
    lids = [
        np.minimum(*(_project(parameters, CASTING_HEIGHT_MM, z) for z in side))
        for side in sides
    ]
    soles = [np.maximum(*(_project(parameters, 0, z) for z in s)) for s in sides]
    return {
        "far lid": _project(parameters, height, _INNER),
        "far sole": _project(parameters, height - CASTING_HEIGHT_MM, _OUTER),
        "first lid": np.minimum(*lids),
        "second lid": np.maximum(*lids),
        "last sole": np.maximum(*soles),
    }


def _judge(edges: tuple[Wide, Wide, Wide], top: Wide, rows: dict[str, Wide]) -> Wide:
    rises, falls, early = edges
    between = _look(early, top + rows["first lid"] - _MARGIN)
    between = between - _look(early, top + rows["far sole"] + _MARGIN)
    score = -_EARLY * np.clip(between, 0, 1)
    score = score + _look(rises, top)
    score = score + 0.7 * _look(rises, top + rows["far lid"])
    score = score + 1.5 * _look(falls, top + rows["far sole"])
    score = score + 1.5 * _look(rises, top + rows["first lid"])
    score = score + 0.5 * _look(rises, top + rows["second lid"])
    return np.asarray(score + 0.6 * _look(falls, top + rows["last sole"]))


def _look(edges: Wide, rows: Wide) -> Wide:
    places = np.rint(rows).astype(np.int32)
    inside = (places >= 0) & (places < len(edges))
    return np.where(inside, edges[np.clip(places, 0, len(edges) - 1)], 0.0)
