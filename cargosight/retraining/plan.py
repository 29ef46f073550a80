"""What a retraining began with: the same again goes on, anything else is refused."""

import json
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from cargosight.retraining.gathering import Gathered
from data.dataset_writing import write_text
from data.errors import TrainingError
from training.begun import FREE

PLAN: Final = "retraining.json"

WORDS: Final = {
    "champion": "another champion",
    "dataset": "another dataset",
    "replay": "another old dataset",
    "suites": "other suites",
    "calibrations": "other calibration suites",
    "rules": "other rules",
    "settings": "other settings of the training",
    "pfa": "another --pfa",
    "device": "another --device",
}


class Plan(BaseModel):
    """What was begun, by content: folders may be named in other words.

    Attributes:
        champion: sha256 of its manifest.
        dataset: sha256 of all scans and truths.
        replay: The same of the old dataset; None without.
        suites: Seals of the suites that decide, in their order.
        calibrations: Seal of each graph's calibration suite.
        rules: Of the verdict.
        settings: Of the training, as far as they were stated.
        pfa: What operating points are chosen for.
        device: What runs the bundles on the suites.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    champion: str
    dataset: str
    replay: str | None
    suites: tuple[str, ...]
    calibrations: dict[str, str]
    rules: dict[str, Any]
    settings: dict[str, Any]
    pfa: float
    device: str


def make_plan(gathered: Gathered) -> Plan:
    """What a retraining begins with.

    Args:
        gathered: What it goes by.
    """
    request, replay = gathered.request, gathered.replay
    settings = gathered.settings.model_dump(
        mode="json", include=gathered.settings.model_fields_set - FREE
    )
    return Plan(
        champion=gathered.champion.sha256,
        dataset=gathered.dataset.sha256,
        replay=None if replay is None else replay.sha256,
        suites=tuple(suite.seal for suite in gathered.suites),
        calibrations={kind: s.seal for kind, s in gathered.calibrations.items()},
        rules=gathered.rules.model_dump(mode="json"),
        settings=settings,
        pfa=request.pfa,
        device=request.device,
    )


def check_folder(out: Path, plan: Plan) -> None:
    """Refuse a folder that is neither free nor of this retraining.

    Args:
        out: The folder.
        plan: What is to be begun, or goes on.

    Raises:
        TrainingError: If it holds other things, or a retraining with other arguments.
    """
    if out.exists() and not out.is_dir():
        msg = f"{out} is a file. Choose a new folder as --out."
        raise TrainingError(msg)
    if (out / PLAN).is_file():
        _compare(out, plan)
    elif out.exists() and any(not p.name.startswith(".") for p in out.iterdir()):
        msg = f"{out} holds other things. Choose a new or an empty folder as --out."
        raise TrainingError(msg)


def write_plan(out: Path, plan: Plan) -> None:
    """Claim a folder for a retraining; once claimed it stays as it is."""
    if not (out / PLAN).is_file():
        write_text(out / PLAN, plan.model_dump_json(indent=1))


def _compare(out: Path, plan: Plan) -> None:
    try:
        begun = Plan.model_validate_json((out / PLAN).read_bytes())
    except ValidationError as error:
        msg = f"{out / PLAN} is damaged. Choose another --out."
        raise TrainingError(msg) from error
    ours, theirs = (json.loads(each.model_dump_json()) for each in (plan, begun))
    changed = [words for name, words in WORDS.items() if ours[name] != theirs[name]]
    if changed:
        msg = (
            f"{out} holds a retraining with {', '.join(changed)}. Give the same "
            "arguments to go on, or another --out."
        )
        raise TrainingError(msg)
