"""Tests of using the tiles of a step again."""

import pytest
import torch

from training.echoing import echo, mirror
from training.loss import mark_pardons

STRIDES = (8, 16, 32)
SIDE = 64


def make_batch(number=0):
    """A batch of one tile: a dark square of 16 px with a box, and a pardon."""
    planes = torch.full((1, 3, SIDE, SIDE), 255, dtype=torch.uint8)
    planes[..., 8:24, 40:56] = number
    ignored = torch.tensor([[0.0, 32.0, 18.0, 64.0]])
    return {
        "img": planes,
        "bboxes": torch.tensor([[48 / SIDE, 16 / SIDE, 16 / SIDE, 16 / SIDE]]),
        "cls": torch.zeros(1, 1),
        "batch_idx": torch.zeros(1),
        "pardon": mark_pardons(ignored, SIDE, STRIDES)[None],
        "marks": (planes[:, 0, 2::4, 2::4] < 255).to(torch.uint8),
    }


def give(count, times):
    """Number and side of the dark square of each step that comes out."""
    batches = [make_batch(number) for number in range(count)]
    given = [batch["img"][0, 0] for batch in echo(batches, times, STRIDES)]
    return [(int(tile.min()), bool((tile[:, 40:56] < 255).any())) for tile in given]


def test_a_mirrored_batch_has_mirrored_boxes_pardons_and_marks():
    batch = make_batch()
    turned = mirror(batch, STRIDES)
    assert turned["img"][0, 0, 8:24, 8:24].max() == 0
    assert turned["bboxes"][0].tolist() == [16 / SIDE, 16 / SIDE, 16 / SIDE, 16 / SIDE]
    assert torch.equal(turned["marks"][0], turned["img"][0, 0, 2::4, 2::4] < 255)
    across = torch.tensor([[46.0, 32.0, 64.0, 64.0]])
    assert torch.equal(turned["pardon"][0], mark_pardons(across, SIDE, STRIDES))


def test_mirroring_twice_changes_nothing():
    batch = make_batch()
    twice = mirror(mirror(batch, STRIDES), STRIDES)
    assert all(torch.equal(batch[name], twice[name]) for name in batch)


def test_once_gives_the_batches_as_they_are():
    assert give(12, 1) == [(number, True) for number in range(12)]


@pytest.mark.parametrize("times", [2, 3])
def test_each_batch_comes_as_often_as_asked_every_other_time_mirrored(times):
    given = give(12, times)
    for number in range(12):
        sides = [side for which, side in given if which == number]
        assert sides == [True, False, True][:times]


def test_an_echo_comes_after_others():
    numbers = [number for number, _ in give(12, 2)]
    for number in range(12):
        first, second = (at for at, which in enumerate(numbers) if which == number)
        fresh = set(numbers[first + 1 : second]) - set(range(number))
        assert len(fresh) == min(8, 11 - number)
