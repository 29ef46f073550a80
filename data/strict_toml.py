"""Files that people write: TOML, read strictly, all that is wrong said in one line."""

import tomllib
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from data.errors import CargosightError

Model = TypeVar("Model", bound=BaseModel)


def read_strict_toml(
    path: Path,
    model: type[Model],
    *,
    what: str,
    hint: str,
    error: type[CargosightError],
) -> Model:
    """Read a TOML file as a strict model.

    Args:
        path: The file.
        model: What it shall be.
        what: What people call such a file, such as "plan of a suite".
        hint: What to do if it cannot be read, a sentence.
        error: What to raise.

    Raises:
        CargosightError: Of the class `error`, if the file cannot be read, is no TOML or
            is not what it shall be: one line that names all that is wrong.
    """
    try:
        return model.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as fault:
        msg = f"{path} cannot be read: {fault.strerror or fault}. {hint}"
        raise error(msg) from fault
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        msg = f"{path} is no TOML: {fault}. Mend it."
        raise error(msg) from fault
    except ValidationError as fault:
        wrong = "; ".join(_explain(one) for one in fault.errors())
        msg = f"{path} is no {what}: {wrong}."
        raise error(msg) from fault


def _explain(fault: Any) -> str:
    where = ".".join(str(part) for part in fault["loc"]) or "file"
    return f"{where}: {fault['msg'].removeprefix('Value error, ')}"
