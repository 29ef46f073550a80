"""Masks survive as run lengths."""

import numpy as np
import pytest
from faster_coco_eval.core import mask as coco
from hypothesis import given
from hypothesis.extra.numpy import array_shapes, arrays

from data.errors import TruthError
from data.masks import decode_mask, encode_mask

MASKS = arrays(np.bool_, array_shapes(min_dims=2, max_dims=2, max_side=12))


@given(MASKS)
def test_a_mask_comes_back_from_its_runs(mask):
    np.testing.assert_array_equal(decode_mask(encode_mask(mask), mask.shape), mask)


@given(MASKS)
def test_runs_are_those_of_coco(mask):
    theirs = coco.frPyObjects(
        [{"size": list(mask.shape), "counts": list(encode_mask(mask))}], *mask.shape
    )
    np.testing.assert_array_equal(coco.decode(theirs)[..., 0].astype(bool), mask)


@pytest.mark.parametrize("runs", [(3,), (5, 2), (-1, 7), ()])
def test_runs_that_do_not_fill_the_box_are_refused(runs):
    with pytest.raises(TruthError, match="Write them again"):
        decode_mask(runs, (2, 3))
