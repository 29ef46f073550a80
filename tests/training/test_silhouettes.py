"""Tests of silhouettes: where marks lie, and what telling them wrongly costs."""

import numpy as np
import pytest
import torch

from data.masks import encode_mask
from data.truth import HARMLESS, Truth, TruthObject
from detector.encoding import Encoding
from tests.training.tiny import SIDE
from training.base import find_base
from training.network import make_network
from training.silhouettes import (
    NONE,
    SHOWN,
    UNSURE,
    Silhouettes,
    judge_silhouettes,
    mark_scan,
    paint_marks,
    thin_marks,
)

L_SHAPE = np.zeros((20, 40), bool)
L_SHAPE[:, :10] = L_SHAPE[10:] = True
BOX = (20.0, 40.0, 60.0, 60.0)
LAYOUTS = ("yolo26n.yaml", "yolo11n.yaml", "yolo26n-p2.yaml")


def make_thing(**facts):
    known = {"box": BOX, "mask": encode_mask(L_SHAPE)} | facts
    return TruthObject(**known)


def mark(*things, factors=(1.0, 1.0), size=(100, 100)):
    return mark_scan(Truth(objects=things), size, factors)


def make_logits(marks, *, sure=8.0):
    """Logits that tell marks, (N, 1, h, w)."""
    return torch.where(marks == SHOWN, sure, -sure)[:, None]


def make_marks():
    marks = torch.zeros(2, 16, 16, dtype=torch.uint8)
    marks[0, 4:8, 4:12] = SHOWN
    marks[1, 10:14, 2:6] = UNSURE
    return marks


def test_a_scan_is_marked_where_the_mask_of_a_firearm_lies():
    marks = mark(make_thing())
    assert marks.shape == (50, 50)
    assert (marks[20:30, 10:30] == L_SHAPE[::2, ::2]).all()
    assert marks.sum() == L_SHAPE[::2, ::2].sum()


@pytest.mark.parametrize("factors", [(0.5, 0.5), (1.0, 0.5), (1.5, 1.2)])
def test_marks_are_at_the_scale_of_the_network(factors):
    marks = mark(make_thing(), factors=factors)
    rows, columns = np.nonzero(marks == SHOWN)
    x, y = factors
    found = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
    wanted = [each * f / 2 for each, f in zip(BOX, (x, y, x, y), strict=True)]
    assert np.abs(np.array(found) - wanted).max() <= 1
    share = np.count_nonzero(marks) / (L_SHAPE.sum() * x * y / 4)
    assert 0.8 <= share <= 1.2


def test_a_firearm_that_nobody_could_see_or_without_a_mask_is_unsure():
    hidden = mark(make_thing(ignore=True))
    assert (hidden[20:30, 10:30] == L_SHAPE[::2, ::2] * UNSURE).all()
    boxed = mark(make_thing(mask=None))
    assert (boxed[20:30, 10:30] == UNSURE).all()
    assert np.count_nonzero(boxed) == 200


def test_what_is_shown_is_shown_though_something_unseen_lies_there_too():
    seen, unseen = make_thing(), make_thing(mask=None, ignore=True)
    for things in ((seen, unseen), (unseen, seen)):
        marks = mark(*things)
        assert (marks == SHOWN).sum() == L_SHAPE[::2, ::2].sum()


def test_harmless_things_are_no_firearms():
    assert not mark(make_thing(label=HARMLESS, kind="drill")).any()


def test_what_lies_beyond_the_rim_is_left_out():
    marks = mark(make_thing(box=(-20.0, 90.0, 20.0, 110.0)))
    assert (marks[45:, :10] == L_SHAPE[:10:2, 20::2]).all()
    for x, y in ((300.0, 300.0), (-140.0, 40.0), (20.0, -140.0)):
        assert not mark(make_thing(box=(x, y, x + 40, y + 20))).any()
    painted = np.zeros((4, 4), np.uint8)
    paint_marks(painted, np.ones((3, 3), bool), (-1, -1), SHOWN)
    paint_marks(painted, np.ones((9, 9), bool), (3, 3), UNSURE)
    assert painted.sum() == 4 * SHOWN + UNSURE


def test_a_thing_thinner_than_a_cell_leaves_no_mark():
    assert not mark(make_thing(), factors=(0.01, 1.0)).any()


def test_a_mask_without_pixels_is_as_none():
    marks = mark(TruthObject(box=(1.1, 1.1, 1.4, 1.4), mask=()), factors=(10.0, 10.0))
    assert set(np.unique(marks)) == {NONE, UNSURE}


def test_a_tile_is_told_at_the_middle_of_each_cell():
    marks = np.zeros((8, 12), np.uint8)
    marks[:4, 4:8] = SHOWN
    assert thin_marks(marks).tolist() == [[0, 1, 0], [0, 0, 0]]


def test_telling_what_is_there_costs_next_to_nothing():
    marks = make_marks()
    assert judge_silhouettes(make_logits(marks), marks).item() < 0.02


def test_telling_nothing_costs_more_the_more_is_there():
    marks = make_marks()
    costs = []
    for rows in (0, 2, 4, 8):
        marks[0] = NONE
        marks[0, :rows, 4:12] = SHOWN
        costs.append(judge_silhouettes(make_logits(marks * 0), marks).item())
    assert costs == sorted(costs)
    assert costs[1] > costs[0] + 0.1


def test_what_is_unsure_counts_for_nothing_and_gets_no_gradient():
    marks = make_marks()
    costs = []
    for value in (-8.0, 8.0):
        logits = make_logits(marks)
        logits[1, 0, 10:14, 2:6] = value
        logits.requires_grad_(True)
        cost = judge_silhouettes(logits, marks)
        cost.backward()
        costs.append(cost.item())
        assert not logits.grad[1, 0, 10:14, 2:6].any()
        assert logits.grad[0].any()
    assert costs[0] == costs[1]


def test_a_step_without_anything_sure_costs_nothing():
    marks = torch.full((1, 8, 8), UNSURE, dtype=torch.uint8)
    assert judge_silhouettes(torch.randn(1, 1, 8, 8), marks).item() == 0


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_network_answers_as_without_and_tells_cells_of_4_px(layout):
    torch.manual_seed(0)
    base = find_base(layout, Encoding.DUAL)
    network = make_network(base).eval()
    both = Silhouettes(network).eval()
    planes = torch.rand(2, 3, SIDE, SIDE)
    with torch.inference_mode():
        answers, logits = both(planes)
        alone = network(planes)
    assert torch.equal(answers[0], alone[0])
    assert logits.shape == (2, 1, SIDE // 4, SIDE // 4)
    assert not any(layer._forward_hooks for layer in network.model)  # noqa: SLF001


def test_the_head_teaches_the_network_and_learns():
    torch.manual_seed(0)
    base = find_base("yolo26n.yaml", Encoding.DUAL)
    both = Silhouettes(make_network(base)).train()
    planes = torch.rand(2, 3, SIDE, SIDE)
    marks = torch.zeros(2, SIDE // 4, SIDE // 4, dtype=torch.uint8)
    marks[:, 4:8, 4:10] = SHOWN
    optimizer = torch.optim.AdamW(both.parameters(), lr=0.005)
    costs = []
    for _ in range(30):
        cost = judge_silhouettes(both(planes)[1], marks)
        cost.backward()
        assert both.network.model[0].conv.weight.grad.any()
        optimizer.step()
        optimizer.zero_grad()
        costs.append(cost.item())
    assert costs[-1] < 0.3 * costs[0]
