"""TOML files that ship with the project under a name, or that a port writes itself."""

import json
import tomllib
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from data.errors import QualityError
from data.formats.metadata import list_faults

Model = TypeVar("Model", bound=BaseModel)

_ENDING: Final = ".toml"


def load_toml(
    model: type[Model], name_or_path: str | Path, shipped: Traversable
) -> Model:
    """Load a strict model from a TOML file.

    Args:
        model: What it shall be.
        name_or_path: Name of a shipped file, or a .toml file.
        shipped: Folder of the shipped files.

    Raises:
        QualityError: If it is unknown or wrong; all faults are named.
    """
    what = f"{model.__name__} {name_or_path}"
    text = _read_text(what, str(name_or_path), shipped)
    try:
        content: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        msg = f"{what} is not TOML: {error}. Correct it."
        raise QualityError(msg) from error
    try:
        # By way of JSON, where strict types take a list for a tuple.
        return model.model_validate_json(json.dumps(content, default=str))
    except ValidationError as error:
        msg = f"{what} is wrong: {list_faults(error)}. Correct it."
        raise QualityError(msg) from error


def _read_text(what: str, name: str, shipped: Traversable) -> str:
    if not name.endswith(_ENDING):
        names = sorted(file.name for file in shipped.iterdir())
        known = [each.removesuffix(_ENDING) for each in names if _ENDING in each]
        if name not in known:
            msg = f"{what} is unknown. Take {', '.join(known)}, or a {_ENDING} file."
            raise QualityError(msg)
        return shipped.joinpath(name + _ENDING).read_text(encoding="utf-8")
    try:
        return Path(name).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        msg = f"{what} cannot be read: {why}. Check the file."
        raise QualityError(msg) from error
