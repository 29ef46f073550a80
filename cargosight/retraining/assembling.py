"""The candidate: new graphs, and those of the champion that nothing was learned for."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmark.evaluation.running import RunOptions
from cargosight.calibrating import Wish, calibrate_bundle
from cargosight.progress import Report
from cargosight.retraining.fitting import PARTS, find_run
from cargosight.retraining.gathering import Gathered, checking_suite
from cargosight.retraining.mark import MARK, Mark, NamedBundle, NamedSuite
from cargosight.retraining.plan import Plan
from data.files import making_folder
from detector.bundle import Bundle, read_bundle, read_plain, write_files
from detector.card import write_card
from detector.manifest import (
    CARD,
    MANIFEST,
    PARITY,
    GraphEntry,
    GraphKind,
    Manifest,
)
from export.bundling import Tiling, export_bundle
from export.keeping import keep_graphs
from export.parity_file import read_parities, write_parities

DRAFT: Final = "draft"
CANDIDATE: Final = "candidate"
CALIBRATION: Final = "calibration"
WORK: Final = "work"
NORMAL: Final = "normal"


@dataclass(frozen=True, slots=True)
class Assembler:
    """Makes the candidate of a retraining.

    Attributes:
        gathered: What the retraining goes by.
        plan: The same by content.
        graphs: Those that were trained.
        out: Folder of the retraining.
        progress: Told what is being done.
    """

    gathered: Gathered
    plan: Plan
    graphs: Sequence[GraphKind]
    out: Path
    progress: Report

    def export(self) -> Sequence[Path]:
        """Export the runs and join them with what the champion has besides.

        Returns:
            The manifest of the draft.

        Raises:
            ExportError: If the two do not find the same labels.
            ParityError: If a graph and its checkpoint disagree.
        """
        champion = self.gathered.champion
        work, draft = self._clear("exported"), self._clear(DRAFT, work=False)
        export_bundle(
            [find_run(self.out, kind) for kind in self.graphs],
            work,
            dataset=self._find_dataset(),
            tiling=Tiling.like(champion.manifest),
            name=champion.manifest.name,
            progress=self.progress,
        )
        exported = read_bundle(work)
        with making_folder(draft) as folder:
            _join(exported, champion, self._mark(), folder)
        shutil.rmtree(work)
        return (draft / MANIFEST,)

    def calibrate(self) -> Sequence[Path]:
        """Give the draft operating points, on those calibration suites that there are.

        Returns:
            The manifest of the candidate.

        Raises:
            SuiteError: If a suite is unfit for the wanted Pfa.
        """
        work, place = self._clear(CANDIDATE), self._clear(CANDIDATE, work=False)
        shutil.copytree(self.out / DRAFT, work)
        request = self.gathered.request
        for kind, suite in self.gathered.calibrations.items():
            calibrate_bundle(
                work,
                (suite.root, checking_suite(self.gathered, kind)),
                self.out / CALIBRATION / kind,
                wish=Wish(name=self._name_point(kind), pfa=request.pfa),
                options=RunOptions(request.device, request.threads),
                progress=self.progress,
            )
        work.rename(place)
        return (place / MANIFEST,)

    def _find_dataset(self) -> Path | None:
        """The very version that was given; None where each run has a part of it."""
        parted = any((self.out / PARTS / kind).exists() for kind in self.graphs)
        return None if parted else self.gathered.request.dataset

    def _clear(self, name: str, *, work: bool = True) -> Path:
        """A place where nothing is: what a killed step left there is gone."""
        place = (self.out / WORK if work else self.out) / name
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.exists():
            shutil.rmtree(place)
        return place

    def _name_point(self, kind: GraphKind) -> str:
        """What people call the champion's operating point."""
        point = self.gathered.champion.manifest.graphs[kind].operating_points[0]
        return point.name if point.calibrated else NORMAL

    def _mark(self) -> Mark:
        champion = self.gathered.champion
        return Mark(
            champion=NamedBundle(
                name=champion.manifest.name,
                version=champion.manifest.version,
                sha256=champion.sha256,
            ),
            dataset_sha256=self.plan.dataset,
            replay_sha256=self.plan.replay,
            trained=tuple(self.graphs),
            suites=tuple(
                NamedSuite(name=suite.name, seal=suite.seal)
                for suite in self.gathered.suites
            ),
        )


def _join(exported: Bundle, champion: Bundle, mark: Mark, folder: Path) -> Manifest:
    """Write a draft of both.

    Its counter is the champion's, so that signing it gives the next.
    """
    ours, theirs = exported.manifest, champion.manifest
    kept = keep_graphs(champion, ours.graphs, ours.labels)
    contents = {
        name: read_plain(exported.root, name, (exported.root / name).stat().st_size)
        for name in ours.files
    } | kept.contents
    contents[PARITY] = write_parities({**read_parities(exported), **kept.parities})
    contents[MARK] = mark.model_dump_json(indent=1).encode() + b"\n"
    manifest = ours.model_copy(
        update={
            "graphs": {**_keep_glances(ours, theirs), **kept.graphs},
            "counter": theirs.counter,
            "synthetic_only": ours.synthetic_only and kept.synthetic_only,
        }
    )
    contents[CARD] = write_card(manifest).encode()
    return write_files(manifest, folder, contents)


def _keep_glances(ours: Manifest, theirs: Manifest) -> dict[GraphKind, GraphEntry]:
    """Our graphs, which look as those in service do: the verdict tells if they may."""
    known = {kind: entry.coarse_score for kind, entry in theirs.graphs.items()}
    return {
        kind: entry.model_copy(update={"coarse_score": known.get(kind)})
        for kind, entry in ours.graphs.items()
    }
