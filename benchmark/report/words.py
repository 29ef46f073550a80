"""Figures in plain words."""

import math
import unicodedata
from dataclasses import dataclass
from typing import Final

from benchmark.metrics.rates import Mean, Rate

GAP: Final = "\N{NO-BREAK SPACE}"
DASH: Final = "\N{EN DASH}"

_BASES: Final = (100, 1000, 10_000)
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class Count:
    """A share as a count that people can picture.

    Attributes:
        of: Of how many: 100, or more where that would round to none or to all.
        hits: How many of them.
        between: How sure that is, in words.
    """

    of: str
    hits: str
    between: str


def count_of(rate: Rate) -> Count:
    """Say a share as so many of a hundred.

    Args:
        rate: The share and its interval.

    Example:
        >>> count_of(Rate(0.34, 0.28, 0.41, trials=120, hits=41, groups=40))
        Count(of='100', hits='34', between='between 28 and 41')
        >>> count_of(Rate(0.0, 0.0, 0.07, trials=50, hits=0, groups=50)).between
        'at most 7'
    """
    base = next((b for b in _BASES if _tells(rate, b)), _BASES[-1])
    hits, low, high = (round(base * x) for x in (rate.share, rate.low, rate.high))
    if low == 0:
        between = f"at most {high:,}"
    elif high == base:
        between = f"at least {low:,}"
    else:
        between = f"between {low:,} and {high:,}"
    return Count(f"{base:,}", f"{hits:,}", between)


def _tells(rate: Rate, base: int) -> bool:
    """Whether whole numbers of so many hide nothing."""
    some = rate.share == 0 or round(base * rate.share) > 0
    not_all = rate.share == 1 or round(base * rate.share) < base
    return some and not_all and round(base * rate.high) > 0


def say_percent(share: float) -> str:
    r"""A share in per cent: to 0.1, below 1 % and above 99 % to 0.01.

    Example:
        >>> say_percent(0.3417), say_percent(0.0042), say_percent(1.0)
        ('34.2\xa0%', '0.42\xa0%', '100\xa0%')
    """
    if share in {0.0, 1.0}:
        return f"{share * 100:.0f}{GAP}%"
    digits = 1 if 0.01 <= share <= 0.99 else 2
    return f"{share * 100:.{digits}f}{GAP}%"


def say_rate(rate: Rate | None) -> str:
    r"""A share with its interval.

    Example:
        >>> say_rate(Rate(0.34, 0.28, 0.41, trials=120, hits=41, groups=40))
        '34.0\xa0% (28.0\xa0% to 41.0\xa0%)'
    """
    if rate is None:
        return "not measured"
    low, high = say_percent(rate.low), say_percent(rate.high)
    return f"{say_percent(rate.share)} ({low} to {high})"


def say_mean(mean: Mean | None) -> str:
    """A mean with its interval.

    Example:
        >>> say_mean(Mean(0.25, 0.1, 0.4, trials=100))
        '0.25 (0.1 to 0.4)'
    """
    if mean is None:
        return "not measured"
    return f"{mean.mean:.3g} ({mean.low:.3g} to {mean.high:.3g})"


def say_change(value: float, *, points: bool) -> str:
    """A difference with its sign: of shares in points, else as it is.

    Args:
        value: The difference, finite or not.
        points: Whether it is one of shares.

    Example:
        >>> say_change(0.031, points=True), say_change(0.25, points=False)
        ('+3.1', '+0.25')
    """
    if not math.isfinite(value):
        return "no limit"
    text = f"{value * 100:+.1f}" if points else f"{value:+.3g}"
    if not float(text):
        return text[1:]
    return text.replace("-", "\N{MINUS SIGN}")


def say_span(first: float, last: float) -> str:
    """From one number to another, in few digits."""
    return f"{first:.3g} to {last:.3g}"


def show_text(text: str) -> str:
    r"""Text that others wrote, without what cannot be seen or turns reading around.

    Args:
        text: Such as the name of a scan.

    Example:
        >>> show_text("a\x00b\u202ec")
        'a�b�c'
    """
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(one) in _UNSEEN else one
        for one in text
    )


def shorten(text: str, most: int) -> str:
    """Text of so many characters at most, with its end cut off if it is longer.

    Example:
        >>> shorten("submachine gun", 8)
        'submach…'
    """
    return text if len(text) <= most else f"{text[: most - 1]}…"
