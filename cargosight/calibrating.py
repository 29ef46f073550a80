"""The flow behind `cargosight bundle calibrate`."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import tomlkit
from tomlkit.exceptions import TOMLKitError

from benchmark.calibration.curve import measure_curve
from benchmark.calibration.points import add_point, choose_point, which_graph
from benchmark.evaluation.ledger import keep_ledger
from benchmark.evaluation.record import Evaluation
from benchmark.evaluation.running import RunOptions, run_suite
from benchmark.evaluation.slices import slice_ledger
from benchmark.suite.sealed import read_suite
from cargosight.progress import Report
from data.dataset_writing import write_text
from data.errors import SuiteError
from detector.blind_spots import SORTS
from detector.bundle import Bundle, read_bundle, write_files
from detector.card import write_card
from detector.manifest import CARD, GraphKind, Slice
from detector.operating_point import OperatingPoint
from detector.trust.opening import is_sealed

LONGEST_NAME: Final = 64
"""Characters of a slice's name that a manifest takes."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of an operating point.

    Attributes:
        name: What people shall call it.
        pfa: Share of clean inspections that may raise an alarm.
        station: TOML file that it goes to; None for the bundle itself.
    """

    name: str = "normal"
    pfa: float = 0.05
    station: Path | None = None


def calibrate_bundle(
    bundle: Path,
    suites: tuple[Path, Path],
    out: Path,
    *,
    wish: Wish,
    options: RunOptions,
    progress: Report,
) -> OperatingPoint:
    """Run a bundle on two suites, choose a point on the first, measure on the second.

    The bundle is told the point, and what was found of which firearms by it: its card
    says both. It is told Pd and Pfa at other thresholds too.

    Args:
        bundle: Folder of a draft or calibrated bundle.
        suites: Folders of a calibration suite and of a test suite.
        out: Folder for both evaluations.
        wish: What is asked.
        options: How the bundle is run.
        progress: Told what is being done.

    Raises:
        SuiteError: If a suite is unfit, or the bundle that the point goes to is signed.
        BundleError: If there is no bundle.
    """
    found = read_bundle(bundle)
    if wish.station is None:
        _check_unsigned(found)
    evaluations = []
    for place, folder in zip(("chosen", "checked"), suites, strict=True):
        suite = read_suite(folder)

        def tell(done: int, count: int, name: str = suite.name) -> None:
            progress(f"detecting in {name}", done, count)

        evaluations.append(
            run_suite(suite, found, out / place, options=options, progress=tell)
        )
    point = choose_point(*evaluations, name=wish.name, wanted_pfa=wish.pfa)
    kind = which_graph(evaluations[0])
    if wish.station is not None:
        write_site_point(wish.station, kind, point)
    else:
        manifest = add_point(found, kind, point)
        slices = cut_evaluation(evaluations[1], point)
        measured = {"slices": slices, "curve": measure_curve(evaluations[1])}
        entry = manifest.graphs[kind].model_copy(update=measured)
        changes = {"graphs": {**manifest.graphs, kind: entry}}
        manifest = manifest.model_copy(update=changes)
        write_files(manifest, bundle, {CARD: write_card(manifest).encode()})
    return point


def _check_unsigned(bundle: Bundle) -> None:
    """Refuse a bundle of which nothing may change, before suites are run for hours."""
    manifest = bundle.manifest
    if is_sealed(bundle):
        msg = (
            f"{manifest.name} {manifest.version} is signed: nothing of it may change. "
            "Calibrate its draft, or write to a station.toml with --station."
        )
        raise SuiteError(msg)


def cut_evaluation(evaluation: Evaluation, point: OperatingPoint) -> tuple[Slice, ...]:
    """What was found of which firearms, for the manifest of a bundle.

    Args:
        evaluation: Of the bundle, on the suite that the point was measured on.
        point: Decides what is found.

    Returns:
        Parts of the suite that hold a firearm, by each of `detector.blind_spots.SORTS`
        that tells firearms of it apart.
    """
    return tuple(
        Slice(
            by=each.dimension,
            name=each.value[:LONGEST_NAME],
            found=each.pd.hits,
            of=each.pd.trials,
            interval=(each.pd.low, each.pd.high),
        )
        for each in slice_ledger(keep_ledger(evaluation, point.threshold))
        if each.dimension in SORTS and each.pd is not None
    )


def write_site_point(path: Path, kind: GraphKind, point: OperatingPoint) -> None:
    """Write a site's own operating point into its station.toml.

    What else the file says stays as it is, comments too. The point stands under
    `[operating_points.KIND]`.

    Args:
        path: The file, which may not exist yet.
        kind: The graph that the point is of.
        point: The point.

    Raises:
        SuiteError: If the file is no TOML.
    """
    try:
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        document = tomlkit.parse(text)
    except (TOMLKitError, UnicodeDecodeError, OSError) as error:
        msg = f"{path} cannot be read as TOML: {error}. Mend it first."
        raise SuiteError(msg) from error
    points = document.setdefault("operating_points", tomlkit.table(is_super_table=True))
    points[kind] = point.model_dump(mode="json", exclude_none=True)
    written = tomlkit.dumps(document)
    tomllib.loads(written)
    write_text(path, written.rstrip("\n"))
