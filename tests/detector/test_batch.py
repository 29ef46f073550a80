"""Tests of many files: results mirror their paths, and no bad file stops the others."""

import json
from pathlib import PurePosixPath

import cv2
import numpy as np
import pytest

from data.errors import BundleError, DeviceError, ScanFileError
from data.formats import find_scans, write_scan
from data.formats.listing import ScanFile
from data.scan import ScanInfo
from detector import batch
from detector.batch import Reading, as_result, detect_files, make_overlay
from detector.blanks import leads, list_blanks
from detector.bundle import read_bundle
from detector.pipeline import Detector
from detector.results import read_result
from tests.detector.graphs import make_bundle
from tests.detector.seeing import (
    THING,
    make_counts,
    make_display,
    make_steady_graph,
)


@pytest.fixture
def detector(tmp_path):
    """It finds THING in every scan of counts of 32 px that shows anything."""
    make_bundle(tmp_path / "bundle", {"dual": make_steady_graph()})
    return Detector(read_bundle(tmp_path / "bundle"), threads=1)


@pytest.fixture
def scans(tmp_path):
    """A folder with a.tiff, deep/b.tiff and deep/c.tiff."""
    folder = tmp_path / "scans"
    for name in ("a", "deep/b", "deep/c"):
        write_scan(make_thing(), folder / f"{name}.tiff")
    return folder


def make_thing(pitch=(4.0, 4.0), size=(32, 32)):
    return make_counts(size, [THING], pitch_mm=pitch)


def detect(detector, folder, out, **more):
    files = find_scans([folder])
    return list(detect_files(files, detector, out, reading=Reading(), **more))


def names(folder):
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file()
    )


def test_results_mirror_the_paths_of_the_scans(detector, scans, tmp_path):
    outcomes = detect(detector, scans, tmp_path / "out")
    assert names(tmp_path / "out") == [
        f"{scan}.tiff.{ending}"
        for scan in ("a", "deep/b", "deep/c")
        for ending in ("json", "png")
    ]
    assert [str(outcome.file.name) for outcome in outcomes] == [
        "a.tiff",
        "deep/b.tiff",
        "deep/c.tiff",
    ]
    assert all(o.error is None and o.alarms == 1 for o in outcomes)
    assert all(outcome.elapsed_s > 0 for outcome in outcomes)


def test_a_result_is_written_as_the_design_has_it(detector, scans, tmp_path):
    detect(detector, scans, tmp_path / "out")
    result = json.loads((tmp_path / "out" / "deep" / "b.tiff.json").read_text())
    assert result.pop("elapsed_s") > 0
    assert result == {
        "scan": "deep/b.tiff",
        "width": 32,
        "height": 32,
        "opaque_fraction": 0.0,
        "bundle": {"name": "test", "sha256": detector.bundle.sha256, "signed_by": None},
        "operating_point": "draft",
        "not_inspected": [],
        "opaque_regions": [],
        "containers": [],
        "detections": [
            {
                "box": [0.0, 6.0, 20.0, 16.0],
                "score": 0.75,
                "label": "firearm",
                "alarm": True,
                "container": None,
            }
        ],
    }


def test_overlays_are_optional(detector, scans, tmp_path):
    detect(detector, scans, tmp_path / "out", overlays=False)
    assert names(tmp_path / "out") == [
        "a.tiff.json",
        "deep/b.tiff.json",
        "deep/c.tiff.json",
    ]


def test_results_beside_the_scans_are_not_taken_for_scans(detector, scans):
    detect(detector, scans, scans)
    outcomes = detect(detector, scans, scans)
    assert [str(outcome.file.name) for outcome in outcomes] == [
        "a.tiff",
        "deep/b.tiff",
        "deep/c.tiff",
    ]


def test_a_damaged_file_is_named_and_the_others_are_done(detector, scans, tmp_path):
    bad = scans / "deep" / "b.tiff"
    bad.write_bytes(bad.read_bytes()[:100])
    outcomes = detect(detector, scans, tmp_path / "out")
    assert [outcome.error is None for outcome in outcomes] == [True, False, True]
    (line,) = str(outcomes[1].error).splitlines()
    assert line.startswith(str(bad))
    assert names(tmp_path / "out") == [
        "a.tiff.json",
        "a.tiff.png",
        "deep/c.tiff.json",
        "deep/c.tiff.png",
    ]


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        cv2.error("OpenCV(5.0) resize.cpp:1: error: (-215)\nAssertion failed\n"),
        ValueError("not\nforeseen"),
        RuntimeError(),
        OSError(28, "No space left on device", "out/b.tiff.json"),
        BundleError("The graph failed on 1 tiles."),
    ],
    ids=lambda error: type(error).__name__,
)
def test_whatever_befalls_one_file_is_said_in_one_line_that_names_it(
    detector, scans, tmp_path, monkeypatch, error
):
    def fail_on_second(scan):
        calls.append(scan)
        if len(calls) == 2:
            raise error
        return really(scan)

    calls: list[object] = []
    really = detector.detect
    monkeypatch.setattr(Detector, "detect", lambda _, scan: fail_on_second(scan))
    outcomes = detect(detector, scans, tmp_path / "out")
    assert [outcome.error is None for outcome in outcomes] == [True, False, True]
    (line,) = str(outcomes[1].error).splitlines()
    assert str(scans / "deep" / "b.tiff") in line
    assert line.endswith((".", "Report it."))
    assert not (tmp_path / "out" / "deep" / "b.tiff.json").exists()


def test_a_scan_that_the_bundle_has_no_graph_for_is_named(detector, scans, tmp_path):
    write_scan(make_display((32, 32)), scans / "rendered.tiff")
    outcomes = detect(detector, scans, tmp_path / "out")
    (line,) = [outcome.error for outcome in outcomes if outcome.error]
    assert str(scans / "rendered.tiff") in line
    assert "no graph for display scans" in line


def test_a_class_without_a_label_is_an_error_of_the_bundle(scans, tmp_path):
    make_bundle(tmp_path / "bundle", {"dual": make_steady_graph(label=3)})
    detector = Detector(read_bundle(tmp_path / "bundle"))
    outcomes = detect(detector, scans, tmp_path / "out")
    assert all("answered with class 3" in str(outcome.error) for outcome in outcomes)
    assert not (tmp_path / "out").exists()


def test_a_device_that_is_not_there_stops_all_at_once(scans, tmp_path):
    make_bundle(tmp_path / "bundle")
    detector = Detector(read_bundle(tmp_path / "bundle"), device="abacus")
    with pytest.raises(DeviceError):
        detect(detector, scans, tmp_path / "out")


def test_an_interruption_leaves_whole_files_only(
    detector, scans, tmp_path, monkeypatch
):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(batch, "write_result", interrupt)
    with pytest.raises(KeyboardInterrupt):
        detect(detector, scans, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_an_overlay_that_cannot_be_made_is_an_error_and_leaves_no_result(
    detector, scans, tmp_path, monkeypatch
):
    monkeypatch.setattr(cv2, "imencode", lambda *_: (False, None))
    outcomes = detect(detector, scans, tmp_path / "out")
    for outcome in outcomes:
        assert f"{outcome.file.path}: Its overlay cannot" in str(outcome.error)
    assert not (tmp_path / "out").exists()


def test_results_that_cannot_be_written_are_named(detector, scans, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "deep").write_text("in the way")
    outcomes = detect(detector, scans, tmp_path / "out")
    assert [outcome.error is None for outcome in outcomes] == [True, False, False]
    assert str(scans / "deep" / "b.tiff") in str(outcomes[1].error)


def test_the_alarm_on_file_is_the_alarm_on_the_picture(scans, tmp_path):
    # 0.7 as a score is the float32 0.69999999; as a threshold it is 0.7.
    graph = make_steady_graph(score=0.7)
    manifest = make_bundle(tmp_path / "bundle", {"dual": graph})
    entry = manifest.graphs["dual"]
    point = entry.operating_points[0].model_copy(update={"threshold": 0.7})
    entry = entry.model_copy(update={"operating_points": (point,)})
    changed = manifest.model_copy(update={"graphs": {"dual": entry}})
    (tmp_path / "bundle" / "manifest.json").write_text(changed.model_dump_json())
    detector = Detector(read_bundle(tmp_path / "bundle"))
    outcomes = detect(detector, scans, tmp_path / "out")
    result = read_result(tmp_path / "out" / "a.tiff.json")
    assert [found.alarm for found in result.detections] == [True]
    assert outcomes[0].alarms == 1


def test_a_result_gives_alarm_by_alarm_what_was_found(detector):
    scan = make_thing()
    findings = detector.detect(scan)
    result = as_result(scan, findings, detector.bundle, "x.tiff")
    assert result.scan == "x.tiff"
    np.testing.assert_array_equal(result.boxes("firearm"), findings.detections.boxes)
    assert result.opaque_fraction == findings.opaque_fraction


def test_an_overlay_shows_the_scan_the_alarm_and_a_caption(detector):
    scan = make_thing(size=(320, 320))
    findings = detector.detect(scan)
    picture = make_overlay(scan, findings, detector.bundle)
    assert picture.dtype == np.uint8
    assert picture.shape[0] > 320
    assert picture.shape[1:] == (320, 3)
    silent = make_overlay(
        scan, detector.detect(make_thing(size=(1, 1))), detector.bundle
    )
    assert (picture[:320] != silent[:320]).any()


def test_the_caption_says_what_is_estimated_and_what_was_not_inspected(detector):
    scan = make_counts((32, 32), [(0, 0, 32, 16)], pitch_mm=(4.0, 4.0))
    dark = np.full((32, 32), 200, np.uint16)
    info = scan.info.model_copy(update={"air_source": "estimated"})
    scan = type(scan)(high=dark, low=dark, air=scan.air, dark=scan.dark, info=info)
    findings = detector.detect(scan)
    assert any("100%" in blank and "opaque" in blank for blank in list_blanks(findings))
    assert leads(findings)  # it is a warning and comes first
    notes = batch._notes(scan, findings)  # noqa: SLF001 - drawn, they are pixels
    assert not any("opaque" in note for note in notes)
    assert any("air level estimated" in note for note in notes)
    assert batch._notes(make_thing(), detector.detect(make_thing())) == ()  # noqa: SLF001


def test_a_stated_pitch_serves_scans_that_have_none(tmp_path):
    for pitch in (None, (4.0, 4.5)):
        write_scan(make_counts((8, 8), pitch_mm=pitch), tmp_path / "a.tiff")
        info = Reading(pitch_mm=5.0).read(tmp_path / "a.tiff").info
        untouched = Reading().read(tmp_path / "a.tiff").info
        if pitch is None:
            assert (info.pitch_mm, info.pitch_source) == ((5.0, 5.0), "user")
            assert untouched.pitch_mm is None
        else:
            assert (info.pitch_mm, info.pitch_source) == (pitch, "file")
        assert isinstance(info, ScanInfo)


def test_a_file_that_is_missing_by_now_is_named(detector, tmp_path):
    file = ScanFile(tmp_path / "gone.tiff", PurePosixPath("gone.tiff"))
    with pytest.raises(ScanFileError):
        Reading().read(file.path)
    (outcome,) = detect_files([file], detector, tmp_path / "out", reading=Reading())
    assert str(file.path) in str(outcome.error)


def test_a_file_that_fails_now_keeps_no_earlier_result(detector, scans, tmp_path):
    detect(detector, scans, tmp_path / "out")
    (scans / "a.tiff").write_bytes(b"II*\0 no more a scan")

    outcomes = detect(detector, scans, tmp_path / "out")

    assert outcomes[0].error is not None
    assert not any(name.startswith("a.tiff") for name in names(tmp_path / "out"))


def test_no_overlay_of_an_earlier_detection_is_left(detector, scans, tmp_path):
    detect(detector, scans, tmp_path / "out")
    detect(detector, scans, tmp_path / "out", overlays=False)
    assert all(name.endswith(".json") for name in names(tmp_path / "out"))
