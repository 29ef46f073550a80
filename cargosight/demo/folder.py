"""The folder of a demo: its own, so that an earlier one may be replaced."""

import shutil
from pathlib import Path
from typing import Final

from data.errors import DatasetError, StationError
from station.processes.lock import holding

MARK: Final = ".cargosight-demo"
STATION: Final = "station"
DATA: Final = "data"


def clear_demo(out: Path) -> None:
    """Make the folder of a demo; an earlier demo there is removed.

    Args:
        out: It.

    Raises:
        DatasetError: If it holds other things than a demo.
        StationError: If the station of an earlier demo still runs there.
    """
    if (out / MARK).exists():
        _check_stopped(out)
        shutil.rmtree(out)
    _claim(out)


def clear_station(out: Path) -> Path:
    """Make the folder of a demo's station; an earlier station there is removed.

    Args:
        out: Folder of the demo; what else is in it stays.

    Returns:
        The folder, empty.

    Raises:
        DatasetError: If `out` holds other things than a demo.
        StationError: If the station of an earlier demo still runs there.
    """
    _claim(out)
    _check_stopped(out)
    folder = out.resolve() / STATION
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(mode=0o700)
    return folder


def _claim(out: Path) -> None:
    if not (out / MARK).exists() and out.exists() and any(out.iterdir()):
        msg = f"{out} holds other things than a demo. Choose another --out."
        raise DatasetError(msg)
    out.mkdir(parents=True, exist_ok=True)
    (out / MARK).touch()


def _check_stopped(out: Path) -> None:
    data = out / STATION / DATA
    if not data.exists():
        return
    try:
        with holding(data, "station", wait_s=0):
            pass
    except StationError as error:
        msg = f"The demo in {out} still runs. End it first, or choose another --out."
        raise StationError(msg) from error
