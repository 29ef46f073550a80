"""Container numbers are valid, and belong to nobody."""

import re

import numpy as np
from hypothesis import given
from hypothesis.strategies import integers

from data.container_number import find_fault
from data.simulation.identity import draw_container_number


@given(integers(0, 10_000))
def test_drawn_numbers_check(seed):
    number = draw_container_number(np.random.default_rng(seed))
    assert re.fullmatch(r"XSMU\d{7}", number)
    assert find_fault(number) is None
