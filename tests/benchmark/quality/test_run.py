"""Scans measured, kept and judged together, and what is said and drawn of them."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import cv2
import numpy as np
import pytest

from benchmark.quality.chart import write_chart
from benchmark.quality.entry import QualityEntry, make_entry
from benchmark.quality.gate import load_gate
from benchmark.quality.history import read_history
from benchmark.quality.picture import write_picture
from benchmark.quality.report import NO_CONFORMANCE, to_json, to_text
from benchmark.quality.run import QualityOptions, run_quality
from data.errors import QualityError, ScanFileError
from data.formats import read_scan, write_scan
from data.quality import load_layout, measure_quality
from data.simulation import SCANNERS
from data.simulation.imaging.defects import Defect
from data.simulation.test_object import Mornings, Shot, write_mornings
from tests.benchmark.quality.entries import make_entry as make_up

LAYOUT = load_layout()
NOW = datetime(2026, 5, 1, tzinfo=UTC)
MORNINGS = 11


@pytest.fixture(scope="module")
def mornings(tmp_path_factory):
    """Eleven mornings of a small scanner; on the last one rows die and dose is lost."""
    out = tmp_path_factory.mktemp("mornings")
    wrong = tuple(Defect(kind=k, severity=2) for k in ("dead rows", "dose loss"))
    shot = Shot(SCANNERS[3], seed=1)
    plan = Mornings(shot, count=MORNINGS, defects=wrong, since=MORNINGS)
    write_mornings(LAYOUT, plan, out, progress=lambda *_: None)
    return out


@pytest.fixture(scope="module")
def run(mornings, tmp_path_factory):
    history = tmp_path_factory.mktemp("history") / "quality.jsonl"
    options = QualityOptions(LAYOUT, load_gate(), history)
    return run_quality([str(mornings)], options, now=NOW)


def test_healthy_mornings_pass_and_the_broken_one_fails(run):
    assert {failure.file for failure in run.failures} == {"2026-01-15.tiff"}
    assert {f.key for f in run.failures} >= {"high.dead_rows", "high.air_noise_percent"}
    assert not run.passed
    assert run.refused == ()


def test_the_trend_of_the_newest_scan_shows_the_lost_dose(run):
    keys = {signal.key for signal in run.signals}
    assert "high.air_noise_percent" in keys
    assert all(signal.usual.scans == MORNINGS - 1 for signal in run.signals)


def test_the_history_holds_every_scan_once(run, mornings):
    entries = read_history(run.options.history)
    assert [entry.file for entry in entries] == sorted(
        f.name for f in mornings.iterdir()
    )
    again = run_quality([str(mornings)], run.options, now=NOW)
    assert read_history(run.options.history) == entries
    assert list(again.history) == entries


def test_a_later_scan_is_held_against_the_history(run, mornings, tmp_path):
    alone = run_quality([str(mornings / "2026-01-15.tiff")], run.options, now=NOW)
    assert [str(f) for f in alone.failures] == [str(f) for f in run.failures]
    without = replace(run.options, history=tmp_path / "empty.jsonl")
    fresh = run_quality([str(mornings / "2026-01-15.tiff")], without, now=NOW)
    # Nothing to compare with: only what is absolute fails.
    assert {f.key for f in fresh.failures} == {"high.dead_rows"}


def test_without_history_or_gate_scans_are_only_measured(mornings, tmp_path):
    done = run_quality([str(mornings / "2026-01-05.tiff")], QualityOptions(LAYOUT))
    assert done.passed
    assert "Nothing was judged. Name a gate, such as --gate standard." in to_text(done)
    assert list(tmp_path.iterdir()) == []


def test_a_scan_that_cannot_be_measured_is_named_and_the_others_go_on(
    mornings, tmp_path
):
    (tmp_path / "bad.tiff").write_bytes(b"II*\0")
    blank = read_scan(mornings / "2026-01-05.tiff")
    write_scan(
        replace(blank, high=np.full_like(blank.high, 50000)), tmp_path / "blank.tiff"
    )
    told = []
    done = run_quality(
        [str(tmp_path), str(mornings / "2026-01-05.tiff")],
        QualityOptions(LAYOUT),
        progress=lambda *step: told.append(step),
    )
    assert [scan.path.name for scan in done.scans] == ["2026-01-05.tiff"]
    assert len(done.refused) == 2
    assert all(str(tmp_path) in line for line in done.refused)
    assert not done.passed
    assert told[-1] == (3, 3)


def test_nothing_measured_is_nothing_said(tmp_path):
    (tmp_path / "bad.tiff").write_bytes(b"II*\0")
    done = run_quality([str(tmp_path)], QualityOptions(LAYOUT))
    assert (to_text(done), done.series, done.signals) == ("", [], ())


def test_no_scans_at_all_is_an_error(tmp_path):
    with pytest.raises(ScanFileError):
        run_quality([str(tmp_path)], QualityOptions(LAYOUT))


def test_a_damaged_history_stops_it_before_anything_is_measured(mornings, tmp_path):
    path = tmp_path / "quality.jsonl"
    path.write_text("{}\n")
    told = []
    with pytest.raises(QualityError, match="Line 1"):
        run_quality(
            [str(mornings)],
            QualityOptions(LAYOUT, history=path),
            progress=lambda *step: told.append(step),
        )
    assert told == []


def test_the_words_name_figures_limits_trend_and_what_is_not_claimed(run):
    text = to_text(run)
    lines = text.splitlines()
    assert lines[0].endswith("2026-01-05.tiff: passed")
    assert "limits broken" not in lines[0]
    assert any("2026-01-15 06:00 UTC" in line for line in lines)
    assert any(line.startswith("penetration, steel") for line in lines)
    assert "Gate standard: failed" in lines
    assert any("(row" in line and "Have the array checked." in line for line in lines)
    assert lines[-1] == NO_CONFORMANCE
    assert "No conformance" in NO_CONFORMANCE


def test_the_json_holds_all_of_it(run):
    found = json.loads(to_json(run))
    assert found["conformance"] == "none claimed"
    assert found["passed"] is False
    assert len(found["scans"]) == MORNINGS
    last = found["scans"][-1]
    assert last["figures"]["high.dead_rows"] >= 1
    assert {r["kind"] for r in last["readings"]} == {"penetration", "contrast", "wire"}
    assert {f["file"] for f in found["failures"]} == {"2026-01-15.tiff"}
    assert found["signals"]


def test_an_entry_goes_by_the_counts_not_by_the_file(mornings, tmp_path):
    path = mornings / "2026-01-05.tiff"
    scan = read_scan(path)
    quality = measure_quality(scan, LAYOUT)
    entry = make_entry(scan, quality, LAYOUT, path, NOW)
    other = make_entry(scan, quality, LAYOUT, tmp_path / "copy.tiff", NOW)
    assert entry.identity == other.identity
    changed = np.array(scan.high)
    changed[0, 0] += 1
    third = make_entry(replace(scan, high=changed), quality, LAYOUT, path, NOW)
    assert third.identity != entry.identity


def test_a_scan_without_a_time_counts_from_when_it_is_measured(mornings):
    scan = read_scan(mornings / "2026-01-05.tiff")
    timeless = replace(scan, info=scan.info.model_copy(update={"acquired": None}))
    quality = measure_quality(scan, LAYOUT)
    entry = make_entry(timeless, quality, LAYOUT, mornings, NOW)
    assert (entry.acquired, entry.acquired_by) == (NOW, "measured")
    stated = make_entry(scan, quality, LAYOUT, mornings, NOW)
    assert (stated.acquired.day, stated.acquired_by) == (5, "scan")


def test_an_entry_survives_its_json(run):
    for entry in run.history:
        assert QualityEntry.model_validate_json(entry.model_dump_json()) == entry


@pytest.mark.parametrize("ending", ["png", "svg"])
def test_the_chart_is_the_same_every_time(run, tmp_path, ending):
    places = [tmp_path / f"{name}.{ending}" for name in "ab"]
    for place in places:
        write_chart(run.series, place, days=30, gate=run.options.gate)
    first, second = (place.read_bytes() for place in places)
    assert first == second
    assert len(first) > 10_000


def test_the_chart_of_one_scan_is_drawn_too(run, tmp_path):
    place = write_chart(run.series[:1], tmp_path / "one.png", days=30)
    assert np.asarray(cv2.imread(str(place))).std() > 5


def test_a_chart_has_a_panel_for_each_figure_that_was_measured(tmp_path):
    series = [make_up(day) for day in range(12)]
    place = write_chart(series, tmp_path / "few.svg", days=30)
    text = place.read_text()
    assert text.count('id="axes_') == 4  # one more is measured, but not watched


@pytest.mark.parametrize("step", [1, 9, 40, 130, 200, 400])
def test_dates_of_days_and_of_years_fit_into_a_chart(tmp_path, step):
    series = [make_up(day * step) for day in range(9)]
    assert write_chart(series, tmp_path / "long.png", days=30).is_file()


@pytest.mark.parametrize("name", ["trend.jpg", "trend"])
def test_a_chart_of_another_kind_is_refused(run, tmp_path, name):
    with pytest.raises(QualityError, match=r"end in \.png or \.svg"):
        write_chart(run.series, tmp_path / name, days=30)


def test_a_chart_of_nothing_is_refused(tmp_path):
    with pytest.raises(QualityError, match="no scan to draw"):
        write_chart([], tmp_path / "trend.png", days=30)


def test_the_picture_outlines_what_is_seen_and_what_is_not(run, tmp_path):
    place = write_picture(run.scans[0], run.options, tmp_path / "object.png")
    picture = np.asarray(cv2.imread(str(place))).reshape(-1, 3)
    for colour in ((60, 150, 20), (40, 40, 220), (200, 120, 20)):
        assert (picture == colour).all(axis=1).sum() > 200


def test_a_picture_of_another_kind_is_refused(run, tmp_path):
    with pytest.raises(QualityError, match=r"end in \.png"):
        write_picture(run.scans[0], run.options, tmp_path / "object.jpg")
