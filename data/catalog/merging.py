"""Put rows that come in to those that are there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from data.catalog.history import LEARNED, History
from data.catalog.schema import SCHEMA
from data.splits import HELD_OUT

Row = Mapping[str, Any]

_KEPT: Final = ("name", "file", "split")
"""What a scan that is there keeps, whatever is said of it."""

_LABELS: Final = (
    "truth",
    "truth_sha256",
    "weak",
    "firearms",
    "ignored",
    "label_source",
)
"""What comes with the labels."""

_MEASURED: Final = ("sha256", "width", "height", "kind", "pitch_mm")


@dataclass(frozen=True, slots=True)
class NewRow:
    """A scan that comes in.

    Attributes:
        row: All that is known of it.
        stated: Columns that a person stated; the others its file says.
        empty: A person stated that it holds no firearm, without looking at this scan.
    """

    row: Row
    stated: frozenset[str]
    empty: bool = False

    @property
    def sha256(self) -> str:
        """Hash of its content."""
        return str(self.row["sha256"])


@dataclass(frozen=True, slots=True)
class Merged:
    """Rows put together.

    Attributes:
        rows: All rows of the dataset.
        added: How many are new.
        changed: How many were there, and say something else now.
        notes: Labels that were not taken, and why: a line each.
        failures: What cannot be: a line each.
    """

    rows: tuple[Row, ...]
    added: int
    changed: int
    notes: tuple[str, ...]
    failures: tuple[str, ...]


def merge_rows(olds: Sequence[Row], news: Sequence[NewRow], history: History) -> Merged:
    """Put rows that come in to those that are there.

    Labels for which somebody looked inside, or with care at the scan, are not replaced
    by weak ones; what a person states goes before what is known, and that before what
    files say; what was held out once is held out again.

    Args:
        olds: Rows of the dataset.
        news: Rows that come in.
        history: Of the dataset.
    """
    notes: list[str] = []
    failures: list[str] = []
    known = {row["sha256"]: row for row in olds}
    chosen: dict[str, NewRow] = {}
    for new in news:
        other = chosen.setdefault(new.sha256, new)
        if other.row["truth_sha256"] != new.row["truth_sha256"]:
            chosen[new.sha256] = _choose(other, new, notes, failures)
    failures += _find_taken(known, chosen)
    merged = {
        sha256: _join(known.get(sha256), new, history, notes, failures)
        for sha256, new in chosen.items()
    }
    return Merged(
        tuple((known | merged).values()),
        len(merged.keys() - known.keys()),
        sum(sha256 in known and known[sha256] != row for sha256, row in merged.items()),
        tuple(notes),
        tuple(failures),
    )


def _choose(
    first: NewRow, second: NewRow, notes: list[str], failures: list[str]
) -> NewRow:
    """Of two labels for one scan, the one that is not weak."""
    strong = [new for new in (first, second) if not new.row["weak"]]
    names = f"{first.row['name']} and {second.row['name']}"
    if len(strong) != 1:
        failures.append(f"{names} are the same scan with different labels")
        return first
    notes.append(f"{names} are the same scan: the labels that are not weak were taken")
    return strong[0]


def _find_taken(
    known: Mapping[str, Row], chosen: Mapping[str, NewRow]
) -> Iterator[str]:
    """Names that belong to another scan already."""
    taken = {row["name"]: sha256 for sha256, row in known.items()}
    for sha256, new in chosen.items():
        name = new.row["name"]
        if sha256 not in known and taken.get(name, sha256) != sha256:
            yield f"{name} is another scan in the dataset; give a --prefix"


def _join(
    old: Row | None,
    new: NewRow,
    history: History,
    notes: list[str],
    failures: list[str],
) -> Row:
    row: dict[str, Any] = dict.fromkeys(SCHEMA.names()) | dict(new.row)
    if old is not None:
        row = _update(old, new, notes, failures)
    wanted = new.row.get("split")
    learned = new.sha256 in history.learned or row["split"] in LEARNED
    if HELD_OUT in (wanted, row["split"]) or new.sha256 in history.held_out:
        if learned:
            failures.append(
                f"{row['name']} is held out where it comes from, and was learned from "
                "here: leave it out there, or drop it here and train anew"
            )
        row["split"] = HELD_OUT
    if old is None and row["weak"] and row["split"] == "validation":
        row["split"] = None  # the next sharing out finds it a place
    return row


def _update(
    old: Row, new: NewRow, notes: list[str], failures: list[str]
) -> dict[str, Any]:
    """A row that is there, with what is newly said of it."""
    row = dict(old)
    for name, value in new.row.items():
        stated = name in new.stated or old[name] is None or name in _MEASURED
        if value is not None and stated and name not in (*_KEPT, *_LABELS):
            row[name] = value
    if row["split"] is None:
        row["split"] = new.row.get("split")
    if new.empty and old["firearms"]:
        failures.append(f"{old['name']} holds {old['firearms']} firearms: not empty")
    elif new.row["weak"] and not old["weak"]:
        if new.row["truth_sha256"] != old["truth_sha256"]:
            notes.append(f"{old['name']} keeps its labels: the new ones are weak")
    else:
        row |= {name: new.row.get(name) for name in _LABELS}
        row["firearm_ids"] = new.row.get("firearm_ids") or old["firearm_ids"]
    return row
