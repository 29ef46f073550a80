"""Things take the place of the goods that they are put into."""

from typing import Final

import numpy as np
import numpy.typing as npt

from data.simulation.geometry.solids import Copies, Solids
from data.simulation.hiding.scene import Scene

Reals = npt.NDArray[np.float64]

_PROBES: Final = 0.35 * np.array([[0, 0, 0], *np.eye(3), *-np.eye(3)], dtype=np.float64)
"""Where each part is asked what would be there, in its own unit frame."""


def displace(thing: Solids, scene: Scene) -> Solids:
    """What must be taken away for a thing to be where it is.

    Every part of it that is not inside another one takes away its own volume of what
    is there, as seven points in it tell.

    Args:
        thing: In its place.
        scene: What is there.

    Returns:
        Solids of negative amounts; none if there was nothing.
    """
    outer = _find_outer(thing)
    points = [
        np.einsum("kij,pj->kpi", c.linear, _PROBES) + c.shift[:, None] for c in outer
    ]
    if not points:
        return Solids()
    every = np.concatenate([p.reshape(-1, 3) for p in points])
    found = scene.amounts_at(every).reshape(-1, len(_PROBES), 2).mean(axis=1)
    taken, start = Solids(), 0
    for c in outer:
        amounts = found[start : start + len(c.shift)]
        start += len(c.shift)
        if amounts.any():
            taken.copies.append(Copies(c.mesh, c.linear, c.shift, -amounts))
    return taken


def _find_outer(thing: Solids) -> list[Copies]:
    """The parts that are no holes and whose centre is not inside a larger part."""
    parts = [c.chosen(c.amounts.sum(axis=1) > 0) for c in thing.copies]
    parts = [c for c in parts if len(c.shift)]
    if not parts:
        return []
    volumes = [np.abs(np.linalg.det(c.linear)) * c.mesh.volume for c in parts]
    centres = np.concatenate([c.shift for c in parts])
    around = np.zeros(len(centres))
    for c, volume in zip(parts, volumes, strict=True):
        local = np.einsum(
            "kij,kpj->kpi", np.linalg.inv(c.linear), centres - c.shift[:, None]
        )
        inside = np.where(c.mesh.contains(local), volume[:, None], 0)
        around = np.maximum(around, inside.max(axis=0))
    free = around <= np.concatenate(volumes) * 1.001
    edges = np.cumsum([0, *(len(c.shift) for c in parts)])
    chosen = [
        c.chosen(free[start:stop])
        for c, start, stop in zip(parts, edges, edges[1:], strict=False)
    ]
    return [c for c in chosen if len(c.shift)]
