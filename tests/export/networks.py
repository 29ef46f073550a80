"""Networks for tests of export: one that says what its tiles spell, and random ones."""

from types import SimpleNamespace

import numpy as np
import torch
from torch import nn
from ultralytics.nn.tasks import DetectionModel

from export.graph import Network, load_network
from training.contrast import let_see_contrast

SIDE = 64


class _Spelled(nn.Module):
    """Answers with what the first rows of a tile's planes say, 64 rows of answers.

    Row 0 of the planes holds centre x, centre y and width; row 1 height and the scores
    of two classes, in 1/256.
    """

    def __init__(self):
        super().__init__()
        self.head = SimpleNamespace(export=False, format=None)
        self.yaml = {"yaml_file": "spelled.yaml"}

    @property
    def model(self):
        return [self.head]

    def forward(self, tiles):
        rows = torch.cat([tiles[:, :, 0], tiles[:, :, 1]], dim=1) * 255
        return torch.cat([rows[:, :4], rows[:, 4:] / 256], dim=1)


def spelled_network():
    """A network whose answers need non-maximum suppression."""
    return Network(_Spelled().eval(), labels=2, family="spelled")


def spell(answers):
    """Tiles that make `spelled_network` answer.

    Args:
        answers: (N, 64, 6): centre x, centre y, width, height, two scores in 1/256.
    """
    tiles = np.zeros((len(answers), 3, SIDE, SIDE), np.uint8)
    tiles[:, :, 0] = answers[..., :3].transpose(0, 2, 1)
    tiles[:, :, 1] = answers[..., 3:].transpose(0, 2, 1)
    return tiles


def random_network(layout, folder, seed=0, labels=1, side=SIDE):
    """A network with random weights and answers of all scores, through a checkpoint."""
    torch.manual_seed(seed)
    module = DetectionModel(layout, nc=labels, verbose=False)
    enliven(module, side)
    path = folder / f"{layout}.pt"
    torch.save({"model": module.half(), "ema": None, "train_args": {}}, path)
    return load_network(path)


def contrast_network(layout, folder, seed=0):
    """A network with random weights that sees local contrast."""
    torch.manual_seed(seed)
    module = DetectionModel(layout, nc=1, verbose=False)
    let_see_contrast(module)
    nn.init.normal_(module.model[0].conv.weight, std=0.2)
    enliven(module)
    path = folder / f"{layout}.pt"
    torch.save({"model": module.half(), "ema": None, "train_args": {}}, path)
    return load_network(path)


def enliven(module, side=SIDE):
    """Have a network that was never trained answer each tile in another way.

    Batch norms are fitted to noise, so that it gets through to the head; the head's
    last layers, which are all alike at first, are drawn. Rounding grows on tiles much
    larger than `side`.
    """
    norms = [layer for layer in module.modules() if isinstance(layer, nn.BatchNorm2d)]
    for norm in norms:
        vars(norm).update(momentum=None)
    with torch.no_grad():
        module.train()(torch.from_numpy(noise_tiles(8, side, seed=1)).float() / 255)
    head = module.eval().model[-1]
    for name in ("cv2", "cv3", "one2one_cv2", "one2one_cv3"):
        for layers in getattr(head, name, None) or ():
            nn.init.normal_(layers[-1].weight, std=0.05)
            nn.init.normal_(layers[-1].bias, std=0.05)


def noise_tiles(count, side=SIDE, seed=0):
    """(N, 3, side, side) uint8, coarse noise."""
    random = np.random.default_rng(seed)
    coarse = random.integers(0, 256, (count, 3, side // 8, side // 8), np.uint8)
    return np.ascontiguousarray(coarse.repeat(8, axis=2).repeat(8, axis=3))
