"""What a plain training starts from, as a file that Ultralytics reads."""

from pathlib import Path

from detector.bundle import default_bundle_path
from training.base import find_base
from training.network import make_network, save_checkpoint
from training.plain.settings import SHIPPED, PlainSettings


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
    save_checkpoint(make_network(base, epochs=1), place)
    return str(place)
