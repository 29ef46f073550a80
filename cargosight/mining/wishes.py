"""What `cargosight mine` was asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import floor, isfinite
from pathlib import Path
from typing import Final

from data.errors import ResultError

FALSE_ALARM: Final = "false alarm"
UNCERTAIN: Final = "uncertain"
ODD: Final = "odd"

SHARES: Final[Mapping[str, float]] = {FALSE_ALARM: 0.3, UNCERTAIN: 0.5, ODD: 0.2}
"""Share of the queue for each reason. What a reason cannot fill goes to the others."""

TOOLS: Final[Mapping[str, tuple[str, ...]]] = {
    "label-studio": ("label-studio",),
    "cvat": ("cvat",),
    "both": ("label-studio", "cvat"),
    "none": (),
}


@dataclass(frozen=True, slots=True)
class MineWishes:
    """What was asked, besides the scans; see `cargosight mine --help`."""

    bundle: Path | None = None
    budget: int = 200
    clean: tuple[Path, ...] = ()
    known: Path | None = None
    to: str = "both"
    shares: Mapping[str, float] = field(default_factory=lambda: SHARES)
    trust: Path | None = None
    allow_unsigned: bool = False
    device: str = "cpu"
    threads: int | None = None
    workers: int = 1
    profile: str | None = None
    pitch_mm: float | None = None
    mirror: bool = False

    @property
    def tools(self) -> tuple[str, ...]:
        """Names of the label formats that the queue is written in.

        Raises:
            ResultError: If there is no such tool.
        """
        if self.to not in TOOLS:
            msg = f"There is no tool {self.to!r}. Choose one of {', '.join(TOOLS)}."
            raise ResultError(msg)
        return TOOLS[self.to]


def read_shares(text: str) -> dict[str, float]:
    """Read shares as they are written on a command line.

    Args:
        text: Such as "false alarm=0.2,uncertain=0.8"; reasons not named get nothing.

    Returns:
        Shares that add up to 1.

    Raises:
        ResultError: If that is not what it is.

    Example:
        >>> read_shares("uncertain=3, odd=1")
        {'false alarm': 0.0, 'uncertain': 0.75, 'odd': 0.25}
    """
    shares = dict.fromkeys(SHARES, 0.0)
    for part in text.split(","):
        name, _, value = (each.strip() for each in part.partition("="))
        if name not in shares or not _is_share(value):
            names = ", ".join(f"{reason}=SHARE" for reason in SHARES)
            msg = f"{part.strip()!r} is no share. Write {names}, each 0 or more."
            raise ResultError(msg)
        shares[name] = float(value)
    whole = sum(shares.values())
    if whole <= 0:
        msg = f"{text!r} gives no reason a share. Give one of them more than 0."
        raise ResultError(msg)
    return {name: share / whole for name, share in shares.items()}


def _is_share(text: str) -> bool:
    try:
        value = float(text)
    except ValueError:
        return False
    return isfinite(value) and value >= 0


def share_out(budget: int, shares: Mapping[str, float]) -> dict[str, int]:
    """How many places of the queue each reason gets, by largest remainders.

    Args:
        budget: Places in all.
        shares: Of each reason; they add up to 1.

    Example:
        >>> share_out(4, {"a": 0.3, "b": 0.5, "c": 0.2})
        {'a': 1, 'b': 2, 'c': 1}
    """
    exact = {name: budget * share for name, share in shares.items()}
    places = {name: floor(each) for name, each in exact.items()}
    rest = sorted(exact, key=lambda name: places[name] - exact[name])
    for name in rest[: budget - sum(places.values())]:
        places[name] += 1
    return places
