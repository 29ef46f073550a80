"""Operating points chosen on a calibration suite and measured on another."""

import math

from benchmark.calibration.threshold import choose_threshold
from benchmark.evaluation.ledger import Ledger, keep_ledger
from benchmark.evaluation.outcomes import gather_outcomes
from benchmark.evaluation.record import Evaluation
from benchmark.evaluation.scoring import measure_rates
from data.errors import SuiteError
from detector.bundle import Bundle
from detector.manifest import GraphKind, Manifest
from detector.operating_point import OperatingPoint


def choose_point(
    chosen_on: Evaluation, checked_on: Evaluation, *, name: str, wanted_pfa: float
) -> OperatingPoint:
    """Choose a threshold for a Pfa, and measure what it does on other scans.

    Args:
        chosen_on: Of the bundle on a calibration suite.
        checked_on: Of the same bundle on a suite that is none.
        name: What people shall call the point.
        wanted_pfa: Share of clean inspections that may raise an alarm, over 0, below 1.

    Returns:
        The point, with the Pd and Pfa that were measured on the second suite.

    Raises:
        SuiteError: If the suites are unfit: of the wrong role, with too few clean
            inspections for such a Pfa, or without what the other needs to measure.
    """
    _check(chosen_on, checked_on)
    clean = gather_outcomes(keep_ledger(chosen_on)).loudest
    least = math.ceil(1 / wanted_pfa) if 0 < wanted_pfa < 1 else 0
    if not least or len(clean) < least:
        msg = (
            f"A Pfa of {wanted_pfa:g} cannot be set on the {len(clean)} clean "
            f"inspections of {chosen_on.suite.name}. Choose 0.0001 to 0.5 and a suite "
            f"with {least or 20} of them or more."
        )
        raise SuiteError(msg)
    threshold = choose_threshold([max(s, 0.0) for s in clean.tolist()], wanted_pfa)
    return _measure(keep_ledger(checked_on, threshold), name, threshold)


def _check(chosen_on: Evaluation, checked_on: Evaluation) -> None:
    first, second = chosen_on.stamp, checked_on.stamp
    if first.suite.role != "calibration" or second.suite.role != "test":
        msg = (
            f"{first.suite.name} is a {first.suite.role} suite and "
            f"{second.suite.name} a {second.suite.role} suite. Choose a point on a "
            "calibration suite and measure it on a test suite."
        )
        raise SuiteError(msg)
    if first.bundle.sha256 != second.bundle.sha256 or first.rendered != second.rendered:
        msg = "The two evaluations are of different bundles. Run one bundle on both."
        raise SuiteError(msg)


def _measure(ledger: Ledger, name: str, threshold: float) -> OperatingPoint:
    pd, pfa = measure_rates(ledger)
    suite = ledger.evaluation.suite
    if pd is None or pfa is None:
        msg = (
            f"{suite.name} lacks firearms or clean inspections to measure a point by. "
            "Check it on a suite with both."
        )
        raise SuiteError(msg)
    return OperatingPoint(
        name=name,
        threshold=threshold,
        pd=pd.share,
        pd_interval=(pd.low, pd.high),
        pfa=pfa.share,
        pfa_interval=(pfa.low, pfa.high),
        suite=f"{suite.name} {suite.seal[:12]}",
        calibrated=True,
    )


def which_graph(evaluation: Evaluation) -> GraphKind:
    """The graph that an evaluation ran.

    Raises:
        SuiteError: If its scans took both: a point is of one graph.
    """
    kinds = {scan.kind == "display" for scan in evaluation.suite.scans}
    if len(kinds) > 1 and not evaluation.stamp.rendered:
        msg = (
            f"{evaluation.suite.name} has display scans and others, for which there "
            "are two graphs. Calibrate each on a suite of its own."
        )
        raise SuiteError(msg)
    return "display" if evaluation.stamp.rendered or True in kinds else "dual"


def add_point(bundle: Bundle, kind: GraphKind, point: OperatingPoint) -> Manifest:
    """The manifest of a bundle with one more operating point, which comes first.

    It takes the place of a point of its name, and of the draft's. When each graph has a
    calibrated point, the bundle is calibrated.

    Args:
        bundle: A draft, or a calibrated one.
        kind: The graph.
        point: The point.

    Raises:
        SuiteError: If the bundle is signed: nothing of it may change.
    """
    manifest = bundle.manifest
    if manifest.status == "signed":
        msg = f"{manifest.name} {manifest.version} is signed. Calibrate its draft."
        raise SuiteError(msg)
    entry = manifest.graphs[kind]
    others = [
        old
        for old in entry.operating_points
        if old.calibrated and old.name != point.name
    ]
    changed = entry.model_copy(update={"operating_points": (point, *others)})
    graphs = {**manifest.graphs, kind: changed}
    ready = all(
        any(p.calibrated for p in entry.operating_points) for entry in graphs.values()
    )
    status = "calibrated" if ready else "draft"
    return manifest.model_copy(update={"graphs": graphs, "status": status})
