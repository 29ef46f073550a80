"""Vary encoded tiles as another scan of the same things could have come out."""

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from data.environment import prepare_environment
from detector.encoding import NEUTRAL, Encoding
from training.config import Augmentation
from training.tiles import LabelledTile, TileSet

prepare_environment()

import albumentations as A  # noqa: E402, N812 - it calls out when it is imported

LEAST_VISIBLE: Final = 0.3


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
        self._random = np.random.default_rng(seed)
        self._joined = _compose(
            [_mosaic(side, encoding.air), *_varied(settings, encoding)], seed
        )
        self._alone = _compose(_varied(settings, encoding), seed + 1)
        self.still = False

    def draw(self, index: int) -> LabelledTile:
        """Draw one tile: cut beside its place, perhaps joined with others, varied.

        Args:
            index: Which tile of the set.

        Returns:
            The varied tile; its boxes are clipped to it, slivers left out.
        """
        tile = self._tiles.drawn(index, self._random)
        joins = not self.still and self._random.random() < self._settings.mosaic
        if joins:
            others = [self._tiles.drawn(int(i), self._random) for i in self._others()]
            changed = self._joined(
                **_as_item(tile), others=[_as_item(o) for o in others]
            )
        else:
            changed = self._alone(**_as_item(tile))
        boxes = np.asarray(changed["bboxes"], np.float32).reshape(-1, 4)
        planes = self._without_material(changed["image"])
        return LabelledTile(planes, boxes, tile.name)

    def _others(self) -> npt.NDArray[np.int64]:
        return self._random.integers(0, len(self._tiles), 3)

    def _without_material(self, planes: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
        dual = self._encoding is Encoding.DUAL
        if dual and self._random.random() < self._settings.drop_material:
            planes = planes.copy()
            planes[..., 2] = NEUTRAL
        return planes


def _as_item(tile: LabelledTile) -> dict[str, object]:
    return {
        "image": np.ascontiguousarray(tile.planes),
        "bboxes": tile.boxes,
        "labels": np.zeros(len(tile.boxes)),
    }


def _compose(transforms: list[A.BasicTransform], seed: int) -> A.Compose:
    boxes = A.BboxParams(
        format="pascal_voc",
        label_fields=["labels"],
        min_visibility=LEAST_VISIBLE,
        clip=True,
        filter_invalid_bboxes=True,
    )
    return A.Compose(transforms, bbox_params=boxes, seed=seed)


def _mosaic(side: int, air: tuple[int, int, int]) -> A.BasicTransform:
    return A.Mosaic(
        grid_yx=(2, 2),
        target_size=(side, side),
        cell_shape=(side, side),
        center_range=(0.3, 0.7),
        metadata_key="others",
        fill=air,
        p=1.0,
    )


def _varied(settings: Augmentation, encoding: Encoding) -> list[A.BasicTransform]:
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
