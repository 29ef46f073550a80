"""Tests of hit rates."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.statistics import wilson_interval
from station.supervised.rates import ToldTest, bound, rate, rate_months, rate_operators


def make_test(operator, *, hit=True, flagged=False, month=1):
    return ToldTest(
        id="a",
        scan="b",
        inspection="c",
        thing="pistol/one",
        box=(0.0, 0.0, 1.0, 1.0),
        flagged=flagged,
        hit=hit,
        operator=operator,
        told=datetime(2026, month, 3, tzinfo=UTC),
    )


def test_the_interval_is_that_of_wilson():
    found = rate("p-1", [make_test("p-1", hit=number < 9) for number in range(10)])
    assert (found.tests, found.found, found.share) == (10, 9, 0.9)
    assert found.low == pytest.approx(0.5958, abs=1e-4)
    assert found.high == pytest.approx(0.9821, abs=1e-4)


@given(tests=st.integers(0, 2000), share=st.floats(0, 1))
def test_the_interval_is_the_one_that_bundles_are_measured_with(tests, share):
    found = round(share * tests)
    theirs = [float(end) for end in wilson_interval(found, tests)]
    assert bound(found, tests) == pytest.approx(theirs, abs=1e-12)


def test_of_no_tests_nothing_is_known():
    found = rate("all", [])
    assert (found.tests, found.share, found.low, found.high) == (0, 0, 0, 1)


def test_operators_are_told_apart_and_the_forgotten_ones_come_last():
    tests = [make_test(None), make_test("p-2", hit=False), make_test("p-1")] * 2
    found = rate_operators(tests)
    assert [(each.name, each.found, each.tests) for each in found] == [
        ("p-1", 2, 2),
        ("p-2", 0, 2),
        (None, 2, 2),
    ]


def test_months_come_in_their_order():
    tests = [make_test("p-1", month=month) for month in (3, 1, 3)]
    found = rate_months(tests)
    assert [(each.name, each.tests) for each in found] == [
        ("2026-01", 1),
        ("2026-03", 2),
    ]


def test_what_the_detector_had_flagged_is_counted_apart():
    tests = [
        make_test("p-1", flagged=True),
        make_test("p-1", flagged=True, hit=False),
        make_test("p-1", hit=False),
    ]
    found = rate("p-1", tests)
    assert (found.tests, found.found) == (3, 1)
    assert (found.flagged, found.flagged_found) == (2, 1)
