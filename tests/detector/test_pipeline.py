"""Tests of the way of one scan: boxes come back in px of the file that came in."""

import numpy as np
import onnxruntime  # type: ignore[import-untyped]
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.errors import BundleError, DeviceError
from detector.bundle import read_bundle, write_files
from detector.container_view import ContainerView
from detector.containers import Container
from detector.detections import Detections
from detector.encoding import EncodedScan, Encoding
from detector.look import Care
from detector.network import TilePlan
from detector.operating_point import OperatingPoint
from detector.pipeline import Detector, Findings, find_in
from detector.runtime import FixedRuntime, OnnxRuntime
from detector.scale import Scale
from tests.detector.graphs import (
    SIDE,
    make_bundle,
    make_entry,
    make_graph,
)
from tests.detector.seeing import (
    THING,
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
@given(scenes(), st.sampled_from(["dual", "single", "display"]), st.booleans())
def test_what_is_in_a_scan_comes_out_once_in_px_of_the_scan(
    bundle, monkeypatch, scene, kind, free
):
    size, pitch, box = scene
    SeeingRuntime.replace(monkeypatch, free=free)
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


@pytest.mark.parametrize(("free", "tiles"), [(False, 8 * 2), (True, 4)])
@pytest.mark.parametrize("pitch", [(4.0, 4.0), (2.0, 5.0)])
def test_a_rifle_longer_than_the_overlap_comes_out_as_one_box(
    bundle, monkeypatch, pitch, free, tiles
):
    made = SeeingRuntime.replace(monkeypatch, free=free)
    x, y = 4 / pitch[0], 4 / pitch[1]
    rifle = (round(20 * x), round(40 * y), round(270 * x), round(58 * y))
    scan = make_counts((round(300 * x), round(100 * y)), [rifle], pitch_mm=pitch)
    findings = Detector(bundle).detect(scan)
    (found,) = findings.detections.boxes
    assert np.abs(found - rifle).max() <= max(x, y, 1)
    assert made[0].tiles == findings.spent.tiles == tiles


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


@pytest.mark.parametrize("coarse_score", [None, 0.5])
def test_graphs_of_any_shape_run_as_they_are(tmp_path, coarse_score):
    # It answers (mean - 130, 6, 20, 16) whatever the shape: in air's stead, a thing.
    rows = np.array([[[-130, 6, 20, 16, 0.75, 0], [0, 0, 0, 0, 0, 0]]], np.float32)
    graph = make_graph(answer=rows, input_shape=["N", 3, "H", "W"])
    manifest = make_bundle(tmp_path / "bundle", {"dual": graph})
    entry = make_entry(graph, tile_side=128, coarse_score=coarse_score)
    changed = manifest.model_copy(update={"graphs": {"dual": entry}})
    write_files(changed, tmp_path / "bundle", {})
    scan = make_counts((400, 200), [(0, 0, 300, 150)], pitch_mm=(4.0, 4.0))
    findings = {}
    for coarse in (True, False):
        detector = Detector(read_bundle(tmp_path / "bundle"), threads=2, coarse=coarse)
        findings[coarse] = detector.detect(scan)
        assert [0, 6, 20, 16] in findings[coarse].detections.boxes.tolist()
    shapes = {run[1:] for run in findings[False].spent.runs}
    assert all(side % 32 == 0 and side >= 128 for shape in shapes for side in shape)
    assert any(shape[0] != shape[1] for shape in shapes)
    runs = [set(findings[coarse].spent.runs) for coarse in (True, False)]
    assert (runs[0] == runs[1]) == (coarse_score is None)


@pytest.mark.parametrize("free", [False, True])
def test_however_many_threads_there_are_the_findings_are_the_same(
    bundle, monkeypatch, free
):
    SeeingRuntime.replace(monkeypatch, free=free)
    things = [(20 + 90 * n, 10 + 7 * n, 70 + 90 * n, 60 + 7 * n) for n in range(8)]
    scan = make_counts((800, 150), things, pitch_mm=(4.0, 4.0))
    one, many = (Detector(bundle, threads=n).detect(scan) for n in (1, 3))
    assert len(one.detections) == len(things)
    for name in ("boxes", "scores", "labels"):
        first, other = (getattr(f.detections, name) for f in (one, many))
        np.testing.assert_array_equal(first, other)
    np.testing.assert_array_equal(one.opaque, many.opaque)
    assert one.spent.runs == many.spent.runs


def test_findings_say_what_was_seen_with_less_care(bundle, monkeypatch):
    SeeingRuntime.replace(monkeypatch)
    scan = make_counts((320, 100), [(10, 10, 300, 60)], pitch_mm=(4.0, 4.0))
    detector = Detector(bundle)
    whole = detector.detect(scan)
    assert len(whole.coarse) == len(whole.missed) == 0
    for care, name in ((Care.COARSE, "coarse"), (Care.NONE, "missed")):
        look = detector.begin(scan)
        look.push(scan, care=care)
        look.finish()
        findings = detector.sum_up(look, scan)
        parts = getattr(findings, name)
        assert len(parts)
        assert parts[:, 2].max() <= 320
        others = {"coarse", "missed"} - {name}
        assert all(len(getattr(findings, other)) == 0 for other in others)


def test_views_of_one_inspection_are_seen_as_each_alone(bundle, monkeypatch):
    SeeingRuntime.replace(monkeypatch)
    scans = [
        make_counts((320, 100), [(10, 10, 300, 60)], pitch_mm=(4.0, 4.0)),
        make_display((200, 90), [(50, 20, 90, 70)], pitch_mm=(4.0, 4.0)),
        make_counts((64, 64), pitch_mm=(4.0, 4.0), low=False),
    ]
    detector = Detector(bundle)
    together = detector.detect_views(scans)
    for findings, scan in zip(together, scans, strict=True):
        alone = detector.detect(scan)
        assert findings.detections.boxes.tolist() == alone.detections.boxes.tolist()
        assert findings.opaque_fraction == alone.opaque_fraction
    assert [len(findings.detections) for findings in together] == [1, 1, 0]
    assert detector.detect_views([]) == ()


def test_containers_are_told_apart_where_the_pitch_is_known(bundle, monkeypatch):
    SeeingRuntime.replace(monkeypatch)
    views = (ContainerView(Container(0.0, 0.0, 9.0, 9.0, None), 0.5),)
    asked = []

    def see(overview, shape, pitch_mm, width):
        asked.append((overview.picture.shape, shape.height, pitch_mm, width))
        return views

    monkeypatch.setattr("detector.pipeline.view_containers", see)
    known = make_counts((320, 100), [THING], pitch_mm=(2.0, 4.0))
    assert Detector(bundle).detect(known).containers == views
    assert asked == [((13, 20), 100, 4.0, 320)]
    unknown = make_counts((320, 100), [THING])
    assert Detector(bundle).detect(unknown).containers == ()


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
        detector.detect(make_counts((32, 32), [THING], pitch_mm=(4.0, 4.0)))


def test_the_graph_has_its_operating_point_unless_another_is_stated(tmp_path):
    make_bundle(tmp_path / "bundle", {"dual": make_steady_graph()})
    bundle = read_bundle(tmp_path / "bundle")
    scan = make_counts((32, 32), [THING], pitch_mm=(4.0, 4.0))
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
