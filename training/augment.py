"""Vary encoded tiles as another scan of the same things could have come out."""

from collections.abc import Sequence
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from data.environment import prepare_environment
from detector.encoding import NEUTRAL
from training.config import Augmentation, TrainingConfig
from training.painting import show_air
from training.windows import LEAST_VISIBLE, Labels

prepare_environment()

import albumentations as A  # noqa: E402, N812 - it calls out when it is imported

Planes = npt.NDArray[np.uint8]
Boxes = npt.NDArray[np.float32]

_SEEDS: Final = 2**31
_BLOCK: Final = 8
_QUALITIES: Final = (60, 95)
_FIND, _IGNORE = 0, 1


class Varier:
    """Varies tiles.

    Args:
        config: How much, and what their planes mean.
    """

    def __init__(self, config: TrainingConfig) -> None:
        self._settings = config.augmentation
        self._holds = config.holds
        self._varied = _compose(
            config.augmentation,
            show_air(config.holds),
            toned=config.holds == "display",
        )

    def vary(
        self, random: np.random.Generator, planes: Planes, labels: Labels
    ) -> tuple[Planes, Labels]:
        """Vary one tile.

        Args:
            random: Decides how.
            planes: (S, S, 3) uint8.
            labels: Px of the tile.

        Returns:
            Planes and labels, clipped to the tile; boxes of slivers are left out.
        """
        self._reseed(random)
        kinds = [_FIND] * len(labels.boxes) + [_IGNORE] * len(labels.ignored)
        changed = self._varied(
            image=np.ascontiguousarray(planes),
            mask=labels.marks,
            bboxes=np.concatenate([labels.boxes, labels.ignored]),
            kinds=kinds,
        )
        varied = self._vary_planes(random, changed["image"])
        found, ignored = _part(changed["bboxes"], changed["kinds"])
        return varied, Labels(found, ignored, changed["mask"])

    def _reseed(self, random: np.random.Generator) -> None:
        """Each transform has a seed of its own: of one seed all would draw alike."""
        transforms = self._varied.transforms
        seeds = random.integers(_SEEDS, size=len(transforms))
        for transform, seed in zip(transforms, seeds, strict=True):
            transform.set_random_seed(int(seed))

    def _vary_planes(self, random: np.random.Generator, planes: Planes) -> Planes:
        if self._holds == "display" and random.random() < self._settings.jpeg:
            return export_jpeg(random, planes)
        if self._holds == "dual" and random.random() < self._settings.drop_material:
            planes = planes.copy()  # it may be the tile that came in
            planes[..., 2] = NEUTRAL
        return planes


def _part(rows: Any, kinds: Sequence[float]) -> tuple[Boxes, Boxes]:
    boxes = np.asarray(rows, np.float32).reshape(-1, 4)
    found = np.asarray(kinds, np.float32) == _FIND
    return boxes[found], boxes[~found]


def _compose(
    settings: Augmentation, fill: tuple[int, int, int], *, toned: bool
) -> A.Compose:
    boxes = A.BboxParams(
        format="pascal_voc",
        label_fields=["kinds"],
        min_visibility=LEAST_VISIBLE,
        clip=True,
        filter_invalid_bboxes=True,
    )
    return A.Compose(_transforms(settings, fill, toned=toned), bbox_params=boxes)


def _transforms(
    settings: Augmentation, fill: tuple[int, int, int], *, toned: bool
) -> list[A.BasicTransform]:
    most = 1 + settings.zoom
    moved = A.Affine(
        scale=(1 / most, most),
        rotate=(-settings.rotation_deg, settings.rotation_deg),
        translate_percent=(-settings.shift, settings.shift),
        rotate_method="ellipse",
        keep_ratio=True,
        balanced_scale=True,
        border_mode=cv2.BORDER_CONSTANT,
        fill=fill,
        p=settings.moved,
    )
    transforms: list[A.BasicTransform] = [
        A.HorizontalFlip(p=settings.flip),
        A.VerticalFlip(p=settings.upside_down),
        moved,
    ]
    if toned and settings.tone:
        transforms.append(_toned(settings.tone))
    return transforms


def _toned(tone: float) -> A.BasicTransform:
    return A.RandomBrightnessContrast(
        brightness_limit=tone, contrast_limit=tone, brightness_by_max=True, p=0.5
    )


def export_jpeg(random: np.random.Generator, planes: Planes) -> Planes:
    """Show a tile as cut out of a JPEG, whose blocks begin anywhere.

    Args:
        random: Draws the quality, from 60 to 95, and where blocks begin.
        planes: (S, S, 3) uint8, RGB.

    Returns:
        (S, S, 3) uint8, what a decoder makes of it.
    """
    down, left = random.integers(_BLOCK, size=2)
    edged = cv2.copyMakeBorder(planes, down, 0, left, 0, cv2.BORDER_REPLICATE)
    quality = int(random.integers(_QUALITIES[0], _QUALITIES[1] + 1))
    how = [cv2.IMWRITE_JPEG_QUALITY, quality]
    packed = cv2.imencode(".jpg", edged[..., ::-1], how)[1]
    decoded = np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)
    return np.ascontiguousarray(decoded[down:, left:, ::-1])
