"""What a container carries: a plan of a few kinds of cargo along its length."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from data.simulation.goods.appliances import load_appliances
from data.simulation.goods.engines import load_engines
from data.simulation.goods.furniture import load_furniture
from data.simulation.goods.heaps import load_bulk, load_scrap
from data.simulation.goods.household import load_household
from data.simulation.goods.lengths import load_pipes, load_timber
from data.simulation.goods.liquids import load_barrels, load_drums, load_ibcs
from data.simulation.goods.machines import load_machinery
from data.simulation.goods.pallets import load_cartons
from data.simulation.goods.produce import load_produce
from data.simulation.goods.rows import PAYLOAD_KG_PER_M, cut_hold
from data.simulation.goods.sacks import load_bags, load_bales, load_sacks
from data.simulation.goods.tyres import load_tyres
from data.simulation.goods.vehicles import load_vehicles
from data.simulation.loading.hold import Hold
from data.simulation.loading.load import Load, Niche

Loader = Callable[[np.random.Generator, Hold], Load]

EMPTY: Final = "empty"
EMPTY_SHARE: Final = 0.2
REEFER_CARGO: Final = ("produce",)
"""Kinds that travel cooled, in a container of their own."""

_MOST_NICHES: Final = 60
"""Of a stretch."""

_SHORTEST_STRETCH_MM: Final = 2000.0
_ROOMY: Final = {"vehicles": 3700.0}
"""Length without which there is no use in a kind, mm."""

_LOADERS: Final[dict[str, tuple[Loader, float]]] = {
    "appliances": (load_appliances, 0.05),
    "bags": (load_bags, 0.04),
    "bales": (load_bales, 0.04),
    "barrels": (load_barrels, 0.06),
    "bulk": (load_bulk, 0.015),
    "cartons": (load_cartons, 0.28),
    "drums": (load_drums, 0.03),
    "engines": (load_engines, 0.03),
    "furniture": (load_furniture, 0.05),
    "household": (load_household, 0.13),
    "ibcs": (load_ibcs, 0.02),
    "machinery": (load_machinery, 0.07),
    "pipes": (load_pipes, 0.025),
    "produce": (load_produce, 0.05),
    "sacks": (load_sacks, 0.05),
    "scrap": (load_scrap, 0.03),
    "timber": (load_timber, 0.04),
    "tyres": (load_tyres, 0.03),
    "vehicles": (load_vehicles, 0.03),
}

CARGO: Final = (*_LOADERS, EMPTY)
"""The kinds of cargo offered."""


@dataclass(frozen=True, slots=True)
class Cargo:
    """What was loaded.

    Attributes:
        kinds: Of each stretch, from left to right; ("empty",) if there is none.
        load: All of it, and the niches in it.
    """

    kinds: tuple[str, ...]
    load: Load


def draw_reefer(rng: np.random.Generator, kind: str | None) -> bool:
    """Draw whether a container is a refrigerated one: if its cargo travels cooled.

    Args:
        rng: Source of chance.
        kind: Its cargo, one of `CARGO`; None leaves it to chance.
    """
    cooled = sum(_LOADERS[each][1] for each in REEFER_CARGO)
    drawn = rng.random() < cooled / sum(share for _, share in _LOADERS.values())
    return bool(drawn) if kind is None else kind in REEFER_CARGO


def draw_cargo(
    rng: np.random.Generator,
    hold: Hold,
    kind: str | None = None,
    *,
    reefer: bool = False,
) -> Cargo:
    """Draw a cargo and load it, within the payload a container may carry.

    Args:
        rng: Source of chance.
        hold: Where to.
        kind: One of `CARGO` for all of the hold; None draws a plan, and leaves a
            fifth of the containers empty.
        reefer: Whether the container is a refrigerated one, which carries what travels
            cooled if `kind` says nothing else.
    """
    if kind == EMPTY or (kind is None and rng.random() < EMPTY_SHARE):
        return Cargo((EMPTY,), Load())
    if reefer and kind is None:
        kind = str(rng.choice(REEFER_CARGO))
    stretches = _split(rng, hold) if kind is None else [hold]
    kinds = tuple(kind or _draw_kind(rng, each.length) for each in stretches)
    load = Load()
    for each, stretch in zip(kinds, stretches, strict=True):
        part = _LOADERS[each][0](rng, stretch)
        part.niches = _choose_niches(rng, stretch, part.niches)
        load.add(part)
    most = PAYLOAD_KG_PER_M * hold.length / 1000
    mass = load.solids.mass_kg
    if mass > most:
        load.solids.scale_amounts(most / mass)
    return Cargo(kinds, load)


def _choose_niches(
    rng: np.random.Generator, hold: Hold, niches: list[Niche]
) -> list[Niche]:
    """Some of the niches, each of which is wholly in the hold."""
    first = (hold.x0, hold.floor, -hold.side)
    last = (hold.x1, hold.ceiling, hold.side)
    within = [n for n in niches if (n.low >= first).all() and (n.high <= last).all()]
    chosen = rng.permutation(len(within))[:_MOST_NICHES]
    return [within[i] for i in chosen]


def _draw_kind(rng: np.random.Generator, length: float) -> str:
    """A kind for a stretch of a container that is not refrigerated."""
    shares = np.array(
        [
            share * (length >= _ROOMY.get(kind, 0.0) and kind not in REEFER_CARGO)
            for kind, (_, share) in _LOADERS.items()
        ]
    )
    return str(rng.choice(list(_LOADERS), p=shares / shares.sum()))


def _split(rng: np.random.Generator, hold: Hold) -> list[Hold]:
    """One to three stretches; at times the rear stays free."""
    most = max(int(hold.length // _SHORTEST_STRETCH_MM), 1)
    count = min(int(rng.choice((1, 1, 2, 3))), most)
    end = 1 - rng.choice((0.0, 0.0, rng.uniform(0.05, 0.4)))
    inner = rng.dirichlet(np.full(count, 4.0)).cumsum()[:-1]
    return cut_hold(hold, [0.0, *(inner * end), end])
