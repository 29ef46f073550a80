"""Tests of the loss: Ultralytics' own where nothing is pardoned."""

import pytest
import torch
from torch.utils._pytree import tree_map_only
from ultralytics.nn.tasks import DetectionModel

from detector.encoding import Encoding
from tests.training.tiny import SIDE
from training.base import find_base
from training.loss import Loss, mark_pardons
from training.network import make_network
from training.silhouettes import SHOWN, judge_silhouettes

STRIDES = (8, 16, 32)
PLACES = 64 + 16 + 4
LAYOUTS = ("yolo26n.yaml", "yolo11n.yaml")


def make(layout):
    torch.manual_seed(0)
    base = find_base(layout, Encoding.DUAL)
    return make_network(base).train()


def make_batch(count=2, boxes=((0, 0.5, 0.5, 0.4, 0.3), (1, 0.3, 0.3, 0.2, 0.2))):
    rows = torch.tensor(boxes).reshape(-1, 5)
    torch.manual_seed(1)
    return {
        "img": torch.rand(count, 3, SIDE, SIDE),
        "batch_idx": rows[:, 0],
        "cls": torch.zeros(len(rows), 1),
        "bboxes": rows[:, 1:],
        "pardon": torch.zeros(count, PLACES, dtype=torch.bool),
    }


def keep_scores(answers):
    """The scores, (N, 1, A), with their gradients to be kept."""
    answers["scores"].retain_grad()
    return answers["scores"]


def find_gradients(network, batch):
    answers = network(batch["img"])
    scores = keep_scores(answers)
    loss = Loss(network)(answers, batch)
    loss.backward()
    return loss.item(), scores.grad[:, 0]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("count", [2, 4])
def test_it_is_ultralytics_own_for_sixteen_tiles_where_nothing_is_pardoned(
    layout, count
):
    network = make(layout)
    batch = make_batch(count)
    answers = network(batch["img"])
    theirs = DetectionModel.init_criterion(network)(answers, batch)[0].sum()
    ours = Loss(network)(answers, batch)
    torch.testing.assert_close(ours, theirs * 16 / count)
    assert ours.item() > 0


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_is_pardoned_adds_neither_loss_nor_gradient(layout):
    network = make(layout)
    batch = make_batch(boxes=())
    _, before = find_gradients(network, batch)
    assert (before != 0).all()
    batch["pardon"][0, 5:70] = True
    _, after = find_gradients(network, batch)
    assert (after[0, 5:70] == 0).all()
    assert (after[0, :5] != 0).all()
    torch.testing.assert_close(after[1], before[1])
    batch["pardon"][:] = True
    nothing, gone = find_gradients(network, batch)
    assert nothing == 0
    assert (gone == 0).all()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_is_wanted_is_learned_on_pardoned_places_too(layout):
    network = make(layout)
    batch = make_batch()
    _, before = find_gradients(network, batch)
    batch["pardon"][0] = True
    loss, after = find_gradients(network, batch)
    assert loss > 0
    wanted = after[0] != 0
    assert 0 < wanted.sum() <= 10
    torch.testing.assert_close(after[0][wanted], before[0][wanted])
    assert (before[0][wanted] < 0).any()  # a higher score is what is wanted
    torch.testing.assert_close(after[1], before[1])


def test_pardons_lie_where_the_networks_own_places_do():
    marks = mark_pardons(torch.tensor([[16.0, 32.0, 33.0, 48.0]]), SIDE, STRIDES)
    assert marks.shape == (PLACES,)
    fine = marks[:64].reshape(8, 8).nonzero().tolist()
    assert fine == [[4, 2], [4, 3], [5, 2], [5, 3]]
    middle = marks[64:80].reshape(4, 4).nonzero().tolist()
    assert middle == [[2, 1]]
    assert marks[80:].tolist() == [False] * 4


def test_nothing_ignored_is_nothing_pardoned():
    assert not mark_pardons(torch.zeros(0, 4), SIDE, STRIDES).any()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_answers_of_less_precision_are_judged_in_float32(layout):
    network, batch = make(layout), make_batch()
    loss = Loss(network)
    with torch.autocast("cpu", torch.bfloat16):
        answers = network(batch["img"])
    assert answers["scores"].dtype == torch.bfloat16
    wide = tree_map_only(torch.Tensor, torch.Tensor.float, answers)
    rounded = loss(answers, batch).detach()
    assert rounded.dtype == torch.float32
    assert rounded == loss(wide, batch).detach()


def test_silhouettes_add_what_they_are_off_by_times_their_weight():
    network, batch = make("yolo26n.yaml"), make_batch()
    cells = SIDE // 4
    batch["marks"] = torch.zeros(2, cells, cells, dtype=torch.uint8)
    batch["marks"][0, :4, :4] = SHOWN
    answers, logits = network(batch["img"]), torch.randn(2, 1, cells, cells)
    off = judge_silhouettes(logits, batch["marks"])
    plain = Loss(network)(answers, batch)
    both = Loss(network, 3.0)((answers, logits), batch)
    torch.testing.assert_close(both, plain + 3 * off)
    assert off > 0
