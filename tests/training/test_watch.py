"""Tests of watching a network on whole scans."""

import numpy as np
import pytest
import torch
from torch import nn

from benchmark.calibration.draft import measure_point
from benchmark.calibration.threshold import choose_threshold
from benchmark.metrics.average_precision import JudgedScan, evaluate_fast
from data.dataset import read_dataset
from data.errors import TrainingError
from data.fading import fades
from data.formats import read_scan
from detector.detections import Detections
from detector.encoding import Encoding, encode_scan
from detector.network import TilePlan
from detector.pipeline import find_in
from tests.training.scans import make_prepared
from tests.training.tiny import SIDE, configure, prepare, write_dataset
from training.network import answer_tiles
from training.watch import (
    LEAST_SCORE,
    Watch,
    find_firearms,
    judge,
    measure_run,
    paint_scan,
)

CPU = torch.device("cpu")


class Darkest(nn.Module):
    """Boxes the pixels that lets nothing but a little through; a score by their number.

    Plane 0 is attenuation: it is high there.
    """

    def __init__(self, least=0.12):
        super().__init__()
        self.least = least
        self.asked = 0

    def forward(self, tiles):
        """One row for each tile, as a head without doubles answers."""
        self.asked += len(tiles)
        rows = torch.zeros(len(tiles), 1, 6)
        for row, tile in zip(rows, tiles, strict=True):
            y, x = torch.nonzero(tile[0] > self.least, as_tuple=True)
            if len(x) > 20:
                box = [x.min(), y.min(), x.max() + 1, y.max() + 1]
                row[0, :4] = torch.tensor([float(side) for side in box])
                row[0, 4] = min(0.95, 0.2 + len(x) / 1000)
        return rows, {}


class Runs:
    """A network as the pipeline of a workstation runs one."""

    def __init__(self, network):
        self.network = network

    def run(self, tiles):
        """What it finds in a batch."""
        return answer_tiles(self.network, tiles, CPU)


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """Scans to validate on: some armed, one of them with what nobody could see."""
    root = tmp_path_factory.mktemp("watched")
    return write_dataset(root / "dataset", armed=(1, 4), clean=(0, 5), unseen=1)


@pytest.fixture(scope="module")
def scans(many, tmp_path_factory):
    return prepare(many, tmp_path_factory.mktemp("prepared"))


def draw_detections(scans):
    """Some right and some wrong ones, of all scores."""
    random = np.random.default_rng(4)
    found = []
    for scan in scans:
        wrong = random.uniform(0, 30, (3, 4)).astype(np.float32)
        wrong[:, 2:] += wrong[:, :2] + 5
        boxes = np.concatenate([scan.boxes + random.uniform(0, 4), wrong])
        scores = random.uniform(0.05, 1, len(boxes)).astype(np.float32)
        order = np.argsort(-scores)
        labels = np.zeros(len(boxes), np.int64)
        found.append(Detections(boxes.astype(np.float32)[order], scores[order], labels))
    return found


def test_figures_are_those_that_a_benchmark_gives(many, scans):
    found = draw_detections(scans)
    judged, highest = [], []
    samples = [s for s in read_dataset(many).samples if s.split == "validation"]
    for number, (sample, one) in enumerate(zip(samples, found, strict=True)):
        truth = sample.truth((0, 0))
        seen, unseen = truth.boxes(), truth.boxes(ignored=True)
        judged.append(JudgedScan(one.boxes, one.scores, seen, unseen, str(number)))
        if not truth.objects:
            highest.append(float(one.scores.max()))
    for pfa in (0.05, 0.2, 0.6):
        figures = judge(scans, found, pfa)
        threshold = choose_threshold(highest, pfa)
        assert figures.threshold == threshold
        assert (figures.pd, figures.pfa) == measure_point(judged, threshold)
        assert (figures.ap50, figures.ap50_95) == evaluate_fast(judged)
        assert figures.clean == 5
        assert figures.pd is not None
        assert len(figures.hits) == len(figures.groups) == len(figures.behind) == 3
        assert sum(figures.hits) == round(3 * figures.pd.share)
        assert figures.pfa is not None
        assert figures.pfa.share <= pfa
    assert figures.groups == ("1", "2", "3")


def test_a_scan_with_what_nobody_could_see_is_not_clean(scans):
    assert [scan.clean for scan in scans] == [False] * 4 + [True] * 5
    found = [Detections.empty()] * len(scans)
    figures = judge(scans, found, 0.05)
    assert figures.clean == 5
    assert len(figures.hits) == 3
    assert figures.ap50 == 0


def test_without_clean_scans_there_is_no_pfa_and_without_firearms_no_pd(scans):
    found = draw_detections(scans)
    armed = judge(scans[:4], found[:4], 0.05)
    assert (armed.pfa, armed.clean) == (None, 0)
    clean = judge(scans[4:], found[4:], 0.05)
    assert (clean.pd, clean.hits) == (None, ())


def test_a_scan_is_looked_at_as_a_workstation_does(many, scans, tmp_path):
    config = configure()
    network = Darkest()
    found = Watch(scans, config, tmp_path).look(network, CPU)
    samples = [s for s in read_dataset(many).samples if s.split == "validation"]
    plan = TilePlan(Encoding.DUAL, SIDE, config.tile_overlap)
    for sample, ours in zip(samples, found, strict=True):
        encoded = encode_scan(read_scan(sample.scan), Encoding.DUAL, config.scale)
        theirs = find_in(encoded, Runs(network), plan, least_score=LEAST_SCORE)
        np.testing.assert_allclose(ours.boxes, theirs.boxes, atol=0.01)
        np.testing.assert_allclose(ours.scores, theirs.scores, atol=0.01)
    assert sum(map(len, found)) >= 4


def test_tiles_of_nothing_but_air_are_left_out_and_change_nothing(
    tmp_path, monkeypatch
):
    dataset = write_dataset(tmp_path / "dataset", armed=(1, 2), clean=(0, 0), air=140)
    scans = prepare(dataset, tmp_path, tile_overlap=40)
    config = configure(tile_overlap=40)
    network, all_of_them = Darkest(), Darkest()
    ours = Watch(scans, config, tmp_path).look(network, CPU)
    monkeypatch.setattr("training.windows.SOMETHING", np.inf)
    theirs = Watch(scans, config, tmp_path).look(all_of_them, CPU)
    assert 0 < network.asked < all_of_them.asked
    for one, other in zip(ours, theirs, strict=True):
        assert len(one) > 0
        np.testing.assert_array_equal(one.boxes, other.boxes)
        np.testing.assert_array_equal(one.scores, other.scores)


def test_a_scan_of_nothing_but_air_is_not_looked_at(scans):
    blank = scans[-1].overview * 0 + 1
    vars_of = {name: getattr(scans[-1], name) for name in scans[-1].__slots__}
    scan = type(scans[-1])(**(vars_of | {"overview": blank}))
    network = Darkest()
    planes = np.zeros((*scan.size[::-1], 3), np.uint8)
    assert len(find_firearms(network, scan, planes, configure(), CPU)) == 0
    assert network.asked == 0


def test_boxes_do_not_leave_the_scan(scans):
    class Wide(nn.Module):
        def forward(self, tiles):
            row = torch.tensor([[-9.0, -9, 2 * SIDE + 9, 2 * SIDE + 9, 0.5, 0]])
            return row.expand(len(tiles), 1, 6), {}

    width, height = scans[0].size
    planes = np.zeros((height, width, 3), np.uint8)
    found = find_firearms(Wide(), scans[0], planes, configure(tile_side=2 * SIDE), CPU)
    assert found.boxes.min() == 0
    assert found.boxes[:, 2].max() == width
    assert found.boxes[:, 3].max() == height


def test_progress_is_told_scan_by_scan(scans, tmp_path):
    told = []
    watch = Watch(scans, configure(), tmp_path)
    watch.measure(Darkest(), CPU, 0.05, lambda *step: told.append(step))
    assert told == [(number + 1, 9) for number in range(9)]


def test_a_finished_run_is_measured_as_it_was_and_nothing_is_left(trained, tiny):
    out, run = trained
    cache = tiny.parent / "cache"
    samples = [s for s in read_dataset(tiny).samples if s.split == "validation"]
    before = sorted(out.rglob("*"))
    figures = measure_run(
        out, tiny, samples, pfa=0.05, device="cpu", cache=cache, workers=1
    )
    assert figures.ap50 == pytest.approx(run.ap50, abs=0.02)
    assert figures.clean == 2
    assert sorted(out.rglob("*")) == before
    (kept,) = cache.iterdir()
    assert sorted(path.name for path in kept.iterdir()) == [
        "prepared.bin",
        "prepared.json",
    ]


def test_a_folder_without_a_training_cannot_be_measured(tmp_path, tiny):
    with pytest.raises(TrainingError, match="holds no training"):
        measure_run(tmp_path, tiny, [], pfa=0.05, device="cpu", cache=tmp_path)


def test_what_a_rendering_hides_is_not_missed(tmp_path):
    """At 6 nepers, 0.02 more are under a level whatever the grey curve."""
    box = (40.0, 40.0, 80.0, 64.0)
    scan = make_prepared(boxes=(box,), behind=(6.0,), added=(0.02,))
    for encoding, firearms in ((Encoding.DISPLAY, 0), (Encoding.DUAL, 1)):
        watch = Watch([scan], configure(encoding=encoding), tmp_path)
        figures = watch.measure(Darkest(), CPU, 0.05)
        assert (len(figures.hits), figures.clean) == (firearms, 0)


def test_what_fades_hangs_on_the_curve_that_each_scan_is_painted_with(tmp_path):
    """The grey of plain cargo tells the curve."""
    level, behind, added = 0.1, 3.5, 0.09
    scan = make_prepared(
        np.full((1, 96, 128), level, np.float32),
        boxes=((40.0, 40.0, 80.0, 64.0),),
        behind=(behind,),
        added=(added,),
        energies_mv=(6.0,),
        noise=(0.003,),
    )
    config = configure(encoding=Encoding.DISPLAY)
    grey = [float(paint_scan(scan, config, n)[50, 60, 0]) for n in range(12)]
    shown = [not fades(behind, added, np.log(level) / np.log(g / 255)) for g in grey]
    watch = Watch([scan] * 12, config, tmp_path)
    figures = watch.measure(Darkest(), CPU, 0.05)
    assert 0 < sum(shown) < 12
    assert figures.groups == tuple(str(n) for n, seen in enumerate(shown) if seen)
