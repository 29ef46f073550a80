"""The configuration of a running station, as its processes read it."""

import os
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from data.errors import StationError
from data.files import replacing
from station.config import StationConfig

NAME: Final = "effective.json"


def write_effective(config: StationConfig) -> Path:
    """Write a configuration where only the station can read it.

    Args:
        config: With paths that hold from anywhere.
    """
    config.data.mkdir(parents=True, exist_ok=True)
    place = config.data / NAME
    with replacing(place) as draft:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(config.model_dump_json())
    return place


def read_effective(place: Path) -> StationConfig:
    """Read what `write_effective` wrote.

    Raises:
        StationError: If it cannot be read.
    """
    try:
        return StationConfig.model_validate_json(place.read_bytes())
    except (OSError, ValidationError) as error:
        msg = f"{place} cannot be read: {error}. Start the station anew."
        raise StationError(" ".join(msg.split())) from error
