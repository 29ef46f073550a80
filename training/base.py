"""What a network starts from: a new one's layout, or weights."""

import hashlib
from pathlib import Path

from data.environment import prepare_environment
from data.errors import TrainingError

prepare_environment()

from ultralytics.nn.tasks import yaml_model_load  # noqa: E402 - reads its environment
from ultralytics.utils.downloads import attempt_download_asset  # noqa: E402


def find_base(base: str) -> str:
    """Find what `--base` names.

    Args:
        base: A checkpoint's path, the name of one that Ultralytics publishes (fetched
            where there is a network), or a yaml: a path, or a name that Ultralytics
            ships, such as "yolo26n.yaml".

    Returns:
        A path or name that Ultralytics can load.

    Raises:
        TrainingError: If there is no such thing.
    """
    if Path(base).suffix not in {".pt", ".yaml"}:
        msg = f"--base {base} is neither a .pt checkpoint nor a .yaml layout. Give one."
        raise TrainingError(msg)
    if Path(base).is_file():
        return base
    try:
        if base.endswith(".pt"):
            return _fetch(base)
        yaml_model_load(base)  # it knows that yolo26n.yaml is yolo26.yaml, size n
    except Exception as error:  # a download or a look-up may raise anything
        msg = (
            f"--base {base} was not found, here or among what Ultralytics offers "
            f"({str(error).splitlines()[0]}). Give the path of a checkpoint or a yaml."
        )
        raise TrainingError(msg) from error
    return base


def hash_base(base: str) -> str | None:
    """SHA-256 of a base's weights; None for a yaml, which has none."""
    if not base.endswith(".pt"):
        return None
    return hashlib.sha256(Path(base).read_bytes()).hexdigest()


def _fetch(name: str) -> str:
    if Path(name).name != name:
        msg = "no such file"
        raise FileNotFoundError(msg)
    found = attempt_download_asset(name)
    if not Path(found).is_file():
        msg = "it could not be downloaded"
        raise FileNotFoundError(msg)
    return found
