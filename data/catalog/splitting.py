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
from typing import Annotated, Any, Final

import numpy as np
import polars as pl
from pydantic import BaseModel, ConfigDict, Field, model_validator

from data.duplicates.groups import Key, join_scans
from data.splits import SPLITS, Split

Pair = tuple[int, int]

HELD_OUT: Final[Split] = "held-out"


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
    def each(self) -> dict[Split, float]:
        """The share of every part."""
        rest = 1 - self.validation - self.held_out
        return dict(zip(SPLITS, (rest, self.validation, self.held_out), strict=True))


@dataclass(frozen=True, slots=True)
class Dealt:
    """What came of sharing out.

    Attributes:
        frame: The catalog with its columns `group` and `split`.
        groups: How many groups there are.
        largest: How many scans the largest has.
        left_out: Scans that no part may use: they show what is held out and were
            trained on, or their labels are weak and their group is measured on.
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
    afresh: bool = False,
) -> Dealt:
    """Share a catalog out.

    What is held out already stays so, and all that belongs to it joins it. Groups that
    have a part keep it, unless they are dealt afresh.

    Args:
        frame: The catalog, in order of the names.
        pairs: Rows that show the same thing: near-duplicates.
        shares: How much goes where.
        afresh: Deal training and validation anew.
    """
    numbers = join_scans(len(frame), list_keys(frame), pairs)
    rows = frame.select("sha256", "split", "weak").rows(named=True)
    members: dict[int, list[int]] = defaultdict(list)
    for row, number in enumerate(numbers.tolist()):
        members[number].append(row)
    kept = {
        number: _find_part([rows[i]["split"] for i in some], afresh=afresh)
        for number, some in members.items()
    }
    strata = _list_strata(frame)
    parts = _deal({n: [strata[i] for i in s] for n, s in members.items()}, kept, shares)
    splits = [
        _place(rows[i], parts[number]) for i, number in enumerate(numbers.tolist())
    ]
    names = {
        n: f"g{min(rows[i]['sha256'] for i in s)[:12]}" for n, s in members.items()
    }
    return Dealt(
        frame.with_columns(
            pl.Series("group", [names[n] for n in numbers.tolist()], pl.String),
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
        Containers, physical firearms, inspections and groups of each row: one, several,
        or None where it is not known.
    """
    containers = [text and text.split("+") for text in frame["container"]]
    rest = (frame[name].to_list() for name in ("firearm_ids", "inspection", "group"))
    return [containers, *rest]


def _find_part(splits: Sequence[str | None], *, afresh: bool) -> str | None:
    """The part that a group has by its scans; training wins over validation."""
    for part in (HELD_OUT,) if afresh else (HELD_OUT, "train", "validation"):
        if part in splits:
            return part
    return None


def _place(row: Mapping[str, Any], part: str) -> str | None:
    """The part of a scan by that of its group, None if no part may use it."""
    seen = part == HELD_OUT and row["split"] in {"train", "validation"}
    unsure = part != "train" and row["weak"] and row["split"] != HELD_OUT
    return None if seen or unsure else part


def _list_strata(frame: pl.DataFrame) -> list[tuple[Hashable, ...]]:
    """What of each scan shall be shared out alike."""
    cargo = [text and text.split(", ")[0] for text in frame["cargo"].to_list()]
    armed = (frame["firearms"] > 0).to_list()
    scanner = frame["scanner"].to_list()
    return [
        (("scanner", s), ("cargo", c), ("armed", a), ("scan",))
        for s, c, a in zip(scanner, cargo, armed, strict=True)
    ]


def _deal(
    groups: Mapping[int, Sequence[Sequence[Hashable]]],
    kept: Mapping[int, str | None],
    shares: Shares,
) -> dict[int, str]:
    """Give every group without a part one, where its rarest stratum is wanted most."""
    counts = {
        number: Counter(stratum for scan in scans for stratum in scan)
        for number, scans in groups.items()
    }
    whole: Counter[Hashable] = Counter()
    for count in counts.values():
        whole.update(count)
    wanted = {
        part: Counter({stratum: share * n for stratum, n in whole.items()})
        for part, share in shares.each.items()
        if share
    }
    parts = {number: part for number, part in kept.items() if part is not None}
    for number, part in parts.items():
        if part in wanted:
            wanted[part].subtract(counts[number])
    for number in _order(counts, whole, parts, shares.seed):
        rare = min(counts[number], key=lambda stratum: (whole[stratum], repr(stratum)))
        parts[number] = max(
            wanted, key=lambda p: (wanted[p][rare], wanted[p]["scan",], shares.each[p])
        )
        wanted[parts[number]].subtract(counts[number])  # type: ignore[index]
    return parts


def _order(
    counts: Mapping[int, Counter[Hashable]],
    whole: Counter[Hashable],
    parts: Mapping[int, str],
    seed: int,
) -> list[int]:
    """Groups to deal: those with the rarest stratum first, the larger before."""
    left = [number for number in counts if number not in parts]
    chance = np.random.default_rng(seed).permutation(len(left))
    rank = dict(zip(left, chance.tolist(), strict=True))
    return sorted(
        left,
        key=lambda n: (
            min(whole[stratum] for stratum in counts[n]),
            -counts[n]["scan",],
            rank[n],
        ),
    )
