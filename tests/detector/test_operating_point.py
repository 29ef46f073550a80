"""Tests of operating points."""

from typing import Any

import pytest
from pydantic import ValidationError

from detector.operating_point import OperatingPoint

MEASURED: dict[str, Any] = {
    "name": "normal",
    "threshold": 0.4,
    "pd": 0.9,
    "pd_interval": (0.85, 0.94),
    "pfa": 0.01,
    "pfa_interval": (0.004, 0.02),
    "suite": "standard",
    "calibrated": True,
}


def test_a_point_survives_being_written_and_read():
    point = OperatingPoint(**MEASURED)
    assert OperatingPoint.model_validate_json(point.model_dump_json()) == point


def test_the_summary_says_what_was_measured_and_where():
    assert OperatingPoint(**MEASURED).summary == (
        "normal >= 0.40, Pd 90% at Pfa 1.0% on standard"
    )


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"threshold": 1.2}, "less than or equal to 1"),
        ({"threshold": "0.4"}, "valid number"),
        ({"pd_interval": (0.91, 0.94)}, "outside its interval"),
        ({"pd_interval": None}, "come together"),
        ({"suite": None}, "names the suite"),
        ({"pd": None, "pd_interval": None}, "has a measured pd and pfa"),
        ({"recall": 0.9}, "Extra inputs"),
    ],
)
def test_a_point_that_contradicts_itself_is_refused(change, says):
    with pytest.raises(ValidationError, match=says):
        OperatingPoint(**(MEASURED | change))
