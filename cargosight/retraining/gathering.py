"""What a retraining needs, read and checked before anything is written."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmark.suite.sealed import Suite, read_suite
from benchmark.verdict.rule_file import Rules, read_rules
from cargosight.retraining.request import Request
from data.dataset import Dataset, read_dataset
from data.errors import SuiteError, TrainingError
from detector.bundle import Bundle, read_bundle
from detector.manifest import GraphKind
from training.config import TrainingConfig, make_config

OURS: Final = frozenset({"base", "encoding", "planes", "replay"})
"""Settings of a training that a retraining makes itself."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a retraining goes by.

    Attributes:
        request: What was asked.
        champion: The bundle in service.
        dataset: The new scans.
        replay: The old ones; None without.
        suites: Those that decide.
        calibrations: The calibration suite of each graph that has one.
        rules: Of the verdict.
        settings: Of the training, as far as they were stated.
    """

    request: Request
    champion: Bundle
    dataset: Dataset
    replay: Dataset | None
    suites: tuple[Suite, ...]
    calibrations: dict[GraphKind, Suite]
    rules: Rules
    settings: TrainingConfig


def gather(request: Request) -> Gathered:
    """Read all that a retraining needs.

    Args:
        request: What is asked.

    Raises:
        BundleError: If there is no champion, or a file of it was changed.
        DatasetError: If a dataset is none, or has no part to train on.
        SuiteError: If a suite is not as it was sealed, is given twice, is of the wrong
            role, or has scans that the champion has no graph for.
        VerdictError: If the rules are wrong.
        TrainingError: If the settings are wrong, or the champion cannot be trained on.
    """
    champion = read_bundle(request.champion)
    settings = _read_settings(request)
    rules = read_rules(request.rules)
    dataset = read_dataset(request.dataset)
    replay = None if request.replay is None else read_dataset(request.replay)
    suites = tuple(read_suite(folder) for folder in request.suites)
    calibrations = tuple(read_suite(folder) for folder in request.calibrations)
    _check_suites(suites, calibrations, champion)
    return Gathered(
        request,
        champion,
        dataset,
        replay,
        suites,
        _sort_calibrations(calibrations, suites),
        rules,
        settings,
    )


def kinds_of(suite: Suite) -> set[GraphKind]:
    """The graphs that the scans of a suite are for."""
    return {"display" if scan.kind == "display" else "dual" for scan in suite.scans}


def _read_settings(request: Request) -> TrainingConfig:
    given = {"devices": request.devices, "replay_share": request.replay_share}
    settings = make_config(request.config, given)
    stated = sorted(OURS & settings.model_fields_set)
    if stated:
        msg = (
            f"{request.config} states {', '.join(stated)}, which a retraining decides "
            "itself. Take it out, and name old scans with --replay."
        )
        raise TrainingError(msg)
    if request.replay is None and request.replay_share is not None:
        msg = "--replay-share is of --replay: name the old dataset, or leave it out."
        raise TrainingError(msg)
    return settings


def _check_suites(
    suites: Sequence[Suite], calibrations: Sequence[Suite], champion: Bundle
) -> None:
    if not suites:
        msg = "A candidate is judged on sealed suites. Name one at least with --suite."
        raise SuiteError(msg)
    twice = [seal for seal, n in Counter(s.seal for s in suites).items() if n > 1]
    if twice:
        name = next(suite.name for suite in suites if suite.seal == twice[0])
        msg = f"The suite {name} is given twice. Name each --suite once."
        raise SuiteError(msg)
    for role, wanted in (("test", suites), ("calibration", calibrations)):
        for suite in wanted:
            _check_suite(suite, role, champion)


def _check_suite(suite: Suite, role: str, champion: Bundle) -> None:
    if suite.content.role != role:
        where = "--suite" if role == "test" else "--calibration"
        msg = (
            f"{suite.root} is a {suite.content.role} suite: {where} takes {role} "
            "suites. Candidates are not judged on what their thresholds are chosen on."
        )
        raise SuiteError(msg)
    missing = kinds_of(suite) - set(champion.manifest.graphs)
    if missing:
        msg = (
            f"{suite.root} has {min(missing)} scans, and the champion "
            f"{champion.manifest.name} has no graph for them. Leave the suite out."
        )
        raise SuiteError(msg)


def _sort_calibrations(
    calibrations: Sequence[Suite], suites: Sequence[Suite]
) -> dict[GraphKind, Suite]:
    """The calibration suite of each graph, each with a suite to measure its point on.

    Raises:
        SuiteError: If one is for two graphs, two are for one, or nothing measures it.
    """
    found: dict[GraphKind, Suite] = {}
    for suite in calibrations:
        kinds = kinds_of(suite)
        if len(kinds) > 1:
            msg = f"{suite.root} has scans for two graphs. Calibrate each on its own."
            raise SuiteError(msg)
        (kind,) = kinds
        if kind in found:
            msg = f"{suite.root} is the second calibration suite of {kind} scans: one."
            raise SuiteError(msg)
        if not any(kinds_of(other) == kinds for other in suites):
            msg = (
                f"No --suite of {kind} scans alone measures the operating point that "
                f"{suite.name} is to choose. Add one."
            )
            raise SuiteError(msg)
        found[kind] = suite
    return found


def checking_suite(gathered: Gathered, kind: GraphKind) -> Path:
    """The first suite that decides and holds scans of one graph alone.

    Args:
        gathered: What the retraining goes by; it has a calibration suite of the graph.
        kind: The graph.
    """
    return next(s.root for s in gathered.suites if kinds_of(s) == {kind})
