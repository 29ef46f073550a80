"""Cut drawn scans into labelled tiles, as many without a firearm as wished for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from detector.tiles import Tile, extract_tile, plan_tiles
from training.windows import part_boxes

Boxes = npt.NDArray[np.float32]
Planes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class LabelledScan:
    """A drawn scan with its truth, at the network's scale.

    Attributes:
        planes: (h, w, 3) uint8; may be mapped from a file.
        boxes: (N, 4) float32, px.
        name: Where it comes from.
    """

    planes: Planes
    boxes: Boxes
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class LabelledTile:
    """A tile of a drawn scan with what can be seen in it.

    Attributes:
        planes: (side, side, 3) uint8.
        boxes: (N, 4) float32, tile px.
        name: Of the scan.
    """

    planes: Planes
    boxes: Boxes
    name: str


class TileSet(Sequence[LabelledTile]):
    """Tiles of many scans, cut when they are asked for.

    Tiles with a firearm all count; of the others as many as `background` says, chosen
    by the seed.

    Args:
        scans: What to cut.
        side: Width and height of a tile, px.
        overlap: Pixels that neighbouring tiles share.
        fill: What the planes show where there is nothing.
        background: Tiles without a firearm for each one with; None for all.
        seed: Which of them.
    """

    def __init__(
        self,
        scans: Sequence[LabelledScan],
        *,
        side: int,
        overlap: int,
        fill: tuple[int, int, int],
        background: float | None,
        seed: int = 0,
    ) -> None:
        self._scans = scans
        self._side = side
        self._fill = fill
        self._places = list(_plan(scans, side, overlap))
        if background is not None:
            self._places = self._thin_out(background, np.random.default_rng(seed))

    def __len__(self) -> int:
        """How many tiles there are."""
        return len(self._places)

    def __getitem__(self, index: int, /) -> LabelledTile:  # type: ignore[override]
        """Cut one tile."""
        scan, tile = self._places[index]
        return self._cut(self._scans[scan], tile)

    def boxes(self) -> list[Boxes]:
        """The boxes of every tile, without cutting it."""
        return [part_boxes(self._scans[s].boxes, tile)[0] for s, tile in self._places]

    def _thin_out(
        self, background: float, random: np.random.Generator
    ) -> list[tuple[int, Tile]]:
        places = list(zip(self._places, self.boxes(), strict=True))
        armed = [place for place, boxes in places if len(boxes)]
        empty = [place for place, boxes in places if not len(boxes)]
        count = min(len(empty), round(background * max(len(armed), 1)))
        chosen = random.permutation(len(empty))[:count]
        return armed + [empty[index] for index in np.sort(chosen)]

    def _cut(self, scan: LabelledScan, tile: Tile) -> LabelledTile:
        planes = extract_tile(scan.planes, tile, side=self._side, fill=self._fill)
        boxes, _ = part_boxes(scan.boxes, tile)
        return LabelledTile(planes.transpose(1, 2, 0), boxes, scan.name)


def _plan(
    scans: Sequence[LabelledScan], side: int, overlap: int
) -> Iterable[tuple[int, Tile]]:
    for number, scan in enumerate(scans):
        height, width = scan.planes.shape[:2]
        for tile in plan_tiles(width, height, side=side, overlap=overlap):
            yield number, tile
