"""Networks: made from what a training starts from, run, kept; Ultralytics' module."""

from collections.abc import Sequence
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from data.environment import prepare_environment
from data.errors import TrainingError
from data.files import replacing
from data.truth import FIREARM
from detector.encoding import Encoding
from training.base import Base, Weights, first_line

prepare_environment()

import torch  # noqa: E402 - Ultralytics reads its environment when it is imported
import torchvision  # noqa: E402, F401 - Ultralytics takes its NMS where it is there
from torch import Tensor, nn  # noqa: E402
from ultralytics import __version__  # noqa: E402
from ultralytics.cfg import get_cfg  # noqa: E402
from ultralytics.nn.tasks import (  # noqa: E402
    DetectionModel,
    load_checkpoint,
    yaml_model_load,
)
from ultralytics.utils.nms import non_max_suppression  # noqa: E402

from training.contrast import let_see_contrast, sees_contrast  # noqa: E402
from training.planes import PLANES, carry_over  # noqa: E402
from training.refiner import (  # noqa: E402
    forget_refiner,
    let_refine,
    refines,
)

MOST_DETECTIONS: Final = 300
_LEAST_SCORE: Final = 0.001
_DUPLICATE_IOU: Final = 0.7


def make_network(
    base: Base,
    *,
    encoding: Encoding | None = None,
    contrast: bool = False,
    refiner: bool = False,
) -> DetectionModel:
    """Make the network that a training starts from.

    Layouts with a second head that answers once for an object, such as YOLO26's, do
    without it: it learns from what the first one teaches the rest of the network, and
    found less.

    Args:
        base: A layout, a checkpoint, or a bundle's weights.
        encoding: What it shall see; if a bundle's weights have seen the other one, they
            are carried over.
        contrast: Whether it shall see local contrast besides the planes; one that does
            already goes on doing so.
        refiner: Whether it shall have a refiner; one that has one keeps it, unless its
            weights are carried over: a refiner knows one encoding.

    Returns:
        It, in float32, with one class.

    Raises:
        TrainingError: If the weights cannot be read, or do not fit the layout.
    """
    if base.model.endswith(".pt"):
        given = _read_given(base.model)
        network = _lay_out(given.yaml)
        network.load(given, verbose=False)
    else:
        network = _lay_out(base.layout or base.model)
    if base.weights is not None:
        _load(network, base.weights, base.name)
    if base.seen is not None and encoding is not None:
        carry_over(network, base.seen, encoding)
        if base.seen is not encoding:
            forget_refiner(network)
    if contrast:
        let_see_contrast(network)
    if refiner:
        let_refine(network)
    network.nc, network.names = 1, {0: FIREARM}
    network.args = get_cfg()
    for name, weight in network.named_parameters():
        weight.requires_grad_(".dfl" not in name)
    return network


def _read_given(path: str) -> Any:
    try:
        given: Any = load_checkpoint(path)[0]
        head = given.model[-1]
        if head.cv2 is None:  # somebody has taken the first of two heads out
            head.cv2, head.cv3 = head.one2one_cv2, head.one2one_cv3
        return given
    except Exception as error:  # Ultralytics and torch raise anything
        msg = f"--base cannot be read as a checkpoint: {first_line(error)}."
        raise TrainingError(msg) from error


def _lay_out(layout: Any) -> DetectionModel:
    try:
        known = yaml_model_load(layout) if isinstance(layout, str) else layout
        single = deepcopy(known) | {"end2end": False}
        network = DetectionModel(single, ch=PLANES, nc=1, verbose=False)
        head: Any = network.model[-1]
        head.one2one_cv2 = head.one2one_cv3 = None  # YOLOv10's makes them all the same
        if sees_contrast(network):
            let_see_contrast(network)
        if refines(network):
            let_refine(network)
        return network
    except Exception as error:  # Ultralytics raises anything
        msg = f"--base cannot be laid out as a network: {first_line(error)}."
        raise TrainingError(msg) from error


def _load(network: nn.Module, weights: Weights, name: str) -> None:
    """Load the weights of a graph; one of before may hold the second head alone."""
    ours = {
        name.replace(".one2one_", "."): torch.from_numpy(values.copy())
        for name, values in weights.items()
    }
    missing, strange = network.load_state_dict(ours, strict=False)
    lost = [each for each in missing if not each.endswith("num_batches_tracked")]
    if lost or strange:
        msg = (
            f"{name} lacks or has too many weights: {[*lost, *strange][0]}. "
            "Choose another --base."
        )
        raise TrainingError(msg)


def answer_tiles(
    network: nn.Module, tiles: npt.NDArray[np.uint8], device: torch.device
) -> npt.NDArray[np.float32]:
    """What a network finds in tiles.

    Args:
        network: In evaluation mode, on the device.
        tiles: (N, 3, S, S) uint8.
        device: Where it runs.

    Returns:
        (N, 300, 6) float32: box, score, class; rows with a score of 0 are padding.
    """
    given = torch.from_numpy(tiles).to(device, non_blocking=True)
    given = given.to(torch.float32).div_(255)
    given = given.contiguous(memory_format=torch.channels_last)
    with torch.inference_mode():
        answers = find_answers(network, given)
    return np.asarray(answers.float().cpu().numpy(), np.float32)


def find_answers(network: Any, planes: Tensor) -> Tensor:
    """What a network finds in tiles, looked at again where it has a refiner.

    Args:
        network: In evaluation mode.
        planes: (N, 3, S, S) float from 0 to 1.

    Returns:
        (N, 300, 6): box, score, class; rows with a score of 0 are padding.
    """
    refiner: Any = getattr(network, "refiner", None)
    if refiner is None:
        return detect(network, planes)
    with refiner.listening(network.model[-1]) as heard:
        answers = detect(network, planes)
    refined: Tensor = refiner.refine(heard[0], answers)
    return refined


def detect(network: Any, planes: Tensor) -> Tensor:
    """What a network finds in tiles by itself: see `find_answers`."""
    found = network(planes)
    raw = found[0] if isinstance(found, tuple) else found
    done = raw.shape[-1] == 6 and raw.ndim == 3
    return raw if done else _suppress(raw.float()).to(planes.device)


def _suppress(raw: Tensor) -> Tensor:
    """Take doubles out, for a head that gives some."""
    kept: Sequence[Tensor] = non_max_suppression(
        raw, _LEAST_SCORE, _DUPLICATE_IOU, max_det=MOST_DETECTIONS, max_time_img=10.0
    )
    answers = torch.zeros(len(kept), MOST_DETECTIONS, 6)
    for row, found in zip(answers, kept, strict=True):
        row[: len(found)] = found.cpu()
    return answers


def save_checkpoint(network: nn.Module, path: Path) -> None:
    """Write a network as Ultralytics' own checkpoints are, in halves.

    Args:
        network: What to keep.
        path: The `.pt` file; it appears whole.
    """
    kept: Any = deepcopy(network).half().to(memory_format=torch.contiguous_format)
    kept.criterion = None
    kept.args = dict(vars(network.args))
    for weight in kept.parameters():
        weight.requires_grad_(False)
    content = {
        "epoch": -1,
        "model": kept.cpu(),
        "ema": None,
        "train_args": {"task": "detect"},
        "date": datetime.now(UTC).isoformat(),
        "version": __version__,
    }
    with replacing(path) as draft:
        torch.save(content, draft)


def read_network(path: Path) -> nn.Module:
    """Read a network of our own; run this on files you trust only.

    Args:
        path: A checkpoint. Loading one runs code inside it.
    """
    network: Any = load_checkpoint(str(path))[0]
    head = network.model[-1]
    head.one2one_cv2 = head.one2one_cv3 = None  # of a checkpoint from before
    read: nn.Module = network.float().eval()
    return read
