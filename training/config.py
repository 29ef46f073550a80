"""What a training is asked to do."""

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    model_validator,
)

from data.errors import TrainingError
from data.rendering import GAMMA
from detector.encoding import Encoding
from detector.scale import Scale

Count = Annotated[int, Field(ge=1)]
Share = Annotated[float, Field(ge=0, le=1)]

OVERLAP: Final = 192
"""Pixels that neighbouring tiles share: 768 mm, most of a rifle, at 4 mm a pixel."""

CONFIG: Final = "config.json"
"""Where a run's folder keeps what was asked."""

Planes = Literal[
    "dual", "single", "high-low-ratio", "linear", "log", "pseudo-colour", "display"
]
"""What the planes of an encoding hold; those besides "dual" and "display" serve
experiments and cannot be exported."""


class Augmentation(BaseModel):
    """How encoded tiles are varied, within what physics allows.

    Attributes:
        flip: Share of tiles mirrored along the scan direction.
        upside_down: Share mirrored top to bottom. Gravity forbids it in containers;
            bags lie as they fall.
        moved: Share that is turned, scaled and shifted, together. Resampling smooths a
            tile, and those that are met are not.
        rotation_deg: Largest turn either way.
        zoom: Largest change of scale: 0.2 is 1/1.2 to 1.2 times.
        shift: Largest shift, as a share of the tile.
        mosaic: Share of tiles joined from parts of four; they are air-normalised, each
            by its own scan.
        drop_material: Share of dual tiles whose material plane is made neutral, so that
            single-energy scans are at home.
        tone: Change of brightness and contrast of display tiles, whose gamma nobody
            states.
        jpeg: Share of display tiles that are shown as of a JPEG, as pictures that a
            vendor's software exports often are: noise is gone from what is dark, and
            blocks are left. Pictures that came as one are packed again.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    flip: Share = 0.5
    upside_down: Share = 0.0
    moved: Share = 1.0
    rotation_deg: Annotated[float, Field(ge=0, le=45)] = 5.0
    zoom: Annotated[float, Field(ge=0, lt=4)] = 0.25
    shift: Share = 0.1
    mosaic: Share = 0.3
    drop_material: Share = 0.25
    tone: Share = 0.15
    jpeg: Share = 0.0


class Exposure(BaseModel):
    """How the exposure of tiles with counts is varied, before encoding.

    Attributes:
        share: Of the tiles that are varied at all.
        least_dose: Least share of a scan's own dose that is left; noise is added.
        most_scatter: Largest share of scattered signal that is added.
        most_blur_px: Largest standard deviation of blur that is added.
        most_gain: Standard deviation of what the gain of single rows and pulses may be
            off, as a share.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    share: Share = 0.5
    least_dose: Annotated[float, Field(gt=0, le=1)] = 0.15
    most_scatter: Annotated[float, Field(ge=0, le=0.1)] = 0.01
    most_blur_px: Annotated[float, Field(ge=0, le=3)] = 0.6
    most_gain: Annotated[float, Field(ge=0, le=0.1)] = 0.01


class Projection(BaseModel):
    """What is projected into tiles while they are loaded, anew each time.

    Scans must be known in counts, or be grey pictures, and have a pixel pitch.

    Attributes:
        share: Of the tiles that get firearms. As many get harmless things, or
            firearms that add nothing, in their place.
        harmless: Whether that is so. Without it a network may learn the projecting.
        nothing: Share of these that add nothing.
        most: How many things a tile gets, at most.
        lying: Share of the tiles with projected things whose things lie on something,
            nearly level, such as a floor, where anything bears them; the others are put
            anywhere, any way round.
        hardening: Whether cargo hardens the beam for them.
        noise: Whether noise is drawn where they need some.
        firearms: How many phantoms of firearms there are to choose from.
        others: How many phantoms of harmless things.
        cutouts: Folder of firearms scanned in air, in place of phantoms.
        benign: Folder of harmless things scanned in air, in place of phantoms.
        groups: CSV with the columns file and group: which show the same thing.
        cutout_pitch_mm: Pixel pitch of those that state none.
        gamma: Attenuation that darkens grey pictures, into which things are projected,
            by a factor of e: 1 where they are linear in transmission.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    share: Annotated[float, Field(ge=0, le=0.5)] = 0.3
    harmless: bool = True
    nothing: Share = 0.3
    most: Count = 2
    lying: Share = 0.0
    hardening: bool = True
    noise: bool = True
    firearms: Count = 1500
    others: Count = 1000
    cutouts: str | None = None
    benign: str | None = None
    groups: str | None = None
    cutout_pitch_mm: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    gamma: Annotated[float, Field(ge=0.5, le=3)] = GAMMA

    @model_validator(mode="after")
    def _check_benign(self) -> Self:
        if self.benign is not None and self.cutouts is None:
            msg = "benign things are taken together with cutouts only; state both"
            raise ValueError(msg)
        return self


def check_overlap(overlap: int, info: ValidationInfo) -> int:
    """Refuse an overlap that leaves tiles no step; pydantic's validator."""
    side = info.data.get("tile_side")
    if side is not None and overlap >= side:
        msg = f"tiles of {side} px cannot overlap by {overlap} px"
        raise ValueError(msg)
    return overlap


def usual_overlap(given: dict[str, Any]) -> int:
    """The overlap of tiles where none is stated, px: 192, or half of a small tile."""
    return min(OVERLAP, int(given["tile_side"]) // 2)


class TrainingConfig(BaseModel):
    """Everything that decides what a training learns, written to `RUN/config.json`.

    Attributes:
        encoding: Which planes the network sees; one network for each. If it is not
            stated, a training takes the one that fits its scans.
        planes: What they hold, for experiments; as the encoding says if not stated.
        base: An Ultralytics yaml (a new network) or a checkpoint to start from.
        scale: At what scale scans are encoded.
        pitch_mm: Pixel pitch of scans that state none.
        tile_side: Width and height of a tile, px; a multiple of 32.
        tile_overlap: Pixels that neighbouring tiles share; if it is not stated, 192, or
            half of a small tile.
        epochs: How often it is validated, at most, and how often every labelled tile
            is seen on average, unless `steps` says otherwise.
        steps: Optimiser steps of all epochs together.
        minutes: Time after which learning is over, of all sittings together; epochs and
            learning rates go by it where it is nearer than the last step. Such a
            training is not the same twice.
        patience: Epochs without a better one after which it stops; 0 never stops.
        batch: Tiles a step, on all devices together.
        echo: How often the tiles of a step are used, every other time mirrored: 2 or
            more where drawing them takes longer than learning from them.
        local_contrast: Whether the network sees, besides the planes, how each pixel
            differs from what is around it; one that starts from such a network does.
        silhouettes: Weight of telling which pixels show a firearm, which is learned
            besides boxes and left out of the checkpoint; 0 learns boxes alone. Firearms
            need masks, as those of simulated and projected ones have.
        refine: Whether the refiner learns in place of the detector, which stays as it
            is: a small network that looks at each answer again and scores it anew. A
            base without one gets one. Give a base that has learned to detect.
        amp: Whether convolutions are in bfloat16 where the device has it: faster, but
            it was never measured whether what is learned is as good.
        background: Tiles without a firearm for each one with, besides projections.
        mined: Share of these taken from false alarms of the network itself on clean
            scans of the training part, looked for after every `mine_every` epochs.
        mine_every: 0 never looks for any.
        replay: Another dataset, of which a share of all tiles is drawn: what a network
            knew already shall not be lost.
        replay_share: That share.
        scans: Take so many scans of the training part only, chosen by the seed.
        validation_scans: Most scans to validate on, half of them clean where they are.
        pfa: Share of clean scans that may raise an alarm where Pd is measured.
        learning_rate: Largest learning rate of AdamW, reached after the warm-up.
        last_rate: Share of it that is left at the end, to which it falls as a cosine.
        average: Steps that the mean of the weights reaches back, which is what is
            validated and kept: a plain mean in the first so many, then an exponential
            one. 0 does as Ultralytics does: in its first thousands of steps, a few.
        weight_decay: Of AdamW.
        warm_up: Steps of the warm-up, at most a tenth of all.
        head_first: Steps in which the head alone learns, at most a tenth of all. One
            that is new may lead what is before it astray.
        still_epochs: Last epochs without mosaics.
        augmentation: See there.
        exposure: See there.
        projection: See there.
        seed: Of tiles, augmentation and weights.
        devices: "cpu", "mps", or numbers of GPUs, such as "0" or "0,1".
        workers: Processes that load tiles, for each device; 0 loads them in between.
        tracking: "run" keeps an MLflow store in the run's folder, "none" keeps none;
            else the address of a server.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    encoding: Encoding = Encoding.DUAL
    planes: Planes | None = None
    base: str = "yolo26n.yaml"
    scale: Scale = Scale()
    pitch_mm: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    tile_side: Annotated[int, Field(ge=64, le=4096, multiple_of=32)] = 768
    tile_overlap: Annotated[int, Field(ge=0), AfterValidator(check_overlap)] = Field(
        default_factory=usual_overlap
    )
    epochs: Count = 30
    steps: Count | None = None
    minutes: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    patience: Annotated[int, Field(ge=0)] = 0
    batch: Count = 16
    echo: Count = 1
    local_contrast: bool = False
    silhouettes: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    refine: bool = False
    amp: bool = False
    background: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.5
    mined: Share = 0.3
    mine_every: Annotated[int, Field(ge=0)] = 0
    replay: str | None = None
    replay_share: Share = 0.3
    scans: Count | None = None
    validation_scans: Count = 200
    pfa: Annotated[float, Field(gt=0, lt=1)] = 0.05
    learning_rate: Annotated[float, Field(gt=0, lt=1)] = 0.002
    last_rate: Annotated[float, Field(gt=0, le=1)] = 0.01
    average: Annotated[int, Field(ge=0)] = 0
    weight_decay: Annotated[float, Field(ge=0, lt=1)] = 0.0005
    warm_up: Annotated[int, Field(ge=0)] = 300
    head_first: Annotated[int, Field(ge=0)] = 0
    still_epochs: Annotated[int, Field(ge=0)] = 5
    augmentation: Augmentation = Augmentation()
    exposure: Exposure = Exposure()
    projection: Projection = Projection()
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 0
    devices: Annotated[str, Field(pattern=r"^(mps|cpu(,cpu)*|\d+(,\d+)*)$")] = "cpu"
    workers: Annotated[int, Field(ge=0)] = 2
    tracking: str = "run"

    @model_validator(mode="after")
    def _check_refine(self) -> Self:
        if self.refine and self.silhouettes:
            msg = "refine has the refiner alone learn, which tells no silhouettes"
            raise ValueError(msg)
        return self

    @property
    def holds(self) -> Planes:
        """What the planes hold."""
        return self.planes or self.encoding.value


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
        msg = f"The training cannot be configured so: {list_problems(error)}."
        raise TrainingError(msg) from error


def list_problems(error: ValidationError) -> str:
    """All that is wrong with settings, in one line."""
    return "; ".join(
        f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}"
        for one in error.errors()
        if one["type"] != "default_factory_not_called"  # follows from another
    )


def _read_toml(file: Path) -> Mapping[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        msg = f"{file} cannot be read as TOML: {error}. Mend or leave out --config."
        raise TrainingError(msg) from error


def read_config(run: Path) -> TrainingConfig:
    """Read what a training was asked to do.

    Args:
        run: Its folder.

    Raises:
        TrainingError: If there is no training there, or it is of another version.
    """
    try:
        return TrainingConfig.model_validate_json((run / CONFIG).read_bytes())
    except OSError as error:
        msg = f"{run} holds no training: it has no {CONFIG}. Give the folder of one."
        raise TrainingError(msg) from error
    except ValidationError as error:
        msg = f"{run / CONFIG} is of another version, or damaged. Train again."
        raise TrainingError(msg) from error
