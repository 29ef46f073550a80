"""What a container carries: a plan of a few kinds of cargo along its length."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np

from data.simulation.container import Hold
from data.simulation.loose import load_household, load_machinery, load_scrap
from data.simulation.packed import (
    load_bags,
    load_cartons,
    load_drums,
    load_pipes,
    load_sacks,
    load_timber,
)
from data.simulation.solids import Solids

Loader = Callable[[np.random.Generator, Hold], Solids]

EMPTY: Final = "empty"
EMPTY_SHARE: Final = 0.2
PAYLOAD_KG_PER_M: Final = 2150.0
"""Payload that a container of 40 ft may carry, per metre of it."""

_LOADERS: Final[dict[str, tuple[Loader, float]]] = {
    "bags": (load_bags, 0.06),
    "cartons": (load_cartons, 0.3),
    "drums": (load_drums, 0.12),
    "household": (load_household, 0.18),
    "machinery": (load_machinery, 0.12),
    "pipes": (load_pipes, 0.05),
    "sacks": (load_sacks, 0.06),
    "scrap": (load_scrap, 0.05),
    "timber": (load_timber, 0.06),
}

CARGO: Final = (*_LOADERS, EMPTY)
"""The kinds of cargo offered."""


@dataclass(frozen=True, slots=True)
class Cargo:
    """What was loaded.

    Attributes:
        kinds: Of each stretch, from left to right; ("empty",) if there is none.
        solids: All of it.
    """

    kinds: tuple[str, ...]
    solids: Solids


def draw_cargo(rng: np.random.Generator, hold: Hold, kind: str | None = None) -> Cargo:
    """Draw a cargo and load it, within the payload a container may carry.

    Args:
        rng: Source of chance.
        hold: Where to.
        kind: One of `CARGO` for all of the hold; None draws a plan, and leaves a
            fifth of the containers empty.
    """
    if kind == EMPTY or (kind is None and rng.random() < EMPTY_SHARE):
        return Cargo((EMPTY,), Solids())
    stretches = _split(rng, hold) if kind is None else [hold]
    kinds = tuple(kind or _draw_kind(rng) for _ in stretches)
    solids = Solids()
    for each, stretch in zip(kinds, stretches, strict=True):
        solids.copies += _LOADERS[each][0](rng, stretch).copies
    most = PAYLOAD_KG_PER_M * hold.length / 1000
    mass = solids.mass_kg
    if mass > most:
        solids.scale_amounts(most / mass)
    return Cargo(kinds, solids)


def _draw_kind(rng: np.random.Generator) -> str:
    shares = np.array([share for _, share in _LOADERS.values()])
    return str(rng.choice(list(_LOADERS), p=shares / shares.sum()))


def _split(rng: np.random.Generator, hold: Hold) -> list[Hold]:
    """One to three stretches; at times the rear stays free."""
    count = min(int(rng.integers(1, 4)), max(int(hold.length // 2000), 1))
    end = hold.x1 - hold.length * rng.choice((0.0, 0.0, rng.uniform(0.05, 0.4)))
    inner = rng.dirichlet(np.full(count, 4.0)).cumsum()[:-1]
    edges = [hold.x0, *(hold.x0 + inner * (end - hold.x0)), end]
    return [replace(hold, x0=float(a), x1=float(b)) for a, b in pairwise(edges)]
