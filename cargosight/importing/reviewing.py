"""What a bundle offered is not truth until a person has let it stand."""

from data.annotations.labelling import LabelledFile
from data.truth import Truth, TruthObject


def review(labelled: LabelledFile, *, reviewed: bool) -> Truth | None:
    """What a person says of a picture that a bundle had looked at before.

    Somebody who drew, moved or relabelled anything in it has looked at the picture, and
    let stand what else is there. Where nothing was changed, or all was deleted, nobody
    can tell whether anyone has looked.

    Args:
        labelled: The picture.
        reviewed: Whether it is known that a person has looked at all.

    Returns:
        The truth; None if nobody may have looked.
    """
    truth = labelled.truth
    offered = [_is_offered(thing) for thing in truth.objects]
    prefilled = truth.origin is not None and truth.origin.how == "prediction"
    looked = reviewed or not all(offered)
    if (any(offered) or prefilled) and not looked:
        return None
    origin = None if prefilled else truth.origin
    objects = tuple(_let_stand(thing) for thing in truth.objects)
    return truth.model_copy(update={"objects": objects, "origin": origin})


def _is_offered(thing: TruthObject) -> bool:
    """Whether a bundle offered it; what an operator was unsure of is not touched."""
    origin = thing.origin
    return origin is not None and origin.how == "prediction" and not thing.ignore


def _let_stand(thing: TruthObject) -> TruthObject:
    if thing.origin is None or not _is_offered(thing):
        return thing
    known = thing.origin.model_copy(update={"how": "confirmed", "weak": False})
    return thing.model_copy(update={"origin": known})
