"""Draw the tiles that a network learns from; the same ones from the same seed.

Every tile comes from a token, (epoch, number): which processes draw them, in which
order, and after which interruption does not matter.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from detector.boxes import shift_boxes
from detector.tiles import Tile, plan_tiles
from training.augment import Varier
from training.config import TrainingConfig
from training.exposing import vary_exposure
from training.fading import fade_scan
from training.painting import draw_look, paint, view_scan
from training.prepared import PreparedScan
from training.projecting import Placed, Site, add_labels, project_thing
from training.things import Things
from training.windows import (
    Labels,
    cut_inside,
    cut_planes,
    cut_wide,
    label_window,
    part_boxes,
    shows_air,
)

Boxes = npt.NDArray[np.float32]
Picture = npt.NDArray[np.uint8]
Token = tuple[int, int]

CENTRE: Final = (0.3, 0.7)
"""Where the parts of a mosaic meet, as shares of its side."""

_PROJECTED: Final = frozenset({"projected", "harmless"})
_RIM: Final = 0.2
_TRIES: Final = 20


@dataclass(frozen=True, slots=True, eq=False)
class LabelledTile:
    """A tile with what is to be learned from it.

    Attributes:
        planes: (side, side, 3) uint8.
        labels: Px of the tile.
    """

    planes: Picture
    labels: Labels


@dataclass(frozen=True, slots=True)
class Spot:
    """Where in which scan a window shall lie: a point that it must show, px."""

    scan: int
    x: float
    y: float


@dataclass(slots=True)
class Spots:
    """Where tiles can be drawn from.

    Attributes:
        labelled: Middles of visible firearms.
        background: Middles of tiles without any, which hold more than air.
        open: Scans that things can be projected into.
        mined: Middles of false alarms; filled in while a training goes on.
    """

    labelled: list[Spot] = field(default_factory=list)
    background: list[Spot] = field(default_factory=list)
    open: list[int] = field(default_factory=list)
    mined: list[Spot] = field(default_factory=list)


def find_spots(scans: Sequence[PreparedScan], config: TrainingConfig) -> Spots:
    """Look for all places that tiles can be drawn from.

    Args:
        scans: Of the training part.
        config: Side and overlap of tiles.
    """
    spots = Spots()
    for number, scan in enumerate(scans):
        middles = (scan.boxes[:, :2] + scan.boxes[:, 2:]) / 2
        spots.labelled += [Spot(number, float(x), float(y)) for x, y in middles]
        spots.background += _find_background(number, scan, config)
        if scan.has_levels and scan.known.pitched and scan.inside is not None:
            spots.open += [number] * bool(scan.inside.any())
    return spots


def _find_background(
    number: int, scan: PreparedScan, config: TrainingConfig
) -> list[Spot]:
    side = config.tile_side
    taken = np.concatenate([scan.boxes, scan.ignored])
    return [
        Spot(number, (tile.x0 + tile.x1) / 2, (tile.y0 + tile.y1) / 2)
        for tile in plan_tiles(*scan.size, side=side, overlap=config.tile_overlap)
        if not shows_air(scan, tile) and not any(map(len, part_boxes(taken, tile)))
    ]


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """What tiles are drawn from.

    Attributes:
        scans: Of the training part.
        spots: Where in them.
        things: What is projected; None projects nothing.
    """

    scans: Sequence[PreparedScan]
    spots: Spots
    things: Things | None


class Drawer:
    """Draws tiles from a pool.

    Args:
        pool: What they are drawn from.
        config: How.
        replay: What a share of the tiles is drawn from, in its place.
    """

    def __init__(
        self, pool: Pool, config: TrainingConfig, replay: Pool | None = None
    ) -> None:
        self.pool = pool
        self._config = config
        self._side = config.tile_side
        self._varier = Varier(config)
        self._pools = [pool] if replay is None else [pool, replay]
        self._mixes = [_mix(each, config) for each in self._pools]

    @property
    def epoch_tiles(self) -> int:
        """Tiles after which every labelled firearm was drawn once, on average."""
        replayed = self._config.replay_share if len(self._pools) > 1 else 0.0
        own = max(1 - replayed, 0.1)
        shares = dict(zip(*self._mixes[0], strict=True))
        spots = self.pool.spots
        if "labelled" in shares:
            return max(1, round(len(spots.labelled) / shares["labelled"] / own))
        return max(1, round((len(spots.background) or len(spots.open)) / own))

    def draw(self, token: Token, *, still: bool = False) -> LabelledTile:
        """Draw the tile of a token.

        Args:
            token: Epoch and number.
            still: Whether it must be of one piece.

        Returns:
            The tile; its boxes are clipped to it.
        """
        random = np.random.default_rng((self._config.seed, *token))
        joined = not still and random.random() < self._config.augmentation.mosaic
        tile = self._join(random) if joined else self._draw(random, (self._side,) * 2)
        return LabelledTile(*self._varier.vary(random, tile.planes, tile.labels))

    def _join(self, random: np.random.Generator) -> LabelledTile:
        """A tile of four parts, which meet somewhere near its middle."""
        first, last = (round(share * self._side) for share in CENTRE)
        x, y = random.integers(first, last + 1, 2).tolist()
        planes = np.empty((self._side, self._side, 3), np.uint8)
        marks = np.empty((self._side, self._side), np.uint8)
        boxes, ignored = [], []
        for left, right in ((0, x), (x, self._side)):
            for top, bottom in ((0, y), (y, self._side)):
                part = self._draw(random, (right - left, bottom - top))
                planes[top:bottom, left:right] = part.planes
                marks[top:bottom, left:right] = part.labels.marks
                boxes.append(shift_boxes(part.labels.boxes, left, top))
                ignored.append(shift_boxes(part.labels.ignored, left, top))
        labels = Labels(np.concatenate(boxes), np.concatenate(ignored), marks)
        return LabelledTile(planes, labels)

    def _draw(self, random: np.random.Generator, size: tuple[int, int]) -> LabelledTile:
        """A window of one scan, projected into, exposed and painted."""
        which = int(random.random() < self._config.replay_share) % len(self._pools)
        pool, (kinds, shares) = self._pools[which], self._mixes[which]
        kind = str(random.choice(kinds, p=shares))
        lies = kind in _PROJECTED and self._let_lie(random)
        number, window = _choose_window(random, pool, kind, size, low=lies)
        scan = pool.scans[number]
        planes = cut_planes(scan, window)
        if not scan.has_levels:
            return LabelledTile(planes, label_window(scan, window))
        how = draw_look(scan, random)
        gamma = how.grey_gamma if self._config.holds == "display" else None
        labels = label_window(fade_scan(scan, gamma), window)
        wide = cut_wide(scan, window)
        if kind in _PROJECTED:
            site = Site(
                scan,
                planes,
                wide,
                cut_inside(scan, window),
                self._config.scale.pitch_mm,
                gamma,
            )
            assert pool.things is not None  # noqa: S101 - else nothing is open
            armed = kind == "projected"
            labels = self._project(
                random, site, labels, pool.things, armed=armed, lies=lies
            )
        planes, noise = vary_exposure(
            random, planes, scan.known.noise, self._config.exposure, wide
        )
        view = view_scan(scan, planes, noise, how)
        return LabelledTile(paint(view, self._config.holds), labels)

    def _let_lie(self, random: np.random.Generator) -> bool:
        return random.random() < self._config.projection.lying

    def _project(
        self,
        random: np.random.Generator,
        site: Site,
        labels: Labels,
        things: Things,
        *,
        armed: bool,
        lies: bool,
    ) -> Labels:
        """Add one thing or more; harmless ones add no label."""
        settings = self._config.projection
        site.take(np.concatenate([labels.boxes, labels.ignored]))
        placed: list[Placed] = []
        for _ in range(int(random.integers(1, settings.most + 1))):
            firearm = armed or random.random() < settings.nothing
            draw = things.draw_firearm if firearm else things.draw_harmless
            thing = draw(random)
            density = 1.0 if armed or not firearm else 0.0
            found = project_thing(
                random, site, thing, settings, density=density, lies=lies
            )
            placed += [found] if armed and found is not None else []
        return add_labels(labels, placed)


def _choose_window(
    random: np.random.Generator,
    pool: Pool,
    kind: str,
    size: tuple[int, int],
    *,
    low: bool,
) -> tuple[int, Tile]:
    """A window of a scan, where tiles of a kind are drawn from."""
    spots = pool.spots
    if kind in _PROJECTED:
        number = spots.open[int(random.integers(len(spots.open)))]
        point = _find_inside(random, pool.scans[number], low=low)
        return number, _cut_around(random, pool.scans[number], point, size)
    found = {
        "labelled": spots.labelled,
        "mined": spots.mined or spots.background,
        "background": spots.background,
    }[kind]
    spot = found[int(random.integers(len(found)))]
    scan = pool.scans[spot.scan]
    return spot.scan, _cut_around(random, scan, (spot.x, spot.y), size)


def _cut_around(
    random: np.random.Generator,
    scan: PreparedScan,
    point: tuple[float, float],
    size: tuple[int, int],
) -> Tile:
    """A window that shows a point, not at its rim, and does not leave the scan."""
    x0, y0 = (
        max(0, min(round(at - random.uniform(_RIM, 1 - _RIM) * side), long - side))
        for at, side, long in zip(point, size, scan.size, strict=True)
    )
    return Tile(x0, y0, x0 + size[0], y0 + size[1])


def _mix(pool: Pool, config: TrainingConfig) -> tuple[list[str], list[float]]:
    """Which share of tiles is of which kind; kinds that cannot be had share out."""
    share = config.projection.share if pool.things and pool.spots.open else 0.0
    twin = share if config.projection.harmless else 0.0
    rest = 1 - share - twin
    labelled = rest / (1 + config.background) if pool.spots.labelled else 0.0
    background = (rest - labelled) if pool.spots.background else 0.0
    mined = background * config.mined if config.mine_every else 0.0
    wanted = {
        "labelled": labelled,
        "projected": share,
        "harmless": twin,
        "background": background - mined,
        "mined": mined,
    }
    whole = sum(wanted.values()) or 1.0
    kinds = [kind for kind, part in wanted.items() if part > 0]
    return kinds, [wanted[kind] / whole for kind in kinds]


def _find_inside(
    random: np.random.Generator, scan: PreparedScan, *, low: bool
) -> tuple[float, float]:
    """A point where things may be put, or one under it, nearer to the floor.

    Any, if one is not found soon.
    """
    assert scan.inside is not None  # noqa: S101 - such scans only are open
    height, width = scan.inside.shape
    for _ in range(_TRIES):
        row, column = int(random.integers(height)), int(random.integers(width))
        if scan.inside[row, column]:
            break
    if low:
        lowest = int(np.flatnonzero(scan.inside[row:, column])[-1:].sum())
        row += int(random.integers(lowest + 1))
    return 2.0 * column, 2.0 * row
