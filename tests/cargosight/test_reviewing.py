"""What a bundle offered is truth once a person has let it stand, and not before."""

from cargosight.importing.reviewing import review
from data.annotations.labelling import LabelledFile
from data.truth import LabelOrigin, Truth, TruthObject

OFFER = LabelOrigin(how="prediction", bundle="b", score=0.4, weak=True)


def thing(origin=None, **known):
    return TruthObject(box=(1, 2, 3, 4), origin=origin, **known)


def look(*objects, origin=None, reviewed=False):
    labelled = LabelledFile("a.png", Truth(objects=objects, origin=origin))
    return review(labelled, reviewed=reviewed)


def test_offers_that_nobody_touched_are_not_truth():
    assert look(thing(OFFER)) is None
    assert look(origin=OFFER) is None


def test_where_all_is_known_to_be_looked_at_offers_that_stand_are_truth():
    truth = look(thing(OFFER), origin=OFFER, reviewed=True)
    assert [t.origin.how for t in truth.objects] == ["confirmed"]
    assert not truth.weak
    assert truth.origin is None
    assert look(origin=OFFER, reviewed=True).objects == ()


def test_who_draws_one_thing_has_looked_at_the_others():
    truth = look(thing(OFFER), thing())
    assert [t.origin and t.origin.how for t in truth.objects] == ["confirmed", None]
    assert not truth.weak


def test_labels_without_offers_are_taken_as_they_are():
    assert look(thing()).objects == (thing(),)
    assert look().objects == ()


def test_what_an_operator_was_unsure_of_stays_so():
    unsure = thing(OFFER, ignore=True)
    assert look(unsure).objects == (unsure,)
