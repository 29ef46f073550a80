"""For the tests of every package, doctests included."""

import numpy as np
import pytest

PLAIN = np.get_printoptions()


@pytest.fixture(autouse=True)
def plain_numbers():
    """Print arrays as numpy does: Ultralytics changes that when it is imported."""
    with np.printoptions(**PLAIN):
        yield
