"""What a plain training starts from, as a file that Ultralytics reads."""

from pathlib import Path

from data.environment import prepare_environment
from data.errors import TrainingError
from data.files import replacing
from data.truth import FIREARM
from detector.bundle import default_bundle_path
from training.base import Base, find_base
from training.plain.settings import SHIPPED, PlainSettings

prepare_environment()

import torch  # noqa: E402 - Ultralytics reads its environment when it is imported
from ultralytics.nn.tasks import DetectionModel  # noqa: E402


def write_start(settings: PlainSettings, place: Path) -> str:
    """Make what a training starts from loadable by stock Ultralytics.

    Args:
        settings: What to start from.
        place: Where the weights of a bundle go, as a checkpoint.

    Returns:
        What `ultralytics.YOLO` takes: `place`, or the checkpoint or yaml itself.

    Raises:
        TrainingError: If there is no such thing, or a bundle's weights do not fit its
            layout.
        BundleError: If the bundle is damaged.
    """
    shipped = settings.base == SHIPPED
    named = str(default_bundle_path()) if shipped else settings.base
    base = find_base(named, settings.encoding)
    if base.layout is None or base.weights is None:
        return base.model
    network = _build(base)
    with replacing(place) as draft:
        torch.save({"model": network, "train_args": {}}, draft)
    return str(place)


def _build(base: Base) -> torch.nn.Module:
    """The network of a bundle; graphs lack the one-to-many head: both start alike."""
    network: torch.nn.Module = DetectionModel(base.layout, nc=1, verbose=False)
    network.names = {0: FIREARM}  # type: ignore[assignment]
    given = {
        name: torch.tensor(values) for name, values in (base.weights or {}).items()
    }
    twins = {
        name.replace(".one2one_", "."): values
        for name, values in given.items()
        if ".one2one_" in name
    }
    missing, strange = network.load_state_dict(given | twins, strict=False)
    lost = [name for name in missing if not name.endswith("num_batches_tracked")]
    if lost or strange:
        msg = (
            f"{base.name} lacks or has too many weights: {[*lost, *strange][0]}. "
            "Choose another --base."
        )
        raise TrainingError(msg)
    return network
