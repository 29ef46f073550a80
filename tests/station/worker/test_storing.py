"""What is stored of a scan."""

from station.records.moment import now
from station.worker import storing
from tests.station.inspections.passing import make_alarm
from tests.station.waiting import wait_until
from tests.station.worker.working import SCAN


def test_what_people_drew_in_the_cab_stays_to_be_seen(playing, monkeypatch, user_as):
    lanes = (playing.config.lane[0].model_copy(update={"mask_cab": "left"}),)
    playing.config = playing.config.model_copy(update={"lane": lanes})
    asked = []
    monkeypatch.setattr(storing, "mask_cab", lambda *given: asked.append(given[3]))
    operator = user_as("operator")
    drawn = (3.0, 4.0, 30.0, 40.0)
    with playing.working():
        writer = playing.begin()
        name = writer.begin.id
        playing.push(writer, until=80)
        wait_until(lambda: playing.find(name))
        with playing.database.changing() as session:
            alarm = make_alarm(name, drawn)
            alarm.drawn_by = operator.id
            session.add(alarm)
        playing.push(writer)
        writer.end(now(), width=SCAN.size[0], why="end")
        playing.wait_for(name)
    assert drawn in {tuple(box) for box in asked[0].tolist()}
