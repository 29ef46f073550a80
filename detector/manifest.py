"""The manifest of a bundle: what it is, and all that lies beside it."""

from typing import Annotated, Final, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from detector.operating_point import OperatingPoint
from detector.scale import Scale

GraphKind = Literal["dual", "display"]
Precision = Literal["fp32", "fp16", "int8"]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Name = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[\w .+-]+$")]
FileName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,60}\.[a-z]{2,8}$")]
GraphFile = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,60}\.onnx$")]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]

MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "model.sig"
CARD: Final = "card.md"
PARITY: Final = "parity.json"

MOST_CURVE_POINTS: Final = 50
"""Thresholds at which a bundle says how well it finds."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Checkpoint(_Record):
    """The weights that a training started from.

    Attributes:
        name: Of the file or network, such as "yolo26n.yaml".
        sha256: Of the file; None for a network that started from random weights.
    """

    name: Annotated[str, Field(min_length=1, max_length=200)]
    sha256: Sha256 | None = None


class Parity(_Record):
    """How far the graph and its checkpoint were apart, at most.

    Attributes:
        score: Largest difference of a score on the same tiles.
        box_px: Largest difference of a side of a box on the same tiles, px.
        tiles: How many tiles were compared.
        scans: How many whole scans were compared, end to end.
    """

    score: Annotated[Finite, Field(ge=0)]
    box_px: Annotated[Finite, Field(ge=0)]
    tiles: Annotated[int, Field(ge=0)]
    scans: Annotated[int, Field(ge=0)] = 0


class Slice(_Record):
    """How many firearms of one sort were found, at the default operating point.

    Attributes:
        by: What sorts them, such as "attenuation".
        name: Of the sort, such as "2 to 5".
        found: Firearms that met an alarm.
        of: Visible firearms.
        interval: 95 % interval of their share.
    """

    by: Name
    name: Annotated[str, Field(min_length=1, max_length=64)]
    found: Annotated[int, Field(ge=0)]
    of: Annotated[int, Field(ge=1)]
    interval: tuple[Share, Share]


class CurvePoint(_Record):
    """What a graph finds and raises by mistake at one threshold.

    Attributes:
        threshold: Least score of an alarm.
        pd: Share of firearms that raised an alarm of their own.
        pd_interval: Its 95 % interval, (low, high).
        pfa: Share of clean inspections that raised any alarm.
        pfa_interval: Its 95 % interval, (low, high).
    """

    threshold: Share
    pd: Share
    pd_interval: tuple[Share, Share]
    pfa: Share
    pfa_interval: tuple[Share, Share]


class VerdictRecord(_Record):
    """The verdict that a bundle was signed on.

    Attributes:
        suite: Name of the suite.
        suite_sha256: Its seal.
        bundle_sha256: Of the manifest that was judged, before it was signed.
        result: What the verdict was; no other is signed on.
        report_sha256: Of report.json.
    """

    suite: Annotated[str, Field(min_length=1, max_length=200)]
    suite_sha256: Sha256
    bundle_sha256: Sha256
    result: Literal["pass"] = "pass"
    report_sha256: Sha256


class GraphEntry(_Record):
    """One graph of a bundle, and all that is needed to run it and to trace it.

    Attributes:
        file: Its file, beside the manifest.
        sha256: Of the file.
        precision: Of its weights.
        tile_side: Width and height of the tiles it takes, px.
        tile_overlap: Pixels that neighbouring tiles share, at least.
        coarse_score: Score from which a pass at half the scale has a place looked at
            closely, where graph and device allow one; None: all is looked at closely.
        mirrored: Whether it looks at each tile twice, once in the mirror.
        rescaled: Whether it looks at each tile at three scales.
        refined: Whether a refiner looks at its answers again, and scores them anew.
        scale: The scale at which it sees scans.
        base: What its training started from.
        run_sha256: Of the training's record.
        dataset_sha256: Of the dataset it was trained on.
        seed: Of the training.
        parity: How far it is from its checkpoint; None if not compared yet.
        metrics: What its training measured on the validation split, by name.
        operating_points: At least one; the first is the default.
        slices: What was found of which firearms, on the suite of the default one.
        curve: Pd and Pfa at other thresholds, rising, on that suite; empty where it was
            not measured.
    """

    file: GraphFile
    sha256: Sha256
    precision: Precision = "fp32"
    tile_side: Annotated[int, Field(ge=32, le=8192)]
    tile_overlap: Annotated[int, Field(ge=0)]
    coarse_score: Annotated[float, Field(gt=0, lt=1)] | None = None
    mirrored: bool = False
    rescaled: bool = False
    refined: bool = False
    scale: Scale
    base: Checkpoint
    run_sha256: Sha256
    dataset_sha256: Sha256
    seed: int
    parity: Parity | None = None
    metrics: dict[str, Finite] = Field(default_factory=dict)
    operating_points: Annotated[tuple[OperatingPoint, ...], Field(min_length=1)]
    slices: tuple[Slice, ...] = ()
    curve: Annotated[tuple[CurvePoint, ...], Field(max_length=MOST_CURVE_POINTS)] = ()

    @model_validator(mode="after")
    def _check_parts(self) -> Self:
        if self.tile_overlap >= self.tile_side:
            msg = (
                f"tiles of {self.tile_side} px cannot overlap by {self.tile_overlap} px"
            )
            raise ValueError(msg)
        names = [point.name for point in self.operating_points]
        if len(set(names)) < len(names):
            msg = "two operating points have one name"
            raise ValueError(msg)
        return self


class Manifest(_Record):
    """What a bundle is. Its file is also the list of what may lie beside it.

    Attributes:
        format: Of this file.
        name: Of the bundle.
        version: Of the bundle, free text such as "1.2".
        status: How far the bundle has come. It is a claim: only a signature that was
            verified proves "signed".
        labels: What the classes mean, in their order.
        graphs: The graphs, by the kind of scan they take.
        files: SHA-256 of every file beside the manifest and the signature.
        synthetic_only: Whether no real scan was trained on.
        versions: Of Python and the packages that made it.
        licence: Under which it may be used.
        created: When.
        not_after: When it stops being accepted; None for never.
        counter: Grows with each bundle given out; stations do not let it go back.
        verdict: What it was signed on; None for a draft, and where it was signed
            without one.
    """

    format: Literal[2] = 2
    name: Name
    version: Name
    status: Literal["draft", "calibrated", "signed"] = "draft"
    labels: Annotated[tuple[Name, ...], Field(min_length=1)]
    graphs: Annotated[dict[GraphKind, GraphEntry], Field(min_length=1)]
    files: dict[FileName, Sha256]
    synthetic_only: bool
    versions: dict[str, str]
    licence: Annotated[str, Field(min_length=1)]
    created: AwareDatetime
    not_after: AwareDatetime | None = None
    counter: Annotated[int, Field(ge=0)] = 0
    verdict: VerdictRecord | None = None

    @model_validator(mode="after")
    def _check_parts(self) -> Self:
        if len(set(self.labels)) < len(self.labels):
            msg = "two labels are the same"
            raise ValueError(msg)
        if len({entry.file for entry in self.graphs.values()}) < len(self.graphs):
            msg = "two graphs have one file"
            raise ValueError(msg)
        if {MANIFEST, SIGNATURE} & set(self.files):
            msg = "files lists the manifest itself, or its signature"
            raise ValueError(msg)
        for entry in self.graphs.values():
            if self.files.get(entry.file) != entry.sha256:
                msg = f"files does not list {entry.file} as its graph does"
                raise ValueError(msg)
        return self
