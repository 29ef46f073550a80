"""Tests of the gate between a checkpoint and its graph."""

import copy

import numpy as np
import pytest
import torch

from data.errors import DeviceError, ParityError
from detector.detections import Detections
from detector.encoding import EncodedScan, Encoding
from detector.network import TilePlan
from detector.runtime import FixedRuntime, OnnxRuntime
from export import parity as parity_module
from export.difference import CLOSE
from export.graph import Network, export_graph
from export.parity import check_devices, check_parity
from export.reference import Reference, Told
from tests.export.networks import SIDE, noise_tiles, random_network

PLAN = TilePlan(Encoding.DUAL, SIDE, 24)


class Changed:
    """A runtime with its answers changed: all, or those to batches of a size."""

    def __init__(self, runtime, column, by, most=99):
        self.runtime, self.column, self.by, self.most = runtime, column, by, most

    def run(self, tiles):
        """Answer, with the change."""
        answers = self.runtime.run(tiles).copy()
        if len(tiles) <= self.most:
            answers[..., self.column] += self.by
        return answers


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    return random_network("yolo26n.yaml", tmp_path_factory.mktemp("random"))


@pytest.fixture(scope="module")
def graph(network):
    return OnnxRuntime(export_graph(network, SIDE), threads=1)


@pytest.fixture(scope="module")
def scans():
    wide = noise_tiles(1, side=96, seed=4)[0].transpose(1, 2, 0)[:80]
    return [EncodedScan(np.ascontiguousarray(wide), (96, 80))]


def check(network, runtime, scans, tiles=None):
    tiles = noise_tiles(6) if tiles is None else tiles
    return check_parity(network, runtime, scans, PLAN, tiles=tiles)


def test_a_graph_passes_beside_its_own_checkpoint(network, graph, scans):
    parity = check(network, graph, scans)
    assert (parity.tiles.compared, parity.scans.compared) == (6, 1)
    assert parity.tiles.detections > 100
    assert parity.scans.detections > 10
    for difference in (parity.tiles, parity.scans):
        assert 0 < difference.score <= CLOSE.score
        assert 0 < difference.box_px <= CLOSE.box_px
    assert parity.tiles.highest > 0.5
    assert (parity.score_tolerance, parity.box_tolerance_px) == (1e-3, 0.1)


def test_a_graph_that_takes_any_shape_is_compared_on_half_tiles_too(tmp_path):
    side = 192
    network = random_network("yolov8n.yaml", tmp_path, side=side)
    free = OnnxRuntime(export_graph(network, side), threads=1)
    planes = noise_tiles(1, side, seed=4)[0].transpose(1, 2, 0)
    scan = EncodedScan(np.ascontiguousarray(planes), (side, side))
    plan = TilePlan(Encoding.DUAL, side, 64)
    tiles = noise_tiles(2, side)
    parity = check_parity(network, free, [scan], plan, tiles=tiles)
    assert parity.tiles.compared == 4

    class Squares(Changed):
        free = True

        def run(self, tiles):
            height, width = tiles.shape[2:]
            return self.runtime.run(tiles) + (0.2 if height < width else 0)

    with pytest.raises(ParityError, match="On tiles"):
        check_parity(network, Squares(free, 0, 0), [scan], plan, tiles=tiles)


def test_a_weight_that_changed_since_the_export_fails_the_gate(network, graph, scans):
    module = copy.deepcopy(network.module)
    with torch.no_grad():
        module.model[-1].cv3[0][-1].bias += 0.1
    tampered = Network(module, labels=1, family="yolo26n")
    with pytest.raises(ParityError, match="On tiles the graph differs") as caught:
        check(tampered, graph, scans)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize(("column", "by"), [(0, 0.2), (3, -0.2), (4, -0.002), (5, 1.0)])
def test_a_difference_on_tiles_fails_the_gate(network, graph, scans, column, by):
    with pytest.raises(ParityError, match="On tiles"):
        check(network, Changed(graph, column, by), scans)


@pytest.mark.parametrize(("column", "by"), [(0, 0.2), (4, -0.002)])
def test_a_difference_on_whole_scans_alone_fails_the_gate(
    network, graph, scans, column, by
):
    with pytest.raises(ParityError, match="On whole scans the graph differs"):
        check(network, Changed(graph, column, by, most=4), scans)


def test_a_graph_that_finds_nothing_or_more_fails_the_gate(network, graph, scans):
    nothing = FixedRuntime(np.zeros((1, 2, 6), np.float32))
    with pytest.raises(ParityError, match="On tiles"):
        check(network, nothing, scans)

    class More(Changed):
        def run(self, tiles):
            row = np.array([[[1, 1, 3, 3, 0.02, 0]]], np.float32)
            found = self.runtime.run(tiles)
            return np.concatenate([found, row.repeat(len(tiles), 0)], axis=1)

    with pytest.raises(ParityError, match="On tiles"):
        check(network, More(graph, 0, 0), scans)


@pytest.mark.parametrize(
    ("score", "advice"), [(0.09, "Train it longer"), (0.11, "Report it")]
)
def test_what_to_do_about_a_difference_depends_on_how_well_it_is_trained(
    monkeypatch, network, scans, score, advice
):
    found = Detections(
        np.array([[1, 1, 9, 9]], np.float32),
        np.array([score], np.float32),
        np.array([0]),
    )
    monkeypatch.setattr(
        Reference, "tell", lambda _, tiles: [Told(found, found)] * len(tiles)
    )
    other = FixedRuntime(np.array([[[3, 1, 9, 9, score, 0]]], np.float32))
    with pytest.raises(ParityError, match=advice):
        check(network, other, scans)


@pytest.mark.parametrize(
    ("provider", "change", "passes"),
    [
        ("cuda", (4, -0.002), False),
        ("openvino", (0, 0.2), False),
        ("tensorrt", (4, -0.002), True),
        ("tensorrt", (4, -0.02), False),
        ("tensorrt", (0, 0.7), False),
    ],
)
def test_only_a_device_that_rounds_more_is_given_more_room(
    network, graph, scans, provider, change, passes
):
    def run():
        return check_parity(
            network,
            Changed(graph, *change),
            scans,
            PLAN,
            tiles=noise_tiles(6),
            provider=provider,
        )

    if passes:
        assert (run().score_tolerance, run().box_tolerance_px) == (0.01, 0.5)
    else:
        with pytest.raises(ParityError, match=f"On tiles with {provider} the graph"):
            run()


class OnCpu(OnnxRuntime):
    """In the place of a device that is not here."""

    off: tuple[str, ...] = ()

    def __init__(self, graph, *, device="cpu", side=None):
        if device == "openvino":
            msg = "The device openvino has no driver."
            raise DeviceError(msg)
        super().__init__(graph, device="cpu", threads=1, side=side)
        self.device = device

    def run(self, tiles):
        """Answer, on a device that is off with a difference."""
        answers = super().run(tiles).copy()
        answers[..., 4] -= 0.005 * (self.device in self.off)
        return answers


@pytest.fixture
def devices(monkeypatch):
    """Four devices, one of which does not start."""
    offered = ("cpu", "cuda", "openvino", "tensorrt")
    monkeypatch.setattr(parity_module, "available_devices", lambda: offered)
    monkeypatch.setattr(parity_module, "OnnxRuntime", OnCpu)
    return monkeypatch


def test_a_graph_is_compared_on_every_device_that_starts(
    network, scans, devices, caplog
):
    devices.setattr(OnCpu, "off", ("tensorrt",))
    content = export_graph(network, SIDE)
    found = check_devices(network, content, scans, PLAN, tiles=noise_tiles(2))
    assert [each.provider for each in found] == ["cpu", "cuda", "tensorrt"]
    assert [each.score_tolerance for each in found] == [1e-3, 1e-3, 1e-2]
    assert all(each.nodes["CPUExecutionProvider"] > 100 for each in found)
    assert "Not compared on openvino: The device openvino has no driver." in caplog.text


def test_a_graph_that_disagrees_on_one_device_fails_the_gate(network, scans, devices):
    devices.setattr(OnCpu, "off", ("cuda",))
    content = export_graph(network, SIDE)
    with pytest.raises(ParityError, match=r"On tiles with cuda .* \(0.001 and 0.1 are"):
        check_devices(network, content, scans, PLAN, tiles=noise_tiles(2))


def test_a_gate_with_nothing_to_compare_is_not_passed(network, graph, scans):
    with pytest.raises(ParityError, match="no whole scans to compare"):
        check(network, graph, [])
    with pytest.raises(ParityError, match="no tiles to compare"):
        check(network, graph, scans, noise_tiles(0))


def test_two_that_answer_nothing_do_not_pass_for_alike(network, scans):
    module = copy.deepcopy(network.module)
    with torch.no_grad():
        for layers in module.model[-1].cv3:
            layers[-1].weight[:] = 0
            layers[-1].bias[:] = -20
    mute = Network(module, labels=1, family="yolo26n")
    with pytest.raises(ParityError, match="nothing to compare"):
        check(mute, FixedRuntime(np.zeros((1, 2, 6), np.float32)), scans)
