"""Look for false alarms of a network on clean scans, to learn from next."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import torch
from torch import nn

from training.config import TrainingConfig
from training.drawing import Spot
from training.prepared import PreparedScan
from training.watch import find_firearms, paint_scan

MOST_SCANS: Final = 60
"""Clean scans that are looked at each time, drawn anew."""

MOST_SPOTS: Final = 2000
"""False alarms that are kept, highest score first."""

_LEAST_SCORE: Final = 0.05


def mine_false_alarms(
    network: nn.Module,
    scans: Sequence[PreparedScan],
    config: TrainingConfig,
    epoch: int,
    device: torch.device,
) -> list[Spot]:
    """Where a network answers on scans that hold no firearm.

    Args:
        network: In evaluation mode, on the device.
        scans: Of the training part; the clean ones among them are looked at.
        config: How they are shown.
        epoch: Decides which of them.
        device: Where the network runs.
    """
    clean = [number for number, scan in enumerate(scans) if scan.clean]
    random = np.random.default_rng((config.seed, epoch))
    chosen = random.permutation(clean)[:MOST_SCANS].tolist()
    found: list[tuple[float, Spot]] = []
    for number in chosen:
        scan = scans[number]
        planes = paint_scan(scan, config, number)
        answers = find_firearms(network, scan, planes, config, device)
        for box, score in zip(answers.boxes, answers.scores, strict=True):
            if score >= _LEAST_SCORE:
                x, y = float(box[::2].mean()), float(box[1::2].mean())
                found.append((float(score), Spot(number, x, y)))
    found.sort(key=lambda each: -each[0])
    return [spot for _, spot in found[:MOST_SPOTS]]
