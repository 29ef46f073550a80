"""Tests of local contrast: what it is, and networks that see it."""

from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from detector.encoding import Encoding
from detector.graph_file import LAYOUT, check_graph
from detector.runtime import OnnxRuntime
from export.difference import compare
from export.graph import export_graph, load_network
from export.reference import Reference, read_rows
from tests.export.networks import enliven, noise_tiles
from tests.training.tiny import new_base
from training.base import Base, find_base
from training.contrast import (
    GAIN,
    MARK,
    add_contrast,
    let_see_contrast,
    sees_contrast,
)
from training.network import (
    answer_tiles,
    make_network,
    read_network,
    save_checkpoint,
)

CPU = torch.device("cpu")
SIDE = 96


def show(levels):
    """The local contrast of one plane of levels, in standard deviations."""
    planes = torch.from_numpy(levels.astype(np.float32))[None, None] / 255
    return add_contrast(planes)[0, 1].numpy() / GAIN


def draw_thing(rise, ground=60.0):
    """A plane with something on it."""
    levels = np.full((SIDE, SIDE), ground)
    levels[40:52, 44:50] += rise
    return levels


@pytest.fixture(scope="module")
def seeing():
    """A lively network that sees local contrast, with weights for it."""
    torch.manual_seed(4)
    network = make_network(new_base(), contrast=True)
    with torch.no_grad():
        nn.init.normal_(network.model[0].conv.weight, std=0.3)
    enliven(network)
    return network.eval()


def test_planes_go_on_and_nothing_has_no_contrast():
    planes = torch.rand(2, 3, SIDE, SIDE)
    seen = add_contrast(planes)
    assert seen.shape == (2, 6, SIDE, SIDE)
    torch.testing.assert_close(seen[:, :3], planes)
    assert not np.abs(show(np.full((SIDE, SIDE), 77.0))).max() > 1e-3


def test_what_is_faint_stands_out_as_what_is_strong_does():
    faint, strong = show(draw_thing(12)), show(draw_thing(120))
    assert faint[46, 47] == pytest.approx(strong[46, 47], rel=0.25)
    assert faint[46, 47] > 1.5


def test_noise_of_a_level_stays_small():
    noise = np.random.default_rng(0).normal(60, 0.3, (SIDE, SIDE))
    assert 0.05 < show(noise).std() < 0.2


def test_what_is_dark_and_what_is_bright_differ_by_their_sign():
    np.testing.assert_allclose(
        show(draw_thing(30)), -show(draw_thing(-30)), rtol=1e-3, atol=1e-3
    )


def test_a_level_more_everywhere_changes_nothing():
    np.testing.assert_allclose(
        show(draw_thing(30)), show(draw_thing(30, ground=150)), rtol=1e-3, atol=1e-3
    )


def test_contrast_is_taken_in_full_precision_whatever_is_around():
    planes = torch.from_numpy(draw_thing(3, ground=200)).float()[None, None] / 255
    with torch.autocast("cpu", torch.bfloat16):
        mixed = add_contrast(planes)
    assert torch.equal(mixed, add_contrast(planes))


def test_a_network_that_comes_to_see_contrast_answers_as_before():
    torch.manual_seed(2)
    plain = make_network(new_base())
    enliven(plain)
    before = answer_tiles(plain.eval(), noise_tiles(2, SIDE), CPU)
    let_see_contrast(plain)
    assert sees_contrast(plain)
    after = answer_tiles(plain.eval(), noise_tiles(2, SIDE), CPU)
    np.testing.assert_allclose(after, before, atol=1e-5)


def test_it_learns_from_what_it_newly_sees():
    network = make_network(new_base(), contrast=True).train()
    answers = network(torch.rand(2, 3, SIDE, SIDE))
    answers["scores"].sum().backward()
    new = network.model[0].conv.weight.grad[:, 3:]
    assert new.abs().max() > 0


def test_a_network_without_the_wish_stays_plain():
    network = make_network(new_base())
    assert not sees_contrast(network)
    assert network.model[0].conv.weight.shape[1] == 3


@pytest.mark.parametrize("wished", [False, True])
def test_a_checkpoint_goes_on_seeing_contrast(tmp_path, seeing, wished):
    path = tmp_path / "checkpoint.pt"
    save_checkpoint(seeing, path)
    base = find_base(str(path), Encoding.DUAL)
    again = make_network(base, contrast=wished)
    tiles = noise_tiles(2, SIDE)
    wanted = answer_tiles(read_network(path), tiles, CPU)
    assert sees_contrast(again)
    np.testing.assert_allclose(answer_tiles(again.eval(), tiles, CPU), wanted)


def test_a_graph_sees_it_too_is_let_in_and_can_be_trained_on(tmp_path, seeing):
    path = tmp_path / "checkpoint.pt"
    save_checkpoint(seeing, path)
    network = load_network(path)
    module: Any = network.module
    graph = export_graph(network, 128)
    check_graph(graph, "dual.onnx")
    tiles = noise_tiles(2, 160)
    theirs = OnnxRuntime(graph, threads=1).run(tiles)
    for told, answer in zip(Reference(network).tell(tiles), theirs, strict=True):
        difference = compare(told, read_rows(answer))
        assert difference.detections > 100
        assert max(difference.score, difference.box_px / 100) < 1e-3
    ours = answer_tiles(read_network(path), tiles, CPU)
    layout = module.yaml
    assert layout[MARK]
    weights = {n: w.numpy() for n, w in module.state_dict().items()}
    base = Base("a graph", "yolo26n.yaml", None, dict(layout), weights)
    again = answer_tiles(make_network(base).eval(), tiles, CPU)
    np.testing.assert_allclose(again, ours, atol=1e-4)
    assert LAYOUT.encode() in graph
