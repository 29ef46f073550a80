"""The flow behind `cargosight play`: which scans, to where, how fast."""

import json
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, urlsplit

from cargosight.playing.folder import FolderTarget
from cargosight.playing.lane import LaneTarget
from cargosight.playing.screen import ScreenTarget
from cargosight.playing.stream import StreamPlayer
from cargosight.playing.target import Item, Target
from data.errors import AccessError, ScanFileError, StreamError
from data.formats import ScanFile, find_scans, load_profile, read_scan
from data.formats.parts import find_parts
from data.formats.scanner_profile import ScannerProfile
from data.scan import Scan
from station.lanes.folder import split_view

TOKEN: Final = "CARGOSIGHT_TOKEN"  # noqa: S105 - the name of a variable
LONGEST_NAME: Final = 100
"""Of a file in a key."""

Report = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class PlayOptions:
    """How scans are played.

    Attributes:
        rate: Columns a second; 0 for as fast as they are taken.
        pause_s: Between two scans, s.
        loop: Whether to begin anew after the last one, until stopped.
        piece: Columns sent at a time.
        token_file: File with the lane's token; None for CARGOSIGHT_TOKEN.
        ca: PEM file of who vouches for the station; None for the usual ones.
        profile: Scanner profile of raw vendor files.
        patience_s: How long it tries to reach the station at a time; None for ever.
    """

    rate: float = 700.0
    pause_s: float = 1.0
    loop: bool = False
    piece: int = 16
    token_file: Path | None = None
    ca: Path | None = None
    profile: str | None = None
    patience_s: float | None = 60.0


@dataclass(slots=True)
class Summary:
    """What was played.

    Attributes:
        scans: Those that arrived whole.
        columns: That arrived.
        reconnects: How often a connection was made again.
        failures: A line for each scan that did not arrive whole.
    """

    scans: int = 0
    columns: int = 0
    reconnects: int = 0
    failures: list[str] = field(default_factory=list)

    def as_json(self) -> str:
        """All of it, in one line."""
        return json.dumps(asdict(self))

    def as_text(self) -> str:
        """The same for a person."""
        return (
            f"{self.scans} scans played, {self.columns:,} columns, connected again "
            f"{self.reconnects} times"
        )


def play_scans(
    arguments: Sequence[str | Path],
    to: str,
    options: PlayOptions,
    *,
    stopping: threading.Event,
    progress: Report,
) -> Summary:
    """Play scans as a scanner would, one after the other.

    Args:
        arguments: Files, folders, globs.
        to: Where: see `cargosight play --help`.
        options: How.
        stopping: Set to stop.
        progress: Told how many scans of how many were played.

    Raises:
        ScanFileError: If there are no scans.
        StreamError: If the station refuses them, or is not reached in time.
        AccessError: If there is no token, or it is refused.
    """
    profile = None if options.profile is None else load_profile(options.profile)
    files = find_scans(arguments, profile)
    target = make_target(to, options, stopping)
    summary = Summary()
    try:
        for index, file in _line_up(files, loop=options.loop):
            if index and stopping.wait(options.pause_s):
                break
            _play(file, index // len(files), target, summary, profile)
            progress("playing", index % len(files) + 1, len(files))
            if stopping.is_set():
                break
    finally:
        target.close()
    return summary


def make_target(to: str, options: PlayOptions, stopping: threading.Event) -> Target:
    """Where scans are played to.

    Args:
        to: `ws://`, `wss://`, `folder:`, `dicom://` or `video:`.
        options: How they are played.
        stopping: Set to stop.

    Raises:
        StreamError: If it is none of these.
        AccessError: If there is no token for a lane.
        ScanFileError: If the name is none for a video.
    """
    kind, _, rest = to.partition(":")
    if kind in {"ws", "wss"}:
        return LaneTarget(_make_player(to, options, stopping))
    if kind == "dicom":
        return _make_dicom(to, options, stopping)
    if kind == "folder" and rest:
        return FolderTarget(Path(rest), options.rate or None, stopping)
    if kind == "video" and rest:
        return _make_screen(Path(rest), options, stopping)
    msg = (
        f"{to} is nothing to play to. Name ws://HOST:PORT/api/lanes/NAME/stream, "
        "folder:PATH, dicom://HOST:PORT/AETITLE or video:FILE.avi."
    )
    raise StreamError(msg)


def _make_player(
    url: str, options: PlayOptions, stopping: threading.Event
) -> StreamPlayer:
    return StreamPlayer(
        url,
        _read_token(options.token_file),
        rate=options.rate or None,
        piece=options.piece,
        ca=options.ca,
        patience_s=options.patience_s,
        stopping=stopping,
    )


def _make_dicom(to: str, options: PlayOptions, stopping: threading.Event) -> Target:
    from cargosight.playing.dicom import DicomTarget  # noqa: PLC0415 - seldom needed

    parts = urlsplit(to)
    port, title = _find_port(parts), parts.path.strip("/")
    if not parts.hostname or port is None or not 1 <= len(title) <= 16:
        msg = f"{to} is no address. It is dicom://HOST:PORT/AETITLE."
        raise StreamError(msg)
    return DicomTarget(
        parts.hostname,
        port,
        title,
        options.rate or None,
        options.patience_s,
        stopping,
        options.ca,
    )


def _find_port(parts: SplitResult) -> int | None:
    try:
        return parts.port
    except ValueError:
        return None


def _make_screen(
    path: Path, options: PlayOptions, stopping: threading.Event
) -> ScreenTarget:
    if options.loop:
        msg = "A video has an end. Leave --loop out."
        raise StreamError(msg)
    rate = options.rate or PlayOptions().rate
    return ScreenTarget(path, rate, max(options.pause_s, 0.2), stopping)


def _read_token(path: Path | None) -> str:
    if path is None:
        token = os.environ.get(TOKEN, "")
    else:
        try:
            token = path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            msg = f"{path} cannot be read: {error}. Check --token-file."
            raise AccessError(msg) from error
    if not token.isascii() or not token.isprintable() or not token:
        msg = (
            f"A lane wants a token. State it in {TOKEN} or --token-file; `cargosight "
            "station token LANE` makes one."
        )
        raise AccessError(msg)
    return token


def _line_up(
    files: Sequence[ScanFile], *, loop: bool
) -> Iterator[tuple[int, ScanFile]]:
    for index in count() if loop else range(len(files)):
        yield index, files[index % len(files)]


def _play(
    file: ScanFile,
    turn: int,
    target: Target,
    summary: Summary,
    profile: ScannerProfile | None,
) -> None:
    try:
        item = _make_item(file, turn, profile)
    except ScanFileError as error:
        summary.failures.append(str(error))
        return
    played = target.play(item)
    summary.columns += played.columns
    summary.reconnects += played.reconnects
    if played.wrong is None:
        summary.scans += 1
    else:
        summary.failures.append(played.wrong)


def _make_item(file: ScanFile, turn: int, profile: ScannerProfile | None) -> Item:
    """A scan as a scanner would name it: views of an inspection have one number."""
    scan = read_scan(file.path, profile=profile)
    parts = find_parts(file.path, profile)
    name = file.name.with_suffix("").as_posix().replace("/", "-")[-LONGEST_NAME:]
    number, view = split_view(name.removesuffix("_high"))
    if view is not None and scan.info.view is None:
        scan = _name_view(scan, view)
    if turn:
        number = f"{number}-{turn + 1}"
    key = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%f}-{name}"
    return Item(scan, (*parts.planes, *parts.beside), key, number)


def _name_view(scan: Scan, view: str) -> Scan:
    return replace(scan, info=scan.info.model_copy(update={"view": view}))
