"""`station.toml`: what a station is, which lanes it has, how long it keeps what."""

from pathlib import Path
from typing import Annotated, Final, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from data.errors import StationError
from data.strict_toml import read_strict_toml

Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Port = Annotated[int, Field(ge=0, le=65535)]
LaneName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$")]
Place = Annotated[Path, Field(strict=False)]

Section = TypeVar("Section", bound=BaseModel)

LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class ServerConfig(_Section):
    """How the station is reached.

    Attributes:
        host: Address to listen at; beyond the machine only with TLS.
        port: To listen at.
        certificate: PEM file of the certificate chain; None for plain HTTP.
        key: PEM file of its key.
        idle_minutes: Without a request a login ends after so long.
        session_hours: Any login ends after so long.
        lock_after: Wrong passwords in a row until an account is locked.
        lock_minutes: How long it is.
    """

    host: str = "127.0.0.1"
    port: Port = 8765
    certificate: Place | None = None
    key: Place | None = None
    idle_minutes: Positive = 30
    session_hours: Positive = 12
    lock_after: Annotated[int, Field(ge=1)] = 5
    lock_minutes: Positive = 15

    @property
    def tls(self) -> bool:
        """Whether connections are encrypted."""
        return self.certificate is not None

    @model_validator(mode="after")
    def _check_tls(self) -> Self:
        if (self.certificate is None) != (self.key is None):
            msg = "certificate and key come together or not at all"
            raise ValueError(msg)
        if self.certificate is None and self.host not in LOOPBACK:
            msg = f"host {self.host} is beyond this machine: state certificate and key"
            raise ValueError(msg)
        return self


class RecordsConfig(_Section):
    """Where the records are.

    Attributes:
        url: SQLAlchemy address of a PostgreSQL database; None for SQLite in the data
            folder.
    """

    url: Annotated[str, Field(pattern=r"^(postgresql\+psycopg|sqlite)://")] | None = (
        None
    )


class DetectorConfig(_Section):
    """What looks.

    Attributes:
        device: "cpu", "cuda", "tensorrt" or "openvino".
        threads: Of the CPU for each lane; None for all cores.
        trust: Folder of the pinned keys; None for the usual one.
        allow_unsigned: Whether a bundle without a signature may run, and the default
            one where none was put in use. Operators are told.
        threshold: The site's own operating point; None for the bundle's.
        coarse_behind: Columns behind the scanner from which a lane only glances.
    """

    device: Literal["cpu", "cuda", "tensorrt", "openvino"] = "cpu"
    threads: Annotated[int, Field(ge=1)] | None = None
    trust: Place | None = None
    allow_unsigned: bool = False
    threshold: Share | None = None
    coarse_behind: Annotated[int, Field(ge=1)] = 8_000


class ReviewConfig(_Section):
    """How decisions are made.

    Attributes:
        four_eyes_score: A dismissed alarm of this score or more needs a second person;
            None to ask for none.
        reasons: What an alarm may be dismissed as.
    """

    four_eyes_score: Share | None = None
    reasons: Annotated[tuple[str, ...], Field(strict=False, min_length=1)] = (
        "cargo",
        "vehicle part",
        "container structure",
        "tool",
        "noise",
        "other",
    )


class SupervisedConfig(_Section):
    """Test scans: a firearm is projected into some scans.

    Attributes:
        rate: Share of scans that are chosen; 0 for none.
        cutouts: Folder of firearms in air (see `dataset project`).
        cutout_pitch_mm: Pixel pitch of those that state none, mm.
        keep_days: How long it is kept who found what.
    """

    rate: Annotated[float, Field(ge=0, le=0.5)] = 0.0
    cutouts: Place | None = None
    cutout_pitch_mm: Positive | None = None
    keep_days: Positive = 365

    @model_validator(mode="after")
    def _check_cutouts(self) -> Self:
        if self.rate and self.cutouts is None:
            msg = "a rate needs cutouts: the folder of firearms in air"
            raise ValueError(msg)
        return self


class RetentionConfig(_Section):
    """How long things are kept; None is for ever.

    Attributes:
        scan_days: Pictures, days from the scan.
        scan_gb: Pictures altogether, GB: the oldest go first, and earlier where the
            disk is short.
        evidence_days: Pictures of containers in which a search found something; they
            never go for their size.
        manifest_days: Facts of manifests, days from the scan.
        login_days: Ended logins.
        least_free_gb: Free disk below which no scan is taken in, GB.
    """

    scan_days: Positive | None = None
    scan_gb: Positive | None = None
    evidence_days: Positive | None = None
    manifest_days: Positive | None = 90
    login_days: Positive = 30
    least_free_gb: Annotated[float, Field(ge=0)] = 0.5


class LogConfig(_Section):
    """The audit log.

    Attributes:
        anchor_copies: Folders elsewhere, such as of another machine, to which the
            anchors of each day are copied.
    """

    anchor_copies: Annotated[tuple[Place, ...], Field(strict=False)] = ()


class LaneConfig(_Section):
    """One scanner.

    Attributes:
        name: In addresses and folders: small letters, digits, - and _.
        source: How scans come.
        scanner: Its model, for scans that do not say.
        view: Which view it makes, for scans that do not say.
        pitch_mm: Pixel pitch (x, y), mm, for scans that do not say.
        profile: TOML file of its scanner profile, for raw planes.
        folder: Watched folder, for "folder".
        settle_s: A file is taken when it has not changed for so long, s.
        after: What becomes of a file that was taken.
        port: To listen at, for "dicom".
        ae_title: Its own name, for "dicom".
        callers: Names that may send, for "dicom"; empty for any.
        device: Number or address of a capture device, or a video file, for "capture".
        region: x, y, width, height of the scan on the screen, px; None for all of it.
        mode: Whether whole pictures appear, or one scrolls by.
        gone_s: Silence amid a scan after which the scanner counts as gone, s.
        abandon_s: Silence after which such a scan is closed as cut off, s.
        mask_cab: Side on which the driver's cab is; what lies beyond the container
            there is blanked in stored pictures. None for no masking.
    """

    name: LaneName
    source: Literal["stream", "folder", "dicom", "capture"]
    scanner: str | None = None
    view: str | None = None
    pitch_mm: Annotated[tuple[Positive, Positive], Field(strict=False)] | None = None
    profile: Place | None = None
    folder: Place | None = None
    settle_s: Positive = 2.0
    after: Literal["move", "delete", "keep"] = "move"
    port: Port = 11112
    ae_title: Annotated[str, Field(pattern=r"^[ -~]{1,16}$")] = "CARGOSIGHT"
    callers: Annotated[tuple[str, ...], Field(strict=False)] = ()
    device: str | None = None
    region: (
        Annotated[
            tuple[
                Annotated[int, Field(ge=0)],
                Annotated[int, Field(ge=0)],
                Annotated[int, Field(ge=8)],
                Annotated[int, Field(ge=8)],
            ],
            Field(strict=False),
        ]
        | None
    ) = None
    mode: Literal["still", "scroll"] = "still"
    gone_s: Positive = 10.0
    abandon_s: Positive = 120.0
    mask_cab: Literal["left", "right"] | None = None

    @model_validator(mode="after")
    def _check_source(self) -> Self:
        for source, name in (("folder", "folder"), ("capture", "device")):
            if self.source == source and getattr(self, name) is None:
                msg = f"a lane of source {source} needs {name}"
                raise ValueError(msg)
        return self


class StationConfig(_Section):
    """What `station.toml` holds.

    Attributes:
        data: Folder of all that the station keeps; made if there is none.
        site: Which port, in records that are handed over.
        lane: The lanes.
    """

    data: Place = Path("station-data")
    site: Annotated[str, Field(min_length=1, max_length=100)] = "station"
    server: ServerConfig = Field(default_factory=ServerConfig)
    records: RecordsConfig = Field(default_factory=RecordsConfig)
    detector: DetectorConfig = Field(default_factory=DetectorConfig)
    review: ReviewConfig = Field(default_factory=ReviewConfig)
    supervised: SupervisedConfig = Field(default_factory=SupervisedConfig)
    retention: RetentionConfig = Field(default_factory=RetentionConfig)
    log: LogConfig = Field(default_factory=LogConfig)
    lane: Annotated[tuple[LaneConfig, ...], Field(strict=False)] = ()

    @property
    def database_url(self) -> str:
        """SQLAlchemy address of the records."""
        return self.records.url or f"sqlite:///{self.data.resolve() / 'station.db'}"

    def lane_named(self, name: str) -> LaneConfig:
        """One of the lanes.

        Raises:
            StationError: If there is none of that name.
        """
        for lane in self.lane:
            if lane.name == name:
                return lane
        known = ", ".join(lane.name for lane in self.lane) or "none"
        msg = f"There is no lane {name}. This station has: {known}."
        raise StationError(msg, code="lane.unknown", facts={"lane": name})

    @field_validator("lane", mode="before")
    @classmethod
    def _check_brackets(cls, value: object) -> object:
        if isinstance(value, dict):
            msg = "every lane begins with [[lane]], in two pairs of brackets"
            raise ValueError(msg)
        return value

    @model_validator(mode="after")
    def _check_lanes(self) -> Self:
        names = [lane.name for lane in self.lane]
        if "metrics" in names:
            msg = "no lane may be called metrics: tokens for figures are"
            raise ValueError(msg)
        if len(set(names)) < len(names):
            msg = "two lanes have one name"
            raise ValueError(msg)
        return self


def read_station_config(path: Path) -> StationConfig:
    """Read `station.toml`; paths in it are taken from its own folder.

    Args:
        path: The file.

    Raises:
        StationError: If it cannot be read, or anything in it is wrong.
    """
    config = read_strict_toml(
        path,
        StationConfig,
        what="station configuration",
        hint="Check the path.",
        error=StationError,
    )
    return anchor_paths(config, path.resolve().parent)


def anchor_paths(config: StationConfig, folder: Path) -> StationConfig:
    """Make every relative path of a configuration one from a folder."""
    sections = {
        name: _anchor(getattr(config, name), folder)
        for name in ("server", "detector", "supervised", "log")
    }
    lanes = tuple(_anchor(lane, folder) for lane in config.lane)
    data = folder / config.data
    return config.model_copy(update={**sections, "lane": lanes, "data": data})


def _anchor(section: Section, folder: Path) -> Section:
    found: dict[str, object] = {}
    for name, value in iter(section):
        if isinstance(value, Path):
            found[name] = folder / value
        elif isinstance(value, tuple) and any(isinstance(one, Path) for one in value):
            found[name] = tuple(folder / one for one in value)
    return section.model_copy(update=found)
