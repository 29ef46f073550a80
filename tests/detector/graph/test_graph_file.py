"""Tests of refusing graphs before a runtime sees them."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, helper

import detector
from data.errors import BundleError
from detector.graph_file import check_graph
from detector.runtime import OnnxRuntime
from tests.detector.graph.crafted import (
    CRAFTED,
    add_nodes,
    hold,
    node,
    small_model,
)
from tests.detector.graphs import SIDE, make_graph

DEFAULT = sorted((Path(detector.__file__).parent / "default_bundle").glob("*.onnx"))
MEGABYTE = 1 << 20

MEASURE = """
import resource, sys
from pathlib import Path
from data.errors import BundleError
from detector.graph_file import check_graph
import json

pages = int(Path("/proc/self/statm").read_text().split()[0])
most = pages * resource.getpagesize() + (500 << 20)
resource.setrlimit(resource.RLIMIT_AS, (most, most))
refused = []
for path in sorted(Path(sys.argv[1]).iterdir()):
    try:
        check_graph(path.read_bytes(), path.name)
    except BundleError:
        refused.append(path.name)
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
peak = int(status["VmHWM"].split()[0]) >> 10  # what getrusage says, the parent had
seconds = resource.getrusage(resource.RUSAGE_SELF).ru_utime
sys.stdout.write(json.dumps({"refused": refused, "peak": peak, "seconds": seconds}))
"""


def verdict(graph):
    """Why a graph is refused, in one line; None if it is not."""
    try:
        check_graph(graph, "a.onnx")
    except BundleError as error:
        (line,) = str(error).splitlines()
        return line
    return None


@pytest.mark.parametrize("path", DEFAULT, ids=lambda path: path.name)
def test_the_default_bundle_is_accepted(path):
    check_graph(path.read_bytes(), path.name)


def test_a_small_graph_is_accepted_and_runs():
    graph = make_graph()
    check_graph(graph, "a.onnx")
    tiles = np.zeros((2, 3, SIDE, SIDE), np.uint8)
    assert OnnxRuntime(graph, threads=1).run(tiles).shape == (2, 2, 6)


def test_a_graph_that_takes_tiles_of_any_shape_is_accepted():
    check_graph(make_graph(input_shape=["N", 3, "H", "W"]), "a.onnx")


@pytest.mark.parametrize("name", CRAFTED)
def test_a_crafted_graph_is_refused_in_one_line_that_names_it(name):
    make, says = CRAFTED[name]
    with pytest.raises(BundleError, match=says) as caught:
        check_graph(make(), "a.onnx")
    message = str(caught.value)
    assert message.startswith("a.onnx ")
    assert message.endswith(". Export it again, or get the bundle again.")
    assert len(message.splitlines()) == 1
    assert len(message) < 300


def test_no_crafted_graph_takes_much_memory_to_refuse(tmp_path):
    pytest.importorskip("resource")
    for number, (make, _) in enumerate(CRAFTED.values()):
        (tmp_path / f"{number:03}.onnx").write_bytes(make())
    done = subprocess.run(  # noqa: S603 - our own interpreter and script
        [sys.executable, "-c", MEASURE, str(tmp_path)],
        cwd=Path(detector.__file__).parents[1],
        capture_output=True,
        check=True,
        timeout=60,
    )
    met = json.loads(done.stdout)
    assert len(met["refused"]) == len(CRAFTED)
    assert met["peak"] < 500


@pytest.mark.parametrize(
    "junk",
    [
        b"",
        b"\x3a\xff",  # longer than the file
        b"\x3a",  # ends before its length
        b"\x80" * 12,  # a number without an end
        b"\xff" * 9 + b"\x7f",  # a number of more than 64 bits
        b"\x3b",  # a group, which onnx.proto does not have
        b"\xf2\x80\x80\x80\x10\x00",  # a field number that only fits when cut off
        b"\x08\x09\x42\x02\x10\x12\x38\x00",  # a number where a graph belongs
    ],
)
def test_what_is_no_onnx_file_is_refused(junk):
    with pytest.raises(BundleError, match=r"not an? ONNX|ONNX format"):
        check_graph(junk, "a.onnx")


@given(st.binary(max_size=200))
def test_random_bytes_are_refused(junk):
    assert verdict(junk) is not None


@given(st.binary(max_size=60), st.integers(0, 300))
def test_random_bytes_inside_of_a_graph_never_fail_in_another_way(junk, place):
    graph = make_graph()
    verdict(graph[:place] + junk + graph[place + len(junk) :])
    verdict(b"\x08\x09\x42\x02\x10\x12\x3a" + bytes([len(junk)]) + junk)


def test_a_graph_cut_anywhere_is_refused():
    graph = make_graph()
    ends = {n for n in range(len(graph)) if verdict(graph[:n]) is None}
    # The file may end between two fields, and the version comes last.
    assert not ends


def test_a_flipped_bit_is_refused_or_accepted_but_never_fails_otherwise():
    graph = make_graph()
    accepted = 0
    for place in range(len(graph)):
        for bit in range(8):
            flipped = bytearray(graph)
            flipped[place] ^= 1 << bit
            accepted += verdict(bytes(flipped)) is None
    assert 0 < accepted < 4 * len(graph)


def test_numbers_may_be_written_in_one_run_or_one_by_one():
    shape = TensorProto(name="s", data_type=TensorProto.INT64, dims=[2])
    shape.int64_data.extend([3, 4])
    extra = node("ConstantOfShape", ["s"])
    graph = add_nodes(extra, tensors=[shape])
    assert verdict(graph) is None
    run = b"\x3a\x02\x03\x04"
    assert graph.count(run) == 1
    assert verdict(graph.replace(run, b"\x38\x03\x38\x04")) is None
    shape.int64_data.append(5)
    assert "data for 3 numbers" in verdict(add_nodes(extra, tensors=[shape]))


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (TensorProto.FLOAT, [1.0, -2.0]),
        (TensorProto.INT8, [-1, 1]),
        (TensorProto.UINT8, [0, 255]),
        (TensorProto.INT32, [-1, 1 << 30]),
        (TensorProto.FLOAT16, [1.0, 2.0]),
        (TensorProto.BOOL, [True, False]),
    ],
)
def test_tensors_of_networks_are_accepted_however_they_are_written(kind, values):
    plain = helper.make_tensor("t", kind, [2], values)
    raw = TensorProto(name="t", data_type=kind, dims=[2])
    width = helper.tensor_dtype_to_np_dtype(kind).itemsize
    raw.raw_data = bytes(2 * width)
    for tensor in (plain, raw):
        assert verdict(add_nodes(node("Identity", ["t"]), tensors=[tensor])) is None
        tensor.dims[0] = 3
        assert "shape [3]" in verdict(
            add_nodes(node("Identity", ["t"]), tensors=[tensor])
        )


@pytest.mark.parametrize("kind", ["DOUBLE", "STRING", "BFLOAT16", "INT4", "COMPLEX64"])
def test_tensors_of_other_types_are_refused(kind):
    tensor = TensorProto(name="t", data_type=TensorProto.DataType.Value(kind), dims=[0])
    says = verdict(add_nodes(node("Identity", ["t"]), tensors=[tensor]))
    assert "of element type" in says


def test_an_empty_tensor_is_a_list_only():
    for dims, fits in ([0], True), ([3, 0], False):
        tensor = hold("t", np.zeros(dims, np.float32))
        graph = add_nodes(node("Identity", ["t"]), tensors=[tensor])
        assert (verdict(graph) is None) == fits


def test_what_weights_go_through_may_be_as_large_as_the_weights():
    weights = hold("w", np.zeros((64, 1 << 12), np.float16))
    made = [
        node("Cast", ["w"], ["wide"], to=1),
        node("Transpose", ["wide"], ["turned"], perm=[1, 0]),
        node("Mul", ["turned", "two"], ["twice"]),
    ]
    assert verdict(add_nodes(*made, tensors=[weights, hold("two", 2.0)])) is None


def test_the_size_of_a_constant_is_followed_through_the_arithmetic_of_shapes():
    def filled(last):
        made = [
            node("Unsqueeze", ["one", "axis"], ["a"]),
            node("Gather", ["sizes", "at"], ["b"]),
            node("Concat", ["a", "b"], ["c"], axis=0),
            node("Reshape", ["c", "all"], ["d"]),
            node("Cast", ["d"], ["e"], to=TensorProto.INT64),
            node("Squeeze", ["e"], ["f"]),
            node("ConstantOfShape", ["f"]),
        ]
        tensors = [hold("one", 1), hold("axis", [0]), hold("sizes", [7, last])]
        return add_nodes(*made, tensors=[*tensors, hold("at", [1]), hold("all", [-1])])

    assert verdict(filled(300)) is None
    assert "not known, or over" in verdict(filled(1 << 40))


def test_names_may_not_be_given_twice():
    graph = small_model()
    graph.graph.node.append(graph.graph.node[0])
    assert "two values the name 'levels'" in verdict(graph.SerializeToString())
    graph = small_model()
    graph.graph.node[0].attribute.append(graph.graph.node[0].attribute[0])
    assert "attribute 'to' twice" in verdict(graph.SerializeToString())


def test_the_data_of_weights_is_not_looked_at():
    model = small_model()
    model.graph.initializer.append(hold("w", np.zeros(8 * MEGABYTE // 4, np.float32)))
    dims = model.graph.initializer[-1].dims
    del dims[:]
    dims.extend([2, MEGABYTE])
    graph = model.SerializeToString()
    assert verdict(graph) is None
    noise = np.random.default_rng(0).bytes(8 * MEGABYTE)
    assert verdict(graph.replace(bytes(8 * MEGABYTE), noise)) is None
    assert onnx.load_from_string(graph).graph.initializer[-1].name == "w"
