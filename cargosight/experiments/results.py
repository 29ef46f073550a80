"""What an experiment measured: one file, written anew after every training."""

from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cargosight.experiments.plan import Arm, ExperimentPlan
from data.dataset_writing import write_text
from data.errors import TrainingError

RESULTS: Final = "results.json"

Share = Annotated[float, Field(ge=0, le=1)]


class ArmResult(BaseModel):
    """One training of an arm, measured.

    Attributes:
        arm: Its name.
        seed: Of the training.
        pd: Share of the firearms found at the threshold; None without firearms, or
            without clean scans to choose the threshold on.
        pfa: Share of the clean scans that raised an alarm at it.
        clean: How many clean scans there are.
        threshold: Above it a detection is an alarm.
        ap50: Average precision at IoU 0.5.
        ap50_95: Its mean over IoU 0.5 to 0.95.
        hits: Whether each firearm was found, in an order that all arms share whose
            planes hide none: renderings hide some, each run's others.
        behind: Attenuation around each, nepers; None if it is not known.
        groups: What the scan of each belongs to.
        seconds: How long the training took, s.
        checkpoint_sha256: Of what was measured.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    arm: str
    seed: int
    pd: Share | None
    pfa: Share | None
    clean: int
    threshold: float
    ap50: float
    ap50_95: float
    hits: tuple[bool, ...]
    behind: tuple[float | None, ...]
    groups: tuple[str, ...]
    seconds: float
    checkpoint_sha256: str


class Results(BaseModel):
    """What was measured so far, and the plan it follows.

    Attributes:
        plan: The plan.
        steps: Steps of every training, where the command line has set them.
        rows: One for each arm and seed that is done.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    plan: ExperimentPlan
    steps: int | None = None
    rows: tuple[ArmResult, ...] = ()

    def find(self, arm: str, seed: int) -> ArmResult | None:
        """The result of an arm and a seed; None if there is none yet."""
        found = [row for row in self.rows if (row.arm, row.seed) == (arm, seed)]
        return found[0] if found else None

    def of(self, arm: str) -> dict[int, ArmResult]:
        """The results of an arm by seed, in the order of the plan's seeds."""
        found = {seed: self.find(arm, seed) for seed in self.plan.seeds}
        return {seed: row for seed, row in found.items() if row is not None}

    def add(self, row: ArmResult) -> "Results":
        """The same with one more."""
        return self.model_copy(update={"rows": (*self.rows, row)})


def read_results(out: Path) -> Results:
    """Read the results of an experiment.

    Args:
        out: Its folder.

    Raises:
        TrainingError: If it holds none, or they are damaged.
    """
    path = out / RESULTS
    try:
        return Results.model_validate_json(path.read_bytes())
    except OSError as error:
        msg = (
            f"{out} holds no experiment: it has no {RESULTS}. "
            "Give the folder that `cargosight experiment run --out` made."
        )
        raise TrainingError(msg) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "file"
        msg = f"{path} is damaged: {where}: {first['msg']}. Choose another folder."
        raise TrainingError(msg) from error


def write_results(results: Results, out: Path) -> None:
    """Write the results of an experiment into its folder, a line for each training."""
    rows = ",\n".join(row.model_dump_json() for row in results.rows)
    head = results.model_dump_json(exclude={"rows"}, exclude_none=True)
    write_text(out / RESULTS, f'{head[:-1]},\n"rows":[\n{rows}\n]}}')


def claim_results(out: Path, plan: ExperimentPlan, steps: int | None) -> Results:
    """Begin an experiment in a folder, or go on with the one there.

    Arms and seeds may have been added to the plan since, and titles changed.

    Args:
        out: The folder: new, empty, or claimed before.
        plan: The plan.
        steps: Of every training; None for what the plan says.

    Returns:
        What is done so far, with the plan as it is now.

    Raises:
        TrainingError: If the folder holds other things, or results of something else.
    """
    if out.exists() and not out.is_dir():
        msg = f"{out} is a file. Choose a new folder as --out."
        raise TrainingError(msg)
    if not (out / RESULTS).is_file():
        if out.exists() and any(not p.name.startswith(".") for p in out.iterdir()):
            msg = f"{out} holds other things. Choose a new or an empty folder as --out."
            raise TrainingError(msg)
        results = Results(plan=plan, steps=steps)
    else:
        results = _go_on(out, Results(plan=plan, steps=steps))
    write_results(results, out)
    return results


def _go_on(out: Path, wanted: Results) -> Results:
    found = read_results(out)
    changed = _compare(found, wanted)
    if changed:
        msg = (
            f"{out} holds results of another experiment: {', '.join(changed)} changed. "
            "Ask for the same to go on, or choose a new folder as --out."
        )
        raise TrainingError(msg)
    return wanted.model_copy(update={"rows": found.rows})


def _compare(found: Results, wanted: Results) -> list[str]:
    """What a result depends on that is no longer the same."""
    before, now = _list_causes(found), _list_causes(wanted)
    shared = sorted(before.keys() & now.keys())
    return [name for name in shared if before[name] != now[name]]


def _list_causes(results: Results) -> dict[str, object]:
    plan = results.plan
    causes: dict[str, object] = {"--steps": results.steps, "measure": plan.measure}
    causes |= {f"datasets.{name}": each for name, each in plan.datasets.items()}
    return causes | {
        f"arm {arm.name}": (_without_group(arm), plan.settings_of(arm))
        for arm in plan.arms
    }


def _without_group(arm: Arm) -> Arm:
    return arm.model_copy(update={"group": ""})
