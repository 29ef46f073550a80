"""Tests of networks: made, run, kept and read back."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn
from ultralytics.cfg import get_cfg
from ultralytics.nn.tasks import DetectionModel, load_checkpoint

from data.errors import TrainingError
from detector.bundle import read_bundle
from detector.encoding import Encoding
from detector.runtime import OnnxRuntime
from export.difference import compare
from export.graph import load_network
from export.reference import Reference, read_rows
from tests.export.networks import enliven, noise_tiles
from tests.training.tiny import new_base
from training.base import Base, find_base
from training.network import (
    answer_tiles,
    make_network,
    read_network,
    save_checkpoint,
)

CPU = torch.device("cpu")
LAYOUTS = ("yolo26n.yaml", "yolo11n.yaml")


def make_lively(layout="yolo26n.yaml", seed=0):
    torch.manual_seed(seed)
    network = make_network(find_base(layout, Encoding.DUAL))
    enliven(network)
    head = network.model[-1]
    with torch.no_grad():  # so that no score is quite 1, and their order is clear
        for layers in head.cv3:
            layers[-1].weight *= 0.1
    return network.eval()


def list_weights(network):
    return {name: part.clone() for name, part in network.state_dict().items()}


@pytest.fixture(scope="module")
def weights():
    """The weights of a network of the smallest size, as a graph has them."""
    network = make_network(new_base())
    return dict(network.yaml), {
        name: part.numpy().copy() for name, part in network.state_dict().items()
    }


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_network_tells_one_class_and_learns_all_but_fixed_weights(layout):
    network = make_network(find_base(layout, Encoding.DUAL))
    assert network.model[-1].nc == 1
    assert (network.nc, network.names) == (1, {0: "firearm"})
    fixed = {n for n, weight in network.named_parameters() if not weight.requires_grad}
    assert all(".dfl" in name for name in fixed)
    assert all(part.dtype == torch.float32 for part in network.parameters())


def test_of_two_heads_a_network_keeps_the_one_that_the_rest_learned_by(tmp_path):
    two = DetectionModel({**new_base().layout, "end2end": True}, nc=1, verbose=False)
    two.args = make_network(new_base()).args
    enliven(two)
    save_checkpoint(two, tmp_path / "two.pt")
    tile = torch.from_numpy(noise_tiles(1)).float() / 255
    two.half().float().eval().model[-1].end2end = False
    wanted = two(tile)[0]
    base = find_base(str(tmp_path / "two.pt"), Encoding.DUAL)
    for one in (make_network(base).eval(), read_network(tmp_path / "two.pt")):
        torch.testing.assert_close(one(tile)[0], wanted, atol=1e-4, rtol=1e-3)
        assert not any("one2one" in name for name in one.state_dict())


@pytest.mark.parametrize("layout", ["yolo26n.yaml", "yolov10n.yaml"])
def test_layouts_with_two_heads_are_made_with_one(layout):
    network = make_network(find_base(layout, Encoding.DUAL))
    assert not any("one2one" in name for name in network.state_dict())
    assert type(network.init_criterion()).__name__ == "v8DetectionLoss"


def test_a_base_whose_first_head_was_taken_out_gives_its_second(tmp_path):
    two = DetectionModel({**new_base().layout, "end2end": True}, nc=1, verbose=False)
    two.args = make_network(new_base()).args
    enliven(two)
    head = two.model[-1]
    wanted = head.one2one_cv3[0][-1].weight.detach().clone()
    head.cv2 = head.cv3 = None
    save_checkpoint(two, tmp_path / "fused.pt")
    network = make_network(find_base(str(tmp_path / "fused.pt"), Encoding.DUAL))
    kept = network.model[-1].cv3[0][-1].weight
    torch.testing.assert_close(kept, wanted, atol=1e-3, rtol=1e-2)


def test_a_network_of_many_classes_becomes_one_of_one_class(tmp_path):
    many = make_network(new_base())
    layout = {**many.yaml, "nc": 80}
    torch.manual_seed(3)
    path = tmp_path / "many.pt"
    save_checkpoint(_lay_out(layout), path)
    network = make_network(find_base(str(path), Encoding.DUAL))
    given, _ = load_checkpoint(str(path))
    assert network.model[-1].nc == 1
    first = network.model[0].conv.weight
    torch.testing.assert_close(first, given.model[0].conv.weight)


def _lay_out(layout):
    network = DetectionModel(layout, verbose=False)
    network.args = make_network(new_base()).args
    assert network.model[-1].nc == 80
    return network


def test_the_base_of_a_bundle_answers_as_its_graph_does(small):
    network = make_network(find_base(str(small.bundle), Encoding.DUAL))
    side = read_bundle(small.bundle).manifest.graphs["dual"].tile_side
    tiles = noise_tiles(6, side=side)
    theirs = OnnxRuntime((small.bundle / "dual.onnx").read_bytes(), threads=1)
    ours = answer_tiles(network.eval(), tiles, CPU)
    for one, other in zip(ours, theirs.run(tiles), strict=True):
        assert_alike(one, other, least=other[:, 4].max() / 4)


def assert_alike(one, other, least, score=1e-3):
    """Equal answers down to a score, whatever follows."""
    one, other = (rows[rows[:, 4] > least] for rows in (one, other))
    count = min(len(one), len(other))
    assert abs(len(one) - len(other)) <= 1
    assert count > 0
    order = [np.lexsort(rows[:count, :2].T.round(1)) for rows in (one, other)]
    np.testing.assert_allclose(one[order[0], 4], other[order[1], 4], atol=score)
    np.testing.assert_allclose(one[order[0], :4], other[order[1], :4], atol=0.1)


def test_a_bundle_from_before_gives_what_its_second_head_knew(small):
    base = find_base(str(small.bundle), Encoding.DUAL)
    assert base.weights is not None
    before = {
        name.replace("model.23.", "model.23.one2one_"): values
        for name, values in base.weights.items()
    }
    assert before.keys() != base.weights.keys()
    found = make_network(replace(base, weights=before)).state_dict()
    for name, values in base.weights.items():
        np.testing.assert_array_equal(found[name].numpy(), values, name)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_checkpoint_is_ultralytics_own_and_answers_as_before_in_halves(
    tmp_path, layout
):
    network = make_lively(layout)
    before = list_weights(network)
    save_checkpoint(network, tmp_path / "checkpoint.pt")
    content = torch.load(tmp_path / "checkpoint.pt", weights_only=False)
    assert {part.dtype for part in content["model"].parameters()} == {torch.float16}
    read, theirs = load_checkpoint(str(tmp_path / "checkpoint.pt"))
    assert theirs["train_args"] == {"task": "detect"}
    assert (read.nc, read.names, read.model[-1].nc) == (1, {0: "firearm"}, 1)
    halved = network.half().float()
    tiles = noise_tiles(3)
    ours = answer_tiles(halved, tiles, CPU)
    assert (ours[..., 4] > 0.1).any()
    np.testing.assert_allclose(answer_tiles(read, tiles, CPU), ours, atol=1e-3)
    again = answer_tiles(read_network(tmp_path / "checkpoint.pt"), tiles, CPU)
    np.testing.assert_array_equal(again, answer_tiles(read, tiles, CPU))
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint.pt"]
    assert before.keys() == list_weights(read).keys()


def test_keeping_a_network_leaves_it_as_it_is(tmp_path):
    network = make_lively().train()
    before = list_weights(network)
    save_checkpoint(network, tmp_path / "checkpoint.pt")
    assert network.training
    assert network.args.box == get_cfg().box
    assert all(weight.requires_grad for weight in network.parameters())
    for name, part in list_weights(network).items():
        assert torch.equal(part, before[name])


def test_export_takes_a_checkpoint_and_answers_as_training_does(tmp_path):
    network = make_lively()
    for layers in network.model[-1].cv2:
        nn.init.constant_(layers[-1].bias, 8)  # no box is inside out
    save_checkpoint(network, tmp_path / "checkpoint.pt")
    exported = load_network(tmp_path / "checkpoint.pt")
    assert exported.labels == 1
    tiles = noise_tiles(2)
    ours = answer_tiles(read_network(tmp_path / "checkpoint.pt"), tiles, CPU)
    for told, answer in zip(Reference(exported).tell(tiles), ours, strict=True):
        difference = compare(told, read_rows(answer))
        assert difference.detections > 20
        assert difference.score < 1e-3
        assert difference.box_px < 0.1


class Doubling(nn.Module):
    """Answers as a head with doubles does: two boxes that are one, and another."""

    def forward(self, tiles):
        """Centres, sizes and a score, (N, 5, 3)."""
        rows = torch.tensor([[20, 20, 8, 8], [21, 20, 8, 8], [50, 50, 8, 4]])
        scores = torch.tensor([0.5, 0.75, 0.25])
        answer = torch.cat([rows.T.float(), scores[None]])
        return answer.expand(len(tiles), 5, 3), {}


def test_doubles_are_taken_out_where_a_head_gives_some():
    answers = answer_tiles(Doubling(), noise_tiles(2), CPU)
    assert answers.shape == (2, 300, 6)
    assert answers[0, :2].tolist() == [
        [17, 16, 25, 24, 0.75, 0],
        [46, 48, 54, 52, 0.25, 0],
    ]
    assert not answers[:, 2:].any()
    np.testing.assert_array_equal(answers[0], answers[1])


def test_a_head_without_doubles_is_taken_at_its_word():
    class Plain(nn.Module):
        def forward(self, tiles):
            assert float(tiles.max()) <= 1
            assert tiles.dtype == torch.float32
            rows = torch.tensor([[1.0, 2, 9, 8, 0.5, 0], [1, 2, 9, 8, 0.4, 0]])
            return rows.expand(len(tiles), 2, 6), {}

    answers = answer_tiles(Plain(), noise_tiles(3), CPU)
    assert answers.shape == (3, 2, 6)
    assert answers[2, 1].tolist() == pytest.approx([1, 2, 9, 8, 0.4, 0])


def test_weights_that_a_layout_does_not_know_or_lacks_are_refused(weights):
    layout, values = weights
    odd = values | {"strange": np.zeros(1, np.float32)}
    with pytest.raises(TrainingError, match="strange"):
        make_network(Base("odd", "yolo26n.yaml", None, layout, odd))
    lacking = {n: v for n, v in values.items() if n != "model.0.conv.weight"}
    with pytest.raises(TrainingError, match=r"model\.0\.conv\.weight"):
        make_network(Base("odd", "yolo26n.yaml", None, layout, lacking))


def test_a_layout_that_is_none_is_refused_in_one_line():
    with pytest.raises(TrainingError, match="cannot be laid out") as caught:
        make_network(Base("odd", "odd.yaml", None, {"backbone": 3}))
    assert len(str(caught.value).splitlines()) == 1


def test_what_is_no_checkpoint_is_refused_in_one_line(tmp_path):
    junk = tmp_path / "junk.pt"
    junk.write_bytes(b"not a checkpoint")
    with pytest.raises(TrainingError, match="cannot be read as a checkpoint") as caught:
        make_network(find_base(str(junk), Encoding.DUAL))
    assert len(str(caught.value).splitlines()) == 1


def test_a_training_has_the_fast_way_to_take_duplicates_out():
    """Ultralytics' own loop takes minutes longer for a young network's answers."""
    asked = "import sys, training.network; print('torchvision' in sys.modules)"
    told = subprocess.run(  # noqa: S603 - this very Python
        [sys.executable, "-c", asked], check=True, capture_output=True, text=True
    )
    assert told.stdout.strip() == "True"
