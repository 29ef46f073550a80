"""A matplotlib figure, and how it becomes SVG that a page can hold."""

import io
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final
from xml.etree import ElementTree as ET

import matplotlib as mpl
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmark.report.words import show_text

INK: Final = "#1b1e22"
MUTED: Final = "#5b6169"
GRID: Final = "#d9dce0"
CANDIDATE: Final = "#0a5fa3"
CHAMPION: Final = "#a84b00"
FAINT: Final = "#8a9098"

TOKENS: Final = {
    INK: "var(--ink)",
    MUTED: "var(--muted)",
    GRID: "var(--rule)",
    CANDIDATE: "var(--candidate)",
    CHAMPION: "var(--champion)",
    FAINT: "var(--faint)",
}
"""What each colour is called in the page, which may be light or dark."""

POINTS: Final = 72
"""Of an inch: here 1 point is 1 px of the page."""

TEXT: Final = 12.0
SMALL: Final = 11.0

_SVG: Final = "{http://www.w3.org/2000/svg}"
_HREF: Final = "{http://www.w3.org/1999/xlink}href"
_STYLE: Final[dict[Any, Any]] = {
    "svg.fonttype": "none",
    "text.parse_math": False,
    "font.family": ["DejaVu Sans"],
    "font.size": TEXT,
    "text.color": INK,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.facecolor": "none",
    "axes.labelsize": TEXT,
    "axes.titlesize": TEXT,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "xtick.color": MUTED,
    "xtick.labelcolor": INK,
    "xtick.labelsize": SMALL,
    "ytick.color": MUTED,
    "ytick.labelcolor": INK,
    "ytick.labelsize": SMALL,
    "legend.fontsize": SMALL,
    "legend.frameon": False,
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """An empty chart.

    Attributes:
        key: Its name in the page, of letters, digits and hyphens.
        width: px.
        height: px.
        title: What it shows.
        description: The same for those who cannot see it, in a sentence or two.
    """

    key: str
    width: float
    height: float
    title: str
    description: str


Box = tuple[float, float, float, float]


def draw_chart(sheet: Sheet, draw: Callable[[Figure], None]) -> Markup:
    """Draw a chart as an `<svg>` element, its colours named by the page's variables.

    Args:
        sheet: The empty chart.
        draw: Draws into the figure, with the colours of this module.
    """
    with (
        mpl.rc_context(_STYLE | {"svg.hashsalt": sheet.key}),
        warnings.catch_warnings(),
    ):
        warnings.filterwarnings("ignore", r"Glyph .* missing", UserWarning)
        figure = Figure(figsize=(sheet.width / POINTS, sheet.height / POINTS))
        figure.patch.set_visible(False)
        draw(figure)
        file = io.StringIO()
        figure.savefig(file, format="svg", metadata={"Date": None})
    text = _adapt(file.getvalue(), sheet)
    for colour, name in TOKENS.items():
        text = text.replace(f'"{colour}"', f'"{name}"')
    return Markup(text)  # noqa: S704 - ElementTree escaped what was not ours


def add_panel(figure: Figure, box: Box) -> Axes:
    """Add axes at a place of the figure.

    Args:
        figure: Where to.
        box: Left, bottom, width, height, px.
    """
    width, height = figure.get_size_inches() * POINTS
    left, bottom, across, up = box
    place = (left / width, bottom / height, across / width, up / height)
    return figure.add_axes(place)


def _adapt(text: str, sheet: Sheet) -> str:
    """The SVG without what a page would clash with, and with a name for readers."""
    root = ET.fromstring(text)  # noqa: S314 - matplotlib wrote it
    _drop(root, f"{_SVG}metadata")
    _drop(root, f"{_SVG}style")
    used = {name for element in root.iter() for name in _list_references(element)}
    for element in root.iter():
        _adapt_element(element, sheet.key, used)
    for name in ("width", "height"):
        root.attrib.pop(name, None)
    _name(root, sheet)
    return ET.tostring(root, encoding="unicode")


def _drop(root: ET.Element, tag: str) -> None:
    for parent in root.iter():
        for child in parent.findall(tag):
            parent.remove(child)


def _list_references(element: ET.Element) -> Iterator[str]:
    for name, value in element.attrib.items():
        if name == _HREF:
            yield value.removeprefix("#")
        elif value.startswith("url(#"):
            yield value[5:-1]


def _adapt_element(element: ET.Element, key: str, used: set[str]) -> None:
    """Plain names, own ids, and attributes in place of styles, which pages forbid."""
    element.tag = element.tag.removeprefix(_SVG)
    name = element.attrib.pop("id", None)
    if name in used:
        element.set("id", f"{key}-{name}")
    reference = element.attrib.pop(_HREF, None)
    if reference is not None:
        element.set("href", f"#{key}-{reference[1:]}")
    if "clip-path" in element.attrib:
        element.set("clip-path", f"url(#{key}-{element.attrib['clip-path'][5:]}")
    for part in element.attrib.pop("style", "").split(";"):
        if part.strip():
            _set_property(element, part)


def _set_property(element: ET.Element, declaration: str) -> None:
    name, value = (part.strip() for part in declaration.split(":", 1))
    if name == "font":  # "12px 'DejaVu Sans'", "bold 12px ..."
        size = next(part for part in value.split() if part[0].isdigit())
        element.set("font-size", size.removesuffix("px"))
        if "bold" in value.split() or "700" in value.split():
            element.set("font-weight", "bold")
    elif name == "font-size":
        element.set("font-size", value.removesuffix("px"))
    elif name != "font-family":
        element.set(name, value)


def _name(root: ET.Element, sheet: Sheet) -> None:
    for place, (tag, text) in enumerate(
        (("title", sheet.title), ("desc", sheet.description))
    ):
        element = ET.Element(tag, {"id": f"{sheet.key}-{tag}"})
        element.text = show_text(text)
        root.insert(place, element)
    root.set("class", "chart")
    root.set("role", "img")
    root.set("aria-labelledby", f"{sheet.key}-title")
    root.set("aria-describedby", f"{sheet.key}-desc")
    root.set("stroke-linejoin", "round")
    root.set("stroke-linecap", "butt")
    root.set("xmlns", "http://www.w3.org/2000/svg")
