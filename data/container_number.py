"""Container numbers: ISO 6346 owner code, category, serial number and check digit."""

import re
import string
from typing import Final

_FORM: Final = re.compile(r"[A-Z]{3}[UJZ][0-9]{7}")

_VALUES: Final = dict(
    zip(
        string.digits + string.ascii_uppercase,
        [n for n in range(39) if n < 10 or n % 11],
        strict=True,
    )
)


def check_digit(code: str) -> int:
    """Check digit of a container number.

    Letters count from A = 10 and skip multiples of 11; the value at place i is
    weighted by 2 to the power i; the sum modulo 11, with 10 as 0, is the digit.

    Args:
        code: The first ten characters: four capitals, six figures.

    Example:
        >>> check_digit("CSQU305438")
        3
    """
    total = sum(_VALUES[letter] << place for place, letter in enumerate(code))
    return total % 11 % 10


def has_form(number: str) -> bool:
    """Whether a text is four capitals, the last U, J or Z, and seven figures.

    Example:
        >>> has_form("CSQU3054384"), has_form("CSQX3054383")
        (True, False)
    """
    return _FORM.fullmatch(number) is not None


def find_fault(number: str) -> str | None:
    """What is wrong with a container number, in words; None if nothing is.

    Args:
        number: As it was read or typed.

    Example:
        >>> find_fault("CSQU3054383") is None
        True
        >>> find_fault("CSQU3054384")
        'CSQU3054384 ends in 4 and should end in 3'
    """
    if not has_form(number):
        return f"{number} is not four capitals, the last U, J or Z, and seven figures"
    due = str(check_digit(number[:10]))
    if number[10] != due:
        return f"{number} ends in {number[10]} and should end in {due}"
    return None
