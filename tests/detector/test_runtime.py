"""Tests of the runtime: what is asked is what runs, and only fitting graphs do."""

from types import SimpleNamespace

import numpy as np
import onnxruntime  # type: ignore[import-untyped]
import pytest
from onnx import TensorProto

from data.errors import BundleError, DeviceError
from detector.ports import Port
from detector.runtime import (
    PROVIDERS,
    FixedRuntime,
    OnnxRuntime,
    available_devices,
)
from tests.detector.graphs import ANSWER, SIDE, make_graph

FREE = {"input_shape": ["N", 3, "H", "W"]}


def tiles(count, side=SIDE, width=None):
    levels = np.arange(count, dtype=np.uint8)
    shape = (count, 3, side, side if width is None else width)
    return np.broadcast_to(levels[:, None, None, None], shape).copy()


def count_runs(monkeypatch, batches):
    """Have the CPU be given always as many tiles; gives the shapes that it is given."""
    met = []

    class Counting(onnxruntime.InferenceSession):  # type: ignore[misc]
        def run(self, outputs, inputs):
            met.append(inputs["tiles"].shape)
            return super().run(outputs, inputs)

    monkeypatch.setattr(onnxruntime, "InferenceSession", Counting)
    monkeypatch.setattr("detector.runtime.FIXED_BATCH", {"cpu": batches})
    return met


@pytest.mark.parametrize("count", [1, 3])
def test_every_tile_of_a_batch_is_answered_in_its_place(count):
    runtime = OnnxRuntime(make_graph(), threads=1)
    answers = runtime.run(tiles(count))
    assert answers.shape == (count, 2, 6)
    assert answers.dtype == np.float32
    np.testing.assert_allclose(answers[:, 0, 0], ANSWER[0, 0, 0] + np.arange(count))
    np.testing.assert_allclose(answers[0], ANSWER[0])


def test_the_tile_side_is_read_from_the_graph():
    runtime = OnnxRuntime(make_graph(), threads=1, side=640)
    assert (runtime.tile_side, runtime.free) == (SIDE, False)


def test_a_graph_of_any_shape_has_no_tile_side():
    runtime = OnnxRuntime(make_graph(**FREE), threads=1, side=640)
    assert (runtime.tile_side, runtime.free) == (None, True)


@pytest.mark.parametrize("shape", [(128, 128), (128, 4096), (352, 160)])
def test_tiles_of_any_shape_are_answered_if_the_graph_takes_them(shape):
    runtime = OnnxRuntime(make_graph(**FREE), threads=1)
    answers = runtime.run(tiles(2, *shape))
    np.testing.assert_allclose(answers[:, 0, 0], ANSWER[0, 0, 0] + np.arange(2))


@pytest.mark.parametrize("shape", [(96, 128), (128, 96), (128, 4128), (128, 144)])
def test_tiles_of_shapes_that_no_graph_takes_are_refused(shape):
    height, width = shape
    says = rf"{width} x {height} px. Choose multiples of 32 px from 128 to 4096 px."
    with pytest.raises(BundleError, match=says):
        OnnxRuntime(make_graph(**FREE), threads=1).run(tiles(1, *shape))


@pytest.mark.parametrize(
    "wrong", [tiles(1, 128).astype(np.int8), np.zeros((1, 128, 128, 3), np.uint8)]
)
def test_what_is_no_batch_of_tiles_is_refused_whatever_the_shape(wrong):
    with pytest.raises(BundleError, match=r"\(N, 3, H, W\) uint8, not"):
        OnnxRuntime(make_graph(**FREE), threads=1).run(wrong)


def test_it_says_what_the_graph_takes_and_gives():
    runtime = OnnxRuntime(make_graph(), threads=1)
    assert runtime.takes == Port("tiles", (None, 3, SIDE, SIDE))
    assert runtime.gives == Port("answers", (None, 2, 6))


def test_the_nodes_on_each_provider_are_counted():
    (placed,) = OnnxRuntime(make_graph(), threads=1).placement.items()
    assert placed == ("CPUExecutionProvider", 5)


@pytest.mark.parametrize("count", [1, 4, 5, 11])
def test_a_device_that_wants_always_as_many_tiles_gets_them(monkeypatch, count):
    met = count_runs(monkeypatch, 4)
    answers = OnnxRuntime(make_graph(), threads=1).run(tiles(count))
    assert set(met) == {(4, 3, SIDE, SIDE)}
    np.testing.assert_allclose(answers[:, 0, 0], ANSWER[0, 0, 0] + np.arange(count))


def test_such_a_device_gets_as_many_squares_and_other_shapes_as_they_come(monkeypatch):
    met = count_runs(monkeypatch, 4)
    runtime = OnnxRuntime(make_graph(**FREE), threads=1, side=160)
    assert met == [(4, 3, 160, 160)]  # made ready
    answers = runtime.run(tiles(3, 160))
    np.testing.assert_allclose(answers[:, 0, 0], ANSWER[0, 0, 0] + np.arange(3))
    assert runtime.run(tiles(3, 128, 160)).shape == (3, 2, 6)
    assert met[1:] == [(4, 3, 160, 160), (3, 3, 128, 160)]


def test_such_a_device_is_not_made_ready_for_a_side_that_nobody_states(monkeypatch):
    met = count_runs(monkeypatch, 4)
    OnnxRuntime(make_graph(**FREE), threads=1).run(tiles(3, 160))
    assert met == [(3, 3, 160, 160)]


def test_memory_is_not_laid_out_anew_for_each_shape(monkeypatch):
    met = []
    session = onnxruntime.InferenceSession

    def start(graph, options, **how):
        met.append(options.enable_mem_pattern)
        return session(graph, options, **how)

    monkeypatch.setattr(onnxruntime, "InferenceSession", start)
    OnnxRuntime(make_graph(**FREE), threads=1)
    assert met == [False]


def test_no_tiles_need_no_answers():
    assert OnnxRuntime(make_graph(), threads=1).run(tiles(0)).shape == (0, 0, 6)


@pytest.mark.parametrize(
    "wrong",
    [
        tiles(1).astype(np.float32),
        tiles(1)[0],
        tiles(1, side=16),
        np.zeros((1, SIDE, SIDE, 3), np.uint8),
    ],
)
def test_tiles_of_another_type_or_shape_are_refused(wrong):
    with pytest.raises(BundleError, match=r"\(N, 3, 32, 32\) uint8, not"):
        OnnxRuntime(make_graph(), threads=1).run(wrong)


def test_a_device_that_is_not_installed_is_named_with_its_package(monkeypatch):
    monkeypatch.setattr(
        onnxruntime, "get_available_providers", lambda: ["CPUExecutionProvider"]
    )
    with pytest.raises(DeviceError, match="Install onnxruntime-gpu"):
        OnnxRuntime(make_graph(), device="cuda")
    with pytest.raises(DeviceError, match="Install onnxruntime-openvino"):
        OnnxRuntime(make_graph(), device="openvino")


def test_an_unknown_device_is_refused():
    with pytest.raises(DeviceError, match=r"no device 'npu'.*cpu, cuda"):
        OnnxRuntime(make_graph(), device="npu")


@pytest.mark.filterwarnings("ignore:Specified provider")
def test_a_device_that_is_silently_replaced_by_the_cpu_is_an_error(monkeypatch):
    # As when the package is there and the driver is not: onnxruntime takes the CPU.
    monkeypatch.setattr(
        onnxruntime, "get_available_providers", lambda: ["TensorrtExecutionProvider"]
    )
    # Where onnxruntime-gpu is installed it says itself that TensorRT is missing.
    said = "would run on CPUExecutionProvider|cannot run the graph"
    with pytest.raises(DeviceError, match=said):
        OnnxRuntime(make_graph(), device="tensorrt")


def test_a_device_that_takes_no_node_of_the_graph_is_an_error(monkeypatch):
    class Idle(onnxruntime.InferenceSession):  # type: ignore[misc]
        def get_provider_graph_assignment_info(self):
            parts = super().get_provider_graph_assignment_info()
            return [
                SimpleNamespace(ep_name="Other", get_nodes=part.get_nodes)
                for part in parts
            ]

    monkeypatch.setattr(onnxruntime, "InferenceSession", Idle)
    with pytest.raises(DeviceError, match="the network would run on Other"):
        OnnxRuntime(make_graph(), threads=1)


@pytest.mark.parametrize(
    ("graph", "error", "words"),
    [
        (make_graph(), DeviceError, "The device cuda cannot run the graph: No driver."),
        (b"no graph", BundleError, "The graph cannot be loaded: No driver."),
    ],
)
def test_a_device_that_fails_is_told_from_a_graph_that_does(
    monkeypatch, graph, error, words
):
    def start(graph, options, *, providers, enable_fallback):
        if providers[0][0] == "CUDAExecutionProvider":
            msg = "/src/state.cc:729 void start(const Options&) No driver."
            raise RuntimeError(msg)
        return session(
            graph, options, providers=providers, enable_fallback=enable_fallback
        )

    session = onnxruntime.InferenceSession
    monkeypatch.setattr(onnxruntime, "InferenceSession", start)
    offered = ["CUDAExecutionProvider", "CPUExecutionProvider"]
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: offered)
    assert available_devices() == ("cpu", "cuda")
    with pytest.raises(error) as caught:
        OnnxRuntime(graph, device="cuda")
    assert str(caught.value).startswith(words)


@pytest.mark.parametrize(
    ("device", "settings"),
    [
        ("cpu", {}),
        ("cuda", {"use_tf32": "0"}),
        (
            "openvino",
            {"device_type": "CPU", "precision": "FP32", "num_of_threads": "1"},
        ),
    ],
)
def test_each_device_is_told_to_count_as_finely_as_the_cpu(
    monkeypatch, device, settings
):
    told = {}

    def start(_, __, *, providers, **___):
        told.update(providers)
        raise RuntimeError

    monkeypatch.setattr(onnxruntime, "InferenceSession", start)
    monkeypatch.setattr(
        onnxruntime, "get_available_providers", lambda: [PROVIDERS[device]]
    )
    with pytest.raises(BundleError):
        OnnxRuntime(make_graph(), device=device, threads=1)
    assert told[PROVIDERS[device]] == settings


@pytest.mark.parametrize("graph", [b"", b"no graph", make_graph()[:-40]])
def test_what_is_no_graph_is_refused_in_one_line(graph, capfd):
    with pytest.raises(BundleError, match="cannot be loaded") as caught:
        OnnxRuntime(graph)
    assert "\n" not in str(caught.value)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "changes",
    [
        {"input_type": TensorProto.FLOAT},
        {"input_shape": ["N", 1, SIDE, SIDE]},
        {"input_shape": ["N", 3, SIDE, 2 * SIDE]},
        {"input_shape": ["N", 3, "H", SIDE]},
        {"input_shape": ["N", 3, SIDE, "W"]},
        {"input_shape": ["N", "C", "H", "W"]},
        {"input_shape": [1, 3, "H", "W"]},
        {"input_shape": [1, 3, SIDE, SIDE]},
    ],
)
def test_a_graph_with_another_input_is_refused(changes):
    with pytest.raises(BundleError, match=r"must take one tensor\(uint8\)"):
        OnnxRuntime(make_graph(**changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"answer": np.ones((1, 2, 7), np.float32), "output_shape": ["N", 2, 7]},
        {"answer": np.ones((1, 1, 2, 6), np.float32), "output_shape": [1, "N", 2, 6]},
    ],
)
def test_a_graph_with_another_output_is_refused(changes):
    with pytest.raises(BundleError, match=r"must give one tensor\(float\)"):
        OnnxRuntime(make_graph(**changes))


def test_a_graph_that_answers_with_what_is_no_number_is_an_error():
    answer = ANSWER.copy()
    answer[0, 0, 2] = np.nan
    runtime = OnnxRuntime(make_graph(answer=answer), threads=1)
    with pytest.raises(BundleError, match="not finite"):
        runtime.run(tiles(1))


def test_a_graph_that_fails_on_tiles_fails_in_one_line(capfd):
    runtime = OnnxRuntime(
        make_graph(answer=np.ones((4, 2, 6), np.float32), output_shape=["N", 2, 6]),
        threads=1,
    )
    with pytest.raises(BundleError, match="failed on 3 tiles") as caught:
        runtime.run(tiles(3))
    assert "\n" not in str(caught.value)
    assert capfd.readouterr() == ("", "")


def test_a_graph_that_answers_for_other_tiles_is_an_error():
    runtime = OnnxRuntime(
        make_graph(answer=np.ones((4, 2, 6), np.float32), output_shape=["M", 2, 6]),
        threads=1,
    )
    with pytest.raises(BundleError, match=r"answered \(4, 2, 6\) to 1 tiles"):
        runtime.run(tiles(1))


def test_the_fixed_runtime_gives_its_answers_in_turn():
    stated = np.arange(18, dtype=np.float32).reshape(3, 1, 6)
    runtime = FixedRuntime(stated)
    np.testing.assert_array_equal(runtime.run(tiles(2)), stated[:2])
    np.testing.assert_array_equal(runtime.run(tiles(2)), stated[[2, 0]])


def test_the_fixed_runtime_refuses_what_a_graph_would_refuse():
    with pytest.raises(BundleError, match="not finite"):
        FixedRuntime(np.full((1, 1, 6), np.inf, np.float32))
    assert FixedRuntime(ANSWER).run(tiles(1, 64, 32)).shape == (1, 2, 6)
    with pytest.raises(BundleError, match="uint8"):
        FixedRuntime(ANSWER).run(tiles(1).astype(np.int64))
