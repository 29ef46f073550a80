"""What an experiment compares: a TOML file with datasets and arms."""

from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from data.errors import TrainingError
from data.simulation.recipe import Recipe
from data.strict_toml import read_strict_toml

ARM: Final = "arm:"
"""What a base begins with that is another arm's checkpoint."""

RESERVED: Final = frozenset({"base", "devices", "seed"})
"""Settings of a training that a plan or the command line states in another place."""

_SHIPPED: Final = Path(str(files("cargosight"))) / "experiments" / "plans"

Name = Annotated[str, Field(max_length=64, pattern=r"^\w[\w .+-]*$")]
Seed = Annotated[int, Field(ge=0, lt=2**31)]
Settings = dict[str, Any]
"""Names and values of `training.config.TrainingConfig`; a training checks them."""


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


Names = Annotated[
    tuple[Name, ...], BeforeValidator(_as_list), Field(min_length=1, strict=False)
]


class PlannedDataset(BaseModel):
    """Scans that are simulated once for all arms.

    Attributes:
        scans: How many.
        seed: Of all of them.
        recipe: What each of them shall be; the rest is left to chance.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    scans: Annotated[int, Field(ge=1, le=100_000)]
    seed: Seed
    recipe: Recipe = Recipe()


class Measure(BaseModel):
    """What every arm is measured on.

    Attributes:
        dataset: Name of a dataset that no arm trains on. All its scans count.
        pfa: Share of its clean scans that may raise an alarm.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    dataset: Name
    pfa: Annotated[float, Field(gt=0, lt=1)] = 0.05


class Arm(BaseModel):
    """One way of training, the same for every seed.

    Attributes:
        name: Of the arm, in the table and as a folder.
        group: Heading in the table; arms are compared with the first of their group.
        dataset: Names of the datasets that it learns from.
        scans: How many of their scans, training and validation together; each seed
            chooses its own. None for all.
        base: What it starts from, as `cargosight train --base` has it, or "arm:NAME":
            the checkpoint of an earlier arm and the same seed. None for what the common
            settings say.
        settings: Of its trainings, where they differ from the common ones.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: Name
    group: Annotated[str, Field(max_length=80)] = ""
    dataset: Names = ("training",)
    scans: Annotated[int, Field(ge=6)] | None = None
    base: Annotated[str, Field(min_length=1)] | None = None
    settings: Settings = {}

    @property
    def start(self) -> str | None:
        """Name of the arm that it starts from; None if it starts from no other."""
        if self.base is None or not self.base.startswith(ARM):
            return None
        return self.base.removeprefix(ARM)


class ExperimentPlan(BaseModel):
    """What an experiment compares.

    Attributes:
        name: Of the experiment.
        title: What it asks, for people.
        seeds: Every arm is trained once with each.
        common: Settings of every training.
        datasets: By name.
        measure: What every arm is measured on.
        arms: What is compared.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    format: Literal[1] = 1
    name: Name
    title: Annotated[str, Field(min_length=1, max_length=400)]
    seeds: Annotated[tuple[Seed, ...], Field(min_length=1, strict=False)]
    common: Settings = {}
    datasets: dict[Name, PlannedDataset]
    measure: Measure
    arms: Annotated[tuple[Arm, ...], Field(min_length=1, strict=False)]

    @model_validator(mode="after")
    def _check(self) -> Self:
        wrong = [
            *_find_twice("arms", [arm.name for arm in self.arms]),
            *_find_twice("seeds", self.seeds),
            *_find_twice("seeds of datasets", [d.seed for d in self.datasets.values()]),
            *(fault for arm in self.arms for fault in self._find_faults(arm)),
            *_find_reserved("common", self.common.keys() - {"base"}),
        ]
        if self.measure.dataset not in self.datasets:
            wrong.append(f"there is no dataset {self.measure.dataset!r} to measure on")
        if wrong:
            raise ValueError("; ".join(wrong))
        return self

    def choose_arms(self, names: Sequence[str]) -> tuple[Arm, ...]:
        """Arms by name and those that they start from, in the order of the plan.

        Args:
            names: Which; none for all.

        Raises:
            TrainingError: If there is no such arm.
        """
        known = {arm.name: arm for arm in self.arms}
        strange = [name for name in names if name not in known]
        if strange:
            offered = ", ".join(known)
            msg = f"{self.name} has no arm {strange[0]!r}. Choose of {offered}."
            raise TrainingError(msg)
        wanted = set(names or known)
        for arm in reversed(self.arms):
            if arm.name in wanted and arm.start is not None:
                wanted.add(arm.start)
        return tuple(arm for arm in self.arms if arm.name in wanted)

    def settings_of(self, arm: Arm) -> Settings:
        """The common settings with what the arm has in their place, table by table."""
        base = {} if arm.base is None else {"base": arm.base}
        return _overlay(self.common, {**arm.settings, **base})

    def _find_faults(self, arm: Arm) -> list[str]:
        """What is wrong with an arm."""
        names = [each.name for each in self.arms]
        earlier = names[: names.index(arm.name)]
        wrong = [
            f"arm {arm.name!r}: there is no dataset {name!r}"
            for name in arm.dataset
            if name not in self.datasets
        ]
        if self.measure.dataset in arm.dataset:
            wrong.append(f"arm {arm.name!r} would learn from what it is measured on")
        if arm.start is not None and arm.start not in earlier:
            wrong.append(f"arm {arm.name!r}: no earlier arm is named {arm.start!r}")
        return [*wrong, *_find_reserved(f"arm {arm.name!r}", arm.settings.keys())]


def _find_twice(what: str, values: Sequence[object]) -> list[str]:
    if len(set(values)) == len(values):
        return []
    return [f"{what}: each may be there once"]


def _find_reserved(where: str, names: Iterable[str]) -> list[str]:
    found = sorted(RESERVED.intersection(names))
    return [f"{where}: {name!r} is no setting of an arm" for name in found]


def _overlay(under: Mapping[str, Any], over: Mapping[str, Any]) -> Settings:
    merged = dict(under)
    for name, value in over.items():
        below = merged.get(name)
        if isinstance(value, Mapping) and isinstance(below, Mapping):
            merged[name] = _overlay(below, value)
        else:
            merged[name] = value
    return merged


def list_shipped() -> dict[str, Path]:
    """The plans that ship with the project, by the names of their files."""
    return {path.stem: path for path in sorted(_SHIPPED.glob("*.toml"))}


def read_plan(named: str | Path) -> ExperimentPlan:
    """Read a plan: one that ships, by its name, or a TOML file.

    Args:
        named: A name such as "encoding", or a path.

    Raises:
        TrainingError: If there is neither, or the file is not a plan: one line that
            names all that is wrong.
    """
    shipped = list_shipped()
    return read_strict_toml(
        shipped.get(str(named), Path(named)),
        ExperimentPlan,
        what="plan of an experiment",
        hint=f"Name a plan's file, or one of {', '.join(shipped)}.",
        error=TrainingError,
    )
