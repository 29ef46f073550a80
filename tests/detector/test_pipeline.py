"""Tests of the way of one scan: boxes come back in px of the file that came in."""

import numpy as np
import onnxruntime  # type: ignore[import-untyped]
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from data.errors import BundleError, DeviceError
from detector.bundle import read_bundle, write_files
from detector.detections import Detections
from detector.encoding import EncodedScan, Encoding
from detector.operating_point import OperatingPoint
from detector.pipeline import Detector, Findings, TilePlan, find_in
from detector.runtime import FixedRuntime, OnnxRuntime
from detector.scale import Scale
from tests.detector.graphs import (
    SIDE,
    make_bundle,
    make_entry,
    make_graph,
)
from tests.detector.seeing import (
    SeeingRuntime,
    make_counts,
    make_display,
    make_steady_graph,
)

PLAN = TilePlan(Encoding.DUAL, SIDE, 8)


def find(encoded, runtime, plan=PLAN, least_score=0.1):
    return find_in(encoded, runtime, plan, least_score=least_score)


def encode(size, scan_size):
    planes = np.full((size[1], size[0], 3), 255, np.uint8)
    return EncodedScan(planes, scan_size)


@pytest.fixture
def bundle(tmp_path):
    """Both graphs, 64 px tiles that overlap by 16 px, 4 mm or 160 px."""
    graph = make_graph()
    scale = Scale(pitch_mm=4.0, longest_side_px=160)
    more = {"scale": scale, "tile_side": 64, "tile_overlap": 16}
    graphs = {"dual": graph, "display": graph}
    manifest = make_bundle(tmp_path / "bundle", graphs)
    entries = {kind: make_entry(graph, f"{kind}.onnx", **more) for kind in graphs}
    changed = manifest.model_copy(update={"graphs": entries})
    write_files(changed, tmp_path / "bundle", {})
    return read_bundle(tmp_path / "bundle")


@given(st.floats(0.25, 4), st.floats(0.25, 4))
def test_boxes_of_tiles_become_boxes_of_the_scan(across, down):
    scan_size = round(90 * across), round(50 * down)
    encoded = encode((90, 50), scan_size)
    answers = np.zeros((8, 1, 6), np.float32)
    answers[2] = [3, 5, 20, 25, 0.5, 0]  # the third tile begins at 48, 0
    found = find(encoded, FixedRuntime(answers))
    x, y = scan_size[0] / 90, scan_size[1] / 50
    expected = [[51 * x, 5 * y, 68 * x, 25 * y]]
    np.testing.assert_allclose(found.boxes, expected, rtol=1e-5)
    assert found.scores.tolist() == [0.5]


def test_a_scan_smaller_than_a_tile_is_padded_with_air_and_boxes_end_with_it():
    met = []

    class Watching(FixedRuntime):
        def run(self, tiles):
            met.append(tiles)
            return super().run(tiles)

    answers = np.array([[[5, 5, 31, 31, 0.9, 0], [25, 0, 31, 9, 0.9, 0]]], np.float32)
    planes = np.zeros((12, 20, 3), np.uint8)
    found = find(EncodedScan(planes, (40, 24)), Watching(answers))
    assert found.boxes.tolist() == [[10, 10, 40, 24]]
    ((tile,),) = met
    assert (tile[:, :12, :20] == 0).all()
    assert (tile[:, 12:] == np.array(Encoding.DUAL.air)[:, None, None]).all()
    assert (tile[:, :, 20:] == np.array(Encoding.DUAL.air)[:, None, None]).all()


def test_the_network_gets_every_tile_once_and_never_too_many_at_a_time():
    counts = []

    class Counting(FixedRuntime):
        def run(self, tiles):
            counts.append(len(tiles))
            return super().run(tiles)

    find(encode((300, 100), (300, 100)), Counting(np.zeros((1, 1, 6), np.float32)))
    assert sum(counts) == 13 * 4
    assert max(counts) == 4


@pytest.mark.parametrize(("always", "given"), [({}, 13 * 4), ({"cpu": 16}, 4 * 16)])
def test_a_device_that_fills_up_is_given_as_many_tiles_as_it_takes(
    monkeypatch, always, given
):
    counts = []

    class Counting(onnxruntime.InferenceSession):  # type: ignore[misc]
        def run(self, outputs, inputs):
            counts.append(len(inputs["tiles"]))
            return super().run(outputs, inputs)

    monkeypatch.setattr(onnxruntime, "InferenceSession", Counting)
    monkeypatch.setattr("detector.runtime.FIXED_BATCH", always)
    runtime = OnnxRuntime(make_graph(), threads=1)
    counts.clear()  # what warms it up
    find(encode((300, 100), (300, 100)), runtime)
    assert sum(counts) == given
    assert len(set(counts)) == 1


def test_weak_answers_are_left_out():
    answers = np.array([[[1, 1, 9, 9, 0.3, 0], [20, 20, 30, 30, 0.1, 0]]], np.float32)
    encoded = encode((SIDE, SIDE), (SIDE, SIDE))
    for least, count in ((0.0, 2), (0.05, 2), (0.2, 1), (0.5, 0)):
        assert len(find(encoded, FixedRuntime(answers), least_score=least)) == count


@st.composite
def scenes(draw):
    """A scan size, a pitch that leaves objects some px, and an object, scan px."""
    width, height = draw(st.integers(24, 260)), draw(st.integers(24, 160))
    pitch = draw(st.sampled_from([None, (4.0, 4.0), (2.0, 5.0), (6.5, 3.0)]))
    x0, y0 = draw(st.integers(0, width - 12)), draw(st.integers(0, height - 12))
    x1 = draw(st.integers(x0 + 12, width))
    y1 = draw(st.integers(y0 + 12, height))
    return (width, height), pitch, (x0, y0, x1, y1)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(scenes(), st.sampled_from(["dual", "single", "display"]))
def test_what_is_in_a_scan_comes_out_once_in_px_of_the_scan(
    bundle, monkeypatch, scene, kind
):
    size, pitch, box = scene
    # Left alone, what fills a scan leaves the network no air to tell it from.
    assume((box[2] - box[0]) * (box[3] - box[1]) < 0.5 * size[0] * size[1])
    SeeingRuntime.replace(monkeypatch)
    if kind == "display":
        scan = make_display(size, [box], pitch_mm=pitch)
    else:
        scan = make_counts(size, [box], pitch_mm=pitch, low=kind == "dual")
    findings = Detector(bundle).detect(scan)
    (found,) = findings.detections.boxes
    scale = Scale(pitch_mm=4.0, longest_side_px=160).size_of(size, scan.info)
    pixel = np.array([size[0] / scale[0], size[1] / scale[1]] * 2)
    assert (np.abs(found - box) <= np.maximum(pixel, 1)).all()
    assert (findings.opaque is None) == (kind == "display")
    assert (findings.opaque_fraction is None) == (kind == "display")
    assert findings.elapsed_s > 0


@pytest.mark.parametrize("pitch", [(4.0, 4.0), (2.0, 5.0)])
def test_a_rifle_longer_than_the_overlap_comes_out_as_one_box(
    bundle, monkeypatch, pitch
):
    made = SeeingRuntime.replace(monkeypatch)
    x, y = 4 / pitch[0], 4 / pitch[1]
    rifle = (round(20 * x), round(40 * y), round(270 * x), round(58 * y))
    scan = make_counts((round(300 * x), round(100 * y)), [rifle], pitch_mm=pitch)
    (found,) = Detector(bundle).detect(scan).detections.boxes
    assert np.abs(found - rifle).max() <= max(x, y, 1)
    assert made[0].tiles == 6 * 2


def test_graphs_are_loaded_when_a_scan_first_needs_them(bundle, monkeypatch):
    made = SeeingRuntime.replace(monkeypatch)
    detector = Detector(bundle)
    assert made == []
    for scan in (make_counts((64, 64)), make_counts((64, 64), low=False)):
        detector.detect(scan)
        assert len(made) == 1
    detector.detect(make_display((64, 64)))
    assert len(made) == 2


def test_a_bundle_without_a_graph_for_a_scan_says_so(tmp_path):
    make_bundle(tmp_path / "bundle")
    detector = Detector(read_bundle(tmp_path / "bundle"))
    with pytest.raises(BundleError, match="no graph for display scans"):
        detector.detect(make_display((64, 64)))


def test_a_device_that_is_not_there_is_an_error(tmp_path):
    make_bundle(tmp_path / "bundle")
    detector = Detector(read_bundle(tmp_path / "bundle"), device="abacus")
    with pytest.raises(DeviceError, match="no device 'abacus'"):
        detector.detect(make_counts((64, 64)))


@pytest.mark.parametrize("label", [1, 7])
def test_a_class_that_the_bundle_has_no_label_for_is_an_error(tmp_path, label):
    make_bundle(tmp_path / "bundle", {"dual": make_steady_graph(label=label)})
    detector = Detector(read_bundle(tmp_path / "bundle"))
    with pytest.raises(BundleError, match=f"answered with class {label}"):
        detector.detect(make_counts((32, 32), pitch_mm=(4.0, 4.0)))


def test_the_graph_has_its_operating_point_unless_another_is_stated(tmp_path):
    make_bundle(tmp_path / "bundle", {"dual": make_steady_graph()})
    bundle = read_bundle(tmp_path / "bundle")
    scan = make_counts((32, 32), pitch_mm=(4.0, 4.0))
    assert Detector(bundle).detect(scan).operating_point.name == "draft"
    assert len(Detector(bundle).detect(scan).alarms) == 1
    strict = OperatingPoint(name="stated", threshold=0.8)
    findings = Detector(bundle, operating_point=strict).detect(scan)
    assert findings.operating_point == strict
    assert (len(findings.detections), len(findings.alarms)) == (1, 0)


@given(st.floats(0, 1, width=32))
def test_a_score_at_the_threshold_is_an_alarm_however_it_is_rounded(score):
    detections = Detections(
        np.array([[0, 0, 1, 1]], np.float32),
        np.array([score], np.float32),
        np.array([0]),
    )
    for digits in (7, 9, 17):
        threshold = min(float(f"{float(np.float32(score)):.{digits}g}"), 1.0)
        point = OperatingPoint(name="draft", threshold=threshold)
        findings = Findings(detections, point, None, None, 0.0)
        expected = np.float32(score) >= np.float32(threshold)
        assert findings.alarming.tolist() == [expected]
        assert len(findings.alarms) == expected
