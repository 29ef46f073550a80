"""Tests of who decides in a trial of a station: on what waits, and on nothing twice."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from cargosight.station_trials.operating import Operator
from cargosight.station_trials.page import AnswerError
from station.inspections.alarms_shown import AlarmShown
from station.records import new_id
from station.records.moment import now
from tests.station.waiting import wait_until


def show(said=None):
    """An alarm as a page gets it."""
    return AlarmShown(
        id=new_id(),
        scan="scan",
        box=(0, 0, 9, 9),
        score=0.9,
        label="firearm",
        coarse=False,
        drawn_by=None,
        mine=False,
        raised=now(),
        said=said,
        standing=said and new_id(),
        needs="decision" if said is None else None,
        decisions=(),
    ).model_dump(mode="json")


class FakePage:
    """One inspection that waits, with its alarms.

    Args:
        alarms: As the station shows them.
        refuses: Whether it takes no decision.
    """

    def __init__(self, *alarms, refuses=False):
        self.alarms, self.refuses = list(alarms), refuses
        self.decided: list[str] = []
        self.disposed: list[str] = []

    def ask(self, method, path, body=None):
        """Answer as a station would."""
        if method == "GET" and "?" in path:
            waiting = [] if self.disposed else [{"id": "one"}]
            return {"inspections": waiting}
        if method == "GET":
            return {"scans": [{"alarms": self.alarms}]}
        if path.endswith("/disposition"):
            self.disposed.append(body["disposition"])
            return {}
        self.decided.append(path.split("/")[-2])
        if self.refuses:
            raise AnswerError(409, "There is nothing to decide any more.")
        return {}


def operate(page):
    """Have somebody decide until the inspection is closed."""
    operator = Operator(cast("Any", page), pause_s=0.001)
    wait_until(lambda: page.disposed)
    operator.finish()
    return operator


@pytest.fixture(autouse=True)
def _sure(monkeypatch):
    """Somebody who confirms everything, and has nothing else searched."""
    chance = SimpleNamespace(choice=lambda _: "confirm", random=lambda: 1.0)
    monkeypatch.setattr("numpy.random.default_rng", lambda _: chance)


def test_what_somebody_has_decided_on_is_not_decided_on_again():
    decided, open_ = show("dismiss"), show()
    page = FakePage(decided, open_)
    operator = operate(page)
    assert page.decided == [open_["id"]]
    assert page.disposed == ["searched"]
    assert (len(operator.decided), operator.refused) == (1, [])


def test_what_was_confirmed_before_is_searched():
    page = FakePage(show("confirm"))
    operate(page)
    assert (page.decided, page.disposed) == ([], ["searched"])


def test_a_decision_that_is_refused_confirms_nothing():
    page = FakePage(show(), refuses=True)
    operator = operate(page)
    assert page.disposed == ["released"]
    assert (operator.decided, len(operator.refused)) == ([], 1)
