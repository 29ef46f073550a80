"""Tests of the ONNX graph: what it takes and gives, its weights, its suppression."""

import json

import numpy as np
import onnx
import pytest
import torch
import torchvision
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from onnx import numpy_helper
from ultralytics.nn.modules import head as heads
from ultralytics.nn.tasks import DetectionModel, load_checkpoint
from ultralytics.utils.nms import non_max_suppression
from ultralytics.utils.tal import make_anchors

from data.errors import ExportError
from detector.graph_file import HALF, LAYOUT, PREFIX, check_graph
from detector.runtime import OnnxRuntime
from export.difference import compare
from export.graph import (
    DUPLICATE_IOU,
    MOST_DETECTIONS,
    SMALLEST_HALF,
    export_graph,
    load_network,
)
from export.reference import Reference, read_rows
from tests.export.networks import (
    SIDE,
    enliven,
    noise_tiles,
    random_network,
    spell,
    spelled_network,
)

BOXES = 12
FREE_SIDE = 128
OBLONG = (128, 160)
"""Height and width of tiles of another shape than a graph is traced on."""


@pytest.fixture(scope="module")
def network(small):
    return load_network(small.run / "checkpoint.pt")


@pytest.fixture(scope="module")
def graph(network):
    return export_graph(network, SIDE)


@pytest.fixture(scope="module")
def free(network):
    return export_graph(network, FREE_SIDE)


@pytest.fixture(scope="module")
def spelled():
    return OnnxRuntime(export_graph(spelled_network(), SIDE), threads=1)


def test_a_graph_takes_any_number_of_uint8_tiles(graph):
    runtime = OnnxRuntime(graph, threads=1)
    tiles = noise_tiles(7)
    together = runtime.run(tiles)
    assert runtime.tile_side == SIDE
    assert together.shape == (7, 84, 6)  # a tile of 64 px has 84 places to answer from
    for count in (1, 3):
        np.testing.assert_allclose(
            runtime.run(tiles[:count]), together[:count], atol=1e-4
        )
    (scores, classes) = together[..., 4], together[..., 5]
    assert ((scores >= 0) & (scores <= 1)).all()
    assert (classes == 0).all()


def test_a_graph_states_its_shapes_and_keeps_to_itself(graph):
    model = onnx.load_from_string(graph)
    onnx.checker.check_model(model, full_check=True)
    check_graph(graph, "dual.onnx")
    (given_,), (answer,) = model.graph.input, model.graph.output
    assert given_.type.tensor_type.elem_type == onnx.TensorProto.UINT8
    shapes = [
        [d.dim_param or d.dim_value for d in node.type.tensor_type.shape.dim]
        for node in (given_, answer)
    ]
    assert shapes == [["N", 3, SIDE, SIDE], ["N", 84, 6]]
    assert {opset.domain for opset in model.opset_import} == {""}


def test_a_graph_of_larger_tiles_takes_any_height_and_width(free):
    model = onnx.load_from_string(free)
    check_graph(free, "dual.onnx")
    shapes = [
        [d.dim_param or d.dim_value for d in node.type.tensor_type.shape.dim]
        for node in (*model.graph.input, *model.graph.output)
    ]
    assert shapes == [["N", 3, "H", "W"], ["N", 300, 6]]
    assert OnnxRuntime(free, threads=1).free


def test_a_free_graph_answers_as_a_graph_of_fixed_squares(network, free, monkeypatch):
    monkeypatch.setattr("export.graph.LEAST_FREE", 9999)
    fixed = OnnxRuntime(export_graph(network, 640), threads=1)
    assert fixed.tile_side == 640
    tiles = noise_tiles(1, 640)
    wanted = fixed.run(tiles)
    assert (wanted[..., 4] > 1e-3).sum() > 100
    answers = OnnxRuntime(free, threads=1).run(tiles)
    np.testing.assert_allclose(answers[..., 4:], wanted[..., 4:], atol=1e-6)
    np.testing.assert_allclose(answers[..., :4], wanted[..., :4], atol=1e-3)


def test_a_network_with_larger_cells_keeps_to_squares(tmp_path):
    network = random_network("yolov8n-p6.yaml", tmp_path, side=FREE_SIDE)
    graph = export_graph(network, FREE_SIDE)
    check_graph(graph, "a.onnx")
    runtime = OnnxRuntime(graph, threads=1)
    assert runtime.tile_side == FREE_SIDE
    assert runtime.run(noise_tiles(1, FREE_SIDE)).shape == (1, 300, 6)


def test_a_free_graph_reaches_as_far_as_tiles_may(free):
    tiles = np.zeros((2, 3, 128, 4096), np.uint8)
    tiles[0, :, :, ::64] = tiles[1, :, :, 1::64] = 255
    answers = OnnxRuntime(free, threads=1).run(tiles)
    assert answers.shape == (2, 300, 6)
    tall = OnnxRuntime(free, threads=1).run(np.swapaxes(tiles, 2, 3).copy())
    for found, axis in ((answers, 0), (tall, 1)):
        centres = (found[..., axis] + found[..., axis + 2]) / 2
        assert centres.max() > 3500


def test_weights_are_the_same_numbers_in_a_free_graph(graph, free):
    def weights(content):
        held = onnx.load_from_string(content).graph.initializer
        mine = [each for each in held if each.name.startswith(PREFIX)]
        return {each.name: numpy_helper.to_array(each) for each in mine}

    fixed, ours = weights(graph), weights(free)
    assert fixed.keys() == ours.keys()
    for name, values in fixed.items():
        assert values.dtype == ours[name].dtype
        np.testing.assert_array_equal(values, ours[name])


def test_weights_stored_as_halves_are_those_of_the_checkpoint(graph, small):
    weights = load_checkpoint(str(small.run / "checkpoint.pt"))[0].state_dict()
    model = onnx.load_from_string(graph)
    stored = {w.name: numpy_helper.to_array(w) for w in model.graph.initializer}
    halves = {name: v for name, v in stored.items() if name.endswith(HALF)}
    assert len(halves) > 100
    for name, values in halves.items():
        full = weights[name.removeprefix(PREFIX).removesuffix(HALF)].float().numpy()
        assert values.dtype == np.float16
        np.testing.assert_array_equal(values.astype(np.float32), full)
    large = [
        name
        for name, values in stored.items()
        if values.dtype == np.float32 and values.size >= SMALLEST_HALF
    ]
    assert not any(name.startswith(PREFIX) for name in large)
    parameters = sum(v.size for v in halves.values())
    assert len(graph) < 2 * parameters + 500_000


def test_a_weight_that_no_half_holds_stays_as_it_is(network):
    module = network.module
    layer = module.model[0].conv
    before = layer.weight.data.clone()
    layer.weight.data[0, 0, 0, 0] = 0.1  # no half is
    try:
        model = onnx.load_from_string(export_graph(network, SIDE))
    finally:
        layer.weight.data = before
    stored = {w.name: numpy_helper.to_array(w) for w in model.graph.initializer}
    values = stored[f"{PREFIX}model.0.conv.weight"]
    assert values.dtype == np.float32
    assert values[0, 0, 0, 0] == np.float32(0.1)


def test_a_graph_says_how_its_network_is_laid_out(graph, network):
    model = onnx.load_from_string(graph)
    stated = {prop.key: prop.value for prop in model.metadata_props}
    assert json.loads(stated[LAYOUT]) == json.loads(
        json.dumps(network.module.yaml, default=str)
    )
    assert network.family == "yolo26n"


@pytest.mark.parametrize("side", [SIDE, FREE_SIDE])
def test_exporting_leaves_the_network_as_it_was(network, side):
    reference = Reference(network)
    before = reference.tell(noise_tiles(2, side))
    export_graph(network, side)
    for one, other in zip(reference.tell(noise_tiles(2, side)), before, strict=True):
        np.testing.assert_array_equal(one.every.boxes, other.every.boxes)
        np.testing.assert_array_equal(one.kept.scores, other.kept.scores)
    assert heads.make_anchors is make_anchors
    assert not network.module.model[-1].dynamic


@pytest.mark.parametrize("side", [0, -64, 32, 100, 4128])
def test_other_sides_are_refused(network, side):
    with pytest.raises(ExportError, match=f"tiles of {side} px"):
        export_graph(network, side)


@pytest.fixture
def two_heads():
    """A checkpoint of a network with two heads, as Ultralytics trains YOLO26."""
    torch.manual_seed(0)
    module = DetectionModel("yolo26n.yaml", nc=1, verbose=False)
    enliven(module)
    assert module.model[-1].one2one_cv2 is not None
    return module


def keep(module, path):
    torch.save({"model": module.half(), "ema": None, "train_args": {}}, path)
    return load_network(path)


def test_of_two_heads_the_one_that_the_rest_learned_by_is_exported(two_heads, tmp_path):
    network = keep(two_heads, tmp_path / "two.pt")
    two_heads.float().model[-1].end2end = False
    tiles = torch.from_numpy(noise_tiles(1)).float() / 255
    torch.testing.assert_close(network.module(tiles)[0], two_heads(tiles)[0])
    graph = onnx.load_from_string(export_graph(network, SIDE)).graph
    assert not any("one2one" in weights.name for weights in graph.initializer)


def test_a_checkpoint_whose_first_head_was_taken_out_has_its_second(
    two_heads, tmp_path
):
    head = two_heads.model[-1]
    tiles = torch.from_numpy(noise_tiles(1)).float() / 255
    head.cv2, head.cv3 = head.one2one_cv2, head.one2one_cv3
    head.end2end = False
    wanted = two_heads.half().float()(tiles)[0].clone()
    head.cv2 = head.cv3 = None
    network = keep(two_heads, tmp_path / "fused.pt")
    torch.testing.assert_close(network.module(tiles)[0], wanted)


def test_what_is_no_checkpoint_is_refused_in_one_line(tmp_path):
    junk = tmp_path / "junk.pt"
    junk.write_bytes(b"not a checkpoint")
    for path in (junk, tmp_path / "missing.pt"):
        with pytest.raises(ExportError, match="not a detector's checkpoint") as caught:
            load_network(path)
        assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize(
    "layout", ["yolov5n.yaml", "yolov8n.yaml", "yolo11n.yaml", "yolo26n.yaml"]
)
def test_networks_answer_as_their_checkpoint(tmp_path, layout):
    network = random_network(layout, tmp_path, labels=2)
    graph = export_graph(network, SIDE)
    check_graph(graph, "a.onnx")
    runtime = OnnxRuntime(graph, threads=1)
    tiles = noise_tiles(5)
    theirs, ours = Reference(network).tell(tiles), runtime.run(tiles)
    compared = 0
    for told, answer in zip(theirs, ours, strict=True):
        difference = compare(told, read_rows(answer))
        assert difference.score <= 1e-3
        assert difference.box_px <= 0.1
        compared += int((told.kept.scores > 0.1).sum())
    assert compared > 20


@pytest.mark.parametrize(
    "layout", ["yolo26n.yaml", "yolo26n-p2.yaml", "yolo11n.yaml", "yolov5n.yaml"]
)
def test_every_family_answers_tiles_of_another_shape_as_its_checkpoint(
    tmp_path, layout
):
    network = random_network(layout, tmp_path, labels=2, side=max(OBLONG))
    graph = export_graph(network, FREE_SIDE)
    check_graph(graph, "a.onnx")
    tiles = noise_tiles(3, max(OBLONG))[:, :, : OBLONG[0], : OBLONG[1]].copy()
    theirs = Reference(network).tell(tiles)
    ours = OnnxRuntime(graph, threads=1).run(tiles)
    assert ours.shape == (3, MOST_DETECTIONS, 6)
    for told, answer in zip(theirs, ours, strict=True):
        assert (told.kept.scores > 0.1).sum() > 50
        difference = compare(told, read_rows(answer))
        assert difference.score <= 1e-3
        assert difference.box_px <= 0.1


@st.composite
def answers(draw):
    """Overlapping boxes in 1 to 4 tiles; no two scores of a tile are alike.

    None has an overlap of just `DUPLICATE_IOU`, which rounding decides.
    """
    count = draw(st.integers(1, 4))
    rows = np.zeros((count, SIDE, 6), np.uint8)
    frames = hnp.arrays(np.uint8, (count, BOXES, 4), elements=st.integers(1, 24))
    rows[:, :BOXES, :4] = draw(frames) + np.array([20, 20, 0, 0], np.uint8)
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    for tile in rows:
        tile[:BOXES, 4:] = 1 + random.permutation(255)[: 2 * BOXES].reshape(BOXES, 2)
        corners = torchvision.ops.box_convert(
            torch.tensor(tile[:BOXES, :4], dtype=torch.float64), "cxcywh", "xyxy"
        )
        overlaps = torchvision.ops.box_iou(corners, corners)
        assume(((overlaps - DUPLICATE_IOU).abs() > 1e-6).all())
    return rows


def kept_by_torchvision(rows):
    boxes = torch.tensor(rows[:, :4], dtype=torch.float32)
    boxes = torchvision.ops.box_convert(boxes, "cxcywh", "xyxy")
    scores, labels = torch.tensor(rows[:, 4:] / 256, dtype=torch.float32).max(1)
    kept = torchvision.ops.batched_nms(boxes, scores, labels, DUPLICATE_IOU)
    kept = kept[scores[kept] > 0]
    return torch.cat([boxes, scores[:, None], labels[:, None].float()], 1)[kept].numpy()


@given(answers())
def test_the_graph_suppresses_tile_by_tile_as_others_do(spelled, rows):
    found = spelled.run(spell(rows))
    assert found.shape == (len(rows), SIDE, 6)
    raw = torch.tensor(rows.transpose(0, 2, 1), dtype=torch.float32)
    raw[:, 4:] /= 256
    theirs = non_max_suppression(
        raw, conf_thres=1e-6, iou_thres=DUPLICATE_IOU, max_det=MOST_DETECTIONS
    )
    for ours, tile, other in zip(found, rows, theirs, strict=True):
        kept = ours[ours[:, 4] > 0]
        assert (np.diff(ours[:, 4]) <= 0).all()
        np.testing.assert_allclose(kept, kept_by_torchvision(tile), atol=1e-3)
        np.testing.assert_allclose(kept, other.numpy(), atol=1e-3)


def test_boxes_of_two_labels_or_tiles_are_no_duplicates(spelled):
    rows = np.zeros((2, SIDE, 6), np.uint8)
    rows[:, :3, :4] = 30, 30, 20, 10
    rows[:, :3, 4:] = [[200, 0], [100, 0], [0, 150]]
    found = spelled.run(spell(rows))
    for tile in found:
        assert tile[:2].tolist() == [
            [20, 25, 40, 35, 200 / 256, 0],
            [20, 25, 40, 35, 150 / 256, 1],
        ]
        assert (tile[2:, 4] == 0).all()
