"""What label files say: pictures with truth, and all that is wrong with them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from data.truth import Truth

Size = tuple[int, int]
"""Width and height, px."""

Box = tuple[float, float, float, float]
"""x0, y0, x1, y1, px."""


@dataclass(frozen=True, slots=True)
class LabelledFile:
    """What a label file says of one picture.

    Attributes:
        file: Name of the picture as the label file has it, with slashes.
        truth: Its objects, boxes in px.
        size: Width and height as the label file states them, px.
        place: Where that is said, such as "labels.json:120".
        lines: Line of each object in the file of `place`; empty if not known.
    """

    file: str
    truth: Truth
    size: Size | None = None
    place: str = ""
    lines: tuple[int, ...] = ()

    def place_of(self, index: int) -> str:
        """Where one of its objects is stated, as `place`.

        Args:
            index: Which object.
        """
        if index >= len(self.lines):
            return self.place
        return f"{self.place.rpartition(':')[0]}:{self.lines[index]}"


@dataclass(frozen=True, slots=True)
class LabelProblem:
    """Something wrong with a label.

    Attributes:
        place: File and line, such as "labels.json:120".
        what: What is wrong.
    """

    place: str
    what: str

    def __str__(self) -> str:
        """Both, as `place: what`."""
        return f"{self.place}: {self.what}"


@dataclass(frozen=True, slots=True)
class Labels:
    """All that label files say.

    Attributes:
        files: The pictures that could be read.
        problems: All that is wrong, in the order in which it was met.
    """

    files: tuple[LabelledFile, ...]
    problems: tuple[LabelProblem, ...] = ()


def _no_size(file: str) -> Size | None:
    del file
    return None


@dataclass(frozen=True, slots=True)
class LabelWish:
    """How labels shall be read.

    Attributes:
        rename: What we call their classes; those not named keep their names.
        sizes: Width and height of a picture by its name; None if there is none.
    """

    rename: Mapping[str, str] = field(default_factory=dict)
    sizes: Callable[[str], Size | None] = _no_size


def gather_labels(found: Iterable[LabelledFile | LabelProblem]) -> Labels:
    """Sort what a reader found, and name pictures that are there twice.

    Args:
        found: What it found, in the order of the label files.

    Returns:
        The first of pictures with one name, and all problems.

    Example:
        >>> twice = [LabelledFile("a.png", Truth(), place=f"a:{n}") for n in (3, 8)]
        >>> [str(problem) for problem in gather_labels(twice).problems]
        ['a:8: a.png is labelled twice: first at a:3']
    """
    files: dict[str, LabelledFile] = {}
    problems: list[LabelProblem] = []
    for each in found:
        if isinstance(each, LabelProblem):
            problems.append(each)
        elif (first := files.setdefault(each.file, each)) is not each:
            what = f"{each.file} is labelled twice: first at {first.place}"
            problems.append(LabelProblem(each.place, what))
    return Labels(tuple(files.values()), tuple(problems))
