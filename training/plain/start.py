"""What a plain training starts from, as a file that Ultralytics reads."""

import logging
from pathlib import Path

from detector.bundle import default_bundle_path
from training.base import find_base
from training.contrast import forget_contrast, sees_contrast
from training.network import make_network, save_checkpoint
from training.plain.settings import SHIPPED, PlainSettings
from training.refiner import forget_refiner, refines

logger = logging.getLogger(__name__)


def write_start(settings: PlainSettings, place: Path) -> str:
    """Make what a training starts from loadable by stock Ultralytics.

    What weights know of local contrast, which that does not see, is left out, and so is
    a refiner.

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
    network = make_network(base)
    if sees_contrast(network):
        forget_contrast(network)
        logger.warning("%s: stock Ultralytics does not see local contrast.", named)
    if refines(network):
        forget_refiner(network)
        logger.warning("%s: stock Ultralytics has no second look at answers.", named)
    save_checkpoint(network, place)
    return str(place)
