"""Container numbers are valid, and belong to nobody."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis.strategies import integers

from data.simulation.identity import check_digit, draw_container_number


@pytest.mark.parametrize(
    ("code", "digit"), [("CSQU305438", 3), ("TOLU473478", 7), ("BICU123456", 5)]
)
def test_published_numbers_check(code, digit):
    assert check_digit(code) == digit


@given(integers(0, 10_000))
def test_drawn_numbers_check(seed):
    number = draw_container_number(np.random.default_rng(seed))
    assert re.fullmatch(r"XSMU\d{7}", number)
    assert check_digit(number[:10]) == int(number[10])
