"""Tests of networks that look at each tile at three scales."""

import shutil
from types import SimpleNamespace

import numpy as np
import onnx
import pytest
import torch
from torch import nn

from cargosight.cli import main
from data.errors import ExportError
from detector.bundle import read_bundle
from detector.encoding import Encoding
from detector.graph_file import PREFIX, check_graph
from detector.run import read_run, write_run
from detector.runtime import OnnxRuntime
from export import scaling
from export.bundling import Tiling, export_bundle
from export.graph import Network, export_graph
from export.mirroring import mirror
from export.reference import Reference
from export.scaling import rescale
from tests.export.networks import noise_tiles, random_network

SIDE = 128
LONG = 160
OBLONG = (192, 160)
BEST = 20


class Known(nn.Module):
    """Answers boxes that are stated as shares of the tile, otherwise at each size."""

    def __init__(self, at_width):
        super().__init__()
        self.model = [SimpleNamespace(stride=(8, 16, 32))]
        self.yaml = {}
        self._at_width = at_width

    def forward(self, planes):  # noqa: D102 - of a fake
        height, width = planes.shape[2:]
        rows = torch.tensor(self._at_width[width])
        sides = torch.tensor([width, height, width, height, 1, 1])
        return (rows * sides).T[None].expand(len(planes), -1, -1)


def look(at_width, width=640, height=320):
    """(K, 6) what a network that looks at three scales says of a tile."""
    network = rescale(Network(Known(at_width), 2, "known"), SIDE)
    return network.module(torch.zeros(1, 3, height, width))[0].T


PISTOL = [0.5, 0.5, 0.1, 0.2, 0.6, 0.0]
RIFLE = [0.2, 0.2, 0.3, 0.1, 0.0, 0.9]


def test_what_all_scales_say_stays_as_it_is():
    said = look({width: [PISTOL, RIFLE] for width in (640, 800, 512)})
    assert said.shape == (6, 6)
    pistols, rifles = said[said[:, 4] > 0], said[said[:, 5] > 0]
    wanted = torch.tensor([[320, 160, 64, 64, 0.6, 0], [128, 64, 192, 32, 0, 0.9]])
    for found, want in ((pistols, wanted[0]), (rifles, wanted[1])):
        assert len(found) == 3
        torch.testing.assert_close(found, want.expand(3, -1), rtol=1e-5, atol=1e-3)


def test_what_one_scale_of_three_says_counts_a_third():
    nothing = [[0.9, 0.9, 0.1, 0.1, 0.0, 0.0]]
    said = look({640: nothing, 800: [PISTOL], 512: nothing})
    assert said[:, 4].max() == pytest.approx(0.2)
    best = said[said[:, 4].argmax(), :4]
    torch.testing.assert_close(best, torch.tensor([320.0, 160, 64, 64]))


def test_boxes_are_drawn_to_the_surer_of_those_that_overlap():
    wider = [0.5, 0.5, 0.12, 0.2, 0.2, 0.0]
    said = look({640: [PISTOL], 800: [wider], 512: [PISTOL]})
    width = (0.6 * 64 * 2 + 0.2 * 76.8) / 1.4
    torch.testing.assert_close(said[:, 2], torch.full((3,), width))
    torch.testing.assert_close(said[:, 4], torch.full((3,), 1.4 / 3))


def test_boxes_that_overlap_by_half_agree_in_part():
    nothing = [[0.9, 0.9, 0.1, 0.1, 0.0, 0.0]]
    aside = [0.5 + 0.1 * (1 - 0.45) / (1 + 0.45), 0.5, 0.1, 0.2, 0.6, 0.0]
    said = look({640: [PISTOL], 800: [aside], 512: nothing})
    # Half way from an intersection over union of 0.35 to one of 0.55.
    assert said[0, 4] == pytest.approx((0.6 + 0.3) / 3, abs=1e-4)


def test_sides_are_rounded_to_whole_cells():
    seen = look({192: [PISTOL], 256: [PISTOL], 160: [PISTOL]}, width=192, height=128)
    torch.testing.assert_close(seen[:, 4], torch.full((3,), 0.6))
    torch.testing.assert_close(seen[:, 2], torch.full((3,), 19.2))


def test_boxes_that_hardly_overlap_are_two_things():
    beside = [0.56, 0.5, 0.1, 0.2, 0.6, 0.0]  # intersection over union: 0.25
    said = look({640: [PISTOL], 800: [beside], 512: [PISTOL]})
    assert sorted(said[:, 4].tolist()) == pytest.approx([0.2, 0.4, 0.4])


def test_each_label_of_a_thing_has_a_mean_of_its_own():
    other = [*PISTOL[:4], 0.0, 0.6]
    said = look({640: [PISTOL], 800: [other], 512: [PISTOL]})
    torch.testing.assert_close(said[:, 4:], torch.tensor([[0.4, 0.2]]).expand(3, -1))


@pytest.fixture(scope="module", params=["yolov5n.yaml", "yolo26n.yaml"])
def network(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("checkpoint")
    return random_network(request.param, folder, labels=2, side=LONG)


def oblong_tiles(count):
    return noise_tiles(count, max(OBLONG))[:, :, : OBLONG[0], : OBLONG[1]].copy()


def test_its_graph_answers_as_it_does_for_tiles_of_any_shape(network):
    twice = mirror(network) if network.family == "yolov5n" else network
    thrice = rescale(twice, SIDE)
    content = export_graph(thrice, SIDE)
    check_graph(content, "a.onnx")
    tiles = oblong_tiles(3)
    ours = OnnxRuntime(content, threads=1).run(tiles)
    for told, rows in zip(Reference(thrice).tell(tiles), ours, strict=True):
        # In noise it is sure of hundreds of things; rounding decides which are last,
        # and which of two duplicates is kept.
        wanted, best = np.sort(told.kept.scores)[::-1][:BEST], rows[:BEST]
        assert wanted[-1] > 0.1
        np.testing.assert_allclose(best[:, 4], wanted, rtol=0, atol=2e-3)
        for row in best:
            near = np.abs(told.every.boxes - row[:4]).max(axis=1).argmin()
            np.testing.assert_allclose(told.every.boxes[near], row[:4], atol=0.5)
            assert told.every.labels[near] == row[5]


def test_its_graph_holds_each_weight_once(network):
    def weights(content):
        graph = onnx.load_from_string(content).graph
        return {w.name: w.raw_data for w in graph.initializer if PREFIX in w.name}

    both = network, rescale(network, SIDE)
    plain, thrice = (weights(export_graph(each, SIDE)) for each in both)
    assert len(plain) > 50
    assert thrice == plain


@pytest.mark.parametrize(
    ("cells", "side"), [((4, 8, 16), 128), ((8, 16, 64), 128), ((8, 16, 32), 96)]
)
def test_a_graph_that_would_take_one_size_only_is_refused(cells, side):
    module = Known({})
    module.model[0].stride = cells
    with pytest.raises(ExportError, match=f"known cannot look at tiles of {side} px"):
        rescale(Network(module, 2, "known"), side)


def test_the_network_itself_stays_as_it_was(network):
    planes = torch.from_numpy(oblong_tiles(1)).float() / 255
    with torch.no_grad():
        before, _ = network.module(planes)
        rescale(network, SIDE).module(planes)
        after, _ = network.module(planes)
    torch.testing.assert_close(after, before, rtol=0, atol=0)


def test_a_bundle_says_which_of_its_graphs_look_at_three_scales(
    small, tmp_path, monkeypatch
):
    # So young a network is sure of nothing: a third of that is below the gate's least.
    monkeypatch.setattr(scaling, "SCALES", ((1, 1),) * 3)
    run, bundle = tmp_path / "run", tmp_path / "bundle"
    export_bundle(
        [small.run],
        bundle,
        tiling=Tiling(side=SIDE, rescaled=(Encoding.DUAL,)),
        progress=lambda *_: None,
    )
    assert read_bundle(bundle).manifest.graphs["dual"].rescaled
    assert "at three scales" in (bundle / "card.md").read_text()
    shutil.copytree(small.run, run)
    changes = {"encoding": Encoding.DISPLAY, "planes": "display"}
    write_run(read_run(run).model_copy(update=changes), run)
    words = ["export", run, "--keep", bundle, "--out", tmp_path / "once"]
    assert main([str(word) for word in words]) == 0
    graphs = read_bundle(tmp_path / "once").manifest.graphs
    assert (graphs["dual"].rescaled, graphs["display"].rescaled) == (True, False)
    words[-1] = tmp_path / "thrice"
    assert main([*map(str, words), "--rescaled", "--tile", "128"]) == 0
    manifest = read_bundle(tmp_path / "thrice").manifest
    assert manifest.graphs["display"].rescaled
    entry = manifest.graphs["dual"].model_copy(
        update={"mirrored": True, "rescaled": False}
    )
    graphs = {**manifest.graphs, "dual": entry}
    alike = Tiling.like(manifest.model_copy(update={"graphs": graphs}))
    assert alike.mirrored == (Encoding.DUAL,)
    assert alike.rescaled == (Encoding.DISPLAY,)
