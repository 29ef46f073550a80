"""Tests of container numbers."""

import pytest
from hypothesis import given
from hypothesis.strategies import integers

from data.container_number import check_digit, find_fault


@pytest.mark.parametrize(
    ("code", "digit"), [("CSQU305438", 3), ("TOLU473478", 7), ("BICU123456", 5)]
)
def test_published_numbers_check(code, digit):
    assert check_digit(code) == digit
    assert find_fault(f"{code}{digit}") is None


@pytest.mark.parametrize(
    "number",
    ["", "CSQU305438", "csqu3054383", "CSQA3054383", "CSQU30543833", "CSQU 3054383"],
)
def test_what_has_not_the_form_of_a_number_is_said_to_have_not(number):
    assert "is not four capitals" in (find_fault(number) or "")


@given(integers(4, 9), integers(1, 9))
def test_one_wrong_figure_is_always_found(place, by):
    number = "CSQU3054383"
    wrong = (int(number[place]) + by) % 10
    assert find_fault(f"{number[:place]}{wrong}{number[place + 1 :]}") is not None
