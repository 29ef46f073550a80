"""Tests of a bundle that looks beside the one in service."""

import shutil

import numpy as np
import pytest

from cargosight.detecting import DetectOptions, detect_scans
from data.errors import BundleError, ResultError, TrustError
from data.formats import write_scan
from detector.bundle import read_bundle
from detector.results import read_result, read_shadow_result
from detector.switching import Trust
from detector.trust.keys import make_keys
from tests.detector.graphs import make_bundle, make_graph
from tests.detector.seeing import (
    THING,
    make_counts,
    make_display,
    make_steady_graph,
)
from tests.detector.test_switching import accepted, make_signed


@pytest.fixture
def champion(tmp_path):
    """A bundle that finds one thing in scans of 32 px, with a score of 0.75."""
    make_bundle(tmp_path / "champion", {"dual": make_steady_graph()})
    return tmp_path / "champion"


@pytest.fixture
def scans(tmp_path):
    """Three scans in a folder."""
    for name in ("a", "b", "c"):
        write_scan(make_counts((32, 32), [THING]), tmp_path / "scans" / f"{name}.tiff")
    return tmp_path / "scans"


def make_candidate(root, score=0.75, **changes):
    make_bundle(root, {"dual": make_steady_graph(score)}, name="next", **changes)
    return root


def detect(scans, out, **options):
    usual = {"allow_unsigned": True, "pitch_mm": 4.0, "threads": 1}
    return detect_scans(
        [scans], out, DetectOptions(**(usual | options)), progress=lambda *_: None
    )


def list_files(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def drop_time(files):
    """Files without the seconds that a detection took."""
    lines = {name: text.splitlines() for name, text in files.items()}
    return {
        name: [line for line in each if b"elapsed_s" not in line]
        for name, each in lines.items()
    }


def test_a_shadow_changes_nothing_of_what_counts(scans, champion, tmp_path):
    alone = detect(scans, tmp_path / "alone", bundle=champion)
    candidate = make_candidate(tmp_path / "next", 0.1)
    beside = detect(scans, tmp_path / "beside", bundle=champion, shadow=candidate)
    counted = {
        name: text
        for name, text in list_files(tmp_path / "beside").items()
        if not name.startswith("shadow/")
    }
    assert drop_time(counted) == drop_time(list_files(tmp_path / "alone"))
    figures = (alone.as_dict(), beside.as_dict())
    for name in ("scans", "with_alarms", "alarms", "failed", "bundle"):
        assert figures[0][name] == figures[1][name]
    assert "shadow" not in figures[0]
    assert sorted(list_files(tmp_path / "beside" / "shadow")) == [
        "a.tiff.json",
        "b.tiff.json",
        "c.tiff.json",
    ]


def test_its_file_says_what_it_is_and_has_alarms_of_its_own(scans, champion, tmp_path):
    candidate = make_candidate(tmp_path / "next", 0.1)
    out = tmp_path / "out"
    detect(scans, out, bundle=champion, shadow=candidate, threshold=0.05)
    found = read_shadow_result(out / "shadow" / "a.tiff.json")
    assert found.bundle.sha256 == read_bundle(candidate).sha256
    assert found.champion.sha256 == read_bundle(champion).sha256
    assert "shown to nobody" in found.note
    assert "not signed" in found.note
    assert [each.alarm for each in found.detections] == [False]  # its point is 0.25
    assert read_result(out / "a.tiff.json").detections[0].alarm
    with pytest.raises(ResultError):
        read_result(out / "shadow" / "a.tiff.json")
    with pytest.raises(ResultError):
        read_shadow_result(out / "a.tiff.json")


def test_a_summary_says_how_often_the_two_disagreed(scans, champion, tmp_path):
    quiet = make_candidate(tmp_path / "quiet", 0.1)
    same = make_candidate(tmp_path / "same", 0.9)
    write_scan(make_counts((200, 32), [THING]), scans / "d.tiff")
    told = detect(scans, tmp_path / "o1", bundle=champion, shadow=quiet)
    counts = told.as_dict()["shadow"]
    assert (counts["scans"], counts["disagreed"]) == (4, 4)
    assert (counts["candidate_alone"], counts["champion_alone"]) == (0, 4)
    assert counts["signed_by"] is None
    assert "disagreed on 4 of 4 scans" in told.sentence()
    assert "unsigned" in told.sentence()
    told = detect(scans, tmp_path / "o2", bundle=champion, shadow=same)
    assert told.as_dict()["shadow"]["disagreed"] == 0
    told = detect(scans, tmp_path / "o3", bundle=quiet, shadow=champion)
    assert told.as_dict()["shadow"]["candidate_alone"] == 4
    assert told.as_dict()["alarms"] == 0


def test_alarms_elsewhere_are_a_disagreement_of_both(scans, champion, tmp_path):
    rows = [[[-120, 22, 30, 31, 0.9, 0], [0, 0, 0, 0, 0, 0]]]
    make_bundle(
        tmp_path / "next", {"dual": make_graph(answer=np.array(rows, np.float32))}
    )
    told = detect(scans, tmp_path / "o", bundle=champion, shadow=tmp_path / "next")
    counts = told.as_dict()["shadow"]
    assert (counts["candidate_alone"], counts["champion_alone"]) == (3, 3)
    assert counts["disagreed"] == 3


def test_what_fails_in_shadow_fails_nowhere_else(scans, tmp_path):
    make_bundle(
        tmp_path / "both",
        {"dual": make_steady_graph(), "display": make_steady_graph(0.0)},
    )
    write_scan(make_display((32, 32)), scans / "e.tiff")
    candidate = make_candidate(tmp_path / "next")
    out = tmp_path / "out"
    (out / "shadow").mkdir(parents=True)
    (out / "shadow" / "e.tiff.json").write_text("of an earlier shadow")
    told = detect(scans, out, bundle=tmp_path / "both", shadow=candidate)
    assert told.failures == []
    (failure,) = told.as_dict()["shadow"]["failed"]
    assert "no graph for display" in failure
    assert "failed on 1" in told.sentence()
    assert not (out / "shadow" / "e.tiff.json").exists()


def test_where_the_champion_fails_no_old_shadow_stays(scans, champion, tmp_path):
    candidate = make_candidate(tmp_path / "next")
    out = tmp_path / "out"
    detect(scans, out, bundle=champion, shadow=candidate)
    (scans / "b.tiff").write_bytes(b"II*\0")
    told = detect(scans, out, bundle=champion, shadow=candidate)
    assert len(told.failures) == 1
    assert sorted(list_files(out / "shadow")) == ["a.tiff.json", "c.tiff.json"]
    assert told.as_dict()["shadow"]["scans"] == 2


def test_trust_rules_hold_but_for_being_unsigned(scans, tmp_path):
    make_keys(tmp_path / "port")
    (tmp_path / "trust").mkdir()
    shutil.copy(tmp_path / "port.pem", tmp_path / "trust")
    champion = make_signed(tmp_path, 3)
    strict = {"trust": tmp_path / "trust", "allow_unsigned": False}
    candidate = make_candidate(tmp_path / "next")
    told = detect(scans, tmp_path / "o", bundle=champion, shadow=candidate, **strict)
    assert told.as_dict()["shadow"]["scans"] == 3
    (candidate / "model.sig").write_text("{}")
    with pytest.raises(TrustError):
        detect(scans, tmp_path / "o2", bundle=champion, shadow=candidate, **strict)
    assert not (tmp_path / "o2").exists()
    newer = make_signed(tmp_path, 9)
    detect(scans, tmp_path / "o3", bundle=champion, shadow=newer, **strict)
    assert accepted(Trust(tmp_path / "trust")) == 3  # a shadow forbids no champion
    found = read_shadow_result(tmp_path / "o3" / "shadow" / "a.tiff.json")
    assert "not signed" not in found.note


def test_a_shadow_that_is_none_and_scans_in_its_place_are_refused(
    scans, champion, tmp_path
):
    with pytest.raises(BundleError):
        detect(scans, tmp_path / "o", bundle=champion, shadow=tmp_path / "nothing")
    shutil.copytree(scans, scans / "shadow")
    candidate = make_candidate(tmp_path / "next")
    with pytest.raises(ResultError, match="among those of --shadow"):
        detect(scans, tmp_path / "o", bundle=champion, shadow=candidate)
    assert not (tmp_path / "o").exists()
    assert detect(scans, tmp_path / "o", bundle=champion).as_dict()["scans"] == 6
