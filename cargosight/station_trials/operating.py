"""Decide on what waits, as an operator would who never tires."""

import secrets
import threading
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from cargosight.station_trials.page import AnswerError, Page


@dataclass(slots=True)
class Operator:
    """Decides on alarms, releases or has searched, and notes what was acknowledged.

    A request that nobody answered is made again, under the same name.

    Attributes:
        decided: Names of the requests for decisions that the station acknowledged.
        disposed: Those for dispositions.
        refused: What was refused for good, a line each.
    """

    page: Page
    pause_s: float = 0.2
    decided: list[str] = field(default_factory=list, init=False)
    disposed: list[str] = field(default_factory=list, init=False)
    refused: list[str] = field(default_factory=list, init=False)
    _chance: np.random.Generator = field(
        default_factory=lambda: np.random.default_rng(0), init=False
    )
    _stop: threading.Event = field(default_factory=threading.Event, init=False)
    _thread: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        """Start to decide."""
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def finish(self) -> None:
        """Stop deciding."""
        self._stop.set()
        self._thread.join(30)

    def _run(self) -> None:
        while not self._stop.wait(self.pause_s):
            try:
                waiting = self.page.ask("GET", "/api/inspections?state=waiting&limit=5")
                for one in waiting["inspections"]:
                    self._work_on(one["id"])
            except AnswerError:
                continue

    def _work_on(self, inspection_id: str) -> None:
        found = self.page.ask("GET", f"/api/inspections/{inspection_id}")
        confirmed = any(alarm["said"] == "confirm" for alarm in _list_alarms(found))
        for alarm in _list_alarms(found):
            if alarm["needs"] == "decision":
                confirmed |= self._decide(alarm)
        what = "searched" if confirmed or self._chance.random() < 0.2 else "released"
        path = f"/api/inspections/{inspection_id}/disposition"
        self._insist("POST", path, {"disposition": what}, self.disposed)

    def _decide(self, alarm: dict[str, Any]) -> bool:
        """Decide on an alarm.

        Returns:
            Whether the station knows it as confirmed now.
        """
        decision = str(self._chance.choice(["confirm", "dismiss", "dismiss", "unsure"]))
        body = {
            "decision": decision,
            "reason": "cargo" if decision == "dismiss" else None,
            "replaces": None,
        }
        path = f"/api/alarms/{alarm['id']}/decisions"
        made = self._insist("POST", path, body, self.decided)
        return made and decision == "confirm"

    def _insist(
        self, method: str, path: str, body: dict[str, Any], done: list[str]
    ) -> bool:
        """Make a request, again and again until it is answered.

        Returns:
            Whether it was acknowledged.
        """
        name = secrets.token_hex(16)
        while not self._stop.is_set():
            try:
                self.page.ask(method, path, {"request": name, **body})
            except AnswerError as error:
                if error.status is not None and error.status < 500:
                    self.refused.append(f"{path}: {error}")
                    return False
                self._stop.wait(0.2)
            else:
                done.append(name)
                return True
        return False


def _list_alarms(inspection: dict[str, Any]) -> list[dict[str, Any]]:
    """All alarms of an inspection, as `AlarmShown` has them."""
    return [alarm for scan in inspection["scans"] for alarm in scan["alarms"]]
