"""What would keep a station from working, found before it is started."""

import os
import shutil
import ssl
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from sqlalchemy import select, text

from data.errors import CargosightError
from data.formats.scanner_profile import load_profile
from station.config import LaneConfig, StationConfig
from station.records import open_database
from station.worker.bundles import BundleKeeper

GB: Final = 1e9


def check_station(config: StationConfig) -> list[str]:
    """Look at all that a station needs.

    Args:
        config: The station's.

    Returns:
        What is wrong, a line each: what was met, and what to do.
    """
    looks: tuple[Callable[[StationConfig], Iterator[str]], ...] = (
        _check_data,
        _check_records,
        _check_tls,
        _check_bundle,
        _check_tests,
        _check_copies,
        _check_ports,
    )
    wrong = [line for look in looks for line in look(config)]
    return wrong + [line for lane in config.lane for line in _check_lane(lane)]


def _check_data(config: StationConfig) -> Iterator[str]:
    place = next(one for one in (config.data, *config.data.parents) if one.exists())
    if not place.is_dir() or not os.access(place, os.W_OK | os.X_OK):
        yield f"{config.data} cannot be written. Change its owner, or data."
        return
    free = shutil.disk_usage(place).free / GB
    if free < config.retention.least_free_gb:
        yield (
            f"{place} has {free:.1f} GB free; below {config.retention.least_free_gb:g} "
            "GB no scan is taken in. Free some, or change [retention]."
        )


def _check_records(config: StationConfig) -> Iterator[str]:
    if config.database_url.startswith("sqlite") and not config.data.exists():
        return
    try:
        database = open_database(config.database_url)
        with database.reading() as session:
            session.execute(select(text("1")))
        database.close()
    except CargosightError as error:
        yield str(error)


def _check_tls(config: StationConfig) -> Iterator[str]:
    certificate, key = config.server.certificate, config.server.key
    if certificate is None or key is None:
        return
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError) as error:
        yield (
            f"{certificate} and {key} are no certificate and its key: {error}. Check "
            "[server]."
        )


def _check_bundle(config: StationConfig) -> Iterator[str]:
    keeper = BundleKeeper(config.detector, config.data)
    keeper.refresh()
    if keeper.error:
        yield keeper.error


def _check_tests(config: StationConfig) -> Iterator[str]:
    cutouts = config.supervised.cutouts
    if config.supervised.rate and cutouts is not None and not _has_files(cutouts):
        yield f"{cutouts} holds no firearm in air. Check [supervised] cutouts."


def _check_copies(config: StationConfig) -> Iterator[str]:
    for folder in config.log.anchor_copies:
        if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
            yield (
                f"{folder} cannot be written: no anchor is kept there. Make or mount "
                "it, or change [log] anchor_copies."
            )


def _check_ports(config: StationConfig) -> Iterator[str]:
    ports = [lane.port for lane in config.lane if lane.source == "dicom"]
    for port, count in Counter([config.server.port, *ports]).items():
        if count > 1 and port:
            yield f"Port {port} is stated {count} times. Give each its own."
    folders = [lane.folder for lane in config.lane if lane.source == "folder"]
    for folder, count in Counter(folders).items():
        if count > 1:
            yield f"{folder} is watched by {count} lanes. Give each its own."


def _check_lane(lane: LaneConfig) -> Iterator[str]:
    if lane.source == "folder" and lane.folder is not None:
        yield from _check_folder(lane, lane.folder)
    if lane.profile is not None:
        try:
            load_profile(lane.profile)
        except CargosightError as error:
            yield f"Lane {lane.name}: {error}"


def _check_folder(lane: LaneConfig, folder: Path) -> Iterator[str]:
    needed = os.R_OK | os.X_OK | (0 if lane.after == "keep" else os.W_OK)
    if not folder.is_dir():
        yield f"Lane {lane.name}: there is no folder {folder}. Make or mount it."
    elif not os.access(folder, needed):
        yield (
            f"Lane {lane.name}: files in {folder} cannot be taken. Change its rights, "
            'or say after = "keep".'
        )


def _has_files(folder: Path) -> bool:
    return folder.is_dir() and any(folder.iterdir())
