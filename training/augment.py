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
_QUALITIES: Final = (60, 95)
_FIND, _IGNORE = 0, 1


class Varier:
    """Varies tiles.

    Args:
        config: How much, and what their planes mean.
    """

    def __init__(self, config: TrainingConfig) -> None:
        self._settings = config.augmentation
        self._dual = config.holds == "dual"
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
        self._varied.set_random_seed(int(random.integers(_SEEDS)))
        kinds = [_FIND] * len(labels.boxes) + [_IGNORE] * len(labels.ignored)
        changed = self._varied(
            image=np.ascontiguousarray(planes),
            mask=labels.marks,
            bboxes=np.concatenate([labels.boxes, labels.ignored]),
            kinds=kinds,
        )
        varied = changed["image"]
        if self._dual and random.random() < self._settings.drop_material:
            varied = varied.copy()  # it may be the tile that came in
            varied[..., 2] = NEUTRAL
        found, ignored = _part(changed["bboxes"], changed["kinds"])
        return varied, Labels(found, ignored, changed["mask"])


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
    turned: list[A.BasicTransform] = [
        A.HorizontalFlip(p=settings.flip),
        A.VerticalFlip(p=settings.upside_down),
        moved,
    ]
    if not toned:
        return turned
    return [*_exported(settings.jpeg), *turned, *_toned(settings.tone)]


def _exported(jpeg: float) -> list[A.BasicTransform]:
    """A scan is exported before anything else befalls its picture."""
    made = A.ImageCompression(quality_range=_QUALITIES, p=jpeg)
    return [made] if jpeg else []


def _toned(tone: float) -> list[A.BasicTransform]:
    made = A.RandomBrightnessContrast(
        brightness_limit=tone, contrast_limit=tone, brightness_by_max=True, p=0.5
    )
    return [made] if tone else []
