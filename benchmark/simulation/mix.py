"""What is in scans that are left to chance."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from data.parallel import map_ordered
from data.simulation import simulate_scan
from data.truth import FIREARM, Truth


@dataclass(frozen=True, slots=True)
class Mix:
    """What some scans hold.

    Attributes:
        scans: How many there are.
        clean: Share without firearms.
        empty: Share of containers without cargo.
        firearms: How many firearms; one in parts counts for each of them.
        ignored: Share of them that no observer could see.
        kinds: How many of each kind.
        forms: How many of each form.
        concealments: How many are hidden in each way.
        cargo: How many scans have each kind of cargo.
    """

    scans: int
    clean: float
    empty: float
    firearms: int
    ignored: float
    kinds: dict[str, int]
    forms: dict[str, int]
    concealments: dict[str, int]
    cargo: dict[str, int]

    @property
    def sentence(self) -> str:
        """The shares, in one line."""
        return (
            f"{self.scans} scans, {self.empty:.0%} empty, {self.clean:.0%} without "
            f"firearms; {self.firearms} firearms or parts, {self.ignored:.1%} of them "
            "beyond any observer"
        )

    def as_text(self) -> str:
        """All figures, for a person."""
        return "\n".join(
            [
                f"mix         {self.sentence}",
                f"kinds       {_list(self.kinds)}",
                f"forms       {_list(self.forms)}",
                f"hidden in   {_list(self.concealments)}",
                f"cargo       {_list(self.cargo)}",
            ]
        )


def measure_mix(
    scans: int, *, seed: int, workers: int, progress: Callable[[int, int], None]
) -> Mix:
    """Simulate scans of all families, and count what is in them.

    Args:
        scans: How many, 1 or more.
        seed: Of the first; others follow.
        workers: Processes.
        progress: Told how many of how many are done.
    """
    truths = []
    for truth in map_ordered(_simulate, range(seed, seed + scans), workers=workers):
        truths.append(truth)
        progress(len(truths), scans)
    return count_mix(truths)


def count_mix(truths: Iterable[Truth]) -> Mix:
    """Count what is in scans.

    Args:
        truths: Of the scans.
    """
    each = list(truths)
    firearms = [[o for o in t.objects if o.label == FIREARM] for t in each]
    every = [firearm for found in firearms for firearm in found]
    return Mix(
        scans=len(each),
        clean=_share(not found for found in firearms),
        empty=_share(truth.cargo == ("empty",) for truth in each),
        firearms=len(every),
        ignored=_share(firearm.ignore for firearm in every),
        kinds=_count(firearm.kind for firearm in every),
        forms=_count(firearm.form for firearm in every),
        concealments=_count(firearm.concealment for firearm in every),
        cargo=_count(kind for truth in each for kind in sorted(set(truth.cargo))),
    )


def _simulate(seed: int) -> Truth:
    return simulate_scan(seed).truth


def _share(flags: Iterable[bool]) -> float:
    every = list(flags)
    return sum(every) / max(len(every), 1)


def _count(names: Iterable[str | None]) -> dict[str, int]:
    return dict(Counter(name or "unknown" for name in names).most_common())


def _list(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items()) or "none"
