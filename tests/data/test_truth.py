"""Truth is read as it was written, and says what is wrong with it."""

import numpy as np
import pytest

from data.errors import TruthError
from data.masks import encode_mask
from data.truth import Truth, TruthObject, read_truth


def test_it_survives_a_file(tmp_path):
    truth = Truth(objects=(TruthObject(box=(1, 2, 30.5, 40), kind="pistol"),))
    path = tmp_path / "a.truth.json"
    path.write_text(truth.model_dump_json(), encoding="utf-8")

    assert read_truth(path) == truth


def test_boxes_are_those_of_one_label_that_can_be_seen():
    truth = Truth(
        objects=(
            TruthObject(box=(0, 0, 1, 1)),
            TruthObject(box=(0, 0, 2, 2), ignore=True),
            TruthObject(box=(0, 0, 3, 3), label="drill"),
        )
    )
    np.testing.assert_array_equal(truth.boxes(), [[0, 0, 1, 1]])
    np.testing.assert_array_equal(truth.boxes(ignored=True), [[0, 0, 2, 2]])
    assert Truth().boxes().shape == (0, 4)


@pytest.mark.parametrize("text", ["", "{", '{"objects": [{}]}', '{"colour": 1}'])
def test_another_file_is_refused_in_one_line(tmp_path, text):
    path = tmp_path / "a.truth.json"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(TruthError, match="is not a truth file") as raised:
        read_truth(path)
    assert "\n" not in str(raised.value)


def test_a_missing_file_says_so(tmp_path):
    with pytest.raises(TruthError, match="does not exist"):
        read_truth(tmp_path / "none.json")


def test_a_mask_is_read_over_the_pixels_of_its_box():
    mask = np.array([[True, False, True], [True, True, False]])
    each = TruthObject(box=(4.0, 6.0, 7.0, 8.0), mask=encode_mask(mask))
    np.testing.assert_array_equal(each.pixels(), mask)
    assert TruthObject(box=(0.0, 0.0, 1.0, 1.0)).pixels() is None


def test_a_mask_of_another_box_is_refused():
    each = TruthObject(box=(0.0, 0.0, 2.0, 2.0), mask=(1, 2))
    with pytest.raises(TruthError, match="cover 3 px, not 2 x 2"):
        each.pixels()
