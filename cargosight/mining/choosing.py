"""Look at a pool of scans and choose those that it pays to label."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from cargosight.mining.alike import group_alike
from cargosight.mining.candidates import (
    LOOKED_AGAIN,
    rank_false_alarms,
    rank_strange,
    rank_uncertain,
)
from cargosight.mining.looking import Look, Looking, Sight, look_at_scans
from cargosight.mining.portrait import Portrait
from cargosight.mining.queue_file import Queue, QueueItem
from cargosight.mining.queueing import Candidate, build_queue
from cargosight.mining.scoring import NEAR, top_score
from cargosight.mining.stating import Known, Pool
from cargosight.mining.wishes import (
    FALSE_ALARM,
    ODD,
    UNCERTAIN,
    MineWishes,
    share_out,
)
from cargosight.progress import Report
from data.errors import ResultError
from detector.bundle import Bundle
from detector.results import BundleName, ResultDetection

MOST_KNOWN: Final = 400
"""Known scans whose portraits are drawn, evenly over the dataset."""

MOST_OFFERED: Final = 5
"""Detections of a scan that are offered to the person who labels."""

DEPTH: Final = 2
"""Candidates of each reason, for each place of the queue, among which scans that show
the same are looked for: those further down hardly come to be queued."""

_Looks = dict[int, Look]


@dataclass(frozen=True, slots=True)
class Choice:
    """What is chosen from, and by what.

    Attributes:
        pool: The scans.
        known: What the known dataset has; None if none was named.
        bundle: What looks.
        looks: Folder where looks are kept.
        wishes: What was asked.
    """

    pool: Pool
    known: Known | None
    bundle: Bundle
    looks: Path
    wishes: MineWishes


def choose_scans(choice: Choice, *, progress: Report) -> tuple[Queue, list[str]]:
    """Look at all scans and put those in a queue that it pays to label.

    Args:
        choice: What to choose from.
        progress: Told what is done, and how many of how many.

    Returns:
        The queue, and one line for each scan that could not be looked at.

    Raises:
        ResultError: If none could be looked at.
        DeviceError: If the device is not there.
    """
    run = _Run(choice, progress)
    looks = run.look(range(len(choice.pool.files)), "plain")
    if not looks:
        first = run.failures[0]
        msg = f"None of the scans could be looked at. The first: {first}"
        raise ResultError(msg)
    fresh = run.drop_known(looks)
    places = share_out(choice.wishes.budget, _share_reasons(choice))
    ranked = run.rank(fresh, places)
    groups = run.group(ranked)
    chosen = build_queue(ranked, places, groups)
    sizes = Counter(groups.values())
    items = [
        _make_item(rank, one, looks[one.number], choice)
        for rank, one in enumerate(chosen, 1)
    ]
    stand = (sizes.get(groups.get(one.number, -1), 1) for one in chosen)
    queue = Queue(
        bundle=BundleName(
            name=choice.bundle.manifest.name,
            sha256=choice.bundle.sha256,
            signed_by=choice.bundle.signed_by,
        ),
        looked=len(looks),
        clean=sum(run.is_clean(number) for number in looks),
        known=sum(run.is_known(number, look) for number, look in looks.items()),
        shares=dict(choice.wishes.shares),
        items=tuple(
            item.model_copy(update={"stands_for": count})
            for item, count in zip(items, stand, strict=True)
        ),
    )
    return queue, run.failures


def _share_reasons(choice: Choice) -> dict[str, float]:
    """The shares, those of reasons that cannot be without clean or known scans at 0."""
    cannot = {
        FALSE_ALARM: not choice.pool.clean,
        ODD: choice.known is None,
        UNCERTAIN: False,
    }
    shares = {r: 0.0 if cannot[r] else s for r, s in choice.wishes.shares.items()}
    whole = sum(shares.values())
    if whole <= 0:
        msg = (
            "No reason that has a share can be met: false alarms need --clean, odd "
            "scans need --known. Name them, or give uncertain scans a share."
        )
        raise ResultError(msg)
    return {reason: share / whole for reason, share in shares.items()}


def _make_item(rank: int, one: Candidate, look: Look, choice: Choice) -> QueueItem:
    file = choice.pool.files[one.number]
    result, portrait = look.result, look.portrait
    assert result is not None  # noqa: S101 - it was looked at plainly
    least = NEAR * (look.threshold or 0.0)
    found = sorted(result.detections, key=lambda each: -each.score)
    offered: list[ResultDetection] = [each for each in found if each.score >= least]
    return QueueItem(
        rank=rank,
        scan=str(file.name),
        file=str(file.path),
        reason=one.reason,
        score=round(one.score, 6),
        words=one.words,
        top_score=top_score(look),
        alarms=sum(each.alarm for each in result.detections),
        clean=file.path.resolve() in choice.pool.clean,
        scanner=None if portrait is None else portrait.scanner,
        stands_for=1,
        width=result.width,
        height=result.height,
        detections=tuple(offered[:MOST_OFFERED]),
    )


class _Run:
    """One choice under way."""

    def __init__(self, choice: Choice, progress: Report) -> None:
        wishes = choice.wishes
        self.failures: list[str] = []
        known = choice.known
        self._known_hashes = frozenset() if known is None else known.hashes
        self._choice = choice
        self._progress = progress
        self._how = Looking(
            folder=choice.looks,
            bundle=choice.bundle.root,
            bundle_sha256=choice.bundle.sha256,
            device=wishes.device,
            threads=wishes.threads,
            profile=wishes.profile,
            pitch_mm=wishes.pitch_mm,
        )

    def is_clean(self, number: int) -> bool:
        """Whether a scan of the pool is stated to be clean."""
        pool = self._choice.pool
        return pool.files[number].path.resolve() in pool.clean

    def is_known(self, number: int, look: Look) -> bool:
        """Whether the dataset has a scan, and nobody states that it is clean.

        A clean one has no labels to be had, but may show a false alarm.
        """
        return look.sha256 in self._known_hashes and not self.is_clean(number)

    def drop_known(self, looks: Mapping[int, Look]) -> _Looks:
        """Without what the dataset has, and each content once: as clean if it may."""
        met: set[str] = set()
        fresh = {}
        for number in sorted(looks, key=lambda each: not self.is_clean(each)):
            look = looks[number]
            if look.sha256 not in met and not self.is_known(number, look):
                met.add(look.sha256)
                fresh[number] = look
        return fresh

    def look(self, numbers: Sequence[int], sight: Sight) -> _Looks:
        """Look at scans of the pool; those that fail are noted and left out."""
        files = self._choice.pool.files
        scans = [(files[number].path, str(files[number].name)) for number in numbers]
        what = "looking again, mirrored" if sight == "mirrored" else "looking"
        return {numbers[place]: look for place, look in self._look(scans, sight, what)}

    def rank(
        self, fresh: _Looks, places: Mapping[str, int]
    ) -> dict[str, list[Candidate]]:
        """Candidates of each reason, best first."""
        clean = {n: look for n, look in fresh.items() if self.is_clean(n)}
        others = {n: look for n, look in fresh.items() if n not in clean}
        again = LOOKED_AGAIN * places[UNCERTAIN] if self._choice.wishes.mirror else 0
        portraits = {n: look.portrait for n, look in others.items() if look.portrait}
        return {
            FALSE_ALARM: rank_false_alarms(clean),
            UNCERTAIN: rank_uncertain(
                others, partial(self.look, sight="mirrored"), again
            ),
            ODD: rank_strange(portraits, self._draw_known()),
        }

    def group(self, ranked: Mapping[str, Sequence[Candidate]]) -> dict[int, int]:
        """Groups of near-duplicates among the first candidates of each reason."""
        depth = DEPTH * self._choice.wishes.budget
        numbers = sorted(
            {one.number for some in ranked.values() for one in some[:depth]}
        )
        groups = group_alike(
            [self._choice.pool.files[number].path for number in numbers],
            workers=self._choice.wishes.workers,
            progress=partial(self._progress, "finding near-duplicates"),
        )
        return dict(zip(numbers, groups, strict=True))

    def _draw_known(self) -> list[Portrait]:
        known = self._choice.known
        if known is None:
            return []
        step = max(1, -(-len(known.samples) // MOST_KNOWN))
        scans = [(sample.scan, sample.name) for sample in known.samples[::step]]
        looks = self._look(scans, "portrait", "looking at known scans")
        return [look.portrait for _, look in looks if look.portrait is not None]

    def _look(
        self, scans: Sequence[tuple[Path, str]], sight: Sight, what: str
    ) -> list[tuple[int, Look]]:
        looks = look_at_scans(
            scans,
            self._how,
            sight=sight,
            workers=self._choice.wishes.workers,
            progress=partial(self._progress, what),
        )
        found = []
        for place, look in enumerate(looks):
            if isinstance(look, str):
                self.failures.append(look)
            else:
                found.append((place, look))
        return found
