"""Folders that a long run fills: claimed for one plan, continued if interrupted."""

import shutil
from pathlib import Path

from pydantic import BaseModel, ValidationError

from data.errors import DatasetError
from data.files import replacing


def claim_folder(out: Path, name: str, plan: BaseModel, *, scans: str) -> None:
    """Claim a folder for a plan, or find it claimed for the same.

    What a killed run left half-written is removed.

    Args:
        out: The folder: new, empty, or claimed before.
        name: The plan's file in it.
        plan: What the folder shall become; its `str` says it.
        scans: Name of the folder in it that is filled.

    Raises:
        DatasetError: If the folder holds other things, or another plan.
    """
    if out.exists() and not out.is_dir():
        msg = f"{out} is a file. Choose a new folder."
        raise DatasetError(msg)
    if (out / name).is_file():
        _check_plan(out, name, plan)
    elif out.exists() and any(out.iterdir()):
        msg = f"{out} holds other things. Choose a new or an empty folder."
        raise DatasetError(msg)
    else:
        write_text(out / name, plan.model_dump_json(indent=1))
    for draft in out.glob(f"{scans}/.*"):
        draft.unlink(missing_ok=True)


def check_room(out: Path, scans: int, needed: float) -> None:
    """Refuse to begin where the disk lacks room.

    Args:
        out: The folder.
        scans: How many are to be written.
        needed: Bytes that they are likely to take.

    Raises:
        DatasetError: If the disk has less.
    """
    free = shutil.disk_usage(out).free
    if needed > free:
        msg = (
            f"{scans} scans need about {needed / 1e6:.0f} MB and {out} has "
            f"{free / 1e6:.0f} MB free. Ask for fewer or choose another disk."
        )
        raise DatasetError(msg)


def write_text(path: Path, text: str) -> None:
    """Write a text file with a line's end, whole or not at all.

    Args:
        path: The file.
        text: Without the last line's end.

    Raises:
        DatasetError: If it cannot be written.
    """
    try:
        with replacing(path) as draft:
            draft.write_text(text + "\n", encoding="utf-8", newline="\n")
    except OSError as error:
        msg = f"{path} cannot be written: {error.strerror or error}. Check the disk."
        raise DatasetError(msg) from error


def _check_plan(out: Path, name: str, plan: BaseModel) -> None:
    try:
        found = type(plan).model_validate_json((out / name).read_bytes())
    except ValidationError as error:
        msg = f"{out / name} is damaged. Choose a new folder."
        raise DatasetError(msg) from error
    if found != plan:
        msg = (
            f"{out} holds {found}. "
            "Ask for the same to continue it, or choose a new folder."
        )
        raise DatasetError(msg)
