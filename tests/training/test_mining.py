"""Tests of looking for false alarms to learn from."""

import pytest
import torch
from torch import nn

from tests.training.tiny import SIDE, configure, prepare, write_dataset
from training import mining
from training.mining import mine_false_alarms

CPU = torch.device("cpu")
BOX = (10.0, 20.0, 30.0, 44.0)


class Alarming(nn.Module):
    """Answers each tile with one box, the darker the tile the higher its score."""

    def __init__(self, factor=8.0):
        super().__init__()
        self.factor = factor

    def forward(self, tiles):
        """One row for each tile."""
        rows = torch.zeros(len(tiles), 1, 6)
        rows[:, 0, :4] = torch.tensor(BOX)
        rows[:, 0, 4] = self.factor * tiles[:, 0].mean((1, 2))
        return rows, {}


@pytest.fixture(scope="module")
def scans(tmp_path_factory):
    root = tmp_path_factory.mktemp("mined")
    dataset = write_dataset(root / "dataset", armed=(3, 1), clean=(5, 0))
    return prepare(dataset, root, "train", tile_overlap=0)


def mine(network, scans, epoch=0, **changes):
    return mine_false_alarms(
        network.eval(), scans, configure(tile_overlap=0, **changes), epoch, CPU
    )


def test_false_alarms_are_looked_for_on_clean_scans_only(scans):
    spots = mine(Alarming(), scans)
    clean = {number for number, scan in enumerate(scans) if scan.clean}
    assert len(clean) == 5
    assert {spot.scan for spot in spots} == clean
    for spot in spots:
        x, y = spot.x % (SIDE - 16), spot.y % (SIDE - 48)
        assert 0 <= spot.x <= scans[spot.scan].size[0]
        assert 0 <= spot.y <= scans[spot.scan].size[1]
        assert (x, y) != (0, 0)


def test_a_spot_is_the_middle_of_its_alarm(scans):
    spots = mine(Alarming(), scans)
    assert {(spot.x, spot.y) for spot in spots} >= {(20.0, 32.0)}


def test_the_best_come_first_and_no_more_than_are_wished_for(scans, monkeypatch):
    every = mine(Alarming(), scans)
    assert every == mine(Alarming(4.0), scans)
    monkeypatch.setattr(mining, "MOST_SPOTS", 3)
    assert mine(Alarming(), scans) == every[:3]
    scores = [darkness(scans, spot) for spot in every if spot.x == 20 and spot.y == 32]
    assert scores == sorted(scores)


def darkness(scans, spot):
    """Mean transmission of the tile that has a spot."""
    return float(scans[spot.scan].planes[0, :SIDE, :SIDE].astype(float).mean())


def test_no_more_scans_are_looked_at_than_wished_for_and_others_each_time(
    scans, monkeypatch
):
    monkeypatch.setattr(mining, "MOST_SCANS", 2)
    seen = [
        frozenset(spot.scan for spot in mine(Alarming(), scans, epoch))
        for epoch in range(6)
    ]
    assert all(len(one) == 2 for one in seen)
    assert len(set(seen)) > 1
    assert seen[0] == {spot.scan for spot in mine(Alarming(), scans, 0)}


def test_weak_answers_are_no_false_alarms(scans):
    assert mine(Alarming(0.1), scans) == []


def test_where_no_scan_is_clean_nothing_is_found(scans):
    assert mine(Alarming(), [scan for scan in scans if not scan.clean]) == []
