"""Tests of the gate between a checkpoint and its graph."""

import copy

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from data.errors import DeviceError, ParityError
from detector.detections import Detections
from detector.encoding import EncodedScan, Encoding
from detector.network import TilePlan
from detector.runtime import FixedRuntime, OnnxRuntime
from export import parity as parity_module
from export.graph import Network, export_graph
from export.parity import (
    CLOSE,
    LEAST_SCORE,
    check_devices,
    check_parity,
    compare,
)
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


def make(*rows):
    """Detections: x0, y0, x1, y1, score of each."""
    known = np.array(rows, np.float32).reshape(-1, 5)
    return Detections(known[:, :4], known[:, 4], np.zeros(len(known), np.int64))


def test_which_of_two_is_kept_may_differ_where_they_overlap_by_just_so_much():
    first, second = (0, 0, 100, 10, 0.5), (0, 0, 70, 10, 0.4)  # by 0.7
    both, one = make(first, second), make(first)
    for kept, found in ((both, one), (one, both)):
        difference = compare(Told(kept, both), found)
        assert (difference.score, difference.box_px) == (0, 0)


def test_which_of_two_is_kept_may_differ_where_their_scores_are_alike():
    first, second = (0, 0, 100, 10, 0.5), (3, 0, 103, 10, 0.4999999)
    told = Told(make(first), make(first, second))
    difference = compare(told, make(second))
    assert (difference.score, difference.box_px) == (0, 0)


@pytest.mark.parametrize(
    "found",
    [
        (0.2, 0, 100, 10, 0.5),  # moved: overlaps, but is none of the checkpoint's
        (3, 0, 103, 10, 0.45),  # a duplicate, but a weaker one
        (20, 0, 120, 10, 0.5),  # as good, but elsewhere
    ],
)
def test_an_answer_is_not_missed_unless_a_better_one_silenced_it(found):
    best = (0, 0, 100, 10, 0.5)
    told = Told(make(best), make(best, (3, 0, 103, 10, 0.45), (20, 0, 120, 10, 0.5)))
    difference = compare(told, make(found))
    assert difference.score > CLOSE.score or difference.box_px > CLOSE.box_px


def test_where_a_refiner_has_scored_anew_a_weaker_duplicate_may_be_the_one_kept():
    best, weaker, apart = (
        (0, 0, 100, 10, 0.5),
        (3, 0, 103, 10, 0.45),
        (90, 0, 190, 10, 0.45),
    )
    every = make(best, weaker, apart)
    told = Told(make(best), every, refined=True)
    difference = compare(told, make(weaker))
    assert (difference.score, difference.box_px) == (0, 0)
    assert compare(told, make(apart)).box_px > CLOSE.box_px
    changed = compare(told, make((3, 0, 103, 10, 0.46)))
    assert changed.score == pytest.approx(0.01, abs=1e-6)


@st.composite
def detections(draw):
    """A few detections far from each other."""
    count = draw(st.integers(1, 6))
    scores = draw(
        st.lists(st.floats(2**-6, 1, width=32), min_size=count, max_size=count)
    )
    labels = draw(st.lists(st.integers(0, 1), min_size=count, max_size=count))
    corners = 40 * np.arange(count, dtype=np.float32)
    boxes = np.stack([corners, corners, corners + 20, corners + 10], axis=1)
    return Detections(boxes, np.array(scores, np.float32), np.array(labels))


@given(detections(), st.floats(0, 3, width=32), st.floats(0, 2**-7, width=32))
def test_the_differences_are_the_largest_ones_on_either_side(found, moved, added):
    order = np.arange(len(found))[::-1]
    other = found.select(order)
    boxes = other.boxes.copy()
    boxes[-1, 2] += moved
    scores = other.scores.copy()
    scores[0] = np.float32(max(scores[0] - added, 0))
    other = Detections(boxes, scores, other.labels)
    difference = compare(Told(found, found), other)
    score, box = difference.score, difference.box_px
    again = compare(Told(other, other), found)
    assert (score, box) == (again.score, again.box_px)
    assert score == pytest.approx(float(found.scores[-1] - scores[0]), abs=1e-6)
    assert box == pytest.approx(float(boxes[-1, 2] - found.boxes[0, 2]), abs=1e-6)


def test_a_graph_that_says_a_thing_twice_fails():
    best, twin = (0, 0, 100, 10, 0.5), (3, 0, 103, 10, 0.45)
    told = Told(make(best), make(best, twin))
    assert compare(told, make(best)).box_px == 0
    assert compare(told, make(best, twin)).box_px == np.inf


def differ(first, second):
    difference = compare(Told(first, first), second)
    return difference.score, difference.box_px


def test_weak_detections_need_no_counterpart_and_others_do():
    weak = Detections(
        np.array([[0, 0, 9, 9]], np.float32),
        np.array([LEAST_SCORE * 0.9], np.float32),
        np.array([0]),
    )
    assert differ(weak, Detections.empty()) == (0, 0)
    strong = Detections(weak.boxes, np.array([0.5], np.float32), weak.labels)
    assert differ(strong, Detections.empty()) == (np.inf, np.inf)
    assert differ(Detections.empty(), strong) == (np.inf, np.inf)
    other_label = Detections(strong.boxes, strong.scores, np.array([1]))
    assert differ(strong, other_label) == (np.inf, np.inf)


def test_a_counterpart_may_lie_just_below_the_least_score():
    box = np.array([[0, 0, 9, 9]], np.float32)
    first, second = (
        Detections(box, np.array([score], np.float32), np.array([0]))
        for score in (LEAST_SCORE * 1.01, LEAST_SCORE * 0.99)
    )
    score, side = differ(second, first)
    assert score == pytest.approx(LEAST_SCORE * 0.02, rel=1e-3)
    assert side == 0
    assert differ(first, second) == (0, 0)
