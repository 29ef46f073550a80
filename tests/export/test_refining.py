"""Tests of graphs that look at their answers again."""

import shutil
from types import SimpleNamespace
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from numpy.testing import assert_array_equal
from torch import nn
from ultralytics.nn.tasks import DetectionModel

from data.files import digest_file
from detector.bundle import read_bundle
from detector.encoding import Encoding
from detector.graph_file import check_graph
from detector.run import CHECKPOINT, read_run, write_run
from detector.runtime import OnnxRuntime
from export.bundling import export_bundle
from export.difference import compare
from export.graph import export_graph, load_network
from export.mirroring import mirror
from export.precision.halves import to_halves
from export.precision.integers import list_layers
from export.precision.plain import find_decoding, make_plain
from export.reference import Reference, read_rows
from export.scaling import rescale
from tests.export.networks import enliven, noise_tiles
from training.base import find_base
from training.network import make_network, read_network, save_checkpoint
from training.refiner import LEAST_SCORE, let_refine, refines

SIDE = 128
OBLONG = (128, 160)
LOOKS = {"once": lambda network: network, "in a mirror": mirror}


@pytest.fixture(scope="module", params=["yolov5n.yaml", "yolo26n.yaml"])
def network(request, tmp_path_factory):
    torch.manual_seed(5)
    module: Any = DetectionModel(request.param, nc=2, verbose=False)
    enliven(module, max(OBLONG))
    let_refine(module)
    nn.init.normal_(module.refiner.last.weight, std=1.0)
    for layers in module.model[-1].cv3:  # so that scores are of all heights
        layers[-1].weight.data *= 0.3
        layers[-1].bias.data -= 1
    path = tmp_path_factory.mktemp("checkpoint") / "a.pt"
    torch.save({"model": module.half(), "ema": None, "train_args": {}}, path)
    return load_network(path)


def oblong_tiles(count):
    return noise_tiles(count, max(OBLONG))[:, :, : OBLONG[0], : OBLONG[1]].copy()


def give_refiner(run, place):
    """A copy of a run whose network has a refiner with random last weights."""
    shutil.copytree(run, place)
    module: Any = read_network(place / CHECKPOINT)
    let_refine(module)
    module.args = SimpleNamespace(**module.args)
    nn.init.normal_(module.refiner.last.weight, std=0.3)
    for layers in module.model[-1].cv3:  # so that scores are worth a second look
        layers[-1].bias.data += 3
    save_checkpoint(module, place / CHECKPOINT)
    changes = {"checkpoint_sha256": digest_file(place / CHECKPOINT)}
    write_run(read_run(place).model_copy(update=changes), place)
    return place


def answer(graph, tiles):
    return OnnxRuntime(graph, threads=1).run(tiles)


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_a_graph_answers_as_its_network_does_for_tiles_of_any_shape(network, look):
    seen = look(network)
    content = export_graph(seen, SIDE)
    check_graph(content, "a.onnx")
    tiles = oblong_tiles(3)
    ours = answer(content, tiles)
    for told, rows in zip(Reference(seen).tell(tiles), ours, strict=True):
        found = read_rows(rows)
        assert (found.scores > LEAST_SCORE).sum() > 10
        assert (np.diff(found.scores) <= 0).all()
        difference = compare(told, found)
        assert difference.score <= 1e-3
        assert difference.box_px <= 0.1


def test_answers_of_three_scales_are_looked_at_again(network):
    thrice = rescale(network, SIDE)
    content = export_graph(thrice, SIDE)
    check_graph(content, "a.onnx")
    tiles = oblong_tiles(2)
    for told, rows in zip(
        Reference(thrice).tell(tiles), answer(content, tiles), strict=True
    ):
        found = read_rows(rows)
        assert (found.scores > LEAST_SCORE).sum() > 10
        difference = compare(told, found)
        assert difference.score < 5e-3


def test_a_tile_gets_the_same_answers_whatever_is_beside_it(network):
    graph, tiles = export_graph(network, SIDE), oblong_tiles(3)
    tiles[1] = 0
    together = answer(graph, tiles)
    for number in range(3):
        alone = answer(graph, tiles[[number]])
        np.testing.assert_allclose(alone[0], together[number], atol=1e-3)


def test_it_scores_otherwise_than_a_graph_without(network):
    tiles = oblong_tiles(1)
    (told,) = Reference(network).tell(tiles)
    refiner, network.module.refiner = network.module.refiner, None
    try:
        (plain,) = Reference(network).tell(tiles)
        blind = export_graph(network, SIDE)
    finally:
        network.module.refiner = refiner
    assert plain.rescore is None
    assert_array_equal(told.kept.scores, plain.kept.scores)
    assert_array_equal(told.every.scores, plain.every.scores)
    assert told.rescore is not None
    best = np.argsort(-told.every.scores)[:20]
    _, alone = told.rescore(best)
    assert np.abs(alone - told.every.scores[best]).max() > 0.02
    (rows,) = answer(blind, tiles)
    assert compare(plain, read_rows(rows)).score < 1e-3
    assert compare(told, read_rows(rows)).score > 0.02


def test_where_nothing_is_found_a_graph_says_so(network):
    head = network.module.model[-1]
    biases = [layers[-1].bias for layers in head.cv3]
    kept = [bias.detach().clone() for bias in biases]
    with torch.no_grad():
        for bias in biases:
            bias.fill_(-30)
        graph = export_graph(network, SIDE)
        for bias, before in zip(biases, kept, strict=True):
            bias.copy_(before)
    assert answer(graph, oblong_tiles(2))[..., 4].max() < LEAST_SCORE


def test_the_second_look_stays_in_full_precision(network):
    graph = export_graph(network, SIDE)
    plain = make_plain(graph)
    decoding = find_decoding(plain)
    late = {node.op_type for node in plain.graph.node if node.name in decoding}
    assert late >= {"RoiAlign", "NonMaxSuppression", "Conv", "TopK"}
    first = [node.name for node in plain.graph.node if node.op_type == "Conv"]
    assert first[0] not in decoding
    assert not decoding.intersection(layer.name for layer in list_layers(plain))
    halves = to_halves(graph)
    check_graph(halves, "a.onnx")
    model = onnx.shape_inference.infer_shapes(onnx.load_from_string(halves))
    kinds = {v.name: v.type.tensor_type.elem_type for v in model.graph.value_info}
    cut = [node for node in model.graph.node if node.op_type == "RoiAlign"]
    assert len(cut) == 2
    assert {kinds[node.input[0]] for node in cut} == {onnx.TensorProto.FLOAT}
    tiles = noise_tiles(2, SIDE)
    assert np.isfinite(answer(halves, tiles)).all()


def test_a_bundle_says_so_and_a_training_goes_on_from_it(small, tmp_path):
    run, bundle = give_refiner(small.run, tmp_path / "run"), tmp_path / "bundle"
    export_bundle([run], bundle, progress=lambda *_: None)
    assert read_bundle(bundle).manifest.graphs["dual"].refined
    assert "Looks at its answers again" in (bundle / "card.md").read_text()
    assert not read_bundle(small.bundle).manifest.graphs["dual"].refined
    begun: Any = make_network(find_base(str(bundle), Encoding.DUAL))
    assert refines(begun)
    kept = read_network(run / CHECKPOINT).state_dict()
    for name, value in begun.state_dict().items():
        if not name.endswith("num_batches_tracked"):
            torch.testing.assert_close(kept[name], value)
    carried = make_network(
        find_base(str(bundle), Encoding.DISPLAY), encoding=Encoding.DISPLAY
    )
    assert not refines(carried)
