"""What a tool changed wins over the note, and nothing more is forgotten."""

import pytest

from data.annotations.notes import Mark, ScanNote, find_note, read_mark, read_note
from data.truth import LabelOrigin, TruthObject

NOTED = TruthObject(
    box=(10.25, 20.5, 30.75, 40.5),
    kind="pistol",
    form="parts",
    piece="slide",
    concealment="drum",
    mask=(1, 2),
    attenuation_around=1.0,
    attenuation_in_front=0.5,
    attenuation_behind=0.5,
    contrast=0.1,
    signal_to_noise=9.0,
    occluded=0.5,
    firearm="f1",
    origin=LabelOrigin(how="search", by="Ann"),
)
FOUND = LabelOrigin(how="prediction", bundle="b 7", score=0.5)
PERSON = LabelOrigin(how="drawn", by="Bob", when="2026-01-02T03:04:05Z")


def read(box=NOTED.box, label="firearm", note=NOTED, author=None, ignore=None):
    mark = Mark(box, label, 1, ignore=ignore, note=note)
    return read_mark(mark, rename={}, size=None, author=author)


@pytest.mark.parametrize(
    "box",
    [
        (10.2549, 20.4951, 30.75, 40.5),  # two digits of a percent, of a pixel
        (10, 20, 31, 41),  # rounded
        (10, 20, 30, 40),  # cut off
    ],
)
def test_a_box_that_rounding_moved_is_as_it_was(box):
    assert read(box) == NOTED


@pytest.mark.parametrize("box", [(10.27, 20.5, 30.75, 40.5), (10, 20, 32, 40)])
def test_a_moved_box_forgets_what_was_measured_of_the_old_one(box):
    found = read(box)
    assert found.box == box
    gone = "mask attenuation_around attenuation_in_front attenuation_behind contrast"
    for name in (*gone.split(), "signal_to_noise", "occluded"):
        assert getattr(found, name) is None
    assert (found.kind, found.concealment, found.firearm) == ("pistol", "drum", "f1")
    assert found.origin == NOTED.origin


def test_another_label_forgets_what_the_object_is_more_closely():
    found = read(label="toy gun")
    assert found.label == "toy gun"
    assert {found.kind, found.form, found.piece, found.firearm} == {None}
    assert (found.mask, found.concealment) == (NOTED.mask, "drum")


@pytest.mark.parametrize("ignore", [True, False])
def test_the_mark_of_a_tool_says_whether_to_ignore(ignore):
    noted = NOTED.model_copy(update={"ignore": not ignore})
    assert read(ignore=ignore, note=noted).ignore is ignore
    assert read(ignore=None, note=noted).ignore is not ignore


def test_a_prediction_is_confirmed_by_who_let_it_stand_and_drawn_by_who_moved_it():
    noted = NOTED.model_copy(update={"origin": FOUND})
    assert read(note=noted).origin == FOUND
    assert read(note=noted, author=PERSON).origin == LabelOrigin(
        how="confirmed", by="Bob", when=PERSON.when, bundle="b 7", score=0.5
    )
    assert read((1, 2, 3, 4), note=noted, author=PERSON).origin == PERSON
    assert read((1, 2, 3, 4), note=noted).origin == LabelOrigin(how="drawn")
    assert read(author=PERSON).origin == NOTED.origin
    assert read(note=None, author=PERSON).origin == PERSON


def test_the_nearest_note_is_that_of_a_mark():
    notes = [NOTED.model_copy(update={"box": (x, 2.0, 30.0, 40.0)}) for x in (1.4, 1)]
    assert find_note(Mark((1.0, 2.0, 30.0, 40.0), "firearm", 1), notes) == 1
    assert find_note(Mark((1.0, 2.0, 30.0, 40.0), "knife", 1), notes) is None


def test_a_box_is_pulled_into_the_picture_from_up_to_a_pixel_outside():
    mark = Mark((-1.0, -1.01, 10.5, 12.0), "firearm", 1)
    found = read_mark(mark, rename={}, size=(10, 10))
    assert found.box == (0.0, -1.01, 10.0, 12.0)


@pytest.mark.parametrize("text", ["{", '{"file": 1}', '{"x": 1}', {"file": "a"}, 7])
def test_a_damaged_note_is_one_line(text):
    with pytest.raises(ValueError, match="our note is damaged") as caught:
        read_note(ScanNote, text)
    assert "\n" not in str(caught.value)


def test_no_note_is_none():
    assert read_note(ScanNote, None) is None
    assert read_note(ScanNote, "") is None
