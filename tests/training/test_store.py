"""Tests of arrays in one file."""

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.store import ArrayFile, ArrayWriter

DTYPES = ["float16", "float32", "uint8", "bool"]

shapes = st.lists(st.integers(1, 9), min_size=1, max_size=3)


def write(path, *arrays):
    with ArrayWriter(path) as writer:
        return [writer.add(array) for array in arrays]


@given(st.lists(st.tuples(st.sampled_from(DTYPES), shapes), min_size=1, max_size=6))
def test_every_array_comes_back_as_it_was(tmp_path_factory, kinds):
    path = tmp_path_factory.mktemp("store") / "new" / "arrays.bin"
    random = np.random.default_rng(0)
    arrays = [random.integers(0, 2, shape).astype(dtype) for dtype, shape in kinds]
    places = write(path, *arrays)
    file = ArrayFile(path)
    for array, place in zip(arrays, places, strict=True):
        assert file[place].dtype == array.dtype
        np.testing.assert_array_equal(file[place], array)
        assert place.offset % 64 == 0


def test_a_part_of_an_array_is_stored_as_it_is_seen(tmp_path):
    turned = np.arange(24, dtype=np.float32).reshape(4, 6).T[::2]
    (place,) = write(tmp_path / "a", turned)
    np.testing.assert_array_equal(ArrayFile(tmp_path / "a")[place], turned)


def test_nobody_can_write_into_what_is_mapped(tmp_path):
    (place,) = write(tmp_path / "a", np.zeros(3, np.float32))
    with pytest.raises(ValueError, match="read-only"):
        ArrayFile(tmp_path / "a")[place][0] = 1


def test_another_process_gets_the_name_of_the_file_and_not_its_content(tmp_path):
    array = np.arange(100_000, dtype=np.float32)
    (place,) = write(tmp_path / "a", array)
    file = ArrayFile(tmp_path / "a")
    assert file[place][7] == 7
    sent = pickle.dumps(file)
    assert len(sent) < 1000
    np.testing.assert_array_equal(pickle.loads(sent)[place], array)  # noqa: S301


def test_what_was_there_is_replaced(tmp_path):
    write(tmp_path / "a", np.zeros(9, np.float32))
    (place,) = write(tmp_path / "a", np.ones(2, np.float32))
    assert place.offset == 0
    assert ArrayFile(tmp_path / "a")[place].tolist() == [1, 1]
    assert (tmp_path / "a").stat().st_size == 8
