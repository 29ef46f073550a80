"""The flows behind `cargosight station`, on the machine of the station itself."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.errors import RecordError
from detector.switching import Current, Trust, go_back, use_bundle
from station.accounts.tokens import METRICS, make_token
from station.accounts.users import add_first_administrator, reset_password
from station.audit import append
from station.audit.anchors import ANCHORS, read_anchors
from station.audit.chain import dump_canonical
from station.audit.lines import read_records, write_file
from station.audit.verifying import LogVerdict, Progress, verify_log
from station.config import StationConfig, anchor_paths, read_station_config
from station.inspections.exporting import export_records
from station.processes.guard import run_station
from station.records import Database, open_database
from station.records.migrations import migrate
from station.records.tables import Entry
from station.shadow.pointer import clear_shadow, use_shadow
from station.spool import DataFolder

USUAL: Final = Path("station.toml")

KINDS: Final = {"use": "bundle.used", "back": "bundle.back"}


def find_config(path: Path | None) -> StationConfig:
    """Read the configuration of a station.

    Args:
        path: Its file; None for `station.toml` of this folder, or a station as it is
            without one.

    Raises:
        StationError: If it cannot be read, or anything in it is wrong.
    """
    if path is not None or USUAL.exists():
        return read_station_config(path or USUAL)
    return anchor_paths(StationConfig(), Path.cwd())


def run_here(path: Path | None, say: Callable[[str], None]) -> None:
    """Run a station until it is told to stop.

    Args:
        path: As for `find_config`.
        say: Told where the page is, and once the password of the first administrator.

    Raises:
        StationError: If it cannot be run.
    """
    config = find_config(path)

    def prepare(database: Database) -> None:
        first = add_first_administrator(database)
        if first is not None:
            say(
                f"Log in as {first.user.name} with the password {first.password} and "
                "change it. It is shown this once."
            )

    server = config.server
    scheme = "https" if server.tls else "http"
    host = f"[{server.host}]" if ":" in server.host else server.host
    with privately():
        run_station(
            config,
            prepare=prepare,
            ready=lambda: say(f"The station is at {scheme}://{host}:{server.port}"),
        )


@contextmanager
def privately() -> Iterator[None]:
    """Make files within a block that are nobody else's."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


@contextmanager
def open_records(config: StationConfig, *, make: bool = False) -> Iterator[Database]:
    """Open the records of a station.

    Args:
        config: The station's.
        make: Whether they are made if there are none, or brought up to date.

    Raises:
        RecordError: If there are none, or they cannot be reached.
    """
    place = Path(config.database_url.removeprefix("sqlite:///"))
    if make:
        config.data.mkdir(parents=True, exist_ok=True)
    elif config.database_url.startswith("sqlite") and not place.exists():
        msg = f"There are no records at {place}. Check data, or --config."
        raise RecordError(msg)
    database = open_database(config.database_url)
    try:
        if make:
            migrate(database)
        yield database
    finally:
        database.close()


def verify_station_log(
    path: Path | None,
    file: Path | None,
    anchors: Path | None,
    *,
    progress: Progress | None = None,
) -> LogVerdict:
    """Verify the log of a station, or one that was exported.

    Args:
        path: Of the configuration, as for `find_config`; not read for a file.
        file: From `export_station_log`; None for the records.
        anchors: That were kept elsewhere; None for those of the data folder, if the
            records are verified.
        progress: Told how many entries are done, of how many if that is known.

    Raises:
        StationError: If something cannot be read.
    """
    given = None if anchors is None else read_anchors(anchors)
    if file is not None:
        return verify_log(file, given, progress=progress)
    config = find_config(path)
    own = config.data / ANCHORS
    if given is None and own.exists():
        given = read_anchors(own)
    with open_records(config) as database:
        return verify_log(database, given, progress=progress)


def export_station_log(path: Path | None, out: Path) -> int:
    """Write the log to a file.

    Args:
        path: As for `find_config`.
        out: The file.

    Returns:
        How many entries.

    Raises:
        RecordError: If the records cannot be read.
    """
    with (
        open_records(find_config(path)) as database,
        database.reading() as session,
    ):
        return write_file(read_records(session), out)


def export_station_records(path: Path | None, out: Path, since: datetime | None) -> int:
    """Write inspections with their scans for training and for QA.

    Args:
        path: As for `find_config`.
        out: Folder to make.
        since: From when on; None for all.

    Returns:
        How many inspections.

    Raises:
        StationError: If the folder is there, or cannot be written.
    """
    config = find_config(path)
    with open_records(config) as database:
        data = DataFolder(config.data)
        return export_records(database, data, out, since, site=config.site)


def use_at_station(path: Path | None, bundle: Path) -> str:
    """Put a bundle in use at a station; its lanes take it before their next scan.

    Args:
        path: As for `find_config`.
        bundle: Its folder.

    Returns:
        What is in use now, a line.

    Raises:
        BundleError: If the bundle may not run there.
        RecordError: If the log cannot be written; nothing was changed then.
    """
    return _switch(path, lambda site, trust: use_bundle(bundle, site, trust=trust))


def shadow_at_station(path: Path | None, bundle: Path | None) -> str:
    """Have a bundle look in shadow at a station, or none.

    Args:
        path: As for `find_config`.
        bundle: Its folder; None for none.

    Returns:
        What looks in shadow now, a line.

    Raises:
        BundleError: If the bundle may not look.
        RecordError: If the log cannot be written; nothing was changed then.
    """
    config = find_config(path)
    with open_records(config, make=True) as database, database.changing() as session:
        if bundle is None:
            left = clear_shadow(config.data)
            sha256 = None if left is None else left.sha256
            said = "Nothing looks in shadow."
        else:
            trust, since = config.detector.trust, datetime.now(UTC)
            found = use_shadow(config.data, bundle, trust=trust, since=since)
            signed = f"signed by {found.signed_by}" if found.signed_by else "unsigned"
            sha256 = found.sha256
            said = f"In shadow: {found.name} {found.version}, {signed}."
        kind = "shadow.cleared" if bundle is None else "shadow.used"
        append(session, kind, config.site, {"sha256": sha256})
    return said


def return_at_station(path: Path | None) -> str:
    """Put the bundle before the one in use back in use at a station.

    Args:
        path: As for `find_config`.

    Returns:
        What is in use now, a line.

    Raises:
        BundleError: If there was none, or it may not run any more.
        RecordError: If the log cannot be written; nothing was changed then.
    """
    return _switch(path, lambda site, trust: go_back(site, trust=trust))


def reset_at_station(path: Path | None, name: str) -> str:
    """Give an account a password for one login.

    Args:
        path: As for `find_config`.
        name: Of the account.

    Returns:
        The password.

    Raises:
        NoSuchRecordError: If there is no such account.
    """
    with open_records(find_config(path)) as database:
        return reset_password(database, name).password


def make_token_at_station(path: Path | None, lane: str, note: str) -> str:
    """Make a token for a lane, or for reading the station's figures.

    Args:
        path: As for `find_config`.
        lane: Name of the lane, or "metrics".
        note: What will use it.

    Returns:
        The token.

    Raises:
        StationError: If there is no such lane.
    """
    config = find_config(path)
    if lane != METRICS:
        config.lane_named(lane)
    with open_records(config, make=True) as database, database.changing() as session:
        return make_token(session, lane, note).token


def _switch(path: Path | None, act: Callable[[Path, Trust], Current]) -> str:
    """Change the bundle while no one else changes the records, and log it.

    Killed in between, the log lacks the change until the next one: `history.jsonl` has
    it, and the numbers in the log show the gap.
    """
    config = find_config(path)
    trust = Trust(config.detector.trust, config.detector.allow_unsigned)
    with open_records(config, make=True) as database, database.changing() as session:
        current = act(config.data, trust)
        if not _is_logged(session, current):
            _log_switch(session, current)
    bundle = current.bundle
    verb = "in use" if current.change.action == "use" else "back in use"
    signed = "signed" if bundle.signed_by else "not signed"
    return f"{config.data}: {verb} is {bundle.name} {bundle.version} ({signed})"


def _log_switch(session: Session, current: Current) -> None:
    change, bundle = current.change, current.bundle
    payload = {
        "change": change.number,
        "name": bundle.name,
        "version": bundle.version,
        "counter": bundle.counter,
        "counter_before": change.counter_before,
        "signed_by": bundle.signed_by,
        "left": None if change.left is None else change.left.sha256,
    }
    append(session, KINDS[change.action], bundle.sha256, payload)


def _is_logged(session: Session, current: Current) -> bool:
    """Whether a change is in the log: `use` of what is in use changes nothing."""
    beginning = dump_canonical({"change": current.change.number})[:-1] + ","
    known = select(Entry.seq).where(
        Entry.kind == KINDS[current.change.action],
        Entry.subject == current.bundle.sha256,
        Entry.payload.startswith(beginning, autoescape=True),
    )
    return session.scalar(known.limit(1)) is not None
