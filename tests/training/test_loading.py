"""Tests of how tiles come to a network: in stated orders, whoever draws them."""

import numpy as np
import pytest
import torch

from data.dataset import read_dataset
from tests.training.tiny import SIDE, configure
from training.drawing import Drawer, LabelledTile
from training.gathering import Gatherer
from training.loading import (
    EpochOrders,
    Tiles,
    collate,
    make_loader,
    to_device,
    to_planes,
)
from training.windows import Labels

STRIDES = (8, 16, 32)


class Painted(Drawer):
    """Draws tiles whose planes say which epoch and number they are."""

    def __init__(self):
        """It needs no pool."""

    def draw(self, token, *, still=False):
        """A tile of that token with as many boxes as its number."""
        epoch, number = token
        planes = np.zeros((SIDE, SIDE, 3), np.uint8)
        planes[..., 0], planes[..., 1], planes[..., 2] = epoch, number, still
        boxes = np.tile(np.array([[8, 16, 40, 32]], np.float32), (number, 1))
        ignored = np.array([[0, 0, 16, 16]], np.float32)
        return LabelledTile(
            planes, Labels(boxes, ignored, np.full((SIDE, SIDE), number, np.uint8))
        )


@pytest.fixture(scope="module")
def drawer(tiny, tmp_path_factory):
    cache = tmp_path_factory.mktemp("cache")
    gatherer = Gatherer(configure(), cache, 1, lambda *_: None)
    return Drawer(gatherer.gather_pool(read_dataset(tiny)), configure())


def load(drawer, workers, epochs=(0,)):
    orders = EpochOrders(configure(batch=3), 2)
    tiles = Tiles(drawer, SIDE, STRIDES)
    loader = make_loader(tiles, orders, workers=workers, pinned=False)
    batches = []
    for epoch in epochs:
        orders.epoch = epoch
        batches += list(loader)
    return batches


def assert_same(ours, theirs):
    assert len(ours) == len(theirs)
    for one, other in zip(ours, theirs, strict=True):
        assert one.keys() == other.keys()
        for name, part in one.items():
            assert torch.equal(part, other[name]), name


@pytest.mark.parametrize(("batch", "world"), [(4, 2), (5, 2), (7, 3)])
def test_the_orders_of_several_devices_are_those_of_one_parted(batch, world):
    config = configure(batch=batch)
    whole = list(EpochOrders(config, 3))
    shares = [list(EpochOrders(config, 3, rank=r, world=world)) for r in range(world)]
    for step, orders in enumerate(whole):
        parts = [share[step] for share in shares]
        assert all(parts)
        assert sorted(order for part in parts for order in part) == orders
    assert len(EpochOrders(config, 3)) == 3


def test_no_tile_is_drawn_twice_and_the_last_epochs_are_still():
    orders = EpochOrders(configure(batch=2, epochs=3, still_epochs=1), 4)
    seen = []
    for orders.epoch in range(3):
        seen += [order for step in orders for order in step]
    assert len(set(seen)) == 3 * 4 * 2
    assert {epoch for epoch, _, still in seen if still} == {2}


def test_two_processes_bring_the_same_tiles_as_none_epoch_after_epoch(drawer):
    alone = load(drawer, 0, epochs=(0, 1))
    assert_same(load(drawer, 2, epochs=(0, 1)), alone)
    assert not torch.equal(alone[0]["img"], alone[2]["img"])


def test_a_step_is_in_the_form_that_losses_take():
    tiles = Tiles(Painted(), SIDE, STRIDES)
    batch = collate([tiles[(4, 2, True)], tiles[(4, 0, False)], tiles[(4, 1, True)]])
    assert batch["img"].dtype == torch.uint8
    assert batch["img"].shape == (3, 3, SIDE, SIDE)
    assert batch["img"][:, :, 0, 0].tolist() == [[4, 2, 1], [4, 0, 0], [4, 1, 1]]
    assert batch["batch_idx"].tolist() == [0, 0, 2]
    assert batch["cls"].tolist() == [[0], [0], [0]]
    centre = torch.tensor([[24.0, 24.0, 32.0, 16.0]]) / SIDE
    torch.testing.assert_close(batch["bboxes"], centre.repeat(3, 1))
    assert batch["pardon"].shape == (3, 84)
    assert batch["pardon"].sum(1).tolist() == [5, 5, 5]
    assert batch["marks"].shape == (3, SIDE // 4, SIDE // 4)
    assert batch["marks"][:, 0, 0].tolist() == [2, 0, 1]


def test_a_step_without_a_firearm_can_be_joined():
    tiles = Tiles(Painted(), SIDE, STRIDES)
    batch = collate([tiles[(0, 0, False)]])
    assert batch["bboxes"].shape == (0, 4)
    assert batch["batch_idx"].shape == (0,)


def test_planes_reach_the_device_as_shares():
    tiles = Tiles(Painted(), SIDE, STRIDES)
    batch = collate([tiles[(255, 51, True)]])
    moved = to_device(batch, torch.device("cpu"))
    shares = to_planes(moved["img"])
    assert shares[0, :2, 3, 3].tolist() == pytest.approx([1.0, 0.2])
    assert shares.is_contiguous(memory_format=torch.channels_last)
    assert batch["img"].dtype == torch.uint8
