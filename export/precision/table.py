"""Size, speed and Pd of each precision, side by side."""

from collections.abc import Mapping
from typing import Annotated, Final, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from detector.manifest import GraphKind, Precision, Sha256
from export.precision.admission import Admission
from export.precision.closeness import Closeness

PRECISIONS: Final[tuple[Precision, ...]] = get_args(Precision)
RECORD: Final = "precision.json"
TITLES: Final = (
    "",
    "MB",
    "ms/tile",
    "ratio",
    "ms/scan",
    "ratio",
    "Pd",
    "Pfa",
    "points of Pd lost",
    "firearms",
    "score off",
    "px off",
)

Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Row(_Record):
    """What was measured of one precision.

    Attributes:
        megabytes: Of its file.
        tile_ms: Median time of a tile in a batch, ms.
        tile_ratio: The same, of that of float32.
        scan_ms: Median time of a scan, encoding and merging too, ms.
        scan_ratio: The same, of that of float32.
        admission: What it finds in the suite, and whether it may be used. Float32 is
            held against itself.
        closeness: How far its answers to the drawn tiles are from those of float32.
    """

    megabytes: Positive
    tile_ms: Positive
    tile_ratio: Positive
    scan_ms: Positive
    scan_ratio: Positive
    admission: Admission
    closeness: Closeness


class Drawn(_Record):
    """What 8 bits found their scales on, and all precisions were compared on.

    Attributes:
        dataset_sha256: Of the dataset's content.
        scans: Scans of its validation part that tiles were drawn from.
        tiles: How many tiles.
        seed: Of the draws.
    """

    dataset_sha256: Sha256
    scans: int
    tiles: int
    seed: int


class PrecisionRecord(_Record):
    """What `precision.json` holds.

    Attributes:
        kind: The graph.
        source_sha256: Of the float32 graph.
        wanted: The precision that was asked for.
        pfa: The operating Pfa: of float32, at its default operating point, on the
            suite. None without clean inspections.
        suite: Name of the suite.
        suite_sha256: Its seal.
        device: What ran the graphs.
        threads: Of a CPU; None for all cores.
        processor: What it was measured on.
        kept_float: Convolutions that stayed float32 in 8 bits.
        noise: What each other layer in 8 bits alone adds to the network's answers, as a
            share of their variance.
        drawn: What scales were found on.
        rows: What was measured, by precision.
        versions: Of what made and ran the graphs.
    """

    format: Literal[1] = 1
    kind: GraphKind
    source_sha256: Sha256
    wanted: Precision
    pfa: float | None
    suite: str
    suite_sha256: Sha256
    device: str
    threads: int | None
    processor: str
    kept_float: tuple[str, ...]
    noise: dict[str, float]
    drawn: Drawn
    rows: dict[Precision, Row]
    versions: dict[str, str]

    @property
    def admitted(self) -> bool:
        """Whether the precision that was asked for may be used."""
        return self.rows[self.wanted].admission.answer == "admitted"

    @property
    def decision(self) -> str:
        """The answer to what was asked, in one line."""
        found = self.rows[self.wanted].admission
        return f"{self.wanted}: {found.answer}: {found.reason}."

    def as_text(self) -> str:
        """The table, for a person."""
        pfa = "" if self.pfa is None else f" at Pfa {self.pfa:.1%}"
        threads = "all cores" if self.threads is None else f"{self.threads} threads"
        head = (
            f"{self.kind} graph on {self.suite}{pfa}; {self.device}, {threads}, "
            f"{self.processor}"
        )
        lines = [list(TITLES), *(_cells(name, row) for name, row in self.rows.items())]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        table = ["  ".join(map(str.rjust, line, widths)).rstrip() for line in lines]
        reasons = [
            f"{name}: {row.admission.answer}: {row.admission.reason}."
            for name, row in self.rows.items()
            if name != "fp32"
        ]
        return "\n".join([head, *table, *reasons])


def compute_ratios(milliseconds: Mapping[Precision, float]) -> dict[Precision, float]:
    """Times as shares of that of float32.

    Example:
        >>> compute_ratios({"fp32": 40.0, "int8": 30.0})
        {'fp32': 1.0, 'int8': 0.75}
    """
    return {name: each / milliseconds["fp32"] for name, each in milliseconds.items()}


def _cells(name: Precision, row: Row) -> list[str]:
    found, close = row.admission, row.closeness
    return [
        name,
        f"{row.megabytes:.2f}",
        f"{row.tile_ms:.1f}",
        f"{row.tile_ratio:.2f}",
        f"{row.scan_ms:.0f}",
        f"{row.scan_ratio:.2f}",
        _share(found.pd),
        _share(found.pfa),
        _loss(found),
        str(found.firearms),
        f"{close.score:.2g}",
        f"{close.box_px:.2g}",
    ]


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"


def _loss(found: Admission) -> str:
    if found.loss is None or found.loss_interval is None:
        return "-"
    low, high = found.loss_interval
    return f"{100 * found.loss:.2f} ({100 * low:.2f} to {100 * high:.2f})"
