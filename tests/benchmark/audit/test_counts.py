"""Tests of the tables and the charts of an audit."""

from dataclasses import replace

import pytest

from benchmark.audit.charts import draw_charts
from benchmark.audit.counts import tabulate
from tests.benchmark.audit.readings import BOX, make_entry, make_reading

HARMLESS = replace(BOX, label="harmless", kind=None)


def made():
    return [
        make_reading(make_entry("a"), boxes=[BOX, replace(BOX, kind="rifle")], day=1),
        make_reading(
            make_entry("b"),
            boxes=[replace(BOX, origin="confirmed", weak=True), HARMLESS],
            weak=True,
            day=2,
        ),
        make_reading(make_entry("c", "held-out"), origin="search", scanner="<S2>"),
        make_reading(make_entry("d", None), scanner=None, quality={"noise": 0.03}),
        replace(make_reading(make_entry("e")), problem="damaged"),
    ]


@pytest.fixture
def tables():
    return {table.key: table for table in tabulate(made())}


def test_parts_count_scans_that_can_be_read(tables):
    assert tables["parts"].rows == (
        ("train", "2", "2", "–", "3", "–", "1"),  # noqa: RUF001 - an en dash
        ("held-out", "1", "–", "1", "–", "–", "–"),  # noqa: RUF001
        ("no part", "1", "–", "1", "–", "–", "–"),  # noqa: RUF001
    )


def test_labels_and_kinds_are_counted_the_most_frequent_first(tables):
    assert [(row[0], row[-1]) for row in tables["labels"].rows] == [
        ("firearm", "3"),
        ("harmless", "1"),
    ]
    assert [row[0] for row in tables["kinds"].rows] == [
        "firearm: pistol",
        "firearm: rifle",
        "harmless: not stated",
    ]


def test_origins_say_who_and_how_firmly(tables):
    rows = {row[0]: row[1:3] for row in tables["origins"].rows}
    assert rows["confirmed"] == ("–", "1")  # noqa: RUF001
    assert rows["not stated"] == ("3", "–")  # noqa: RUF001
    assert rows["search: nothing there"] == ("1", "–")  # noqa: RUF001


def test_scanners_are_counted_and_measured(tables):
    assert {row[0]: row[-2:] for row in tables["scanners"].rows} == {
        "S1": ("–", "3"),  # noqa: RUF001
        "<S2>": ("1", "–"),  # noqa: RUF001
        "unknown scanner": ("1", "–"),  # noqa: RUF001
    }
    noise = tables["quality"].head.index("noise in air, %")
    assert {row[0]: row[noise] for row in tables["quality"].rows} == {
        "<S2>": "1.00",
        "S1": "1.00",
        "unknown scanner": "3.00",
    }


def test_charts_have_a_row_for_each_kind_and_escape_names():
    charts = dict(draw_charts(made()))
    sizes = charts["Sizes of firearms by kind"]
    assert "pistol (2)" in sizes
    assert "rifle (1)" in sizes
    noise = charts["Noise in air by scanner"]
    assert "&lt;S2&gt; (1)" in noise
    assert "<S2>" not in noise
    assert "Air level over time: S1" in charts


def test_nothing_is_drawn_of_nothing():
    display = [
        make_reading(make_entry("a"), opaque=None, boxes=[replace(BOX, size_mm=None)])
    ]
    assert [title for title, _ in draw_charts(display)] == ["Noise in air by scanner"]
