"""The page of a retraining: what got better and worse, for whom."""

import base64
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from benchmark.report.rendering import PAGE
from benchmark.report.words import say_change, say_percent, show_text
from cargosight.progress import Report
from cargosight.retraining.assembling import CANDIDATE
from cargosight.retraining.fitting import find_detector, list_runs
from cargosight.retraining.gathering import Gathered
from cargosight.retraining.judging import Judge
from cargosight.retraining.record import REPORT, CandidateRecord
from cargosight.retraining.sections import SuiteSection, describe_suite
from cargosight.retraining.slices import ERROR
from cargosight.retraining.survey import Survey, list_facts
from data.dataset_writing import write_text
from detector.bundle import read_bundle
from detector.manifest import GraphKind
from detector.operating_point import OperatingPoint
from detector.run import Run, read_run
from training.config import TrainingConfig, read_config
from training.train import CURVES

TEMPLATE: Final = "report.html.jinja"
CSS: Final = "report.css"
OWN_CSS: Final = "page.css"


@dataclass(frozen=True, slots=True)
class Fitted:
    """One graph that was trained.

    Attributes:
        kind: Which graph.
        base: What it went on from.
        run: Its training.
        config: What that was asked to do.
        curves: How it went, a PNG as a data URL.
        champion: Operating point of the champion's graph.
        candidate: Operating point of the new one.
    """

    kind: GraphKind
    base: str
    run: Run
    config: TrainingConfig
    curves: str
    champion: OperatingPoint
    candidate: OperatingPoint


@dataclass(frozen=True, slots=True)
class PageWriter:
    """Writes the page of a retraining.

    Attributes:
        gathered: What it went by.
        survey: Of its scans.
        graphs: Those that were trained.
        judge: What ran both bundles.
        out: Its folder.
        progress: Told how many suites of how many are described.
    """

    gathered: Gathered
    survey: Survey
    graphs: Sequence[GraphKind]
    judge: Judge
    out: Path
    progress: Report

    def write(self, record: CandidateRecord) -> Path:
        """Write report.html, which needs no other file and no network.

        Args:
            record: What came of the retraining.

        Returns:
            The page.

        Raises:
            ScanFileError: If a scan of a suite cannot be read.
        """
        css = (PAGE / CSS).read_text(encoding="utf-8") + _read_own_css()
        known = self.gathered.champion.manifest.graphs
        text = _load_template().render(
            record=record,
            suites=[*self._describe_suites(record)],
            fitted=[
                self._describe_training(kind, run)
                for kind in self.graphs
                for run in list_runs(self.out, kind)
            ],
            kept=[kind for kind in known if kind not in self.graphs],
            facts=list_facts(self.survey),
            left_out=self._count_left_out(),
            replay=self.gathered.replay is not None,
            error=f"{100 * ERROR:g}",
            css=Markup(css),  # noqa: S704 - our own files
            policy=_make_policy(css),
        )
        write_text(self.out / REPORT, text)
        return self.out / REPORT

    def _describe_suites(self, record: CandidateRecord) -> Iterator[SuiteSection]:
        suites = self.gathered.suites
        for number, outcome in enumerate(record.suites):
            evaluations = self.judge.list_evaluations(number)
            yield describe_suite(outcome, suites[number].root, evaluations, self.out)
            self.progress("describing suites", number + 1, len(suites))

    def _describe_training(self, kind: GraphKind, folder: Path) -> Fitted:
        candidate = read_bundle(self.out / CANDIDATE)
        bundles = (self.gathered.champion, candidate)
        points = [b.manifest.graphs[kind].operating_points[0] for b in bundles]
        picture = base64.b64encode((folder / CURVES).read_bytes()).decode()
        run = read_run(folder)
        detector = find_detector(self.out, kind)
        after = folder != detector and detector.is_dir()
        return Fitted(
            kind,
            "the detector above" if after else run.base,
            run,
            read_config(folder),
            f"data:image/png;base64,{picture}",
            *points,
        )

    def _count_left_out(self) -> int:
        """New scans that the champion has no graph for."""
        return sum(
            scan.part == "train" and scan.graph not in self.graphs
            for scan in self.survey.scans
        )


def _load_template() -> Any:
    environment = Environment(
        loader=PackageLoader("cargosight.retraining", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_show,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update({"percent": say_percent, "points": _say_points})
    return environment.get_template(TEMPLATE)


def _show(value: Any) -> Any:
    """Text that others wrote without what hides in it; all else as it is."""
    plain = isinstance(value, str) and not isinstance(value, Markup)
    return show_text(value) if plain else value


def _say_points(value: float) -> str:
    """A difference of shares in points, with its sign."""
    return say_change(value, points=True)


def _read_own_css() -> str:
    folder = Path(__file__).parent / "templates"
    return (folder / OWN_CSS).read_text(encoding="utf-8")


def _make_policy(css: str) -> str:
    """What the page may load: pictures within it, and its very style."""
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return (
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'"
    )
