"""What a training began with, so that a killed one goes on as the same."""

import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from data.errors import TrainingError
from data.files import replacing
from data.versions import read_versions
from training.base import Base
from training.config import CONFIG, TrainingConfig, read_config

BEGUN: Final = "begun.json"
PACKAGES: Final = ("albumentations", "numpy", "opencv-python", "torch", "ultralytics")
FREE: Final = {"devices", "workers", "tracking"}
"""Settings that may differ when a training goes on: they change nothing it learns."""


class Begun(BaseModel):
    """What a training began with; `begun.json` in its folder.

    Attributes:
        base_sha256: Of the weights it started from; None for a new network.
        dataset_sha256: Of the dataset's content.
        replay_sha256: Of the content of the dataset that is replayed; None without.
        started: When.
        commit: Of the project's repository, with "+" if files differed from it.
        versions: Of Python and of the packages that matter.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    base_sha256: str | None
    dataset_sha256: str
    replay_sha256: str | None = None
    started: AwareDatetime
    commit: str | None
    versions: dict[str, str]


def begin(
    out: Path,
    config: TrainingConfig,
    base: Base,
    dataset_sha256: str,
    replay_sha256: str | None = None,
) -> Begun:
    """Claim a folder for a training, or find it claimed for the same one.

    Args:
        out: Folder of the run.
        config: What to do.
        base: What to start from.
        dataset_sha256: Of the dataset's content.
        replay_sha256: Of the content of the one that is replayed.

    Raises:
        TrainingError: If what was begun there was something else.
    """
    if not (out / BEGUN).exists():
        begun = Begun(
            base_sha256=base.sha256,
            dataset_sha256=dataset_sha256,
            replay_sha256=replay_sha256,
            started=datetime.now(UTC),
            commit=find_commit(),
            versions=read_versions(PACKAGES),
        )
        _write(out / CONFIG, config)
        _write(out / BEGUN, begun)
        return begun
    begun = _read(out / BEGUN)
    known = {"base": base.sha256, "replay": replay_sha256}
    hashed = {name for name, sha256 in known.items() if sha256 is not None}
    changed = _compare(config, read_config(out), hashed)
    changed += ["the base"] * (begun.base_sha256 != base.sha256)
    changed += ["the dataset"] * (begun.dataset_sha256 != dataset_sha256)
    changed += ["the replayed one"] * (begun.replay_sha256 != replay_sha256)
    if changed:
        msg = (
            f"{out} holds an unfinished training with other settings "
            f"({', '.join(changed)}). Give the same ones to go on, or another --out."
        )
        raise TrainingError(msg)
    _write(out / CONFIG, config)
    return begun


def _write(path: Path, content: BaseModel) -> None:
    with replacing(path) as draft:
        draft.write_text(content.model_dump_json(indent=2) + "\n", encoding="utf-8")


def _read(path: Path) -> Begun:
    try:
        return Begun.model_validate_json(path.read_bytes())
    except ValidationError as error:
        msg = f"{path} is damaged. Choose another --out, or remove this folder."
        raise TrainingError(msg) from error


def _compare(
    asked: TrainingConfig, begun: TrainingConfig, hashed: set[str]
) -> list[str]:
    """Settings that differ, but for paths of what is compared by its hash."""
    free = FREE | hashed
    ours, theirs = (one.model_dump(mode="json", exclude=free) for one in (asked, begun))
    return _differing(ours, theirs, "")


def _differing(ours: dict[str, Any], theirs: dict[str, Any], above: str) -> list[str]:
    names = []
    for name, value in ours.items():
        other = theirs.get(name)
        if isinstance(value, dict) and isinstance(other, dict):
            names += _differing(value, other, f"{above}{name}.")
        elif value != other:
            names.append(f"{above}{name}")
    return names


def find_commit() -> str | None:
    """The commit of the checkout this runs from, with "+" if files differ from it."""
    git = shutil.which("git")
    if git is None:
        return None
    root = Path(__file__).parent
    asked = [
        subprocess.run(  # noqa: S603 - our own words
            [git, "-C", str(root), *words], capture_output=True, text=True, check=False
        )
        for words in (["rev-parse", "HEAD"], ["status", "--porcelain"])
    ]
    if any(answer.returncode for answer in asked):
        return None
    return asked[0].stdout.strip() + ("+" if asked[1].stdout.strip() else "")
