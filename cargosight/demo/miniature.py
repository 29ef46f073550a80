"""The whole job in miniature, in a few minutes on a small machine."""

import time
from pathlib import Path
from typing import Final

from benchmark.evaluation.running import RunOptions
from benchmark.suite.making import RealSource, make_real_suite
from cargosight.benchmarking import Benchmark, ReportOptions, run_benchmark
from cargosight.demo.folder import clear_demo
from cargosight.detecting import DetectOptions, Summary, detect_scans
from cargosight.progress import Report
from cargosight.sheet import write_sheet
from data.dataset import Dataset
from data.simulated_dataset import write_simulated_dataset
from data.simulation.recipe import Recipe
from detector.bundle import default_bundle_path
from detector.encoding import Encoding
from export import export_bundle
from training.config import Projection, TrainingConfig
from training.train import train_network

SCANS: Final = 64
EASY: Final = Recipe(
    scanner="simulated 6/4 MV",
    length_m=4.0,
    cargo="empty",
    form="whole",
    concealment="parcel",
    harmless=0,
    defects=(),
)
"""What a network can begin to learn in a minute or two."""

LEARNING_RATE: Final = 0.001
TILE_SIDE: Final = 320
TILE_OVERLAP: Final = 96
"""Px: smaller than those of a real training, and faster."""

SHOWN: Final = 6
EPOCHS: Final = 6


def run_miniature(out: Path, *, seed: int, progress: Report) -> list[str]:
    """Simulate scans, fine-tune the default bundle on them, export, detect, judge.

    Args:
        out: Where everything goes; an earlier demo there is replaced.
        seed: Of the scans and the training.
        progress: Told what is being done, and how many steps of how many are done.

    Returns:
        What was done and where to look, line by line.

    Raises:
        DatasetError: If `out` holds other things than a demo.
        StationError: If the station of an earlier demo still runs there.
    """
    started = time.monotonic()
    clear_demo(out)
    dataset = write_simulated_dataset(
        out / "dataset",
        scans=SCANS,
        seed=seed,
        recipe=EASY,
        workers=2,
        progress=lambda done, count: progress("simulating", done, count),
    )
    run = train_network(dataset.root, out / "run", _configure(seed), progress=progress)
    manifest = export_bundle(
        [out / "run"], out / "bundle", name="demo", progress=progress
    )
    seen = _detect(dataset, out, progress)
    judged = _judge(out, progress)
    sheet = _show(out, seen)
    parity = manifest.graphs["dual"].parity
    assert parity is not None  # noqa: S101 - nothing is exported without
    return [
        f"simulated  {len(dataset.samples)} dual-energy scans with truth",
        f"trained    {run.epochs} epochs of the default bundle's refiner",
        f"exported   {out / 'bundle'}: graph and checkpoint differ by at most "
        f"{parity.score:.1e} in score and {parity.box_px:.1e} px",
        f"detected   {seen.sentence()}",
        *(f"           {line}" for line in judged.as_text().splitlines()),
        f"look at    {sheet}",
        f"all of it  {time.monotonic() - started:.0f} s. Simulated scans in miniature: "
        "these figures say nothing of a port's scanner.",
    ]


def _configure(seed: int) -> TrainingConfig:
    return TrainingConfig(
        encoding=Encoding.DUAL,
        base=str(default_bundle_path()),
        refine=True,
        tile_side=TILE_SIDE,
        tile_overlap=TILE_OVERLAP,
        epochs=EPOCHS,
        batch=8,
        learning_rate=LEARNING_RATE,
        still_epochs=EPOCHS,
        seed=seed,
        validation_scans=12,
        projection=Projection(share=0.2, firearms=150, others=100),
        tracking="none",
    )


def _detect(dataset: Dataset, out: Path, progress: Report) -> Summary:
    unseen = [sample.scan for sample in dataset.samples if sample.split == "held-out"]
    options = DetectOptions(bundle=out / "bundle", allow_unsigned=True)
    return detect_scans(unseen, out / "results", options, progress=progress)


def _judge(out: Path, progress: Report) -> Benchmark:
    """Seal what was held out as a suite, and report on the bundle there."""
    make_real_suite(
        RealSource(out / "dataset"),
        out / "suite",
        name="demo",
        title="What the demo held out",
    )
    return run_benchmark(
        out / "suite",
        out / "bundle",
        out / "evaluation",
        options=RunOptions(),
        shown=ReportOptions(),
        progress=progress,
    )


def _show(out: Path, seen: Summary) -> Path:
    shown = sorted(seen.outcomes, key=lambda outcome: -outcome.alarms)[:SHOWN]
    overlays = [out / "results" / f"{outcome.file.name}.png" for outcome in shown]
    return write_sheet(overlays, out / "overlays.png")
