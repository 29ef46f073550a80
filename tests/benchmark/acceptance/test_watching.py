"""Scans and results are brought together week by week, and beside acceptance."""

import json
import os
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from benchmark.acceptance.accepting import accept_site
from benchmark.acceptance.drift_page import HEIGHT, draw_course, write_drift_page
from benchmark.acceptance.watching import WatchOptions, describe, watch_site
from benchmark.acceptance.weeks import Period, Sources, read_weeks
from data.errors import ResultError
from data.formats import find_scans, write_scan
from detector.batch import Reading, detect_files
from detector.bundle import read_bundle
from detector.operating_point import OperatingPoint
from detector.pipeline import Detector
from tests.benchmark.acceptance.pages import read_page
from tests.benchmark.acceptance.sites import make_picture, seal_site
from tests.detector.graphs import make_bundle
from tests.detector.seeing import SeeingRuntime, make_display, make_steady_graph

MONDAY = datetime(2026, 3, 30, 8, tzinfo=UTC)
"""Of the week 2026-W14."""


@pytest.fixture
def bundle(tmp_path):
    graphs = {"dual": make_steady_graph(), "display": make_steady_graph()}
    make_bundle(tmp_path / "bundle", graphs)
    return read_bundle(tmp_path / "bundle")


@pytest.fixture
def acceptance(tmp_path, bundle, monkeypatch):
    SeeingRuntime.replace(monkeypatch)
    return accept_site(
        seal_site(tmp_path), bundle, tmp_path / "out", progress=lambda *_: None
    )


def write_week(folder, count, *, acquired=MONDAY, start=1000, **how):
    """Clean scans of a day."""
    for number in range(count):
        scan = make_picture(start + number, **how)
        info = scan.info.model_copy(update={"acquired": acquired})
        write_scan(replace(scan, info=info), folder / f"s{start + number}.tiff")


def detect(folder, bundle, *, point=None):
    out = folder.parent / f"{folder.name}-results"
    detector = Detector(bundle, threads=1, operating_point=point)
    for outcome in detect_files(
        find_scans([folder]), detector, out, reading=Reading(), overlays=False
    ):
        assert outcome.error is None
    return Sources(out, [folder])


def test_scans_are_told_apart_by_the_week_that_they_say_they_were_made_in(
    tmp_path, bundle, acceptance
):
    folder = tmp_path / "live"
    write_week(folder, 3)
    write_week(folder, 2, acquired=datetime(2026, 4, 6, 1, tzinfo=UTC), start=2000)
    write_week(folder, 1, acquired=datetime(2024, 12, 30, tzinfo=UTC), start=3000)
    told = []
    traffic = read_weeks(
        detect(folder, bundle),
        acceptance,
        Period(),
        progress=lambda *done: told.append(done),
    )
    counts = {name: len(rows.alarms) for name, rows in traffic.weeks.items()}
    assert counts == {"2025-W01": 1, "2026-W14": 3, "2026-W15": 2}
    assert told[-1] == (6, 6)
    assert (traffic.undetected, traffic.other_kind, traffic.dated_by_file) == (0, 0, 0)


def test_days_that_are_given_make_one_stretch_of_time(tmp_path, bundle, acceptance):
    folder = tmp_path / "live"
    for day in (1, 2, 3, 4):
        acquired = datetime(2026, 4, day, 12, tzinfo=UTC)
        write_week(folder, 1, acquired=acquired, start=1000 * day)
    period = Period(date(2026, 4, 2), date(2026, 4, 3))
    traffic = read_weeks(detect(folder, bundle), acceptance, period)
    assert list(traffic.weeks) == ["2026-04-02 to 2026-04-03"]
    assert len(traffic.weeks["2026-04-02 to 2026-04-03"].alarms) == 2
    since = read_weeks(detect(folder, bundle), acceptance, Period(since=period.since))
    assert [len(rows.alarms) for rows in since.weeks.values()] == [3]
    assert list(since.weeks) == ["2026-04-02 to now"]
    assert Period(until=period.until).holds(date(1999, 1, 1))


def test_a_scan_that_does_not_say_when_is_dated_by_its_file(
    tmp_path, bundle, acceptance
):
    folder = tmp_path / "live"
    write_week(folder, 1, acquired=None)
    os.utime(folder / "s1000.tiff", (MONDAY.timestamp(),) * 2)
    traffic = read_weeks(detect(folder, bundle), acceptance, Period())
    assert list(traffic.weeks) == ["2026-W14"]
    assert traffic.dated_by_file == 1


def test_scans_without_results_of_other_kinds_and_damaged_ones_are_counted(
    tmp_path, bundle, acceptance
):
    folder = tmp_path / "live"
    write_week(folder, 3)
    write_scan(make_display((64, 32), pitch_mm=(4.0, 4.0)), folder / "picture.tiff")
    sources = detect(folder, bundle)
    write_week(folder, 1, start=2000)
    (folder / "s1001.tiff").write_bytes(b"damaged")
    watch = watch_site(sources, acceptance)
    assert watch.weeks[0].scans == 2
    assert watch.notes == (
        "1 scans have no results and are not compared.",
        "1 scans are not single and are not compared.",
        "1 scans could not be read and are not compared.",
    )


def test_results_of_another_bundle_or_operating_point_are_refused(
    tmp_path, bundle, acceptance
):
    folder = tmp_path / "live"
    write_week(folder, 1)
    other = OperatingPoint(name="night", threshold=0.6)
    with pytest.raises(ResultError, match="at the operating point night, but draft"):
        read_weeks(detect(folder, bundle, point=other), acceptance, Period())
    (tmp_path / "b2").mkdir()
    make_bundle(tmp_path / "b2", {"dual": make_steady_graph()}, version="2")
    sources = detect(folder, read_bundle(tmp_path / "b2"))
    with pytest.raises(ResultError, match="was accepted"):
        read_weeks(sources, acceptance, Period())


def test_without_results_or_scans_of_the_period_it_is_said_what_to_give(
    tmp_path, bundle, acceptance
):
    folder = tmp_path / "live"
    write_week(folder, 1)
    with pytest.raises(ResultError, match="has results of none of 1 scans"):
        read_weeks(Sources(tmp_path / "none", [folder]), acceptance, Period())
    options = WatchOptions(Period(since=date(2027, 1, 1)))
    with pytest.raises(ResultError, match="lies in this period"):
        watch_site(detect(folder, bundle), acceptance, options=options)


@pytest.fixture
def watch(tmp_path, bundle, acceptance):
    """A week as at acceptance, and one with five times the noise."""
    folder = tmp_path / "live"
    write_week(folder, 60)
    after = datetime(2026, 4, 7, tzinfo=UTC)
    write_week(folder, 60, acquired=after, start=2000, noise=0.01)
    return watch_site(detect(folder, bundle), acceptance)


def test_a_noisy_week_is_found_and_the_week_before_is_not(watch):
    noise = [next(f for f in week.figures if f.key == "noise") for week in watch.weeks]
    assert [figure.answer for figure in noise] == ["steady", "drifted"]
    assert noise[1].shift == pytest.approx(4.0, abs=0.6)
    assert watch.exit_code == 1
    assert "DRIFTED in noise in air" in watch.weeks[1].sentence
    assert describe(noise[1]) in watch.as_text()
    assert "Look after the source" in watch.as_text()


def test_one_week_that_drifted_outweighs_one_that_cannot_be_told(watch):
    steady, drifted = watch.weeks
    few = replace(steady, answer="too few")
    assert replace(watch, weeks=(few, drifted)).exit_code == 1
    assert replace(watch, weeks=(few, replace(steady, answer="steady"))).exit_code == 3
    assert replace(watch, weeks=(replace(steady, answer="steady"),)).exit_code == 0


def test_the_figures_are_strict_json(watch):
    def refuse(word):
        raise AssertionError(word)

    content = json.loads(watch.as_json(), parse_constant=refuse)
    assert [week["name"] for week in content["weeks"]] == ["2026-W14", "2026-W15"]
    assert content["weeks"][1]["answer"] == "drifted"
    assert content["acceptance"] == watch.seal


def test_the_page_shows_every_week_and_figure(tmp_path, watch):
    write_drift_page(watch, tmp_path / "drift.html")
    page = read_page(tmp_path / "drift.html")
    for part in ("2026-W14", "2026-W15", "Kingston, lane <2>", "noise in air"):
        assert part in page.text
    assert page.tags["svg"] == len(watch.weeks[-1].figures)
    assert "#a51414" in page.fills


def test_dots_lie_where_shifts_are_and_never_outside_of_the_drawing(watch):
    course = draw_course(watch.weeks, "noise")
    assert [dot.x for dot in course.dots] == sorted(dot.x for dot in course.dots)
    assert course.dots[1].y < course.top < course.dots[0].y
    assert all(0 < dot.y < HEIGHT for dot in course.dots)
    single = draw_course(watch.weeks[:1], "air")
    assert len(single.dots) == 1
