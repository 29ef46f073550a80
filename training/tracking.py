"""Tell MLflow how a training goes: in the run folder, on a server, or not at all."""

import json
import logging
import os
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from data.errors import TrainingError
from data.files import replacing
from training.epoch import Epoch

if TYPE_CHECKING:
    from mlflow.entities import Metric, Run
    from mlflow.tracking import MlflowClient

logger = logging.getLogger(__name__)

NOTE: Final = "mlflow.json"
DATABASE: Final = "mlflow.db"
ARTIFACTS: Final = "artifacts"
LEFT: Final = (NOTE, DATABASE, f"{DATABASE}-journal", ARTIFACTS)
"""What tracking leaves in the folder of a run."""

EXPERIMENT: Final = "cargosight"
METRICS: Final = ("loss", "learning_rate", "pd", "ap50", "ap50_95", "seconds")
"""The numbers of an `Epoch` that are tracked; its own number is the step."""

_SQLITE: Final = "sqlite:///"
_BATCH: Final = 100  # params or tags that MLflow takes at once
_SETTINGS: Final = {
    "DO_NOT_TRACK": "true",
    "GIT_PYTHON_REFRESH": "quiet",
    "MLFLOW_CONFIGURE_LOGGING": "false",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0",  # what failed is sent with the next epoch
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "10",  # seconds that a training may lose by it
    "MLFLOW_SQLALCHEMYSTORE_POOLCLASS": "NullPool",  # no file stays open
}


def prepare_environment() -> None:
    """Keep MLflow from calling out, logging in our place and waiting for long.

    Call it before it is imported. What is set already stays.
    """
    for name, value in _SETTINGS.items():
        os.environ.setdefault(name, value)


@dataclass(frozen=True, slots=True)
class _Store:
    """Where a training is tracked.

    Attributes:
        where: As it was asked for.
        database: File of an SQLite store; None for a server.
    """

    where: str
    database: Path | None = None

    @property
    def artifacts(self) -> Path | None:
        """Folder of the files that it keeps; None where a server does."""
        return self.database.parent / ARTIFACTS if self.database else None

    def reach(self) -> str:
        """Its address for MLflow, which would try a damaged database for minutes.

        Raises:
            sqlite3.Error: If the file is no database, or cannot be made.
        """
        if self.database is None:
            return self.where
        with closing(sqlite3.connect(self.database)) as connection:
            connection.execute("PRAGMA schema_version")
        return f"{_SQLITE}{self.database.as_posix()}"


class _MlflowRun:
    """One MLflow run; each method may raise whatever MLflow does, and be called again.

    A folder's note of it has a resumed training go on in the same one.
    """

    def __init__(
        self,
        store: _Store,
        folder: Path,
        *,
        name: str,
        settings: Mapping[str, object],
    ) -> None:
        self._store = store
        self._note = folder / NOTE
        self._name = name
        self._settings = settings
        self._last = 0
        self._opened: tuple[MlflowClient, Run] | None = None

    def open(self) -> "tuple[MlflowClient, Run]":
        """Find the run that the folder's note names, or else begin one."""
        if self._opened is None:
            prepare_environment()
            from mlflow.tracking import MlflowClient  # noqa: PLC0415 - takes a second

            client = MlflowClient(tracking_uri=self._store.reach())
            run = self._find(client) or self._begin(client)
            if not run.data.params:
                self._describe(client, run)
            self._last = self._find_last(client, run)
            self._opened = client, run
        return self._opened

    def send(self, epochs: Sequence[tuple[Epoch, int]]) -> None:
        """Log epochs, each with its time, in ms; those that are there stay as they are.

        MLflow forgets no point: a second one of the same epoch would be drawn too.
        """
        client, run = self.open()
        for epoch, when in epochs:
            if epoch.number > self._last:
                client.log_batch(run.info.run_id, metrics=_as_metrics(epoch, when))
                self._last = epoch.number

    def finish(self, status: str, facts: Mapping[str, float | str]) -> None:
        """Set tags and the status."""
        from mlflow.entities import RunTag  # noqa: PLC0415

        client, run = self.open()
        tags = [RunTag(name, str(value)) for name, value in facts.items()]
        for first in range(0, len(tags), _BATCH):
            client.log_batch(run.info.run_id, tags=tags[first : first + _BATCH])
        client.set_terminated(run.info.run_id, status)

    def keep(self, files: Sequence[Path]) -> None:
        """Copy files to where MLflow keeps them, but not to where a run was moved from.

        Raises:
            OSError: If MLflow, which keeps whole paths, would put them there.
        """
        client, run = self.open()
        folder = self._store.artifacts
        place = run.info.artifact_uri or ""
        if files and folder and not place.startswith(folder.as_uri()):
            msg = f"the run has moved, and its files would go to {place}"
            raise OSError(msg)
        for file in files:
            client.log_artifact(run.info.run_id, str(file))

    def _find(self, client: "MlflowClient") -> "Run | None":
        from mlflow.exceptions import MlflowException  # noqa: PLC0415

        key = _read_note(self._note, self._store.where)
        if key is None:
            return None
        try:
            run = client.get_run(key)
        except MlflowException as error:
            if error.error_code == "RESOURCE_DOES_NOT_EXIST":
                return None
            raise
        if run.info.lifecycle_stage != "active":
            return None
        client.update_run(key, status="RUNNING")
        return run

    def _begin(self, client: "MlflowClient") -> "Run":
        run = client.create_run(self._find_experiment(client), run_name=self._name)
        note = {"store": self._store.where, "run_id": run.info.run_id}
        with replacing(self._note) as draft:
            draft.write_text(json.dumps(note, indent=2) + "\n", encoding="utf-8")
        return run

    def _describe(self, client: "MlflowClient", run: "Run") -> None:
        from mlflow.entities import Param  # noqa: PLC0415

        params = [Param(name, value) for name, value in flatten(self._settings)]
        for first in range(0, len(params), _BATCH):
            client.log_batch(run.info.run_id, params=params[first : first + _BATCH])

    def _find_experiment(self, client: "MlflowClient") -> str:
        known = client.get_experiment_by_name(EXPERIMENT)
        if known is not None:
            return str(known.experiment_id)
        folder = self._store.artifacts
        place = folder.as_uri() if folder else None
        return client.create_experiment(EXPERIMENT, artifact_location=place)

    def _find_last(self, client: "MlflowClient", run: "Run") -> int:
        history = client.get_metric_history(run.info.run_id, METRICS[0])
        return max((point.step for point in history), default=0)


class Tracker:
    """Tells MLflow how a training goes, and never stops it.

    What cannot be sent is warned of once and sent with the next epoch.
    """

    def __init__(self, run: _MlflowRun | None) -> None:
        self._run = run
        self._waiting: list[tuple[Epoch, int]] = []
        self._warned = False
        if run is not None:
            self._attempt(run.open)

    def log(self, epoch: Epoch) -> None:
        """Log the numbers of an epoch; one that was logged before stays as it is."""
        run = self._run
        if run is None:
            return
        self._waiting.append((epoch, _now()))
        if self._attempt(lambda: run.send(self._waiting)):
            self._waiting.clear()

    def close(
        self,
        *,
        finished: bool,
        facts: Mapping[str, float | str] | None = None,
        files: Sequence[Path] = (),
    ) -> None:
        """End the run: FINISHED; FAILED while an error is handled; else KILLED.

        Args:
            finished: Whether the training came to its end.
            facts: What is known of it now; tags.
            files: What it left; artifacts. Those that are not there are left out.
        """
        run = self._run
        if run is None:
            return
        status = _name_status(finished=finished)
        there = [file for file in files if file.is_file()]
        done = (
            self._attempt(lambda: run.send(self._waiting))
            and self._attempt(lambda: run.finish(status, facts or {}))
            and self._attempt(lambda: run.keep(there))
        )
        if done:
            self._waiting.clear()

    def _attempt(self, act: Callable[[], object]) -> bool:
        try:
            act()
        except (
            Exception
        ) as error:  # MLflow, its database and the network raise anything
            if not self._warned:
                logger.warning(
                    "MLflow misses some of this training, which goes on: %s. "
                    "Look at `tracking` of its configuration.",
                    (str(error) or type(error).__name__).splitlines()[0].rstrip("."),
                )
            logger.debug("tracking failed", exc_info=True)
            self._warned = True
            return False
        return True


def open_tracker(
    where: str, folder: Path, *, name: str, settings: Mapping[str, object]
) -> Tracker:
    """Begin to track a training, or go on where an unfinished one was.

    Args:
        where: "run" (`mlflow.db` and `artifacts` in the run folder), "none", the
            address of an MLflow server (https://...), or sqlite:///FILE, which keeps
            its artifacts beside the file.
        folder: Of the run; keeps the MLflow run's id.
        name: What MLflow shall call the run.
        settings: What the training was asked to do, possibly nested: params, whose
            names have dots. A resumed run keeps its first ones.

    Returns:
        Something to tell each epoch; it may be unable to pass them on.

    Raises:
        TrainingError: If `where` is not such a place.
    """
    store = _find_store(where, folder)
    if store is None:
        return Tracker(None)
    return Tracker(_MlflowRun(store, folder, name=name, settings=settings))


def flatten(
    settings: Mapping[str, object], prefix: str = ""
) -> Iterator[tuple[str, str]]:
    """Name what is nested with dots.

    Example:
        >>> list(flatten({"batch": 16, "scale": {"mm": 4.0}}))
        [('batch', '16'), ('scale.mm', '4.0')]
    """
    for name, value in settings.items():
        if isinstance(value, Mapping):
            yield from flatten(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", str(value)


def _find_store(where: str, folder: Path) -> _Store | None:
    if where == "none":
        return None
    if where == "run":
        return _in_file(where, folder / DATABASE)
    if where.startswith(_SQLITE):
        return _in_file(where, Path(where.removeprefix(_SQLITE)))
    _check_server(where)
    return _Store(where)


def _in_file(where: str, database: Path) -> _Store:
    database = database.resolve()
    if where != "run" and (database.is_dir() or not database.parent.is_dir()):
        msg = (
            f"{where} cannot be a database: it is a folder, or its folder is missing. "
            "End the address with a file in a folder that is there."
        )
        raise TrainingError(msg)
    return _Store(where, database)


def _check_server(where: str) -> None:
    try:
        parts = urlsplit(where)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname)
        _ = parts.port
    except ValueError:
        fits = False
    if not fits:
        msg = (
            f"A training cannot be tracked in {where!r}. "
            'Set tracking to "run", "none", https://SERVER or sqlite:///FILE.'
        )
        raise TrainingError(msg)
    if parts.username is not None or parts.password is not None:
        msg = (
            f"The address of the MLflow server {parts.hostname} holds a password. Set "
            "MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD instead."
        )
        raise TrainingError(msg)


def _read_note(note: Path, where: str) -> str | None:
    """The id that a note keeps; None without a sound one of this store."""
    try:
        content = json.loads(note.read_text(encoding="utf-8"))
        return str(content["run_id"]) if content["store"] == where else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _as_metrics(epoch: Epoch, when: int) -> "list[Metric]":
    from mlflow.entities import Metric  # noqa: PLC0415

    numbers = {name: getattr(epoch, name) for name in METRICS}
    return [
        Metric(name, float(value), when, epoch.number)
        for name, value in numbers.items()
        if value is not None
    ]


def _name_status(*, finished: bool) -> str:
    if finished:
        return "FINISHED"
    return "FAILED" if isinstance(sys.exception(), Exception) else "KILLED"


def _now() -> int:
    """Milliseconds since 1970."""
    return int(time.time() * 1000)
