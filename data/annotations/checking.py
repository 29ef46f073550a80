"""Check labels against the pictures they belong to."""

from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from typing import Final

from data.annotations.labelling import LabelledFile, LabelProblem, Labels, Size
from data.truth import TruthObject

_SLACK_PX: Final = 1.0


def check_labels(
    labels: Labels, sizes: Callable[[str], Size | None], known: AbstractSet[str]
) -> tuple[LabelProblem, ...]:
    """Find all that is wrong with labels.

    Args:
        labels: As a reader found them.
        sizes: Width and height of a picture by its name; None if there is none.
        known: The labels that there may be.

    Returns:
        What the reader found, then, picture by picture: missing pictures, sizes that
        are not the picture's, boxes that are empty or more than a pixel outside,
        unknown classes, and masks that do not fit their box.

    Example:
        >>> from data.truth import Truth
        >>> thing = TruthObject(box=(5, 5, 5, 9), label="gun")
        >>> file = LabelledFile("a.png", Truth(objects=(thing,)), place="l.json:2")
        >>> for each in check_labels(Labels((file,)), lambda name: (9, 9), {"firearm"}):
        ...     print(each)
        l.json:2: a.png: empty box of 0 x 4 px at 5, 5
        l.json:2: a.png: unknown class 'gun' (known: firearm)
    """
    found = (p for each in labels.files for p in _check_file(each, sizes, known))
    return (*labels.problems, *found)


def _check_file(
    labelled: LabelledFile, sizes: Callable[[str], Size | None], known: AbstractSet[str]
) -> Iterator[LabelProblem]:
    file, stated = labelled.file, labelled.size
    size = sizes(file)
    if size is None:
        yield LabelProblem(labelled.place, f"{file}: there is no such picture")
    elif stated is not None and stated != size:
        what = f"{file}: {_to_text(stated)} px are stated, not {_to_text(size)}"
        yield LabelProblem(labelled.place, what)
    for index, thing in enumerate(labelled.truth.objects):
        for what in _check_object(thing, size or stated, known):
            yield LabelProblem(labelled.place_of(index), f"{file}: {what}")


def _check_object(
    thing: TruthObject, size: Size | None, known: AbstractSet[str]
) -> Iterator[str]:
    x0, y0, x1, y1 = thing.box
    if x1 <= x0 or y1 <= y0:
        yield f"empty box of {x1 - x0:g} x {y1 - y0:g} px at {x0:g}, {y0:g}"
    elif not _fits_mask(thing):
        yield "the mask does not fit its box"
    if size and _is_outside(thing, size):
        yield (
            f"box {x0:g}, {y0:g} to {x1:g}, {y1:g} is outside the picture of "
            f"{_to_text(size)} px"
        )
    if thing.label not in known:
        yield f"unknown class {thing.label!r} (known: {', '.join(sorted(known))})"


def _is_outside(thing: TruthObject, size: Size) -> bool:
    x0, y0, x1, y1 = thing.box
    low = min(x0, y0) < -_SLACK_PX
    return low or x1 > size[0] + _SLACK_PX or y1 > size[1] + _SLACK_PX


def _fits_mask(thing: TruthObject) -> bool:
    if thing.mask is None:
        return True
    x0, y0, x1, y1 = map(round, thing.box)
    return sum(thing.mask) == (x1 - x0) * (y1 - y0) and min(thing.mask, default=0) >= 0


def _to_text(size: Size) -> str:
    return f"{size[0]} x {size[1]}"
