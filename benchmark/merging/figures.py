"""How well what tiles saw of drawn firearms is joined."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Final

from benchmark.merging.scenes import Answers, Scene, draw_scene
from benchmark.metrics.matching import match_detections
from benchmark.statistics.intervals import wilson_interval
from data.errors import ResultError
from detector.detections import Detections
from detector.merging import merge_tiles
from detector.tiles import Tile

Merge = Callable[[Sequence[Tile], Answers], Detections]

WHOLE_IOU: Final = 0.7
"""Intersection over union with its truth from which an object is found whole."""

APART_IOU: Final = 0.5
"""The same from which two objects of a bundle, met by two detections, are apart."""

_LEAST_SCORE: Final = 0.05


@dataclass(frozen=True, slots=True)
class MergingScore:
    """How well one scene came out.

    Attributes:
        whole: For each firearm whether it was found whole.
        apart: For each pair of neighbours whether they were kept apart.
        surplus: Detections that meet no firearm.
    """

    whole: tuple[bool, ...]
    apart: tuple[bool, ...]
    surplus: int


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many."""

    hits: int
    trials: int

    def __str__(self) -> str:
        """With the 95 % interval of independent trials, for a person."""
        low, high = wilson_interval(self.hits, self.trials)
        share = self.hits / max(self.trials, 1)
        return f"{self.hits} of {self.trials}, {share:.1%} ({low:.1%} to {high:.1%})"


@dataclass(frozen=True, slots=True)
class MergingFigures:
    """How well scenes came out.

    Attributes:
        scenes: How many.
        seed: Of the first; others follow.
        rifles: Rifles that no tile holds, found whole.
        firearms: All firearms, found whole.
        pistols_apart: Neighbours in bundles of pistols, kept apart.
        rifles_apart: Neighbours in bundles of rifles, kept apart.
        surplus: Detections that meet no firearm.
    """

    scenes: int
    seed: int
    rifles: Share
    firearms: Share
    pistols_apart: Share
    rifles_apart: Share
    surplus: int

    def as_json(self) -> str:
        """All figures, in one line."""
        return json.dumps(asdict(self))

    def as_text(self) -> str:
        """All figures, for a person."""
        return "\n".join(
            [
                f"{self.scenes} scenes from seed {self.seed}; whole is an intersection "
                f"over union of {WHOLE_IOU} with the truth",
                f"rifles over seams whole       {self.rifles}",
                f"all firearms whole            {self.firearms}",
                f"pistols in bundles apart      {self.pistols_apart}",
                f"rifles in bundles apart       {self.rifles_apart}",
                f"detections that meet nothing  {self.surplus}",
            ]
        )


@dataclass(frozen=True, slots=True)
class _Tally:
    """What happened to firearms and to neighbours.

    Attributes:
        whole: For each firearm whether it is a rifle that no tile holds, and whether
            it was found whole.
        apart: For each pair whether it is one of rifles, and whether it was kept apart.
    """

    whole: list[tuple[bool, bool]]
    apart: list[tuple[bool, bool]]

    def add(self, scene: Scene, score: MergingScore) -> None:
        """Take in one scene."""
        for thing, crossing, flag in zip(
            scene.things, scene.crossing, score.whole, strict=True
        ):
            self.whole.append((thing.rifle and crossing, flag))
        for (first, _), flag in zip(scene.neighbours, score.apart, strict=True):
            self.apart.append((scene.things[first].rifle, flag))


def measure_merging(
    scenes: int,
    *,
    seed: int,
    progress: Callable[[int, int], None],
    merge: Merge | None = None,
) -> MergingFigures:
    """Draw scenes, join what their tiles saw, and compare with the truth.

    Args:
        scenes: How many, 1 or more.
        seed: Of the first; others follow.
        progress: Told how many of how many are done.
        merge: What joins; None for `detector.merging.merge_tiles`.

    Raises:
        ResultError: If there is no scene.
    """
    if scenes < 1:
        msg = f"{scenes} scenes measure nothing. Draw 1 or more."
        raise ResultError(msg)
    join = merge or merge_scene
    tally = _Tally([], [])
    surplus = 0
    for number in range(scenes):
        scene = draw_scene(seed + number)
        score = score_scene(scene, join(scene.tiles, scene.answers))
        tally.add(scene, score)
        surplus += score.surplus
        progress(number + 1, scenes)
    return MergingFigures(
        scenes=scenes,
        seed=seed,
        rifles=_share(flag for crossing, flag in tally.whole if crossing),
        firearms=_share(flag for _, flag in tally.whole),
        pistols_apart=_share(flag for rifle, flag in tally.apart if not rifle),
        rifles_apart=_share(flag for rifle, flag in tally.apart if rifle),
        surplus=surplus,
    )


def merge_scene(tiles: Sequence[Tile], answers: Answers) -> Detections:
    """Join as a detector does."""
    return merge_tiles(tiles, answers, min_score=_LEAST_SCORE)


def score_scene(scene: Scene, found: Detections) -> MergingScore:
    """Compare what was joined with the truth.

    Args:
        scene: What it was made from.
        found: What came out.
    """
    met = {
        least: match_detections(found.boxes, found.scores, scene.truth, least_iou=least)
        for least in (WHOLE_IOU, APART_IOU)
    }
    apart = met[APART_IOU].found
    return MergingScore(
        tuple(met[WHOLE_IOU].found.tolist()),
        tuple(bool(apart[a] and apart[b]) for a, b in scene.neighbours),
        int(met[APART_IOU].mistaken.sum()),
    )


def _share(flags: Iterable[bool]) -> Share:
    every = list(flags)
    return Share(sum(every), len(every))
