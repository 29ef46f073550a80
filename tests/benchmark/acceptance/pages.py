"""Read pages as a browser would, roughly."""

import html
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path


@dataclass
class ReadPage:
    """A page.

    Attributes:
        tags: How often each tag is opened.
        text: What is to be read, with single spaces.
        sources: What its elements link to.
        fills: Colours of its drawings.
    """

    tags: Counter[str]
    text: str
    sources: list[str]
    fills: set[str]


def read_page(place: Path) -> ReadPage:
    """Take a page apart."""
    code = place.read_text(encoding="utf-8")
    text = html.unescape(re.sub(r"<[^>]+>", " ", code))
    return ReadPage(
        Counter(re.findall(r"<([a-z]\w*)", code)),
        " ".join(text.split()),
        re.findall(r'(?:src|href)="([^"]*)"', code),
        set(re.findall(r'<circle[^>]*fill="([^"]*)"', code)),
    )
