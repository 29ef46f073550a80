"""All that is wrong with labels is listed, each with file and line."""

from data.annotations.checking import check_labels
from data.annotations.labelling import LabelledFile, LabelProblem, Labels
from data.truth import Truth, TruthObject

SIZES = {"a.png": (100, 50), "b.png": (100, 50)}


def check(*things, size=None, file="a.png", lines=(11, 12, 13, 14, 15)):
    labelled = LabelledFile(
        file, Truth(objects=things), size, place="l.json:2", lines=lines
    )
    problems = check_labels(Labels((labelled,)), SIZES.get, {"firearm"})
    return [str(problem) for problem in problems]


def test_good_labels_have_no_problem():
    mask = TruthObject(box=(1, 1, 3, 4), mask=(2, 4))
    edge = TruthObject(box=(-1, -1, 101, 51))
    assert check(mask, edge, size=(100, 50)) == []


def test_all_that_is_wrong_is_named_with_its_line():
    said = check(
        TruthObject(box=(5, 5, 5, 9)),
        TruthObject(box=(5, 5, 4, 9)),
        TruthObject(box=(-2, 0, 9, 9)),
        TruthObject(box=(0, 0, 9, 51.5), label="Gun"),
        TruthObject(box=(1, 1, 3, 4), mask=(2, 3)),
    )
    assert said == [
        "l.json:11: a.png: empty box of 0 x 4 px at 5, 5",
        "l.json:12: a.png: empty box of -1 x 4 px at 5, 5",
        "l.json:13: a.png: box -2, 0 to 9, 9 is outside the picture of 100 x 50 px",
        "l.json:14: a.png: box 0, 0 to 9, 51.5 is outside the picture of 100 x 50 px",
        "l.json:14: a.png: unknown class 'Gun' (known: firearm)",
        "l.json:15: a.png: the mask does not fit its box",
    ]


def test_boxes_of_a_missing_picture_are_checked_against_the_stated_size():
    said = check(TruthObject(box=(0, 0, 9, 9)), file="c.png", size=(5, 5), lines=())
    assert said == [
        "l.json:2: c.png: there is no such picture",
        "l.json:2: c.png: box 0, 0 to 9, 9 is outside the picture of 5 x 5 px",
    ]


def test_a_stated_size_that_is_not_the_pictures_is_named():
    said = check(size=(50, 100))
    assert said == ["l.json:2: a.png: 50 x 100 px are stated, not 100 x 50"]


def test_problems_of_the_reader_come_first():
    before = LabelProblem("l.json:9", "not a number")
    labelled = LabelledFile("c.png", Truth(), place="l.json:2")
    problems = check_labels(Labels((labelled,), (before,)), SIZES.get, {"firearm"})
    assert [problem.place for problem in problems] == ["l.json:9", "l.json:2"]
