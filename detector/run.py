"""What a training left: the contract between training, which writes it, and export."""

from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from data.errors import TrainingError
from data.files import replacing
from detector.encoding import Encoding
from detector.scale import Scale

RECORD: Final = "run.json"
CHECKPOINT: Final = "checkpoint.pt"

Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Run(BaseModel):
    """One training: what it was given and what it came to.

    Attributes:
        encoding: Which planes the network sees.
        planes: What they hold: as the encoding, or those of an experiment.
        scale: At what scale scans are encoded.
        tile_side: Width and height of the tiles it learned from, px.
        tile_overlap: Pixels that neighbouring tiles share.
        labels: What its classes mean.
        base: Name of the yaml or checkpoint it started from.
        base_sha256: Of that checkpoint; None for a new network.
        seed: Of tiles, augmentation and weights.
        dataset: Folder of the dataset, as seen by the training.
        dataset_sha256: Of the dataset's content.
        replay_sha256: Of the content of the dataset that was replayed; None without.
        synthetic: Whether every scan, and all that was projected, is synthetic.
        checkpoint_sha256: Of `checkpoint.pt` beside the record.
        best_epoch: The epoch it is from.
        epochs: How many there were.
        pd: Of the best epoch, on whole validation scans: share of the visible firearms
            that were met; None where too few scans are clean to tell.
        pfa: Share of clean scans that were allowed an alarm there.
        ap50: Of the best epoch, on whole validation scans.
        ap50_95: The same, mean over IoU 0.5 to 0.95.
        seconds: How long the training took.
        started: When.
        versions: Of Python and of the packages that matter.
        commit: Of the project's repository; None outside one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[2] = 2
    encoding: Encoding
    planes: str
    scale: Scale
    tile_side: int
    tile_overlap: int
    labels: tuple[str, ...]
    base: str
    base_sha256: Sha256 | None
    seed: int
    dataset: str
    dataset_sha256: Sha256
    replay_sha256: Sha256 | None = None
    synthetic: bool
    checkpoint_sha256: Sha256
    best_epoch: int
    epochs: int
    pd: float | None
    pfa: float
    ap50: float
    ap50_95: float
    seconds: float
    started: AwareDatetime
    versions: dict[str, str]
    commit: str | None = None


def write_run(run: Run, folder: Path) -> None:
    """Write the record of a training into its folder."""
    with replacing(folder / RECORD) as draft:
        draft.write_text(run.model_dump_json(indent=2) + "\n", encoding="utf-8")


def read_run(folder: Path) -> Run:
    """Read the record of a training.

    Args:
        folder: As `cargosight train --out` made it.

    Raises:
        TrainingError: If the folder is not that of a finished training.
    """
    try:
        return Run.model_validate_json((folder / RECORD).read_bytes())
    except (FileNotFoundError, NotADirectoryError) as error:
        msg = (
            f"{folder} is not a finished training: it has no {RECORD}. "
            "Give the folder that `cargosight train --out` made."
        )
        raise TrainingError(msg) from error
    except ValidationError as error:
        raise TrainingError(_explain(folder / RECORD, error)) from error


def _explain(record: Path, error: ValidationError) -> str:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    if where == "format":
        return f"{record} is from another version of Cargosight. Train again."
    return f"{record} is damaged: {where}: {first['msg']}. Train again."
