"""What a simulated suite shall hold: a TOML file with a name, a seed and parts."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Final, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from data.errors import SuiteError
from data.simulation.imaging.defects import DEFECTS, MAX_SEVERITY, Defect
from data.simulation.imaging.scanner import RESERVED_SCANNER_NAMES, SCANNER_NAMES
from data.simulation.recipe import Recipe
from data.strict_toml import read_strict_toml

Role = Literal["test", "calibration"]
Name = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[\w .+-]+$")]

_SHIPPED: Final = Path(str(files("benchmark"))) / "suites"
_SCANNERS: Final = {
    "scanner": SCANNER_NAMES,
    "any scanner": SCANNER_NAMES + RESERVED_SCANNER_NAMES,
}


class Part(BaseModel):
    """Scans of one kind.

    Attributes:
        name: Of the part, in reports.
        scans: How many, of each where there is an `each`.
        recipe: What each of them shall be; the rest is left to chance.
        each: "scanner" makes the part anew for each family of scanners that chance
            draws, "any scanner" for reserved ones too, "defect" for each defect at each
            severity, and once without any.
        same_scenes: Whether what `each` makes shows the same containers every time, so
            that nothing but the scanner or the defect differs.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: Name
    scans: Annotated[int, Field(ge=1, le=100_000)]
    recipe: Recipe = Recipe()
    each: Literal["scanner", "any scanner", "defect"] | None = None
    same_scenes: bool = True


class SuitePlan(BaseModel):
    """What a simulated suite shall hold.

    Attributes:
        name: Of the suite.
        title: What it asks, for people.
        role: "calibration" for choosing operating points, "test" for judging.
        seed: Of all of its scans.
        parts: What it is made of.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    format: Literal[1] = 1
    name: Name
    title: Annotated[str, Field(min_length=1, max_length=400)]
    role: Role = "test"
    seed: Annotated[int, Field(ge=0)]
    parts: Annotated[tuple[Part, ...], Field(min_length=1, strict=False)]

    def __str__(self) -> str:
        """What was asked for, for messages."""
        return f"the suite {self.name} of {len(list(self.list_scans()))} scans"

    def shrink(self, share: float) -> "SuitePlan":
        """The same with fewer scans of every part, at least one.

        Args:
            share: Over 0, to 1.

        Raises:
            SuiteError: If it is not.
        """
        if not 0 < share <= 1:
            msg = f"A share of {share:g} makes no suite. Choose over 0, up to 1."
            raise SuiteError(msg)
        if share == 1:
            return self
        parts = tuple(
            part.model_copy(update={"scans": max(1, round(share * part.scans))})
            for part in self.parts
        )
        update = {"name": f"{self.name} x {share:g}", "parts": parts}
        return self.model_copy(update=update)

    def list_scans(self) -> Iterator["PlannedScan"]:
        """Every scan, in order."""
        for number, part in enumerate(self.parts):
            for turn, (name, recipe) in enumerate(_unfold(part)):
                for place in range(part.scans):
                    scene = 0 if part.same_scenes else turn
                    seeds = np.random.SeedSequence([self.seed, number, scene, place])
                    own = seeds.generate_state(1, np.uint64)[0]
                    yield PlannedScan(name, int(own), recipe)


@dataclass(frozen=True, slots=True)
class PlannedScan:
    """One scan that is to be simulated.

    Attributes:
        part: Name of its part.
        seed: Its own.
        recipe: What it shall be.
    """

    part: str
    seed: int
    recipe: Recipe


def _unfold(part: Part) -> Iterator[tuple[str, Recipe]]:
    """What a part is made of: itself, or one for each scanner or defect."""
    if part.each in _SCANNERS:
        for scanner in _SCANNERS[part.each]:
            wish = part.recipe.model_copy(update={"scanner": scanner})
            yield f"{part.name}, {scanner}", wish
    elif part.each == "defect":
        yield f"{part.name}, none", part.recipe.model_copy(update={"defects": ()})
        for kind in DEFECTS:
            for severity in range(1, MAX_SEVERITY + 1):
                defects = (Defect(kind=kind, severity=severity),)
                wish = part.recipe.model_copy(update={"defects": defects})
                yield f"{part.name}, {kind} {severity}", wish
    else:
        yield part.name, part.recipe


def list_shipped() -> dict[str, Path]:
    """The plans that ship with the project, by the names of their files."""
    return {path.stem: path for path in sorted(_SHIPPED.glob("*.toml"))}


def read_plan(named: str | Path) -> SuitePlan:
    """Read a plan: one that ships, by its name, or a TOML file.

    Args:
        named: A name such as "standard", or a path.

    Raises:
        SuiteError: If there is neither, or the file is not a plan: one line that names
            all that is wrong.
    """
    shipped = list_shipped()
    path = shipped.get(str(named), Path(named))
    return read_strict_toml(
        path,
        SuitePlan,
        what="plan of a suite",
        hint=f"Name a plan's file, or one of {', '.join(shipped)}.",
        error=SuiteError,
    )
