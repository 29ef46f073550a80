"""Graphs made plain, halved and put into integers answer as they did, nearly."""

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from data.errors import ExportError
from detector.graph_file import check_graph
from detector.runtime import OnnxRuntime
from export.graph import export_graph
from export.mirroring import mirror
from export.precision import integers
from export.precision.closeness import compare_graphs
from export.precision.halves import to_halves
from export.precision.integers import (
    choose_kept,
    list_layers,
    list_starts,
    to_integers,
)
from export.precision.plain import (
    check_plain,
    find_decoding,
    find_preparing,
    list_boundary,
    make_plain,
    sort_nodes,
)
from export.scaling import rescale
from tests.export.networks import contrast_network, noise_tiles, random_network
from tests.export.precision.small import draw_tiles, make_small_graph

GRAPH = make_small_graph()
TILES = draw_tiles(12)
LARGE = noise_tiles(4, 128)


def answer(graph, tiles=TILES):
    return OnnxRuntime(graph, threads=1).run(tiles)


def operators(graph):
    return [node.op_type for node in onnx.load_from_string(graph).graph.node]


def types_into(graph, operator):
    """Names of what goes into nodes of a kind: weights are told by their type."""
    model = onnx.load_from_string(graph)
    kinds = {w.name: w.data_type for w in model.graph.initializer}
    nodes = [node for node in model.graph.node if node.op_type == operator]
    return {kinds[name] for node in nodes for name in node.input if name in kinds}


def test_a_plain_graph_answers_alike_without_norms_casts_and_constants():
    plain = make_plain(GRAPH)
    content = check_plain(plain)
    np.testing.assert_allclose(answer(content), answer(GRAPH), atol=2e-6, rtol=1e-6)
    assert not {"BatchNormalization", "Constant"} & set(operators(content))
    assert operators(content).count("Cast") == 1
    assert not plain.metadata_props
    assert types_into(content, "Conv") == {TensorProto.FLOAT}


def test_local_contrast_is_made_in_full_precision_in_halves_too(tmp_path):
    graph = export_graph(contrast_network("yolo26n.yaml", tmp_path), 128)
    plain = make_plain(graph)
    before = {n.op_type for n in plain.graph.node if n.name in find_preparing(plain)}
    assert before >= {"Cast", "AveragePool", "Resize", "Sqrt", "Concat"}
    assert "Conv" not in before
    halves = to_halves(graph)
    check_graph(halves, "a.onnx")
    known = onnx.shape_inference.infer_shapes(onnx.load_from_string(halves)).graph
    kinds = {v.name: v.type.tensor_type.elem_type for v in known.value_info}
    made = [n for n in known.node if n.op_type in {"AveragePool", "Sqrt"}]
    assert len(made) > 1
    assert {kinds[n.output[0]] for n in made} == {TensorProto.FLOAT}
    convolved = [n for n in known.node if n.op_type == "Conv"]
    assert kinds[convolved[0].output[0]] == TensorProto.FLOAT16


def test_what_follows_the_last_convolution_is_decoding():
    plain = make_plain(GRAPH)
    kinds = {n.op_type for n in plain.graph.node if n.name in find_decoding(plain)}
    assert kinds == {"Reshape", "Transpose", "Split", "Add", "Sigmoid", "Sub", "Concat"}
    assert list_boundary(plain) == ("raw",)
    layers = list_layers(plain)
    assert [layer.name for layer in layers][-2:] == ["conv7", "head"]
    assert len(layers[0].nodes) == 3


def test_bytes_that_are_no_graph_are_refused():
    with pytest.raises(ExportError, match="not an ONNX file"):
        make_plain(b"\xff\xff")


def test_a_graph_that_runs_in_a_circle_is_refused():
    model = make_plain(GRAPH)
    model.graph.node[0].input[0] = "found"
    with pytest.raises(ExportError, match="circle"):
        sort_nodes(model)


def test_operators_of_another_kind_are_refused():
    model = make_plain(GRAPH)
    model.graph.node.append(helper.make_node("Own", ["raw"], ["y"], domain="mine"))
    with pytest.raises(ExportError, match="Own"):
        check_plain(model)


def test_halves_answer_nearly_alike_and_weigh_less_than_floats():
    halved = to_halves(GRAPH)
    check_graph(halved, "halved")
    apart = np.abs(answer(halved) - answer(GRAPH)).max()
    assert 0 < apart < 0.02
    assert types_into(halved, "Conv") == {TensorProto.FLOAT16}


def test_boxes_far_from_the_corner_keep_their_fractions_in_halves():
    far = make_small_graph(shift=1500.3)
    apart = np.abs(answer(to_halves(far)) - answer(far)).max()
    assert apart < 0.02  # halves are a whole pixel apart there


def test_integers_answer_nearly_alike_and_keep_the_first_layer_and_decoding():
    made = to_integers(GRAPH, TILES)
    check_graph(made.content, "integers")
    apart = np.abs(answer(made.content) - answer(GRAPH)).max()
    assert 0 < apart < 0.2
    assert made.kept[:2] == ("conv0", "head")
    assert set(made.noise) == {f"conv{n}" for n in range(1, 8)}
    assert min(made.noise.values()) > 0
    model = onnx.load_from_string(made.content)
    quantised = {
        node.output[0] for node in model.graph.node if "Linear" in node.op_type
    }
    first, *inner, last = (n for n in model.graph.node if n.op_type == "Conv")
    assert not quantised & {*first.input}
    assert not quantised & {*last.input[1:]}
    assert all(quantised.issuperset(node.input[:2]) for node in inner)
    decoding = [n for n in model.graph.node if n.op_type in {"Split", "Concat"}]
    assert not any(quantised & {*node.input[1:]} for node in decoding)


def test_both_looks_of_a_mirrored_graph_share_weights_and_begin_and_end_in_floats(
    tmp_path, monkeypatch
):
    network = contrast_network("yolov5n.yaml", tmp_path)
    once, twice = (export_graph(each, 128) for each in (network, mirror(network)))
    plain = make_plain(twice)
    starts, ends = list_starts(plain), list_boundary(plain)
    assert len(starts) == 2 * len(list_starts(make_plain(once))) == 2
    assert len(ends) == 2 * len(list_boundary(make_plain(once))) == 12
    assert len(to_halves(twice)) < 1.3 * len(to_halves(once))
    monkeypatch.setattr(integers, "_measure_noise", lambda *_: {"none": 0.0})
    made = to_integers(twice, LARGE)
    assert made.kept[:2] == starts
    assert len(made.kept) == 14
    assert len(made.content) < 1.3 * len(to_integers(once, LARGE).content)
    wide, narrow = OnnxRuntime(twice, threads=1), OnnxRuntime(made.content, threads=1)
    assert compare_graphs(wide, narrow, LARGE).score_median < 1e-3


def test_three_scales_are_joined_in_floats(tmp_path, monkeypatch):
    network = contrast_network("yolov5n.yaml", tmp_path)
    content = export_graph(rescale(network, 128), 128)
    plain = make_plain(content)
    assert len(list_starts(plain)) == 3
    assert len(list_boundary(plain)) == 3 * 6
    monkeypatch.setattr(integers, "_measure_noise", lambda *_: {"none": 0.0})
    wide = OnnxRuntime(content, threads=1)
    # In noise things overlap everywhere, and 8 bits move many a little.
    made = ((to_halves(content), 1e-3), (to_integers(content, LARGE).content, 0.05))
    for graph, tolerance in made:
        check_graph(graph, "a.onnx")
        narrow = OnnxRuntime(graph, threads=1)
        assert compare_graphs(wide, narrow, LARGE).score_median < tolerance


def test_weights_in_integers_have_a_scale_a_channel_and_seven_bits():
    model = onnx.load_from_string(to_integers(GRAPH, TILES).content)
    arrays = {w.name: onnx.numpy_helper.to_array(w) for w in model.graph.initializer}
    weights = [a for a in arrays.values() if a.dtype == np.int8 and a.ndim == 4]
    assert weights
    assert max(np.abs(w.astype(int)).max() for w in weights) <= 64
    scales = [a for name, a in arrays.items() if name.endswith("_scale")]
    assert any(a.shape == (8,) for a in scales)


def test_the_same_tiles_make_the_same_bytes():
    assert to_integers(GRAPH, TILES).content == to_integers(GRAPH, TILES).content
    assert to_halves(GRAPH) == to_halves(GRAPH)
    other = to_integers(GRAPH, draw_tiles(12, seed=9)).content
    assert other != to_integers(GRAPH, TILES).content


def test_a_loud_layer_stays_float(monkeypatch):
    monkeypatch.setattr(integers, "TOLERATED", 0.0)
    made = to_integers(make_small_graph(layers=10), TILES)
    loudest = max(made.noise, key=lambda name: made.noise[name])
    assert made.kept == ("conv0", "head", loudest)


def test_scores_higher_than_any_met_are_not_cut_off():
    made = to_integers(make_small_graph(score=-3.0), TILES)
    model = onnx.load_from_string(made.content)
    for weights in model.graph.initializer:
        if weights.name == "head.bias":
            louder = onnx.numpy_helper.to_array(weights).copy()
            louder[4] = 3.0
            weights.CopyFrom(onnx.numpy_helper.from_array(louder, "head.bias"))
    scores = answer(model.SerializeToString())[..., 4]
    np.testing.assert_allclose(scores, 1 / (1 + np.exp(-3.0)), atol=0.02)


def test_no_more_layers_stay_float_than_may():
    noise = {str(number): 1.0 for number in range(16)}
    assert choose_kept(noise) == ("0", "1")
    assert choose_kept(dict.fromkeys(noise, 1e-5)) == ()


def test_integers_need_tiles_and_layers():
    with pytest.raises(ExportError, match="without tiles"):
        to_integers(GRAPH, TILES[:0])
    with pytest.raises(ExportError, match="Keep fp32"):
        to_integers(make_small_graph(layers=0, score=0.0), TILES)


@pytest.mark.parametrize("to", [to_halves, lambda g: to_integers(g, LARGE).content])
def test_graphs_that_take_any_shape_still_do_in_another_precision(to):
    free = make_small_graph(free=True)
    made = to(free)
    check_graph(made, "made")
    oblong = np.concatenate([LARGE, LARGE], axis=3)
    apart = np.abs(answer(made, oblong) - answer(free, oblong)).max()
    assert 0 < apart < 0.2


@pytest.mark.parametrize("layout", ["yolov8n.yaml", "yolo11n.yaml", "yolo26n.yaml"])
def test_every_family_comes_through_plain_and_in_halves(layout, tmp_path):
    graph = export_graph(random_network(layout, tmp_path, side=128), 128)
    tiles = noise_tiles(2, 160)[:, :, :128].copy()
    plain = make_plain(graph)
    boundary = list_boundary(plain)
    assert len(boundary) == 6  # boxes and scores, at three scales
    halved = OnnxRuntime(to_halves(graph), threads=1)
    whole = OnnxRuntime(check_plain(plain), threads=1)
    before = OnnxRuntime(graph, threads=1)
    assert compare_graphs(before, whole, tiles).score < 1e-3
    assert halved.run(tiles).shape == before.run(tiles).shape
