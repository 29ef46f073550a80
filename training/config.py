"""What a training is asked to do."""

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
)

from data.errors import TrainingError
from detector.encoding import Encoding
from detector.scale import Scale

Count = Annotated[int, Field(ge=1)]
Share = Annotated[float, Field(ge=0, le=1)]

OVERLAP: Final = 192
"""Pixels that neighbouring tiles share: 768 mm, most of a rifle, at 4 mm a pixel."""


class Augmentation(BaseModel):
    """How encoded tiles are varied, within what physics allows.

    Attributes:
        flip: Share of tiles mirrored along the scan direction.
        upside_down: Share mirrored top to bottom. Gravity forbids it in containers;
            bags lie as they fall.
        rotation_deg: Largest turn either way.
        zoom: Largest change of scale: 0.2 is 1/1.2 to 1.2 times.
        shift: Largest shift, as a share of the tile.
        mosaic: Share of tiles joined from parts of four; they are air-normalised, each
            by its own scan.
        drop_material: Share of dual tiles whose material plane is made neutral, so that
            single-energy scans are at home.
        tone: Change of brightness and contrast of display tiles, whose gamma nobody
            states.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    flip: Share = 0.5
    upside_down: Share = 0.0
    rotation_deg: Annotated[float, Field(ge=0, le=45)] = 5.0
    zoom: Annotated[float, Field(ge=0, lt=4)] = 0.25
    shift: Share = 0.1
    mosaic: Share = 0.5
    drop_material: Share = 0.25
    tone: Share = 0.15


def _check_overlap(overlap: int, info: ValidationInfo) -> int:
    side = info.data.get("tile_side")
    if side is not None and overlap >= side:
        msg = f"tiles of {side} px cannot overlap by {overlap} px"
        raise ValueError(msg)
    return overlap


def _usual_overlap(given: dict[str, Any]) -> int:
    return min(OVERLAP, int(given["tile_side"]) // 2)


class TrainingConfig(BaseModel):
    """Everything that decides what a training learns, written to `RUN/config.json`.

    Attributes:
        encoding: Which planes the network sees; one network for each. If it is not
            stated, a training takes the one that fits its scans.
        base: An Ultralytics yaml (a new network) or a checkpoint to start from.
        scale: At what scale scans are encoded.
        tile_side: Width and height of a tile, px; a multiple of 32.
        tile_overlap: Pixels that neighbouring tiles share; if it is not stated, 192, or
            half of a small tile.
        epochs: How often every tile with a firearm is seen.
        batch: Tiles a step.
        background: Tiles without a firearm for each one with, at most.
        learning_rate: First learning rate of AdamW.
        still_epochs: Last epochs without mosaics.
        seed: Of tiles, augmentation and weights.
        device: "cpu", "mps", or the number of a GPU, such as "0".
        workers: Processes that load tiles; on a CPU the training loads them itself.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    encoding: Encoding = Encoding.DUAL
    base: str = "yolo26n.yaml"
    scale: Scale = Scale()
    tile_side: Annotated[int, Field(ge=64, le=4096, multiple_of=32)] = 768
    tile_overlap: Annotated[int, Field(ge=0), AfterValidator(_check_overlap)] = Field(
        default_factory=_usual_overlap
    )
    epochs: Count = 30
    batch: Count = 16
    background: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.5
    learning_rate: Annotated[float, Field(gt=0, lt=1)] = 0.002
    still_epochs: Annotated[int, Field(ge=0)] = 5
    augmentation: Augmentation = Augmentation()
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 0
    device: Annotated[str, Field(pattern=r"^(cpu|mps|\d+)$")] = "cpu"
    workers: Annotated[int, Field(ge=0)] = 4


def make_config(file: Path | None, given: Mapping[str, object]) -> TrainingConfig:
    """Join a configuration file with what the command line gives, which wins.

    Args:
        file: TOML with the names of `TrainingConfig`; None for the defaults.
        given: Values by name; those that are None count as not given.

    Raises:
        TrainingError: If the file cannot be read, or names or values are wrong; all of
            them in one message.
    """
    asked = dict(_read_toml(file)) if file else {}
    asked |= {name: value for name, value in given.items() if value is not None}
    try:
        return TrainingConfig.model_validate_json(json.dumps(asked, default=str))
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}"
            for one in error.errors()
            if one["type"] != "default_factory_not_called"  # follows from another
        )
        msg = f"The training cannot be configured so: {problems}."
        raise TrainingError(msg) from error


def _read_toml(file: Path) -> Mapping[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        msg = f"{file} cannot be read as TOML: {error}. Mend or leave out --config."
        raise TrainingError(msg) from error
