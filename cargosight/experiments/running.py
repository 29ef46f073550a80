"""Run an experiment: simulate, train, measure; stopped anywhere, it goes on there."""

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cargosight.experiments.datasets import Datasets, Report
from cargosight.experiments.plan import Arm, ExperimentPlan
from cargosight.experiments.results import (
    ArmResult,
    Results,
    claim_results,
    read_results,
    write_results,
)
from cargosight.experiments.table import make_table
from data.dataset_writing import write_text
from detector.run import CHECKPOINT, RECORD, Run, read_run
from training.config import TrainingConfig, make_config
from training.train import train_network
from training.watch import Figures, measure_run

CHOSEN: Final = "chosen"
DATASETS: Final = "datasets"
PREPARED: Final = ".prepared"
"""What arms and experiments share beside the datasets; none can be named so."""

RUNS: Final = "runs"
TABLE: Final = "table.md"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How an experiment is run.

    Attributes:
        arms: Names of the arms that are wanted; none for all.
        device: What trains and measures: "cpu", "mps", or numbers of GPUs, such as
            "0" or "0,1", of which the first measures.
        workers: Processes that simulate.
        steps: Steps of every training, in place of what the plan says.
        datasets: Folder of the simulated datasets, which experiments may share; a
            folder of the experiment if None.
    """

    arms: tuple[str, ...] = ()
    device: str = "cpu"
    workers: int = 1
    steps: int | None = None
    datasets: Path | None = None


@dataclass(frozen=True, slots=True)
class _Job:
    """One training.

    Attributes:
        arm: Of the plan.
        folder: Of its run.
        config: What it is asked to do.
    """

    arm: Arm
    folder: Path
    config: TrainingConfig


def run_experiment(
    plan: ExperimentPlan, out: Path, *, options: RunOptions, progress: Report
) -> Results:
    """Train and measure what a plan compares.

    Leaves in `out`: `results.json` and `table.md`, both written anew after every arm,
    `datasets`, and the runs in `runs/ARM/SEED`. The same call goes on where the last
    one was stopped; what is done is not done again.

    Args:
        plan: The plan.
        out: Folder of the experiment: new, empty, or one that this function began.
        options: Which arms, and how.
        progress: Told what is being done, and how many steps of how many are done.

    Returns:
        All results so far.

    Raises:
        TrainingError: If there is no such arm, a training cannot be configured as the
            plan has it, cannot begin or go on, or `out` holds other things.
        CargosightError: If the scans cannot be simulated or measured.
    """
    arms = plan.choose_arms(options.arms)
    jobs = [_plan_job(plan, arm, s, out, options) for s in plan.seeds for arm in arms]
    results = claim_results(out, plan, options.steps)
    _write_table(results, out)
    datasets = Datasets(
        simulated=options.datasets or out / DATASETS,
        chosen=out / CHOSEN,
        planned=plan.datasets,
        workers=options.workers,
        progress=progress,
    )
    for done, job in enumerate(jobs):
        progress("experiment", done, len(jobs))
        if read_results(out).find(job.arm.name, job.config.seed) is None:
            row = _do(job, datasets, plan, progress)
            # Another process may have added its own arms meanwhile.
            results = read_results(out).add(row)
            write_results(results, out)
            _write_table(results, out)
    progress("experiment", len(jobs), len(jobs))
    return read_results(out)


def _plan_job(
    plan: ExperimentPlan, arm: Arm, seed: int, out: Path, options: RunOptions
) -> _Job:
    settings: dict[str, Any] = plan.settings_of(arm)
    settings |= {"seed": seed, "devices": options.device}
    if arm.start is not None:
        start = _find_folder(out, arm.start, seed) / CHECKPOINT
        settings["base"] = str(start.resolve())  # the same wherever it is called from
    if options.steps is not None:
        settings["steps"] = options.steps
    config = make_config(None, settings)
    return _Job(arm, _find_folder(out, arm.name, seed), config)


def _find_folder(out: Path, arm: str, seed: int) -> Path:
    return out / RUNS / arm / str(seed)


def _do(
    job: _Job, datasets: Datasets, plan: ExperimentPlan, progress: Report
) -> ArmResult:
    run = _train(job, datasets, progress)
    measured = datasets.simulate(plan.measure.dataset)
    figures = measure_run(
        job.folder,
        measured.root,
        measured.samples,
        pfa=plan.measure.pfa,
        device=job.config.devices.partition(",")[0],
        cache=datasets.simulated / PREPARED,
        workers=datasets.workers,
        progress=lambda done, count: progress("measuring", done, count),
    )
    return _record(job, run, figures)


def _train(job: _Job, datasets: Datasets, progress: Report) -> Run:
    """The run of a job: the finished one, or one that goes on or begins."""
    if (job.folder / RECORD).is_file():
        return read_run(job.folder)
    _log.info("training %s, seed %d", job.arm.name, job.config.seed)
    dataset = datasets.gather(job.arm, job.config.seed)
    return train_network(
        dataset,
        job.folder,
        job.config,
        cache=datasets.simulated / PREPARED,
        progress=progress,
    )


def _record(job: _Job, run: Run, figures: Figures) -> ArmResult:
    return ArmResult(
        arm=job.arm.name,
        seed=job.config.seed,
        pd=figures.pd.share if figures.pd is not None and figures.clean else None,
        pfa=None if figures.pfa is None else figures.pfa.share,
        clean=figures.clean,
        threshold=figures.threshold,
        ap50=figures.ap50,
        ap50_95=figures.ap50_95,
        hits=figures.hits,
        behind=figures.behind,
        groups=figures.groups,
        seconds=run.seconds,
        checkpoint_sha256=run.checkpoint_sha256,
    )


def _write_table(results: Results, out: Path) -> None:
    write_text(out / TABLE, make_table(results).rstrip("\n"))
