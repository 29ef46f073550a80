"""One training, from a dataset to a run folder."""

import csv
import hashlib
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from data.dataset import Dataset, read_dataset
from data.errors import TrainingError
from data.files import replacing
from data.formats import read_scan
from data.truth import FIREARM
from detector.encoding import Encoding
from detector.run import CHECKPOINT, RECORD, Run, write_run
from training.base import Base, find_base
from training.begun import BEGUN, Begun, begin
from training.config import CONFIG, TrainingConfig
from training.curves import draw_curves
from training.devices import find_port, join_team, name_devices, run_beside
from training.drawing import Drawer
from training.epoch import Epoch
from training.fit import Watchers, fit
from training.gathering import Gatherer, warn_of_long
from training.seen import gather_seen, keep_seen
from training.state import STATE, Progressed, read_progressed
from training.tracking import Tracker, open_tracker
from training.watch import Watch

METRICS: Final = "metrics.csv"
CURVES: Final = "curves.png"
WORK: Final = "work"

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class _Job:
    """One training, as every device of it must know it."""

    dataset: Path
    out: Path
    config: TrainingConfig
    base: Base
    cache: Path
    port: int

    def gather(self, workers: int, progress: Progress) -> Gatherer:
        return Gatherer(self.config, self.cache, workers, progress)


def train_network(
    dataset: Path,
    out: Path,
    config: TrainingConfig,
    *,
    progress: Progress,
    cache: Path | None = None,
) -> Run:
    """Fine-tune a network on a dataset.

    Leaves in `out`: `config.json`, `begun.json` and `seen.txt` (what was asked, and
    from what), `metrics.csv` and `curves.png` (a row, a point an epoch),
    `checkpoint.pt` (the best epoch), `mlflow.db` and, when all is done, `run.json`.
    Killed at any moment, it goes on from the last finished epoch when called again with
    the same arguments.

    Args:
        dataset: Folder of a dataset, ours or in the YOLO layout.
        out: Folder of the run: new, empty, or of the same training, not finished.
        config: What to do. An encoding that it does not state is that of the scans.
        progress: Told what is being done, and how many steps of how many are done.
        cache: Where prepared scans and phantoms are kept for other trainings; None
            keeps them in `out` until it is done.

    Returns:
        The record of the run.

    Raises:
        TrainingError: If `out` holds a finished run or another one, the dataset has
            nothing to learn from, a scan it holds out was learned from, or the training
            cannot begin or go on.
        DatasetError: If there is no dataset.
        ScanFileError: If one of its scans cannot be read.
        EncodingError: If one of its scans is of another kind than the encoding.
    """
    clock = time.monotonic()
    _check_devices(config)
    content = read_dataset(dataset)
    config = _with_encoding(config, content)
    base = find_base(config.base, config.encoding)
    _check_learned(config, base)
    _check_folder(out)
    replay = None if config.replay is None else read_dataset(Path(config.replay))
    replayed = None if replay is None else replay.sha256
    shown = [content] if replay is None else [content, replay]
    seen = gather_seen(shown, config.base)
    begun = begin(out, config, base, content.sha256, replayed)
    keep_seen(seen, out)
    job = _Job(dataset, out, config, base, cache or out / WORK, find_port())
    progressed = _fit(job, content, progress)
    run = _record(shown, job, begun, progressed, time.monotonic() - clock)
    write_run(run, out)
    (out / STATE).unlink(missing_ok=True)
    shutil.rmtree(out / WORK, ignore_errors=True)
    return run


def _check_devices(config: TrainingConfig) -> None:
    world = len(name_devices(config.devices))
    if config.batch < world:
        msg = f"{world} devices cannot share a batch of {config.batch}. Raise --batch."
        raise TrainingError(msg)


def _check_learned(config: TrainingConfig, base: Base) -> None:
    """Refuse to teach a refiner what a network answers that has not learned to."""
    if config.refine and base.model.endswith(".yaml") and base.weights is None:
        msg = (
            f"--base {base.name} has not learned to detect, so there is nothing to "
            "refine. Give a checkpoint or a bundle."
        )
        raise TrainingError(msg)


def _with_encoding(config: TrainingConfig, dataset: Dataset) -> TrainingConfig:
    if "encoding" in config.model_fields_set:
        return config
    first = read_scan(dataset.samples[0].scan)
    return config.model_copy(update={"encoding": Encoding.of(first)})


def _check_folder(out: Path) -> None:
    """Refuse a folder that is not free for this training."""
    if out.exists() and not out.is_dir():
        msg = f"{out} is a file. Choose a new folder as --out."
        raise TrainingError(msg)
    if (out / RECORD).exists():
        msg = f"{out} holds a finished training. Choose another --out."
        raise TrainingError(msg)
    begun = (out / BEGUN).exists()
    drafts = (f".{Path(CONFIG).stem}-", f".{Path(BEGUN).stem}-")
    left = [*out.iterdir()] if out.exists() and not begun else []
    if any(
        place.name != CONFIG and not place.name.startswith(drafts) for place in left
    ):
        msg = f"{out} holds other things. Choose an empty folder as --out."
        raise TrainingError(msg)


def _fit(job: _Job, content: Dataset, progress: Progress) -> Progressed:
    """Fit on every device; this process is the first of them."""
    devices = name_devices(job.config.devices)
    gatherer = job.gather(max(1, job.config.workers), progress)
    pool = gatherer.gather_pool(content)
    warn_of_long(pool, job.config)
    drawer = Drawer(pool, job.config, gatherer.gather_replay())
    folder = job.out / WORK
    watch = Watch(gatherer.gather_watched(content), job.config, folder)
    last = Progressed()

    def on_epoch(progressed: Progressed) -> None:
        nonlocal last
        last = progressed
        _keep_metrics(job.out, progressed.epochs)
        tracker.log(progressed.epochs[-1])

    watchers = Watchers(lambda done, count: progress("training", done, count), on_epoch)
    world = len(devices)
    with (
        _track(job) as tracker,
        run_beside(_help, (job, world), world - 1) as ask,
        join_team(devices[0], 0, world, job.port, ask) as team,
    ):
        fit(job.config, job.base, drawer, watch, job.out, team=team, watchers=watchers)
    return last if last.epochs else read_progressed(job.out / STATE)


@contextmanager
def _track(job: _Job) -> Iterator[Tracker]:
    tracker = open_tracker(
        job.config.tracking,
        job.out,
        name=job.out.resolve().name,
        settings=job.config.model_dump(mode="json"),
    )
    try:
        yield tracker
    except BaseException:
        tracker.close(finished=False)
        raise
    tracker.close(finished=True, files=[job.out / METRICS, job.out / CURVES])


def _help(number: int, job: _Job, world: int) -> None:
    """The part of a device that is not the first."""
    rank = number + 1
    content = read_dataset(job.dataset)
    gatherer = job.gather(1, lambda *_: None)
    drawer = Drawer(gatherer.gather_pool(content), job.config, gatherer.gather_replay())
    silent = Watchers(lambda *_: None, lambda _: None)
    device = name_devices(job.config.devices)[rank]
    with join_team(device, rank, world, job.port) as team:
        fit(job.config, job.base, drawer, None, job.out, team=team, watchers=silent)


def _keep_metrics(out: Path, epochs: list[Epoch]) -> None:
    with replacing(out / METRICS) as draft, draft.open("w", newline="") as file:
        rows = csv.DictWriter(file, list(asdict(epochs[0])))
        rows.writeheader()
        rows.writerows(asdict(one) for one in epochs)
    draw_curves(epochs, out / CURVES)


def _record(
    shown: Sequence[Dataset],
    job: _Job,
    begun: Begun,
    progressed: Progressed,
    seconds: float,
) -> Run:
    config, best = job.config, progressed.best
    assert best is not None  # noqa: S101 - one epoch at least has ended
    earlier = sum(epoch.seconds for epoch in progressed.epochs)
    return Run(
        encoding=config.encoding,
        planes=config.holds,
        scale=config.scale,
        tile_side=config.tile_side,
        tile_overlap=config.tile_overlap,
        labels=(FIREARM,),
        base=job.base.name,
        base_sha256=job.base.sha256,
        seed=config.seed,
        dataset=str(shown[0].root.resolve()),
        dataset_sha256=begun.dataset_sha256,
        replay_sha256=begun.replay_sha256,
        synthetic=all(each.synthetic for each in shown)
        and config.projection.cutouts is None,
        checkpoint_sha256=hashlib.sha256(
            (job.out / CHECKPOINT).read_bytes()
        ).hexdigest(),
        best_epoch=best.number,
        epochs=len(progressed.epochs),
        pd=best.pd,
        pfa=config.pfa,
        ap50=best.ap50,
        ap50_95=best.ap50_95,
        started=begun.started,
        seconds=round(max(seconds, earlier), 1),
        versions=begun.versions,
        commit=begun.commit,
    )
