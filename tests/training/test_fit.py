"""Tests of fine-tuning with Ultralytics: fed with our tiles, and with nothing else."""

from types import SimpleNamespace

import numpy as np
import PIL.Image
import pytest
import torch
from ultralytics.nn.tasks import DetectionModel, load_checkpoint

from data.errors import TrainingError
from detector.encoding import Encoding
from training import fit as fit_module
from training.augment import Augmenter
from training.base import Base, find_base
from training.config import make_config
from training.fit import Epoch, Tiles, Watchers, _TileItems, fit
from training.tiles import LabelledScan, TileSet

SIDE = 64
QUIET = Watchers(lambda *_: None, lambda _: None)


def make_scans(count=4):
    random = np.random.default_rng(0)
    scans = []
    for number in range(count):
        planes = random.integers(0, 256, (SIDE, SIDE, 3), np.uint8)
        planes[20:40, 10:50] = 7
        box = np.array([[10, 20, 50, 40]], np.float32)
        scans.append(LabelledScan(planes, box, f"{number}.tiff"))
    return scans


def make_tiles(count=4):
    tiles = TileSet(
        make_scans(count), side=SIDE, overlap=0, fill=(0, 255, 128), background=None
    )
    return Tiles(tiles, tiles)


def configure(**given):
    return make_config(None, {"tile_side": SIDE, "batch": 2, "epochs": 1} | given)


def new_network():
    return find_base("yolo26n.yaml", Encoding.DUAL)


def fail(folder, base=None, **given):
    with pytest.raises(TrainingError) as caught:
        fit(
            configure(**given),
            base or new_network(),
            make_tiles(),
            folder,
            watchers=QUIET,
        )
    (message,) = str(caught.value).splitlines()
    return message


def test_a_fit_reads_no_picture_and_tells_how_it_goes(tmp_path, monkeypatch):
    def refuse(*_, **__):
        pytest.fail("a picture was read")

    for place in ("cv2.imread", "cv2.imdecode", "ultralytics.data.base.imread"):
        monkeypatch.setattr(place, refuse)
    monkeypatch.setattr(PIL.Image, "open", refuse)
    steps: list[tuple[int, int]] = []
    epochs: list[Epoch] = []
    watchers = Watchers(lambda *step: steps.append(step), epochs.append)
    config = configure(epochs=2, still_epochs=1)
    best = fit(config, new_network(), make_tiles(), tmp_path, watchers=watchers)
    assert best.is_relative_to(tmp_path)
    assert steps == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert [(epoch.number, epoch.epochs) for epoch in epochs] == [(1, 2), (2, 2)]
    assert all(epoch.loss > 0 and epoch.seconds > 0 for epoch in epochs)
    assert epochs[0].kept
    assert epochs[1].kept == (epochs[1].ap50_95 >= epochs[0].ap50_95)
    assert torch.get_num_threads() == 1
    network, checkpoint = load_checkpoint(str(best))
    assert network.model[-1].nc == 1
    assert checkpoint["optimizer"] is None


def test_items_hold_the_planes_as_they_are_and_boxes_as_shares_of_the_tile():
    tiles = make_tiles().training
    items = _TileItems(tiles, None)
    item = items[2]
    assert len(items) == len(tiles)
    assert item["img"].dtype == torch.uint8
    np.testing.assert_array_equal(
        item["img"].numpy(), tiles[2].planes.transpose(2, 0, 1)
    )
    centre = torch.tensor([[30.0, 30.0, 40.0, 20.0]]) / SIDE
    torch.testing.assert_close(item["bboxes"], centre)
    batch = items.collate_fn([items[0], items[1]])
    assert batch["img"].shape == (2, 3, SIDE, SIDE)
    assert batch["batch_idx"].tolist() == [0, 1]


def test_mosaics_end_with_the_last_epochs():
    tiles = make_tiles().training
    augmenter = Augmenter(
        tiles, configure().augmentation, encoding=Encoding.DUAL, side=SIDE, seed=0
    )
    _TileItems(tiles, augmenter).close_mosaic(None)
    assert augmenter.still


def test_each_loading_process_draws_its_own(monkeypatch):
    def draw(seed):
        tiles = make_tiles().training
        augmenter = Augmenter(
            tiles, configure().augmentation, encoding=Encoding.DUAL, side=SIDE, seed=0
        )
        items = _TileItems(tiles, augmenter)
        info = SimpleNamespace(seed=seed) if seed else None
        monkeypatch.setattr(fit_module, "get_worker_info", lambda: info)
        return [items[0]["img"].numpy().tobytes() for _ in range(5)]

    first, again, second, alone = draw(2**63 + 1), draw(2**63 + 1), draw(8), draw(None)
    assert first == again
    assert len({*first, *second, *alone}) == 15


def test_a_file_that_is_no_checkpoint_stops_a_training_in_one_line(tmp_path):
    junk = tmp_path / "junk.pt"
    junk.write_bytes(b"not a checkpoint")
    base = find_base(str(junk), Encoding.DUAL)
    assert fail(tmp_path / "work", base).startswith("Training stopped: ")


def test_a_device_that_is_not_there_stops_a_training_in_one_line(tmp_path):
    message = fail(tmp_path, device="97")
    assert message.startswith("Training stopped: ")
    assert "97" in message
    assert "--device" in message


def test_want_of_memory_is_met_with_advice(tmp_path, monkeypatch):
    def run_out(*_):
        message = "DefaultCPUAllocator: can't allocate memory\nand more"
        raise RuntimeError(message)

    monkeypatch.setattr(fit_module._TileFitting, "train", run_out)  # noqa: SLF001
    assert fail(tmp_path).endswith("Try a smaller --batch or --tile.")


def test_an_interruption_is_not_taken_for_an_error(tmp_path, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(fit_module._TileFitting, "train", interrupt)  # noqa: SLF001
    with pytest.raises(KeyboardInterrupt):
        fit(configure(), new_network(), make_tiles(), tmp_path, watchers=QUIET)


def test_a_loss_that_is_not_finite_stops_a_training(tmp_path):
    network = DetectionModel("yolo26n.yaml", nc=1, verbose=False)
    weights = {n: v.numpy().copy() for n, v in network.state_dict().items()}
    weights["model.0.conv.weight"][:] = np.nan
    base = Base("nan", "yolo26n.yaml", layout=dict(network.yaml), weights=weights)
    assert "no longer finite" in fail(tmp_path, base)


def test_weights_that_do_not_fit_the_layout_are_refused(tmp_path):
    network = DetectionModel("yolo26n.yaml", nc=1, verbose=False)
    weights = {n: v.numpy().copy() for n, v in network.state_dict().items()}
    weights["strange"] = np.zeros(1, np.float32)
    base = Base("odd", "yolo26n.yaml", layout=dict(network.yaml), weights=weights)
    assert "strange" in fail(tmp_path, base)


def test_a_training_goes_on_from_the_weights_of_a_bundle(small, tmp_path):
    base = find_base(str(small.bundle), Encoding.DUAL)
    started, _ = load_checkpoint(str(small.run / "checkpoint.pt"))
    before = started.state_dict()
    assert base.weights is not None
    for name, values in base.weights.items():
        np.testing.assert_array_equal(values, before[name].float().numpy(), name)
    config = configure(learning_rate=1e-9)
    best = fit(config, base, make_tiles(2), tmp_path, watchers=QUIET)
    after = load_checkpoint(str(best))[0].state_dict()
    for name, values in base.weights.items():
        if "running" not in name:
            np.testing.assert_allclose(after[name].float().numpy(), values, atol=1e-4)
