"""How firearms are packed: whole, taken apart, or several together."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from data.simulation.chance import pick
from data.simulation.geometry.solids import Solids
from data.simulation.geometry.turns import turn_about
from data.simulation.phantoms.firearms import draw_firearm
from data.simulation.phantoms.phantom import Phantom

Reals = npt.NDArray[np.float64]

FORMS: Final = ("whole", "parts", "bundle")
"""The forms that firearms are hidden in."""

_SHARES: Final = (0.7, 0.15, 0.15)
_OF_ANOTHER_KIND: Final = 0.2
_OF_ONE_MODEL: Final = 0.6


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """A firearm, a piece of one, or another thing that is hidden.

    Attributes:
        kind: What it is.
        form: One of `FORMS`; None for what is no firearm.
        piece: Name of the piece; None for a whole firearm.
        solids: Its shape, in the common frame of all that is packed together.
        turn: (3, 3), rotation from its own frame (muzzle towards +x, grip towards -y)
            to the common one.
    """

    kind: str
    form: str | None
    piece: str | None
    solids: Solids
    turn: Reals


def draw_firearms(
    rng: np.random.Generator, kind: str | None = None, form: str | None = None
) -> tuple[Item, ...]:
    """Draw a firearm, its pieces, or a bundle of firearms.

    Args:
        rng: Source of chance.
        kind: One of `KINDS` or `RESERVED_KINDS`; None draws one of `KINDS`.
        form: One of `FORMS`; None draws it, whole ones most often.

    Returns:
        What is packed together, centred on the origin. Nothing intersects.
    """
    if form is None:
        form = str(rng.choice(FORMS, p=_SHARES))
    phantom = draw_firearm(rng, kind)
    if form == "whole":
        items = [Item(phantom.kind, form, None, phantom.solids, np.eye(3))]
    elif form == "parts":
        items = _take_apart(rng, phantom)
    else:
        items = _bundle(rng, phantom, any_kind=kind is None)
    return _centre(items)


def _take_apart(rng: np.random.Generator, phantom: Phantom) -> list[Item]:
    """The pieces one beside the other, each lying flat, any way round."""
    pieces = list(phantom.pieces.items())
    items = []
    for i in rng.permutation(len(pieces)):
        name, solids = pieces[i]
        turn = _flip(rng) @ turn_about(2, rng.normal(0, 0.12))
        items.append(_lay(Item(phantom.kind, "parts", name, solids, turn)))
    return _line_up(rng, items, 1)


def _flip(rng: np.random.Generator) -> Reals:
    """A turn that leaves a flat thing flat: about, over, both or neither."""
    halves = np.pi * rng.integers(0, 2, 2)
    return np.asarray(turn_about(2, halves[0]) @ turn_about(1, halves[1]))


def _bundle(rng: np.random.Generator, first: Phantom, *, any_kind: bool) -> list[Item]:
    """Firearms in rows and layers, head to tail, now and then one of another kind."""
    count = int(rng.integers(2, 7))
    phantoms = [first]
    for _ in range(count - 1):
        other = any_kind and rng.random() < _OF_ANOTHER_KIND
        same_model = rng.random() < _OF_ONE_MODEL
        kind = None if other else first.kind
        phantoms.append(first if same_model else draw_firearm(rng, kind))
    deep = int(pick(rng, (1, 2, 3, count)))
    layers: list[list[Item]] = []
    for start in range(0, count, deep):
        layer = [
            _lay(Item(p.kind, "bundle", None, p.solids, _alternate(rng, i)))
            for i, p in enumerate(phantoms[start : start + deep])
        ]
        layers.append(_line_up(rng, layer, 2))
    return _stack(rng, layers)


def _alternate(rng: np.random.Generator, place: int) -> Reals:
    """Every second one points backwards, and none lies quite straight."""
    about = pick(rng, (1, 2))
    straight = turn_about(about, np.pi * (place % 2))
    return np.asarray(turn_about(2, rng.normal(0, 0.03)) @ straight)


def _lay(item: Item) -> Item:
    """An item turned as it says, its middle on the origin."""
    turned = Solids()
    turned.place(item.solids, (0, 0, 0), item.turn)
    low, high = turned.bounds()
    return _move(item, turned, -(low + high) / 2)


def _move(item: Item, solids: Solids, way: npt.ArrayLike) -> Item:
    moved = Solids()
    moved.place(solids, way)
    return Item(item.kind, item.form, item.piece, moved, item.turn)


def _line_up(rng: np.random.Generator, items: list[Item], axis: int) -> list[Item]:
    """Items in a row along one axis, a little apart, a little out of line."""
    halves = [(high - low) / 2 for low, high in (i.solids.bounds() for i in items)]
    gaps = rng.uniform(2, 15, len(items))
    lined, at = [items[0]], 0.0
    for (a, b), item, gap in zip(pairwise(halves), items[1:], gaps[1:], strict=True):
        at += a[axis] + b[axis] + gap
        way = np.zeros(3)
        way[0] = rng.normal(0, 12)
        way[axis] = at
        lined.append(_move(item, item.solids, way))
    return lined


def _stack(rng: np.random.Generator, layers: list[list[Item]]) -> list[Item]:
    """Rows of items, one above the other along y."""
    stacked, top = [], 0.0
    for layer in layers:
        low, high = _surround(layer)
        way = np.array([0.0, top - low[1], 0.0])
        stacked += [_move(item, item.solids, way) for item in layer]
        top += high[1] - low[1] + rng.uniform(2, 15)
    return stacked


def _surround(items: list[Item]) -> tuple[Reals, Reals]:
    bounds = [item.solids.bounds() for item in items]
    lows, highs = zip(*bounds, strict=True)
    return np.min(lows, axis=0), np.max(highs, axis=0)


def _centre(items: list[Item]) -> tuple[Item, ...]:
    """All of it moved until its middle is on the origin."""
    low, high = _surround(items)
    return tuple(_move(item, item.solids, -(low + high) / 2) for item in items)
