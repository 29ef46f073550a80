"""Tests of a bundle's graph as stock Ultralytics takes it."""

import numpy as np
import onnx
import onnxruntime  # type: ignore[import-untyped]
import pytest

from data.errors import TrainingError
from detector.bundle import default_bundle_path, read_bundle
from detector.runtime import OnnxRuntime
from tests.training.plain.stock import SIDE, make_scaled_graph
from training.plain.stock_graph import write_stock_graph


def write(graph, place, side=640):
    return write_stock_graph(graph, place, labels=("firearm", "knife"), side=side)


def run(place, tiles):
    session = onnxruntime.InferenceSession(
        str(place), providers=["CPUExecutionProvider"]
    )
    return session.run(None, {"images": tiles.astype(np.float32) / 255})[0]


@pytest.mark.parametrize(("free", "side"), [(False, SIDE), (True, 96)])
def test_it_answers_floats_as_the_bundle_answers_bytes(tmp_path, free, side, capfd):
    graph = make_scaled_graph(free=free)
    assert write(graph, tmp_path / "g.onnx", side=96) == side
    tiles = np.random.default_rng(0).integers(0, 256, (3, 3, side, side), np.uint8)
    first = onnx.load(tmp_path / "g.onnx").graph.input[0]
    shape = [d.dim_value for d in first.type.tensor_type.shape.dim]
    assert shape == [0, 3, side, side]
    answers = run(tmp_path / "g.onnx", tiles)
    assert len(set(answers[:, 0, 2].tolist())) == 3
    if not free:
        expected = OnnxRuntime(graph).run(tiles)
        np.testing.assert_array_equal(answers, expected)
    assert capfd.readouterr() == ("", "")


def test_it_says_what_ultralytics_asks_for(tmp_path):
    write(make_scaled_graph(), tmp_path / "g.onnx")
    said = {p.key: p.value for p in onnx.load(tmp_path / "g.onnx").metadata_props}
    assert said["names"] == "{0: 'firearm', 1: 'knife'}"
    assert said["imgsz"] == f"[{SIDE}, {SIDE}]"
    assert (said["task"], said["end2end"]) == ("detect", "True")


def test_the_bundle_that_ships_keeps_its_weights(tmp_path):
    entry, read = read_bundle(default_bundle_path()).graph_for("dual")
    graph = read()
    write(graph, tmp_path / "g.onnx")
    before, after = onnx.load_from_string(graph), onnx.load(tmp_path / "g.onnx")
    kept = {each.name: each for each in after.graph.initializer}
    weights = [each for each in before.graph.initializer if len(each.dims) == 4]
    assert len(weights) > 50
    assert all(kept[w.name] == w for w in weights)
    assert len(before.graph.node) - len(after.graph.node) in {2, 3}
    assert entry.file == "dual.onnx"


@pytest.mark.parametrize("scale", ["Mul", "Sub"])
def test_a_graph_that_begins_otherwise_is_refused(tmp_path, scale):
    with pytest.raises(TrainingError, match="0 nodes Div on 'levels'"):
        write(make_scaled_graph(scale=scale), tmp_path / "g.onnx")
    assert not (tmp_path / "g.onnx").exists()
