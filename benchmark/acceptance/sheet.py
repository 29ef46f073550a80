"""The test sheet of a site: which pieces lay where, and which scans show them."""

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path, PurePosixPath
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from data.dataset_writing import write_text
from data.errors import SuiteError
from data.strict_toml import read_strict_toml
from data.truth import FIREARM

Orientation = Literal["broadside", "turned", "edge-on", "end-on"]
Label = Literal["firearm", "toy gun", "harmless"]

FIREARMS: Final = 60
"""Placements that a sheet needs unless it says otherwise: all found, they show a Pd of
95 % or more (one-sided 95 % Wilson bound 95.7 %; 0.95^60 = 4.6 %)."""

CLEAN: Final = 60
"""Clean passes that a sheet needs unless it says otherwise: with no alarm, they show a
Pfa of 5 % or less, and they are the baseline of all later weeks."""

_BLANK: Final = Path(str(files("benchmark.acceptance"))) / "blank_sheet.toml"

Finite = Annotated[float, Field(allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Words = Annotated[str, Field(min_length=1, max_length=200)]
Named = Annotated[str, Field(min_length=1, max_length=80)]
Box = Annotated[tuple[Finite, Finite, Finite, Finite], Field(strict=False)]


def _check_file(name: str) -> str:
    pure = PurePosixPath(name)
    if not name or pure.is_absolute() or ".." in pure.parts or "\\" in name:
        msg = f"{name!r} must be a path below the folder of scans"
        raise ValueError(msg)
    return str(pure)


ScanName = Annotated[str, AfterValidator(_check_file)]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Piece(_Entry):
    """A test piece.

    Attributes:
        id: What placements call it.
        label: "firearm", or for confusers "toy gun" or "harmless".
        kind: What it is, such as "pistol" or "drill".
        about: Make, number, how it was made safe.
    """

    id: Named
    label: Label = "firearm"
    kind: Named
    about: Words | None = None


class Shown(_Entry):
    """One scan that shows a placement.

    Attributes:
        file: Below the folder of scans.
        box: Where the piece is, x0 y0 x1 y1, px; may come from labels instead.
    """

    file: ScanName
    box: Box | None = None


class Placement(_Entry):
    """One piece in one place.

    Attributes:
        id: What the page calls it.
        piece: Which piece.
        container: Which container, or which load of it.
        along_mm: From the doors.
        height_mm: Over the floor.
        depth_mm: From the side that the source is on.
        behind: Which cargo hides it.
        orientation: Which side it turns to the source.
        group: Placements with the same are not counted as independent; those that one
            scan shows never are.
        scans: Which scans show it: more than one tells how far scores spread.
    """

    id: Named
    piece: Named
    container: Named
    along_mm: Finite | None = None
    height_mm: Finite | None = None
    depth_mm: Finite | None = None
    behind: Words | None = None
    orientation: Orientation | None = None
    group: Named | None = None
    scans: Annotated[tuple[Shown, ...], Field(min_length=1, strict=False)]


class CleanPass(_Entry):
    """One scan without any piece in it.

    Attributes:
        file: Below the folder of scans.
        container: Scans of one container are not independent.
        cargo: What was in it.
    """

    file: ScanName
    container: Named
    cargo: Words | None = None


class LeftOut(_Entry):
    """A scan that was made and does not count, and why."""

    file: ScanName
    reason: Words


class TestSheet(_Entry):
    """All of an acceptance's placements and passes.

    Attributes:
        site: Which port and lane.
        scanner: Which scanner.
        pitch_mm: Pixel pitch of scans that state none.
        least_firearms: Independent placements of firearms that it must have.
        least_clean: Containers that it must have clean passes of.
        signers: Who signs the page: roles.
        pieces: The test pieces.
        placements: Where they lay.
        clean: Passes without any.
        left_out: Scans that do not count.
    """

    __test__ = False

    format: Literal[1] = 1
    site: Named
    scanner: Named
    pitch_mm: Positive | None = None
    least_firearms: Annotated[int, Field(ge=1)] = FIREARMS
    least_clean: Annotated[int, Field(ge=1)] = CLEAN
    signers: Annotated[tuple[Named, ...], Field(strict=False)] = (
        "Installed and tested by",
        "Witnessed by (QA)",
        "Accepted by (port)",
    )
    pieces: Annotated[tuple[Piece, ...], Field(strict=False)]
    placements: Annotated[tuple[Placement, ...], Field(strict=False)]
    clean: Annotated[tuple[CleanPass, ...], Field(strict=False)]
    left_out: Annotated[tuple[LeftOut, ...], Field(strict=False)] = ()

    def piece_of(self, placement: Placement) -> Piece:
        """The piece of a placement that was checked."""
        return next(piece for piece in self.pieces if piece.id == placement.piece)

    def list_shown(self) -> Iterator[tuple[Placement, Shown]]:
        """Every placement in every scan that shows it."""
        for placement in self.placements:
            for shown in placement.scans:
                yield placement, shown

    def find_groups(self) -> dict[str, str]:
        """The group of each scan file: what is not independent has one name.

        Scans of one placement go together, so do placements that one scan shows, those
        that state one group, and clean passes of one container.
        """
        links = [
            (f"file {shown.file}", f"placement {placement.id}")
            for placement, shown in self.list_shown()
        ]
        links += [
            (f"placement {p.id}", f"group {p.group}")
            for p in self.placements
            if p.group
        ]
        links += [(f"file {c.file}", f"container {c.container}") for c in self.clean]
        heads: dict[str, str] = {}
        for first, second in links:
            heads[_find_head(heads, first)] = _find_head(heads, second)
        files = [name for name, _ in links if name.startswith("file ")]
        return {name.removeprefix("file "): _find_head(heads, name) for name in files}

    def count_firearms(self) -> int:
        """How many independent placements of firearms there are."""
        groups = self.find_groups()
        return len(
            {
                groups[shown.file]
                for placement, shown in self.list_shown()
                if self.piece_of(placement).label == FIREARM
            }
        )

    def count_clean(self) -> int:
        """How many containers there are clean passes of."""
        return len({each.container for each in self.clean})


def _find_head(heads: dict[str, str], name: str) -> str:
    while heads.get(name, name) != name:
        name = heads[name]
    return name


def write_blank_sheet(place: Path) -> None:
    """Write a sheet to fill in, with a word on each entry.

    Raises:
        SuiteError: If there is such a file already.
        DatasetError: If it cannot be written.
    """
    if place.exists():
        msg = f"{place} exists. Choose another name: a filled sheet is not overwritten."
        raise SuiteError(msg)
    write_text(place, _BLANK.read_text(encoding="utf-8").rstrip())


def read_sheet(path: Path) -> TestSheet:
    """Read a filled sheet; `find_problems` says whether it fits its scans.

    Raises:
        SuiteError: If it is no sheet: one line that names all that is wrong.
    """
    return read_strict_toml(
        path,
        TestSheet,
        what="test sheet",
        hint="Write a sheet: benchmark site sheet.",
        error=SuiteError,
    )
