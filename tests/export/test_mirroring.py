"""Tests of networks that look at each tile twice, once in the mirror."""

import shutil

import numpy as np
import onnx
import pytest
import torch

from cargosight.cli import main
from detector.bundle import read_bundle
from detector.encoding import Encoding
from detector.graph_file import HALF, PREFIX, check_graph
from detector.run import read_run, write_run
from detector.runtime import OnnxRuntime
from export.bundling import Tiling, export_bundle
from export.difference import compare
from export.graph import export_graph
from export.mirroring import mirror
from export.reference import Reference, read_rows
from tests.export.networks import noise_tiles, random_network
from training.base import find_base
from training.network import make_network

SIDE = 128
OBLONG = (128, 160)
LAYOUTS = ("yolov5n.yaml", "yolo26n.yaml")
"""With sixteen bins for each side of a box, and with one."""


@pytest.fixture(scope="module", params=LAYOUTS)
def network(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("checkpoint")
    return random_network(request.param, folder, labels=2, side=max(OBLONG))


def answer(network, planes):
    """(N, 4 + classes, cells): what a network says before duplicates go."""
    with torch.no_grad():
        said = network.module(planes)
    return said[0] if isinstance(said, tuple) else said


def turn(said, strides):
    """What is said of the mirror image, for the image itself, cell by cell."""
    height, width = OBLONG
    parts, start = [], 0
    for stride in (int(stride) for stride in strides):
        rows, columns = height // stride, width // stride
        part = said[..., start : start + rows * columns]
        part = part.reshape(*said.shape[:2], rows, columns).flip(3)
        parts.append(part.reshape(*said.shape[:2], -1))
        start += rows * columns
    turned = torch.cat(parts, -1)
    turned[:, 0] = width - turned[:, 0]
    return turned


def test_an_image_and_its_mirror_image_are_one_to_it(network):
    tiles = noise_tiles(2, max(OBLONG))[:, :, : OBLONG[0], : OBLONG[1]]
    planes = torch.from_numpy(tiles.copy()).float() / 255
    strides = network.module.model[-1].stride
    plain = answer(network, planes)
    there = turn(answer(network, planes.flip(3)), strides)
    assert (plain - there)[:, 4:].abs().max() > 0.01
    twice = mirror(network)
    said = answer(twice, planes)
    again = turn(answer(twice, planes.flip(3)), strides)
    torch.testing.assert_close(said, again, rtol=0, atol=2e-3)
    torch.testing.assert_close(said, (plain + there) / 2, rtol=0, atol=2e-3)


def test_the_network_itself_stays_as_it_was(network):
    planes = torch.from_numpy(noise_tiles(1)).float() / 255
    before, head = answer(network, planes), network.module.model[-1]
    head.export = True
    try:
        answer(mirror(network), planes)
        assert head.export
        with pytest.raises(RuntimeError):
            answer(mirror(network), planes[:, :2])
        assert head.export
    finally:
        head.export = False
    assert not any(part.training for part in network.module.modules())
    torch.testing.assert_close(answer(network, planes), before, rtol=0, atol=0)


def test_its_graph_answers_as_it_does_for_tiles_of_any_shape(network):
    twice = mirror(network)
    content = export_graph(twice, SIDE)
    check_graph(content, "a.onnx")
    tiles = noise_tiles(3, max(OBLONG))[:, :, : OBLONG[0], : OBLONG[1]].copy()
    ours = OnnxRuntime(content, threads=1).run(tiles)
    for told, rows in zip(Reference(twice).tell(tiles), ours, strict=True):
        assert (told.kept.scores > 0.1).sum() > 20
        difference = compare(told, read_rows(rows))
        assert difference.score <= 1e-3
        assert difference.box_px <= 0.1


def test_its_graph_holds_each_weight_once(network):
    def weights(content):
        graph = onnx.load_from_string(content).graph
        named = {w.name: w.raw_data for w in graph.initializer}
        return {n: v for n, v in named.items() if n.startswith(PREFIX) or HALF in n}

    plain, twice = (export_graph(each, SIDE) for each in (network, mirror(network)))
    assert weights(twice) == weights(plain)
    assert len(twice) < 1.3 * len(plain)


@pytest.fixture(scope="module")
def bundle(small, tmp_path_factory):
    out = tmp_path_factory.mktemp("mirrored") / "bundle"
    tiling = Tiling(mirrored=(Encoding.DUAL,))
    export_bundle([small.run], out, tiling=tiling, progress=lambda *_: None)
    return read_bundle(out)


def test_a_bundle_says_which_of_its_graphs_look_twice(small, bundle, tmp_path):
    assert bundle.manifest.graphs["dual"].mirrored
    assert "twice, once in the mirror" in (bundle.root / "card.md").read_text()
    plain = read_bundle(small.bundle)
    assert not plain.manifest.graphs["dual"].mirrored
    assert "mirror" not in (plain.root / "card.md").read_text()
    other = Tiling(mirrored=(Encoding.DISPLAY,))
    export_bundle([small.run], tmp_path / "b", tiling=other, progress=lambda *_: None)
    assert not read_bundle(tmp_path / "b").manifest.graphs["dual"].mirrored


def test_it_stays_said_where_the_graph_is_kept(small, bundle, tmp_path):
    run = tmp_path / "run"
    shutil.copytree(small.run, run)
    changes = {"encoding": Encoding.DISPLAY, "planes": "display"}
    write_run(read_run(run).model_copy(update=changes), run)
    words = ["export", run, "--keep", bundle.root, "--out", tmp_path / "once"]
    assert main([str(word) for word in words]) == 0
    graphs = read_bundle(tmp_path / "once").manifest.graphs
    assert (graphs["dual"].mirrored, graphs["display"].mirrored) == (True, False)
    words[-1] = tmp_path / "twice"
    assert main([*map(str, words), "--mirrored"]) == 0
    assert read_bundle(tmp_path / "twice").manifest.graphs["display"].mirrored


def test_a_training_can_begin_from_it_as_from_any(small, bundle):
    begun = [
        make_network(find_base(str(root), Encoding.DUAL)).state_dict()
        for root in (small.bundle, bundle.root)
    ]
    assert begun[0].keys() == begun[1].keys()
    for name, values in begun[0].items():
        np.testing.assert_array_equal(values, begun[1][name])
