"""What the plain pipeline is asked to do."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
)

from data.errors import TrainingError
from detector.encoding import Encoding
from detector.scale import Scale
from training.config import check_overlap, list_problems, usual_overlap

Count = Annotated[int, Field(ge=1)]
Score = Annotated[float, Field(ge=0, le=1)]
Side = Annotated[int, Field(ge=64, le=4096, multiple_of=32)]
Device = Annotated[str, Field(pattern=r"^(cpu|mps|\d+)$")]

SETTINGS: Final = "plain.json"
"""What a training was asked, in its folder."""

SIDE: Final = 320
"""Width and height of a tile, px."""

SHIPPED: Final = "default"
"""As a base: the bundle that ships."""


class _Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


Settings = TypeVar("Settings", bound=_Settings)


class PlainSettings(_Settings):
    """Everything that decides what a plain training learns.

    Attributes:
        base: What to start from: a checkpoint, a yaml, a bundle's folder, or "default",
            the bundle that ships.
        encoding: Whose graph of a bundle is started from.
        scale: At what scale scans are shown.
        tile_side: Width and height of a tile, px; a multiple of 32.
        tile_overlap: Pixels that neighbouring tiles share; if it is not stated, as in
            our trainings.
        background: Tiles without a firearm for each one with, at most.
        steps: Of the optimiser; met as nearly as whole epochs allow.
        batch: Tiles a batch.
        nominal_batch: Tiles a step. Ultralytics' own is 64: four batches a step, so for
            the same steps four times the tiles; ours takes a step a batch.
        seed: Of tiles, augmentation and weights.
        device: "cpu", "mps", or the number of a GPU, such as "0".
        workers: Processes that load tiles.
    """

    base: str = "yolo26n.yaml"
    encoding: Encoding = Encoding.DUAL
    scale: Scale = Scale()
    tile_side: Side = SIDE
    tile_overlap: Annotated[int, Field(ge=0), AfterValidator(check_overlap)] = Field(
        default_factory=usual_overlap
    )
    background: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.5
    steps: Count = 3000
    batch: Count = 16
    nominal_batch: Count = 16
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 0
    device: Device = "cpu"
    workers: Annotated[int, Field(ge=0)] = 4

    def epochs(self, tiles: int) -> int:
        """How many epochs come nearest to the steps, at least one.

        Args:
            tiles: How many an epoch has.

        Example:
            >>> PlainSettings(steps=3000).epochs(1000)
            48
            >>> PlainSettings(steps=3000, nominal_batch=64).epochs(1000)
            190
        """
        batches = -(-tiles // self.batch)
        accumulated = max(round(self.nominal_batch / self.batch), 1)
        return max(1, round(self.steps * accumulated / batches))


class SlicingSettings(_Settings):
    """How a plain network looks at whole scans.

    Attributes:
        scale: That of its training.
        tile_side: Width and height of a slice, px: that of its training.
        overlap: Share of a slice that its neighbour has too.
        least_score: Detections below are left out.
        merge: Whether boxes that overlap are merged (greedy NMM, overlap over the
            smaller 0.5), which SAHI by itself does not do for scores under 0.1: there
            it drops them (NMS, IoU 0.5).
        threshold: Score from which a detection is an alarm; Ultralytics' own.
        device: "cpu", "mps", or the number of a GPU, such as "0".
    """

    scale: Scale = Scale()
    tile_side: Side = SIDE
    overlap: Annotated[float, Field(ge=0, lt=1)] = 0.2
    least_score: Score = 0.01
    merge: bool = False
    threshold: Score = 0.25
    device: Device = "cpu"


def make_settings(usual: Settings, given: Mapping[str, object]) -> Settings:
    """Change settings by what the command line gives.

    Args:
        usual: What holds where nothing is given.
        given: Values by name; those that are None count as not given.

    Raises:
        TrainingError: If names or values are wrong; all of them in one message.

    Example:
        >>> make_settings(PlainSettings(), {"steps": 10, "batch": None}).steps
        10
    """
    stated = usual.model_dump(mode="json", exclude_unset=True)
    stated |= {name: value for name, value in given.items() if value is not None}
    try:
        return type(usual).model_validate_json(json.dumps(stated))
    except ValidationError as error:
        msg = f"The plain pipeline cannot be configured so: {list_problems(error)}."
        raise TrainingError(msg) from error


def read_settings(place: Path) -> PlainSettings:
    """Read what a training was asked.

    Args:
        place: Its `plain.json`.

    Raises:
        TrainingError: If it holds something else.
    """
    try:
        return PlainSettings.model_validate_json(place.read_bytes())
    except ValidationError as error:
        msg = f"{place} does not hold settings. Choose another --out."
        raise TrainingError(msg) from error


def settings_for(checkpoint: Path) -> SlicingSettings:
    """Scale and slices as a checkpoint was trained on; 320 px where nothing says so.

    Args:
        checkpoint: What `fit_plain` made, with its `plain.json` beside it.

    Raises:
        TrainingError: If that file holds something else.
    """
    place = checkpoint.parent / SETTINGS
    if not place.is_file():
        return SlicingSettings()
    asked = read_settings(place)
    return SlicingSettings(scale=asked.scale, tile_side=asked.tile_side)
