"""Trainings leave their numbers in MLflow, and go on when they cannot."""

import json
import logging
import shutil
import subprocess
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from mlflow.tracking import MlflowClient

from data.errors import TrainingError
from training.epoch import Epoch
from training.tracking import (
    ARTIFACTS,
    DATABASE,
    EXPERIMENT,
    LEFT,
    NOTE,
    Tracker,
    open_tracker,
)

SETTINGS = {"batch": 16, "scale": {"mm": 4.0}, "base": None}

EPOCH = Epoch(
    number=1,
    epochs=9,
    loss=2.5,
    learning_rate=0.002,
    pd=None,
    ap50=0.25,
    ap50_95=0.125,
    seconds=3.0,
    kept=True,
)

ALONE = """
import socket, sys, types
from pathlib import Path

package = types.ModuleType("training")  # without torch, which is slow to import
package.__path__ = [sys.argv[3]]
sys.modules["training"] = package

def refuse(*_):
    raise AssertionError("called out")

socket.socket.connect = refuse
from training.tracking import open_tracker

out = Path(sys.argv[2])
tracker = open_tracker(sys.argv[1], out, name="n", settings={"a": 1})
tracker.close(finished=True)
if "mlflow" in sys.modules:
    from mlflow.telemetry.utils import is_telemetry_disabled
    assert is_telemetry_disabled()
print("mlflow" in sys.modules)
"""


def _number(number: int, **other: Any) -> Epoch:
    return replace(EPOCH, number=number, **other)


def _client(folder: Path) -> MlflowClient:
    return MlflowClient(tracking_uri=f"sqlite:///{(folder / DATABASE).as_posix()}")


def _runs(client: MlflowClient) -> list[Any]:
    experiment = client.get_experiment_by_name(EXPERIMENT)
    assert experiment is not None
    return list(client.search_runs([experiment.experiment_id]))


def _history(folder: Path, name: str) -> list[tuple[int, float]]:
    (run,) = _runs(_client(folder))
    points = _client(folder).get_metric_history(run.info.run_id, name)
    return [(point.step, point.value) for point in points]


@pytest.fixture(scope="module")
def resumed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A training that was stopped in epoch 3, resumed before it, and finished."""
    folder = tmp_path_factory.mktemp("runs") / "50 % of #1, ü"
    folder.mkdir()
    tracker = open_tracker("run", folder, name="first", settings=SETTINGS)
    for number in (1, 2, 3):
        tracker.log(_number(number, loss=1 / number))
    tracker.close(finished=False)
    changed = SETTINGS | {"batch": 8}
    tracker = open_tracker("run", folder, name="again", settings=changed)
    tracker.log(_number(3, loss=9.0))
    tracker.log(_number(4, loss=0.25, pd=0.75))
    picture = folder / "curves.png"
    picture.write_bytes(b"drawn")
    tracker.close(
        finished=True,
        facts={"best_epoch": 4.0, "commit": "abc"},
        files=[picture, folder / "missing.png"],
    )
    return folder


def test_a_resumed_training_goes_on_in_the_same_run(resumed: Path) -> None:
    (run,) = _runs(_client(resumed))
    assert json.loads((resumed / NOTE).read_text())["run_id"] == run.info.run_id
    assert run.info.run_name == "first"
    assert run.info.status == "FINISHED"


def test_an_epoch_that_is_told_twice_has_one_point(resumed: Path) -> None:
    assert _history(resumed, "loss") == [(1, 1.0), (2, 0.5), (3, 1 / 3), (4, 0.25)]


def test_every_number_of_an_epoch_is_tracked_and_what_is_unknown_is_not(
    resumed: Path,
) -> None:
    (run,) = _runs(_client(resumed))
    assert run.data.metrics == {
        "loss": 0.25,
        "learning_rate": 0.002,
        "pd": 0.75,
        "ap50": 0.25,
        "ap50_95": 0.125,
        "seconds": 3.0,
    }
    assert _history(resumed, "pd") == [(4, 0.75)]


def test_settings_are_named_with_dots_and_stay_the_first_ones(resumed: Path) -> None:
    (run,) = _runs(_client(resumed))
    assert run.data.params == {"batch": "16", "scale.mm": "4.0", "base": "None"}


def test_facts_become_tags_and_nothing_names_the_user(resumed: Path) -> None:
    (run,) = _runs(_client(resumed))
    assert run.data.tags["best_epoch"] == "4.0"
    assert run.data.tags["commit"] == "abc"
    assert set(run.data.tags) == {"best_epoch", "commit", "mlflow.runName"}


def test_files_that_are_there_become_artifacts(resumed: Path) -> None:
    (kept,) = [file for file in (resumed / ARTIFACTS).rglob("*") if file.is_file()]
    assert (kept.name, kept.read_bytes()) == ("curves.png", b"drawn")


def test_nothing_is_left_that_is_not_named(resumed: Path) -> None:
    assert {place.name for place in resumed.iterdir()} <= {*LEFT, "curves.png"}


def test_a_moved_run_goes_on_but_puts_no_files_into_its_old_place(
    resumed: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    moved = shutil.copytree(resumed, tmp_path / "moved")
    before = sorted(resumed.rglob("*"))
    tracker = open_tracker("run", moved, name="n", settings=SETTINGS)
    tracker.log(_number(5, loss=0.2))
    tracker.close(finished=True, files=[moved / "curves.png"])
    assert _history(moved, "loss")[-1] == (5, 0.2)
    assert sorted(resumed.rglob("*")) == before
    assert "the run has moved" in caplog.text


@pytest.mark.parametrize(
    "note", ["", "{}", "[]", '{"store": "run", "run_id": "unknown"}']
)
def test_without_a_sound_note_another_run_begins(
    note: str, resumed: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = shutil.copytree(resumed, tmp_path / "run")
    (folder / NOTE).write_text(note)
    open_tracker("run", folder, name="n", settings=SETTINGS).close(finished=True)
    assert len(_runs(_client(folder))) == 2
    assert "MLflow" not in caplog.text


def test_a_database_may_serve_many_runs_and_keeps_artifacts_beside_it(
    tmp_path: Path,
) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        file = tmp_path / name / "note.txt"
        file.write_text(name)
        tracker = open_tracker(
            f"sqlite:///{shared / DATABASE}", tmp_path / name, name=name, settings={}
        )
        tracker.close(finished=True, files=[file])
    assert len(list((shared / ARTIFACTS).rglob("note.txt"))) == 2
    assert {run.info.run_name for run in _runs(_client(shared))} == {"a", "b"}
    assert sorted(place.name for place in (tmp_path / "a").iterdir()) == [
        NOTE,
        "note.txt",
    ]


def test_a_server_that_is_away_is_warned_of_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    tracker = open_tracker("http://127.0.0.1:1", tmp_path, name="n", settings={})
    tracker.log(EPOCH)
    tracker.close(finished=True)
    (record,) = caplog.records
    assert record.name == "training.tracking"
    assert "127.0.0.1" in record.getMessage()
    assert not list(tmp_path.iterdir())


def test_a_damaged_database_is_warned_of_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / DATABASE).write_bytes(b"anything but a database" * 100)
    tracker = open_tracker("run", tmp_path, name="n", settings={})
    tracker.log(EPOCH)
    (record,) = caplog.records
    assert "file is not a database" in record.getMessage()


@dataclass
class _Deaf:
    """An MLflow run that hears nothing at first."""

    away: bool = True
    sent: list[int] = field(default_factory=list)
    statuses: list[str] = field(default_factory=list)

    def _hear(self) -> None:
        if self.away:
            msg = "away\nfor a while"
            raise OSError(msg)

    def open(self) -> None:
        self._hear()

    def send(self, epochs: list[tuple[Epoch, int]]) -> None:
        self._hear()
        self.sent += [epoch.number for epoch, _ in epochs]

    def finish(self, status: str, facts: object) -> None:
        del facts
        self._hear()
        self.statuses.append(status)

    def keep(self, files: object) -> None:
        del files
        self._hear()


def test_epochs_wait_for_a_server_that_comes_back(
    caplog: pytest.LogCaptureFixture,
) -> None:
    run = _Deaf()
    tracker = Tracker(run)  # type: ignore[arg-type]
    tracker.log(_number(1))
    tracker.log(_number(2))
    run.away = False
    tracker.log(_number(3))
    tracker.log(_number(4))
    assert run.sent == [1, 2, 3, 4]
    (record,) = caplog.records
    assert "goes on: away. Look" in record.getMessage()


@pytest.mark.parametrize(
    ("error", "status"),
    [(TrainingError("out of memory"), "FAILED"), (KeyboardInterrupt(), "KILLED")],
)
def test_the_status_says_how_a_training_ended(
    error: BaseException, status: str
) -> None:
    run = _Deaf(away=False)
    tracker = Tracker(run)  # type: ignore[arg-type]
    with pytest.raises(type(error)):
        _fail(tracker, error)
    tracker.close(finished=False)
    tracker.close(finished=True)
    assert run.statuses == [status, "KILLED", "FINISHED"]


def _fail(tracker: Tracker, error: BaseException) -> None:
    try:
        raise error
    finally:
        tracker.close(finished=False)


@pytest.mark.parametrize(
    "where",
    [
        "",
        "mlruns",
        "ftp://host",
        "https://",
        "http://host:port",
        "postgresql://host/db",
        "sqlite://",
        "sqlite:///",
        "sqlite:///no/such/folder/mlflow.db",
    ],
)
def test_a_bad_address_is_an_error_in_one_line(where: str, tmp_path: Path) -> None:
    with pytest.raises(TrainingError) as caught:
        open_tracker(where, tmp_path, name="n", settings={})
    assert len(str(caught.value).splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_a_password_in_an_address_is_refused_and_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="MLFLOW_TRACKING_PASSWORD") as caught:
        open_tracker("https://me:secret@host", tmp_path, name="n", settings={})
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(("where", "imported"), [("run", "True"), ("none", "False")])
def test_tracking_is_silent_calls_nobody_and_stays_in_the_run_folder(
    where: str, imported: str, tmp_path: Path
) -> None:
    folder, here = tmp_path / "run", tmp_path / "here"
    folder.mkdir()
    here.mkdir()
    root = Path(__file__).parents[2]
    given = [where, str(folder), str(root / "training")]
    words = [sys.executable, "-W", "error", "-c", ALONE, *given]
    done = subprocess.run(  # noqa: S603 - our own words
        words,
        cwd=here,
        env={
            "HOME": str(here),
            "PYTHONPATH": str(root),
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout.strip(), done.stderr) == (imported, "")
    assert not list(here.iterdir())
    left = {"run": {NOTE, DATABASE}, "none": set()}[where]
    assert {place.name for place in folder.iterdir()} == left
