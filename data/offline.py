"""Keep the packages below us from calling out, installing things or writing to HOME."""

import os
import tempfile
from pathlib import Path

_SETTINGS = {
    "NO_ALBUMENTATIONS_UPDATE": "1",
    "YOLO_AUTOINSTALL": "false",
    "YOLO_OFFLINE": "true",
    "YOLO_VERBOSE": "false",
}


def keep_offline() -> None:
    """Set the environment that Ultralytics and Albumentations read when imported.

    What is set already stays. Call it before either is imported.
    """
    for name, value in _SETTINGS.items():
        os.environ.setdefault(name, value)
    folder = Path(tempfile.gettempdir()) / "cargosight-ultralytics"
    os.environ.setdefault("YOLO_CONFIG_DIR", str(folder))
