"""Tests of first layers that go on from one encoding's planes to the other's."""

import numpy as np
import pytest
import torch

from detector.encoding import NEUTRAL, Encoding
from tests.export.networks import enliven, noise_tiles
from tests.training.tiny import new_base
from training.network import make_network
from training.planes import carry_over

DUAL, DISPLAY = Encoding.DUAL, Encoding.DISPLAY


def make_lively(*, contrast=False):
    torch.manual_seed(1)
    network = make_network(new_base(), contrast=contrast)
    with torch.no_grad():
        torch.nn.init.normal_(network.model[0].conv.weight, std=0.2)
    enliven(network)
    return network.eval()


def see(network, tiles):
    """What the first layer makes of some tiles."""
    with torch.inference_mode():
        return network.model[0](torch.from_numpy(tiles).float() / 255)


def show_grey(tiles):
    """Renderings of what plane 2 of some tiles shows."""
    return np.repeat(tiles[:, 1:2], 3, axis=1)


@pytest.mark.parametrize("contrast", [False, True])
def test_what_renderings_taught_holds_for_counts(contrast):
    network = make_lively(contrast=contrast)
    tiles = noise_tiles(2, 96)
    wanted = see(network, show_grey(tiles))
    carry_over(network, DISPLAY, DUAL)
    torch.testing.assert_close(see(network, tiles), wanted, rtol=1e-4, atol=1e-4)


def test_what_plane_2_taught_holds_for_renderings():
    network = make_lively()
    tiles = noise_tiles(2, 96)
    tiles[:, 0], tiles[:, 2] = 0, NEUTRAL
    with torch.no_grad():
        network.model[0].conv.weight[:, [0, 2]] = 0
    wanted = see(network, tiles)
    carry_over(network, DUAL, DISPLAY)
    grey = see(network, show_grey(tiles))
    torch.testing.assert_close(grey, wanted, rtol=1e-4, atol=1e-4)


def test_the_same_encoding_changes_nothing():
    network = make_lively()
    before = network.model[0].conv.weight.clone()
    carry_over(network, DUAL, DUAL)
    assert torch.equal(network.model[0].conv.weight, before)
