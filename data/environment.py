"""What Ultralytics and Albumentations read from the environment when imported."""

import os
import tempfile
from pathlib import Path

_SETTINGS = {
    "NO_ALBUMENTATIONS_UPDATE": "1",
    "YOLO_AUTOINSTALL": "false",
    "YOLO_OFFLINE": "true",
    "YOLO_VERBOSE": "false",
}


def prepare_environment() -> None:
    """Keep them from calling out, installing things, writing to HOME or idling cores.

    Call it before either is imported. What is set already stays. Ultralytics would
    leave all but one core of a CPU idle.
    """
    for name, value in _SETTINGS.items():
        os.environ.setdefault(name, value)
    os.environ.setdefault("OMP_NUM_THREADS", str(os.cpu_count() or 1))
    folder = Path(tempfile.gettempdir()) / "cargosight-ultralytics"
    os.environ.setdefault("YOLO_CONFIG_DIR", str(folder))
