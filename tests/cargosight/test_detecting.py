"""Tests of the flow behind `cargosight detect`."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath

import pytest

from cargosight.detecting import DetectOptions, Summary, detect_scans
from data.errors import BundleError, DeviceError, ResultError, ScanFileError
from data.formats import write_scan
from data.formats.listing import ScanFile
from detector.batch import Outcome
from detector.bundle import read_bundle
from detector.results import read_result
from detector.trust.keys import make_keys
from detector.trust.signing import sign_folder
from tests.detector.graphs import make_bundle
from tests.detector.seeing import THING, make_counts, make_steady_graph


@pytest.fixture
def bundle(tmp_path):
    """A bundle that finds one thing, with a score of 0.75, in scans of 32 px."""
    make_bundle(tmp_path / "bundle", {"dual": make_steady_graph()})
    return tmp_path / "bundle"


@pytest.fixture
def scans(tmp_path):
    """Three scans in a folder."""
    for name in ("a", "b", "c"):
        write_scan(make_counts((32, 32), [THING]), tmp_path / "scans" / f"{name}.tiff")
    return tmp_path / "scans"


def detect(scans, out, **options):
    told = []
    summary = detect_scans(
        [scans],
        out,
        DetectOptions(**({"allow_unsigned": True} | options)),
        progress=lambda *step: told.append(step),
    )
    return summary, told


def test_a_summary_counts_what_became_of_the_scans(scans, bundle, tmp_path):
    (scans / "b.tiff").write_bytes(b"II*\0")
    out = tmp_path / "out"
    summary, told = detect(scans, out, bundle=bundle, pitch_mm=4.0, threads=1)
    assert told == [("detecting", done, 3) for done in (1, 2, 3)]
    figures = summary.as_dict()
    assert (figures["scans"], figures["with_alarms"], figures["alarms"]) == (3, 2, 2)
    assert figures["failed"] == [str(scans / "b.tiff")]
    (failure,) = summary.failures
    assert failure.startswith(str(scans / "b.tiff"))
    sentence = summary.sentence()
    assert sentence.startswith("3 scans, 2 with alarms, 1 failed, ")
    assert str(summary.out) in sentence


def test_the_bundle_that_ships_is_taken_where_none_is_named(
    scans, bundle, tmp_path, monkeypatch
):
    monkeypatch.setattr("cargosight.detecting.default_bundle_path", lambda: bundle)
    summary, _ = detect(scans, tmp_path / "out", pitch_mm=4.0, allow_unsigned=False)
    assert summary.as_dict()["alarms"] == 3
    text = (tmp_path / "out" / "a.tiff.json").read_text()
    assert read_bundle(bundle).sha256 in text


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"bundle": "missing"}, BundleError),
        ({"device": "abacus"}, DeviceError),
        ({"threshold": float("nan")}, ResultError),
        ({"least_score": float("nan")}, ResultError),
        ({"pitch_mm": float("inf")}, ResultError),
    ],
)
def test_nothing_is_written_where_nothing_can_be_done(
    scans, bundle, tmp_path, options, error
):
    given = {"bundle": bundle} | options
    if options.get("bundle"):
        given["bundle"] = tmp_path / options["bundle"]
    with pytest.raises(error):
        detect(scans, tmp_path / "out", **given)
    assert not (tmp_path / "out").exists()


@pytest.fixture
def trust(tmp_path):
    """A station's folder that pins one key, which lies beside it."""
    make_keys(tmp_path / "port")
    (tmp_path / "trust").mkdir()
    shutil.copy(tmp_path / "port.pem", tmp_path / "trust")
    return tmp_path / "trust"


def sign(bundle, tmp_path, counter):
    make_bundle(
        bundle,
        {"dual": make_steady_graph()},
        status="signed",
        not_after=datetime.now(UTC) + timedelta(days=1),
        counter=counter,
    )
    return sign_folder(bundle, tmp_path / "port.key")


def test_a_signed_bundle_runs_and_results_say_who_signed(
    scans, bundle, trust, tmp_path
):
    key = sign(bundle, tmp_path, 2)
    options = {"bundle": bundle, "trust": trust, "allow_unsigned": False}
    summary, _ = detect(scans, tmp_path / "out", pitch_mm=4.0, **options)
    figures = summary.as_dict()
    assert (figures["bundle"], figures["signed_by"]) == ("test", key.name)
    assert "unsigned" not in summary.sentence()
    result = read_result(tmp_path / "out" / "a.tiff.json")
    assert result.bundle.signed_by == key.name
    sign(bundle, tmp_path, 1)
    with pytest.raises(BundleError, match="older"):
        detect(scans, tmp_path / "more", **options)
    assert not (tmp_path / "more").exists()


def test_an_unsigned_bundle_is_said_to_be_one(scans, bundle, trust, tmp_path):
    with pytest.raises(BundleError, match="is not signed"):
        detect(
            scans, tmp_path / "out", bundle=bundle, trust=trust, allow_unsigned=False
        )
    summary, _ = detect(
        scans, tmp_path / "out", bundle=bundle, trust=trust, pitch_mm=4.0
    )
    assert summary.as_dict()["signed_by"] is None
    assert "by an unsigned bundle" in summary.sentence()
    assert read_result(tmp_path / "out" / "a.tiff.json").bundle.signed_by is None


def test_a_wrong_signature_does_not_pass_for_none(scans, bundle, trust, tmp_path):
    (bundle / "model.sig").write_text("{}")
    with pytest.raises(BundleError, match="not in the form"):
        detect(scans, tmp_path / "out", bundle=bundle, trust=trust)


def test_arguments_are_looked_at_before_the_bundle(tmp_path):
    with pytest.raises(ScanFileError):
        detect(f"{tmp_path}/*.missing", tmp_path / "out", bundle=tmp_path / "none")


def test_a_summary_of_nothing_divides_by_nothing(tmp_path, bundle):
    figures = Summary((), tmp_path, read_bundle(bundle), 0.0).as_dict()
    assert (figures["scans"], figures["scans_per_second"]) == (0, 0)


def test_failed_files_count_as_scans_but_not_as_seconds_of_detection(tmp_path, bundle):
    file = ScanFile(tmp_path / "a", "a")  # type: ignore[arg-type]
    outcomes = (Outcome(file, 2, 0.5), Outcome(file, 0, 0.25), Outcome(file, error="x"))
    figures = Summary(outcomes, tmp_path, read_bundle(bundle), 2.0).as_dict()
    assert (figures["alarms"], figures["with_alarms"]) == (2, 1)
    assert figures["detect_seconds"] == 0.75
    assert figures["scans_per_second"] == 1.5


def test_scans_in_which_much_could_not_be_seen_are_said_first(bundle, tmp_path):
    file = ScanFile(tmp_path / "a.tiff", PurePosixPath("a.tiff"))
    outcomes = (Outcome(file, 3, 0.1, blank=True), Outcome(file, 0, 0.1))
    summary = Summary(outcomes, tmp_path, read_bundle(bundle), 1.0)
    assert summary.as_dict()["much_unseen"] == 1
    assert summary.sentence().startswith("much could not be seen in 1 of 2 scans; 2 ")
    calm = Summary(outcomes[1:], tmp_path, read_bundle(bundle), 1.0)
    assert calm.sentence().startswith("1 scans, 0 with alarms")
