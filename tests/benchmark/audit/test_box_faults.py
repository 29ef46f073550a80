"""Tests of what is wrong with boxes."""

import pytest

from benchmark.audit.box_faults import find_box_faults, measure_mm
from data.truth import TruthObject

SIZE = (400, 300)
PITCH = (4.0, 5.0)


def judge(*objects, pitch=PITCH):
    return [fault.kind for fault in find_box_faults(objects, SIZE, pitch)]


def gun(*box, **more):
    return TruthObject(box=box, **more)


@pytest.mark.parametrize(
    ("thing", "kinds"),
    [
        (gun(100, 100, 150, 130, kind="pistol"), []),
        (gun(-1, 0, 50, 40, kind="pistol"), []),
        (gun(-2, 0, 50, 40, kind="pistol"), ["box-outside"]),
        (gun(380, 100, 402, 130), ["box-outside"]),
        (gun(500, 500, 550, 530), ["box-outside"]),
        (gun(100, 100, 100, 130), ["box-empty"]),
        (gun(150, 100, 100, 130), ["box-empty"]),
        (gun(100, 100, 150, 101), ["box-tiny"]),
        (gun(100, 100, 240, 140, kind="pistol"), ["box-too-large"]),
        (gun(20, 100, 350, 140, kind="rifle"), []),
        (gun(20, 100, 390, 140, kind="rifle"), []),
        (gun(100, 100, 110, 105, kind="pistol"), ["box-too-small"]),
        (gun(100, 100, 110, 105, kind="pistol", form="parts"), []),
        (gun(100, 100, 110, 105, kind="pistol", ignore=True), []),
        (gun(390, 100, 400, 105, kind="pistol"), []),
        (gun(100, 100, 110, 105, label="harmless"), []),
        (gun(5, 5, 395, 295, label="harmless"), ["box-covers"]),
    ],
)
def test_a_box_is_judged_by_its_place_and_its_size(thing, kinds):
    assert judge(thing) == kinds


def test_a_box_over_the_largest_rifle_is_too_large_by_the_pitch_across():
    long = gun(10, 100, 390, 120, kind="rifle")
    assert judge(long, pitch=(4.0, 4.0)) == []
    assert judge(long, pitch=(4.5, 4.0)) == ["box-too-large"]


def test_sizes_in_mm_are_not_judged_without_a_pitch():
    assert judge(gun(100, 100, 240, 140, kind="pistol"), pitch=None) == []
    assert measure_mm((0, 0, 10, 40), None) is None


def test_two_boxes_of_one_thing_are_found_once_and_only_with_one_label():
    first = gun(100, 100, 150, 130)
    again = gun(100, 100, 151, 130)
    beside = gun(110, 100, 160, 130)
    other = gun(100, 100, 150, 130, label="harmless")
    faults = find_box_faults((first, again, beside, other), SIZE, PITCH)
    assert [(f.kind, f.objects) for f in faults] == [("box-double", (0, 1))]


def test_a_fault_says_what_was_met():
    (fault,) = find_box_faults((gun(380, 100, 420, 130),), SIZE, PITCH)
    assert "20 px beyond the scan of 400 x 300 px" in fault.says
