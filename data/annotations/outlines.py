"""Outlines of other tools, and the boxes that enclose them."""

from collections.abc import Iterable, Sequence
from math import cos, hypot, isfinite, radians, sin

from data.annotations.labelling import Box, Size

Point = tuple[float, float]


def to_number(value: object, name: str = "a number") -> float:
    """A number as files state it.

    Args:
        value: A number, or its text.
        name: What it is called if it is missing.

    Raises:
        ValueError: If it is none, or not finite.

    Example:
        >>> to_number("12.5")
        12.5
    """
    if value is None or value == "":
        msg = f"{name} is missing"
        raise ValueError(msg)
    try:
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise TypeError
        number = float(value)
    except (TypeError, ValueError, OverflowError) as error:
        msg = f"{_cut_short(value)} is not a number"
        raise ValueError(msg) from error
    if not isfinite(number):
        msg = f"{value} is not a finite number"
        raise ValueError(msg)
    return number


def to_size(width: object, height: object) -> Size | None:
    """A picture's size as files state it; None if they leave it out or state 0.

    Args:
        width: Number or text, px.
        height: As well.

    Raises:
        ValueError: If either is no number, or negative.
    """
    if width in (None, "") or height in (None, ""):
        return None
    size = (round(to_number(width)), round(to_number(height)))
    if min(size) < 0:
        msg = f"a picture of {size[0]} x {size[1]} px"
        raise ValueError(msg)
    return size if min(size) else None


def enclose(points: Iterable[Point]) -> Box:
    """The box around points.

    Args:
        points: x, y, at least one.

    Raises:
        ValueError: If there is none.

    Example:
        >>> enclose([(3, 1), (2, 7)])
        (2, 1, 3, 7)
    """
    columns = [*zip(*points, strict=True)]
    if not columns:
        msg = "an outline without points"
        raise ValueError(msg)
    xs, ys = columns
    return min(xs), min(ys), max(xs), max(ys)


def pair_up(numbers: Sequence[float]) -> list[Point]:
    """Points of a flat list x, y, x, y ...

    Args:
        numbers: An even number of them.

    Raises:
        ValueError: If one is left over.
    """
    if len(numbers) % 2:
        msg = f"an outline of {len(numbers)} numbers: one of a pair is missing"
        raise ValueError(msg)
    return [*zip(numbers[::2], numbers[1::2], strict=True)]


def turn_box(box: Box, degrees: float, about: Point | None = None) -> Box:
    """The box that encloses a turned one.

    Args:
        box: Before it is turned.
        degrees: Clockwise, as seen on a screen.
        about: What it turns about; its middle by default.

    Example:
        >>> [round(side) for side in turn_box((10, 20, 30, 24), 90)]
        [18, 12, 22, 32]
    """
    if not degrees:
        return box
    x0, y0, x1, y1 = box
    cx, cy = about or ((x0 + x1) / 2, (y0 + y1) / 2)
    along, across = cos(radians(degrees)), sin(radians(degrees))
    corners = [(x - cx, y - cy) for x in (x0, x1) for y in (y0, y1)]
    return enclose(
        (cx + dx * along - dy * across, cy + dx * across + dy * along)
        for dx, dy in corners
    )


def enclose_ellipse(centre: Point, radii: Point, degrees: float = 0.0) -> Box:
    """The box around an ellipse.

    Args:
        centre: x, y.
        radii: Along its own x and y.
        degrees: Clockwise turn about the centre.

    Example:
        >>> enclose_ellipse((10, 10), (4, 2))
        (6.0, 8.0, 14.0, 12.0)
    """
    along, across = cos(radians(degrees)), sin(radians(degrees))
    half_x = hypot(radii[0] * along, radii[1] * across)
    half_y = hypot(radii[0] * across, radii[1] * along)
    x, y = centre
    return x - half_x, y - half_y, x + half_x, y + half_y


def _cut_short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."
