"""Vary encoded tiles as another scan of the same things could have come out."""

from collections.abc import Iterator
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from data.environment import prepare_environment
from detector.boxes import shift_boxes
from detector.encoding import NEUTRAL, Encoding
from detector.tiles import Tile
from training.config import Augmentation
from training.tiles import LEAST_VISIBLE, LabelledTile, TileSet, boxes_in_tile

prepare_environment()

import albumentations as A  # noqa: E402, N812 - it calls out when it is imported

CENTRE: Final = (0.3, 0.7)
"""Where the parts of a mosaic meet, as shares of its side."""

Planes = npt.NDArray[np.uint8]


class Augmenter:
    """Draws varied tiles from a tile set; the same ones from the same seed.

    Args:
        tiles: Where tiles come from.
        settings: How much they are varied.
        encoding: What their planes mean.
        side: Width and height of a tile, px.
        seed: Of every draw.
    """

    def __init__(
        self,
        tiles: TileSet,
        settings: Augmentation,
        *,
        encoding: Encoding,
        side: int,
        seed: int,
    ) -> None:
        self._tiles = tiles
        self._settings = settings
        self._encoding = encoding
        self._side = side
        self._varied = _compose(settings, encoding)
        self.still = False
        self.reseed(seed)

    def reseed(self, seed: int) -> None:
        """Begin the draws anew; of processes that share the work each has its own."""
        self._random = np.random.default_rng(seed)
        self._varied.set_random_seed(seed)

    def draw(self, index: int) -> LabelledTile:
        """Draw one tile: cut beside its place, perhaps joined with others, varied.

        Args:
            index: Which tile of the set.

        Returns:
            The varied tile; its boxes are clipped to it, slivers left out.
        """
        tile = self._tiles.drawn(index, self._random)
        if not self.still and self._random.random() < self._settings.mosaic:
            tile = self._joined(tile)
        changed = self._varied(
            image=np.ascontiguousarray(tile.planes),
            bboxes=tile.boxes,
            labels=np.zeros(len(tile.boxes)),
        )
        boxes = np.asarray(changed["bboxes"], np.float32).reshape(-1, 4)
        planes = self._without_material(changed["image"])
        return LabelledTile(planes, boxes, tile.name)

    def _joined(self, tile: LabelledTile) -> LabelledTile:
        """A tile of parts of four, which meet somewhere near its middle."""
        others = self._random.integers(0, len(self._tiles), 3)
        tiles = [tile, *(self._tiles.drawn(int(i), self._random) for i in others)]
        first, last = (round(share * self._side) for share in CENTRE)
        x, y = self._random.integers(first, last + 1, 2).tolist()
        planes = np.empty_like(tile.planes)
        boxes = []
        for number, place in zip(
            self._random.permutation(4), _quarters(x, y, self._side), strict=True
        ):
            part = self._part(tiles[number], place.size)
            planes[place.y0 : place.y1, place.x0 : place.x1] = part.planes
            boxes.append(shift_boxes(part.boxes, place.x0, place.y0))
        return LabelledTile(planes, np.concatenate(boxes), tile.name)

    def _part(self, tile: LabelledTile, size: tuple[int, int]) -> LabelledTile:
        """A part of a tile, cut anywhere in it."""
        width, height = size
        x0 = int(self._random.integers(0, self._side - width + 1))
        y0 = int(self._random.integers(0, self._side - height + 1))
        cut = Tile(x0, y0, x0 + width, y0 + height)
        planes = tile.planes[cut.y0 : cut.y1, cut.x0 : cut.x1]
        return LabelledTile(planes, boxes_in_tile(tile.boxes, cut), tile.name)

    def _without_material(self, planes: Planes) -> Planes:
        dual = self._encoding is Encoding.DUAL
        if dual and self._random.random() < self._settings.drop_material:
            planes = planes.copy()
            planes[..., 2] = NEUTRAL
        return planes


def _quarters(x: int, y: int, side: int) -> Iterator[Tile]:
    """The four rectangles of a square that meet in a point."""
    for x0, x1 in ((0, x), (x, side)):
        for y0, y1 in ((0, y), (y, side)):
            yield Tile(x0, y0, x1, y1)


def _compose(settings: Augmentation, encoding: Encoding) -> A.Compose:
    boxes = A.BboxParams(
        format="pascal_voc",
        label_fields=["labels"],
        min_visibility=LEAST_VISIBLE,
        clip=True,
        filter_invalid_bboxes=True,
    )
    return A.Compose(_transforms(settings, encoding), bbox_params=boxes)


def _transforms(settings: Augmentation, encoding: Encoding) -> list[A.BasicTransform]:
    most = 1 + settings.zoom
    moved = A.Affine(
        scale=(1 / most, most),
        rotate=(-settings.rotation_deg, settings.rotation_deg),
        translate_percent=(-settings.shift, settings.shift),
        rotate_method="ellipse",
        keep_ratio=True,
        balanced_scale=True,
        border_mode=cv2.BORDER_CONSTANT,
        fill=encoding.air,
        p=1.0,
    )
    transforms: list[A.BasicTransform] = [
        A.HorizontalFlip(p=settings.flip),
        A.VerticalFlip(p=settings.upside_down),
        moved,
    ]
    if encoding is Encoding.DISPLAY and settings.tone:
        transforms.append(_toned(settings.tone))
    return transforms


def _toned(tone: float) -> A.BasicTransform:
    return A.RandomBrightnessContrast(
        brightness_limit=tone, contrast_limit=tone, brightness_by_max=True, p=0.5
    )
