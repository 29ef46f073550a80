"""Something that could not be seen, for people and for pages of any language."""

from dataclasses import dataclass
from typing import Literal

BlankCode = Literal[
    "blank.coarse",
    "blank.container",
    "blank.opaque",
    "blank.passage",
    "blank.rendering",
    "blank.unlooked",
]
"""Kinds of what could not be seen, for those who say it in their own words."""

BlankFacts = dict[str, str | int | float]


@dataclass(frozen=True, slots=True)
class Blank:
    """Something that could not be seen.

    Attributes:
        code: "blank.unlooked", "blank.coarse": columns passed by, or were only glanced
            at; "blank.rendering": a picture does not tell what is opaque;
            "blank.passage": opaque from top to bottom; "blank.opaque": how much of the
            scan is; "blank.container": how much of one of several containers is.
        facts: columns, start, end (px) of columns; start, end of a passage and share,
            0 to 1; number (from 1) and, where known, kind of a container.
        text: In one sentence.
    """

    code: BlankCode
    facts: BlankFacts
    text: str
