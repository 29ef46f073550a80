"""Share a dataset out to training, validation and held-out, group by group.

What one group shows is never split up: scans of one container or inspection, with one
physical firearm, near-duplicates. Groups are dealt so that every scanner, cargo and
kind of label is shared out alike: iterative stratification, Sechidis, Tsoumakas and
Vlahavas, On the stratification of multi-label data, ECML PKDD 2011, with whole groups
in place of single examples.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
import polars as pl
from pydantic import BaseModel, ConfigDict, Field, model_validator

from data.catalog.history import History
from data.duplicates.groups import Key, join_scans
from data.splits import HELD_OUT, SPLITS

Pair = tuple[int, int]


class Shares(BaseModel):
    """What share of scans goes to validation and held-out.

    Attributes:
        validation: Above 0.
        held_out: 0 holds none out besides those that are already.
        seed: The same seed deals alike.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    validation: Annotated[float, Field(gt=0, lt=1)] = 0.15
    held_out: Annotated[float, Field(ge=0, lt=1)] = 0.15
    seed: Annotated[int, Field(ge=0)] = 0

    @model_validator(mode="after")
    def _check_rest(self) -> "Shares":
        if self.validation + self.held_out >= 1:
            msg = "validation and held-out leave nothing to train on"
            raise ValueError(msg)
        return self

    @property
    def each(self) -> dict[str, float]:
        """The share of every part."""
        rest = 1 - self.validation - self.held_out
        return dict(zip(SPLITS, (rest, self.validation, self.held_out), strict=True))


@dataclass(frozen=True, slots=True)
class Dealt:
    """What came of sharing out.

    Attributes:
        frame: The catalog with its columns `together` and `split`.
        groups: How many groups there are.
        largest: How many scans the largest has.
        left_out: Scans that no part may use: they show what is held out, and were
            learned from or have weak labels.
    """

    frame: pl.DataFrame
    groups: int
    largest: int
    left_out: int


def split_catalog(
    frame: pl.DataFrame,
    pairs: Sequence[Pair],
    shares: Shares,
    *,
    history: History | None = None,
    afresh: bool = False,
) -> Dealt:
    """Share a catalog out.

    What was ever held out is held out, and all that belongs to it joins it, but for
    what was ever learned from: that is left out. Groups that have a part keep it,
    unless they are dealt afresh. What was ever learned from is never newly held out,
    and a group with weak labels is there to learn from.

    Args:
        frame: The catalog, in order of the names.
        pairs: Rows that show the same thing: near-duplicates.
        shares: How much goes where.
        history: Of the dataset; None for a new one.
        afresh: Deal training and validation anew.
    """
    splits_before = dict(frame.select("sha256", "split").rows())
    past = (history or History()).add(splits_before)
    numbers = join_scans(len(frame), list_keys(frame), pairs).tolist()
    rows = frame.select("sha256", "split", "weak").rows(named=True)
    members: dict[int, list[int]] = defaultdict(list)
    for row, number in enumerate(numbers):
        members[number].append(row)
    strata = _list_strata(frame)
    groups = {
        number: _Group(
            [strata[i] for i in some],
            _find_parts([rows[i] for i in some], past, afresh=afresh),
        )
        for number, some in members.items()
    }
    parts = _deal(groups, shares)
    splits = [_place(rows[i], parts[number], past) for i, number in enumerate(numbers)]
    names = {
        n: f"g{min(rows[i]['sha256'] for i in s)[:12]}" for n, s in members.items()
    }
    return Dealt(
        frame.with_columns(
            pl.Series("together", [names[n] for n in numbers], pl.String),
            pl.Series("split", splits, pl.String),
        ),
        groups=len(members),
        largest=max((len(some) for some in members.values()), default=0),
        left_out=splits.count(None),
    )


def list_keys(frame: pl.DataFrame) -> list[Key]:
    """What scans may have in common that says that they belong together.

    A container that comes back with other cargo counts as one still: its walls, dents
    and floor are the same.

    Args:
        frame: A catalog.

    Returns:
        Containers, physical firearms, inspections, groups, and what was kept together
        before, of each row: one, several,
        or None where it is not known.
    """
    containers = [text and text.split("+") for text in frame["container"]]
    names = ("firearm_ids", "inspection", "group", "together")
    return [containers, *(frame[name].to_list() for name in names)]


@dataclass(frozen=True, slots=True)
class _Group:
    """Scans that stay together.

    Attributes:
        strata: Of each scan.
        parts: Where the group may go; one part if that is settled.
    """

    strata: Sequence[Sequence[Hashable]]
    parts: Sequence[str]

    @property
    def count(self) -> Counter[Hashable]:
        """How many of its scans are of each stratum."""
        return Counter(stratum for scan in self.strata for stratum in scan)


def _find_parts(
    rows: Sequence[Mapping[str, Any]], past: History, *, afresh: bool
) -> Sequence[str]:
    """Where a group may go, by what became of its scans; train wins over validation."""
    if any(row["sha256"] in past.held_out for row in rows):
        return (HELD_OUT,)
    if any(row["weak"] for row in rows):
        return ("train",)
    learned = any(row["sha256"] in past.learned for row in rows)
    if learned and not afresh:
        splits = {row["split"] for row in rows}
        return ("validation",) if splits == {"validation"} else ("train",)
    return ("train", "validation") if learned else SPLITS


def _place(row: Mapping[str, Any], part: str, past: History) -> str | None:
    """The part of a scan by that of its group, None if no part may use it."""
    held = row["sha256"] in past.held_out
    unfit = row["weak"] or row["sha256"] in past.learned
    return None if part == HELD_OUT and unfit and not held else part


def _list_strata(frame: pl.DataFrame) -> list[tuple[Hashable, ...]]:
    """What of each scan shall be shared out alike."""
    cargo = [text and text.split(", ")[0] for text in frame["cargo"].to_list()]
    armed = (frame["firearms"] > 0).to_list()
    scanner = frame["scanner"].to_list()
    return [
        (("scanner", s), ("cargo", c), ("armed", a), ("scan",))
        for s, c, a in zip(scanner, cargo, armed, strict=True)
    ]


def _deal(groups: Mapping[int, _Group], shares: Shares) -> dict[int, str]:
    """Give every group a part of its own: where its rarest stratum is wanted most."""
    counts = {number: group.count for number, group in groups.items()}
    whole: Counter[Hashable] = sum(counts.values(), Counter())
    wanted: dict[str, Counter[Hashable]] = {
        part: Counter({stratum: share * n for stratum, n in whole.items()})
        for part, share in shares.each.items()
    }
    dealt: dict[int, str] = {}
    for number in _order(counts, whole, groups, shares.seed):
        count, parts = counts[number], groups[number].parts
        rare = min(count, key=lambda stratum: (whole[stratum], repr(stratum)))
        free = [p for p in parts if shares.each[p] or len(parts) == 1]
        dealt[number] = max(
            free, key=lambda p: (wanted[p][rare], wanted[p]["scan",], shares.each[p])
        )
        wanted[dealt[number]].subtract(count)
    return dealt


def _order(
    counts: Mapping[int, Counter[Hashable]],
    whole: Counter[Hashable],
    groups: Mapping[int, _Group],
    seed: int,
) -> list[int]:
    """Settled groups first, then those with the rarest stratum, the larger before."""
    chance = np.random.default_rng(seed).permutation(len(counts))
    rank = dict(zip(counts, chance.tolist(), strict=True))
    return sorted(
        counts,
        key=lambda n: (
            len(groups[n].parts) > 1,
            min(whole[stratum] for stratum in counts[n]),
            -counts[n]["scan",],
            rank[n],
        ),
    )
