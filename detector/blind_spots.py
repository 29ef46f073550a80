"""What a graph was measured to see and not to see, for the card of its bundle."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from detector.manifest import GraphEntry, Slice

ATTENUATION: Final = "attenuation around"
STEPS: Final = ("0 to 1", "1 to 2", "2 to 3", "3 to 5", "5 and more")
"""Attenuation of all else where a firearm lies, nepers: the rows of the chart."""

SORTS: Final = {
    ATTENUATION: "where all else attenuates by {} nepers",
    "attenuation in front": "behind {} nepers",
    "contrast": "that add {} nepers",
    "pose": "that lie {} to the rays",
    "kind of firearm": "of the kind {}",
    "form": "in the form {}",
    "concealment": "hidden in: {}",
    "cargo": "in scans of {}",
}
"""What firearms are told apart by, and how each sort of them is called."""

LOW: Final = 0.5
"""A sort of which fewer than this share is found, for certain, is not seen."""

FEW: Final = 20
"""Firearms of a sort under which its share says next to nothing."""

UNKNOWN: Final = "unknown"
WIDTH: Final = 20
"""Characters of a whole bar."""


def describe_blind_spots(entry: GraphEntry) -> Iterator[str]:
    """Lines of Markdown: Pd by attenuation as a chart, and what is not seen.

    Args:
        entry: Of the graph in the manifest.
    """
    if entry.slices:
        yield from _draw(entry)
    yield ""
    yield "### What it does not see"
    yield ""
    if not entry.slices:
        yield (
            "- Nobody measured which firearms it misses. Calibrate it: `cargosight "
            "bundle calibrate`."
        )
        return
    yield from _list_missed(entry.slices)
    yield from _list_unmeasured(entry.slices)


def _draw(entry: GraphEntry) -> Iterator[str]:
    """A table of the steps of attenuation, each with a bar."""
    point = entry.operating_points[0]
    found = {each.name: each for each in entry.slices if each.by == ATTENUATION}
    yield ""
    yield "### Pd by attenuation"
    yield ""
    yield (
        f"At the operating point {_plain(point.name)}, on "
        f"{_plain(point.suite or 'no suite')}. A row is what all else attenuates by "
        "where the firearm lies."
    )
    yield ""
    yield "| nepers | found | Pd | 95 % | |"
    yield "|---|---|---|---|---|"
    for step in (*STEPS, *sorted(set(found) - set(STEPS))):
        each = found.get(step)
        yield f"| {_plain(step)} | not measured | | | |" if each is None else _row(each)


def _row(each: Slice) -> str:
    share = each.found / each.of
    low, high = each.interval
    bar = "█" * round(WIDTH * share)
    return (
        f"| {_plain(each.name)} | {each.found} of {each.of} | {share:.0%} "
        f"| {low:.0%} to {high:.0%} | `{bar:·<{WIDTH}}` |"
    )


def _list_missed(slices: Sequence[Slice]) -> Iterator[str]:
    """A line for each property, the worst sort first, of lines as of sorts."""
    missed = [each for each in slices if each.interval[1] < LOW]
    few = [_name(each) for each in slices if each.of < FEW and each not in missed]
    if not missed:
        yield "- Of no sort that was measured is it certain that most are missed."
    elif len(missed) + len(few) == len(slices):
        yield "- Most firearms of every sort. Found, and at most (95 %):"
    else:
        yield "- Most firearms of these sorts. Found, and at most (95 %):"
    sorts: dict[str, list[str]] = {}
    for each in sorted(missed, key=lambda one: one.interval[1]):
        sorts.setdefault(each.by, []).append(_say_missed(each))
    yield from (f"    - {_title(by)}: {'; '.join(said)}" for by, said in sorts.items())
    if few:
        yield f"- Too few to tell (under {FEW}): firearms {'; '.join(few)}."


def _title(by: str) -> str:
    """A property, and what it is stated in."""
    unit = ", nepers" if "nepers" in SORTS.get(by, "") else ""
    return f"{_plain(by)}{unit}"


def _say_missed(each: Slice) -> str:
    share = f"{each.found} of {each.of}, {each.interval[1]:.0%}"
    return f"{_plain(each.name)} ({share})"


def _list_unmeasured(slices: Sequence[Slice]) -> Iterator[str]:
    known = {each.by for each in slices if each.name != UNKNOWN}
    gone = [by for by in SORTS if by not in known]
    if gone:
        yield f"- Not measured: how Pd differs by {', '.join(gone)}."
    met = {each.name for each in slices if each.by == ATTENUATION}
    if ATTENUATION in known and set(STEPS) - met:
        steps = [step for step in STEPS if step not in met]
        missing = SORTS[ATTENUATION].format(", ".join(steps))
        yield f"- Not measured: firearms {missing}."


def _name(each: Slice) -> str:
    if each.name == UNKNOWN:
        return f"of which the {_plain(each.by)} is unknown"
    words = SORTS.get(each.by, f"of {_plain(each.by)} {{}}")
    return words.format(_plain(each.name))


def _plain(text: str) -> str:
    r"""One line of text in which nothing is Markdown.

    Example:
        >>> _plain("a|b\n*c*")
        'a\\|b \\*c\\*'
    """
    return re.sub(r"([\\`*_|<>\[\]#])", r"\\\1", " ".join(text.split()))
