"""What is in scans is counted right."""

import pytest

from benchmark.simulation.mix import count_mix, measure_mix
from data.truth import FIREARM, HARMLESS, Truth, TruthObject

BOX = (0.0, 0.0, 9.0, 9.0)


def find(**known):
    return TruthObject(box=BOX, **known)


def test_firearms_are_counted_and_other_things_are_not():
    truths = [
        Truth(cargo=("empty",), objects=(find(label=HARMLESS, kind="tap"),)),
        Truth(
            cargo=("sacks", "sacks", "tyres"),
            objects=(
                find(kind="pistol", form="whole", concealment="drum"),
                find(kind="pistol", form="parts", concealment="drum", ignore=True),
            ),
        ),
        Truth(cargo=("tyres",), objects=(find(label=FIREARM),)),
    ]
    mix = count_mix(truths)
    assert (mix.scans, mix.firearms) == (3, 3)
    assert mix.clean == pytest.approx(1 / 3)
    assert mix.empty == pytest.approx(1 / 3)
    assert mix.ignored == pytest.approx(1 / 3)
    assert mix.kinds == {"pistol": 2, "unknown": 1}
    assert mix.concealments == {"drum": 2, "unknown": 1}
    assert mix.cargo == {"tyres": 2, "empty": 1, "sacks": 1}
    assert "33.3% of them beyond any observer" in mix.as_text()


def test_the_mix_is_that_of_the_simulator():
    calls = []
    mix = measure_mix(3, seed=5, workers=1, progress=lambda *done: calls.append(done))
    assert mix.scans == 3
    assert calls == [(1, 3), (2, 3), (3, 3)]
    assert sum(mix.kinds.values()) == mix.firearms


def test_no_scans_make_an_empty_mix():
    assert count_mix([]).as_text().count("none") == 4
