"""Tests of the overlay: what is drawn where, and what it says."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector import overlay
from detector.boxes import box_areas, intersect_boxes
from detector.detections import Detections
from detector.overlay import ALARM, AMBER, HATCH, Caption, draw_overlay

CAPTION = Caption("demo 1", "draft", "normal >= 0.40")


def alarms_at(*boxes):
    return Detections(
        np.array(boxes, np.float32).reshape(-1, 4),
        np.linspace(0.9, 0.5, len(boxes), dtype=np.float32),
        np.zeros(len(boxes), np.int64),
    )


def count(picture, colour):
    return int((picture == np.array(colour, np.uint8)).all(axis=-1).sum())


@pytest.mark.parametrize("width", [40, 200, 1500, 4100])
def test_the_picture_stays_in_its_place_and_a_strip_is_added_below(width):
    grey = np.full((width // 3, width), 90, np.uint8)
    drawn = draw_overlay(grey, Detections.empty(), CAPTION, labels=["firearm"])
    assert drawn.dtype == np.uint8
    assert drawn.shape[1:] == (width, 3)
    assert drawn.shape[0] > grey.shape[0]
    np.testing.assert_array_equal(drawn[: width // 3], np.dstack([grey] * 3))


@pytest.mark.parametrize("width", [200, 1500, 4100])
def test_the_inside_of_a_box_is_not_drawn_over(width):
    grey = np.full((width // 2, width), 90, np.uint8)
    box = (width // 4, width // 8, width // 2, width // 4)
    drawn = draw_overlay(grey, alarms_at(box), CAPTION, labels=["firearm"])
    x0, y0, x1, y1 = box
    assert (drawn[y0:y1, x0:x1] == 90).all()
    assert count(drawn[: width // 2], ALARM) >= 2 * (x1 - x0 + y1 - y0)


def test_the_given_picture_is_not_changed():
    picture = np.full((100, 200, 3), 90, np.uint8)
    draw_overlay(picture, alarms_at((20, 20, 60, 60)), CAPTION, labels=["firearm"])
    assert (picture == 90).all()


@given(
    box=st.tuples(*[st.floats(0, 1)] * 4),
    size=st.tuples(st.integers(40, 120), st.integers(15, 30)),
)
def test_a_score_stays_inside_the_picture_and_off_the_boxes_if_it_can(box, size):
    canvas = (900, 700)
    x, y = sorted(box[::2]), sorted(box[1::2])
    around = np.array([x[0] * 900, y[0] * 700, x[1] * 900, y[1] * 700], np.float32)
    plate = overlay.place_plate(around, size, around[None], canvas)
    assert (plate >= 0).all()
    assert (plate[2:] <= canvas).all()
    assert (plate[2:] - plate[:2]).tolist() == list(size)
    if (around[2:] - around[:2] < np.subtract(canvas, size) / 2 - 1).any():
        # There is room on one side at least; half a pixel is lost to rounding.
        assert box_areas(intersect_boxes(plate, around)) <= max(size) / 2 + 1


def test_two_scores_are_not_written_over_each_other():
    boxes = np.array([(300, 300, 400, 350), (302, 302, 402, 352)], np.float32)
    first = overlay.place_plate(boxes[0], (80, 20), boxes, (900, 700))
    taken = np.concatenate([boxes, first[None]])
    second = overlay.place_plate(boxes[1], (80, 20), taken, (900, 700))
    assert box_areas(intersect_boxes(second, taken)).max() == 0


def test_opaque_regions_are_hatched_at_any_scale_and_explained():
    picture = np.zeros((300, 600), np.uint8)
    opaque = np.zeros((30, 60), bool)
    opaque[:, 30:] = True
    drawn = draw_overlay(
        picture, Detections.empty(), CAPTION, labels=["firearm"], opaque=opaque
    )
    plain = draw_overlay(picture, Detections.empty(), CAPTION, labels=["firearm"])
    dimmed = np.array(HATCH) // 2
    assert count(drawn[:300, :300], dimmed) == 0
    assert 0.05 < count(drawn[:300, 300:], dimmed) / 90_000 < 0.4
    assert drawn.shape[0] > plain.shape[0]


def test_a_synthetic_scan_has_a_band_that_says_so():
    picture = np.full((100, 400), 90, np.uint8)
    marked = Caption("demo 1", "draft", "normal >= 0.40", synthetic=True)
    draw = [
        draw_overlay(picture, Detections.empty(), c, labels=["firearm"])
        for c in (CAPTION, marked)
    ]
    assert count(draw[0], AMBER) == 0
    assert count(draw[1], AMBER) > 400 * 8


@pytest.mark.parametrize(
    ("alarms", "says"), [(0, "no alarm at"), (1, "1 alarm at"), (7, "7 alarms at")]
)
def test_the_first_line_counts_the_alarms_and_none_is_never_clear(alarms, says):
    lines = CAPTION.lines(alarms)
    assert lines[0].startswith(says)
    assert "clear" not in " ".join([*lines, overlay.SYNTHETIC]).lower()


def test_the_caption_says_draft_and_unsigned_until_a_signature_was_verified():
    assert CAPTION.lines(0)[1] == "bundle demo 1, draft, unsigned"
    signed = Caption("demo 1", "signed", "normal >= 0.40", signed=True)
    assert signed.lines(0)[1] == "bundle demo 1, signed"
    claimed = Caption("demo 1", "signed", "normal >= 0.40")
    assert claimed.lines(0)[1] == "bundle demo 1, unsigned"


def test_labels_are_named_when_there_are_several():
    alarms = alarms_at((1, 1, 5, 5))
    assert overlay.name_alarms(alarms, ["firearm"]) == ["0.90"]
    assert overlay.name_alarms(alarms, ["firearm", "knife"]) == ["firearm 0.90"]


def test_long_lines_are_wrapped_to_the_width():
    lines = overlay.wrap_text("one two three four five six seven", 80, 11)
    assert " ".join(lines) == "one two three four five six seven"
    assert len(lines) > 1
    assert all(overlay.measure_text(line, 11)[0] <= 80 for line in lines)
