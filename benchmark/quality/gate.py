"""The gate of image quality: limits, and what to do where one is broken."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Annotated, Final, Literal, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from benchmark.quality.advice import ADVICE
from benchmark.quality.entry import QualityEntry
from data.quality import FIGURES, show_value
from data.quality.figures import Bound
from data.quality.toml_file import load_toml

Number = Annotated[float, Field(allow_inf_nan=False)]
Share = Annotated[float, Field(gt=0, allow_inf_nan=False)]

STANDARD: Final = "standard"
"""The gate that ships with the project."""


class Limit(BaseModel):
    """Limits of one figure.

    Attributes:
        figure: One of `data.quality.FIGURES`.
        planes: Planes that it holds for; of figures of the whole scan, "scan".
        least: Least value.
        most: Most value.
        worse_percent: By how much of its value at acceptance it may get worse, %.
        worse: By how much it may get worse since acceptance, in its unit. Figures that
            are best near their usual value may change by that in either direction.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    figure: str
    planes: tuple[Literal["high", "low", "scan"], ...] = ("high", "low", "scan")
    least: Number | None = None
    most: Number | None = None
    worse_percent: Share | None = None
    worse: Share | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.figure not in FIGURES:
            msg = f"there is no figure {self.figure!r}; there are {', '.join(FIGURES)}"
            raise ValueError(msg)
        if {self.least, self.most, self.worse_percent, self.worse} == {None}:
            msg = f"{self.figure} needs least, most, worse_percent or worse"
            raise ValueError(msg)
        return self


class Gate(BaseModel):
    """What a scan must hold to pass.

    Attributes:
        name: Of the gate.
        acceptance_scans: How many scans of a series stand for its acceptance.
        accepted: First day that counts for it; None for all.
        limits: Of figures.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: Annotated[str, Field(min_length=1)]
    acceptance_scans: Annotated[int, Field(ge=1, le=1000)] = 5
    accepted: date | None = None
    limits: Annotated[tuple[Limit, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Failure:
    """A limit that a scan breaks.

    Attributes:
        file: Of the scan.
        key: Plane and name of the figure.
        why: What was met, and what to do.
    """

    file: str
    key: str
    why: str

    def __str__(self) -> str:
        """One line."""
        return f"{self.file}: {self.why}"


def load_gate(name_or_path: str | Path = STANDARD) -> Gate:
    """Load a gate.

    Args:
        name_or_path: Name of a shipped gate, or a .toml file.

    Raises:
        QualityError: If it is unknown or wrong; all faults are named.

    Example:
        >>> load_gate("standard").acceptance_scans
        5
    """
    shipped = resources.files("benchmark").joinpath("quality", "gates")
    return load_toml(Gate, name_or_path, shipped)


def find_acceptance(
    history: Sequence[QualityEntry], gate: Gate, entry: QualityEntry
) -> dict[str, float]:
    """Median of each figure over the scans of the acceptance.

    Args:
        history: Of any scanners, by time.
        gate: Says which scans they are.
        entry: Whose series.

    Returns:
        By plane and name; nothing if there are too few scans yet.
    """
    alike = [
        e
        for e in history
        if e.series == entry.series
        and (gate.accepted is None or e.acquired.date() >= gate.accepted)
    ]
    first = alike[: gate.acceptance_scans]
    if len(first) < gate.acceptance_scans:
        return {}
    keys = {key for e in first for key in e.figures}
    return {
        key: float(np.median([e.figures[key] for e in first if key in e.figures]))
        for key in keys
    }


def judge_entry(
    entry: QualityEntry, gate: Gate, history: Sequence[QualityEntry]
) -> list[Failure]:
    """Hold a scan against a gate.

    A figure that should be there and could not be measured fails.

    Args:
        entry: Of the scan.
        gate: What it must hold.
        history: For the acceptance, by time.

    Returns:
        The limits that it breaks, in the gate's order.
    """
    accepted = find_acceptance(history, gate, entry)
    failures = []
    for name in dict.fromkeys(limit.figure for limit in gate.limits):
        for key in entry.list_keys(name):
            limits = [*list_limits(gate, key, accepted.get(key))]
            planes = {
                p for lim in gate.limits if lim.figure == name for p in lim.planes
            }
            reason = _break(entry, key, limits) if key.split(".")[0] in planes else None
            if reason:
                why = f"{_name(key)}: {reason}. {ADVICE[name]}"
                failures.append(Failure(entry.file, key, why))
    return failures


def list_limits(
    gate: Gate, key: str, accepted: float | None
) -> Iterator[tuple[Literal["least", "most"], float]]:
    """The limits that a figure must hold.

    Args:
        gate: Which has them.
        key: Plane and name of the figure.
        accepted: Its value at acceptance; None if there is none.
    """
    plane, name = key.split(".")
    for limit in gate.limits:
        if limit.figure == name and plane in limit.planes:
            least, most = _narrow(limit, accepted)
            if least is not None:
                yield "least", least
            if most is not None:
                yield "most", most


def _name(key: str) -> str:
    plane, name = key.split(".")
    what = FIGURES[name].what
    return what if plane == "scan" else f"{what} ({plane})"


def _break(
    entry: QualityEntry,
    key: str,
    limits: Sequence[tuple[Literal["least", "most"], float]],
) -> str | None:
    """What is wrong with a figure, in words; None if it holds its limits."""
    name = key.split(".")[1]
    value = entry.figures.get(key)
    bound: Bound = entry.bounds.get(key, "")
    if value is None:
        return "not measured"
    shown = show_value(name, value, bound)
    if key in entry.faults:
        shown = f"{shown} ({entry.faults[key]})"
    for word, edge in limits:
        if _beyond(value, bound, edge, word):
            return f"{shown}, at {word} {show_value(name, edge)} allowed"
    return None


def _beyond(value: float, bound: str, edge: float, word: str) -> bool:
    """Whether a value is surely on the wrong side of a limit."""
    if word == "least":
        return value < edge or (bound == "under" and value <= edge)
    return value > edge or (bound == "over" and value >= edge)


def _narrow(limit: Limit, accepted: float | None) -> tuple[float | None, float | None]:
    """Least and most, those since acceptance among them."""
    least, most = limit.least, limit.most
    if accepted is None:
        return least, most
    by = [limit.worse] if limit.worse is not None else []
    if limit.worse_percent is not None:
        by.append(abs(accepted) * limit.worse_percent / 100)
    better = FIGURES[limit.figure].better
    for step in by:
        if better in {"more", "near"}:
            least = max(accepted - step, accepted - step if least is None else least)
        if better in {"less", "near"}:
            most = min(accepted + step, accepted + step if most is None else most)
    return least, most
